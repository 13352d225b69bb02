"""What the hospital takes by HL7, Incoming Appointment Scheduling: SIU and SRM with the same effect."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.standards.hl7.acknowledging import AckCode, ErrorCode, Objection, acknowledge
from frontdesk.standards.hl7.message import Message, Segment, read_message
from frontdesk.standards.hl7.times import TimeUnclear, instant_of
from frontdesk.standards.simulating.faults import Fails, Fault, Overtaken, When
from frontdesk.systems.epic import simulator_visits as visits
from frontdesk.systems.epic.simulator_front_desk import FrontDesk
from frontdesk.systems.epic.simulator_hospital import ARRIVED, BOOKED, CANCELLED, FULFILLED, MISSED, Hospital
from frontdesk.systems.epic.simulator_notices import FILLER_STATUS, NOTATION
from frontdesk.systems.epic.simulator_rows import Row, text
from frontdesk.systems.epic.simulator_visits import Place

EVENTS = {
    ("SIU", "S12"): "new",
    ("SRM", "S01"): "new",
    ("SIU", "S13"): "moved",
    ("SRM", "S02"): "moved",
    ("SIU", "S14"): "changed",
    ("SRM", "S03"): "changed",
    ("SIU", "S15"): "cancelled",
    ("SRM", "S04"): "cancelled",
    ("SIU", "S17"): "cancelled",
    ("SRM", "S06"): "cancelled",
    ("SIU", "S26"): "missed",
}
"""Documented [siu-and-srm-alike]. Documented [delete-ends-canceled]: S17 and S06 end as Canceled too."""

STATUS_WORDS = {
    **{word: status for status, (_, word) in FILLER_STATUS.items()},
    **dict.fromkeys(("BOOKED", "PENDING"), BOOKED),
    "STARTED": ARRIVED,
    "COMPLETE": FULFILLED,
    "CANCELLED": CANCELLED,
    "NOSHOW": MISSED,
}

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1")
"""Guess [versions-taken]."""


class Objected(Exception):
    """A message that is not acted on: AE for what it says, AR for what it is."""

    def __init__(self, rule: str, code: AckCode, error: ErrorCode, place: str, says: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.code = code
        self.objection = Objection(error=error, place=place, says=says)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A message as it is acted on. `head` is its SCH or ARQ; `number` is the visit's, as its sender has it."""

    message: Message
    head: Segment
    number: str
    starts: str


def call_name(message: Message) -> str:
    """A message as faults name it, like "MLLP SIU^S12"."""
    return f"MLLP {message.kind}^{message.event}"


def acted_on(hospital: Hospital, desk: FrontDesk, octets: bytes, fault: Fault | None) -> bytes:
    """The acknowledgement of a message, after all that it asks was done or none of it.

    Documented [ack-only]: an ACK; no SRR was seen. Guess [same-id-same-answer]: a message with the control id of one
    before is not acted on again, and hears the same.
    """
    message = read_message(octets, unmarked=NOTATION.codec)
    key = f"{message.header.text(3)}|{message.header.text(4)}|{message.control_id}"
    known = hospital.heard_messages.get(key)
    if known is not None:
        return text(known, "answer").encode(NOTATION.codec)
    try:
        if isinstance(fault, Fails) and fault.when is When.BEFORE_COMMIT:
            raise Objected("fails-in-hl7", AckCode.ERROR, ErrorCode.INTERNAL, "MSH-10", "Application internal error")
        _act(hospital, desk, message, fault)
        code, objection = AckCode.ACCEPTED, None
        if isinstance(fault, Fails):
            says = Objection(error=ErrorCode.INTERNAL, place="MSH-10", says="Application internal error")
            code, objection = AckCode.ERROR, says
    except Objected as why:
        code, objection = why.code, why.objection
    control = f"A{len(hospital.heard_messages) + 1:07}"
    answer = acknowledge(message, code, at=hospital.now(), control_id=control, objecting=objection).octets
    if code is not AckCode.REJECTED:
        hospital.heard_messages.put({"message": key, "answer": answer.decode(NOTATION.codec)})
    hospital.write()
    return answer


def _act(hospital: Hospital, desk: FrontDesk, message: Message, fault: Fault | None) -> None:
    wanted = EVENTS.get((message.kind, message.event))
    if message.version not in VERSIONS:
        raise Objected("versions-taken", AckCode.REJECTED, ErrorCode.VERSION, "MSH-12", "This version is not taken")
    if wanted is None:
        # Guess [not-switched-on]: the query SQM^S25 and all but these events are rejected.
        raise Objected("not-switched-on", AckCode.REJECTED, ErrorCode.EVENT, "MSH-9", "This event is not taken")
    order = _order(message)
    visit = _known(hospital, order)
    if wanted == "new":
        if visit is not None and visit["status"] == BOOKED:
            raise _objected("number-used", ErrorCode.DUPLICATE_KEY, "SCH-1", "This number has a visit")
        _book(hospital, desk, order, fault)
    elif visit is None:
        if wanted == "changed" and hospital.world.makes_when_changed:
            # Documented [may-make-when-changed]: where the site has it so, S14 makes a visit that it does not find.
            _book(hospital, desk, order, fault)
            return
        raise _objected("number-unknown", ErrorCode.UNKNOWN_KEY, "SCH-1", "No visit has this number")
    elif wanted == "moved":
        # Documented [moved-by-interface]: the old visit becomes Canceled, and a new one is made.
        place = _place(hospital, order)
        _to_come(visit)
        _free(hospital, desk, place, fault)
        visits.move(hospital, text(visit, "csn"), place, ours=order.number)
    elif wanted == "changed":
        _change(hospital, visit, order)
    else:
        _to_come(visit)
        reason = order.head.text(6, 2) or order.head.text(6)
        status = MISSED if wanted == "missed" else CANCELLED
        visits.stand(hospital, text(visit, "csn"), status, reason=reason)


def _order(message: Message) -> Order:
    """Guess [where-orders-say-it]: the sender's number in SCH-1 or ARQ-1, else PV1-19; the start in SCH-11.4 or
    ARQ-11."""
    head = message.first("SCH" if message.kind == "SIU" else "ARQ")
    if head is None:
        name = "SCH" if message.kind == "SIU" else "ARQ"
        raise _objected("head-needed", ErrorCode.SEQUENCE, name, f"{name} is needed")
    stay = message.first("PV1")
    number = head.text(1) or (stay.text(19) if stay else "")
    if not number:
        raise _objected("number-needed", ErrorCode.MISSING, f"{head.name}-1", "The visit's number is needed")
    starts = head.text(11, 4) if message.kind == "SIU" else head.text(11, 1)
    return Order(message=message, head=head, number=number, starts=starts)


def _known(hospital: Hospital, order: Order) -> Row | None:
    """The last visit of that number. Guess [csn-is-a-number-too]: the hospital's own in SCH-2 or ARQ-2 will do."""
    rows = hospital.visits.find(ours=order.number)
    csn = order.head.text(2)
    return rows[-1] if rows else hospital.visits.get(csn) if csn else None


def _book(hospital: Hospital, desk: FrontDesk, order: Order, fault: Fault | None) -> None:
    place = _place(hospital, order)
    _free(hospital, desk, place, fault)
    notes = [note for segment in order.message.all("NTE") if (note := segment.field(3).prose)]
    visits.book(hospital, place, note="\n".join(notes), ours=order.number)
    if isinstance(fault, Overtaken) and fault.when is When.AFTER_COMMIT:
        desk.overtake(fault, place)


def _free(hospital: Hospital, desk: FrontDesk, place: Place, fault: Fault | None) -> None:
    """Guess [interface-looks-at-time]: a time where another visit stands is refused; templates are not looked at."""
    if isinstance(fault, Overtaken) and fault.when is When.BEFORE_COMMIT:
        desk.overtake(fault, place)
    if visits.is_crowded(hospital, place):
        raise _objected("interface-looks-at-time", ErrorCode.INTERNAL, "SCH-11", "Requested time is no longer free")


def _change(hospital: Hospital, visit: Row, order: Order) -> None:
    """Documented [changed-by-interface]: status or notes, on the same visit. Guess [status-by-interface]: the words of
    SCH-25 are those that are told, and those of HL7's table 0278; AE for another, and where the visit is over."""
    csn = text(visit, "csn")
    word = order.head.text(25, 2) or order.head.text(25, 1) if order.message.kind == "SIU" else ""
    status = STATUS_WORDS.get(word.upper()) if word else visit["status"]
    if status is None:
        raise _objected("status-by-interface", ErrorCode.NOT_IN_TABLE, "SCH-25", "This status is not known")
    if status != visit["status"]:
        if visit["status"] in (CANCELLED, MISSED, FULFILLED):
            raise _objected("visit-is-over", ErrorCode.UNKNOWN_KEY, "SCH-1", "The visit is over")
        visits.stand(hospital, csn, str(status))
    for segment in order.message.all("NTE"):
        if note := segment.field(3).prose:
            visits.add_note(hospital, csn, note)


def _place(hospital: Hospital, order: Order) -> Place:
    """Who, whom, where, what for and when. Documented [valid-visit-type]: it is needed. Guess [who-and-where]: the
    provider in AIP-3, the department in PV1-3.4 or AIL-3.4, the patient by MRN or EPI in PID-3 or PID-2."""
    message = order.message
    kind = _first(message, ("AIS", 3, 1), (order.head.name, 8, 1))
    if hospital.visit_types.get(kind) is None:
        raise _objected("visit-type-unknown", ErrorCode.NOT_IN_TABLE, "AIS-3", "A visit type of this site is needed")
    provider = _first(message, ("AIP", 3, 1))
    if hospital.providers.get(provider) is None:
        raise _objected("who-and-where", ErrorCode.NOT_IN_TABLE, "AIP-3", "A provider of this site is needed")
    department = _first(message, ("PV1", 3, 4), ("AIL", 3, 4), ("PV1", 3, 1), ("AIL", 3, 1))
    if hospital.departments.get(department) is None:
        raise _objected("who-and-where", ErrorCode.NOT_IN_TABLE, "PV1-3", "A department of this site is needed")
    start = _instant(hospital, department, order.starts)
    return Place(
        patient=_patient(hospital, message),
        provider=provider,
        department=department,
        visit_type=kind,
        start=start,
    )


def _patient(hospital: Hospital, message: Message) -> str:
    pid = message.first("PID")
    numbers = [one.text(1) for one in pid.field(3).repetitions] + [pid.text(2)] if pid else []
    for number in filter(None, numbers):
        rows = [*hospital.patients.find(mrn=number), *hospital.patients.find(patient=number)]
        if rows:
            return text(rows[0], "patient")
    raise _objected("who-and-where", ErrorCode.UNKNOWN_KEY, "PID-3", "A patient of this site is needed")


def _instant(hospital: Hospital, department: str, written: str) -> datetime:
    """Guess [start-without-zone]: on the department's wall; with an offset or a Z, where one is written."""
    found = instant_of(written, hospital.zone(department))
    if isinstance(found, TimeUnclear):
        raise _objected("start-needed", ErrorCode.TYPE, "SCH-11", "A start is needed")
    return found


def _to_come(visit: Row) -> None:
    if visit["status"] != BOOKED:
        raise _objected("visit-is-over", ErrorCode.UNKNOWN_KEY, "SCH-1", "The visit is not to come")


def _first(message: Message, *places: tuple[str, int, int]) -> str:
    for name, field, component in places:
        for segment in message.all(name):
            if found := segment.text(field, component):
                return found
    return ""


def _objected(rule: str, error: ErrorCode, place: str, says: str) -> Objected:
    return Objected(rule, AckCode.ERROR, error, place, says)
