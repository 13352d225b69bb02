"""A practice's hours and shifts laid on one ruler: what stays the same however often it is asked what is free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Practice, Practitioner
from frontdesk.domain.time import Period
from frontdesk.scheduling.open_time import LunchTime, kept_for_new, lunches, on_shift, opening_hours
from frontdesk.scheduling.ruler import FIVE_MINUTES, Ruler, listed, ruler_for
from frontdesk.scheduling.wall_clock import WallClock, wall_clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """Ticks: `grid` where a visit may start, `hours` when a location is open, `on_shift` who is at work there.

    `worked` is the time at work while the location is open. `usable`: the shortest visit booked with someone, below
    which a gap is of no use. `instants` are those of the ticks at which a visit can begin at all. Only who has any is
    in `kept_for_new` and `lunches`.
    """

    practice: Practice
    ruler: Ruler
    clocks: Mapping[LocationId, WallClock]
    grid: Mapping[LocationId, int]
    hours: Mapping[LocationId, int]
    instants: Mapping[LocationId, Mapping[int, datetime]]
    on_shift: Mapping[tuple[PractitionerId, LocationId], int]
    worked: Mapping[tuple[PractitionerId, LocationId], int]
    kept_for_new: Mapping[tuple[PractitionerId, LocationId], int]
    lunches: Mapping[tuple[PractitionerId, LocationId], tuple[LunchTime, ...]]
    usable: Mapping[PractitionerId, int]

    def worked_at(self, person: PractitionerId) -> dict[LocationId, int]:
        """The ticks of someone's work by location; locations where they never are left out."""
        places = (location.id for location in self.practice.locations)
        return {place: ticks for place in places if (ticks := self.worked[person, place])}


def timetable(practice: Practice, span: Period) -> Timetable:
    """The timetable of a practice over a span and at least a day around it."""
    ruler = ruler_for(practice, span)
    of_zone = {location.zone: wall_clock(location.zone, ruler) for location in practice.locations}
    clocks = {location.id: of_zone[location.zone] for location in practice.locations}
    hours = {location.id: opening_hours(location, clocks[location.id]) for location in practice.locations}
    grid = {id: clock.multiples_of(practice.policies.grid) for id, clock in clocks.items()}
    each = [(person, location) for person in practice.practitioners for location in practice.locations]
    shifts = {(person.id, place.id): on_shift(person, place, clocks[place.id]) for person, place in each}
    return Timetable(
        practice=practice,
        ruler=ruler,
        clocks=clocks,
        grid=grid,
        hours=hours,
        instants={id: {tick: ruler.at(tick) for tick in listed(grid[id] & hours[id])} for id in grid},
        on_shift=shifts,
        worked={(person, place): ticks & hours[place] for (person, place), ticks in shifts.items()},
        kept_for_new={
            (person.id, place.id): kept_for_new(person, place, clocks[place.id])
            for person, place in each
            if any(shift.for_new for shift in person.shifts)
        },
        lunches={
            (person.id, place.id): lunches(person, place, clocks[place.id])
            for person, place in each
            if any(shift.lunch for shift in person.shifts)
        },
        usable={person.id: ruler.ticks(_shortest_visit(person, practice)) for person in practice.practitioners},
    )


def _shortest_visit(practitioner: Practitioner, practice: Practice) -> timedelta:
    lengths = (
        service.length_with(practitioner.id)
        for service in practice.services
        if service.bookable and service.roles & practitioner.roles
    )
    return min(lengths, default=FIVE_MINUTES)
