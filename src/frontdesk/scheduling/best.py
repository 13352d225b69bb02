"""The best few times for a wish, picked among sets of ticks: Slots are built for those alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import LocationId
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.compact import without_useless_gaps
from frontdesk.scheduling.listing import day_around, held_between
from frontdesk.scheduling.ruler import listed
from frontdesk.scheduling.starts import Starts
from frontdesk.scheduling.timetable import Timetable
from frontdesk.scheduling.wish_time import wished


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitting:
    """One practitioner's starts that fit a wish; `compact` are those of them that leave no gap of no use."""

    starts: Starts
    ticks: int
    compact: int


def fitting(found: Sequence[Starts], wish: Wish, table: Timetable, busy: BusyTime) -> list[Fitting]:
    """The starts that fit the wish, for each practitioner and location that has some."""
    masks: dict[tuple[LocationId, int], int] = {}
    fit = []
    for starts in found:
        if not starts.ticks or (wish.practitioner is not None and wish.practitioner != starts.practitioner.id):
            continue
        key = (starts.location.id, starts.shared.parts.whole)
        if key not in masks:
            masks[key] = wished(wish, table.clocks[key[0]], key[1])
        if ticks := starts.ticks & masks[key]:
            compact = ticks & without_useless_gaps(starts, table, busy)
            fit.append(Fitting(starts=starts, ticks=ticks, compact=compact))
    return fit


def best(
    found: Sequence[Starts],
    wish: Wish,
    table: Timetable,
    busy: BusyTime,
    *,
    count: int,
    passed_over: Sequence[datetime] = (),
) -> list[Slot]:
    """The best few starts that fit a wish, soonest first, each at another time; [] when none fits.

    They are spread over the days, the earliest start of each first; within one day over its hours.
    A day's starts that would leave a gap of no use stand back where it has others. At one start it is whoever
    need not leave such a gap, then whoever has the lighter day, then the first of the practice's list.
    """
    declined = 0
    for moment in passed_over:
        declined |= table.ruler.between(table.ruler.at_or_before(moment), table.ruler.at_or_before(moment) + 1)
    fit = fitting(found, wish, table, busy)
    days = list(islice(_by_day(fit, declined, table), count))
    picked = over_days(days, count)
    return [_slot_at(tick, fit, table, busy) for tick in sorted(picked)]


def over_days(days: Sequence[Sequence[int]], count: int) -> list[int]:
    """The earliest tick of each of the soonest days; where the days are fewer than wanted, more of those days."""
    days = days[:count]
    shares = [0] * len(days)
    for _ in range(min(count, sum(map(len, days)))):
        poorest = min((number for number, day in enumerate(days) if shares[number] < len(day)), key=shares.__getitem__)
        shares[poorest] += 1
    return [tick for day, share in zip(days, shares, strict=True) for tick in over_hours(day, share)]


def over_hours(ticks: Sequence[int], count: int) -> list[int]:
    """The earliest tick, the latest, and between them those nearest to even distances."""
    if count >= len(ticks) or count <= 1:
        return list(ticks[:count])
    first, last = ticks[0], ticks[-1]
    left, picked = list(ticks), []
    for number in range(count):
        wanted = first + (last - first) * number / (count - 1)
        closest = min(left, key=lambda tick: (abs(tick - wanted), tick))
        left.remove(closest)
        picked.append(closest)
    return picked


def _by_day(fit: Sequence[Fitting], declined: int, table: Timetable) -> Iterator[list[int]]:
    """The ticks to choose among, day by day: a day's compact starts if it has any, else all it has."""
    every, compact = 0, 0
    for one in fit:
        every |= one.ticks & ~declined
        compact |= one.compact & ~declined
    if not every:
        return
    for first, end in table.clocks[fit[0].starts.location.id].days.values():
        of_day = (1 << (end - first)) - 1
        if today := every >> first & of_day:
            yield [first + tick for tick in listed(compact >> first & of_day or today)]


def _slot_at(tick: int, fit: Sequence[Fitting], table: Timetable, busy: BusyTime) -> Slot:
    """The visit of whoever can begin then and stands back least."""
    bit = 1 << tick
    able = [one for one in fit if one.compact & bit] or [one for one in fit if one.ticks & bit]
    if len(able) == 1:
        return able[0].starts.slot_at(tick, table)
    days: dict[LocationId, tuple[int, int]] = {}
    least: tuple[int, Starts] | None = None
    for one in able:
        place = one.starts.location.id
        if place not in days:
            days[place] = day_around(tick, place, table)
        load = held_between(*days[place], busy.of_practitioner(one.starts.practitioner.id))
        if least is None or load < least[0]:
            least = load, one.starts
    assert least is not None  # somebody can begin then
    return least[1].slot_at(tick, table)
