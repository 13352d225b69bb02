"""The site that a practice's book is kept in by the simulated Mindbody: people, resources, hours, types and visits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import DeviceId, LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Practice, Practitioner, Service, Shift
from frontdesk.domain.time import wall
from frontdesk.standards.simulating.peer import given_and_family
from frontdesk.systems.mindbody.simulator_example import PASSWORD, USERNAME, example_world
from frontdesk.systems.mindbody.simulator_rows import Row, written
from frontdesk.systems.mindbody.simulator_site import Login, World
from frontdesk.systems.mindbody.simulator_world import (
    appointment,
    client,
    does,
    hours,
    location,
    program,
    resource,
    session_type,
    staff,
)

DAYS_BACK = 7
DESK = 1
"""The staff member whose login the connector has; nobody is booked with them."""
EVERYTHING = 1
"""The one service category."""
OTHERS = ((100_000_001, "Robin", "Testcase"), (100_000_002, "Avery", "Sample"))
"""Clients of the site that the desk has never met; staff book the first."""
LAST_START = time(23, 45)
"""The site's starts go on till before this; a later end would lead its quarter hours into the next day."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """The site's numbers for what is ours. A room has one resource for each who can be in it at once."""

    locations: Mapping[LocationId, int]
    staff: Mapping[PractitionerId, int]
    services: Mapping[ServiceId, int]
    rooms: Mapping[RoomId, list[int]]
    devices: Mapping[DeviceId, int]

    def resources_of(self, slot: Slot) -> tuple[int, ...]:
        """The resources that a visit takes: its room's, in the lane that its claim names, and its devices'."""
        lane = next((claim.lane for claim in slot.claims if claim.id == slot.room), 1)
        room = (self.rooms[slot.room][lane - 1],) if slot.room else ()
        return (*room, *(self.devices[one] for one in slot.devices))


def bookable(practice: Practice) -> list[Service]:
    """What Mindbody can take as appointments: one client with one staff member."""
    return [one for one in practice.services if not one.assistants and one.places == 1]


def numbered(practice: Practice) -> Numbered:
    """Numbers by the order of the practice's lists."""
    resources = count(101)
    return Numbered(
        locations={one.id: number for number, one in enumerate(practice.locations, 1)},
        staff={one.id: number for number, one in enumerate(practice.practitioners, 11)},
        services={one.id: number for number, one in enumerate(bookable(practice), 41)},
        rooms={one.id: [next(resources) for _ in range(one.capacity)] for one in practice.rooms},
        devices={one.id: next(resources) for one in practice.devices},
    )


def world(practice: Practice, known: Numbered, *, visits: Sequence[Slot], now: datetime, days: int) -> World:
    """The site with everybody's hours from a week before `now`, and the visits of its first client.

    A site has one clock: that of the practice's first location.
    """
    zone = practice.locations[0].zone
    first = wall(now, zone).date() - timedelta(days=DAYS_BACK)
    usual = example_world(zone=zone)
    return replace(
        usual,
        name=practice.name,
        logins=(Login(username=USERNAME, password=PASSWORD, staff=DESK),),
        required=(),
        waiver="",
        opens=time(0),
        closes=LAST_START,
        locations=tuple(location(known.locations[one.id], one.name, site=usual.site) for one in practice.locations),
        programs=(program(EVERYTHING, "Appointments"),),
        session_types=tuple(
            session_type(
                known.services[one.id],
                one.name,
                one.length // _MINUTE,
                program=EVERYTHING,
                resources=tuple(_fitting(practice, known, one)),
            )
            for one in bookable(practice)
        ),
        pricing_options=(),
        resources=tuple(_resources(practice, known)),
        staff=(
            *(_member(practice, known, one) for one in practice.practitioners),
            staff(DESK, "Desk", "Login", appointments=False),
        ),
        availabilities=tuple(_hours(practice, known, first, days + DAYS_BACK)),
        clients=tuple(client(*who) for who in OTHERS),
        client_services=(),
        appointments=tuple(_appointments(practice, known, visits)),
    )


def _resources(practice: Practice, known: Numbered) -> Iterator[Row]:
    for room in practice.rooms:
        for place in known.rooms[room.id]:
            yield resource(place, room.name, location=known.locations[room.location], programs=(EVERYTHING,))
    for device in practice.devices:
        place = known.devices[device.id]
        yield resource(place, device.name, location=known.locations[device.location], programs=(EVERYTHING,))


def _fitting(practice: Practice, known: Numbered, service: Service) -> Iterator[int]:
    """The resources a service may take place in or with."""
    for room in practice.rooms:
        if room.kinds & service.room_kinds:
            yield from known.rooms[room.id]
    for device in practice.devices:
        if device.kind in service.device_kinds:
            yield known.devices[device.id]


def _member(practice: Practice, known: Numbered, person: Practitioner) -> Row:
    """A staff member who does what the practitioner is qualified for, as long as they take."""
    return staff(
        known.staff[person.id],
        *given_and_family(person),
        *(
            does(
                known.services[one.id],
                one.length_with(person.id) // _MINUTE,
                before=one.practitioner_before // _MINUTE,
                after=one.practitioner_after // _MINUTE,
            )
            for one in bookable(practice)
            if person.roles & one.roles
        ),
    )


def _hours(practice: Practice, known: Numbered, first: date, days: int) -> Iterator[Row]:
    """Everybody's hours on so many days, in pieces around their breaks."""
    numbers = count(9001)
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for person in practice.practitioners:
            if any(begin <= day <= end for begin, end in person.away):
                continue
            for shift in person.shifts:
                if not shift.works_on(day):
                    continue
                for start, end in _pieces(shift):
                    row = hours(
                        next(numbers),
                        day,
                        start,
                        end,
                        staff=known.staff[person.id],
                        location=known.locations[shift.location],
                        programs=(EVERYTHING,),
                    )
                    midnight = datetime.combine(day + timedelta(days=1), time(0))
                    yield row if end > start else {**row, "EndDateTime": written(midnight)}


def _pieces(shift: Shift) -> Iterator[tuple[time, time]]:
    """The stretches of a shift between its breaks, by the wall; an end of 00:00 is the end of the day."""
    gaps = [edge for gap in shift.breaks for edge in (gap.start, gap.end)]
    edges = [shift.during.start, *gaps, shift.during.end]
    return (piece for piece in zip(edges[::2], edges[1::2], strict=True) if piece[0] != piece[1])


def _appointments(practice: Practice, known: Numbered, visits: Sequence[Slot]) -> Iterator[Row]:
    numbers = count(301)
    for one in visits:
        if one.service in known.services:
            yield appointment(
                next(numbers),
                client=OTHERS[0][0],
                staff=known.staff[one.practitioner],
                session_type=known.services[one.service],
                program=EVERYTHING,
                location=known.locations[one.location],
                at=wall(one.during.start, practice.locations[0].zone).replace(tzinfo=None),
                minutes=one.during.length // _MINUTE,
                resources=known.resources_of(one),
            )
