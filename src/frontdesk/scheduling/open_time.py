"""When a location is open, when someone is on shift there, and what of it is kept for lunch or for new patients."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from frontdesk.domain.practice import Location, Practitioner, Shift, Weekday
from frontdesk.scheduling.presence import Part
from frontdesk.scheduling.ruler import in_a_row, listed
from frontdesk.scheduling.wall_clock import WallClock


@dataclass(frozen=True, kw_only=True, slots=True)
class LunchTime:
    """The ticks of one day among which someone's lunch has to find `length` in a row."""

    between: int
    length: int


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
    for shift, days in _worked_days(practitioner, location, clock):
        ticks |= clock.ruler.together(
            (stretch for day in days if (stretch := clock.during(day, shift.during))),
            without=(stretch for day in days for pause in shift.breaks if (stretch := clock.during(day, pause))),
        )
    return ticks


def kept_for_new(practitioner: Practitioner, location: Location, clock: WallClock) -> int:
    """The ticks of someone's shifts that are kept for new patients."""
    ticks = 0
    for shift, days in _worked_days(practitioner, location, clock):
        ticks |= clock.ruler.together(
            stretch for day in days for kept in shift.for_new if (stretch := clock.during(day, kept))
        )
    return ticks


def lunches(practitioner: Practitioner, location: Location, clock: WallClock) -> tuple[LunchTime, ...]:
    """The lunch of each of someone's days that may move: only what lies in the shift is of use for it."""
    found = []
    for shift, days in _worked_days(practitioner, location, clock):
        if shift.lunch is None:
            continue
        worked = clock.ruler.together(stretch for day in days if (stretch := clock.during(day, shift.during)))
        for day in days:
            if stretch := clock.during(day, shift.lunch.between):
                between = clock.ruler.between(*stretch) & worked
                found.append(LunchTime(between=between, length=clock.ruler.ticks(shift.lunch.length)))
    return tuple(found)


def leaves_lunch(parts: tuple[Part, ...], lunch: LunchTime, busy: int, everything: int) -> int:
    """The ticks at which a visit of those parts can begin and leave a lunch; all of them where it is lost already."""
    begins = in_a_row(lunch.between & ~busy, lunch.length)
    if not begins:
        return everything
    ticks = 0
    for lunch_at in (
        listed(begins) if len(parts) > 1 else {begins.bit_length() - 1, (begins & -begins).bit_length() - 1}
    ):
        in_the_way = 0
        for part in parts:
            first, end = lunch_at - part.after - part.length + 1, lunch_at + lunch.length - part.after
            in_the_way |= (1 << max(end, 0)) - (1 << max(first, 0)) if end > 0 else 0
        ticks |= everything & ~in_the_way
    return ticks


def is_away(practitioner: Practitioner, day: date) -> bool:
    """Whether someone is away on a day; the first and the last day of an absence are both away."""
    return any(first <= day <= last for first, last in practitioner.away)


def _worked_days(
    practitioner: Practitioner, location: Location, clock: WallClock
) -> Iterator[tuple[Shift, list[date]]]:
    for shift in practitioner.shifts:
        if shift.location == location.id:
            yield shift, [day for day in clock.days if shift.works_on(day) and not is_away(practitioner, day)]
