"""Puts the sample practice into an empty database: its files, and three weeks of plausible visits."""

from datetime import datetime
from uuid import uuid5

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import SampleVisit, plausible_visits
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source

SAMPLE = "smile"


async def load_sample(storage: Storage, *, now: datetime, seed: int, visits: bool = True) -> None:
    """Enter the sample practice and its visits. Visits that stand already are left as they are.

    Without `visits`: they stand in another system.
    """
    practice = smile()
    await apply_practice(storage, practice, [Endpoint(channel="sms", address=practice.locations[0].phone)], now=now)
    async with storage.practice(practice.id) as db:
        for number, visit in enumerate(plausible_visits(practice, now=now, seed=seed) if visits else ()):
            await _enter(db, visit, number=number, now=now)


async def _enter(db: Db, visit: SampleVisit, *, number: int, now: datetime) -> None:
    id = uuid5(db.practice, f"sample visit {number}")
    patient = Patient(id=PatientId(uuid5(id, "patient")), given=visit.given, family=visit.family)
    await add_patient(db, patient, now=now)
    await claim(db, visit.slot, id=id, status=visit.status, source=Source.STAFF, now=now, patient=patient.id)
