"""Retention: each kind of data goes when its time is over, and not before."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tests.clinic import NOW
from tests.reception.test_forgetting import PHONE, a_patient_who_booked, forgotten, say

from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.conversations import find_open
from frontdesk.storage.database import place
from frontdesk.storage.forget import kept_records
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.patient_file import people
from frontdesk.storage.patients import add_patient, read_patient
from frontdesk.storage.retention import begin_run
from frontdesk.storage.tasks import Task, open_task
from frontdesk.wiring import Frontdesk
from frontdesk.work.due import enqueue_due
from frontdesk.work.retain import retain


@pytest.fixture
def wait(smile: Frontdesk) -> "Wait":
    return Wait(smile)


class Wait:
    """Lets days go by on a clock, and applies the rules."""

    def __init__(self, desk: Frontdesk) -> None:
        self._shows = desk.clock.now()
        self._desk = replace(desk, clock=self)

    def now(self) -> datetime:
        return self._shows

    async def __call__(self, days: int) -> None:
        self._shows += timedelta(days=days)
        await retain(self._desk, Job(work=Work.RETAIN, practice=SMILE_ID, on=SMILE_ID))


async def counted(desk: Frontdesk, table: str) -> int:
    async with desk.storage.practice(SMILE_ID) as db:
        row = await db.one(f"select count(*) as rows from {table}")
    assert row is not None
    return int(row["rows"])


async def test_a_strangers_conversation_goes_after_ninety_days(smile: Frontdesk, wait: Wait) -> None:
    await say(smile, "Hi, what are your hours?")

    await wait(89)
    before = await counted(smile, "message")
    await wait(2)

    assert before == 2
    assert await counted(smile, "message") == 0
    assert await counted(smile, "conversation") == 0


async def test_a_patients_conversation_stays_three_years_and_the_patient_longer(smile: Frontdesk, wait: Wait) -> None:
    person = await a_patient_who_booked(smile)

    await wait(3 * 365 - 2)
    before = await counted(smile, "conversation")
    await wait(4)

    assert before == 1
    assert await counted(smile, "conversation") == 0
    async with smile.storage.practice(SMILE_ID) as db:
        assert await read_patient(db, person.id) is not None


async def test_copies_of_what_was_sent_go_after_thirty_days(smile: Frontdesk, wait: Wait) -> None:
    await a_patient_who_booked(smile)

    await wait(29)
    before = await counted(smile, "outbox")
    await wait(2)

    assert before > 0
    assert await counted(smile, "outbox") == 0
    assert await counted(smile, "message") > 0


async def test_a_task_that_was_done_goes_after_a_year_and_an_open_one_stays(smile: Frontdesk, wait: Wait) -> None:
    async with smile.storage.practice(SMILE_ID) as db:
        for id in (UUID(int=1), UUID(int=2)):
            await open_task(
                db, Task(id=id, conversation=None, appointment=None, reason="asked", urgent=False, opened=NOW)
            )
        await db.run("update task set closed_at = %s where id = %s", (NOW, UUID(int=1)))

    await wait(364)
    before = await counted(smile, "task")
    await wait(2)

    assert (before, await counted(smile, "task")) == (2, 1)


async def test_a_patient_who_never_came_goes_after_two_years(smile: Frontdesk, wait: Wait) -> None:
    lead = Patient(id=PatientId(uuid4()), given="Robin", family="Testcase", phone="+15125550148")
    async with smile.storage.practice(SMILE_ID) as db:
        await add_patient(db, lead, now=smile.clock.now())

    await wait(2 * 365 - 1)
    async with smile.storage.practice(SMILE_ID) as db:
        before = await read_patient(db, lead.id)
    await wait(2)

    assert before == lead
    async with smile.storage.practice(SMILE_ID) as db:
        assert await read_patient(db, lead.id) is None


async def test_a_patient_is_forgotten_once_no_law_wants_the_record(smile: Frontdesk, wait: Wait) -> None:
    person = await a_patient_who_booked(smile)
    async with smile.storage.practice(SMILE_ID) as db:
        key = await db.subject(person.id)
        sealed = key.seal("1988-04-27", place=place("patient", person.id, "birth_date"))
        await db.run(
            "update patient set birth_date_sealed = %s where practice_id = %s and id = %s",
            (sealed, SMILE_ID, person.id),
        )

    await wait(7 * 365)
    async with smile.storage.practice(SMILE_ID) as db:
        before = await read_patient(db, person.id)
    await wait(10)

    assert before is not None
    async with smile.storage.practice(SMILE_ID) as db:
        assert await people(db, PHONE) == []


async def test_a_kept_record_is_destroyed_with_its_key_after_its_day(smile: Frontdesk, wait: Wait) -> None:
    person = await a_patient_who_booked(smile)
    await forgotten(smile, person)
    async with smile.storage.practice(SMILE_ID) as db:
        record = (await kept_records(db))[0]
    days = (record.until - smile.clock.now().date()).days

    await wait(days - 1)
    async with smile.storage.practice(SMILE_ID) as db:
        before = await kept_records(db)
    await wait(3)

    assert before == [record]
    async with smile.storage.practice(SMILE_ID) as db:
        assert await kept_records(db) == []
        with pytest.raises(LookupError):
            await db.subject(record.id)


async def test_the_rules_are_applied_once_a_day(smile: Frontdesk) -> None:
    async with smile.storage.practice(SMILE_ID) as db:
        told = [await begin_run(db, now=NOW + timedelta(hours=hours)) for hours in (0, 0, 23, 25)]

    assert told == [True, False, False, True]


async def test_what_is_due_is_put_into_the_queue_by_the_worker(smile: Frontdesk) -> None:
    await say(smile, "Hi")

    first = await enqueue_due(smile)
    second = await enqueue_due(smile)

    assert (first, second) == (2, 0)  # what is kept too long is removed, and outcomes are gathered
    async with smile.storage.practice(SMILE_ID) as db:
        assert await find_open(db, ChannelKind.SMS, PHONE) is not None
