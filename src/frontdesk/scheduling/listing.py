"""All free times in their order, as starts and whom with. A Slot is built only of those that somebody is shown."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import compress
from typing import TypeVar

from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.ruler import BIT_VALUES, any_of, cut_out, in_bytes, listed
from frontdesk.scheduling.starts import Starts
from frontdesk.scheduling.timetable import Timetable

T = TypeVar("T")

FreeTime = tuple[datetime, tuple[PractitionerId, ...]]
"""A start, UTC, and everybody who can begin then: the lighter day first, then in the order of the practice's list."""


def free_times(found: Sequence[Starts], table: Timetable, busy: BusyTime) -> list[FreeTime]:
    """Every start at which somebody can begin, soonest first; one entry a location where several have the same."""
    times: list[FreeTime] = []
    locations = _by_location(found)
    for location, of_location in locations.items():
        people, instants = [starts.practitioner.id for starts in of_location], table.instants[location]
        times += [
            (instants.get(tick) or table.ruler.at(tick), able)
            for tick, able in _at_one_location(of_location, people, table, busy)
        ]
    return sorted(times, key=lambda one: one[0]) if len(locations) > 1 else times


def soonest_first(found: Sequence[Starts], table: Timetable, busy: BusyTime) -> list[tuple[int, Starts]]:
    """Each tick at which somebody can begin with their Starts; of those who can together, the lighter day first."""
    if len(_by_location(found)) > 1:
        times = [
            (tick, load_of(starts, tick, table, busy), number)
            for number, starts in enumerate(found)
            for tick in listed(starts.ticks)
        ]
        return [(tick, found[number]) for tick, _, number in sorted(times)]
    return [(tick, starts) for tick, able in _at_one_location(found, found, table, busy) for starts in able]


def load_of(starts: Starts, tick: int, table: Timetable, busy: BusyTime) -> int:
    """How many ticks of the day of a start, by the location's clock, the practitioner is busy."""
    first, end = day_around(tick, starts.location.id, table)
    return held_between(first, end, busy.of_practitioner(starts.practitioner.id))


def day_around(tick: int, location: LocationId, table: Timetable) -> tuple[int, int]:
    """The first tick of the day of a tick, by a location's clock, and the tick after its last."""
    clock = table.clocks[location]
    return clock.days[clock.day_of(tick)]


def _by_location(found: Sequence[Starts]) -> dict[LocationId, list[Starts]]:
    locations: dict[LocationId, list[Starts]] = {}
    for starts in found:
        locations.setdefault(starts.location.id, []).append(starts)
    return locations


def held_between(first: int, end: int, held: int) -> int:
    """How many ticks of a set lie from one tick up to another."""
    return (held >> first & ((1 << (end - first)) - 1)).bit_count()


def _at_one_location(
    found: Sequence[Starts], labels: Sequence[T], table: Timetable, busy: BusyTime
) -> Iterator[tuple[int, tuple[T, ...]]]:
    """Each tick at which anybody can begin and the labels of those who can, the lighter day first.

    Labels stand beside `found`, which are all of one location.
    """
    if not (every := any_of(starts.ticks for starts in found)):
        return
    count = table.ruler.count
    whole = in_bytes(every, count)
    ticks = [in_bytes(starts.ticks, count) for starts in found]
    held = [in_bytes(busy.of_practitioner(starts.practitioner.id), count) for starts in found]
    for first, end in table.clocks[found[0].location.id].days.values():
        today = cut_out(whole, first, end)
        if not today:
            continue
        begin = first + (today & -today).bit_length() - 1
        today >>= begin - first
        width = today.bit_length()
        of_day = [cut_out(one, begin, begin + width) for one in ticks]
        loads = {number: cut_out(held[number], first, end).bit_count() for number, able in enumerate(of_day) if able}
        on_duty = sorted(loads, key=loads.__getitem__)
        names = [labels[number] for number in on_duty]
        written = 1
        for number in on_duty:
            written = written << width | of_day[number]
        bits = f"{written:b}".encode().translate(BIT_VALUES)  # after the first, everybody's ticks, the last one first
        alike, together = b"", tuple(names)
        for tick in listed(today):
            flags = bits[width - tick :: width]
            if flags != alike:  # the same people are often free at the next start too
                alike, together = flags, tuple(compress(names, flags))
            yield begin + tick, together
