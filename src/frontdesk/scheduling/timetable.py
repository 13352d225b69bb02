"""A practice's hours and shifts laid on one ruler: what stays the same however often it is asked what is free."""

from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.scheduling.open_time import on_shift, on_the_grid, opening_hours
from frontdesk.scheduling.ruler import Ruler, ruler_for


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """Ticks: `grid` where a visit may start, `days` each day from midnight to midnight, `worked` who is there.

    Someone is there while on shift and while the location is open.
    """

    practice: Practice
    ruler: Ruler
    grid: Mapping[LocationId, int]
    days: Mapping[LocationId, tuple[int, ...]]
    worked: Mapping[tuple[PractitionerId, LocationId], int]


def timetable(practice: Practice, span: Period) -> Timetable:
    """The timetable of a practice over a span and at least a day around it."""
    ruler = ruler_for(practice, span)
    hours = {location.id: opening_hours(location, ruler) for location in practice.locations}
    return Timetable(
        practice=practice,
        ruler=ruler,
        grid={one.id: on_the_grid(practice.policies.grid, one.zone, ruler) for one in practice.locations},
        days={one.id: tuple(ruler.inside(whole) for _, whole in ruler.days(one.zone)) for one in practice.locations},
        worked={
            (person.id, location.id): on_shift(person, location, ruler) & hours[location.id]
            for person in practice.practitioners
            for location in practice.locations
        },
    )
