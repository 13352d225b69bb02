"""Dates, times, lengths and periods as a feed tells them (RFC 5545 3.3.4 to 3.3.9)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from frontdesk.standards.feed.text import Bad, Property

_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_YEARS = range(1600, 2500)  # birthdays without a year are told in 1604
_LENGTH = re.compile(r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")

Clocks = Callable[[str], tzinfo]
"""The clock of a TZID; "" for a time that names none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time on the wall and the clock that shows it; a day is its midnight."""

    wall: datetime
    clock: tzinfo
    is_day: bool = False

    @property
    def instant(self) -> datetime:
        """In UTC. What the clock shows twice is its first showing, what it skips lies as far behind the jump."""
        return self.wall.replace(tzinfo=self.clock).astimezone(UTC)

    def on_its_clock(self, moment: datetime) -> datetime:
        """An instant on the same wall."""
        return moment.astimezone(self.clock).replace(tzinfo=None)

    def at(self, wall: datetime) -> "Moment":
        """Another time on the same wall."""
        return Moment(wall=wall, clock=self.clock, is_day=self.is_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """`days` are counted on the calendar and may have 23 or 25 hours; `exact` follows, by the stop-watch."""

    days: int = 0
    exact: timedelta = timedelta(0)

    def end_of(self, start: Moment) -> datetime:
        """In UTC, when what begins then is over."""
        return start.at(start.wall + timedelta(days=self.days)).instant + self.exact

    @property
    def nominal(self) -> timedelta:
        """How long it would be if every day had 24 hours."""
        return self.exact + timedelta(days=self.days)


def moment(line: Property, value: str, clocks: Clocks) -> Moment:
    """One DATE or DATE-TIME. Raises: Bad."""
    match = _MOMENT.fullmatch(value.strip())
    if not match:
        raise Bad(f"{line.name} is neither a date (20270310) nor a date-time (20270310T150000)")
    try:
        wall = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - its clock is told apart
    except ValueError:
        raise Bad(f"{line.name} is a day or time that does not exist") from None
    if wall.year not in _YEARS:
        raise Bad(f"{line.name} lies in a year that nobody keeps a calendar for")
    if match[2] is None:
        return Moment(wall=wall, clock=clocks(""), is_day=True)
    if line.parameters.get("VALUE", "").upper() == "DATE":  # Outlook: a day, told as its midnight
        return Moment(wall=datetime.combine(wall.date(), time()), clock=clocks(""), is_day=True)
    return Moment(wall=wall, clock=UTC if match[3] else clocks(line.parameters.get("TZID", "")))


def moments(line: Property, clocks: Clocks) -> list[tuple[Moment, Length | None]]:
    """Every DATE, DATE-TIME or PERIOD of a list, a period with its length. Raises: Bad."""
    return [_moment_or_period(line, value, clocks) for value in line.value.split(",") if value.strip()]


def _moment_or_period(line: Property, value: str, clocks: Clocks) -> tuple[Moment, Length | None]:
    begins, is_period, ends = value.partition("/")
    start = moment(line, begins, clocks)
    if not is_period:
        return start, None
    if not ends.strip().lstrip("+-").upper().startswith("P"):
        exact = moment(line, ends, clocks).instant - start.instant
        if exact < timedelta(0):
            raise Bad(f"a period of {line.name} ends before it starts")
        return start, Length(exact=exact)
    return start, length(line.name, ends)


def length(name: str, value: str) -> Length:
    """A DURATION, not negative. Raises: Bad."""
    match = _LENGTH.fullmatch(value.strip().upper())
    if not match or not any(match.groups()[1:]):
        raise Bad(f"{name} is no length such as PT30M or P1D")
    if match[1] == "-":
        raise Bad(f"{name} is a negative length")
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups()[1:])
    return Length(days=7 * weeks + days, exact=timedelta(hours=hours, minutes=minutes, seconds=seconds))


def utc_of(line: Property | None, clocks: Clocks) -> datetime | None:
    """The instant of a stamp such as LAST-MODIFIED; None where there is none that can be read: nothing hangs on it."""
    try:
        return None if line is None else moment(line, line.value, clocks).instant
    except (Bad, OverflowError):
        return None


def midnight(day: date, clock: tzinfo) -> Moment:
    """A day on a clock."""
    return Moment(wall=datetime.combine(day, time()), clock=clock, is_day=True)
