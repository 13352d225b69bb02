"""New appointments: one booked in a slot, and one that asks staff for a time."""

from datetime import datetime

from frontdesk.standards.simulating.fhir_search import codings_of
from frontdesk.standards.simulating.fhir_values import (
    Json,
    Resource,
    element_at,
    elements_at,
    id_in,
    instant_of,
    part,
    reference_to,
    text_at,
)
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Created, creating
from frontdesk.systems.cerner.simulator_domain import Domain, end_of, location_of, start_of
from frontdesk.systems.cerner.simulator_fields import (
    a_text,
    check_kind,
    check_names,
    check_rules,
    only_one,
    reference,
    required,
)
from frontdesk.systems.cerner.simulator_patients import living_id
from frontdesk.systems.cerner.simulator_refusals import broken_rule, stands_in_the_way, taken
from frontdesk.systems.cerner.simulator_world import PARTICIPATION, SNOMED, code_set

FIELDS = ("resourceType", "status", "slot", "participant", "reasonCode", "comment")
REQUEST_FIELDS = ("resourceType", "status", "serviceType", "participant", "requestedPeriod", "reasonCode", "comment")


def book(domain: Domain, asked: Asked) -> Answer:
    """An appointment. Documented [two-ways-to-create]: `booked` in a slot, or `proposed` for staff."""
    body = asked.body
    check_kind(body, "Appointment")
    check_rules(body)
    match required(body, "status", "Appointment"):
        case "booked":
            return Created(resource=_booked(domain, body))
        case "proposed":
            return Created(resource=_proposed(domain, body))
        case _:
            raise broken_rule("two-ways-to-create", "status is booked or proposed")


def put_in(
    domain: Domain, slot: Resource, *, patient: str, status: str = "accepted", more: Resource | None = None
) -> Resource:
    """An appointment in a slot, whatever the slot's status. `status` is the patient's; `more` is what else it holds."""
    made = {"resourceType": "Appointment", **filled_by(domain, slot, patient=patient, status=status), **(more or {})}
    return domain.store.create(made)


def filled_by(domain: Domain, slot: Resource, *, patient: str, status: str) -> Resource:
    """What a slot decides of its appointment. Documented [slot-decides]: time, type, people and place."""
    period: Resource = {"start": slot["start"], "end": slot["end"]}
    length = end_of(slot) - start_of(slot)
    kind = slot["serviceType"]
    return {
        "status": "booked",
        "serviceType": kind,
        "description": text_at(kind, 0, "text"),
        "start": slot["start"],
        "end": slot["end"],
        "minutesDuration": int(length.total_seconds()) // 60,
        "slot": [{"reference": reference_to(slot)}],
        "participant": [
            *(_performer(domain, one) for one in domain.actors_of(slot)),
            _patient(domain, patient, status),
            _place(domain, location_of(slot)),
        ],
        "requestedPeriod": [period],
    }


def free_slot(domain: Domain, held: Resource, where: str) -> Resource:
    """The one slot that a body names, free for booking. Documented [one-slot]. Raises: Refusal where it is not."""
    slot_id = reference({"slot": only_one(held, "slot", where)}, "slot", "Slot", where)
    slot = domain.store.get("Slot", slot_id)
    if slot is None:
        raise stands_in_the_way("unknown-reference", "there is no such slot")
    if not all(domain.opened(one) for one in (f"Location/{location_of(slot)}", *people_of(domain, slot))):
        raise stands_in_the_way("not-opened", "the site did not open this place or practitioner to the app")
    if slot["status"] == "busy" or (slot["status"] == "busy-tentative" and not domain.world.books_held):
        raise taken(domain.world.taken_status)
    # Guess [held-can-be-booked]: a slot that is held is booked directly, unless `books_held` is off.
    if start_of(slot) <= domain.now():
        raise stands_in_the_way("no-past-booking", "the slot has begun")
    return slot


def reasons(element: Resource, where: str) -> Resource:
    """`reasonCode` as it is kept; {} for none. Documented [reason-text]: one, with a text; codings are ignored."""
    if "reasonCode" not in element:
        return {}
    reason = only_one(element, "reasonCode", where)
    return {"reasonCode": [{"text": a_text(required(reason, "text", f"{where}.reasonCode"), "reasonCode.text")}]}


def people_of(domain: Domain, slot: Resource) -> list[str]:
    """References to the practitioners a slot needs."""
    return [one for one in domain.actors_of(slot) if one.startswith("Practitioner/")]


def _booked(domain: Domain, body: Resource) -> Resource:
    check_names(body, FIELDS, "")
    one = only_one(body, "participant", "Appointment")
    _check_participant(one, "accepted")
    patient = living_id(domain, reference(one, "actor", "Patient", "participant"))
    slot = free_slot(domain, body, "Appointment")
    made = put_in(domain, slot, patient=patient, more={**reasons(body, "Appointment"), **_comment(body)})
    domain.refresh()
    return made


def _proposed(domain: Domain, body: Resource) -> Resource:
    """Documented [request-for-staff]: one type, one patient and at least one location, all needing action, a period."""
    check_names(body, REQUEST_FIELDS, "")
    kind = only_one(body, "serviceType", "Appointment")
    _check_type(domain, kind)
    period = only_one(body, "requestedPeriod", "Appointment")
    begins, ends = (_edge(period, edge) for edge in ("start", "end"))
    if begins >= ends:
        raise broken_rule("request-for-staff", "requestedPeriod starts before it ends")
    people = elements_at(body, "participant")
    for one in people:
        _check_participant(one, "needs-action")
    actors = [text_at(one, "actor", "reference") for one in people]
    patients = [id_in(one, "Patient") for one in actors if one.startswith("Patient/")]
    places = [id_in(one, "Location") for one in actors if one.startswith("Location/")]
    if len(patients) != 1 or not places or len(actors) != len(patients) + len(places):
        raise broken_rule("request-for-staff", "participant is one Patient and at least one Location")
    living_id(domain, patients[0])
    for place in places:
        if domain.store.get("Location", place) is None:
            raise stands_in_the_way("unknown-reference", "there is no such location")
    made: Resource = {
        "resourceType": "Appointment",
        "status": "proposed",
        "serviceType": [kind],
        "requestedPeriod": [period],
        "participant": [{**one, "required": "required"} for one in people],
    }
    return domain.store.create({**made, **reasons(body, "Appointment"), **_comment(body)})


def _check_type(domain: Domain, kind: Resource) -> None:
    """Guess [request-type]: a request's type is one of code set 14249, or a SNOMED code, as types on slots are."""
    systems = {system for system, _ in codings_of(kind)}
    if not systems & {code_set(domain.world.tenant, 14249), SNOMED}:
        raise stands_in_the_way("request-type", "serviceType is a coding of code set 14249 or of SNOMED")


def _check_participant(one: Resource, status: str) -> None:
    """Documented [participant-fields]: an actor and a status, and never a type."""
    check_names(one, ("actor", "status"), "participant")
    check_names(element_at(one, "actor"), ("reference", "display"), "participant.actor")
    if one.get("status") != status:
        raise broken_rule("participant-status", f"participant.status is {status}")


def _comment(body: Resource) -> Resource:
    return {"comment": a_text(body["comment"], "comment")} if "comment" in body else {}


def _edge(period: Resource, edge: str) -> datetime:
    try:
        return instant_of(text_at(period, edge))
    except ValueError:
        raise broken_rule("request-for-staff", f"requestedPeriod.{edge} is an instant with its offset") from None


def _performer(domain: Domain, actor: str) -> Resource:
    """Documented [primary-performer]: PPRF stands beside the role. Guess [role-codes]: the roles' code values."""
    people = actor.startswith("Practitioner/")
    code, role = ("4574", "Provider") if people else ("4573", "Room")
    held: Resource = {"reference": actor} if people else {"display": actor}
    name = text_at(domain.store.get("Practitioner", id_in(actor, "Practitioner")), "name", 0, "text") if people else ""
    return {
        "type": [
            _role(domain, code, role),
            {"coding": [{"system": PARTICIPATION, "code": "PPRF", "display": "primary performer"}]},
        ],
        "actor": {**held, "display": name} if name else held,
        "required": "required",
        "status": "accepted",
    }


def _patient(domain: Domain, id: str, status: str) -> Resource:
    name: Json = part(domain.get("Patient", id), "name", 0, "text")
    actor: Resource = {"reference": f"Patient/{id}", "display": name}
    return {"type": [_role(domain, "4572", "Patient")], "actor": actor, "required": "required", "status": status}


def _place(domain: Domain, id: str) -> Resource:
    name: Json = part(domain.get("Location", id), "name")
    return {
        "actor": {"reference": f"Location/{id}", "display": name},
        "required": "required",
        "status": "accepted",
    }


def _role(domain: Domain, code: str, name: str) -> Resource:
    system = code_set(domain.world.tenant, 14250)
    return {"coding": [{"system": system, "code": code, "display": name, "userSelected": True}], "text": name}


CALLS: tuple[Call, ...] = (creating("Appointment", book),)
