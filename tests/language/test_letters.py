"""The confirmation says when, where and with whom, and never what for."""

import pytest
from tests.language.a_practice import THURSDAY_SIX, a_practice

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.language.letters import confirmation_letter


@pytest.mark.parametrize(
    ("language", "when"),
    [("en", "Thursday, May 28, 2026 at 6:00 PM"), ("es", "jueves 28 de mayo de 2026 a las 6:00 PM")],
)
def test_a_confirmation_names_time_place_and_form_but_no_service(language: str, when: str) -> None:
    visit = Appointment(
        id=AppointmentId("visit-1"),
        service=THURSDAY_SIX.service,
        location=THURSDAY_SIX.location,
        practitioner=THURSDAY_SIX.practitioner,
        room=None,
        devices=(),
        during=THURSDAY_SIX.during,
        status=Status.BOOKED,
    )

    letter = confirmation_letter(
        a_practice(), visit, given="Maria", intake="https://example.com/i/1", language=language
    )

    for fact in ("Maria", when, "Dana", "1204 South Lamar", "(512) 555-0100"):
        assert fact in letter.body
    assert "https://example.com/i/1" in letter.body.splitlines()
    assert "Smile Aesthetics" in letter.subject
    assert "botox" not in (letter.subject + letter.body).lower()
