"""What comes nearest to a wish that nothing fits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum

from frontdesk.domain.appointment import Slot
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.spread import Zones

FURTHEST = 62
"""Days to look for a day of the wish around a slot; no request for slots spans more."""


class Kin(IntEnum):
    """In which way a slot is near a wish, in the order a receptionist would name them."""

    ANOTHER_PERSON = 0
    ANOTHER_DAY = 1
    ANOTHER_HOUR = 2
    NEITHER = 3


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class _Miss:
    """How far a slot is from a wish: least is best. `again`: its day is named already by a nearer slot."""

    again: bool
    days: int
    clock: timedelta
    start: datetime


def nearest(slots: Sequence[Slot], wish: Wish, *, zones: Zones, count: int) -> list[Slot]:
    """The slots that miss a wish least: by turns another person at the time asked for, the same hours of another
    day, other hours of the same day; only then what misses more. `slots` are soonest first.
    """
    near: dict[Kin, list[tuple[_Miss, Slot]]] = {kin: [] for kin in Kin}
    named: set[tuple[Kin, date]] = set()
    for slot in slots:
        start = wall(slot.during.start, zones[slot.location])
        kin, days, clock = _missed(slot, wish, zones)
        first_of_day = (kin, start.date()) not in named
        named.add((kin, start.date()))
        again = kin in {Kin.ANOTHER_PERSON, Kin.ANOTHER_DAY} and not first_of_day
        near[kin].append((_Miss(again=again, days=days, clock=clock, start=slot.during.start), slot))
    queues = [[slot for _, slot in sorted(near[kin], key=lambda one: one[0])] for kin in Kin]
    picked: dict[datetime, Slot] = {}
    for slot in (*_by_turns(queues[: Kin.NEITHER]), *queues[Kin.NEITHER]):
        if len(picked) < count:
            picked.setdefault(slot.during.start, slot)
    return list(picked.values())


def kin_of(slot: Slot, wish: Wish, zones: Zones) -> Kin:
    """In which way a slot is near a wish that it does not fit."""
    return _missed(slot, wish, zones)[0]


def _missed(slot: Slot, wish: Wish, zones: Zones) -> tuple[Kin, int, timedelta]:
    """How a slot misses a wish: by which kind, how many days, how much on the clock."""
    zone = zones[slot.location]
    start, end = wall(slot.during.start, zone), wall(slot.during.end, zone)
    day, clock = min(
        ((_days_off(window, start.date()), _clock_off(window, start, end)) for window in wish.windows),
        default=(0, timedelta(0)),
    )
    excluded = any(window.fits(slot.during, zone) for window in wish.excluded)
    if wish.practitioner not in {None, slot.practitioner}:
        kin = Kin.NEITHER if excluded or day or clock else Kin.ANOTHER_PERSON
    elif excluded or (day and clock):
        kin = Kin.NEITHER
    else:
        kin = Kin.ANOTHER_HOUR if clock else Kin.ANOTHER_DAY
    return kin, day, clock


def _days_off(window: Window, day: date) -> int:
    for distance in range(FURTHEST + 1):
        step = timedelta(days=distance)
        if window.fits_day(day + step) or window.fits_day(day - step):
            return distance
    return FURTHEST + 1


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


def _by_turns(queues: Iterable[Sequence[Slot]]) -> Iterator[Slot]:
    """The first of each queue, then the second of each, and so on."""
    waiting = [iter(queue) for queue in queues]
    while waiting:
        for queue in list(waiting):
            slot = next(queue, None)
            if slot is None:
                waiting.remove(queue)
            else:
                yield slot
