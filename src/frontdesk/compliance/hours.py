"""When somebody may be contacted next, by hours of the day in every place that they may be in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.compliance.rule import Hours
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import instant, wall

LOOKED_AHEAD = timedelta(days=21)
"""Somewhere in so many days there is an hour that suits every state."""


def next_open(hours: Sequence[tuple[Hours, ZoneInfo]], at: datetime) -> datetime | None:
    """The first instant from `at` on that lies within all of the hours; None: there is none in LOOKED_AHEAD.

    The end of a stretch is outside it: at 21:00:00 nobody is texted, though the law says "after 9 p.m."
    """
    found = at
    while found - at <= LOOKED_AHEAD:
        later = max((_next_in(one, zone, found) for one, zone in hours), default=found)
        if later == found:
            return found
        found = later
    return None


def _next_in(hours: Hours, zone: ZoneInfo, at: datetime) -> datetime:
    day = wall(at, zone).date()
    for ahead in range(LOOKED_AHEAD.days + 2):
        on = day + timedelta(days=ahead)
        during = hours.days.get(Weekday(on.weekday()))
        if during is None or (not hours.holidays and is_holiday(on)):
            continue
        open_ = during.on(on, zone)
        if open_ is not None and at < open_.end:
            return max(at, open_.start)
    return at + LOOKED_AHEAD + timedelta(days=1)


def next_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that ends the day there."""
    return instant(wall(at, zone).date() + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)


def is_holiday(day: date) -> bool:
    """Whether it is a federal holiday, or is kept as one because it falls on a weekend (5 U.S.C. 6103)."""
    return any(
        day in {fixed, _kept(fixed)}
        for year in (day.year, day.year + 1)
        for fixed in (date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25))
    ) or day in {
        _nth(day.year, 1, Weekday.MONDAY, 3),
        _nth(day.year, 2, Weekday.MONDAY, 3),
        _last_monday_of_may(day.year),
        _nth(day.year, 9, Weekday.MONDAY, 1),
        _nth(day.year, 10, Weekday.MONDAY, 2),
        _nth(day.year, 11, Weekday.THURSDAY, 4),
    }


def _kept(day: date) -> date:
    shift = {5: -1, 6: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


def _nth(year: int, month: int, weekday: Weekday, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday.value - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
