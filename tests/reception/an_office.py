"""The sample practice's own book, kept in a simulated Open Dental instead of the built-in calendar."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import wall
from frontdesk.sample.visits import DEFAULT_SEED, plausible_visits
from frontdesk.systems.opendental.simulator_example import example_world
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

DAYS = 64
TICK = timedelta(minutes=5)


def bookable(practice: Practice) -> list[Service]:
    """What Open Dental can take: visits in a room, in steps of five minutes."""
    return [one for one in practice.services if one.room_kinds and not one.length % TICK]


def numbers(practice: Practice) -> dict[str, dict[str, object]]:
    """Which of the office's numbers are ours, as its file has them."""
    return {
        "providers": {one.id: number for number, one in enumerate(practice.practitioners, 1)},
        "rooms": {one.id: [number] for number, one in enumerate(practice.rooms, 1)},
        "services": {one.id: number for number, one in enumerate(bookable(practice), 1)},
    }


def world(practice: Practice, *, now: datetime) -> World:
    """The office's people, rooms, hours and visits."""
    return replace(empty_world(practice, now=now), appointments=tuple(_visits(practice, now=now)))


def empty_world(practice: Practice, *, now: datetime) -> World:
    """The office before anybody has booked."""
    zone = practice.locations[0].zone
    first = wall(now, zone).date()
    return replace(
        example_world(monday=date(2026, 3, 2)),
        zone=zone,
        clinics=(),
        providers=tuple(
            provider(number, f"P{number}", one.first_name, one.name.split()[-1])
            for number, one in enumerate(practice.practitioners, 1)
        ),
        operatories=tuple(operatory(number, one.name) for number, one in enumerate(practice.rooms, 1)),
        appointment_types=tuple(
            appointment_type(number, one.name, "X" * (one.length // TICK))
            for number, one in enumerate(bookable(practice), 1)
        ),
        schedules=tuple(_schedules(practice, first)),
        patients=(patient(1, "Robin", "Testcase"), patient(2, "Avery", "Sample")),
        appointments=(),
    )


def _schedules(practice: Practice, first: date) -> Iterator[Row]:
    rooms = tuple(range(1, len(practice.rooms) + 1))
    number = 0
    for day in (first + timedelta(days=ahead) for ahead in range(DAYS)):
        for who, person in enumerate(practice.practitioners, 1):
            for shift in person.shifts:
                if not shift.works_on(day) or any(begin <= day <= end for begin, end in person.away):
                    continue
                edges = [
                    shift.during.start,
                    *(t for gap in shift.breaks for t in (gap.start, gap.end)),
                    shift.during.end,
                ]
                for start, stop in zip(edges[::2], edges[1::2], strict=True):
                    number += 1
                    yield hours(number, day, start, stop or time(23, 59), provider=who, operatories=rooms)


def _visits(practice: Practice, *, now: datetime) -> Iterator[Row]:
    known = numbers(practice)
    zone = practice.locations[0].zone
    for number, visit in enumerate(plausible_visits(practice, now=now, seed=DEFAULT_SEED), 100):
        slot = visit.slot
        service = practice.service(slot.service)
        if slot.service not in known["services"] or slot.room is None:
            continue
        ticks = slot.during.length // TICK
        yield appointment(
            number,
            patient=1,
            operatory=known["rooms"][slot.room][0],  # type: ignore[index]
            at=wall(slot.during.start - service.before, zone).replace(tzinfo=None),
            pattern="/" * (service.before // TICK) + "X" * ticks + "/" * (service.after // TICK),
            provider=known["providers"][slot.practitioner],  # type: ignore[arg-type]
            kind=known["services"][slot.service],  # type: ignore[arg-type]
        )
