"""A small clinic of invented people, enough to understand and to phrase by."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.dialogue.state import Ask, Known
from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.care import Care
from frontdesk.domain.ids import AppointmentId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Answer, Location, Practice, Practitioner, Service, Weekday
from frontdesk.domain.time import DayTime, Period, instant
from frontdesk.language.context import Context

AUSTIN = ZoneInfo("America/Chicago")
TUESDAY_NIGHT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
"""Tuesday, May 26, 2026, 9:47 pm in Austin."""

_SHORT, _LONG = DayTime(start=time(9), end=time(18)), DayTime(start=time(9), end=time(20))
_HOURS = {day: (_LONG if day in (Weekday.TUESDAY, Weekday.THURSDAY) else _SHORT,) for day in list(Weekday)[:5]}


def _service(id: str, name: str, *also: str, minutes: int = 30) -> Service:
    return Service(
        id=ServiceId(id),
        name=name,
        length=timedelta(minutes=minutes),
        roles=frozenset({"nurse injector"}),
        room_kinds=frozenset({"consultation"}),
        also_called=also,
    )


def _practitioner(id: str, name: str, *also: str) -> Practitioner:
    return Practitioner(
        id=PractitionerId(id),
        name=name,
        title="Nurse injector",
        roles=frozenset({"nurse injector"}),
        shifts=(),
        also_called=also,
    )


def a_practice() -> Practice:
    """Smile Aesthetics, with one location, three practitioners and eight services."""
    return Practice(
        id=PracticeId(UUID("0190a000-0000-7000-8000-000000000001")),
        key="smile",
        name="Smile Aesthetics",
        assistant="Ava",
        email="hello@example.com",
        locations=(
            Location(
                id=LocationId("austin"),
                name="South Lamar",
                zone=AUSTIN,
                address="1204 South Lamar Blvd, Austin, TX 78704",
                phone="+15125550100",
                hours=MappingProxyType(_HOURS),
            ),
        ),
        practitioners=(
            _practitioner("dana", "Dana Reyes"),
            _practitioner("kim", "Kim Tran"),
            _practitioner("lee", "Dr. Helen Lee", "Dr. Lee"),
        ),
        rooms=(),
        devices=(),
        services=(
            replace(
                _service("botox-consult", "Botox consultation", "tox consult", "wrinkle consultation"),
                price="Free",
                about="A talk about what Botox can do.",
                preparation="Come with a clean face.",
                care=Care(aftercare="Wear sunscreen for a week."),
            ),
            _service("botox", "Botox treatment", "Botox", "Dysport"),
            _service("lip-filler", "Lip filler", "lip injections"),
            _service("cheek-filler", "Cheek filler"),
            _service("laser-hair", "Laser hair removal", "depilación láser", minutes=45),
            _service("laser-skin", "Laser skin resurfacing", minutes=60),
            _service("facial", "HydraFacial", "facial", "limpieza facial", minutes=60),
            _service("weight-loss", "Weight loss consultation", "semaglutide consultation", "ozempic"),
        ),
        languages=("en", "es"),
        knowledge=(
            Answer(topic="hours", asked=("hours", "when are you open", "horario"), says="We're open Mon-Fri from 9."),
            Answer(topic="parking", asked=("parking", "where park"), says="Parking is free behind the building."),
            Answer(
                topic="price-botox",
                asked=("how much botox", "botox price", "botox cost", "cuanto cuesta botox"),
                says="Botox is $13 a unit.",
            ),
            Answer(
                topic="address", asked=("address", "where are you located", "donde estan"), says="1204 South Lamar."
            ),
            Answer(topic="cancellation", asked=("cancellation policy",), says="Please give us 24 hours' notice."),
        ),
    )


def a_slot(day: str, clock: str, *, practitioner: str = "dana", service: str = "botox-consult") -> Slot:
    """A free half hour, by its wall clock in Austin: a_slot("2026-05-28", "18:00")."""
    start = instant(date.fromisoformat(day), time.fromisoformat(clock), AUSTIN)
    return Slot(
        service=ServiceId(service),
        location=LocationId("austin"),
        practitioner=PractitionerId(practitioner),
        room=RoomId("room-1"),
        devices=(),
        during=Period(start=start, end=start + timedelta(minutes=30)),
        claims=(),
    )


def an_appointment(slot: Slot) -> Appointment:
    """A visit that stands at that time."""
    return Appointment(
        id=AppointmentId("visit-1"),
        service=slot.service,
        location=slot.location,
        practitioner=slot.practitioner,
        room=slot.room,
        devices=(),
        during=slot.during,
        status=Status.BOOKED,
    )


THURSDAY_SIX = a_slot("2026-05-28", "18:00")
TUESDAY_SIX_THIRTY = a_slot("2026-06-02", "18:30")
TWO_OFFERS = (THURSDAY_SIX, TUESDAY_SIX_THIRTY)


def a_context(
    *,
    asked: Ask | None = None,
    offered: tuple[Slot, ...] = (),
    language: str = "en",
    now: datetime = TUESDAY_NIGHT,
    known: Known | None = None,
    caller: str | None = None,
    alternatives: tuple[str, ...] = (),
    earlier: tuple[tuple[str, ...], ...] = (),
) -> Context:
    """A message on that Tuesday night, with nothing asked and nothing offered."""
    return Context(
        now=now,
        zone=AUSTIN,
        practice=a_practice(),
        language=language,
        asked=asked,
        offered=offered,
        known=known or Known(),
        caller=caller,
        alternatives=alternatives,
        earlier=earlier,
    )
