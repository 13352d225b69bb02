"""When a location is open and when someone is on shift there."""

from datetime import date

from frontdesk.domain.practice import Location, Practitioner, Weekday
from frontdesk.scheduling.wall_clock import WallClock


def opening_hours(location: Location, clock: WallClock) -> int:
    """The ticks at which a location is open; none on the days it is closed."""
    return clock.ruler.together(
        stretch
        for day in clock.days
        if day not in location.closures
        for hours in location.hours.get(Weekday(day.weekday()), ())
        if (stretch := clock.during(day, hours))
    )


def on_shift(practitioner: Practitioner, location: Location, clock: WallClock) -> int:
    """The ticks at which someone works at a location: their shifts there, without breaks and days away."""
    ticks = 0
    for shift in practitioner.shifts:
        if shift.location != location.id:
            continue
        days = [day for day in clock.days if shift.works_on(day) and not is_away(practitioner, day)]
        ticks |= clock.ruler.together(
            (stretch for day in days if (stretch := clock.during(day, shift.during))),
            without=(stretch for day in days for pause in shift.breaks if (stretch := clock.during(day, pause))),
        )
    return ticks


def is_away(practitioner: Practitioner, day: date) -> bool:
    """Whether someone is away on a day; the first and the last day of an absence are both away."""
    return any(first <= day <= last for first, last in practitioner.away)
