"""Time cut into equal ticks, so that a set of stretches is one whole number and sums become shifts and ands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import compress
from math import gcd
from zoneinfo import ZoneInfo

from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import DayTime, Period, wall

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
FIVE_MINUTES = timedelta(minutes=5)
"""A tick is never longer, so that one visit can follow another wherever on the clock that ends."""

WHOLE_DAY = DayTime(start=time(0), end=time(0))

BIT_VALUES = bytes.maketrans(b"01", b"\x00\x01")
"""Turns a set written as text into one byte a tick, 0 or 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruler:
    """A stretch of `count` ticks from a UTC instant. A set of ticks is an integer: bit i is tick i from the start."""

    start: datetime
    tick: timedelta
    count: int

    @property
    def whole(self) -> int:
        """All of its ticks."""
        return (1 << self.count) - 1

    def at(self, tick: int) -> datetime:
        """The UTC instant a tick begins."""
        return self.start + tick * self.tick

    def ticks(self, length: timedelta) -> int:
        """How many ticks a length takes, rounded up."""
        return -(-length // self.tick)

    def between(self, first: int, end: int) -> int:
        """The ticks from `first` up to `end`, cut to the ruler."""
        first, end = max(first, 0), min(end, self.count)
        return ((1 << (end - first)) - 1) << first if first < end else 0

    def at_or_after(self, moment: datetime) -> int:
        """The first tick that begins at an instant or later."""
        return -((self.start - moment) // self.tick)

    def at_or_before(self, moment: datetime) -> int:
        """The last tick that begins at an instant or sooner."""
        return (moment - self.start) // self.tick

    def inside(self, period: Period) -> int:
        """The ticks that lie wholly in a period: what may be used of open time."""
        return self.between(self.at_or_after(period.start), self.at_or_before(period.end))

    def touching(self, period: Period) -> int:
        """The ticks that share an instant with a period: what is lost to busy time.

        A visit begins and ends on ticks, so nothing that would fit is lost by this.
        """
        return self.between(self.at_or_before(period.start), self.at_or_after(period.end))

    def stretch_of(self, period: Period) -> tuple[int, int]:
        """The first tick that shares an instant with a period, and the tick after the last such."""
        return self.at_or_before(period.start), self.at_or_after(period.end)

    def together(self, stretches: Iterable[tuple[int, int]], *, without: Iterable[tuple[int, int]] = ()) -> int:
        """The ticks of all the stretches (first tick, tick after the last), cut to the ruler, less those of `without`.

        As quick for a thousand stretches as for one: a long integer is written once.
        """
        bits = bytearray(b"0") * self.count  # the last tick stands first
        for mark, listed in ((b"1", stretches), (b"0", without)):
            for first, end in listed:
                first, end = max(first, 0), min(end, self.count)
                if first < end:
                    bits[self.count - end : self.count - first] = mark * (end - first)
        return int(bits, 2)

    def days(self, zone: ZoneInfo) -> Iterator[tuple[date, Period]]:
        """Each day of a zone that lies wholly on the ruler, from its midnight to the next."""
        day = wall(self.start, zone).date() + DAY
        last = wall(self.at(self.count), zone).date()
        while day < last:
            if whole := WHOLE_DAY.on(day, zone):
                yield day, whole
            day += DAY


def reach_of(practice: Practice, span: Period) -> Period:
    """The whole days, by UTC, of a ruler over a span: two more on either side, so that one is whole in every zone."""
    buffers = max((max(_buffers(service)) for service in practice.services), default=timedelta(0))
    first, last = (span.start - buffers).date(), (span.end + buffers).date()
    return Period(
        start=datetime.combine(first, time(0), UTC) - 2 * DAY, end=datetime.combine(last, time(0), UTC) + 3 * DAY
    )


def ruler_for(practice: Practice, span: Period) -> Ruler:
    """A ruler over a span and at least a day around it, on whose ticks every time of the practice falls.

    The tick is the greatest length that divides five minutes and every length, buffer, wall-clock time and zone
    offset: five minutes for most practices.
    """
    reach = reach_of(practice, span)
    tick = gcd(*(moment // SECOND for moment in _times(practice, reach.start, reach.length // DAY))) * SECOND
    return Ruler(start=reach.start, tick=tick, count=reach.length // tick)


def in_a_row(free: int, ticks: int) -> int:
    """The ticks from which on at least that many ticks in a row are free."""
    have = 1
    while have << 1 <= ticks:
        free &= free >> have
        have <<= 1
    return free & free >> (ticks - have) if have < ticks else free


def at_least(sets: list[int], count: int) -> int:
    """The ticks found in at least `count` of the sets."""
    if count == 1:
        return any_of(sets)
    reached = [-1] + [0] * count
    for ticks in sets:
        for already in range(count, 0, -1):
            reached[already] |= reached[already - 1] & ticks
    return reached[count]


def less(ticks: int, taken: int) -> int:
    """The ticks of one set that are not in another: quicker than `ticks & ~taken`, which writes a negative number."""
    return ticks ^ ticks & taken


def any_of(sets: Iterable[int]) -> int:
    """The ticks found in any of the sets."""
    together = 0
    for ticks in sets:
        together |= ticks
    return together


def in_bytes(ticks: int, count: int) -> bytes:
    """A set of ticks as bytes, out of which days are cut: to shift it for each day would take its whole length."""
    return ticks.to_bytes((count + 7) >> 3, "little")


def cut_out(of: bytes, first: int, end: int) -> int:
    """The ticks of a set from one up to another, as a set that begins at the first of them."""
    return int.from_bytes(of[first >> 3 : (end + 7) >> 3], "little") >> (first & 7) & ((1 << (end - first)) - 1)


def touching_or_near(ticks: int, reach: int) -> int:
    """The ticks of a set and those up to `reach` ticks before or after one of them."""
    before, after, have = ticks, ticks, 0
    while have < reach:
        step = min(have or 1, reach - have)
        before, after = before | before >> step, after | after << step
        have += step
    return before | after


def listed(ticks: int) -> list[int]:
    """The ticks of a set, in order."""
    bits = f"{ticks:b}".encode().translate(BIT_VALUES)
    return list(compress(range(len(bits)), reversed(bits)))


def _times(practice: Practice, first: datetime, days: int) -> Iterator[timedelta]:
    yield from (FIVE_MINUTES, practice.policies.grid, practice.policies.travel)
    for service in practice.services:
        yield from (service.length, *_buffers(service), *service.lengths.values(), service.rules.extra_for_new)
        if service.processing:
            yield from (service.processing.after, service.processing.length)
        if service.rules.latest_start:
            yield since_midnight(service.rules.latest_start)
    for location in practice.locations:
        yield location.latest_arrival
        for hours in location.hours.values():
            yield from _clock(hours)
        for day in range(days + 1):
            yield wall(first + day * DAY, location.zone).utcoffset() or timedelta(0)
    for practitioner in practice.practitioners:
        for shift in practitioner.shifts:
            yield from _clock((shift.during, *shift.breaks, *shift.for_new))
            if shift.lunch:
                yield from (*_clock((shift.lunch.between,)), shift.lunch.length)


def _buffers(service: Service) -> tuple[timedelta, ...]:
    return service.before, service.after, service.practitioner_before, service.practitioner_after


def _clock(stretches: tuple[DayTime, ...]) -> Iterator[timedelta]:
    for stretch in stretches:
        for shown in (stretch.start, stretch.end):
            yield since_midnight(shown)


def since_midnight(shown: time) -> timedelta:
    """How long after midnight a clock shows a time."""
    return timedelta(hours=shown.hour, minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)
