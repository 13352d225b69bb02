"""What can be done to the hospital's book and its charts, whoever does it: each act is kept and told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.systems.epic import simulator_notices as notices
from frontdesk.systems.epic.simulator_hospital import (
    ARRIVED,
    BOOKED,
    CANCELLED,
    FULFILLED,
    MISSED,
    Hospital,
)
from frontdesk.systems.epic.simulator_openings import can_do, held, left, start_of_piece, taken, template
from frontdesk.systems.epic.simulator_rows import Row, fhir_id, text
from frontdesk.systems.epic.simulator_world import PATIENT_COLUMNS

EVENTS = {ARRIVED: "S14", FULFILLED: "S14", BOOKED: "S14", CANCELLED: "S15", MISSED: "S26"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Who is to come to whom, where, what for, and when; `start` is in UTC. `patient` "" is anybody."""

    patient: str
    provider: str
    department: str
    visit_type: str
    start: datetime


def obstacle(hospital: Hospital, place: Place) -> str:
    """Why a visit cannot begin there: "slottaken" for another visit, "closed" for all else; "" where it can."""
    now = hospital.now()
    if place.start < now or not can_do(hospital, place.provider, place.department, place.visit_type):
        return "closed"
    end = place.start + timedelta(minutes=hospital.minutes(place.visit_type))
    upto = place.start
    crowded = False
    day = hospital.wall(place.department, place.start).date()
    for piece in template(hospital, place.provider, place.department, day):
        begins = start_of_piece(hospital, piece)
        ends = begins + timedelta(minutes=int(str(piece["minutes"])))
        if ends <= place.start or begins >= end:
            continue
        if begins != upto or not piece["public"] or piece["unavailable"] or held(piece, now):
            return "closed"
        crowded = crowded or not left(hospital, piece, now)
        upto = ends
    if upto < end:
        return "closed"
    return "slottaken" if crowded else ""


def warnings(hospital: Hospital, place: Place) -> list[str]:
    """The numbers of Epic's warnings that a booking meets. Seen [warnings-are-numbers]: 27 and 34, alone or together.

    Guess [what-warns]: 27 where the patient is elsewhere at that time, and whatever the world says of a visit type.
    """
    end = place.start + timedelta(minutes=hospital.minutes(place.visit_type))
    elsewhere = any(
        visit["status"] == BOOKED and notices.overlaps(visit, place.start, end)
        for visit in hospital.visits.find(patient=place.patient)
    )
    named = (hospital.world.warnings or {}).get(place.visit_type, "")
    return [*(["27"] if elsewhere else []), *([named] if named else [])]


def book(hospital: Hospital, place: Place, *, note: str = "", ours: str = "", event: str = "S12") -> Row:
    """The new visit, whatever stood there. `ours` is the number that whoever ordered it by HL7 has for it."""
    csn = str(hospital.visits.next)
    visit = hospital.visits.add(
        {
            "csn": csn,
            "fhirid": fhir_id("Appointment", csn),
            "patient": place.patient,
            "provider": place.provider,
            "department": place.department,
            "visittype": place.visit_type,
            "start": place.start.isoformat(),
            "minutes": hospital.minutes(place.visit_type),
            "status": BOOKED,
            "notes": note,
            "made": hospital.now().isoformat(),
            "freed": "",
            "reason": "",
            "ours": ours,
        }
    )
    notices.tell(hospital, event, visit)
    return visit


def stand(hospital: Hospital, csn: str, status: str, *, reason: str = "") -> Row:
    """A visit with another status. Raises: LookupError when there is none."""
    changes: dict[str, str] = {"status": status}
    if status == CANCELLED:
        changes |= {"freed": hospital.now().isoformat(), "reason": reason}
    hospital.row(hospital.visits, csn)
    visit = hospital.visits.change(csn, changes)
    notices.tell(hospital, EVENTS[status], visit)
    return visit


def cancel(hospital: Hospital, csn: str, *, reason: str = "") -> Row:
    """A visit called off, and its time open again. Raises: LookupError where it is not to come."""
    if hospital.row(hospital.visits, csn)["status"] != BOOKED:
        raise LookupError(f"visit {csn} is not to come")
    return stand(hospital, csn, CANCELLED, reason=reason)


def move(hospital: Hospital, csn: str, place: Place, *, ours: str = "") -> Row:
    """The visit at another time. Documented [moves-make-a-new-visit]: the old is Canceled, the new has a new CSN."""
    old = cancel(hospital, csn, reason="Rescheduled")
    return book(hospital, place, note=text(old, "notes"), ours=ours or text(old, "ours"), event="S13")


def add_note(hospital: Hospital, csn: str, note: str) -> Row:
    """A visit with one more note."""
    before = text(hospital.row(hospital.visits, csn), "notes")
    visit = hospital.visits.change(csn, {"notes": f"{before}\n{note}" if before else note})
    notices.tell(hospital, "S14", visit)
    return visit


def register(hospital: Hospital, known: Mapping[str, str]) -> Row:
    """A new patient, or the one there is. Guess [demographics-match]: Epic may answer with an existing patient.

    Guess [what-matches]: one with the same family name, given name, birth date and sex.
    """
    same = ("first", "last", "born", "gender")
    for row in hospital.patients:
        if not row["mergedinto"] and all(text(row, name).lower() == known.get(name, "").lower() for name in same):
            return row
    number = str(hospital.patients.next)
    blank: dict[str, str] = dict.fromkeys(PATIENT_COLUMNS, "")
    ids = {"mrn": f"2{number}", "fhirid": fhir_id("Patient", number), "externalkey": f"1{number}", "mergedinto": ""}
    row = hospital.patients.add({"patient": number, **blank, "country": "USA", **ids, **known})
    notices.tell_of_patient(hospital, "A28", row)
    return row


def change_patient(hospital: Hospital, patient: str, changes: Row) -> Row:
    """A patient with some columns changed. Raises: LookupError when there is none."""
    hospital.row(hospital.patients, patient)
    row = hospital.patients.change(patient, changes)
    notices.tell_of_patient(hospital, "A31", row)
    return row


def merge(hospital: Hospital, *, into: str, gone: str) -> None:
    """Two charts made one. Guess [merge-moves-visits]: the visits move, and the id that is gone leads to the other."""
    kept, lost = (hospital.row(hospital.patients, one) for one in (into, gone))
    for visit in hospital.visits.find(patient=gone):
        hospital.visits.change(text(visit, "csn"), {"patient": into})
    hospital.patients.change(gone, {"mergedinto": into})
    notices.tell_of_patient(hospital, "A40", kept, gone=lost)


def is_crowded(hospital: Hospital, place: Place) -> bool:
    """Whether another visit of that provider stands in the time."""
    end = place.start + timedelta(minutes=hospital.minutes(place.visit_type))
    return taken(hospital, place.provider, place.start, end, hospital.now()) > 0
