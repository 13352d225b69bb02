"""Mails to patients: when and where, never what for."""

from dataclasses import replace

import pytest

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.language.letters import LANGUAGES, confirmation_letter
from tests.clinic import ZONE, a_practice, a_slot

SLOT = a_slot()
VISIT = Appointment(
    id=AppointmentId("visit-1"),
    service=SLOT.service,
    location=SLOT.location,
    practitioner=SLOT.practitioner,
    room=SLOT.room,
    devices=(),
    during=SLOT.during,
    status=Status.BOOKED,
)
INTAKE = "https://desk.example.com/intake/x"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_says_when_and_where_and_nothing_about_health(language: str) -> None:
    letter = confirmation_letter(a_practice(), VISIT, given="Maria", intake=INTAKE, language=language, zone=ZONE)

    assert "Test Clinic" in letter.subject
    for fact in ("Maria", "6:00 PM", "1 Test Street, Austin, TX 78701", INTAKE, "(512) 555-0101", "24"):
        assert fact in letter.body
    assert "{" not in letter.body
    for word in ("botox", "consult", "dana", "nurse"):
        assert word not in f"{letter.subject} {letter.body}".casefold()


def test_the_day_is_told_in_the_patients_language() -> None:
    english = confirmation_letter(a_practice(), VISIT, given="Maria", intake=INTAKE, language="en", zone=ZONE)
    spanish = confirmation_letter(a_practice(), VISIT, given="Maria", intake=INTAKE, language="es", zone=ZONE)

    assert "Thursday, May 28, 2026 at 6:00 PM" in english.body
    assert "jueves 28 de mayo de 2026 a las 6:00 PM" in spanish.body


def test_a_practice_without_parking_or_notice_says_nothing_of_them() -> None:
    practice = a_practice()
    policies = replace(practice.policies, change_notice=practice.policies.grid * 0)

    letter = confirmation_letter(
        replace(practice, policies=policies), VISIT, given="Maria", intake=INTAKE, language="en", zone=ZONE
    )

    assert "Parking" not in letter.body
    assert "at least" not in letter.body
