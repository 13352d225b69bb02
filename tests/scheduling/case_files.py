"""Reads the hard cases of cases/*.yaml; cases/README.md is what their writers read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from frontdesk.domain.appointment import Appointment, Claim, Status, Subject
from frontdesk.domain.ids import AppointmentId, DeviceId, LocationId, PracticeId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Practice, Weekday
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import ANYBODY, Visitor
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.classes import claims_of_class
from frontdesk.scheduling.places import claims_of_place
from frontdesk.scheduling.presence import kept, periods
from frontdesk.standards.forms import read_length
from frontdesk.standards.practice_document import from_document

CASES = Path(__file__).parent / "cases"
EVERY_DAY = [day.name.lower() for day in Weekday]
Entry = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    practice: Practice
    day: date
    now: datetime
    busy: list[Claim]
    standing: list[Appointment]
    wish: Entry
    expect: Entry

    def moment(self, written: object, location: str | None = None, *, fold: int = 0) -> datetime:
        """The instant of "10:00" on the case's day, or of a date and a time, on a location's wall clock."""
        text = _clock(written)
        zone = self.practice.location(LocationId(location) if location else self.practice.locations[0].id).zone
        shown = datetime.fromisoformat(text if "-" in text else f"{self.day} {text}")
        return shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)

    def line(self, written: object) -> tuple[datetime, set[str]]:
        """A line of what is expected: a start, and names."""
        first, *names = _clock(written).split()
        if "-" in first:
            first, *names = f"{first} {names[0]}", *names[1:]
        return self.moment(first, fold=int("again" in names)), set(names) - {"again"}

    @property
    def within(self) -> Period:
        first = _day(self.wish.get("from", self.day))
        start, end = (
            self.moment(f"{day} 00:00") for day in (first, first + timedelta(days=int(self.wish.get("days", 1))))
        )
        return Period(start=start, end=end)

    @property
    def windows(self) -> Wish:
        return Wish(
            windows=tuple(map(_window, self.wish.get("windows", []))),
            excluded=tuple(map(_window, self.wish.get("not", []))),
        )

    def visitor(self, of: Entry | None) -> Visitor:
        if of is None:
            return ANYBODY
        visits = of.get("visits")
        return Visitor(
            is_new=of.get("new"),
            born=_day(of["born"]) if "born" in of else None,
            visits=None if visits is None else tuple(self._past(one) for one in visits),
        )

    def _past(self, one: Entry) -> Appointment:
        start = self.moment(one["at"])
        return _appointment(
            one, Period(start=start, end=start + read_length(one.get("for", "30 minutes"))), self.practice
        )


def all_cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.yaml")):
        for written in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
            yield read_case(written, path.stem)


def read_case(written: Entry, theme: str) -> Case:
    unknown = set(written) - {"case", "day", "now", "world", "taken", "wish", "expect"}
    assert not unknown, f"{written['case']}: {unknown} is not known"
    practice = _practice(written.get("world", {}))
    empty = Case(
        name=f"{theme}: {written['case']}",
        practice=practice,
        day=_day(written["day"]),
        now=datetime.now(UTC),
        busy=[],
        standing=[],
        wish=written.get("wish", {}),
        expect=written["expect"],
    )
    busy: list[Claim] = []
    standing: list[Appointment] = []
    for taken in written.get("taken", []):
        claims, visit = _taken(taken, empty)
        busy += claims
        standing += [visit] if visit else []
    return Case(
        name=empty.name,
        practice=practice,
        day=empty.day,
        now=empty.moment(written.get("now", "00:00")),
        busy=busy,
        standing=standing,
        wish=empty.wish,
        expect=empty.expect,
    )


def _practice(world: Entry) -> Practice:
    unknown = set(world) - {"locations", "practitioners", "rooms", "devices", "services", "policies"}
    assert not unknown, f"{unknown} is no section of a world"
    locations = [
        {"name": one["id"], "zone": "America/Chicago", "hours": {day: ["09:00-17:00"] for day in EVERY_DAY}} | dict(one)
        for one in world.get("locations", [{"id": "main"}])
    ]
    first = locations[0]["id"]
    shift = {"location": first, "weekdays": EVERY_DAY, "during": "09:00-17:00"}
    people = [
        {"name": one["id"].title(), "roles": ["nurse"]}
        | dict(one)
        | {"shifts": [shift | dict(shifts) for shifts in one.get("shifts", [shift])]}
        for one in world.get("practitioners", [{"id": "dana"}])
    ]
    rooms = [
        {"name": one["id"], "location": first, "kinds": ["treatment"]} | dict(one)
        for one in world.get("rooms", [{"id": "room-1"}])
    ]
    devices = [{"name": one["id"], "location": first} | dict(one) for one in world.get("devices", [])]
    services = [
        {"name": one["id"], "length": "30 minutes", "roles": ["nurse"], "room_kinds": ["treatment"]} | dict(one)
        for one in world.get("services", [{"id": "peel"}])
    ]
    policies = {"lead_time": "0 minutes", "grid": "30 minutes", "horizon": "60 days"} | dict(world.get("policies", {}))
    for one in services:
        if "latest_start" in one:
            one["latest_start"] = _clock(one["latest_start"])
    document = {
        "key": "case",
        "name": "Case",
        "assistant": "Ava",
        "locations": _written(locations),
        "practitioners": _written(people),
        "rooms": _written(rooms),
        "devices": _written(devices),
        "services": _written(services),
        "policies": _written(policies),
    }
    return from_document(document, id=PracticeId(UUID(int=1)))


def _written(value: Any) -> Any:
    """YAML reads dates as dates; a practice's document keeps them as text."""
    if isinstance(value, Mapping):
        return {_written(key): _written(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_written(one) for one in value]
    return str(value) if isinstance(value, date) else value


def _taken(taken: Entry, case: Case) -> tuple[list[Claim], Appointment | None]:
    start = case.moment(taken["at"], taken.get("location"))
    if "visit" not in taken:
        during = Period(start=start, end=start + read_length(taken["for"]))
        subject, id = next(
            (subject, str(taken[key]))
            for key, subject in (("who", Subject.PRACTITIONER), ("room", Subject.ROOM), ("device", Subject.DEVICE))
            if key in taken
        )
        where = LocationId(taken["location"]) if "location" in taken else None
        return [Claim(subject=subject, id=id, during=during, lane=taken.get("lane", 1), location=where)], None
    service = case.practice.service(ServiceId(taken["visit"]))
    who = PractitionerId(taken["with"])
    length = read_length(taken["for"]) if "for" in taken else service.length_with(who)
    visit = _appointment(taken, Period(start=start, end=start + length), case.practice)
    if not visit.status.takes_time:
        return [], visit
    lane = taken.get("lane", 1)
    people = [
        Claim(subject=Subject.PRACTITIONER, id=who, during=one, lane=lane, location=visit.location)
        for one in periods(kept(service, length), start)
    ]
    people += [
        Claim(subject=Subject.PRACTITIONER, id=one, during=visit.during, location=visit.location)
        for one in taken.get("assistants", [])
    ]
    place = claims_of_place(service, visit.during, room=visit.room, lane=lane, devices=visit.devices)
    return list(
        claims_of_class([*people, *place], case.practice, lane) if service.places > 1 else [*people, *place]
    ), visit


def _appointment(one: Entry, during: Period, practice: Practice) -> Appointment:
    return Appointment(
        id=AppointmentId(""),
        service=ServiceId(one.get("visit", one.get("service"))),
        location=LocationId(one.get("location", practice.locations[0].id)),
        practitioner=PractitionerId(one["with"]) if "with" in one else None,
        room=RoomId(one["room"]) if "room" in one else None,
        devices=tuple(map(DeviceId, one.get("devices", []))),
        during=during,
        status=Status(one.get("status", "booked")),
    )


def _window(written: Entry) -> Window:
    unknown = set(written) - {"first", "last", "weekdays", "earliest", "before", "done_by", "at"}
    assert not unknown, f"{unknown} is no part of a window"

    def at(key: str) -> time | None:
        return time.fromisoformat(_clock(written[key])) if key in written else None

    return Window(
        first=_day(written["first"]) if "first" in written else None,
        last=_day(written["last"]) if "last" in written else None,
        weekdays=frozenset(Weekday[day.upper()] for day in written.get("weekdays", [])),
        earliest=at("earliest"),
        latest=at("before"),
        done_by=at("done_by"),
        at=at("at"),
    )


def _day(written: object) -> date:
    return written if isinstance(written, date) else date.fromisoformat(str(written))


def _clock(written: object) -> str:
    """YAML 1.1 reads 18:00 as a count of minutes, and a date with a time as both."""
    if isinstance(written, datetime):
        return f"{written:%Y-%m-%d %H:%M}"
    return f"{written // 60:02}:{written % 60:02}" if isinstance(written, int) else str(written)
