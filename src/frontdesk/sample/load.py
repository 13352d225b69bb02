"""Puts the sample practice into an empty database: its files, and three weeks of plausible visits."""

from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.reception.practice_files import read_practice
from frontdesk.sample.smile import FOLDER
from frontdesk.sample.visits import SampleVisit, plausible_visits

from frontdesk.domain.ids import PatientId, PracticeId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.storage.calendar import Source, claim
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Endpoint, apply_practice

SAMPLE = "smile"
SAMPLE_ID = PracticeId(UUID("5b1de000-0000-4000-8000-000000000001"))


def sample_practice() -> Practice:
    """The sample practice, read from its files."""
    return read_practice(FOLDER, id=SAMPLE_ID)


async def load_sample(storage: Storage, *, now: datetime, seed: int) -> None:
    """Enter the sample practice and its visits. Visits that stand already are left as they are."""
    practice = sample_practice()
    await apply_practice(storage, practice, [Endpoint(channel="sms", address=practice.locations[0].phone)], now=now)
    async with storage.practice(practice.id) as db:
        for number, visit in enumerate(plausible_visits(practice, now=now, seed=seed)):
            await _enter(db, visit, number=number, now=now)


async def _enter(db: Db, visit: SampleVisit, *, number: int, now: datetime) -> None:
    id = uuid5(SAMPLE_ID, f"visit {number}")
    patient = Patient(id=PatientId(uuid5(id, "patient")), given=visit.given, family=visit.family)
    await add_patient(db, patient, now=now)
    await claim(db, visit.slot, id=id, status=visit.status, source=Source.STAFF, now=now, patient=patient.id)
