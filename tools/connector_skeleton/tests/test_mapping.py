import json
from pathlib import Path

import pytest

from frontdesk.domain.appointment import Status
from frontdesk.systems.skeleton.mapping import standing
from frontdesk.wire.foreign import Foreign, Unreadable

PAYLOADS = Path(__file__).parent / "payloads"


def a_visit(**other: object) -> Foreign:
    row = json.loads((PAYLOADS / "visit.json").read_text()) | other
    return Foreign.of(row, what="visit", id="id")


def test_a_scheduled_visit_is_booked() -> None:
    assert standing(a_visit()) is Status.BOOKED


def test_a_word_we_do_not_know_is_reported_with_the_visit() -> None:
    with pytest.raises(Unreadable, match="visit 17"):
        standing(a_visit(status="Perhaps"))
