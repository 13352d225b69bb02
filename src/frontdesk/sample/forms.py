"""The form that the demo's patients fill in before a visit, and one that is open from the start."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid5

from frontdesk.domain.appointment import Status
from frontdesk.domain.practice import Practice
from frontdesk.reception.links import sign_link
from frontdesk.standards.document import Fault
from frontdesk.standards.questionnaire_document import questionnaire_of
from frontdesk.storage.database import Db
from frontdesk.storage.intakes import Intake, forms_due, open_intake
from frontdesk.storage.inventory import every_visit

FORM = "medspa-intake"
FOLDER = Path(__file__).parent / "questionnaires"
LOOKED_AT = 20
"""So many visits are looked at for one whose form is not handed in."""


def with_forms(practice: Practice) -> Practice:
    """The practice with the sample's medspa form before every visit."""
    faults: list[Fault] = []
    raw = json.loads((FOLDER / f"{FORM}.json").read_text(encoding="utf-8"))
    form = questionnaire_of(raw, name=FORM, faults=faults)
    assert not faults  # tests read every sample form
    return replace(practice, intake=(FORM,), questionnaires=(form,))


async def open_a_form(db: Db, *, public_url: str, now: datetime) -> str | None:
    """The way to the form of the soonest visit to come whose form is not handed in; None: there is no such visit.

    The same visit has the same form again, as far as it was filled in.
    """
    coming = [one for one in await every_visit(db) if one.status is Status.BOOKED and one.during.start > now]
    for visit in coming[:LOOKED_AT]:
        if visit.patient is None:
            continue
        id = uuid5(db.practice, f"form of {visit.id}")
        form = Intake(id=id, appointment=visit.id, patient=visit.patient, expires=visit.during.start)
        await open_intake(db, form, now=now)
        due = (await forms_due(db, [visit.id])).get(visit.id)
        if due is not None:
            token = sign_link(db.keyring, db.practice, due.id, purpose="intake", expires=due.expires)
            return f"{public_url}/intake/{token}"
    return None
