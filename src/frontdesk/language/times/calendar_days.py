"""Sums over the calendar: which day is meant, seen from today. Weeks begin on Monday."""

from datetime import date, timedelta

from frontdesk.domain.practice import Weekday
from frontdesk.language.times.pieces import Days

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def coming(weekday: Weekday, today: date) -> date:
    """The next day of that name after today; a day named today is next week's."""
    return today + DAY * ((weekday.value - today.weekday() - 1) % 7 + 1)


def week_of(day: date) -> Days:
    """Monday to Sunday around a day."""
    monday = day - DAY * day.weekday()
    return Days(first=monday, last=monday + 6 * DAY)


def month_of(year: int, month: int) -> Days:
    """The whole of a month."""
    return Days(first=date(year, month, 1), last=_next_month(year, month) - DAY)


def _next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def day_in(month: int, day: int, today: date, year: int | None = None) -> Days | None:
    """That date, in the year named or the next one that is not past; None where no calendar has it."""
    for candidate in (year,) if year else range(today.year, today.year + 9):
        found = _date(candidate, month, day)
        if found and (year or found >= today):
            return Days(first=found, last=found)
    return None


def day_of_month(day: int, today: date) -> date | None:
    """The next day with that number, today included; None where there is none."""
    year, month = today.year, today.month
    for _ in range(12):
        found = _date(year, month, day)
        if found and found >= today:
            return found
        following = _next_month(year, month)
        year, month = following.year, following.month
    return None


def full_year(digits: str | None) -> int | None:
    """2026 from "2026" or "26"; None from nothing."""
    if not digits:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def coming_month(month: int, today: date) -> Days:
    """That month, from today on when it has begun."""
    year = today.year if month >= today.month else today.year + 1
    whole = month_of(year, month)
    assert whole.first is not None, "a month has a first day"
    return Days(first=max(whole.first, today), last=whole.last)


def part_of_month(whole: Days, part: str) -> Days:
    """Its early (1-10), middle (11-20) or late days (21 on)."""
    assert whole.last is not None, "a month has a last day"
    first = whole.last.replace(day=1)
    if part == "early":
        return Days(first=first, last=first.replace(day=10))
    if part == "mid":
        return Days(first=first.replace(day=11), last=first.replace(day=20))
    return Days(first=first.replace(day=21), last=whole.last)


def next_month(today: date) -> Days:
    """The month after this one."""
    following = _next_month(today.year, today.month)
    return month_of(following.year, following.month)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
