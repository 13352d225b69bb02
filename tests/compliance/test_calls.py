"""What a call that the desk places has to say, how often it may ring, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.compliance.deciding import Contact, Known, NotBefore, Stopped
from frontdesk.domain.consent import Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.wiring import book_of_rules

BOOK = book_of_rules()
PHONE = "+15125550147"
NOON = datetime(2026, 6, 9, 17, 0, tzinfo=UTC)
OPENING = (
    "Hi, this is Emma, the automated assistant at Smile Aesthetics, phone (512) 555-0100. "
    "To stop calls like this one, press 9 or say stop calling. Am I speaking with Maria?"
)
CALL = Contact(
    kind=ContactKind.REMINDER,
    channel=ChannelKind.VOICE,
    where=BOOK.where(state=None, phone=PHONE),
    words=OPENING,
    sender="Smile Aesthetics",
    number="+15125550100",
)
MAY = Known(said={Use.CALLS: True})


def test_a_call_that_says_all_it_has_to_may_be_placed() -> None:
    assert BOOK.decide(CALL, MAY, now=NOON).allowed


@pytest.mark.parametrize("said", [{}, {Use.CALLS: False}, {Use.MESSAGES: True}])
def test_nobody_is_called_who_has_not_said_yes_to_calls(said: dict[Use, bool]) -> None:
    decision = BOOK.decide(CALL, Known(said=said), now=NOON)

    assert isinstance(decision.verdict, Stopped)
    assert "us-automated-voice@1" in {rule.name for rule in decision.by}


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (OPENING.replace("Smile Aesthetics", "our clinic"), "does not begin with the practice's name"),
        ("Am I speaking with Maria? " * 4 + OPENING, "does not begin with the practice's name"),
        (OPENING.replace("0100", "0199"), "does not say the practice's number"),
        (OPENING.replace("press 9 or say stop calling", "tell us"), "does not say how to end calls"),
        (OPENING + " It is about your visit." * 30, "may take 60"),
    ],
)
def test_a_call_that_lacks_what_an_artificial_voice_must_say_is_not_placed(words: str, because: str) -> None:
    decision = BOOK.decide(replace(CALL, words=words), MAY, now=NOON)

    assert isinstance(decision.verdict, Stopped)
    assert because in decision.reason


def test_a_number_rings_twice_a_day_at_the_most_and_three_times_a_week() -> None:
    twice = replace(MAY, rang=(NOON - timedelta(hours=1), NOON - timedelta(hours=2)))
    three = replace(MAY, rang=tuple(NOON - timedelta(days=days) for days in (1, 2, 3)))

    first, second = BOOK.decide(CALL, twice, now=NOON).verdict, BOOK.decide(CALL, three, now=NOON).verdict

    assert first == NotBefore(at=datetime(2026, 6, 10, 13, 0, tzinfo=UTC))  # eight o'clock, next morning
    assert second == NotBefore(at=NOON + timedelta(days=4))


def test_a_call_that_was_heard_counts_with_the_texts_of_the_day() -> None:
    text = replace(CALL, channel=ChannelKind.SMS, words=None)
    heard = Known(said={Use.MESSAGES: True}, heard=(NOON - timedelta(hours=1),))
    rang = Known(said={Use.MESSAGES: True}, rang=(NOON - timedelta(hours=1),))

    assert isinstance(BOOK.decide(text, heard, now=NOON).verdict, NotBefore)
    assert BOOK.decide(text, rang, now=NOON).allowed


@pytest.mark.parametrize(("hour", "minute", "allowed"), [(7, 59, False), (8, 0, True), (20, 59, True), (21, 0, False)])
def test_nobody_is_called_outside_eight_to_nine_by_the_clock_where_they_are(
    hour: int, minute: int, *, allowed: bool
) -> None:
    austin = datetime(2026, 6, 9, 5, 0, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)

    assert BOOK.decide(CALL, MAY, now=austin).allowed is allowed
