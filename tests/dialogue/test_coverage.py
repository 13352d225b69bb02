"""When somebody is at the desk again."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.clinic import MAIN, a_practice

from frontdesk.dialogue.coverage import answers_when, may_talk, next_opening, people_first_until
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import AnswersWhen, CoverageHours, Talks, Weekday
from frontdesk.domain.time import DayTime

TUESDAY_NIGHT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


def test_at_night_it_is_the_next_morning() -> None:
    assert next_opening(a_practice(), MAIN, now=TUESDAY_NIGHT) == datetime(2026, 5, 27, 14, tzinfo=UTC)


def test_while_it_is_open_there_is_nothing_to_wait_for() -> None:
    assert next_opening(a_practice(), MAIN, now=datetime(2026, 5, 27, 18, tzinfo=UTC)) is None


def test_a_weekend_and_a_holiday_are_passed_over() -> None:
    practice = a_practice()
    memorial_day = replace(practice.locations[0], closures={date(2026, 5, 25): "Memorial Day"})
    saturday = datetime(2026, 5, 23, 16, tzinfo=UTC)

    opens = next_opening(replace(practice, locations=(memorial_day,)), MAIN, now=saturday)

    assert opens == datetime(2026, 5, 26, 14, tzinfo=UTC)


def test_at_lunch_another_word_holds_and_only_on_its_days_and_channels() -> None:
    lunch = CoverageHours(
        during=DayTime(start=time(12), end=time(13)),
        answers=AnswersWhen.ALWAYS,
        channels=(ChannelKind.SMS,),
        weekdays=frozenset({Weekday.WEDNESDAY}),
    )
    practice = replace(a_practice(), coverage=dict.fromkeys(ChannelKind, AnswersWhen.OVERFLOW), coverage_hours=(lunch,))
    noon = datetime(2026, 5, 27, 17, tzinfo=UTC)

    found = {
        (channel, at): answers_when(practice, channel, now=at)
        for channel in (ChannelKind.SMS, ChannelKind.WEBCHAT)
        for at in (noon, noon + timedelta(hours=1), noon + timedelta(days=1))
    }

    assert [key for key, when in found.items() if when is AnswersWhen.ALWAYS] == [(ChannelKind.SMS, noon)]


def test_people_have_some_minutes_first_while_it_is_open() -> None:
    practice = replace(a_practice(), coverage={ChannelKind.SMS: AnswersWhen.OVERFLOW})
    noon = datetime(2026, 5, 27, 17, tzinfo=UTC)

    assert people_first_until(practice, ChannelKind.SMS, sent=noon) == noon + practice.overflow_after
    assert people_first_until(practice, ChannelKind.SMS, sent=TUESDAY_NIGHT) is None
    assert people_first_until(practice, ChannelKind.WEBCHAT, sent=noon) is None


@pytest.mark.parametrize(
    ("talks", "chat", "open", "closed"),
    [
        (Talks.ALWAYS, AnswersWhen.ALWAYS, True, True),
        (Talks.AFTER_HOURS, AnswersWhen.ALWAYS, False, True),
        (Talks.NEVER, AnswersWhen.ALWAYS, False, False),
        (Talks.ALWAYS, AnswersWhen.OVERFLOW, False, True),
        (Talks.ALWAYS, AnswersWhen.AFTER_HOURS, False, True),
        (Talks.ALWAYS, AnswersWhen.DRAFTS, False, False),
        (Talks.ALWAYS, AnswersWhen.NEVER, False, False),
    ],
)
def test_the_chat_may_be_talked_in_only_where_it_is_answered_at_once(
    talks: Talks, chat: AnswersWhen, open: bool, closed: bool
) -> None:
    practice = replace(a_practice(), talks=talks, coverage={ChannelKind.WEBCHAT: chat})
    noon = datetime(2026, 5, 27, 17, tzinfo=UTC)

    assert (may_talk(practice, now=noon), may_talk(practice, now=TUESDAY_NIGHT)) == (open, closed)
