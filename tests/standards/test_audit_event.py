"""The audit's events as FHIR AuditEvent, with the elements that R4 requires and the codes it names."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from frontdesk.domain.audit import Action, ActorKind, Happened, Outcome, Purpose, Recorded
from frontdesk.standards.audit_event import audit_event_resource

MARIA, THREAD, GRANT = UUID(int=7), UUID(int=8), UUID(int=9)


def an_event(what: Happened = Happened.RECORD_READ) -> Recorded:
    return Recorded(
        id=UUID(int=1),
        at=datetime(2026, 5, 27, 2, 47, tzinfo=UTC),
        what=what.code,
        action=what.action,
        outcome=Outcome.DONE,
        actor=ActorKind.SUPPORT,
        actor_id="kim",
        purpose=Purpose.EMERGENCY,
        origin="web 203.0.113.7",
        grant=GRANT,
        subjects=(MARIA, THREAD),
        detail='{"codes":{"fields":["patient.given","patient.family"],"found":2,"none":[]},"ids":{"message":"m-1"}}',
    )


def test_a_read_tells_who_what_whose_why_where_and_under_which_grant() -> None:
    told = audit_event_resource(an_event(), practice="Test Clinic", patient=MARIA)

    assert told["action"] == Action.READ.value
    assert told["recorded"] == "2026-05-27T02:47:00+00:00"
    assert told["agent"] == [
        {
            "type": {"coding": [{"system": "urn:frontdesk:audit:actor", "code": "support"}]},
            "who": {"identifier": {"system": "urn:frontdesk:audit:support", "value": "kim"}},
            "requestor": True,
            "network": {"address": "web 203.0.113.7"},
            "policy": [f"urn:uuid:{GRANT}"],
        }
    ]
    assert "'code': 'ETREAT'" in str(told["purposeOfEvent"])
    assert told["source"] == {"observer": {"display": "Test Clinic"}}
    patient, thread, touched = told["entity"]  # type: ignore[misc]
    assert patient["what"] == {"reference": f"urn:uuid:{MARIA}"}
    assert (patient["role"]["code"], thread["role"]["code"]) == ("1", "4")
    assert touched["detail"] == [
        {"type": "message", "valueString": "m-1"},
        {"type": "fields", "valueString": "patient.given patient.family"},
        {"type": "found", "valueString": "2"},
    ]


@pytest.mark.parametrize("what", Happened)
def test_each_kind_has_what_fhir_requires(what: Happened) -> None:
    told = audit_event_resource(an_event(what), practice="Test Clinic", patient=None)

    assert {"type", "recorded", "agent", "source"} <= set(told)  # 1..1 and 1..* in R4
    assert set(told["type"]) == {"system", "code", "display"}  # type: ignore[call-overload]
    assert told["action"] in {"C", "R", "U", "D", "E"}
