"""How many are asked and how long they have: singles while the notice lasts, then waves, never more than is told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from frontdesk.domain.faults import Impossible
from frontdesk.scheduling.waves import (
    LARGEST,
    LONGEST,
    OPEN_FOR,
    SHORTEST,
    One,
    Over,
    Wave,
    needed,
    next_step,
    time_to_ask,
)

AUSTIN = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)
LEFT = some.timedeltas(timedelta(minutes=1), timedelta(days=20))


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=AUSTIN).astimezone(UTC)


def to_ask(now: str, start: str, *, lead: timedelta = timedelta(hours=2)) -> timedelta:
    return time_to_ask(at(now), at(start), zone=AUSTIN, first=time(8), last=time(20), lead=lead)


@pytest.mark.parametrize(("people", "asked"), [(1, 1), (20, 20), (40, 40), (200, 46)])
def test_so_many_are_asked_as_fill_it_almost_surely_or_all_there_are(people: int, asked: int) -> None:
    assert needed(people) == asked


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(Impossible):
        needed(10, chance=0)


def test_with_days_left_one_at_a_time_has_an_hour() -> None:
    assert next_step(left=timedelta(days=4), people=40) == One(keep=LONGEST)


def test_with_a_working_day_left_one_at_a_time_has_half_an_hour() -> None:
    assert next_step(left=11 * HOUR, people=40) == One(keep=SHORTEST)


def test_with_an_hour_left_five_are_asked_at_once() -> None:
    assert next_step(left=HOUR, people=40) == Wave(size=LARGEST, then=timedelta(minutes=15), open_for=OPEN_FOR)


def test_few_people_need_no_wave_where_they_can_be_asked_in_turn() -> None:
    assert isinstance(next_step(left=2 * HOUR, people=3), One)


def test_once_the_first_to_answer_gets_it_nobody_has_it_kept() -> None:
    assert isinstance(next_step(left=4 * HOUR, people=1), One)
    assert next_step(left=4 * HOUR, people=1, racing=True) == Wave(
        size=1, then=timedelta(minutes=15), open_for=OPEN_FOR
    )


def test_nobody_is_asked_when_nobody_is_left_or_it_is_too_late() -> None:
    assert next_step(left=HOUR, people=0) == next_step(left=timedelta(0), people=9) == Over()


@given(left=LEFT, people=some.integers(1, 300), racing=some.booleans())
def test_no_step_outlasts_the_time_that_is_left_or_asks_more_than_are_there(
    left: timedelta, people: int, racing: bool
) -> None:
    match next_step(left=left, people=people, racing=racing):
        case One(keep=keep):
            assert timedelta(0) < keep <= min(left, LONGEST)
            assert not racing
        case Wave(size=size, then=then, open_for=open_for):
            assert 1 <= size <= min(people, LARGEST)
            assert timedelta(0) < then <= left
            assert timedelta(0) < open_for <= left
        case Over():
            pytest.fail("there were people, and time")


@given(people=some.integers(2, 300), short=LEFT, more=LEFT)
def test_with_more_time_left_it_is_never_a_wave_where_it_was_not_before(
    people: int, short: timedelta, more: timedelta
) -> None:
    if isinstance(next_step(left=short, people=people), One):
        assert isinstance(next_step(left=short + more, people=people), One)


@pytest.mark.parametrize(
    ("now", "start", "left"),
    [
        ("2026-05-28 10:00", "2026-05-28 18:00", 6 * HOUR),
        ("2026-05-28 10:00", "2026-05-29 10:00", 10 * HOUR),
        ("2026-05-28 21:30", "2026-05-29 12:00", 2 * HOUR),
        ("2026-05-28 21:30", "2026-05-29 09:00", timedelta(0)),
        ("2026-05-28 17:00", "2026-05-28 18:00", timedelta(0)),
        ("2026-03-07 12:00", "2026-03-09 12:00", 22 * HOUR),
        ("2026-10-31 12:00", "2026-11-02 12:00", 22 * HOUR),
    ],
)
def test_only_the_hours_in_which_patients_may_be_written_to_count_and_not_the_notice_of_the_practice(
    now: str, start: str, left: timedelta
) -> None:
    assert to_ask(now, start) == left


def test_nobody_is_asked_in_the_last_three_quarters_of_an_hour_where_the_practice_needs_no_notice() -> None:
    assert to_ask("2026-05-28 16:00", "2026-05-28 18:00", lead=timedelta(0)) == timedelta(minutes=75)
