"""$book: what $find proposed becomes a visit."""

from frontdesk.standards.simulating.fhir_values import Resource, elements_at, text_at
from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, Surface
from frontdesk.systems.epic.simulator_errors import not_fhir, not_found, not_processed
from frontdesk.systems.epic.simulator_find import standing
from frontdesk.systems.epic.simulator_hospital import Hospital, start_of
from frontdesk.systems.epic.simulator_resources import address_of, appointment_shown
from frontdesk.systems.epic.simulator_rows import Row, text
from frontdesk.systems.epic.simulator_visits import Place, book, obstacle

VALUES = {
    "patient": ("valueIdentifier",),
    "appointment": ("valueIdentifier",),
    "appointmentNote": ("valueString", "valueIdentifier"),
}
"""Seen [book-parameters]. Seen [note-as-identifier]: the note is taken as an identifier too."""


def book_proposal(hospital: Hospital, asked: Asked) -> Answer:
    """The visit, in a Bundle. Seen [book-answer]: booked, with its CSN among the identifiers.

    Guess [proposal-of-its-patient]: what was found for somebody cannot be booked for another. Guess [time-gone]: where
    the time is gone by now, the code is that of processing issues.
    """
    given = _read(asked.resource)
    patient, proposal = _named(hospital, given)
    if proposal["patient"] not in ("", patient["patient"]):
        raise not_processed(hospital.world, "proposal-of-its-patient", "The time was found for another patient.")
    place = _place(proposal, patient)
    if obstacle(hospital, place):
        raise not_processed(hospital.world, "time-gone", "The time is no longer available.")
    visit = book(hospital, place, note=given.get("appointmentNote", ""))
    hospital.proposals.change(text(proposal, "proposal"), {"used": True})
    shown = appointment_shown(hospital, visit, Surface.STU3)
    address = address_of(hospital.world, Surface.STU3, f"Appointment/{visit['fhirid']}")
    link = {"relation": "self", "url": address_of(hospital.world, Surface.STU3, "Appointment/$book")}
    entry = {"fullUrl": address, "resource": shown, "search": {"mode": "match"}}
    return Answer(body={"resourceType": "Bundle", "type": "searchset", "total": 1, "link": [link], "entry": [entry]})


def place_of(hospital: Hospital, asked: Asked) -> Place | None:
    """The time that a booking is after; None where it names none."""
    sent = {text_at(one, "name"): text_at(one, "valueIdentifier", "value") for one in _parameters(asked.resource)}
    proposal = hospital.proposals.get(sent.get("appointment", ""))
    rows = hospital.patients.find(fhirid=sent.get("patient", ""))
    return _place(proposal, rows[0]) if proposal and rows else None


def _named(hospital: Hospital, given: dict[str, str]) -> tuple[Row, Row]:
    """The patient and the proposal. Seen [expired-is-59144]: one that is over, or never was, is not found.

    Guess [same-proposal-twice]: one that was booked already is not found either.
    """
    for name in ("patient", "appointment"):
        if name not in given:
            raise not_fhir("book-needs", 400, "required", f"{name} is needed.")
    patients = hospital.patients.find(fhirid=given["patient"], mergedinto="")
    if not patients:
        raise not_found(hospital.world, "invalid patient ID", "patient")
    proposal = standing(hospital, given["appointment"])
    if proposal is None:
        raise not_found(hospital.world, "invalid appointment ID", "appointment")
    return patients[0], proposal


def _read(body: Resource) -> dict[str, str]:
    """The parameters. Guess [book-knows-three]: any other is refused, for no hint is known here."""
    if body.get("resourceType") != "Parameters" or set(body) - {"resourceType", "parameter"}:
        raise not_fhir("parameters-needed", 400, "structure", "The body is a Parameters resource.")
    given: dict[str, str] = {}
    for one in _parameters(body):
        name = text_at(one, "name")
        values = [value for value in VALUES.get(name, ()) if value in one]
        if len(values) != 1 or len(one) != 2 or name in given:
            raise not_fhir("book-knows-three", 400, "value", f"{name} is not known, is twice, or has another value.")
        given[name] = text_at(one, "valueString") or text_at(one, "valueIdentifier", "value")
    return given


def _parameters(body: Resource) -> list[Resource]:
    return elements_at(body, "parameter")


def _place(proposal: Row, patient: Row) -> Place:
    return Place(
        patient=text(patient, "patient"),
        provider=text(proposal, "provider"),
        department=text(proposal, "department"),
        visit_type=text(proposal, "visittype"),
        start=start_of(proposal),
    )


CALLS: tuple[Call, ...] = (
    Call(
        method="POST",
        path="/Appointment/$book",
        answer=book_proposal,
        surface=Surface.STU3,
        scope="Appointment.book",
        body={},
        takes=place_of,
        writes=True,
    ),
)
