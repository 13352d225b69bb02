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
from frontdesk.scheduling.listing import day_around
from frontdesk.scheduling.ruler import any_of, listed
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
    return [_fitting(starts, ticks, table, busy) for starts, ticks in within_wish(found, wish, table)]


def within_wish(found: Sequence[Starts], wish: Wish, table: Timetable) -> list[tuple[Starts, int]]:
    """Each practitioner and location with ticks that fit the wish, and those ticks."""
    masks: dict[tuple[LocationId, int], int] = {}
    fit = []
    for starts in found:
        if not starts.ticks or (wish.practitioner is not None and wish.practitioner != starts.practitioner.id):
            continue
        key = (starts.location.id, starts.shared.parts.whole)
        if key not in masks:
            masks[key] = wished(wish, table.clocks[key[0]], key[1])
        if ticks := starts.ticks & masks[key]:
            fit.append((starts, ticks))
    return fit


def _fitting(starts: Starts, ticks: int, table: Timetable, busy: BusyTime) -> Fitting:
    return Fitting(starts=starts, ticks=ticks, compact=ticks & without_useless_gaps(starts, table, busy))


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
    wanted = within_wish(found, wish, table)
    days = list(islice(_days_of(wanted, declined, table), count))
    if not days:
        return []
    soonest = table.ruler.between(days[0][0], days[-1][1])  # gaps are looked at in these days alone
    fit = [_fitting(starts, some, table, busy) for starts, ticks in wanted if (some := ticks & soonest)]
    picked = over_days(_choices(days, fit, declined), count)
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


def _days_of(wanted: Sequence[tuple[Starts, int]], declined: int, table: Timetable) -> Iterator[tuple[int, int]]:
    """The days with a start that was not passed over, soonest first: the first tick and the tick after the last."""
    every = any_of(ticks for _, ticks in wanted) & ~declined
    if not every:
        return
    for first, end in table.clocks[wanted[0][0].location.id].days.values():
        if every >> first & ((1 << (end - first)) - 1):
            yield first, end


def _choices(days: Sequence[tuple[int, int]], fit: Sequence[Fitting], declined: int) -> list[list[int]]:
    """The ticks to choose among, day by day: a day's compact starts if it has any, else all it has."""
    every = any_of(one.ticks for one in fit) & ~declined
    compact = any_of(one.compact for one in fit) & ~declined
    choices = []
    for first, end in days:
        of_day = (1 << (end - first)) - 1
        choices.append([first + tick for tick in listed(compact >> first & of_day or every >> first & of_day)])
    return choices


def _slot_at(tick: int, fit: Sequence[Fitting], table: Timetable, busy: BusyTime) -> Slot:
    """The visit of whoever can begin then and stands back least."""
    bit = 1 << tick
    able = [one.starts for one in fit if one.compact & bit] or [one.starts for one in fit if one.ticks & bit]
    if len(able) == 1:
        return able[0].slot_at(tick, table)
    days: dict[LocationId, int] = {}
    loads = []
    for starts in able:
        place = starts.shared.location.id
        if place not in days:
            days[place] = table.ruler.between(*day_around(tick, place, table))
        loads.append((busy.of_practitioner(starts.practitioner.id) & days[place]).bit_count())
    return able[loads.index(min(loads))].slot_at(tick, table)
