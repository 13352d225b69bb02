"""Keys in the database: destroyed for good, never mixed up by a transaction that was undone."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from tests.clinic import NOW, a_practice

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.database import Storage, place
from frontdesk.storage.keys import destroy_subject
from frontdesk.storage.patients import add_patient, read_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.vault.master import MasterKey

PRACTICE = a_practice()
MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")


@pytest.fixture
async def elsewhere(storage: Storage, master: MasterKey) -> AsyncIterator[Storage]:
    """The same database as another process sees it."""
    opened = Storage(storage.url, master=master)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
async def practice(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)


async def test_a_destroyed_key_opens_nothing_in_any_process(storage: Storage, elsewhere: Storage) -> None:
    async with storage.practice(PRACTICE.id) as db:
        await add_patient(db, MARIA, now=NOW)
    for one in (storage, elsewhere):
        async with one.practice(PRACTICE.id) as db:
            assert await read_patient(db, MARIA.id) == MARIA

    async with storage.practice(PRACTICE.id) as db:
        destroyed = await destroy_subject(db, MARIA.id)
        with pytest.raises(LookupError, match="forgotten"):
            await db.subject(MARIA.id)

    assert destroyed
    for one in (storage, elsewhere):
        async with one.practice(PRACTICE.id) as db:
            with pytest.raises(LookupError, match="forgotten"):
                await read_patient(db, MARIA.id)


async def test_destroying_what_is_gone_says_so(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id) as db:
        assert not await destroy_subject(db, uuid4())


async def test_a_key_made_in_a_transaction_that_was_undone_seals_nothing_later(
    storage: Storage, elsewhere: Storage
) -> None:
    subject = uuid4()

    async def undone() -> None:
        async with storage.practice(PRACTICE.id) as db:
            await db.new_subject(subject)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    async with storage.practice(PRACTICE.id) as db:
        sealed = (await db.new_subject(subject)).seal("later", place=place("patient", subject, "given"))

    async with elsewhere.practice(PRACTICE.id) as db:
        key = await db.subject(subject)
        assert key.open(sealed, place=place("patient", subject, "given")) == b"later"
