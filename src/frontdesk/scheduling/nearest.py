"""What comes nearest to a wish that nothing fits."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Protocol, TypeVar

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import Period, wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.listing import load_of
from frontdesk.scheduling.ruler import any_of, listed
from frontdesk.scheduling.spread import Zones
from frontdesk.scheduling.starts import Starts
from frontdesk.scheduling.timetable import Timetable

APART = timedelta(hours=2)
FURTHEST = 62
"""Days to look for a day of the wish around a slot; no request for slots spans more."""


class Kin(IntEnum):
    """In which way a slot is near a wish, in the order a receptionist would name them."""

    ANOTHER_PERSON = 0
    ANOTHER_DAY = 1
    ANOTHER_HOUR = 2
    ANOTHER_WEEK = 3
    NEITHER = 4


class Time(Protocol):
    """What of a Slot says how near it is to a wish."""

    @property
    def during(self) -> Period:
        """When the visit would be."""
        ...

    @property
    def location(self) -> LocationId:
        """Whose clock its hours are of."""
        ...

    @property
    def practitioner(self) -> PractitionerId:
        """With whom."""
        ...


OneTime = TypeVar("OneTime", bound=Time)
DaysOff = dict[tuple[int, date], int]
"""How many days a day is from those of a window, by the window's place in the wish: asked once for each day."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class _Miss:
    """How far a slot is from a wish: least is best. `again`: its day is named already by a nearer slot."""

    again: bool
    days: int
    clock: timedelta
    start: datetime


def nearest(slots: Sequence[OneTime], wish: Wish, *, zones: Zones, count: int) -> list[OneTime]:
    """The slots that miss a wish least: by turns another person at the time asked for, the same hours of another
    day, other hours of the same day, and of a weekend the same a week later; only then what misses more. `slots` are
    soonest first.
    """
    near: dict[Kin, list[tuple[_Miss, OneTime]]] = {kin: [] for kin in Kin}
    named: set[tuple[Kin, date]] = set()
    off: DaysOff = {}
    for slot in slots:
        start = wall(slot.during.start, zones[slot.location])
        kin, days, clock = _missed(slot, wish, zones, off)
        first_of_day = (kin, start.date()) not in named
        named.add((kin, start.date()))
        again = kin not in {Kin.ANOTHER_HOUR, Kin.NEITHER} and not first_of_day
        near[kin].append((_Miss(again=again, days=days, clock=clock, start=slot.during.start), slot))
    queues = [[slot for _, slot in sorted(near[kin], key=lambda one: one[0])] for kin in Kin]
    picked: dict[datetime, OneTime] = {}
    for slot in (*_by_turns(queues[: Kin.NEITHER]), *queues[Kin.NEITHER]):
        if len(picked) < count:
            picked.setdefault(slot.during.start, slot)
    return list(picked.values())


def nearest_others(
    slots: Sequence[OneTime], wish: Wish, *, zones: Zones, count: int, declined: Collection[datetime]
) -> list[OneTime]:
    """The same, those first that begin well before or after what was declined.

    Whoever will not come at nine hears of a quarter past nine only where there is nothing else. Beyond a day that
    bounds the wish nothing is offered: who leaves on the 31st cannot come on the 5th.
    """
    beyond = [window for window in wish.excluded if window.is_beyond]
    if beyond:
        slots = [one for one in slots if not any(no.fits(one.during, zones[one.location]) for no in beyond)]
    apart = [one for one in slots if all(abs(one.during.start - start) >= APART for start in declined)]
    picked = nearest(apart, wish, zones=zones, count=count)
    if len(picked) < count and len(apart) < len(slots):
        starts = {one.during.start for one in apart}
        near = [one for one in slots if one.during.start not in starts]
        picked += nearest(near, wish, zones=zones, count=count - len(picked))
    return picked


def nearest_starts(
    found: Sequence[Starts],
    wish: Wish,
    table: Timetable,
    busy: BusyTime,
    *,
    count: int,
    passed_over: Sequence[datetime] = (),
) -> list[Slot]:
    """The same of all starts, as Slots, soonest first; of whoever can begin then it is who has the lighter day."""
    zones = {location.id: location.zone for location in table.practice.locations}
    alike: dict[tuple[LocationId, timedelta, bool], list[Starts]] = {}
    for starts in found:
        asked_for = wish.practitioner in {None, starts.practitioner.id}
        alike.setdefault((starts.location.id, starts.length, asked_for), []).append(starts)
    declined = set(passed_over)
    times = [
        _Start(during=Period(start=start, end=start + length), tick=tick, able=able)
        for (_, length, _), able in alike.items()
        for tick in listed(any_of(starts.ticks for starts in able))
        if (start := table.ruler.at(tick)) not in declined
    ]
    times.sort(key=lambda one: one.tick)
    picked = nearest_others(times, wish, zones=zones, count=count, declined=declined)
    return [one.slot(table, busy) for one in sorted(picked, key=lambda one: one.tick)]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Start:
    """A start at which some can begin who are all alike: as far from the wish, at one location."""

    during: Period
    tick: int
    able: Sequence[Starts]

    @property
    def location(self) -> LocationId:
        return self.able[0].location.id

    @property
    def practitioner(self) -> PractitionerId:
        return self.able[0].practitioner.id

    def slot(self, table: Timetable, busy: BusyTime) -> Slot:
        able = [starts for starts in self.able if starts.ticks >> self.tick & 1]
        return min(able, key=lambda one: load_of(one, self.tick, table, busy)).slot_at(self.tick, table)


def kin_of(slot: Time, wish: Wish, zones: Zones) -> Kin:
    """In which way a slot is near a wish that it does not fit."""
    return _missed(slot, wish, zones, {})[0]


def _missed(slot: Time, wish: Wish, zones: Zones, off: DaysOff) -> tuple[Kin, int, timedelta]:
    """How a slot misses a wish: by which kind, how many days, how much on the clock."""
    zone = zones[slot.location]
    start, end = wall(slot.during.start, zone), wall(slot.during.end, zone)
    day, clock = min(
        (
            (_days_off(place, window, start.date(), off), _clock_off(window, start, end))
            for place, window in enumerate(wish.windows)
        ),
        default=(0, timedelta(0)),
    )
    excluded = any(window.fits(slot.during, zone) for window in wish.excluded)
    if wish.practitioner not in {None, slot.practitioner}:
        kin = Kin.NEITHER if excluded or day or clock else Kin.ANOTHER_PERSON
    elif excluded or (day and clock):
        kin = Kin.NEITHER
    elif clock:
        kin = Kin.ANOTHER_HOUR
    else:
        kin = Kin.ANOTHER_WEEK if _is_a_week_later(wish, start.date()) else Kin.ANOTHER_DAY
    return kin, day, clock


def _is_a_week_later(wish: Wish, day: date) -> bool:
    """Whoever asks for a Saturday may be at work on all other days."""
    weekend = day.weekday() >= Weekday.SATURDAY.value
    return weekend and any(window.first == window.last == day - timedelta(weeks=1) for window in wish.windows)


def _days_off(place: int, window: Window, day: date, off: DaysOff) -> int:
    if (place, day) not in off:
        steps = (timedelta(days=distance) for distance in range(FURTHEST + 1))
        near = (step.days for step in steps if window.fits_day(day + step) or window.fits_day(day - step))
        off[place, day] = next(near, FURTHEST + 1)
    return off[place, day]


def _clock_off(window: Window, start: datetime, end: datetime) -> timedelta:
    """How much later or earlier a visit would have to be to lie in a window's part of the day."""
    begins, over = _since_midnight(start.time()), _since_midnight(end.time())
    if end.date() > start.date():
        over += timedelta(days=1)
    if window.at is not None:
        return abs(begins - _since_midnight(window.at))
    off = [timedelta(0)]
    if window.earliest is not None:
        off.append(_since_midnight(window.earliest) - begins)
    if window.latest is not None and window.latest != time(0):
        off.append(begins - _since_midnight(window.latest) + timedelta(minutes=1))
    if window.done_by is not None:
        off.append(over - _since_midnight(window.done_by))
    return max(off)


def _since_midnight(shown: time) -> timedelta:
    return timedelta(hours=shown.hour, minutes=shown.minute, seconds=shown.second)


def _by_turns(queues: Iterable[Sequence[OneTime]]) -> Iterator[OneTime]:
    """The first of each queue, then the second of each, and so on."""
    waiting = [iter(queue) for queue in queues]
    while waiting:
        for queue in list(waiting):
            slot = next(queue, None)
            if slot is None:
                waiting.remove(queue)
            else:
                yield slot
