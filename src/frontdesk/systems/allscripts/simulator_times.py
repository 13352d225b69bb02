"""Arithmetic of the book, and the open times it gives: who can be booked when, what is in the way, what is left."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from frontdesk.systems.allscripts.simulator_calls import Action, Asked, named, reading
from frontdesk.systems.allscripts.simulator_practice import Practice, does, stands
from frontdesk.systems.allscripts.simulator_reading import days
from frontdesk.systems.allscripts.simulator_refusals import guess
from frontdesk.systems.allscripts.simulator_rows import Row, Shown, Stretch, during, number, text


def available_schedule(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The open times of some days. Seen [available-parameters]: resource, first day, last day, location, and type.

    Seen [available-columns]. Guess [steps-of-the-grid]: a row for each step of the grid that is free; with a type one
    for each step at which a visit of its length fits, on a resource that takes it. Duration is how long is free there,
    that length or one step. Guess [available-order]: by day, time and resource.
    """
    if not asked.parameter(2) or not asked.parameter(3):
        raise guess("days-needed", "A start date and an end date are required.")
    first, last = days(asked.parameter(2), asked.parameter(3))
    only = named(practice.resources, asked.parameter(1), "Resource") if asked.parameter(1) else None
    place = named(practice.locations, asked.parameter(4), "Location") if asked.parameter(4) else None
    kind = named(practice.appointment_types, asked.parameter(6), "Appointment type") if asked.parameter(6) else None
    length = timedelta(minutes=number(kind, "Duration")) if kind else practice.world.grid
    found = [
        (when, row)
        for row in practice.hours
        if first <= during(row).start.date() <= last
        and (only is None or row["resource"] == only["Resource_ID"])
        and (place is None or row["location"] == place["Scheduling_Location_ID"])
        and (kind is None or does(_resource(practice, row), number(kind, "Appointment_Type_ID")))
        for when in _openings(practice, row, length, asked.behind)
    ]
    found.sort(key=lambda one: (one[0], number(one[1], "resource")))
    return [
        {
            "Available_Date": f"{when.start:%m/%d/%Y}",
            "Available_Time": f"{when.start:%H:%M}",
            "Resource_Abbreviation": text(_resource(practice, row), "Abbreviation"),
            "Scheduling_Location_Abbreviation": text(practice.locations.at(number(row, "location")), "Abbreviation"),
            "Duration": str(int(length.total_seconds() // 60)),
        }
        for when, row in found
    ]


def busy(
    practice: Practice, resource: int, *, ignoring: int = 0, behind: timedelta = timedelta(0)
) -> Iterator[Stretch]:
    """What is in the way on a resource, at any place. `behind` leaves out what took its place within that time."""
    known = (practice.now() - behind).timestamp()
    for row in practice.appointments:
        taken = row["taken"]
        late = behind and isinstance(taken, int | float) and taken > known
        if row["Resource_ID"] == resource and row["Appointment_ID"] != ignoring and stands(row) and not late:
            yield during(row)
    yield from (during(row) for row in blocks_of(practice, resource))


def blocks_of(practice: Practice, resource: int) -> Iterator[Row]:
    """When a resource cannot be booked, by its start."""
    yield from sorted(
        (row for row in practice.blocks if row["resource"] == resource), key=lambda row: str(row["start"])
    )


def hours_of(practice: Practice, resource: int, on: date | None = None) -> Iterator[Row]:
    """When a resource can be booked, of one day where it is named."""
    for row in practice.hours:
        if row["resource"] == resource and on in (None, during(row).start.date()):
            yield row


def _openings(practice: Practice, row: Row, length: timedelta, behind: timedelta) -> Iterator[Stretch]:
    """Guess [no-past-times]: what has begun is not open."""
    whole, grid = during(row), practice.world.grid
    taken = list(busy(practice, number(row, "resource"), behind=behind))
    start = whole.start
    while start + length <= whole.end:
        one = Stretch(start=start, end=start + length)
        if start > practice.wall() and not any(other.overlaps(one) for other in taken):
            yield one
        start += grid


def _resource(practice: Practice, row: Row) -> Row:
    return practice.resources.at(number(row, "resource"))


ACTIONS: tuple[Action, ...] = (reading("GetAvailableSchedule", available_schedule, takes=(1, 2, 3, 4, 6)),)
