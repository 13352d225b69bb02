"""Every call of another's calendar stands in the audit; what it says or raises comes through."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from tests.clinic import BOTOX, NOW, a_practice, a_slot, at

from frontdesk.domain.appointment import Appointment, Cancellation
from frontdesk.domain.audit import Outcome, Recorded
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Booked, SlotRequest
from frontdesk.storage.audit import read_row
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.clock import DeskClock, real_now
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.recorded_system import RecordedSystem

PRACTICE = a_practice()
MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")


class Broken(Calendar):
    """A calendar whose line breaks while it cancels, and that refuses to show anybody's visits."""

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> None:  # type: ignore[override]
        raise OutcomeUnknown("the line broke")

    async def appointments_of(self, patients: object) -> list[Appointment]:
        raise Refused("not shown")


@pytest.fixture
async def recorded(storage: Storage) -> RecordedSystem:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        await add_patient(db, MARIA, now=NOW)
    clock = DeskClock(ahead=NOW - real_now())
    return RecordedSystem(Calendar(storage, Practices(), PRACTICE.id, clock), storage, PRACTICE.id, name="elsewhere")


async def calls(storage: Storage) -> list[Recorded]:
    async with storage.practice(PRACTICE.id) as db:
        rows = await db.all("select * from audit_event where what = 'system.called' order by id")
    return [read_row(row).recorded for row in rows]


async def test_a_visit_is_booked_through_it_and_every_call_recorded(storage: Storage, recorded: RecordedSystem) -> None:
    within = at("2026-05-28 09:00", minutes=600)

    await recorded.find_slots(SlotRequest(service=BOTOX, within=within))
    booked = await recorded.book(a_slot(), patient=MARIA.id, key="book:1", held=None)
    assert isinstance(booked, Booked)
    standing = await recorded.read(booked.appointment.id)

    assert standing == booked.appointment
    found, book, read = await calls(storage)
    assert [json.loads(one.detail)["codes"] for one in (found, book, read)] == [
        {"asked": asked, "system": "elsewhere"} for asked in ("find_slots", "book", "read")
    ]
    assert found.subjects == ()
    assert book.subjects == read.subjects == (MARIA.id,)
    assert json.loads(book.detail)["ids"] == {"intent": "book:1", "visit": booked.appointment.id}


async def test_a_fault_is_recorded_and_raised(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    broken = Broken(storage, Practices(), PRACTICE.id, DeskClock())
    recorded = RecordedSystem(broken, storage, PRACTICE.id, name="elsewhere")

    with pytest.raises(OutcomeUnknown, match="the line broke"):
        await recorded.cancel(AppointmentId("A/17 b"), reason=Cancellation.PATIENT)
    with pytest.raises(Refused):
        await recorded.appointments_of([MARIA.id])

    cancel, list_ = await calls(storage)
    assert (cancel.outcome, list_.outcome) == (Outcome.FAILED, Outcome.REFUSED)
    assert json.loads(cancel.detail)["codes"]["fault"] == "outcomeunknown"
    assert json.loads(cancel.detail)["ids"]["visit"].startswith("sha256:")
    assert list_.subjects == (MARIA.id,)
    assert cancel.at <= datetime.now(UTC)
