"""Which times a system that knows only the wall clock can tell from any other."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.domain.time import Period, wall
from frontdesk.standards.wall_times import told_apart, told_period

CHICAGO = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "plain"),
    [
        (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), True),  # 23:00 to 00:00
        (datetime(2026, 11, 1, 5, 0, tzinfo=UTC), False),  # 00:00 to 01:00: which 01:00?
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), False),  # over the change
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), False),  # the second 01:00
        (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), True),  # 02:00 to 03:00
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), False),  # 01:00 to the jump
        (datetime(2026, 3, 8, 7, 30, tzinfo=UTC), False),  # over the jump
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), True),  # 03:00 to 04:00
    ],
)
def test_a_time_around_a_change_of_the_clock_is_told_apart_only_where_it_is_plain(start: datetime, plain: bool) -> None:
    assert told_apart(Period(start=start, end=start + HOUR), CHICAGO) is plain


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 3, 8), time(2, 30)),  # skipped
        (date(2026, 11, 1), time(1, 30)),  # shown twice
        (date(2026, 11, 1), time(0, 30)),  # its end is shown twice
    ],
)
def test_a_time_that_is_skipped_or_shown_twice_tells_no_period(day: date, at: time) -> None:
    assert told_period(day, at, HOUR, CHICAGO) is None


def test_a_plain_time_tells_its_period() -> None:
    start = datetime(2026, 5, 28, 15, 0, tzinfo=UTC)

    assert told_period(date(2026, 5, 28), time(10), HOUR, CHICAGO) == Period(start=start, end=start + HOUR)


@given(since=st.integers(0, 366 * 24 * 60), minutes=st.integers(1, 300))
def test_what_is_told_apart_is_told_back_as_it_was(since: int, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=since)
    during = Period(start=start, end=start + timedelta(minutes=minutes))
    shown = wall(start, CHICAGO)

    told = told_period(shown.date(), shown.time(), during.length, CHICAGO)

    assert told == (during if told_apart(during, CHICAGO) else None)
