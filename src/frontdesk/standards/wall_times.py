"""Times for a system that knows only the clock on the wall: which of them it can tell from any other."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period, instant, wall


def told_apart(during: Period, zone: ZoneInfo) -> bool:
    """Whether a wall clock shows both ends once, and as far from each other as they are.

    Where it does not, the clock is changed then or between: the other system might mean another hour.
    """
    start, end = wall(during.start, zone), wall(during.end, zone)
    shown = end.replace(tzinfo=None, fold=0) - start.replace(tzinfo=None, fold=0)
    return shown == during.length and _shown_once(start) and _shown_once(end)


@lru_cache(maxsize=4096)  # twenty people's lists name the same times twenty times
def told_period(day: date, at: time, length: timedelta, zone: ZoneInfo) -> Period | None:
    """The time that a wall clock and a length tell; None where the clock skips it, shows it twice or is changed in it.

    `length` is above zero.
    """
    start = instant(day, at, zone)
    if wall(start, zone).replace(tzinfo=None, fold=0) != datetime.combine(day, at):
        return None
    during = Period(start=start, end=start + length)
    return during if told_apart(during, zone) else None


def _shown_once(shown: datetime) -> bool:
    return shown.astimezone(UTC) == shown.replace(fold=1 - shown.fold).astimezone(UTC)
