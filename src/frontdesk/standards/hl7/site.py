"""One site's way of writing HL7: which field holds what, in which words. Data, so that a new site is a file.

What two sites write alike is not asked here: times stand in SCH-11 or TQ1, lengths in SCH-9, resources in AIS to AIP.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.notation import CHARACTER_SETS

VERSIONS = ("2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2")
_AT = re.compile(r"(?P<segment>[A-Z][A-Z0-9]{2})-(?P<field>[0-9]{1,3})(?:\.(?P<component>[0-9]{1,2}))?")


class VisitEvent(Enum):
    """What happened to a visit, in the events of HL7."""

    BOOKED = "booked"
    MOVED = "moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    MISSED = "missed"


class Plays(Enum):
    """What a general resource (AIG) is."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"
    SERVICE = "service"


class Orders(Enum):
    """By which messages the site takes bookings."""

    SIU = "siu"
    """As a notice, answered by an acknowledgement only."""
    SRM = "srm"
    """As a request, answered by SRR where the site does so."""


class Moves(Enum):
    """How the site takes a new time for a visit."""

    SAME_VISIT = "same visit"
    """S13, or S02 as a request, with the number the visit has."""
    BOOKED_AGAIN = "booked again"
    """S12 once more with the number the visit has."""
    CANCELLED_AND_BOOKED = "cancelled and booked"
    """S15 for the old time, S12 with a new number for the new one."""


class Answers(Enum):
    """How messages are acknowledged between the two."""

    ORIGINAL = "original"
    ENHANCED = "enhanced"


@dataclass(frozen=True, kw_only=True, slots=True)
class At:
    """A place in a message, such as SCH-11.4."""

    segment: str
    field: int
    component: int = 1

    def __post_init__(self) -> None:
        if self.field < (3 if self.segment == "MSH" else 1) or self.component < 1:
            raise Impossible(f"{self} is no place that holds a value")

    def __str__(self) -> str:
        return f"{self.segment}-{self.field}.{self.component}"

    @staticmethod
    def of(text: str) -> "At":
        """The place that "SCH-11.4" or "SCH-2" names. Raises: Impossible."""
        found = _AT.fullmatch(text)
        if not found:
            raise Impossible(f'"{text}" is no place such as SCH-11.4')
        return At(segment=found["segment"], field=int(found["field"]), component=int(found["component"] or 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartNumber:
    """Where the site's number of a patient stands. `type` and `authority` pick one of several; "" takes any."""

    at: At
    type: str = ""
    authority: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """An application and its facility, as MSH names sender and receiver. "" in what is read: anybody."""

    application: str
    facility: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """How one site writes and wants to be written to.

    `versions`: those read; the first is written. `unmarked` is the character set of messages whose MSH-18 is empty,
    `writes` that of ours. `minutes_unless_said`: a length without a unit is in minutes; else it is reported.
    `names_structure`: MSH-9 has its third part. `writes_offset`: times are written with their offset from UTC.
    Of `visit`, `practitioner` and the like the first place that holds something counts.
    """

    name: str
    versions: tuple[str, ...]
    ours: End
    theirs: End
    processing: str = "P"
    unmarked: str = "ASCII"
    writes: str = "UNICODE UTF-8"
    marks_character_set: bool = True
    names_structure: bool = True
    writes_offset: bool = True
    minutes_unless_said: bool = True
    visit: tuple[At, ...]
    chart: tuple[ChartNumber, ...]
    service: tuple[At, ...]
    practitioner: tuple[At, ...]
    room: tuple[At, ...]
    location: tuple[At, ...]
    status: tuple[At, ...]
    standing: Mapping[str, Status]
    blocked: frozenset[str] = frozenset({"BLOCKED"})
    general: Mapping[str, Plays]
    events: Mapping[str, VisitEvent]
    orders: Orders = Orders.SIU
    moves: Moves = Moves.SAME_VISIT
    answers: Answers = Answers.ORIGINAL

    def __post_init__(self) -> None:
        unknown = [version for version in self.versions if version not in VERSIONS]
        if not self.versions or unknown:
            raise Impossible(f"Site {self.name}: versions are some of {', '.join(VERSIONS)}; got {unknown or 'none'}")
        for named in (self.unmarked, self.writes):
            if named not in CHARACTER_SETS:
                raise Impossible(f"Site {self.name}: {named} is none of {', '.join(CHARACTER_SETS)}")
        if not self.visit or not self.chart:
            raise Impossible(f"Site {self.name}: say where the number of a visit and that of a patient stand")
        if any(one.at.segment != "PID" or one.at.field not in {2, 3, 4} for one in self.chart):
            raise Impossible(f"Site {self.name}: a patient's number stands in PID-2, PID-3 or PID-4")
        words = (*self.standing, *self.blocked, *self.general, *self.events)
        if any(word != word.upper() for word in words):
            raise Impossible(f"Site {self.name}: words are compared in capitals; write them so")

    @property
    def version(self) -> str:
        """The version that is written."""
        return self.versions[0]

    @property
    def unmarked_codec(self) -> str:
        """Python's name of the character set of messages without MSH-18."""
        return CHARACTER_SETS[self.unmarked]


EVENTS: Mapping[str, VisitEvent] = MappingProxyType(
    {
        "S12": VisitEvent.BOOKED,
        "S13": VisitEvent.MOVED,
        "S14": VisitEvent.CHANGED,
        "S15": VisitEvent.CANCELLED,
        "S17": VisitEvent.DELETED,
        "S26": VisitEvent.MISSED,
    }
)
"""The notices (SIU) that are acted on. Source: HL7 v2.5.1 table 0003."""

RECOGNISED: Mapping[str, str] = MappingProxyType(
    {
        "S16": "a series was discontinued",
        "S18": "a service or resource was added to a visit",
        "S19": "a service or resource of a visit was changed",
        "S20": "a service or resource of a visit was cancelled",
        "S21": "a service or resource of a visit was discontinued",
        "S22": "a service or resource of a visit was deleted",
        "S23": "a time was blocked",
        "S24": "a blocked time was opened",
    }
)
"""Those that are told to a person instead."""

STANDING: Mapping[str, Status] = MappingProxyType(
    {
        "PENDING": Status.PENDING,
        "WAITLIST": Status.WAITLIST,
        "BOOKED": Status.BOOKED,
        "OVERBOOK": Status.BOOKED,
        "STARTED": Status.CHECKED_IN,
        "COMPLETE": Status.FULFILLED,
        "CANCELLED": Status.CANCELLED,
        "DC": Status.CANCELLED,
        "DELETED": Status.ENTERED_IN_ERROR,
        "NOSHOW": Status.NOSHOW,
    }
)
"""Table 0278's words. Source: the map in HL7's Version 2 to FHIR guide, STU 1; DC, OVERBOOK and DELETED are a guess."""
