"""What the simulated interface takes in by HL7 v2: visits ordered, moved and called off, by SIU or by SRM."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.standards.simulating.refusals import Known
from frontdesk.systems.allscripts.simulator_booking import changeable, keep, wanted_of
from frontdesk.systems.allscripts.simulator_calls import numbered
from frontdesk.systems.allscripts.simulator_hl7 import (
    Incoming,
    Unreadable,
    composed,
    escaped,
    header,
    moment,
    read,
    segment,
    written,
)
from frontdesk.systems.allscripts.simulator_notices import Event, tell_of_visit, visit_segments
from frontdesk.systems.allscripts.simulator_practice import CANCELLED, Orders, Practice
from frontdesk.systems.allscripts.simulator_reading import Elements
from frontdesk.systems.allscripts.simulator_refusals import Declined
from frontdesk.systems.allscripts.simulator_rows import Row, number, text

SEGMENTS = frozenset(
    (
        "MSH",
        "SCH",
        "ARQ",
        "APR",
        "TQ1",
        "NTE",
        "PID",
        "PD1",
        "PV1",
        "PV2",
        "OBX",
        "DG1",
        "RGS",
        "AIS",
        "AIG",
        "AIL",
        "AIP",
    )
)
VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1")


class Kind(Enum):
    """What an order wants, by its SIU and its SRM event. Documented [orders-as-bought]."""

    BOOK = ("S12", "S01")
    MOVE = ("S13", "S03")
    CANCEL = ("S15", "S04")


class Code(Enum):
    """Conditions of table 0357 that are used."""

    SEQUENCE = "100"
    MISSING = "101"
    DATA_TYPE = "102"
    TYPE = "200"
    EVENT = "201"
    PROCESSING = "202"
    VERSION = "203"
    UNKNOWN_KEY = "204"
    DUPLICATE_KEY = "205"
    APPLICATION = "207"


class NotTaken(Exception):
    """An order that is not carried out. One with `rejected` was not even understood: AR, not AE."""

    def __init__(self, rule: str, code: Code, says: str, known: Known, *, rejected: bool = False) -> None:
        super().__init__(f"{code.value} {rule}")
        self.rule, self.code, self.says, self.known, self.rejected = rule, code, says, known, rejected


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """An order that was read: what it wants, and whether by SRM."""

    kind: Kind
    negotiated: bool


def call_of(octets: bytes) -> str:
    """The message as faults name it, like "SIU^S12"; "" for what is none."""
    try:
        message = read(octets)
    except Unreadable:
        return ""
    return f"{message.value('MSH', 9)}^{message.value('MSH', 9, 2)}"


def hear(practice: Practice, octets: bytes) -> bytes:
    """The acknowledgement of an order, once it is carried out or refused. Documented [original-mode].

    Documented [once-per-control-id]: the same sender and control id again gets the same answer, and nothing is done.
    Documented [silent-engine]: some engines say AA to everything; `Interface.silent`.
    """
    try:
        message = read(octets)
    except Unreadable as fault:
        refusal = guess("not-hl7", Code.DATA_TYPE, str(fault), rejected=True)
        return _answered(practice, None, None, refusal).encode()
    key = f"{message.value('MSH', 3)} {message.value('MSH', 4)} {message.value('MSH', 10)}"
    before = next((row for row in practice.orders if row["key"] == key), None)
    if before is not None:
        return text(before, "answer").encode()
    row, refused, order = None, None, None
    try:
        order = _order_of(practice, message)
        row = _carried_out(practice, message, order)
    except NotTaken as fault:
        refused = fault
    except Declined as fault:
        refused = NotTaken(fault.rule, Code.APPLICATION, fault.says, fault.known)
    if practice.world.interface.silent and not (refused and refused.rejected):
        answer = _answered(practice, message, None, None)
    else:
        answer = _answered(practice, message, row if order and order.negotiated else None, refused)
    if refused is None or not refused.rejected:
        practice.orders.add({"key": key, "answer": answer})
    return answer.encode()


def failed(practice: Practice, octets: bytes) -> bytes:
    """The acknowledgement of a server that fails, whether or not it carried the order out. Guess [hl7-fails]: AR."""
    refusal = guess("hl7-fails", Code.APPLICATION, "The server has failed.", rejected=True)
    try:
        return _answered(practice, read(octets), None, refusal).encode()
    except Unreadable:
        return _answered(practice, None, None, refusal).encode()


def _order_of(practice: Practice, message: Incoming) -> Taken:
    """What a message wants. Raises: NotTaken where it cannot be taken at all.

    Documented [hl7-refusals]: the codes of table 0357, and AR for a type, version or processing id that is not taken.
    Guess [hl7-known-sender]: who is not the desk is refused. Guess [original-mode-alone]: so is who asks for enhanced
    acknowledgements. Guess [no-adt-in]: patients are not registered by HL7 here.
    """
    interface = practice.world.interface
    names = ((message.value("MSH", 3), message.value("MSH", 4)), (message.value("MSH", 5), message.value("MSH", 6)))
    if not message.value("MSH", 10):
        raise documented("hl7-refusals", Code.MISSING, "MSH-10 is required.", rejected=True)
    if names != (interface.theirs, interface.ours):
        raise guess("hl7-known-sender", Code.APPLICATION, "The sender or the receiver is not known.", rejected=True)
    if message.value("MSH", 11) != "P":
        raise documented("hl7-refusals", Code.PROCESSING, "Only processing id P is taken.", rejected=True)
    if message.value("MSH", 12) not in VERSIONS:
        raise documented("hl7-refusals", Code.VERSION, "The version is not supported.", rejected=True)
    if message.value("MSH", 15) or message.value("MSH", 16):
        raise guess("original-mode-alone", Code.APPLICATION, "MSH-15 and MSH-16 must be empty.", rejected=True)
    taken, event = message.value("MSH", 9), message.value("MSH", 9, 2)
    if interface.orders is Orders.NONE or taken != interface.orders.name:
        if taken == "ADT":
            raise guess("no-adt-in", Code.TYPE, "Patients are not registered by HL7 here.", rejected=True)
        raise documented("orders-as-bought", Code.TYPE, "The message type is not taken.", rejected=True)
    for kind in Kind:
        if event == kind.value[interface.orders is Orders.SRM]:
            return Taken(kind=kind, negotiated=interface.orders is Orders.SRM)
    raise documented("orders-as-bought", Code.EVENT, "The event is not taken.", rejected=True)


def _carried_out(practice: Practice, message: Incoming, order: Taken) -> Row:
    """The visit as it is then. Raises: NotTaken, Declined.

    Documented [hl7-structure]: the visit first, then at least one RGS; a cancellation may do without. Guess
    [hl7-segments]: a segment that is not of the structure is refused.
    """
    first = "ARQ" if order.negotiated else "SCH"
    names = message.names()
    if names[1:2] != [first] or (order.kind is not Kind.CANCEL and "RGS" not in names):
        raise documented("hl7-structure", Code.SEQUENCE, f"{first} and then RGS are required.")
    for name in names:
        if name not in SEGMENTS or name == ("SCH" if order.negotiated else "ARQ"):
            raise guess("hl7-segments", Code.SEQUENCE, f"{name} is not expected here.")
    placer, filler = message.value(first, 1), message.value(first, 2)
    if order.kind is Kind.BOOK:
        if not placer:
            raise documented("hl7-refusals", Code.MISSING, f"{first}-1 is required.")
        if any(row["placer"] == placer for row in practice.appointments):
            raise documented("hl7-refusals", Code.DUPLICATE_KEY, "The placer's id is on the book already.")
        return _kept(practice, message, first, None, placer)
    row = _known_visit(practice, placer, filler)
    if order.kind is Kind.MOVE:
        return _kept(practice, message, first, changeable(row), text(row, "placer") or placer)
    changeable(row)
    more: Row = {"cancellation_reason": _reason(practice, message.value(first, 6))}
    saved = practice.mark(number(row, "Appointment_ID"), CANCELLED, more)
    tell_of_visit(practice, saved, Event.CANCELLED)
    return saved


def _kept(practice: Practice, message: Incoming, first: str, old: Row | None, placer: str) -> Row:
    wanted = wanted_of(practice, _elements(practice, message, first), _patient(practice, message, old), old)
    wanted.check(practice)
    words: dict[str, str] = {"placer": placer}
    if message.value(first, 7, 2) or message.value(first, 7):
        words["reason"] = message.value(first, 7, 2) or message.value(first, 7)
    if message.value("NTE", 3):
        words["comments"] = message.value("NTE", 3)
    return keep(practice, wanted, words)


def _elements(practice: Practice, message: Incoming, first: str) -> Elements:
    """An order as the elements of a SaveAppointment. Guess [hl7-where-things-are]: as in the worked example.

    Start and end from SCH-11 or ARQ-11, or the duration beside; the kind from AIS-3, else SCH-8; the resource from
    AIP-3, else AIG-3; the place from AIL-3, else PV1-3.
    """
    place = (4, 5) if first == "SCH" else (1, 2)
    start, end = (moment(message.value(first, 11, one), practice.world.zone) for one in place)
    if start is None:
        raise documented("hl7-refusals", Code.MISSING, f"{first}-11 must give the start.")
    values = {
        "AppointmentDate": f"{start:%Y-%m-%d}",
        "AppointmentTime": f"{start:%H:%M}",
        "Duration": _minutes(message, first, start, end),
        "ProviderID": message.value("AIP", 3) or message.value("AIG", 3),
        "LocationID": message.value("AIL", 3) or message.value("PV1", 3),
        "AppointmentType": message.value("AIS", 3) or message.value(first, 8),
    }
    return Elements(values={name: value for name, value in values.items() if value})


def _minutes(message: Incoming, first: str, start: datetime, end: datetime | None) -> str:
    """How long. Guess [hl7-lengths]: start and end decide; a duration beside them is in minutes and must agree."""
    given, units = message.value(first, 9), message.value(first, 10)
    if given and units.lower() not in ("min", "m", "minutes"):
        raise guess("hl7-lengths", Code.DATA_TYPE, "The duration must be in minutes.")
    between = "" if end is None else str(int((end - start).total_seconds() // 60))
    if given and between and given != between:
        raise guess("hl7-lengths", Code.DATA_TYPE, "The duration does not agree with start and end.")
    return between or given


def _patient(practice: Practice, message: Incoming, old: Row | None) -> Row | None:
    """Whose visit it is. Guess [hl7-patient-id]: the id in PID-3 that is ours, or that says not whose it is."""
    for one in range(1, message.repeated("PID", 3) + 1):
        owner = message.value("PID", 3, 4, repetition=one)
        given = message.value("PID", 3, repetition=one)
        if owner in ("", practice.world.interface.ours[0]) and given:
            try:
                return numbered(practice.patients, given, "Patient")
            except Declined as fault:
                raise documented("hl7-refusals", Code.UNKNOWN_KEY, fault.says) from None
    if old is None:
        raise documented("hl7-refusals", Code.MISSING, "PID-3 is required.")
    return None


def _known_visit(practice: Practice, placer: str, filler: str) -> Row:
    """The visit that an order is about: by the filler's id, else by the placer's."""
    for row in practice.appointments:
        if filler == str(row["Appointment_ID"]) or (not filler and placer and placer == row["placer"]):
            return row
    raise documented("hl7-refusals", Code.UNKNOWN_KEY, "The appointment is not known.")


def _reason(practice: Practice, given: str) -> int | None:
    """Guess [hl7-reason]: SCH-6 or ARQ-6 by abbreviation; another word is taken and says nothing."""
    found = next((row for row in practice.cancellation_reasons if row["Abbreviation"] == given), None)
    return number(found, "Cancellation_Reason_ID") if found else None


def _answered(practice: Practice, message: Incoming | None, row: Row | None, refused: NotTaken | None) -> str:
    """The acknowledgement. Documented [srr-answer]: an SRM is answered by SRR with the visit, an SIU by ACK alone."""
    interface = practice.world.interface
    kind, event = (message.value("MSH", 9), message.value("MSH", 9, 2)) if message else ("", "")
    name = f"SRR^{event}^SRR_S01" if kind == "SRM" else f"ACK^{event}^ACK" if event else "ACK"
    control = message.value("MSH", 10) if message else ""
    place = practice.orders.last + practice.messages.last + 1
    code = "AA" if refused is None else "AR" if refused.rejected else "AE"
    first = header(name, f"A{place:06}-{control}"[:20], practice.wall(), ours=interface.ours, theirs=interface.theirs)
    segments = [
        first,
        segment("MSA", {1: code, 2: escaped(control), **({3: escaped(refused.says)} if refused else {})}),
    ]
    if refused is not None:
        fields = {
            3: composed(refused.code.value, "", "HL70357"),
            4: "E",
            7: escaped(f"{refused.rule}; {refused.known.value}"),
            8: escaped(refused.says),
        }
        segments.append(segment("ERR", fields))
    elif row is not None:
        segments += visit_segments(practice, row)
    return written(segments)


def documented(rule: str, code: Code, says: str, *, rejected: bool = False) -> NotTaken:
    """A refusal that the standard describes, in our words."""
    return NotTaken(rule, code, says, Known.IN_SUBSTANCE, rejected=rejected)


def guess(rule: str, code: Code, says: str, *, rejected: bool = False) -> NotTaken:
    """A refusal nothing is published of."""
    return NotTaken(rule, code, says, Known.GUESSED, rejected=rejected)
