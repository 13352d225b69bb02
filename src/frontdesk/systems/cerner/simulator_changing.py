"""Changes of an appointment, by JSON Patch: each step that is published, and no other."""

from collections.abc import Mapping

from frontdesk.standards.simulating.fhir_patch import Operation
from frontdesk.standards.simulating.fhir_values import Json, Resource, element_at, elements_at, text_at
from frontdesk.systems.cerner.simulator_appointments import may
from frontdesk.systems.cerner.simulator_booking import filled_by, free_slot, reasons
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Changed, patching
from frontdesk.systems.cerner.simulator_domain import Domain, patient_of
from frontdesk.systems.cerner.simulator_fields import a_text, check_names, required
from frontdesk.systems.cerner.simulator_refusals import broken_rule, stands_in_the_way
from frontdesk.systems.cerner.simulator_world import CANCELLATION, EXTENSION, code_set

TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "proposed": ("booked", "cancelled"),
    "booked": ("arrived", "checked-in", "cancelled"),
    "arrived": ("checked-in", "cancelled"),
    "checked-in": ("fulfilled", "cancelled"),
}
"""Documented [transitions]."""

REASONS = frozenset(
    (
        *("pat", "pat-crs", "pat-cpp", "pat-dec", "pat-fb", "pat-lt", "pat-mt", "pat-mv", "pat-preg", "pat-swl"),
        *("pat-uwo", "prov", "prov-pers", "prov-dch", "prov-edu", "prov-hosp", "prov-labs", "prov-mstr"),
        *("prov-onc", "prov-tran", "maint", "meds-inc", "other", "oth-cms", "oth-err", "oth-fin", "oth-iv"),
        *("oth-int", "oth-mu", "oth-room", "oth-oerr", "oth-swie", "oth-weath"),
    )
)
"""Documented [standard-reasons]: HL7's codes for why an appointment was cancelled."""

STATUS, SLOT, PATIENT_STATUS = ("replace", "/status"), ("replace", "/slot"), ("replace", "/patient-status")
ADD_SLOT, ADD_REASON, ADD_CANCELATION = ("add", "/slot"), ("add", "/reasonCode"), ("add", "/cancelationReason")
ADD_EXTENSION, ACTION_COMMENT, COMMENT = ("add", "/extension"), ("replace", "/extension"), ("replace", "/comment")

Step = tuple[str, str]


def change(domain: Domain, asked: Asked) -> Answer:
    """An appointment after a patch. Documented [published-operations]: any other operation or mix is refused."""
    visit = domain.get("Appointment", asked.id)
    sent = _steps(asked)
    if PATIENT_STATUS in sent:
        _only(sent, PATIENT_STATUS)
        return Changed(resource=_confirmed(domain, visit, sent[PATIENT_STATUS]))
    if SLOT in sent:
        _only(sent, SLOT, ADD_EXTENSION, ACTION_COMMENT, COMMENT)
        return Changed(resource=_moved(domain, visit, sent))
    if STATUS in sent:
        return Changed(resource=_in_status(domain, visit, sent))
    if COMMENT in sent:
        raise broken_rule("comment-with-slot", "replace /comment comes with replace /slot")
    raise broken_rule("published-operations", "status, slot or patient-status is needed")


def cancelled(domain: Domain, visit: Resource, changes: Resource) -> Resource:
    """A visit off the book; its slot is free again. Guess [slot-set-free]."""
    changed = domain.store.change(visit, {"status": "cancelled", **changes})
    domain.refresh()
    return changed


def moved(domain: Domain, visit: Resource, slot: Resource, changes: Resource) -> Resource:
    """A visit in another slot, under its id. Documented [reschedule-keeps-the-id].

    Guess [move-takes-the-slots-type]: type, people and place become those of the new slot.
    """
    patient = patient_of(visit)
    status = _patient_status(visit)
    changed = domain.store.change(visit, {**filled_by(domain, slot, patient=patient, status=status), **changes})
    domain.refresh()
    return changed


def with_patient_status(visit: Resource, status: str) -> Resource:
    """The change that gives the patient among the participants another status."""
    people: list[Json] = [
        {**one, "status": status} if text_at(one, "actor", "reference").startswith("Patient/") else one
        for one in elements_at(visit, "participant")
    ]
    return {"participant": people}


def _steps(asked: Asked) -> dict[Step, Operation]:
    sent: dict[Step, Operation] = {}
    for one in asked.patch:
        if (one.op, one.path) in sent:
            raise broken_rule("published-operations", f"{one.op} {one.path} is given twice")
        sent[(one.op, one.path)] = one
    return sent


def _only(sent: Mapping[Step, Operation], *allowed: Step) -> None:
    for op, path in sent:
        if (op, path) not in allowed:
            raise broken_rule("published-operations", f"{op} {path} is not supported here")


def _in_status(domain: Domain, visit: Resource, sent: Mapping[Step, Operation]) -> Resource:
    wanted = sent[STATUS].value
    if not isinstance(wanted, str) or wanted not in TRANSITIONS.get(text_at(visit, "status"), ()):
        raise broken_rule("transitions", f"an appointment that is {visit['status']} cannot be made {wanted}")
    if wanted == "cancelled":
        _only(sent, STATUS, ADD_CANCELATION, ACTION_COMMENT)
        if not may(visit, "is-cancelable"):
            raise stands_in_the_way("only-cancelable", "is-cancelable is false")
        reason = sent.get(ADD_CANCELATION)
        return cancelled(
            domain, visit, {**(_reason(domain, reason.value) if reason else {}), **_extensions(visit, sent)}
        )
    if wanted == "booked":
        # Documented [booked-with-slot]: what staff was asked for is booked together with its slot.
        _only(sent, STATUS, ADD_SLOT, ADD_REASON)
        if ADD_SLOT not in sent:
            raise broken_rule("booked-with-slot", "add /slot comes with it")
        slot = free_slot(domain, {"slot": sent[ADD_SLOT].value}, "Appointment")
        said = reasons({"reasonCode": sent[ADD_REASON].value}, "Appointment") if ADD_REASON in sent else {}
        filled = filled_by(domain, slot, patient=patient_of(visit), status="accepted")
        changed = domain.store.change(visit, {**filled, **said})
        domain.refresh()
        return changed
    _only(sent, STATUS)
    # Documented [arrived-is-tracking]: arriving leaves the appointment as it is but for its status.
    changed = domain.store.change(visit, {"status": wanted})
    domain.refresh()
    return changed


def _confirmed(domain: Domain, visit: Resource, sent: Operation) -> Resource:
    """Documented [confirm-attendance]: accepted alone, while booked and the patient tentative."""
    if sent.value != "accepted":
        raise broken_rule("confirm-attendance", "patient-status is accepted")
    if visit["status"] != "booked" or _patient_status(visit) != "tentative":
        raise broken_rule("confirm-attendance", "the appointment is booked and the patient tentative")
    return domain.store.change(visit, with_patient_status(visit, "accepted"))


def _moved(domain: Domain, visit: Resource, sent: Mapping[Step, Operation]) -> Resource:
    if visit["status"] != "booked" or not may(visit, "is-reschedulable"):
        raise stands_in_the_way("only-reschedulable", "is-reschedulable is false")
    slot = free_slot(domain, {"slot": sent[SLOT].value}, "Appointment")
    comment: Resource = {"comment": a_text(sent[COMMENT].value, "comment")} if COMMENT in sent else {}
    if ADD_EXTENSION in sent:
        why = element_at(_extension(sent[ADD_EXTENSION].value, "reschedule-reason"), "valueCodeableConcept")
        _coding(domain, why, proprietary=False)
    return moved(domain, visit, slot, {**comment, **_extensions(visit, sent)})


def _extensions(visit: Resource, sent: Mapping[Step, Operation]) -> Resource:
    """The extensions after a change. Guess [extension-forms]: an extension, or a list of one."""
    fresh: list[Json] = []
    if ADD_EXTENSION in sent:
        fresh.append(_extension(sent[ADD_EXTENSION].value, "reschedule-reason"))
    if ACTION_COMMENT in sent:
        one = _extension(sent[ACTION_COMMENT].value, "action-comment")
        a_text(one.get("valueString"), "action-comment.valueString")
        fresh.append(one)
    told = {text_at(one, "url") for one in fresh}
    kept = [one for one in elements_at(visit, "extension") if text_at(one, "url") not in told]
    return {"extension": [*kept, *fresh]} if fresh else {}


def _extension(value: Json, name: str) -> Resource:
    found = element_at([value], 0) or element_at(value, 0)
    if found.get("url") != f"{EXTENSION}/{name}":
        raise broken_rule("published-operations", f"the extension here is {name}")
    return found


def _reason(domain: Domain, value: Json) -> Resource:
    """`cancelationReason` as it is kept. Documented [one-reason-coding]: one coding; its text is ignored."""
    concept = element_at([value], 0)
    check_names(concept, ("coding", "text"), "cancelationReason")
    return {"cancelationReason": {"coding": [_coding(domain, concept, proprietary=True)]}}


def _coding(domain: Domain, concept: Resource, *, proprietary: bool) -> Resource:
    codings = elements_at(concept, "coding")
    if len(codings) != 1:
        raise broken_rule("one-reason-coding", "one coding is needed")
    system, code = text_at(codings[0], "system"), text_at(required(codings[0], "code", "coding"))
    own = proprietary and system == code_set(domain.world.tenant, 14229)
    if not own and not (system == CANCELLATION and code in REASONS):
        raise broken_rule("standard-reasons", f"a code of {CANCELLATION} is needed")
    return codings[0]


def _patient_status(visit: Resource) -> str:
    for one in elements_at(visit, "participant"):
        if text_at(one, "actor", "reference").startswith("Patient/"):
            return text_at(one, "status")
    return ""


CALLS: tuple[Call, ...] = (patching("Appointment", change),)
