"""A few times out of many, so that they are a real choice."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import LocationId
from frontdesk.domain.time import wall

Zones = Mapping[LocationId, ZoneInfo]


def day_of(slot: Slot, zones: Zones) -> date:
    """The day a slot starts, on the wall clock of its location."""
    return wall(slot.during.start, zones[slot.location]).date()


def one_a_start(slots: Iterable[Slot]) -> list[Slot]:
    """The first slot of each start, in the order given: two people at one time are no choice of times."""
    first: dict[datetime, Slot] = {}
    for slot in slots:
        first.setdefault(slot.during.start, slot)
    return list(first.values())


def over_days(slots: Sequence[Slot], count: int, zones: Zones) -> list[Slot]:
    """The earliest slot of each of the soonest days; where the days are fewer than wanted, more of those days.

    `slots` are soonest first, one a start.
    """
    days = [list(of_day) for _, of_day in groupby(slots, key=lambda slot: day_of(slot, zones))][:count]
    shares = [0] * len(days)
    for _ in range(min(count, sum(map(len, days)))):
        poorest = min((number for number, day in enumerate(days) if shares[number] < len(day)), key=shares.__getitem__)
        shares[poorest] += 1
    return [slot for day, share in zip(days, shares, strict=True) for slot in over_hours(day, share)]


def over_hours(slots: Sequence[Slot], count: int) -> list[Slot]:
    """The earliest slot, the latest, and between them those nearest to even distances.

    `slots` are soonest first, one a start.
    """
    if count >= len(slots):
        return list(slots)
    if count <= 1:
        return list(slots[:count])
    first, last = slots[0].during.start, slots[-1].during.start
    left = list(slots)
    picked = []
    for number in range(count):
        wanted = first + (last - first) * number / (count - 1)
        closest = min(left, key=lambda slot: (abs(slot.during.start - wanted), slot.during.start))
        left.remove(closest)
        picked.append(closest)
    return picked
