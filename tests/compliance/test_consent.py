"""What may be done by what the patient said last."""

from uuid import UUID

import pytest
from tests.clinic import NOW

from frontdesk.compliance.consent import permitted
from frontdesk.domain.consent import Consent, Source, Use


def said(use: Use, *, allowed: bool) -> Consent:
    return Consent(id=UUID(int=1), use=use, allowed=allowed, source=Source.STAFF, recorded=NOW, said="by telephone")


@pytest.mark.parametrize("use", [Use.CALLS, Use.RECORDING, Use.TRAINING])
def test_what_nobody_allowed_is_not_done(use: Use) -> None:
    assert not permitted(use, None)


def test_a_patient_is_written_to_until_they_say_stop() -> None:
    assert permitted(Use.MESSAGES, None)
    assert not permitted(Use.MESSAGES, said(Use.MESSAGES, allowed=False))


@pytest.mark.parametrize("use", list(Use))
def test_what_was_said_last_counts(use: Use) -> None:
    assert permitted(use, said(use, allowed=True))
    assert not permitted(use, said(use, allowed=False))
