"""Whatever is changed, taken out, added, moved or cut off in the audit is found, and the first bad event named."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from tests.clinic import NOW, a_practice

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.audit_anchors import AnchorWrong, read_anchors, take_anchor
from frontdesk.storage.audit_chain import link_waiting, practices_waiting
from frontdesk.storage.audit_proof import Broken, Whole, prove
from frontdesk.storage.database import Storage
from frontdesk.storage.key_rotation import Progress, Rotating, begin_rotation
from frontdesk.storage.keys import destroy_subject
from frontdesk.storage.patients import add_patient, read_patient
from frontdesk.storage.practices import apply_practice

PRACTICE = a_practice()
OTHER = a_practice("other", number=2)
MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")

CHANGED: dict[str, sql.SQL] = {
    "id": sql.SQL("gen_random_uuid()"),
    "at": sql.SQL("at + interval '1 microsecond'"),
    "what": sql.SQL("'record.update'"),
    "action": sql.SQL("'D'"),
    "outcome": sql.SQL("'8'"),
    "actor_kind": sql.SQL("'support'"),
    "actor_id": sql.SQL("'somebody'"),
    "purpose": sql.SQL("'ETREAT'"),
    "origin": sql.SQL("'web'"),
    "grant_id": sql.SQL("gen_random_uuid()"),
    "subjects": sql.SQL("array[gen_random_uuid()]"),
    "detail": sql.SQL("'{}'"),
    "key_version": sql.SQL("key_version + 1"),
    "mac": sql.SQL("sha256(mac)"),
    "practice_id": sql.SQL("'00000000-0000-0000-0000-000000000002'"),
}
LINK_CHANGED: dict[str, sql.SQL] = {
    "seq": sql.SQL("1000"),
    "event_id": sql.SQL("gen_random_uuid()"),
    "key_version": sql.SQL("key_version + 1"),
    "hash": sql.SQL("sha256(hash)"),
    "practice_id": sql.SQL("'00000000-0000-0000-0000-000000000002'"),
}


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody who has the database, and no key."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
async def ten_events(storage: Storage) -> None:
    for practice in (PRACTICE, OTHER):
        await apply_practice(storage, practice, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        await add_patient(db, MARIA, now=NOW)
    await read_maria(storage, times=8)
    assert await link_waiting(storage, PRACTICE.id) == 10


async def read_maria(storage: Storage, *, times: int) -> None:
    for _ in range(times):
        async with storage.practice(PRACTICE.id) as db:
            await read_patient(db, MARIA.id)


def event_at(owner: psycopg.Connection, seq: int) -> UUID:
    row = owner.execute("select event_id from audit_link where practice_id = %s and seq = %s", (PRACTICE.id, seq))
    found = row.fetchone()
    assert found is not None
    return UUID(str(found[0]))


async def test_an_audit_that_nobody_touched_is_whole(storage: Storage) -> None:
    assert await prove(storage, PRACTICE.id) == Whole(linked=10, waiting=0)


async def test_what_was_written_a_moment_ago_waits_and_is_proven_too(storage: Storage) -> None:
    await read_maria(storage, times=2)

    before = await prove(storage, PRACTICE.id)
    waiting = await practices_waiting(storage)
    linked = await link_waiting(storage, PRACTICE.id)

    assert before == Whole(linked=10, waiting=2)
    assert PRACTICE.id in waiting
    assert linked == 2
    assert await prove(storage, PRACTICE.id) == Whole(linked=12, waiting=0)


def test_every_column_is_among_those_that_are_tampered_with(owner: psycopg.Connection) -> None:
    for table, changed in (("audit_event", CHANGED), ("audit_link", LINK_CHANGED)):
        rows = owner.execute("select column_name from information_schema.columns where table_name = %s", (table,))

        assert {row[0] for row in rows} == set(changed)


@pytest.mark.parametrize("column", CHANGED)
async def test_a_change_of_any_column_is_found(storage: Storage, owner: psycopg.Connection, column: str) -> None:
    fifth = event_at(owner, 5)

    owner.execute(
        sql.SQL("update audit_event set {} = {} where id = %s").format(sql.Identifier(column), CHANGED[column]),
        (fifth,),
    )

    found = await prove(storage, PRACTICE.id)
    assert isinstance(found, Broken)
    assert (found.seq, found.event) == (5, fifth)


@pytest.mark.parametrize("column", LINK_CHANGED)
async def test_a_change_of_the_chain_is_found(storage: Storage, owner: psycopg.Connection, column: str) -> None:
    owner.execute(
        sql.SQL("update audit_link set {} = {} where practice_id = %s and seq = 5").format(
            sql.Identifier(column), LINK_CHANGED[column]
        ),
        (PRACTICE.id,),
    )

    found = await prove(storage, PRACTICE.id)
    assert isinstance(found, Broken)
    assert found.seq == 5


async def test_an_event_taken_out_is_found(storage: Storage, owner: psycopg.Connection) -> None:
    fifth = event_at(owner, 5)

    owner.execute("delete from audit_event where id = %s", (fifth,))

    assert await prove(storage, PRACTICE.id) == Broken(seq=5, event=fifth, why="it was taken out")


async def test_an_event_taken_out_with_its_link_and_the_gap_closed_is_found(
    storage: Storage, owner: psycopg.Connection
) -> None:
    fifth, sixth = event_at(owner, 5), event_at(owner, 6)

    owner.execute("delete from audit_event where id = %s", (fifth,))
    owner.execute("delete from audit_link where event_id = %s", (fifth,))
    for seq in range(6, 11):
        owner.execute("update audit_link set seq = seq - 1 where practice_id = %s and seq = %s", (PRACTICE.id, seq))

    found = await prove(storage, PRACTICE.id)
    assert isinstance(found, Broken)
    assert (found.seq, found.event) == (5, sixth)


async def test_events_that_changed_places_are_found(storage: Storage, owner: psycopg.Connection) -> None:
    fifth, sixth = event_at(owner, 5), event_at(owner, 6)

    for seq, event in ((1000, fifth), (5, sixth), (6, fifth)):
        owner.execute("update audit_link set seq = %s where event_id = %s", (seq, event))

    found = await prove(storage, PRACTICE.id)
    assert isinstance(found, Broken)
    assert (found.seq, found.event) == (5, sixth)


async def test_an_event_that_was_put_in_is_found(storage: Storage, owner: psycopg.Connection) -> None:
    forged, copied = uuid4(), event_at(owner, 5)

    owner.execute(
        "insert into audit_event select practice_id, %s, at, what, action, outcome, actor_kind, 'somebody else', "
        "purpose, origin, grant_id, subjects, detail, key_version, mac from audit_event where id = %s",
        (forged, copied),
    )
    unlinked = await prove(storage, PRACTICE.id)
    owner.execute("insert into audit_waiting (practice_id, event_id) values (%s, %s)", (PRACTICE.id, forged))
    waiting = await prove(storage, PRACTICE.id)
    await link_waiting(storage, PRACTICE.id)
    linked = await prove(storage, PRACTICE.id)

    assert unlinked == Broken(seq=None, event=forged, why="it is in no link, and none is on its way")
    assert waiting == Broken(seq=None, event=forged, why="it was changed")
    assert linked == Broken(seq=11, event=forged, why="it was changed")


async def test_an_end_that_was_cut_off_is_found_by_an_anchor(storage: Storage, owner: psycopg.Connection) -> None:
    async with storage.practice(PRACTICE.id) as db:
        line = await take_anchor(db, now=NOW)
        anchors = read_anchors(line, PRACTICE.id, db.keyring.audit)
    unharmed = await prove(storage, PRACTICE.id, anchors)

    owner.execute("delete from audit_event where id in (select event_id from audit_link where seq > 7)")
    owner.execute("delete from audit_link where seq > 7")

    found = await prove(storage, PRACTICE.id, anchors)
    assert unharmed == Whole(linked=10, waiting=0)
    assert isinstance(found, Broken)
    assert (found.seq, found.event) == (8, None)
    assert "shows 10 events" in found.why


async def test_an_end_that_was_replaced_is_found_by_an_anchor(storage: Storage, owner: psycopg.Connection) -> None:
    async with storage.practice(PRACTICE.id) as db:
        anchors = read_anchors(await take_anchor(db, now=NOW), PRACTICE.id, db.keyring.audit)

    owner.execute("delete from audit_event where id in (select event_id from audit_link where seq > 7)")
    owner.execute("delete from audit_link where seq > 7")
    await read_maria(storage, times=5)
    await link_waiting(storage, PRACTICE.id)

    found = await prove(storage, PRACTICE.id, anchors)
    assert isinstance(found, Broken)
    assert found.seq == 10
    assert "shows another event" in found.why


async def test_an_anchor_that_was_changed_is_refused(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id) as db:
        line = await take_anchor(db, now=NOW)
        keys = db.keyring.audit

    for changed in (line.replace('"events": 10', '"events": 9'), line.replace("2026-", "2025-")):
        with pytest.raises(AnchorWrong, match="line 1 was changed"):
            read_anchors(changed, PRACTICE.id, keys)
    with pytest.raises(AnchorWrong, match="line 2 is no anchor"):
        read_anchors(f"{line}\nhello\n", PRACTICE.id, keys)
    assert read_anchors(line, OTHER.id, keys) == []


async def test_it_still_proves_after_a_patient_was_forgotten(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id) as db:
        await db.run("delete from patient where id = %s", (MARIA.id,))
        await destroy_subject(db, MARIA.id)
    await link_waiting(storage, PRACTICE.id)

    assert await prove(storage, PRACTICE.id) == Whole(linked=11, waiting=0)


async def test_it_still_proves_after_the_keys_were_replaced_and_goes_on_under_the_new_ones(storage: Storage) -> None:
    await begin_rotation(storage, PRACTICE.id, now=NOW)
    rotating = Rotating(storage=storage, practice=PRACTICE.id)
    while await rotating.step(now=NOW) is Progress.MORE:
        pass
    await read_maria(storage, times=1)
    await link_waiting(storage, PRACTICE.id)

    whole = await prove(storage, PRACTICE.id)
    async with storage.practice(PRACTICE.id) as db:
        versions = await db.all("select distinct key_version from audit_event where practice_id = %s", (PRACTICE.id,))
        told = await db.all("select from audit_event where practice_id = %s and what = 'keys.replaced'", (PRACTICE.id,))
    assert isinstance(whole, Whole)
    assert whole.linked > 12
    assert {row["key_version"] for row in versions} == {1, 2}
    assert len(told) == 2


async def test_two_chainers_at_once_link_each_event_once(storage: Storage) -> None:
    await read_maria(storage, times=20)

    linked = await asyncio.gather(*(link_waiting(storage, PRACTICE.id) for _ in range(4)))

    assert sum(linked) == 20
    assert await prove(storage, PRACTICE.id) == Whole(linked=30, waiting=0)
