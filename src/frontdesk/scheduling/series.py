"""A course of treatments planned as one: so many visits, so many days apart, with one practitioner."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.faults import Impossible
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.best import Fitting, fitting
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.listing import load_of
from frontdesk.scheduling.rule import Rule, all_of
from frontdesk.scheduling.ruler import cut_out, in_bytes, listed
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.starts import Starts, free_starts, layers_behind
from frontdesk.scheduling.timetable import Timetable
from frontdesk.scheduling.wall_clock import WallClock

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """So many visits, each from `at_least` to `at_most` after the one before, in days on the location's calendar."""

    visits: int
    at_least: timedelta
    at_most: timedelta

    def __post_init__(self) -> None:
        if self.visits < 1 or not DAY <= self.at_least <= self.at_most:
            raise Impossible("Course: one visit or more, a day or more apart, `at_most` not below `at_least`")
        if self.at_least % DAY or self.at_most % DAY:
            raise Impossible("Course: what lies between the visits is counted in whole days")


Plan = tuple[Slot, ...]
"""The visits of a course, soonest first, all with one practitioner at one location; booked together or not at all."""


def plan_course(
    search: Search, course: Course, wish: Wish, table: Timetable, busy: BusyTime, *, until: datetime, count: int
) -> list[Plan]:
    """The best few plans, those that begin soonest first, each on another day; [] when no course fits.

    The first visit keeps every rule of the search, its horizon too; the later ones may lie up to `until`, and are
    those of a known patient whose last treatment is the visit before. Each visit after the first is as soon as the
    rest of the course allows, which ends it soonest, at the time of day nearest to that of the first.
    """
    later = _later_starts(search, wish, table, busy, until=until)
    begun: dict[date, _Begun] = {}
    for number, first in enumerate(fitting(free_starts(search, table, busy), wish, table, busy)):
        following = later.get((first.starts.practitioner.id, first.starts.location.id))
        if following is None:
            continue
        clock = table.clocks[first.starts.location.id]
        begins, compact = _by_day(first.ticks, clock), in_bytes(first.compact, table.ruler.count)
        days = _feasible(sorted(begins), sorted(_by_day(following.ticks, clock)), course)
        for day in days[0]:
            opens, ends = clock.days[day]
            tick = opens + _earliest(begins[day], cut_out(compact, opens, ends))
            rank = (tick, load_of(first.starts, tick, table, busy), number)
            if day not in begun or rank < begun[day].rank:
                begun[day] = _Begun(rank=rank, first=first.starts, tick=tick, later=following, days=days)
    return [tuple(_slots(begun[day], course, table)) for day in sorted(begun)[:count]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Begun:
    """A first visit, with the starts that may follow and, for each visit, the days that leave the rest possible."""

    rank: tuple[int, int, int]
    first: Starts
    tick: int
    later: Fitting
    days: list[list[date]]


def _later_starts(
    search: Search, wish: Wish, table: Timetable, busy: BusyTime, *, until: datetime
) -> dict[tuple[str, str], Fitting]:
    known = replace(
        search, within=replace(search.within, end=until), latest=until, visitor=replace(search.visitor, is_new=False)
    )
    found = free_starts(known, table, busy)
    if search.visitor.visits is not None and search.service.rules.spacing:
        found = [replace(one, ticks=_whatever_is_past(one, known, table, busy)) for one in found]
    return {(one.starts.practitioner.id, one.starts.location.id): one for one in fitting(found, wish, table, busy)}


def _whatever_is_past(starts: Starts, search: Search, table: Timetable, busy: BusyTime) -> int:
    """The starts without the longest time since earlier treatments: the visit before is the one that counts."""
    layers = layers_behind(starts, search, table, busy)
    return all_of([(rule, ticks) for rule, ticks in layers if rule is not Rule.TOO_LONG_AFTER])


def _feasible(first: Sequence[date], later: Sequence[date], course: Course) -> list[list[date]]:
    """For each visit of the course the days from which the rest of it can be kept, soonest first."""
    good: list[list[date]] = [list(later)]
    for _ in range(course.visits - 2):
        good.insert(0, [day for day in later if _next_day(day, good[0], course)])
    if course.visits == 1:
        return [list(first)]
    return [[day for day in first if _next_day(day, good[0], course)], *good]


def _next_day(day: date, good: Sequence[date], course: Course) -> date | None:
    place = bisect_left(good, day + course.at_least)
    return good[place] if place < len(good) and good[place] <= day + course.at_most else None


def _by_day(ticks: int, clock: WallClock) -> dict[date, int]:
    """The days that have some of the ticks, each with its own, counted from its midnight."""
    whole = in_bytes(ticks, clock.ruler.count)
    return {day: of_day for day, (first, end) in clock.days.items() if (of_day := cut_out(whole, first, end))}


def _earliest(ticks: int, compact: int) -> int:
    """The earliest start that leaves no gap of no use, else the earliest."""
    best = ticks & compact or ticks
    return (best & -best).bit_length() - 1


def _slots(begun: _Begun, course: Course, table: Timetable) -> Iterator[Slot]:
    clock = table.clocks[begun.first.location.id]
    yield begun.first.slot_at(begun.tick, table)
    day, liked = clock.day_of(begun.tick), clock.time_of_day(begun.tick)
    for good in begun.days[1:]:
        following = _next_day(day, good, course)
        assert following is not None  # `days` are those from which the rest can be kept
        first, end = clock.days[following]
        able = [first + tick for tick in listed(begun.later.ticks >> first & (1 << (end - first)) - 1)]
        nearest = min(able, key=lambda tick: (abs(clock.time_of_day(tick) - liked), tick))
        yield begun.later.starts.slot_at(nearest, table)
        day = following
