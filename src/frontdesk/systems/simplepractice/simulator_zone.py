"""The VTIMEZONE of a feed: the rules of the winter of 2006, for every year since."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FROZEN_AT = datetime(2007, 1, 1, tzinfo=UTC)
"""Seen [zone-of-2006]: the block holds the last change before this day and the first after it, as yearly rules.

America/New_York therefore turns its clocks back on the last Sunday of October, as it did until 2006; since then it is
the first Sunday of November, and who trusts the block is an hour out for the week between. Guess [other-zones]: they
are frozen on the same day, and one that never changed its clocks has one rule that does not repeat.
"""

SEARCHED = timedelta(days=366)
NEVER = "19700101T000000"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@lru_cache(maxsize=16)
def vtimezone(zone: ZoneInfo) -> tuple[str, ...]:
    """The lines of the block, daylight time first."""
    parts = sorted([_part(zone, after) for after in _changes(zone)] or [_fixed(zone)])
    lines = [line for _, part in parts for line in part]
    return ("BEGIN:VTIMEZONE", f"TZID:{zone.key}", *lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The last instant before the frozen day at which the clocks changed, and the first after it."""
    hour = timedelta(hours=1)
    for step in (-hour, hour):
        at = FROZEN_AT
        while abs(at - FROZEN_AT) < SEARCHED:
            earlier, later = sorted((at, at + step))
            if _offset(zone, earlier) != _offset(zone, later):
                yield later
                break
            at += step


def _part(zone: ZoneInfo, changed: datetime) -> tuple[str, tuple[str, ...]]:
    """The kind of one rule, and its lines. Seen [zone-start-after-the-change]: DTSTART is the clock just after it."""
    wall = changed.astimezone(zone)
    before = _offset(zone, changed - timedelta(hours=1))
    kind = "DAYLIGHT" if wall.dst() else "STANDARD"
    last = (wall + timedelta(days=7)).month != wall.month
    which = -1 if last else (wall.day - 1) // 7 + 1
    return kind, (
        f"BEGIN:{kind}",
        f"DTSTART:{wall:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_written(before)}",
        f"TZOFFSETTO:{_written(_offset(zone, changed))}",
        f"RRULE:FREQ=YEARLY;BYDAY={which}{DAYS[wall.weekday()]};BYMONTH={wall.month}",
        f"TZNAME:{wall.tzname()}",
        f"END:{kind}",
    )


def _fixed(zone: ZoneInfo) -> tuple[str, tuple[str, ...]]:
    offset = _written(_offset(zone, FROZEN_AT))
    return "STANDARD", (
        "BEGIN:STANDARD",
        f"DTSTART:{NEVER}",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        f"TZNAME:{FROZEN_AT.astimezone(zone).tzname()}",
        "END:STANDARD",
    )


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _written(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
