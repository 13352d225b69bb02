"""The office that a practice's book is kept in by the simulated Open Dental: people, rooms, hours, types and visits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import RoomId
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import wall
from frontdesk.standards.simulating.peer import given_and_family
from frontdesk.systems.opendental.simulator_example import example_world
from frontdesk.systems.opendental.simulator_insurance import carrier
from frontdesk.systems.opendental.simulator_office import World
from frontdesk.systems.opendental.simulator_rows import Row
from frontdesk.systems.opendental.simulator_world import (
    appointment,
    appointment_type,
    hours,
    operatory,
    patient,
    provider,
)

TICK = timedelta(minutes=5)
DAYS_BACK = 7
OTHERS = ((1, "Robin", "Testcase"), (2, "Avery", "Sample"))
"""Patients of the office that the desk has never met; staff book the first."""
CARRIERS = ("Aetna", "Delta Dental", "MetLife")


def bookable(practice: Practice) -> list[Service]:
    """What Open Dental can take: visits in a room, in steps of five minutes."""
    return [one for one in practice.services if one.room_kinds and not one.length % TICK]


def world(practice: Practice, *, now: datetime, days: int) -> World:
    """The office's people, rooms and hours, before anybody has booked."""
    zone = practice.locations[0].zone
    first = wall(now, zone).date() - timedelta(days=DAYS_BACK)
    return replace(
        example_world(monday=first - timedelta(days=first.weekday())),
        zone=zone,
        clinics=(),
        providers=tuple(
            provider(number, f"P{number}", *given_and_family(one))
            for number, one in enumerate(practice.practitioners, 1)
        ),
        operatories=tuple(
            operatory(place, one.name) for one in practice.rooms for place in operatories_of(practice, one.id)
        ),
        appointment_types=tuple(
            appointment_type(number, one.name, "X" * (one.length // TICK))
            for number, one in enumerate(bookable(practice), 1)
        ),
        schedules=tuple(_schedules(practice, first, days + DAYS_BACK)),
        carriers=tuple(carrier(number, name) for number, name in enumerate(CARRIERS, 1)),
        patients=tuple(patient(*who) for who in OTHERS),
        appointments=(),
    )


def operatories_of(practice: Practice, room: RoomId | None) -> list[int]:
    """An operatory for each who can be in the room at once."""
    counted = 0
    for one in practice.rooms:
        if one.id == room:
            return list(range(counted + 1, counted + one.capacity + 1))
        counted += one.capacity
    return []


def _schedules(practice: Practice, first: date, days: int) -> Iterator[Row]:
    count = 0
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for who, person in enumerate(practice.practitioners, 1):
            if any(begin <= day <= end for begin, end in person.away):
                continue
            for shift in person.shifts:
                if not shift.works_on(day):
                    continue
                rooms = [one.id for one in practice.rooms if one.location == shift.location]
                places = tuple(place for room in rooms for place in operatories_of(practice, room))
                gaps = [edge for gap in shift.breaks for edge in (gap.start, gap.end)]
                edges = [shift.during.start, *gaps, shift.during.end]
                for start, stop in zip(edges[::2], edges[1::2], strict=True):
                    count += 1
                    yield hours(count, day, start, _end(stop), provider=who, operatories=places)


def _end(stop: time) -> time:
    """An end at midnight as Open Dental can write it."""
    return time(23, 59) if stop == time(0) else stop


def rows_of(practice: Practice, visits: Sequence[Slot]) -> Iterator[Row]:
    """The rows of visits of the first of the others; those that Open Dental cannot hold are left out."""
    kinds = {one.id: number for number, one in enumerate(bookable(practice), 1)}
    people = {one.id: number for number, one in enumerate(practice.practitioners, 1)}
    for count, slot in enumerate(visits, 100):
        if slot.service not in kinds or slot.room is None:
            continue
        service = practice.service(slot.service)
        lane = next((claim.lane for claim in slot.claims if claim.id == slot.room), 1)
        yield appointment(
            count,
            patient=1,
            operatory=operatories_of(practice, slot.room)[lane - 1],
            at=wall(slot.during.start - service.before, practice.location(slot.location).zone).replace(tzinfo=None),
            pattern=pattern_of(service, slot),
            provider=people[slot.practitioner],
            kind=kinds[slot.service],
        )


def pattern_of(service: Service, slot: Slot) -> str:
    """The Pattern of a visit: set-up, the visit, clean-up."""
    return "/" * (service.before // TICK) + "X" * (slot.during.length // TICK) + "/" * (service.after // TICK)
