"""What was done with a patient's data, as a page to read, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import yaml
from tests.clinic import a_practice

from frontdesk.domain.audit import Action, ActorKind, Happened, Outcome, Purpose, Recorded
from frontdesk.language.audit_page import HERE, audit_page

MARIA = UUID(int=7)
READ = Recorded(
    id=UUID(int=1),
    at=datetime(2026, 5, 27, 2, 47, tzinfo=UTC),
    what="record.read",
    action=Action.READ,
    outcome=Outcome.DONE,
    actor=ActorKind.STAFF,
    actor_id="dana",
    purpose=Purpose.TREATMENT,
    origin="web 203.0.113.7",
    grant=None,
    subjects=(MARIA,),
    detail='{"codes":{"fields":["patient.given"]},"ids":{}}',
)


def test_a_line_tells_when_who_what_why_and_from_where() -> None:
    page = audit_page([READ], a_practice(), patient=MARIA, language="en")

    for told in ("2026-05-26 21:47", "staff (dana)", "Your data was looked at", "for your visit", "web 203.0.113.7"):
        assert told in page
    assert "looked at: patient.given" in page
    assert "Test Clinic, from 2026-05-26 to 2026-05-26. Times are America/Chicago." in page


def test_it_is_told_in_spanish() -> None:
    page = audit_page([READ], a_practice(), patient=MARIA, language="es")

    assert "Se miraron sus datos" in page
    assert '<html lang="es">' in page


def test_events_in_a_row_that_say_the_same_are_one_line() -> None:
    events = [replace(READ, id=UUID(int=n), at=READ.at + timedelta(seconds=n)) for n in range(3)]

    page = audit_page(events, a_practice(), patient=MARIA, language="en")

    assert page.count("Your data was looked at") == 1
    assert "3 times" in page


def test_a_refusal_says_so_and_what_stands_in_it_is_escaped() -> None:
    refused = replace(READ, what="access.denied", outcome=Outcome.REFUSED, actor_id="<b>x</b>")

    page = audit_page([refused], a_practice(), patient=MARIA, language="en")

    assert "not done" in page
    assert "<b>x</b>" not in page


def test_nothing_recorded_is_said_plainly() -> None:
    assert "Nothing is recorded about this person." in audit_page([], a_practice(), patient=MARIA, language="en")


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_language_has_a_word_for_everything(language: str) -> None:
    told = yaml.safe_load((HERE / f"{language}.yaml").read_text())
    english = yaml.safe_load((HERE / "en.yaml").read_text())

    of_no_patient = {"recipient", "agreement", "practice", "account", "keys"}
    of_patients = {what.code for what in Happened if what.code.split(".")[0] not in of_no_patient}
    assert of_patients == set(told["what_was_done"])
    assert {kind.value for kind in ActorKind} == set(told["who_acted"])
    assert {purpose.value for purpose in Purpose} == set(told["why_done"])
    assert set(told) == set(english)
