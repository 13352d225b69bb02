"""What a front desk hands in, as it is written."""

from base64 import b64decode
from datetime import UTC, date, datetime

import pytest
from tests.standards.fhir_scheduling.resources import LENA

from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.papers import (
    new_coverage,
    new_document,
    new_questionnaire_response,
    new_subscription,
)
from frontdesk.standards.fhir_scheduling.values import Concept, Reference, to

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)


def test_each_answer_of_a_form_has_its_own_type() -> None:
    answers = {"allergies": "latex", "pregnant": False, "visits": 0, "since": date(2026, 5, 1), "read": NOW}

    form = new_questionnaire_response(LENA, answers, authored=NOW)

    items = form["item"]
    assert isinstance(items, list)
    assert [one["answer"] for one in items] == [
        [{"valueString": "latex"}],
        [{"valueBoolean": False}],
        [{"valueInteger": 0}],
        [{"valueDate": "2026-05-01"}],
        [{"valueDateTime": "2027-01-04T15:00:00Z"}],
    ]


def test_insurance_is_the_patients_own_unless_another_is_named() -> None:
    own = new_coverage(LENA, Reference(display="Blue Plan"), member="M-1", group="G-2")
    other = new_coverage(LENA, to("Organization", "9"), subscriber=to("RelatedPerson", "3"))

    assert (own["subscriber"], own["payor"]) == ({"reference": "Patient/7"}, [{"display": "Blue Plan"}])
    assert other["subscriber"] == {"reference": "RelatedPerson/3"}
    assert "class" not in other


def test_a_document_goes_whole_and_never_empty() -> None:
    octets = bytes(range(256))

    document = new_document(
        LENA, octets, media="application/pdf", title="Consent", type=Concept(text="Consent"), written=NOW
    )

    content = document["content"]
    assert isinstance(content, list)
    assert b64decode(content[0]["attachment"]["data"]) == octets
    with pytest.raises(Impossible):
        new_document(LENA, b"", media="application/pdf", title="x", type=Concept(text="x"), written=NOW)


def test_a_subscription_brings_its_secret_back_and_asks_for_a_ping_alone() -> None:
    ping = new_subscription("Appointment", endpoint="https://d.example", reason="r", secret="s", payload="")

    assert ping["channel"] == {
        "type": "rest-hook",
        "endpoint": "https://d.example",
        "header": ["Authorization: Bearer s"],
    }
