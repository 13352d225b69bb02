"""A small practice with sane values, so that a test states only what matters to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Device, Location, Policies, Practice, Practitioner, Room, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period

CHICAGO = ZoneInfo("America/Chicago")
HERE = LocationId("here")
EVERY_DAY = frozenset(Weekday)


def moment(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    """The UTC instant of "2026-05-28 18:00" on the wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def at(text: str, *, minutes: int, zone: ZoneInfo = CHICAGO) -> Period:
    """So many minutes from "2026-05-28 18:00" on the wall clock."""
    return Period(start=moment(text, zone), end=moment(text, zone) + timedelta(minutes=minutes))


def clock(text: str) -> DayTime:
    """The stretch of "09:00-17:00"."""
    start, end = text.split("-")
    return DayTime(start=time.fromisoformat(start), end=time(0) if end == "24:00" else time.fromisoformat(end))


def a_location(
    id: str = "here",
    *,
    hours: str | Mapping[Weekday, tuple[DayTime, ...]] = "09:00-20:00",
    zone: ZoneInfo = CHICAGO,
    **rest: Any,
) -> Location:
    opened = {day: (clock(hours),) for day in Weekday} if isinstance(hours, str) else hours
    location = Location(id=LocationId(id), name=id.title(), zone=zone, address="1 Main St", phone="", hours=opened)
    return replace(location, **rest)


def a_shift(during: str = "09:00-20:00", *, location: str = "here", breaks: Iterable[str] = (), **rest: Any) -> Shift:
    shift = Shift(
        location=LocationId(location), weekdays=EVERY_DAY, during=clock(during), breaks=tuple(map(clock, breaks))
    )
    return replace(shift, **rest)


def a_practitioner(id: str = "dana", *, shifts: tuple[Shift, ...] | None = None, **rest: Any) -> Practitioner:
    person = Practitioner(
        id=PractitionerId(id),
        name=id.title(),
        title="RN",
        roles=frozenset({"nurse"}),
        shifts=(a_shift(),) if shifts is None else shifts,
    )
    return replace(person, **rest)


def a_room(
    id: str = "room-1", *, kinds: Iterable[str] = ("treatment",), location: str = "here", capacity: int = 1
) -> Room:
    return Room(
        id=RoomId(id), name=id.title(), location=LocationId(location), kinds=frozenset(kinds), capacity=capacity
    )


def a_device(
    id: str = "laser-1", *, kind: str = "laser", location: str = "here", fixed_in: str | None = None
) -> Device:
    return Device(
        id=DeviceId(id),
        name=id.title(),
        kind=kind,
        location=LocationId(location),
        fixed_in=RoomId(fixed_in) if fixed_in else None,
    )


def a_service(id: str = "peel", *, minutes: int = 30, before: int = 0, after: int = 0, **rest: Any) -> Service:
    service = Service(
        id=ServiceId(id),
        name=id.title(),
        length=timedelta(minutes=minutes),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
        roles=frozenset({"nurse"}),
        room_kinds=frozenset({"treatment"}),
    )
    return replace(service, **rest)


def a_practice(**rest: Any) -> Practice:
    practice = Practice(
        id=PracticeId(UUID(int=1)),
        key="small",
        name="Small Practice",
        assistant="Ava",
        email="desk@example.com",
        locations=(a_location(),),
        practitioners=(a_practitioner(),),
        rooms=(a_room(),),
        devices=(),
        services=(a_service(),),
        policies=Policies(lead_time=timedelta(0), grid=timedelta(minutes=30)),
    )
    return replace(practice, **rest)


def busy_person(id: str, *periods: Period, location: str | None = None) -> list[Claim]:
    where = LocationId(location) if location else None
    return [Claim(subject=Subject.PRACTITIONER, id=id, during=period, location=where) for period in periods]


def busy_room(id: str, *periods: Period, lane: int = 1) -> list[Claim]:
    return [Claim(subject=Subject.ROOM, id=id, during=period, lane=lane) for period in periods]


def busy_device(id: str, *periods: Period) -> list[Claim]:
    return [Claim(subject=Subject.DEVICE, id=id, during=period) for period in periods]
