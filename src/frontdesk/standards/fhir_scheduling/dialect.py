"""How one kind of server wants to be asked: data, so that another kind, or one site's own way, is another value.

Sources: FHIR R4; Argonaut Scheduling 1.0.1; open.epic.com and production clients of Epic; Oracle's documents of
Millennium's R4 API. What no source says is named a guess where it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from frontdesk.domain.appointment import BECOMES, Cancellation, Status
from frontdesk.standards.fhir_scheduling.asking import Release
from frontdesk.standards.fhir_scheduling.outcomes import Kind
from frontdesk.standards.fhir_scheduling.values import Coding


def _fhirs_own() -> Mapping[Cancellation, Coding]:
    return MappingProxyType({})


class Finds(Enum):
    """How free times are found."""

    SLOTS = "search of Slot"
    OPERATION = "Appointment/$find"


class Holds(Enum):
    """How a time is kept for a while."""

    UPDATES_SLOT = "PUT of Slot as busy-tentative"
    PATCHES_SLOT = "PATCH of Slot as busy-tentative"
    NEVER = "no way"


class Books(Enum):
    """How a visit is written."""

    WITH_SLOTS = "a transaction: POST of Appointment and PUT of its slots as busy"
    BY_SLOT = "POST of Appointment; the server takes the slot, and time, place and practitioner from it"
    OPERATION = "Appointment/$book"


class Moves(Enum):
    """How a visit gets another time."""

    WITH_SLOTS = "a transaction: PUT of Appointment and of the old and new slots"
    PATCHES_SLOT = "PATCH of /slot; the visit keeps its id"
    ANEW = "the new time is booked, then the old visit is cancelled"


class Cancels(Enum):
    """How a visit is called off."""

    WITH_SLOTS = "a transaction: PUT of Appointment and of its slots as free"
    PATCHES = "PATCH of /status and /cancelationReason; the server frees the slot"
    ELSEWHERE = "no way by FHIR"


class Confirms(Enum):
    """How it is written that a patient will come."""

    PARTICIPANT = "PATCH of the patient's participant"
    PATIENT_STATUS = "PATCH of /patient-status"
    RESPONSE = "POST of AppointmentResponse"
    ELSEWHERE = "no way by FHIR"


class Takes(Enum):
    """In which of FHIR's types a parameter of an operation is written."""

    DATE_TIME = "valueDateTime"
    URI = "valueUri"
    REFERENCE = "valueReference"
    IDENTIFIER = "valueIdentifier"
    CONCEPT = "valueCodeableConcept"
    TOKEN = "valueString as system|code"  # noqa: S105
    TEXT = "valueString"
    RESOURCE = "resource"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """What a server calls a parameter of an operation, and in which type it takes it."""

    name: str
    takes: Takes


@dataclass(frozen=True, kw_only=True, slots=True)
class FindOperation:
    """The parameters of `$find`; None: the server knows none for this."""

    start: Parameter
    end: Parameter
    patient: Parameter | None
    service: Parameter | None
    practitioner: Parameter | None
    location: Parameter | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BookOperation:
    """The parameters of `$book`. `at_visit`: it is called at the offered visit's own address."""

    visit: Parameter
    patient: Parameter
    note: Parameter | None
    at_visit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotSearch:
    """The parameters of a search for free slots; "" where the server knows none.

    `service_needed`: it answers nothing without a service. `status` "": it tells of free slots only.
    """

    service: str = "service-type"
    service_needed: bool = False
    schedule: str = "schedule"
    actor: str = "schedule.actor"
    location: str = ""
    status: str = "status"
    sort: str = "start"
    include: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """One kind of server.

    `release` is that of Appointment's operations and writes. `taken_by` are the troubles that, at a booking, mean
    that the time is gone. `place_of_slot` is the extension that names a slot's location. `create_once`: a create with
    If-None-Exist is honoured. `cancelled_for`: a site's own codes for why a visit is cancelled, where not FHIR's.
    `becomes`: what a visit's status may be changed to by a client. `may_cancel` and `may_move` are extensions by which
    a visit says whether that is allowed; "" where there is none.
    """

    name: str
    release: Release
    finds: Finds
    holds: Holds
    books: Books
    moves: Moves
    cancels: Cancels
    confirms: Confirms
    slot_search: SlotSearch = SlotSearch()
    find: FindOperation | None = None
    book: BookOperation | None = None
    taken_by: frozenset[Kind] = frozenset({Kind.CONFLICT, Kind.GONE})
    create_once: bool
    subscribes: bool
    place_of_slot: str = ""
    may_cancel: str = ""
    may_move: str = ""
    becomes: Mapping[Status, frozenset[Status]]
    cancelled_for: Mapping[Cancellation, Coding] = field(default_factory=_fhirs_own)


PLAIN_R4 = Dialect(
    name="FHIR R4",
    release=Release.R4,
    finds=Finds.SLOTS,
    holds=Holds.UPDATES_SLOT,
    books=Books.WITH_SLOTS,
    moves=Moves.WITH_SLOTS,
    cancels=Cancels.WITH_SLOTS,
    confirms=Confirms.PARTICIPANT,
    slot_search=SlotSearch(include=("Slot:schedule",)),
    create_once=True,
    subscribes=True,
    becomes=BECOMES,
)
"""A server that stores what it is told: its clients keep slots and visits in step, by transactions."""

EPIC_STU3 = Dialect(
    name="Epic",
    release=Release.STU3,
    finds=Finds.OPERATION,
    holds=Holds.NEVER,
    books=Books.OPERATION,
    moves=Moves.ANEW,
    cancels=Cancels.ELSEWHERE,
    confirms=Confirms.ELSEWHERE,
    find=FindOperation(
        start=Parameter(name="startTime", takes=Takes.DATE_TIME),
        end=Parameter(name="endTime", takes=Takes.DATE_TIME),
        patient=Parameter(name="patient", takes=Takes.RESOURCE),
        service=Parameter(name="serviceType", takes=Takes.CONCEPT),
        practitioner=None,  # no client was seen to send one; the answers are sifted instead
        location=Parameter(name="location-reference", takes=Takes.REFERENCE),
    ),
    book=BookOperation(
        visit=Parameter(name="appointment", takes=Takes.IDENTIFIER),
        patient=Parameter(name="patient", takes=Takes.IDENTIFIER),
        note=Parameter(name="appointmentNote", takes=Takes.TEXT),
    ),
    taken_by=frozenset({Kind.CONFLICT, Kind.GONE, Kind.NOT_FOUND}),  # 59144: the offered visit is no longer known
    create_once=False,
    subscribes=False,
    becomes=MappingProxyType({}),
)
"""Epic: STU3 `$find` and `$book`. What it cannot do by FHIR goes by its own services, HL7 version 2, or a person."""

CERNER_R4 = Dialect(
    name="Oracle Health Millennium",
    release=Release.R4,
    finds=Finds.SLOTS,
    holds=Holds.PATCHES_SLOT,
    books=Books.BY_SLOT,
    moves=Moves.PATCHES_SLOT,
    cancels=Cancels.PATCHES,
    confirms=Confirms.PATIENT_STATUS,
    slot_search=SlotSearch(
        service_needed=True,
        schedule="",
        location="-location",
        status="",
        sort="",
        include=("Slot:schedule",),
    ),
    taken_by=frozenset({Kind.CONFLICT, Kind.GONE, Kind.RULE}),  # 409 or 422 is a guess: Oracle documents neither
    create_once=False,
    subscribes=False,
    place_of_slot="https://fhir-ehr.cerner.com/r4/StructureDefinition/scheduling-location",
    may_cancel="https://fhir-ehr.cerner.com/r4/StructureDefinition/is-cancelable",
    may_move="https://fhir-ehr.cerner.com/r4/StructureDefinition/is-reschedulable",
    becomes=MappingProxyType(
        {
            Status.PROPOSED: frozenset({Status.BOOKED, Status.CANCELLED}),
            Status.BOOKED: frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.CANCELLED}),
            Status.ARRIVED: frozenset({Status.CHECKED_IN, Status.CANCELLED}),
            Status.CHECKED_IN: frozenset({Status.FULFILLED, Status.CANCELLED}),
        }
    ),
)
"""Oracle Health Millennium (Cerner): published slots only, one to a visit; JSON Patch for every change."""
