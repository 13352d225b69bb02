"""What a front desk hands in: insurance, an intake form, a document, a message. Written, and not read back.

Source: FHIR R4 Coverage, QuestionnaireResponse, DocumentReference, Communication.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime

from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.appointments import Answered
from frontdesk.standards.fhir_scheduling.reading import filled
from frontdesk.standards.fhir_scheduling.times import instant_text
from frontdesk.standards.fhir_scheduling.values import Concept, Reference, to

_COVERAGE_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"


def new_coverage(
    patient: Reference,
    payor: Reference,
    *,
    member: str = "",
    group: str = "",
    plan: str = "",
    subscriber: Reference | None = None,
    relationship: Concept | None = None,
) -> dict[str, object]:
    """A patient's insurance. `subscriber` None: the patient is who is insured. `payor` may be a name alone."""
    classes = [
        {"type": {"coding": [{"system": _COVERAGE_CLASS, "code": kind}]}, "value": value}
        for kind, value in (("group", group), ("plan", plan))
        if value
    ]
    return filled(
        {
            "resourceType": "Coverage",
            "status": "active",
            "subscriber": (subscriber or patient).as_json(),
            "subscriberId": member,
            "beneficiary": patient.as_json(),
            "relationship": relationship.as_json() if relationship else None,
            "payor": [payor.as_json()],
            "class": classes,
        }
    )


def new_questionnaire_response(
    patient: Reference, answers: Mapping[str, str | bool | int | date], *, authored: datetime, questionnaire: str = ""
) -> dict[str, object]:
    """An intake form as it was sent in: an answer for each field, in FHIR's own type for it."""
    return filled(
        {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": questionnaire,
            "status": "completed",
            "subject": patient.as_json(),
            "authored": instant_text(authored),
            "item": [{"linkId": name, "answer": [_answer(value)]} for name, value in answers.items()],
        }
    )


def new_document(
    patient: Reference, octets: bytes, *, media: str, title: str, type: Concept, written: datetime
) -> dict[str, object]:
    """A document for the chart, such as a signed form; `media` is its type, such as application/pdf."""
    if not octets:
        raise Impossible("FHIR: a document without content cannot be handed in")
    attachment = {"contentType": media, "data": b64encode(octets).decode(), "title": title}
    return filled(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "docStatus": "final",
            "type": type.as_json(),
            "subject": patient.as_json(),
            "date": instant_text(written),
            "content": [{"attachment": filled(attachment)}],
        }
    )


def new_communication(
    patient: Reference, text: str, *, sent: datetime, medium: str, about: Reference | None = None
) -> dict[str, object]:
    """What was told to a patient, for the chart. `medium` says how, in words such as "text message"."""
    return filled(
        {
            "resourceType": "Communication",
            "status": "completed",
            "medium": [{"text": medium}],
            "subject": patient.as_json(),
            "about": [about.as_json()] if about else [],
            "sent": instant_text(sent),
            "recipient": [patient.as_json()],
            "payload": [{"contentString": text}],
        }
    )


def new_subscription(criteria: str, *, endpoint: str, reason: str, secret: str, payload: str) -> dict[str, object]:
    """A wish to be told of changes (R4 rest-hook). `criteria` is a search such as "Appointment?location=Location/1".

    What comes to the endpoint is not signed: `secret` comes back in its Authorization header, and the resource is to
    be read again before anything is done. `payload` "" asks for a ping without a resource.
    """
    channel = {"type": "rest-hook", "endpoint": endpoint, "payload": payload}
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": reason,
        "criteria": criteria,
        "channel": filled({**channel, "header": [f"Authorization: Bearer {secret}"]}),
    }


def new_response(visit: str, actor: Reference, answered: Answered) -> dict[str, object]:
    """An AppointmentResponse: whether somebody comes to a visit, by its id."""
    return {
        "resourceType": "AppointmentResponse",
        "appointment": to("Appointment", visit).as_json(),
        "actor": actor.as_json(),
        "participantStatus": answered.value,
    }


def _answer(value: str | bool | int | date) -> dict[str, object]:
    match value:
        case bool():
            return {"valueBoolean": value}
        case int():
            return {"valueInteger": value}
        case datetime():
            return {"valueDateTime": instant_text(value)}
        case date():
            return {"valueDate": value.isoformat()}
        case _:
            return {"valueString": value}
