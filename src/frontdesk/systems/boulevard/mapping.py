"""Pure: Boulevard's appointments and clients as our values.

Its words: staff are practitioners, clients are patients. Ids are URNs such as `urn:blvd:Staff:<uuid>`; times are read
in UTC or with an offset, so no time on the wall has to be guessed. Rooms and devices it assigns itself, and tells
nobody which.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.systems.boulevard.client import row_of, rows_of
from frontdesk.wire.foreign import Foreign, Unreadable

STATE: Mapping[str, Status] = MappingProxyType(
    {
        "BOOKED": Status.BOOKED,
        "CONFIRMED": Status.BOOKED,
        "ARRIVED": Status.ARRIVED,
        "ACTIVE": Status.CHECKED_IN,
        "FINAL": Status.FULFILLED,
        "CANCELLED": Status.CANCELLED,
    }
)
REASON: Mapping[str, tuple[Status, Cancellation | None]] = MappingProxyType(
    {
        "CLIENT_CANCEL": (Status.CANCELLED, Cancellation.PATIENT),
        "CLIENT_LATE_CANCEL": (Status.CANCELLED, Cancellation.PATIENT),
        "STAFF_CANCEL": (Status.CANCELLED, Cancellation.PROVIDER),
        "NO_SHOW": (Status.NOSHOW, None),  # a missed visit is a cancelled one there, and not a state of its own
        "MISTAKE": (Status.CANCELLED, Cancellation.OTHER_ERROR),
        "MERGED": (Status.CANCELLED, Cancellation.OTHER),
        "VOIDED": (Status.CANCELLED, Cancellation.OTHER),
        "BLVD_CANCELLED": (Status.CANCELLED, Cancellation.OTHER),
        "OFFBOARDED": (Status.CANCELLED, Cancellation.OTHER),
    }
)
BY_THE_PRACTICE = ("PROVIDER", "EQUIPMENT", "OTHER_WEATHER", "OTHER_ROOM")
"""How the names of those reasons begin that lie with the practice."""
VISIT = (
    "id startAt endAt state cancelled notes createdAt clientId locationId "
    "cancellation { reason } appointmentServices { serviceId staffId startAt endAt }"
)
"""What is read of an appointment, in either API."""
CLIENT = "id firstName lastName email mobilePhone active"
"""What is read of a client in the Admin API. Its birth date is not published as readable."""


def urn(kind: str, id: str) -> str:
    """The whole id: some lists give its last part alone."""
    return id if id.startswith("urn:") else f"urn:blvd:{kind}:{id}"


def bare(id: str) -> str:
    """The last part of an id, as tokens and some lists have it."""
    return id.rpartition(":")[2]


def is_visit(id: str) -> bool:
    """Whether a text is an appointment's id at all; others are asked of nobody."""
    return id.startswith("urn:blvd:Appointment:") and bare(id) != ""


def mark_of(key: str) -> str:
    """What tells what an intent has made from anything else in the book."""
    return f"Frontdesk {hashlib.sha256(key.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Boulevard's id of each thing of ours, as URNs. What is not in it is not booked there."""

    locations: Mapping[LocationId, str]
    staff: Mapping[PractitionerId, str]
    services: Mapping[ServiceId, str]

    def __post_init__(self) -> None:
        for ids in (self.locations, self.staff, self.services):
            known = list(ids.values())
            twice = sorted({id for id in known if known.count(id) > 1})
            if twice:
                raise Impossible(f"Boulevard's {twice[0]} is given to two of ours; give each its own.")

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        locations = {location.id for location in practice.locations}
        people = {person.id for person in practice.practitioners}
        services = {service.id for service in practice.services}
        return Numbers(
            locations={id: number for id, number in self.locations.items() if id in locations},
            staff={id: number for id, number in self.staff.items() if id in people},
            services={id: number for id, number in self.services.items() if id in services},
        )

    def location_of(self, number: str) -> LocationId | None:
        """The location of an id."""
        return next((id for id, known in self.locations.items() if known == number), None)

    def practitioner_of(self, number: str) -> PractitionerId | None:
        """Whose id it is."""
        return next((id for id, known in self.staff.items() if known == number), None)

    def service_of(self, number: str) -> ServiceId | None:
        """The service of an id."""
        return next((id for id, known in self.services.items() if known == number), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One appointment. `staff` and `service` are those of its first part; None where it has no part.

    `strange` says what of its state could not be read; then it counts as standing. `location` None: none of ours.
    """

    number: str
    client: str | None
    location: LocationId | None
    during: Period
    staff: str | None
    service: str | None
    standing: Status
    confirmed: bool
    reason: Cancellation | None
    notes: str
    strange: Unreadable | None = None

    @property
    def in_use(self) -> bool:
        """Whether it keeps its time."""
        return self.strange is not None or self.standing.takes_time


def visit(row: Foreign, numbers: Numbers) -> Visit:
    """One appointment as it came. Raises: Unreadable (a field is not as documented)."""
    parts = rows_of(row.fields.get("appointmentServices") or [], row.row)
    first = min(parts, key=lambda part: moment(part, "startAt"), default=None)
    standing, reason, strange = _standing(row)
    return Visit(
        number=urn("Appointment", row.text("id")),
        client=urn("Client", row.text("clientId")) if row.has("clientId") else None,
        location=numbers.location_of(urn("Location", row.text("locationId"))),
        during=Period(start=moment(row, "startAt"), end=moment(row, "endAt")),
        staff=urn("Staff", first.text("staffId")) if first is not None and first.has("staffId") else None,
        service=urn("Service", first.text("serviceId")) if first is not None and first.has("serviceId") else None,
        standing=standing,
        confirmed=row.fields.get("state") == "CONFIRMED",
        reason=reason,
        notes=row.text("notes") if row.has("notes") else "",
        strange=strange,
    )


def appointment(found: Visit, numbers: Numbers, practice: Practice, patient: PatientId | None) -> Appointment:
    """A visit as the desk knows it. Raises: Unreadable (its state is unknown)."""
    if found.strange is not None:
        raise found.strange
    return Appointment(
        id=AppointmentId(found.number),
        service=numbers.service_of(found.service) if found.service else None,
        location=found.location or practice.locations[0].id,  # staff moved it to a place that is not mapped
        practitioner=numbers.practitioner_of(found.staff) if found.staff else None,
        room=None,
        devices=(),
        during=found.during,
        status=found.standing,
        patient=patient,
        reason=found.reason,
    )


def chart_of(row: Foreign) -> Chart:
    """A client's file. One that is not active takes no visits. Raises: Unreadable."""
    given = row.text("firstName") if row.has("firstName") else ""
    return Chart(
        number=urn("Client", row.text("id")),
        given=(given,),
        family=row.text("lastName") if row.has("lastName") else "",
        phones=(row.text("mobilePhone"),) if row.has("mobilePhone") else (),
        emails=(row.text("email"),) if row.has("email") else (),
        visits=row.yes("active") if row.has("active") else True,
    )


def reason_there(reason: Cancellation) -> str:
    """Boulevard's reason for ours. What the patient wants is never called late: that may cost them a fee."""
    if reason is Cancellation.OTHER_ERROR:
        return "MISTAKE"
    return "STAFF_CANCEL" if reason.name.startswith(BY_THE_PRACTICE) else "CLIENT_CANCEL"


def moment(row: Foreign, key: str) -> datetime:
    """The instant of a DateTime, written in UTC or with an offset. Raises: Unreadable."""
    try:
        read = datetime.fromisoformat(row.text(key))
    except ValueError:
        raise Unreadable(row.row, key, "is no date and time such as 2026-08-04T15:00:00Z") from None
    if read.tzinfo is None:
        raise Unreadable(row.row, key, "has no offset, and one was wanted")
    return read.astimezone(UTC)


def _standing(row: Foreign) -> tuple[Status, Cancellation | None, Unreadable | None]:
    try:
        standing = row.word("state", STATE)
        if row.yes("cancelled") or standing is Status.CANCELLED:
            if not isinstance(row.fields.get("cancellation"), dict):
                return Status.CANCELLED, None, None
            status, reason = row_of(row.fields["cancellation"], row.row).word("reason", REASON)
            return status, reason, None
    except Unreadable as unknown:
        return Status.BOOKED, None, unknown
    return standing, None, None
