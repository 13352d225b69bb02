"""The best few times for a wish: what fits it, spread so that there is a real choice, or the nearest there is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.domain.wish import Otherwise, Wish
from frontdesk.scheduling.nearest import nearest_others
from frontdesk.scheduling.spread import one_a_start, over_days, over_hours


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The slots to offer, soonest first. `exact`: they fit the wish as it was put; else they are the nearest."""

    slots: tuple[Slot, ...]
    exact: bool


def offers(
    slots: Iterable[Slot],
    wish: Wish,
    *,
    practice: Practice,
    count: int,
    passed_over: Iterable[datetime] = (),
    otherwise: Otherwise = Otherwise.NEAREST,
) -> Chosen:
    """The best few of the free slots for a wish, each at another time; none, and not exact, when nothing is free.

    When some fit, only those are chosen: for a wish within one day spread over its hours, else spread over the
    days, the earliest fitting start of each day first. Where several slots start together, the first listed is
    taken: `find_slots` lists the lighter day first. Starts in `passed_over` are not offered again.
    """
    declined = frozenset(passed_over)
    free = sorted((slot for slot in slots if slot.during.start not in declined), key=lambda slot: slot.during.start)
    zones = {location.id: location.zone for location in practice.locations}
    fitting = one_a_start(
        slot
        for slot in free
        if wish.practitioner in {None, slot.practitioner} and wish.fits(slot.during, zones[slot.location])
    )
    if not fitting and otherwise is Otherwise.NOTHING:
        picked = []
    elif not fitting:
        picked = nearest_others(free, wish, zones=zones, count=count, declined=declined)
    elif _within_one_day(wish):
        picked = over_hours(fitting, count)
    else:
        picked = over_days(fitting, count, zones)
    return Chosen(slots=tuple(sorted(picked, key=lambda slot: slot.during.start)), exact=bool(fitting))


def _within_one_day(wish: Wish) -> bool:
    """Whether every window of a wish names one and the same day."""
    days = {(window.first, window.last) for window in wish.windows}
    return len(days) == 1 and all(first is not None and first == last for first, last in days)
