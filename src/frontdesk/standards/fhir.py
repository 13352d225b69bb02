"""What the desk knows of a patient as FHIR R4 resources (http://hl7.org/fhir/R4), and the Bundle that holds them."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.consent import Consent
from frontdesk.domain.message import Author, Message
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice

Resource = dict[str, object]

_TERMS = "http://terminology.hl7.org/CodeSystem"
_FOREIGN = UUID("0b7e6a52-6f0f-4a39-9a6b-3a5a2c1d9b77")
"""An id of another system becomes a UUID under this one, since a Bundle refers by UUID."""


def bundle(resources: Iterable[Resource], *, made: datetime) -> Resource:
    """A collection of resources; they refer to each other by `urn:uuid`."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": made.isoformat(),
        "entry": [{"fullUrl": _urn(str(one["id"])), "resource": one} for one in resources],
    }


def patient_resource(patient: Patient) -> Resource:
    """FHIR Patient."""
    telecom = (("phone", patient.phone), ("email", patient.email))
    resource: Resource = {
        "resourceType": "Patient",
        "id": str(patient.id),
        "name": [{"use": "official", "family": patient.family, "given": [patient.given]}],
        "telecom": [{"system": system, "value": value} for system, value in telecom if value],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": patient.language}]}}],
    }
    if patient.birth_date is not None:
        resource["birthDate"] = patient.birth_date.isoformat()
    return _filled(resource)


def appointment_resource(visit: Appointment, practice: Practice, *, patient: UUID) -> Resource:
    """FHIR Appointment, with the practice's own names for what and who."""
    names = [practice.location(visit.location).name]
    if visit.practitioner is not None:
        names.insert(0, practice.practitioner(visit.practitioner).name)
    resource: Resource = {
        "resourceType": "Appointment",
        "id": _uuid(visit.id),
        "status": visit.status.value,
        "start": visit.during.start.isoformat(),
        "end": visit.during.end.isoformat(),
        "serviceType": [{"text": practice.service(visit.service).name}] if visit.service else [],
        "participant": [
            {"actor": {"reference": _urn(str(patient))}, "status": "accepted"},
            *({"actor": {"display": name}, "status": "accepted"} for name in names),
        ],
    }
    if visit.status is Status.CANCELLED:
        resource["cancelationReason"] = {"text": "cancelled"}
    return _filled(resource)


def communication_resource(message: Message, *, channel: str, practice: Practice, patient: UUID | None) -> Resource:
    """FHIR Communication: one message, from the patient or to them."""
    them = {"reference": _urn(str(patient))} if patient else {"display": "the person who wrote"}
    us = {"display": practice.assistant if message.author is Author.ASSISTANT else practice.name}
    theirs = message.author is Author.PATIENT
    return _filled(
        {
            "resourceType": "Communication",
            "id": str(message.id),
            "status": "completed",
            "subject": them if patient else None,
            "medium": [{"text": channel}],
            "sent": message.sent.isoformat(),
            "sender": them if theirs else us,
            "recipient": [us if theirs else them],
            "payload": [{"contentString": message.text}],
        }
    )


def note_resource(id: UUID, text: str, *, by: str, written: datetime, patient: UUID | None) -> Resource:
    """FHIR Communication: what staff wrote to each other, which the patient was not sent. `by` is who did, or empty."""
    return _filled(
        {
            "resourceType": "Communication",
            "id": str(id),
            "status": "completed",
            "category": [{"text": "internal note"}],
            "subject": {"reference": _urn(str(patient))} if patient else None,
            "sent": written.isoformat(),
            "sender": {"display": by} if by else None,
            "payload": [{"contentString": text}],
        }
    )


def questionnaire_response_resource(
    id: UUID, answers: Mapping[str, object], *, authored: datetime, patient: UUID
) -> Resource:
    """FHIR QuestionnaireResponse: an intake form as it was sent in, an answer for each of its fields."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(id),
        "status": "completed",
        "subject": {"reference": _urn(str(patient))},
        "authored": authored.isoformat(),
        "item": [
            {"linkId": name, "text": name.replace("_", " "), "answer": [{"valueString": str(answer)}]}
            for name, answer in answers.items()
        ],
    }


def resource_of_file(id: UUID, kind: str, content: bytes) -> Resource:
    """FHIR Binary: what was handed in with a form, as the form's answer names it."""
    return {"resourceType": "Binary", "id": str(id), "contentType": kind, "data": b64encode(content).decode()}


def consent_resource(consent: Consent, *, patient: UUID | None) -> Resource:
    """FHIR Consent: one answer, with the words shown and said as its source."""
    words = "\n".join(line for line in (consent.shown, consent.said) if line)
    return _filled(
        {
            "resourceType": "Consent",
            "id": str(consent.id),
            "status": "active",
            "scope": _coded("consentscope", "patient-privacy"),
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
            "patient": {"reference": _urn(str(patient))} if patient else None,
            "dateTime": consent.recorded.isoformat(),
            "sourceAttachment": {
                "contentType": "text/plain; charset=utf-8",
                "data": b64encode(words.encode()).decode(),
                "title": f"{consent.source.value}: {consent.wording or 'in their own words'}",
            },
            "policyRule": _coded("v3-ActCode", "OPTIN" if consent.allowed else "OPTOUT"),
            "provision": {
                "type": "permit" if consent.allowed else "deny",
                "code": [{"text": consent.use.value}],
            },
        }
    )


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_TERMS}/{system}", "code": code}]}


def _urn(id: str) -> str:
    return f"urn:uuid:{_uuid(id)}"


def _uuid(id: str) -> str:
    try:
        return str(UUID(id))
    except ValueError:
        return str(uuid5(_FOREIGN, id))


def _filled(resource: Resource) -> Resource:
    """FHIR knows no empty lists and no nulls."""
    return {name: value for name, value in resource.items() if value not in (None, [], "")}
