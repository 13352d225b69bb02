"""Time stamps (type TS): `YYYY[MM[DD[HH[MM[SS[.S]]]]]][+/-ZZZZ]`, on the wall of a location unless an offset says more.

A wall time that the clock shows twice in autumn, or never in spring, is told so and not chosen among.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.hl7.notation import Unwritable

_STAMP = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?:(?P<day>[0-9]{2})"
    r"(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6}))?)?)?)?)?)?"
    r"(?P<offset>Z|[+-][0-9]{4})?"
)
_YEARS = range(1800, 2200)  # in which people are born and come; 0001 and 9999 stand for something else
_FARTHEST = timedelta(hours=14)  # no place on earth is further from UTC


def _nowhere() -> Mapping[str, ZoneInfo]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Zones:
    """Whose wall a time without an offset is on: by the site's code of the location; else everybody's, if any."""

    everywhere: ZoneInfo | None = None
    by_location: Mapping[str, ZoneInfo] = field(default_factory=_nowhere)

    def at(self, location: str) -> ZoneInfo | None:
        """The zone of a location."""
        return self.by_location.get(location, self.everywhere)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """A time stamp as it was written. `at` None: a day, or less, without a time; `offset` None: on somebody's wall."""

    year: int
    month: int | None = None
    day: int | None = None
    at: time | None = None
    offset: timedelta | None = None

    @property
    def date(self) -> date | None:
        """The day it names; None where only a year or a month is given."""
        return None if self.month is None or self.day is None else date(self.year, self.month, self.day)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeUnclear:
    """A time that cannot be told; `why` says what stands in the way. `candidates` are the instants it may be."""

    why: str
    candidates: tuple[datetime, ...] = ()


def read_stamp(text: str) -> Stamp | None:
    """A time stamp, or None where the text is none."""
    found = _STAMP.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (
        None if found[name] is None else int(found[name])
        for name in ("year", "month", "day", "hour", "minute", "second")
    )
    try:
        date(year or 0, month or 1, day or 1)
        part = int((found["part"] or "0").ljust(6, "0"))
        at = None if hour is None or minute is None else time(hour, minute, second or 0, part)
        offset = _offset(found["offset"])
    except ValueError:
        return None
    if (hour is not None and minute is None) or int(found["year"]) not in _YEARS:
        return None  # an hour alone is no time that anybody could come at
    return Stamp(year=year or 0, month=month, day=day, at=at, offset=offset)


def instants(stamp: Stamp, zone: ZoneInfo | None) -> tuple[datetime, ...]:
    """The UTC instants that it may be, in order: one; two in the hour that autumn shows twice; none that spring skips.

    None either where it has no time, or no offset and there is no zone.
    """
    if stamp.date is None or stamp.at is None:
        return ()
    if stamp.offset is not None:
        return (datetime.combine(stamp.date, stamp.at, tzinfo=timezone(stamp.offset)).astimezone(UTC),)
    if zone is None:
        return ()
    shown = (datetime.combine(stamp.date, stamp.at.replace(fold=fold), tzinfo=zone) for fold in (0, 1))
    found = {one.astimezone(UTC) for one in shown}
    wall = datetime.combine(stamp.date, stamp.at)
    return tuple(sorted(one for one in found if one.astimezone(zone).replace(tzinfo=None) == wall))


def instant_of(text: str, zone: ZoneInfo | None) -> datetime | TimeUnclear:
    """The UTC instant of a time stamp, or why there is not one."""
    stamp = read_stamp(text)
    if stamp is None:
        return TimeUnclear(why="it is no time stamp")
    found = instants(stamp, zone)
    if len(found) == 1:
        return found[0]
    if found:
        return TimeUnclear(why="the clock shows this time twice that night", candidates=found)
    if stamp.at is None:
        return TimeUnclear(why="it is a day without a time")
    if zone is None:
        return TimeUnclear(why="it has no offset, and the zone of its location is not known")
    return TimeUnclear(why="the clock skips this time that night")


def period_of(
    start: datetime | TimeUnclear, end: datetime | TimeUnclear | None, length: timedelta | None
) -> Period | TimeUnclear:
    """The time from start to end, or of a length from its start.

    Of two instants that a clock shows alike, those are taken that the other figures leave as the only possible ones.
    """
    starts, ends = _possible(start), None if end is None else _possible(end)
    if ends is None and length is None:
        return start if isinstance(start, TimeUnclear) else TimeUnclear(why="it has neither an end nor a length")
    fits = {
        (first, last)
        for first in starts
        for last in (ends if ends is not None else [first + length] if length is not None else [])
        if first < last
    }
    if len(fits) > 1 and length is not None:
        fits = {(first, last) for first, last in fits if last - first == length} or fits
    if len(fits) == 1:
        ((first, last),) = fits
        return Period(start=first, end=last)
    if fits:
        return TimeUnclear(why="the clock shows this time twice that night", candidates=tuple(sorted(starts)))
    unclear = next((one for one in (start, end) if isinstance(one, TimeUnclear)), None)
    return unclear or TimeUnclear(why="its end does not come after its start")


def wall_stamp(moment: datetime, zone: ZoneInfo) -> str:
    """What the wall shows at an instant, without an offset. Raises: Unwritable (it shows the same an hour apart)."""
    shown = moment.astimezone(zone)
    stamp = Stamp(year=shown.year, month=shown.month, day=shown.day, at=shown.time())
    if len(instants(stamp, zone)) != 1:
        raise Unwritable("The clock shows this time twice that night, and this site is told no offset. Take another.")
    return f"{shown:%Y%m%d%H%M%S}"


def _possible(moment: datetime | TimeUnclear) -> Iterable[datetime]:
    return moment.candidates if isinstance(moment, TimeUnclear) else (moment,)


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text == "Z":  # no form of the standard's, but nobody means anything else by it
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:])
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
    if minutes > 59 or abs(offset) > _FARTHEST:
        raise ValueError(text)
    return offset
