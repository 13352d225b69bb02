"""A clinic to measure: 20 practitioners, 6 rooms, 4 devices and 5,000 visits over 60 days, the same each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Device, Location, Practice, Practitioner, Room, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""Monday, March 2, 2026; the clocks change on the 8th."""

HERE = LocationId("here")
VISIT = ServiceId("visit")
LASER = ServiceId("laser")
DAY = timedelta(days=1)
SLICE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clinic:
    """A practice with what is taken; `within` is the fortnight that is asked about."""

    practice: Practice
    busy: list[Claim]
    within: Period


def a_clinic(*, visits: int = 5_000, over: int = 60, days: int = 14, seed: int = 1) -> Clinic:
    """The clinic with so many visits over so many days, no two in each other's way, and a question about some."""
    practice = _practice()
    return Clinic(
        practice=practice,
        busy=list(_visits(practice, visits, over, Random(seed))),
        within=Period(start=NOW, end=NOW + days * DAY),
    )


def _practice() -> Practice:
    weekdays = frozenset(Weekday) - {Weekday.SUNDAY}
    opened = DayTime(start=time(8), end=time(20))
    shifts = [
        DayTime(start=time(8), end=time(16)),
        DayTime(start=time(9), end=time(18)),
        DayTime(start=time(12), end=time(20)),
    ]
    people = tuple(
        Practitioner(
            id=PractitionerId(f"p{n:02}"),
            name=f"Person {n}",
            title="RN",
            roles=frozenset({"nurse"} if n % 4 else {"nurse", "laser"}),
            shifts=(
                Shift(
                    location=HERE,
                    weekdays=weekdays,
                    during=shifts[n % 3],
                    breaks=(DayTime(start=time(12 + n % 3), end=time(12 + n % 3, 30)),),
                ),
            ),
        )
        for n in range(20)
    )
    return Practice(
        id=PracticeId(UUID(int=1)),
        key="bench",
        name="Bench",
        assistant="Ava",
        email="desk@example.com",
        locations=(
            Location(
                id=HERE,
                name="Here",
                zone=ZONE,
                address="1 Main Street",
                phone="+15125550100",
                hours=MappingProxyType(dict.fromkeys(weekdays, (opened,))),
            ),
        ),
        practitioners=people,
        rooms=tuple(
            Room(id=RoomId(f"r{n}"), name=f"Room {n}", location=HERE, kinds=frozenset({"treatment"})) for n in range(6)
        ),
        devices=tuple(Device(id=DeviceId(f"d{n}"), name=f"Laser {n}", kind="laser", location=HERE) for n in range(4)),
        services=(
            Service(
                id=VISIT,
                name="Visit",
                length=timedelta(minutes=30),
                roles=frozenset({"nurse"}),
                room_kinds=frozenset({"treatment"}),
                device_kinds=("laser",),
                after=timedelta(minutes=5),
            ),
        ),
    )


def _visits(practice: Practice, count: int, over: int, chance: Random) -> Iterator[Claim]:
    """Visits of 15 to 45 minutes, each with a practitioner, a room and, one in three, a device of its own."""
    taken: set[tuple[str, int]] = set()
    made = tries = 0
    while made < count and tries < 60 * count:
        tries += 1
        person, room = chance.choice(practice.practitioners), chance.choice(practice.rooms)
        device = chance.choice(practice.devices) if made % 3 == 0 else None
        day, first, length = chance.randrange(over), chance.randrange(32, 79), chance.choice((1, 1, 2, 2, 3))
        subjects = [(Subject.PRACTITIONER, str(person.id)), (Subject.ROOM, str(room.id))]
        if device:
            subjects.append((Subject.DEVICE, str(device.id)))
        slices = {(id, day * 96 + first + n) for _, id in subjects for n in range(length)}
        if taken & slices:
            continue
        taken |= slices
        made += 1
        start = NOW + day * DAY + first * SLICE
        for subject, id in subjects:
            yield Claim(subject=subject, id=id, during=Period(start=start, end=start + length * SLICE))
