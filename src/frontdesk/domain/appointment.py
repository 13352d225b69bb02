"""Visits and what they hold: FHIR R4 Appointment, with the claims that keep others out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType

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

    def may_become(self, later: "Status") -> bool:
        """Whether a visit may go on from this status to that one; staying as it is, it always may."""
        return later is self or later in BECOMES[self]


BECOMES: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.PROPOSED: frozenset(
            {Status.PENDING, Status.BOOKED, Status.WAITLIST, Status.CANCELLED, Status.ENTERED_IN_ERROR}
        ),
        Status.WAITLIST: frozenset(
            {Status.PROPOSED, Status.PENDING, Status.BOOKED, Status.CANCELLED, Status.ENTERED_IN_ERROR}
        ),
        Status.PENDING: frozenset({Status.BOOKED, Status.WAITLIST, Status.CANCELLED, Status.ENTERED_IN_ERROR}),
        Status.BOOKED: frozenset(
            {
                Status.ARRIVED,
                Status.CHECKED_IN,
                Status.FULFILLED,
                Status.NOSHOW,
                Status.CANCELLED,
                Status.ENTERED_IN_ERROR,
            }
        ),
        Status.ARRIVED: frozenset(  # back to booked: the wrong patient was ticked
            {Status.BOOKED, Status.CHECKED_IN, Status.FULFILLED, Status.CANCELLED, Status.ENTERED_IN_ERROR}
        ),
        Status.CHECKED_IN: frozenset({Status.ARRIVED, Status.FULFILLED, Status.CANCELLED, Status.ENTERED_IN_ERROR}),
        Status.FULFILLED: frozenset({Status.ENTERED_IN_ERROR}),
        Status.CANCELLED: frozenset({Status.ENTERED_IN_ERROR}),
        Status.NOSHOW: frozenset({Status.ENTERED_IN_ERROR}),
        Status.ENTERED_IN_ERROR: frozenset(),
    }
)
"""What each status may become. FHIR names the statuses and leaves the ways between them open; these are a front
desk's. What freed its time never takes it back: such a visit is booked anew."""


class Cancellation(Enum):
    """Why a visit was cancelled: FHIR R4 (http://hl7.org/fhir/R4/valueset-appointment-cancellation-reason.html)."""

    PATIENT = "pat"
    PATIENT_BY_REMINDER = "pat-crs"
    PATIENT_BY_PORTAL = "pat-cpp"
    PATIENT_DECEASED = "pat-dec"
    PATIENT_FEELS_BETTER = "pat-fb"
    PATIENT_WITHOUT_TRANSPORT = "pat-lt"
    PATIENT_NO_LONGER_INSURED = "pat-mt"
    PATIENT_MOVED_AWAY = "pat-mv"
    PATIENT_PREGNANT = "pat-preg"
    PATIENT_FROM_WAITLIST = "pat-swl"
    PATIENT_CHANGED_PROVIDER = "pat-ucp"
    PROVIDER = "prov"
    PROVIDER_PERSONAL = "prov-pers"
    PROVIDER_DISCHARGED = "prov-dch"
    PROVIDER_IN_MEETING = "prov-edu"
    PROVIDER_IN_HOSPITAL = "prov-hosp"
    PROVIDER_LABS_OUT_OF_RANGE = "prov-labs"
    PROVIDER_MRI_SCREENING = "prov-mri"
    PROVIDER_ONCOLOGY_PLAN = "prov-onc"
    EQUIPMENT_IN_REPAIR = "maint"
    PREPARATION_INCOMPLETE = "meds-inc"
    OTHER = "other"
    OTHER_THERAPY_CAP = "oth-cms"
    OTHER_ERROR = "oth-err"
    OTHER_FINANCIAL = "oth-fin"
    OTHER_IV_ACCESS = "oth-iv"
    OTHER_NO_INTERPRETER = "oth-int"
    OTHER_RESULTS_UNAVAILABLE = "oth-mu"
    OTHER_ROOM_IN_REPAIR = "oth-room"
    OTHER_ORDER_ERROR = "oth-oerr"
    OTHER_SILENT_WALK_IN = "oth-swie"
    OTHER_WEATHER = "oth-weath"


class Subject(Enum):
    """What a claim is laid on."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Someone or something kept busy for a stretch of time, buffers included. `location`: where, if it is known."""

    subject: Subject
    id: str
    during: Period
    lane: int = 1
    location: LocationId | None = None


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
    assistants: tuple[PractitionerId, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """A visit as the system of record has it. Pending it is held until `held_until`; without that, it is asked for.

    `reason` says why it was cancelled, where that is known; `sequence` grows each time its time is changed (RFC 5545).
    """

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
    reason: Cancellation | None = None
    sequence: int = 0

    @property
    def is_requested(self) -> bool:
        """Whether staff are asked to enter it elsewhere, and nobody has seen it there yet: it may not be relied on."""
        return self.status is Status.PENDING and self.held_until is None

    @property
    def slot(self) -> Slot | None:
        """The time it has, as one that is spoken of; None where service or practitioner is not known."""
        if self.service is None or self.practitioner is None:
            return None
        return Slot(
            service=self.service,
            location=self.location,
            practitioner=self.practitioner,
            room=self.room,
            devices=self.devices,
            during=self.during,
            claims=(),
        )
