"""A visit in the words of HL7: what SCH, TQ1, RGS, AIS, AIG, AIL, AIP, PID, PV1 and NTE say of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from frontdesk.domain.appointment import Status
from frontdesk.domain.time import Period
from frontdesk.standards.hl7.datatypes import NO_CODE, Code, Number, Spot, Staff
from frontdesk.standards.hl7.findings import Finding
from frontdesk.standards.hl7.people import Person
from frontdesk.standards.hl7.site import VisitEvent
from frontdesk.standards.hl7.times import TimeUnclear


class Kind(Enum):
    """What a resource is; the value is the segment it is told in."""

    SERVICE = "AIS"
    GENERAL = "AIG"
    PLACE = "AIL"
    PERSON = "AIP"


class Action(Enum):
    """What a message does with one resource of a visit (table 0206)."""

    ADD = "A"
    DELETE = "D"
    UPDATE = "U"
    UNCHANGED = "X"


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """Someone or something that a visit takes. `group` is its RGS, from 1; 0 where no RGS came before it.

    `role` is what it is there (AIG-4, AIP-4), `status` the site's word for it. `during` None: the message says no time
    of its own, so it is the visit's.
    """

    kind: Kind
    group: int
    what: Code | Staff | Spot
    role: Code = NO_CODE
    action: Action | None = None
    during: Period | TimeUnclear | None = None
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A visit. `number` is the site's, by its profile; "" where the message holds none.

    `placer` and `filler` are SCH-1 and SCH-2, `replaces` the number of the visit or series it came from (SCH-24,
    SCH-23), `occurrence` its place in a series. `service`, `practitioner`, `room` and `location` are the site's codes,
    by its profile; "" where none is told. `standing` None: the message does not say, or in a word nobody knows.
    """

    number: str
    placer: Number | None
    filler: Number | None
    during: Period | TimeUnclear | None
    standing: Status | None
    replaces: Number | None = None
    occurrence: str = ""
    why: Code = NO_CODE
    reason: Code = NO_CODE
    type: Code = NO_CODE
    length: timedelta | None = None
    service: str = ""
    practitioner: str = ""
    room: str = ""
    location: str = ""
    resources: tuple[Resource, ...] = ()
    patients: tuple[Person, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitTold:
    """A notice (SIU) of something that happened to a visit. `sent` is MSH-7, by which later news is told from older."""

    control_id: str
    event: VisitEvent
    visit: Visit
    sent: datetime | TimeUnclear
    sender: str
    findings: tuple[Finding, ...]


class Asks(Enum):
    """What a request (SRM) asks to be done; the value is its event."""

    BOOK = "S01"
    MOVE = "S02"
    CHANGE = "S03"
    CANCEL = "S04"
    DISCONTINUE = "S05"


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitAsked:
    """A request (SRM) about a visit. `wanted` are the stretches of ARQ-11 in which it may lie."""

    control_id: str
    asks: Asks
    visit: Visit
    wanted: tuple[Period | TimeUnclear, ...]
    sent: datetime | TimeUnclear
    sender: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotRead:
    """A message that is not acted on: what it is, by its control id, and why. A person is to look."""

    control_id: str
    kind: str
    event: str
    why: str
    findings: tuple[Finding, ...] = ()
