import json
from pathlib import Path

import pytest

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import Refused
from frontdesk.systems.skeleton import mapping

PAYLOADS = Path(__file__).parent / "payloads"


def test_a_scheduled_visit_is_booked() -> None:
    visit = json.loads((PAYLOADS / "visit.json").read_text())

    assert mapping.status(visit["status"], visit=visit["id"]) is Status.BOOKED


def test_a_word_we_do_not_know_is_reported_with_the_visit() -> None:
    with pytest.raises(Refused, match="visit 17 is 'Perhaps'"):
        mapping.status("Perhaps", visit="17")
