"""Visits and what they hold: FHIR R4 Appointment, with the claims that keep others out."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.domain.ids import (
    AppointmentId,
    DeviceId,
    LocationId,
    PatientId,
    PractitionerId,
    RoomId,
    ServiceId,
)
from frontdesk.domain.time import Period


class Status(Enum):
    """FHIR R4 AppointmentStatus (http://hl7.org/fhir/R4/valueset-appointmentstatus.html)."""

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"
    ENTERED_IN_ERROR = "entered-in-error"
    CHECKED_IN = "checked-in"
    WAITLIST = "waitlist"

    @property
    def takes_time(self) -> bool:
        """Whether a visit in this status keeps its practitioner, room and devices busy."""
        return self not in {Status.CANCELLED, Status.NOSHOW, Status.ENTERED_IN_ERROR, Status.WAITLIST, Status.PROPOSED}


class Subject(Enum):
    """What a claim is laid on."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Someone or something kept busy for a stretch of time, buffers included."""

    subject: Subject
    id: str
    during: Period
    lane: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A time that can be booked as it stands. `during` is what the patient is told; claims hold the buffers too."""

    service: ServiceId
    location: LocationId
    practitioner: PractitionerId
    room: RoomId | None
    devices: tuple[DeviceId, ...]
    during: Period
    claims: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """A visit as the system of record has it. `held_until` stands only while it is pending."""

    id: AppointmentId
    service: ServiceId | None
    location: LocationId
    practitioner: PractitionerId | None
    room: RoomId | None
    devices: tuple[DeviceId, ...]
    during: Period
    status: Status
    patient: PatientId | None = None
    held_until: datetime | None = None
