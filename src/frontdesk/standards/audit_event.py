"""The audit's events as FHIR R4 AuditEvent (http://hl7.org/fhir/R4/auditevent.html)."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from frontdesk.domain.audit import ActorKind, Purpose, Recorded
from frontdesk.standards.fhir import Resource

OURS = "urn:frontdesk:audit"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"

_TYPES: Mapping[str, tuple[str, str]] = {
    "patient.searched": ("110112", "Query"),
    "patient.exported": ("110106", "Export"),
    "audit.exported": ("110101", "Audit Log Used"),
    "message.received": ("110107", "Import"),
    "reply.held-back": ("110113", "Security Alert"),
    "message.handed-over": ("110106", "Export"),
    "account": ("110114", "User Authentication"),
    "identity": ("110114", "User Authentication"),
    "access": ("110113", "Security Alert"),
    "recipient": ("110113", "Security Alert"),
    "practice": ("110100", "Application Activity"),
    "agreement": ("110100", "Application Activity"),
}
"""DICOM's audit event types (PS3.16 CID 400), by our code or its first word; what is not here is 110110."""
_PATIENT_RECORD = ("110110", "Patient Record")

_REASONS: Mapping[Purpose, str] = {
    Purpose.TREATMENT: "treatment",
    Purpose.EMERGENCY: "Emergency Treatment",
    Purpose.OPERATIONS: "healthcare operations",
    Purpose.ADMINISTRATION: "health system administration",
    Purpose.PATIENT_REQUEST: "patient requested",
}


def audit_event_resource(event: Recorded, *, practice: str, patient: UUID | None) -> Resource:
    """One event. `practice` is the name of who recorded it; `patient` is which of its subjects is a patient."""
    system, display = _type(event.what)
    return {
        "resourceType": "AuditEvent",
        "id": str(event.id),
        "type": {"system": _DICOM, "code": system, "display": display},
        "subtype": [{"system": OURS, "code": event.what}],
        "action": event.action.value,
        "recorded": event.at.isoformat(),
        "outcome": event.outcome.value,
        "purposeOfEvent": [
            {"coding": [{"system": _REASON, "code": event.purpose.value, "display": _REASONS[event.purpose]}]}
        ],
        "agent": [_agent(event)],
        "source": {"observer": {"display": practice}},
        "entity": [*_subjects(event, patient), *_ids(event)],
    }


def _type(what: str) -> tuple[str, str]:
    return _TYPES.get(what) or _TYPES.get(what.partition(".")[0]) or _PATIENT_RECORD


def _agent(event: Recorded) -> Resource:
    agent: Resource = {
        "type": {"coding": [{"system": f"{OURS}:actor", "code": event.actor.value}]},
        "who": {"identifier": {"system": f"{OURS}:{event.actor.value}", "value": event.actor_id}},
        "requestor": event.actor not in {ActorKind.ASSISTANT, ActorKind.DESK},
    }
    if event.origin:
        agent["network"] = {"address": event.origin}
    if event.grant is not None:
        agent["policy"] = [f"urn:uuid:{event.grant}"]
    return agent


def _subjects(event: Recorded, patient: UUID | None) -> Sequence[Resource]:
    return [
        {
            "what": {"reference": f"urn:uuid:{subject}"},
            "role": {"system": _ROLE, "code": "1", "display": "Patient"}
            if subject == patient
            else {"system": _ROLE, "code": "4", "display": "Domain Resource"},
        }
        for subject in event.subjects
    ]


def _ids(event: Recorded) -> Sequence[Resource]:
    """What was touched, and in our codes how: one entity, since FHIR keeps details with an entity."""
    told = json.loads(event.detail)
    details = [*told["ids"].items(), *told["codes"].items()]
    if not details:
        return []
    return [
        {
            "name": event.what,
            "detail": [
                {"type": name, "valueString": " ".join(value) if isinstance(value, list) else str(value)}
                for name, value in details
                if value != []
            ],
        }
    ]
