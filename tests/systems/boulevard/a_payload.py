"""Published shapes with invented people in them, and which of their ids are ours."""

import json
from pathlib import Path
from typing import Any

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.systems.boulevard.client import row_of
from frontdesk.systems.boulevard.mapping import Numbers, Visit, visit
from frontdesk.wire.foreign import Foreign

PAYLOADS = Path(__file__).parent / "payloads"
DOWNTOWN = LocationId("downtown")
DANA, LENA = PractitionerId("dana"), PractitionerId("lena")
NEUROTOXIN = ServiceId("neurotoxin")
NUMBERS = Numbers(
    locations={DOWNTOWN: "urn:blvd:Location:11aa"},
    staff={DANA: "urn:blvd:Staff:55", LENA: "urn:blvd:Staff:56"},
    services={NEUROTOXIN: "urn:blvd:Service:90"},
)

Row = dict[str, Any]


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def a_row(name: str = "appointment", **fields: object) -> Foreign:
    """Dana's neurotoxin for Riley on August 4 at 10:30 in Denver, unless said otherwise."""
    return row_of(payload(name) | fields, name)


def a_visit(**fields: object) -> Visit:
    return visit(a_row(**fields), NUMBERS)


def cancelled_for(reason: str) -> Row:
    return {"state": "CANCELLED", "cancelled": True, "cancellation": {"reason": reason}}


def part(**fields: object) -> Row:
    """A part of an appointment: Dana's neurotoxin, unless said otherwise."""
    return payload("appointment")["appointmentServices"][0] | fields
