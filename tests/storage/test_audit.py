"""The audit's writing side: who opens or seals patients' data is recorded, in the same transaction, without asking."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from tests.clinic import NOW, a_practice

from frontdesk.domain.audit import Action, Actor, ActorKind, Event, Happened, Outcome, Recorded
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.audit import acting
from frontdesk.storage.audit_story import story
from frontdesk.storage.database import Storage, place
from frontdesk.storage.patients import add_patient, patients_of_phone, read_patient
from frontdesk.storage.practices import apply_practice

PRACTICE = a_practice()
MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")
DANA = Actor(kind=ActorKind.STAFF, id="dana", via="web", address="203.0.113.7")


@pytest.fixture(autouse=True)
async def maria(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id, by=DANA) as db:
        await add_patient(db, MARIA, now=NOW)


async def about_maria(storage: Storage) -> list[Recorded]:
    async with storage.practice(PRACTICE.id) as db:
        return await story(db, [MARIA.id])


async def test_whoever_enters_or_reads_a_patient_is_recorded_with_what_they_saw(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id, by=DANA) as db:
        await read_patient(db, MARIA.id)

    entered, read = await about_maria(storage)
    assert (entered.what, entered.action) == ("record.created", Action.CREATE)
    assert (read.what, read.action, read.outcome) == ("record.read", Action.READ, Outcome.DONE)
    assert (read.actor, read.actor_id, read.origin) == (ActorKind.STAFF, "dana", "web 203.0.113.7")
    assert read.subjects == (MARIA.id,)
    assert json.loads(read.detail)["codes"] == {"fields": ["patient.family", "patient.given", "patient.phone"]}


async def test_a_search_is_recorded_with_whom_it_found(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id, by=DANA) as db:
        await patients_of_phone(db, "+15125550147", most=5)
        await patients_of_phone(db, "+15125550199", most=5)

    searched = [one for one in await about_maria(storage) if one.what == "patient.searched"]
    assert [json.loads(one.detail)["codes"] for one in searched] == [{"by": ["phone"], "found": 1}]


async def test_what_was_seen_in_a_transaction_that_was_undone_was_seen_all_the_same(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  # the transaction is what is tried
        async with storage.practice(PRACTICE.id, by=DANA) as db:
            await read_patient(db, MARIA.id)
            db.record(Event(what=Happened.INTAKE_OPENED, subjects=frozenset({MARIA.id})))
            raise ZeroDivisionError

    assert [one.what for one in await about_maria(storage)] == ["record.created", "record.read"]


async def test_a_refusal_stands_though_its_transaction_was_undone(storage: Storage) -> None:
    denied = Event(what=Happened.ACCESS_DENIED, outcome=Outcome.REFUSED, subjects=frozenset({MARIA.id}))

    with pytest.raises(PermissionError):  # noqa: PT012  # the transaction is what is tried
        async with storage.practice(PRACTICE.id, by=DANA) as db:
            db.record(denied)
            raise PermissionError

    assert (await about_maria(storage))[-1].what == "access.denied"


async def test_a_data_key_cannot_be_used_once_its_transaction_is_over(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id) as db:
        key = await db.subject(MARIA.id)

    with pytest.raises(RuntimeError, match="inside its transaction only"):
        key.seal("Maria", place=place("patient", MARIA.id, "given"))


async def test_a_patients_address_is_kept_as_a_keyed_hash_the_same_each_time(storage: Storage) -> None:
    sender = Actor(kind=ActorKind.PATIENT, id="sender", via="sms", address="+15125550147")

    for _ in range(2):
        with acting(sender):
            async with storage.practice(PRACTICE.id) as db:
                await read_patient(db, MARIA.id)

    _, first, second = await about_maria(storage)
    assert first.origin == second.origin
    assert first.origin.startswith("sms #")
    assert "5550147" not in first.origin


@pytest.mark.parametrize("typed", ["Maria Gonzalez", "maria@example.com", "+15125550147", "5125550147", "19840214"])
def test_nobodys_words_can_be_put_into_the_audit(typed: str) -> None:
    with pytest.raises(Impossible, match="nobody's words"):
        Event(what=Happened.TASK_OPENED, codes={"said": typed})


@pytest.mark.parametrize("typed", ["Maria Gonzalez", "maria@example.com", "+15125550147"])
def test_what_was_typed_is_no_id(typed: str) -> None:
    with pytest.raises(Impossible, match="is no id"):
        Event(what=Happened.TASK_OPENED, ids={"task": typed})


@pytest.mark.parametrize("table", ["audit_event", "audit_link"])
@pytest.mark.parametrize("statement", ["update {} set key_version = 2", "delete from {}", "truncate {}"])
async def test_the_application_can_change_and_delete_nothing_of_it(
    storage: Storage, table: str, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with storage.practice(PRACTICE.id) as db:
            await db.connection.execute(statement.format(table).encode())


async def test_another_practice_sees_nothing_of_it(storage: Storage) -> None:
    other = a_practice("other", number=2)
    await apply_practice(storage, other, [], now=NOW)

    async with storage.practice(other.id) as db:
        seen = await db.all("select * from audit_event where subjects && %s", ([MARIA.id],))
        told = await story(db, [MARIA.id])

    assert (seen, told) == ([], [])


async def test_nothing_in_it_tells_who_the_patient_is(storage: Storage, database_url: str) -> None:
    async with storage.practice(PRACTICE.id, by=DANA) as db:
        await read_patient(db, MARIA.id)

    with psycopg.connect(database_url, row_factory=dict_row) as owner:
        rows = owner.execute("select * from audit_event").fetchall()

    written = str(rows)
    assert str(UUID(str(MARIA.id))) in written
    assert not any(known in written for known in ("Maria", "Gonzalez", "5550147"))


async def test_its_times_are_the_desks(database_url: str, storage: Storage) -> None:
    events = await about_maria(storage)

    assert all(abs(one.at - events[0].at) < timedelta(minutes=1) for one in events)
