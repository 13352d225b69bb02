"""When a location is open, when someone is on shift there, and where on the wall clock a visit may start."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.practice import Location, Practitioner, Weekday
from frontdesk.domain.time import Period, wall
from frontdesk.scheduling.ruler import Ruler


def opening_hours(location: Location, ruler: Ruler) -> int:
    """The ticks at which a location is open; none on the days it is closed."""
    ticks = 0
    for day, _ in ruler.days(location.zone):
        if day in location.closures:
            continue
        for hours in location.hours.get(Weekday(day.weekday()), ()):
            if open_time := hours.on(day, location.zone):
                ticks |= ruler.inside(open_time)
    return ticks


def on_shift(practitioner: Practitioner, location: Location, ruler: Ruler) -> int:
    """The ticks at which someone works at a location: their shifts there, without breaks and days away."""
    ticks = 0
    shifts = [shift for shift in practitioner.shifts if shift.location == location.id]
    for day, _ in ruler.days(location.zone) if shifts else ():
        if is_away(practitioner, day):
            continue
        for shift in shifts:
            if shift.works_on(day) and (worked := shift.during.on(day, location.zone)):
                pauses = 0
                for pause in shift.breaks:
                    if rest := pause.on(day, location.zone):
                        pauses |= ruler.touching(rest)
                ticks |= ruler.inside(worked) & ~pauses
    return ticks


def is_away(practitioner: Practitioner, day: date) -> bool:
    """Whether someone is away on a day; the first and the last day of an absence are both away."""
    return any(first <= day <= last for first, last in practitioner.away)


def on_the_grid(grid: timedelta, zone: ZoneInfo, ruler: Ruler) -> int:
    """The ticks at which the wall clock shows a multiple of the grid, counted from 00:00.

    An hour that the clock shows twice counts twice; one that it skips has no start.
    """
    ticks = 0
    for _, day in ruler.days(zone):
        for stretch in _unchanged_clock(day, zone, ruler.tick):
            shown = wall(stretch.start, zone)
            wait = -timedelta(hours=shown.hour, minutes=shown.minute, seconds=shown.second) % grid
            if stretch.start + wait < stretch.end:
                ticks |= ruler.every(grid, Period(start=stretch.start + wait, end=stretch.end))
    return ticks


def _unchanged_clock(day: Period, zone: ZoneInfo, tick: timedelta) -> Iterator[Period]:
    """A day cut where the clock is changed; clocks are changed on a tick and at most once a day."""
    before = wall(day.start, zone).utcoffset()
    if before == wall(day.end - tick, zone).utcoffset():
        yield day
        return
    same, changed = 0, (day.end - day.start) // tick
    while changed - same > 1:
        middle = (same + changed) // 2
        if wall(day.start + middle * tick, zone).utcoffset() == before:
            same = middle
        else:
            changed = middle
    change = day.start + changed * tick
    yield Period(start=day.start, end=change)
    yield Period(start=change, end=day.end)
