"""Stretches of wall-clock time, each of one grain, and the sums that lead from one to another.

All times here are what a clock on the wall shows: datetimes without zone. Weeks begin on Monday.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

DAY = timedelta(days=1)


class Grain(Enum):
    """How finely a time was said: "March" by the month, "at half past two" by the minute."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def is_clock(self) -> bool:
        """Whether a clock shows it, rather than a calendar."""
        return self in (Grain.SECOND, Grain.MINUTE, Grain.HOUR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Wall time [start, end). `is_one`: it is a single unit of its grain, told as a point."""

    start: datetime
    end: datetime
    grain: Grain
    is_one: bool = True


def midnight(day: date) -> datetime:
    """The start of a day."""
    return datetime.combine(day, time(0))


def begun(at: datetime, grain: Grain) -> datetime:
    """The start of the unit that a moment lies in."""
    match grain:
        case Grain.SECOND:
            return at.replace(microsecond=0)
        case Grain.MINUTE:
            return at.replace(second=0, microsecond=0)
        case Grain.HOUR:
            return at.replace(minute=0, second=0, microsecond=0)
        case Grain.DAY:
            return midnight(at.date())
        case Grain.WEEK:
            return midnight(at.date()) - at.weekday() * DAY
        case Grain.MONTH:
            return midnight(at.date().replace(day=1))
        case Grain.QUARTER:
            return midnight(at.date().replace(month=(at.month - 1) // 3 * 3 + 1, day=1))
        case Grain.YEAR:
            return midnight(at.date().replace(month=1, day=1))


def moved(at: datetime, amount: int, grain: Grain) -> datetime:
    """The moment so many units later (or earlier); a day the month lacks becomes its last one."""
    match grain:
        case Grain.SECOND:
            return at + timedelta(seconds=amount)
        case Grain.MINUTE:
            return at + timedelta(minutes=amount)
        case Grain.HOUR:
            return at + timedelta(hours=amount)
        case Grain.DAY:
            return at + amount * DAY
        case Grain.WEEK:
            return at + 7 * amount * DAY
        case Grain.MONTH:
            return _months_on(at, amount)
        case Grain.QUARTER:
            return _months_on(at, 3 * amount)
        case Grain.YEAR:
            return _months_on(at, 12 * amount)


def _months_on(at: datetime, amount: int) -> datetime:
    months = at.year * 12 + at.month - 1 + amount
    year, month = divmod(months, 12)
    return datetime.combine(date(year, month + 1, min(at.day, days_in(year, month + 1))), at.time())


def days_in(year: int, month: int) -> int:
    """How many days that month has."""
    return ((date(year + month // 12, month % 12 + 1, 1)) - date(year, month, 1)).days


def unit(at: datetime, grain: Grain, ahead: int = 0) -> Stretch:
    """The whole unit around a moment, or one so many units ahead of it."""
    start = moved(begun(at, grain), ahead, grain)
    return Stretch(start=start, end=moved(start, 1, grain), grain=grain)


def some(at: datetime, grain: Grain, amount: int, ahead: int = 0) -> Stretch:
    """Several whole units in a row, the first one so many ahead of the moment."""
    start = moved(begun(at, grain), ahead, grain)
    return Stretch(start=start, end=moved(start, amount, grain), grain=grain, is_one=False)


def a_day(day: date) -> Stretch:
    """One day of the calendar."""
    return unit(midnight(day), Grain.DAY)


def weekend(at: datetime, ahead: int = 0) -> Stretch:
    """Saturday and Sunday of this week or one so many weeks ahead."""
    saturday = moved(begun(at, Grain.WEEK), ahead, Grain.WEEK) + 5 * DAY
    return Stretch(start=saturday, end=saturday + 2 * DAY, grain=Grain.DAY, is_one=False)


def day_or_none(year: int, month: int, day: int) -> date | None:
    """That date, or None where no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def inside(whole: Stretch, part: str) -> Stretch:
    """The early, middle or late third of a month, week or year, or its first or last unit of days."""
    days = (whole.end - whole.start).days
    if whole.grain is Grain.MONTH:
        cuts = {"early": (0, 10), "mid": (10, 20), "late": (20, days)}
    elif whole.grain is Grain.YEAR:
        cuts = {"early": (0, 59), "mid": (151, 243), "late": (days - 61, days)}
    elif whole.grain is Grain.WEEK:
        cuts = {"early": (0, 2), "mid": (2, 3), "late": (3, 5)}
    else:
        third = max(1, days // 3)
        cuts = {"early": (0, third), "mid": (third, days - third), "late": (days - third, days)}
    first, last = cuts[part]
    return Stretch(
        start=whole.start + first * DAY, end=whole.start + last * DAY, grain=Grain.DAY, is_one=last - first == 1
    )
