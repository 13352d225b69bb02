"""What the hospital tells by HL7 of its book and its charts, composed when it happens, sent when it is delivered."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from frontdesk.standards.hl7.acknowledging import AckCode, acknowledgement
from frontdesk.standards.hl7.composing import Content, Repeated, segment
from frontdesk.standards.hl7.message import Message, Segment, read_message
from frontdesk.standards.hl7.notation import Notation, Unreadable
from frontdesk.systems.epic.simulator_hospital import (
    ARRIVED,
    BOOKED,
    CANCELLED,
    FULFILLED,
    MISSED,
    Hospital,
    end_of,
    start_of,
)
from frontdesk.systems.epic.simulator_rows import Row, lines, number, text

NOTATION = Notation(codec="iso8859_1")
"""Guess [latin-1]: MSH-18 is left empty, and letters beyond ASCII go out in ISO 8859-1."""

VERSION = "2.3"
"""Documented [version-2-3]. Documented [two-part-type]: MSH-9 is like `SIU^S12`, without a structure."""

FILLER_STATUS = {
    BOOKED: ("1", "SCH"),
    ARRIVED: ("2", "ARR"),
    FULFILLED: ("3", "COMP"),
    CANCELLED: ("4", "CAN"),
    MISSED: ("5", "NOS"),
}
"""Documented [filler-status]: SCH-25 is `1^SCH` for a visit to come. Guess [other-filler-status]: the other words."""

SRM_EVENTS = {"S12": "S01", "S13": "S02", "S14": "S03", "S15": "S04"}
SEXES = {"female": "F", "male": "M", "other": "O", "unknown": "U"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Courier:
    """How notices travel: `late` is how long each is kept back, `newest_first` turns their order."""

    late: timedelta = timedelta(0)
    newest_first: bool = False


def overlaps(visit: Row, start: datetime, end: datetime) -> bool:
    """Whether a visit and a stretch of time have some in common."""
    return start_of(visit) < end and start < end_of(visit)


def tell(hospital: Hospital, event: str, visit: Row) -> None:
    """Leave a notice of a visit. Documented [siu-events]: S12 new, S13 moved, S14 status or notes, S15 cancelled, S26
    missed; whatever brought it about, so a booking of ours comes back too.

    Documented [srm-by-choice]: a site may send SRM^S01 to S04 for S12 to S15 instead. Guess [missed-is-always-siu].
    """
    by_request = hospital.world.tells_by == "SRM" and event in SRM_EVENTS
    kind = ("SRM", SRM_EVENTS[event]) if by_request else ("SIU", event)
    _leave(hospital, kind, [*_visit_segments(hospital, visit, by_request=by_request)])


def tell_of_patient(hospital: Hospital, event: str, patient: Row, *, gone: Row | None = None) -> None:
    """Leave a notice of a chart. Seen [adt-events]: A28 added, A31 changed. Guess [merge-is-a40]: A40, with the
    chart that is gone in MRG."""
    segments = [segment("EVN", {1: event, 2: _now(hospital)}, NOTATION), _pid(hospital, patient)]
    if gone is not None:
        segments.append(segment("MRG", {1: _chart(gone)}, NOTATION))
    else:
        segments.append(segment("PV1", {1: "1", 2: "N"}, NOTATION))
    _leave(hospital, ("ADT", event), segments)


def due(hospital: Hospital, courier: Courier) -> Iterator[Row]:
    """The notices to send now, in order."""
    until = (hospital.now() - courier.late).isoformat()
    rows = [row for row in hospital.notices.find(state="waiting") if text(row, "at") <= until]
    yield from reversed(rows) if courier.newest_first else rows


async def sent(hospital: Hospital, notice: Row, post: Callable[[bytes], Awaitable[bytes]]) -> bool:
    """Whether the next notice may follow this one, sent now.

    Documented [sent-again]: without an answer, and after AR, CR and CE, the same message with the same MSH-10 is sent
    again at the next delivery, and those behind it wait. Documented [refused-is-parked]: after AE it is put aside.
    """
    octets = text(notice, "octets").encode(NOTATION.codec)
    try:
        said = acknowledgement(read_message(await post(octets)))
    except (ConnectionError, TimeoutError, Unreadable):
        return False
    if said is None or said.answers != notice["control"] or said.code is None:
        return False
    if said.code is not AckCode.ERROR and not said.code.accepts:
        return False
    state = "parked" if said.code is AckCode.ERROR else "sent"
    hospital.notices.change(text(notice, "notice"), {"state": state})
    return True


def _leave(hospital: Hospital, kind: tuple[str, str], segments: list[Segment]) -> None:
    control = f"E{hospital.notices.next:07}"
    ours, facility, theirs, their_facility = hospital.world.interface
    fields: dict[int, Content] = {
        3: ours,
        4: facility,
        5: theirs,
        6: their_facility,
        7: _now(hospital),
        9: kind,
        10: control,
        11: "P",
        12: VERSION,
    }
    rest = segment("MSH", {position - 2: content for position, content in fields.items()}, NOTATION)
    separators = NOTATION.separators
    written = f"MSH{separators.field}{separators.encoding}{rest.raw.removeprefix('MSH')}"
    message = Message(segments=(replace(rest, raw=written), *segments), notation=NOTATION)
    row: Row = {"control": control, "kind": "^".join(kind), "at": hospital.now().isoformat(), "state": "waiting"}
    hospital.notices.add({**row, "octets": message.octets.decode(NOTATION.codec)})


def _visit_segments(hospital: Hospital, visit: Row, *, by_request: bool) -> Iterator[Segment]:
    """Documented [segments-of-siu]: SCH, NTE, PID, PV1, RGS, AIS, AIG, AIP, and a site's own ZCH.

    Guess [arq-for-sch]: a request has ARQ in place of SCH, with the start in ARQ-11, and no status.
    """
    csn, department = text(visit, "csn"), text(visit, "department")
    kind = hospital.row(hospital.visit_types, text(visit, "visittype"))
    place = hospital.row(hospital.departments, department)
    start = f"{hospital.wall(department, start_of(visit)):%Y%m%d%H%M%S}"
    minutes = str(visit["minutes"])
    service: Content = (text(kind, "visittype"), text(kind, "name"))
    # Documented [number-in-two-places]: SCH-2 and PV1-19 hold the CSN; SCH-1 may be just "1".
    # Documented [no-end-time]: SCH-9 and SCH-10 hold the length, SCH-11.4 the start, without zone or end.
    # Guess [wall-of-the-department]: whose wall it is on is not said; here the department's.
    sch: dict[int, Content] = {
        1: text(visit, "ours") or "1",
        2: csn,
        6: text(visit, "reason"),
        8: service,
        9: minutes,
        10: "MIN",
        11: ("", "", "", start),
        12: ("77", "DESK", "FRONT"),
        13: text(place, "phone"),
        14: (text(place, "street"), "", text(place, "city"), text(place, "state"), text(place, "zip")),
        25: FILLER_STATUS[text(visit, "status")],
    }
    if by_request:
        yield segment("ARQ", {**{at: value for at, value in sch.items() if at <= 10}, 11: start}, NOTATION)
    else:
        yield segment("SCH", sch, NOTATION)
    for count, note in enumerate(lines(visit, "notes"), start=1):
        yield segment("NTE", {1: str(count), 3: note}, NOTATION)
    yield _pid(hospital, hospital.row(hospital.patients, text(visit, "patient")))
    # Guess [department-in-pv1-3]: its External id stands in PV1-3.4; the sample has no AIL.
    yield segment("PV1", {1: "1", 2: "O", 3: ("", "", "", department), 19: csn}, NOTATION)
    yield segment("RGS", {1: "1", 3: ("1", text(place, "specialty").upper())}, NOTATION)
    yield segment("AIS", {1: "1", 3: service, 4: start}, NOTATION)
    yield from _resources(hospital, visit, minutes)
    if hospital.world.site_segment:
        # Guess [site-segment]: what stands in ZCH each site decides; here a word that means nothing.
        yield segment("ZCH", {1: "1", 2: "ADDITIONAL"}, NOTATION)


def _resources(hospital: Hospital, visit: Row, minutes: str) -> Iterator[Segment]:
    """Documented [resources-start-later]: AIG and AIP tell an offset from the visit's start, and a length of theirs."""
    ids = {name: visit[name] for name in ("provider", "visittype", "department")}
    begins = hospital.wall(text(visit, "department"), start_of(visit))
    for row in hospital.does.find(**ids):
        helper = hospital.providers.get(text(row, "with"))
        if helper is None:
            continue
        later = number(row, "later")
        yield segment(
            "AIG",
            {
                1: "1",
                3: (text(helper, "provider"), text(helper, "name")),
                4: text(helper, "kind"),
                8: f"{begins + timedelta(minutes=later):%Y%m%d%H%M%S}",
                9: str(later),
                10: "MIN",
                11: str(number(visit, "minutes") - later),
                12: "MIN",
            },
            NOTATION,
        )
    who = hospital.row(hospital.providers, text(visit, "provider"))
    named = (text(who, "provider"), text(who, "last"), text(who, "first"))
    start = f"{begins:%Y%m%d%H%M%S}"
    yield segment("AIP", {1: "1", 3: named, 6: start, 7: "0", 8: "MIN", 9: minutes, 10: "MIN"}, NOTATION)


def _pid(hospital: Hospital, patient: Row) -> Segment:
    """Documented [chart-in-pid-2-or-3]: by site."""
    where = hospital.world.patient_field
    reached: list[tuple[str, ...]] = []
    if patient["home"]:
        reached.append((text(patient, "home"), "PRN", "PH"))
    if patient["mobile"]:
        reached.append((text(patient, "mobile"), "PRN", "CP"))
    if patient["email"]:
        reached.append(("", "NET", "Internet", text(patient, "email")))
    address = tuple(text(patient, name) for name in ("street", "street2", "city", "state", "zip", "country"))
    fields: dict[int, Content] = {
        1: "1",
        where: _chart(patient) if where == 3 else text(patient, "mrn"),
        5: (text(patient, "last"), text(patient, "first"), text(patient, "middle")),
        7: text(patient, "born").replace("-", ""),
        8: SEXES.get(text(patient, "gender"), "U"),
        11: address if any(address[:5]) else "",
        13: Repeated(tuple(reached)),
    }
    return segment("PID", fields, NOTATION)


def _chart(patient: Row) -> tuple[str, ...]:
    return (text(patient, "mrn"), "", "", "", "MR")


def _now(hospital: Hospital) -> str:
    """Guess [msh-7-is-local]: on the wall of the hospital's first department, without a zone, as sites usually do."""
    first = next(iter(hospital.departments))
    return f"{hospital.wall(text(first, 'department'), hospital.now()):%Y%m%d%H%M%S}"
