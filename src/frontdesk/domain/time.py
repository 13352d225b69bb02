"""Stretches of time. Inside, every instant is UTC; a zone appears only where a wall clock is meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Period:
    """A stretch of time [start, end), in UTC; the end belongs to whoever comes next."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not (self.start.tzinfo is UTC and self.end.tzinfo is UTC and self.start < self.end):
            raise Impossible(f"Period needs UTC instants, start before end; got {self.start} to {self.end}")

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Period") -> bool:
        """Whether the other lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def within(self, other: "Period") -> "Period | None":
        """The part that lies inside the other, or None when they share nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start=start, end=end) if start < end else None

    def widened(self, *, before: timedelta = timedelta(0), after: timedelta = timedelta(0)) -> "Period":
        """The same stretch with time added at either side."""
        return Period(start=self.start - before, end=self.end + after)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class DayTime:
    """A stretch of a day on the wall clock, [start, end); an end of 00:00 means midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo or (self.end != time(0) and self.start >= self.end):
            raise Impossible(f"DayTime needs wall-clock times, start before end; got {self.start} to {self.end}")

    def on(self, day: date, zone: ZoneInfo) -> Period | None:
        """This stretch on one day of one zone, in UTC; None where the clock skips it whole."""
        last = day + timedelta(days=1) if self.end == time(0) else day
        start, end = instant(day, self.start, zone), instant(last, self.end, zone)
        return Period(start=start, end=end) if start < end else None


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time.

    A time that the clock shows twice in autumn is its first showing; one that spring skips becomes
    the same distance after the jump (02:30 reads 03:30), as RFC 5545 3.3.5 has it.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at a UTC instant."""
    return moment.astimezone(zone)


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same time as few, ordered stretches that do not touch."""
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and period.start <= joined[-1].end:
            if period.end > joined[-1].end:
                joined[-1] = Period(start=joined[-1].start, end=period.end)
        else:
            joined.append(period)
    return joined
