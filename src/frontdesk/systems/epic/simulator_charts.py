"""Charts by FHIR: a new patient, a match, a document."""

import json
from collections.abc import Mapping

from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, part, text_at, texts_at
from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, Surface
from frontdesk.systems.epic.simulator_errors import not_fhir, not_found
from frontdesk.systems.epic.simulator_hospital import Hospital
from frontdesk.systems.epic.simulator_resources import SSN, address_of, patient_shown
from frontdesk.systems.epic.simulator_rows import Row, fhir_id, hyphened_day, text
from frontdesk.systems.epic.simulator_visits import register

ELEMENTS = {
    "Patient": {
        *("resourceType", "name", "birthDate", "gender", "identifier", "telecom", "address", "maritalStatus", "active"),
    },
    "name": {"use", "family", "given", "text"},
    "identifier": {"use", "type", "system", "value"},
    "telecom": {"use", "system", "value", "rank"},
    "address": {"use", "line", "city", "district", "state", "postalCode", "country"},
}
"""Seen [create-elements]: those of the Patient. Guess [parts-of-elements]: what stands within them."""

GRADES = ((0.95, "certain"), (0.75, "probable"), (0.5, "possible"))
MATCH_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
WEIGHTS = {"last": 0.25, "first": 0.15, "born": 0.35, "gender": 0.05, "reached": 0.2}
"""Guess [match-weights]: how Epic scores is not published; a chart number or SSN is certain by itself."""


def create_patient(hospital: Hospital, asked: Asked) -> Answer:
    """Seen [create-answer]: 201 with `Location: Patient/{id}` and no body.

    Seen [site-demands-fields]: a site can ask for more. Guess [required-fields]: by default name, birthDate and
    gender; 400 otherwise.
    """
    known = _read(asked.resource, "Patient")
    for name in hospital.world.required_of_patients:
        if name not in asked.resource:
            raise not_fhir("required-fields", 400, "required", f"{name} is needed.")
    # Seen [only-ssn]: the one identifier that is sent of a new patient.
    if "mrn" in known:
        raise not_fhir("no-other-identifiers", 400, "value", f"An identifier of a new patient is {SSN}.")
    row = register(hospital, known)
    return Answer(status=201, headers={"location": f"Patient/{row['fhirid']}"})


def match_patient(hospital: Hospital, asked: Asked) -> Answer:
    """Patients by likelihood. Documented [match-answer]: a score, and a grade in an extension.

    Seen [only-certain-matches]: spelt `OnlyCertainMatches`; FHIR's own spelling is taken too, which is a guess.
    """
    if asked.resource.get("resourceType") != "Parameters" or set(asked.resource) - {"resourceType", "parameter"}:
        raise not_fhir("parameters-needed", 400, "structure", "The body is a Parameters resource.")
    sent = {text_at(one, "name"): one for one in elements_at(asked.resource, "parameter")}
    if not set(sent) <= {"resource", "OnlyCertainMatches", "onlyCertainMatches", "count"}:
        raise not_fhir("match-parameters", 400, "value", "resource, OnlyCertainMatches and count are known.")
    known = _read(part(sent.get("resource"), "resource"), "Patient")
    certain = any(part(one, "valueBoolean") is True for name, one in sent.items() if name.lower().startswith("only"))
    scored = [(_score(row, known), row) for row in hospital.patients if not row["mergedinto"]]
    likely = sorted((one for one in scored if one[0] >= GRADES[-1][0]), key=lambda one: -one[0])
    if certain:
        likely = [one for one in likely if one[0] >= GRADES[0][0]]
    most = part(sent.get("count"), "valueInteger")
    likely = likely[:most] if isinstance(most, int) else likely
    entries: list[Json] = [_matched(hospital, score, row) for score, row in likely]
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return Answer(body={**bundle, **({"entry": entries} if entries else {})})


def file_document(hospital: Hospital, asked: Asked) -> Answer:
    """A file in the chart. Guess [document-elements]: which elements it may have; the scope differs by site."""
    body = asked.resource
    known = {"resourceType", "status", "type", "subject", "content", "description", "date", "category"}
    if body.get("resourceType") != "DocumentReference" or set(body) - known:
        raise not_fhir("document-elements", 400, "structure", f"A DocumentReference holds {', '.join(sorted(known))}.")
    id = text_at(body, "subject", "reference").rpartition("/")[2]
    rows = hospital.patients.find(fhirid=id)
    if not rows:
        raise not_found(hospital.world, "invalid patient ID", "subject")
    attachment = part(body, "content", 0, "attachment")
    if not text_at(attachment, "data") or not text_at(attachment, "contentType"):
        raise not_fhir("document-elements", 400, "required", "content.attachment has contentType and data.")
    number = str(hospital.documents.next)
    hospital.documents.add({"document": number, "patient": rows[0]["patient"], "resource": json.dumps(body)})
    return Answer(status=201, headers={"location": f"DocumentReference/{fhir_id('DocumentReference', number)}"})


def _read(resource: Json, kind: str) -> dict[str, str]:
    """The columns that a Patient fills. Raises: Refusal for an element the facts do not name."""
    if not isinstance(resource, Mapping) or resource.get("resourceType") != kind:
        raise not_fhir("patient-needed", 400, "structure", "A Patient is needed.")
    _check(resource, "Patient")
    for name in ("name", "identifier", "telecom", "address"):
        for one in elements_at(resource, name):
            _check(one, name)
    known = {
        "last": text_at(resource, "name", 0, "family"),
        "first": next(iter(texts_at(resource, "name", 0, "given")), ""),
        "middle": " ".join(texts_at(resource, "name", 0, "given")[1:]),
        "born": text_at(resource, "birthDate"),
        "gender": text_at(resource, "gender"),
        "marital": text_at(resource, "maritalStatus", "text"),
    }
    if known["born"] and hyphened_day(known["born"]) is None:
        raise not_fhir("birth-date-is-a-day", 400, "value", "birthDate is a day as YYYY-MM-DD.")
    if known["gender"] not in ("", "male", "female", "other", "unknown"):
        raise not_fhir("gender-words", 400, "value", "gender is male, female, other or unknown.")
    return {name: value for name, value in {**known, **_reached(resource), **_more(resource)}.items() if value}


def _reached(resource: Resource) -> dict[str, str]:
    reached: dict[str, str] = {}
    for one in elements_at(resource, "telecom"):
        system, use = text_at(one, "system"), text_at(one, "use")
        if system not in ("phone", "email") or use not in ("", "home", "mobile"):
            raise not_fhir("telecom-kinds", 400, "value", "telecom is phone or email, home or mobile.")
        reached["email" if system == "email" else use or "home"] = text_at(one, "value")
    return reached


def _more(resource: Resource) -> dict[str, str]:
    more = {}
    for one in elements_at(resource, "identifier"):
        more["ssn" if text_at(one, "system") == SSN else "mrn"] = text_at(one, "value")
    named = {"city": "city", "district": "county", "state": "state", "postalCode": "zip", "country": "country"}
    place = elements_at(resource, "address")[:1]
    for one in place:
        streets = [*texts_at(one, "line"), "", ""]
        more |= {"street": streets[0], "street2": streets[1]}
        more |= {column: text_at(one, element) for element, column in named.items()}
    return more


def _check(element: Resource, name: str) -> None:
    unknown = set(element) - ELEMENTS[name]
    if unknown:
        raise not_fhir("unknown-element", 400, "structure", f"{min(unknown)} of {name} is not known here.")


def _score(row: Row, known: Mapping[str, str]) -> float:
    if any(known.get(name) and known[name] == row[name] for name in ("mrn", "ssn")):
        return 1.0
    same = {name for name in ("last", "first", "born", "gender") if _same(row, known, name)}
    reached = {known[name] for name in ("home", "mobile", "email") if known.get(name)}
    if reached & {text(row, name) for name in ("home", "mobile", "email")}:
        same.add("reached")
    return round(sum(WEIGHTS[name] for name in same), 2)


def _same(row: Row, known: Mapping[str, str], name: str) -> bool:
    return bool(known.get(name)) and known[name].casefold() == text(row, name).casefold()


def _matched(hospital: Hospital, score: float, row: Row) -> Resource:
    grade = next(word for least, word in GRADES if score >= least)
    told: Resource = {"extension": [{"url": MATCH_GRADE, "valueCode": grade}], "mode": "match", "score": score}
    address = address_of(hospital.world, Surface.R4, f"Patient/{row['fhirid']}")
    return {"fullUrl": address, "resource": patient_shown(hospital.world, row), "search": told}


CALLS: tuple[Call, ...] = (
    Call(
        method="POST",
        path="/Patient",
        answer=create_patient,
        surface=Surface.R4,
        scope="Patient.create",
        body={},
        writes=True,
    ),
    Call(
        method="POST",
        path="/Patient/$match",
        answer=match_patient,
        surface=Surface.R4,
        scope="Patient.match",
        body={},
    ),
    Call(
        method="POST",
        path="/DocumentReference",
        answer=file_document,
        surface=Surface.R4,
        scope="DocumentReference.create",
        body={},
        writes=True,
    ),
)
