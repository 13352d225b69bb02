"""Pure: what the hospital's incoming appointment scheduling is told of a visit by HL7 v2, and what it says to it.

A visit is named by its contact serial number, and nobody is named: the number alone tells which visit is meant.
Source: open.epic.com, Incoming Appointment Scheduling, as quoted in public: S14 changes the status of a visit, S15
cancels it, S26 says that it was missed. The version and the places are those of the vendor's published sample.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.standards.hl7.acknowledging import acknowledgement
from frontdesk.standards.hl7.composing import Content, Heading, message, segment
from frontdesk.standards.hl7.message import read_message
from frontdesk.standards.hl7.notation import Notation, Unreadable
from frontdesk.standards.hl7.times import wall_stamp

NOTATION = Notation(codec="iso8859_1")
_VERSION = "2.3"


class Tells(Enum):
    """What has become of a visit: the event, and table 0278's word for it."""

    CANCELLED = ("S15", "Cancelled")
    MISSED = ("S26", "Noshow")
    ARRIVED = ("S14", "Started")


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """MSH-3 to MSH-6, as the hospital agreed on them; `arrived` is its word in SCH-25 for who has come."""

    application: str
    facility: str
    their_application: str
    their_facility: str
    arrived: str

    @staticmethod
    def of(written: str, *, arrived: str) -> "Names":
        """From a setting like "FRONTDESK|CLINIC|EPIC|HOSPITAL". Raises: Impossible."""
        parts = [one.strip() for one in written.split("|")]
        if len(parts) != 4 or not parts[0] or not parts[2]:
            raise Impossible(
                "systems.epic.orders_names names both ends of HL7 orders: our application, our facility, theirs, and "
                "their facility, like FRONTDESK|CLINIC|EPIC|HOSPITAL. A facility may be empty; its bar stays."
            )
        ours, facility, theirs, their_facility = parts
        return Names(
            application=ours,
            facility=facility,
            their_application=theirs,
            their_facility=their_facility,
            arrived=arrived or Tells.ARRIVED.value[1],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One thing to be told of one visit. `zone` is the department's wall; `why` is for staff to read."""

    tells: Tells
    contact: str
    during: Period
    zone: ZoneInfo
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What the hospital said: whether it took the order, else its code. That it took it proves nothing."""

    taken: bool
    code: str = ""


def written(order: Order, names: Names, *, at: datetime, control_id: str) -> bytes:
    """The message. Raises: Unwritable (the wall shows the visit's time twice)."""
    event, word = order.tells.value
    sch: dict[int, Content] = {
        1: order.contact,
        2: order.contact,
        6: order.why,
        9: str(int(order.during.length.total_seconds()) // 60),
        10: "MIN",
        11: ("", "", "", wall_stamp(order.during.start, order.zone)),
        20: (names.application,),
        25: names.arrived if order.tells is Tells.ARRIVED else word,
    }
    heading = Heading(
        from_application=names.application,
        from_facility=names.facility,
        to_application=names.their_application,
        to_facility=names.their_facility,
        at=at.astimezone(order.zone),
        kind=("SIU", event),
        control_id=control_id,
        processing="P",
        version=_VERSION,
    )
    segments = [segment("SCH", sch, NOTATION), segment("RGS", {1: "1"}, NOTATION)]
    return message(heading, segments, NOTATION, marked=False).octets


def read_answer(octets: bytes) -> Answered:
    """What an acknowledgement says. Raises: OutcomeUnknown (it says nothing that is known)."""
    try:
        said = acknowledgement(read_message(octets, unmarked=NOTATION.codec))
    except Unreadable:
        said = None
    if said is None or said.code is None:
        raise OutcomeUnknown("Epic answered an HL7 order with something that is no acknowledgement.")
    code = next((one.code for one in said.errors if one.code), said.code.value)
    return Answered(taken=said.code.accepts, code="" if said.code.accepts else code)


def control_id_of(octets: bytes) -> str | None:
    """The control id of a message, for the wire; None where it has none."""
    try:
        return read_message(octets, unmarked=NOTATION.codec).control_id or None
    except Unreadable:
        return None


def answered_by(octets: bytes) -> str | None:
    """Which message an acknowledgement is about, for the wire; None for anything else."""
    try:
        said = acknowledgement(read_message(octets, unmarked=NOTATION.codec))
    except Unreadable:
        return None
    return said.answers if said else None
