"""A small clinic for tests, with sane defaults: a test states only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Appointment, Claim, Slot, Status, Subject
from frontdesk.domain.ids import (
    AppointmentId,
    DeviceId,
    LocationId,
    PatientId,
    PracticeId,
    PractitionerId,
    RoomId,
    ServiceId,
)
from frontdesk.domain.practice import (
    Answer,
    Device,
    Location,
    Practice,
    Practitioner,
    Room,
    Service,
    Shift,
    Weekday,
)
from frontdesk.domain.time import DayTime, Period

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
"""Tuesday, May 26, 2026, 21:47 in Austin."""

MAIN = LocationId("main")
DANA = PractitionerId("dana")
ALEX = PractitionerId("alex")
ROOM_1 = RoomId("room-1")
ROOM_2 = RoomId("room-2")
LASER = DeviceId("laser")
BOTOX = ServiceId("botox-consultation")
HAIR = ServiceId("laser-hair-removal")

DAYS = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}


def a_practice(key: str = "clinic", number: int = 1) -> Practice:
    """A practice with two practitioners, two rooms, a laser and two services, open 9 to 20 on weekdays."""
    day = DayTime(start=time(9), end=time(20))
    shift = Shift(location=MAIN, weekdays=DAYS, during=day)
    return Practice(
        id=PracticeId(UUID(int=number)),
        key=key,
        name="Test Clinic",
        assistant="Ava",
        email=f"desk@{key}.example.com",
        locations=(
            Location(
                id=MAIN,
                name="Main",
                zone=ZONE,
                address="1 Test Street, Austin, TX 78701",
                phone=f"+1512555{100 + number:04d}",
                hours=dict.fromkeys(DAYS, (day,)),
            ),
        ),
        practitioners=(
            Practitioner(
                id=DANA, name="Dana Whitfield", title="RN", roles=frozenset({"nurse injector"}), shifts=(shift,)
            ),
            Practitioner(
                id=ALEX, name="Alex Rivera", title="Laser technician", roles=frozenset({"laser"}), shifts=(shift,)
            ),
        ),
        rooms=(
            Room(id=ROOM_1, name="Room 1", location=MAIN, kinds=frozenset({"consultation"})),
            Room(id=ROOM_2, name="Room 2", location=MAIN, kinds=frozenset({"treatment"})),
        ),
        devices=(Device(id=LASER, name="Laser", kind="laser", location=MAIN),),
        services=(
            Service(
                id=BOTOX,
                name="Botox consultation",
                length=timedelta(minutes=30),
                roles=frozenset({"nurse injector"}),
                room_kinds=frozenset({"consultation"}),
                also_called=("botox", "botox consult"),
            ),
            Service(
                id=HAIR,
                name="Laser hair removal",
                length=timedelta(minutes=45),
                roles=frozenset({"laser"}),
                room_kinds=frozenset({"treatment"}),
                device_kinds=("laser",),
                after=timedelta(minutes=15),
            ),
        ),
        knowledge=(Answer(topic="parking", asked=("parking", "where do I park"), says="Park behind the house."),),
    )


def at(words: str, minutes: int = 30) -> Period:
    """A stretch on the clinic's wall clock: `at("2026-05-28 18:00", minutes=30)`."""
    start = datetime.fromisoformat(words).replace(tzinfo=ZONE).astimezone(UTC)
    return Period(start=start, end=start + timedelta(minutes=minutes))


def a_slot(during: Period | None = None, *, practitioner: PractitionerId = DANA, room: RoomId = ROOM_1) -> Slot:
    """A Botox consultation, Thursday May 28 at 18:00 unless said otherwise."""
    during = during or at("2026-05-28 18:00")
    return Slot(
        service=BOTOX,
        location=MAIN,
        practitioner=practitioner,
        room=room,
        devices=(),
        during=during,
        claims=(
            Claim(subject=Subject.PRACTITIONER, id=practitioner, during=during),
            Claim(subject=Subject.ROOM, id=room, during=during),
        ),
    )


def an_appointment(slot: Slot | None = None, *, id: str = "visit-1", patient: PatientId | None = None) -> Appointment:
    """A visit that stands at that time."""
    slot = slot or a_slot()
    return Appointment(
        id=AppointmentId(id),
        service=slot.service,
        location=slot.location,
        practitioner=slot.practitioner,
        room=slot.room,
        devices=(),
        during=slot.during,
        status=Status.BOOKED,
        patient=patient,
    )


def with_number(practice: Practice, phone: str) -> Practice:
    """The same practice at another number."""
    return replace(practice, locations=(replace(practice.locations[0], phone=phone),))
