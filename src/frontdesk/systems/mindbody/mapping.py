"""Pure: Mindbody's rows as our values, and our values as its fields.

Its words: a staff member is a practitioner, a session type a service, a resource a room or a device, a client a
patient. A client has a number for good (`UniqueId`), by which we keep them, and an `Id` that the business may give
anew, by which every call wants them. Times are those of the site's one clock, without a zone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.chart import Chart, digits
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, DeviceId, LocationId, PatientId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.wire.foreign import Foreign, Unreadable

STATUS: Mapping[str, Status] = MappingProxyType(
    {
        "Requested": Status.PENDING,  # staff have yet to accept it
        "Booked": Status.BOOKED,
        "Confirmed": Status.BOOKED,
        "Arrived": Status.ARRIVED,
        "Completed": Status.FULFILLED,
        "NoShow": Status.NOSHOW,
        "Cancelled": Status.CANCELLED,
        "LateCancelled": Status.CANCELLED,
    }
)
"""`None` is a word of theirs too; what it means is published nowhere, so it is reported."""
PHONES = ("MobilePhone", "HomePhone", "WorkPhone")
LONGEST = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Mindbody's number of each thing of ours. What is not in it is not booked there.

    A room has one resource for each who can be in it at once. `rooms` empty: the site keeps no rooms, and visits are
    booked without one.
    """

    locations: Mapping[LocationId, int]
    staff: Mapping[PractitionerId, int]
    services: Mapping[ServiceId, int]
    rooms: Mapping[RoomId, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    devices: Mapping[DeviceId, int] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        in_rooms = [number for numbers in self.rooms.values() for number in numbers]
        for what, numbers in (
            ("location", list(self.locations.values())),
            ("staff member", list(self.staff.values())),
            ("session type", list(self.services.values())),
            ("resource", [*in_rooms, *self.devices.values()]),
        ):
            twice = sorted({number for number in numbers if numbers.count(number) > 1})
            if twice:
                raise Impossible(f"Mindbody's {what} {twice[0]} is given to two of ours; give each its own.")

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        locations = {one.id for one in practice.locations}
        people = {one.id for one in practice.practitioners}
        services = {one.id for one in practice.services}
        rooms = {one.id for one in practice.rooms}
        devices = {one.id for one in practice.devices}
        return Numbers(
            locations={id: number for id, number in self.locations.items() if id in locations},
            staff={id: number for id, number in self.staff.items() if id in people},
            services={id: number for id, number in self.services.items() if id in services},
            rooms={id: numbers for id, numbers in self.rooms.items() if id in rooms},
            devices={id: number for id, number in self.devices.items() if id in devices},
        )

    def location_of(self, number: int) -> LocationId | None:
        """The location of that number."""
        return next((id for id, known in self.locations.items() if known == number), None)

    def practitioner_of(self, number: int) -> PractitionerId | None:
        """Whose number it is."""
        return next((id for id, known in self.staff.items() if known == number), None)

    def service_of(self, number: int) -> ServiceId | None:
        """The service of a session type."""
        return next((id for id, known in self.services.items() if known == number), None)

    def room_of(self, resources: tuple[int, ...]) -> RoomId | None:
        """The first room among some resources."""
        return next((id for id, numbers in self.rooms.items() if set(numbers) & set(resources)), None)

    def devices_of(self, resources: tuple[int, ...]) -> tuple[DeviceId, ...]:
        """The devices among some resources."""
        return tuple(id for id, number in self.devices.items() if number in resources)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A row of `GET /appointment/staffappointments`.

    `client` is the Id that may change. `whole` is all that its times may mean where the clock is changed. `mark` is its
    PartnerExternalId. `standing` None: its status is not known, told in `strange`, and it counts as in use.
    """

    number: int
    client: str
    standing: Status | None
    confirmed: bool
    during: Period
    whole: Period
    location: int
    staff: int
    service: int
    resources: tuple[int, ...]
    note: str
    mark: str
    strange: Unreadable | None = None

    @property
    def in_use(self) -> bool:
        """Whether it keeps its time."""
        return self.standing is None or self.standing.takes_time


def visit(row: Foreign, zone: ZoneInfo) -> Visit:
    """A row of the book. `zone` is the site's.

    Raises: Unreadable (a field is not as documented; an unknown status is kept and told in `strange`).
    """
    start, end = row.wall("StartDateTime"), row.wall("EndDateTime")
    if not start < end <= start + LONGEST:
        raise Unreadable(row.row, "EndDateTime", "is not within a day after its start")
    strange: Unreadable | None = None
    standing: Status | None = None
    try:
        standing = row.word("Status", STATUS)
    except Unreadable as unknown:
        strange = unknown
    if row.has("IsWaitlist") and row.yes("IsWaitlist") and standing in {Status.PENDING, Status.BOOKED}:
        standing = Status.WAITLIST
    begins = instant(start.date(), start.time(), zone)
    last = instant(end.date(), end.time().replace(fold=1), zone)
    during = Period(start=begins, end=begins + (end - start))
    return Visit(
        number=row.integer("Id"),
        client=row.text("ClientId") if row.has("ClientId") else "",
        standing=standing,
        confirmed=row.fields.get("Status") == "Confirmed",
        during=during,
        whole=Period(start=begins, end=max(during.end, last)),
        location=row.integer("LocationId"),
        staff=row.integer("StaffId"),
        service=row.integer("SessionTypeId") if row.has("SessionTypeId") else 0,
        resources=tuple(
            one.integer("Id")
            for one in Foreign.list_of(row.fields.get("Resources") or [], what=f"resource of {row.row}", id="Id")
        ),
        note=row.text("Notes") if row.has("Notes") else "",
        mark=row.text("PartnerExternalId") if row.has("PartnerExternalId") else "",
        strange=strange,
    )


def appointment(found: Visit, numbers: Numbers, patient: PatientId | None) -> Appointment:
    """A visit as the desk knows it. Raises: Unreadable (its status is unknown, or it is at a location not ours)."""
    if found.strange is not None:
        raise found.strange
    location = numbers.location_of(found.location)
    if location is None or found.standing is None:
        raise Unreadable(f"appointment {found.number}", "LocationId", "is none of our locations")
    return Appointment(
        id=AppointmentId(str(found.number)),
        service=numbers.service_of(found.service),
        location=location,
        practitioner=numbers.practitioner_of(found.staff),
        room=numbers.room_of(found.resources),
        devices=numbers.devices_of(found.resources),
        during=found.during,
        status=found.standing,
        patient=patient,
    )


def mark_of(key: str) -> str:
    """What shows the key of an intent: the PartnerExternalId of a visit, or a word in a note."""
    return f"frontdesk-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def new_appointment(slot: Slot, *, client: str, numbers: Numbers, zone: ZoneInfo, mark: str) -> dict[str, object]:
    """The fields of `POST /appointment/addappointment`: no package is used up, no mail is sent, the desk tells."""
    return {
        "ClientId": client,
        "LocationId": numbers.locations[slot.location],
        **placed(slot, numbers=numbers, zone=zone),
        "PartnerExternalId": mark,
    }


def placed(slot: Slot, *, numbers: Numbers, zone: ZoneInfo) -> dict[str, object]:
    """The fields that say when, with whom and in which room; the end too, or Mindbody would put its own."""
    return {
        "StaffId": numbers.staff[slot.practitioner],
        "SessionTypeId": numbers.services[slot.service],
        "StartDateTime": shown(slot.during.start, zone),
        "EndDateTime": shown(slot.during.end, zone),
        "ResourceIds": list(resources_of(slot, numbers)),
        "ApplyPayment": False,
        "SendEmail": False,
    }


def resources_of(slot: Slot, numbers: Numbers) -> tuple[int, ...]:
    """The resources of a slot: its room's, in the lane that its claim names, and its devices'. Raises: NotPermitted."""
    found: list[int] = []
    if slot.room is not None and numbers.rooms:
        lane = next((claim.lane for claim in slot.claims if claim.id == slot.room), 1)
        lanes = numbers.rooms.get(slot.room, ())
        if not 1 <= lane <= len(lanes):
            raise NotPermitted(f"Room {slot.room}, lane {lane}, has no resource in Mindbody. Give it one.")
        found.append(lanes[lane - 1])
    for device in slot.devices:
        if device not in numbers.devices:
            raise NotPermitted(f"Device {device} has no resource in Mindbody. Give it one.")
        found.append(numbers.devices[device])
    return tuple(found)


def shown(moment: datetime, zone: ZoneInfo) -> str:
    """An instant as the site's clock shows it, without zone or offset: with one the visit would be shifted."""
    return f"{wall(moment, zone):%Y-%m-%dT%H:%M:%S}"


def chart(row: Foreign) -> Chart:
    """A row of `GET /client/clients`, by its lasting number; inactive ones take no visits. Raises: Unreadable."""
    return Chart(
        number=str(row.integer("UniqueId")),
        given=tuple(row.text(name).strip() for name in ("FirstName",) if row.has(name)),
        family=row.text("LastName").strip() if row.has("LastName") else "",
        birth_date=row.day("BirthDate") if row.has("BirthDate") else None,
        phones=tuple(row.text(name) for name in PHONES if row.has(name)),
        emails=(row.text("Email"),) if row.has("Email") else (),
        visits=row.yes("Active") if row.has("Active") else True,
    )


def new_client(patient: Patient, required: tuple[str, ...]) -> dict[str, object]:
    """The fields of `POST /client/addclient`. `required` is what the site wants, by Mindbody's names.

    Raises: Refused (the desk does not know all of it).
    """
    given, family = patient.given.strip(), patient.family.strip()
    if not (given and family):
        raise Refused("Mindbody opens a file for a first and a last name; one of them is missing.")
    fields = {"FirstName": given, "LastName": family, **learned(patient)}
    lacking = sorted(set(required) - set(fields))
    if lacking:
        words = ", ".join(word for word in lacking if word.isascii() and word.isalnum())
        raise Refused(f"This site wants more of a new client than the desk knows: {words}. Staff must open the file.")
    return fields


def learned(patient: Patient) -> dict[str, object]:
    """The fields for birth date, phone and e-mail, as far as the desk knows them."""
    known = {
        "BirthDate": f"{patient.birth_date}T00:00:00" if patient.birth_date else None,
        "MobilePhone": phone(patient.phone),
        "Email": patient.email,
    }
    return {name: value for name, value in known.items() if value}


def phone(told: str | None) -> str | None:
    """A phone as Mindbody's examples write it: ten digits in North America, with its + elsewhere."""
    if not told:
        return None
    return digits(told) if told.startswith("+1") else told
