"""Keys are replaced while the desk talks and workers are killed: everything opens, and nothing by the old keys."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from tests.clinic import NOW, a_practice

from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.settings import Settings
from frontdesk.storage import conversations
from frontdesk.storage.database import Db, Storage, place
from frontdesk.storage.installation import Pinned, enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.key_rotation import RotationRow, begin_rotation, rotations
from frontdesk.storage.patients import add_patient, patient_of
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.sealed import SEALED
from frontdesk.vault.practice_keys import Phase
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.rotate import rotate
from frontdesk.work.worker import work

PRACTICE = a_practice()
MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")
TALK = ["I'd like a Botox consultation", "First time", "Thursday evening", "Friday morning", "the first one"]


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.turn(Pinned(at=NOW, words=NOW.isoformat()))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=NOW)
        async with opened.storage.practice(PRACTICE.id) as db:
            await add_patient(db, MARIA, now=NOW)
        yield opened
    database.entered.leave()


def phone(number: int) -> str:
    return f"+1512555{100 + number:04d}"


async def talk(desk: Frontdesk, number: int) -> None:
    for line in TALK:
        received = await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, phone(number), line, provider_id=None)
        await desk.reception.answer(PRACTICE.id, received.conversation)


async def phase_and_version(desk: Frontdesk) -> tuple[Phase, int]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return db.keyring.phase, db.keyring.version


async def rotation(desk: Frontdesk) -> RotationRow:
    async with desk.storage.practice(PRACTICE.id) as db:
        return (await rotations(db))[0]


async def marks(db: Db) -> set[bytes]:
    """Which keys have sealed what the practice has."""
    seen: set[bytes] = set()
    for one in SEALED:
        for column in one.columns:
            cursor = await db.connection.execute(
                sql.SQL("select distinct substring({0} from 1 for 5) as mark from {1} where {0} is not null").format(
                    sql.Identifier(f"{column}_sealed"), sql.Identifier(one.table)
                )
            )
            seen |= {bytes(row["mark"]) for row in await cursor.fetchall()}
    return seen


async def open_everything(storage: Storage) -> int:
    """How many fields the practice has; each was opened. Raises: CannotOpen."""
    fields = 0
    async with storage.practice(PRACTICE.id) as db:
        for one in SEALED:
            cursor = await db.connection.execute(sql.SQL("select * from {}").format(sql.Identifier(one.table)))
            for row in await cursor.fetchall():
                for column in one.columns:
                    if row[f"{column}_sealed"] is not None:
                        key = await db.subject(row[one.subject])
                        key.open(bytes(row[f"{column}_sealed"]), place=place(one.table, row[one.row], column))
                        fields += 1
    return fields


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await happened():  # noqa: ASYNC110  # another process does it
            await asyncio.sleep(0.02)


async def killed_worker(desk: Frontdesk, *, once: Callable[[], Awaitable[bool]]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.work.rotating_worker",
        desk.storage.url.replace("role=frontdesk_app", "role=frontdesk"),
        str(desk.settings.home),
    )
    await until(once)
    process.kill()
    await process.communicate()


async def carry_on(desk: Frontdesk) -> None:
    await rotate(desk, Job(work=Work.ROTATE, practice=PRACTICE.id, on=PRACTICE.id))


@pytest.mark.timeout(400)
async def test_keys_are_replaced_under_load_though_workers_are_killed(desk: Frontdesk, database_url: str) -> None:
    for number in range(3):
        await talk(desk, number)
    async with desk.storage.practice(PRACTICE.id) as db:
        old, old_wrapping = await marks(db), db.keyring.mark
    load = asyncio.gather(*(talk(desk, number) for number in range(2, 6)))

    version = await begin_rotation(desk.storage, PRACTICE.id, now=NOW)

    async def some_carried_over() -> bool:
        return (await rotation(desk)).carried_over > 3

    async def some_resealed() -> bool:
        return (await rotation(desk)).resealed > 3

    async def half_resealed() -> bool:
        return (await rotation(desk)).resealed > 60

    async def ended() -> bool:
        return (await rotation(desk)).ended is not None

    phases = []
    for once in (some_carried_over, some_resealed, half_resealed):
        await killed_worker(desk, once=once)
        phases.append((await phase_and_version(desk))[0])
    await load
    stop = asyncio.Event()
    working = asyncio.create_task(work(desk, stop))
    await until(ended)
    stop.set()
    await working

    assert version == 2
    assert phases == [Phase.PREPARING, Phase.RESEALING, Phase.RESEALING]
    assert await phase_and_version(desk) == (Phase.STEADY, 2)
    fresh = Storage(desk.storage.url, master=desk.storage.master)
    await fresh.open()
    assert await open_everything(fresh) > 120
    async with fresh.practice(PRACTICE.id) as db:
        assert not await marks(db) & old
        assert await patient_of(db, given="Maria", family="Gonzalez", phone="+15125550147") == MARIA
        for number in range(6):
            thread = await conversations.find_open(db, ChannelKind.SMS, phone(number))
            assert thread is not None
            said = await conversations.messages(db, thread.id)
            assert [one.author for one in said].count(Author.PATIENT) == len(TALK) * (2 if number == 2 else 1)
    await fresh.close()
    with psycopg.connect(database_url) as owner:
        wrapped = owner.execute("select substring(wrapped from 1 for 5), next_wrapped from subject_key").fetchall()
        conversations_open = owner.execute("select count(*) from conversation where closed_at is null").fetchone()
    assert {after for _, after in wrapped} == {None}
    assert old_wrapping not in {bytes(mark) for mark, _ in wrapped}
    assert conversations_open == (6,)


async def test_a_desk_that_knew_the_old_keys_goes_on_without_a_restart(desk: Frontdesk) -> None:
    await talk(desk, 1)
    await begin_rotation(desk.storage, PRACTICE.id, now=NOW)
    other = Storage(desk.storage.url, master=desk.storage.master)
    await other.open()
    async with other.practice(PRACTICE.id) as db:
        assert db.keyring.phase is Phase.PREPARING
        assert await conversations.find_open(db, ChannelKind.SMS, phone(1)) is not None

    await carry_on(desk)

    async with other.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, phone(1))
        assert thread is not None
        assert len(await conversations.messages(db, thread.id)) >= 2 * len(TALK)
    await other.close()
    assert await phase_and_version(desk) == (Phase.STEADY, 2)


async def test_a_second_rotation_waits_for_the_first_and_then_finds_all_again(desk: Frontdesk) -> None:
    await talk(desk, 1)
    first = await begin_rotation(desk.storage, PRACTICE.id, now=NOW)
    meanwhile = await begin_rotation(desk.storage, PRACTICE.id, now=NOW)
    await carry_on(desk)
    second = await begin_rotation(desk.storage, PRACTICE.id, now=NOW)
    await carry_on(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        found = await patient_of(db, given="Maria", family="Gonzalez", phone="+15125550147")
        thread = await conversations.find_open(db, ChannelKind.SMS, phone(1))
    assert (first, meanwhile, second) == (2, None, 3)
    assert found == MARIA
    assert thread is not None


async def test_what_does_not_open_keeps_the_old_keys_and_is_named(desk: Frontdesk, database_url: str) -> None:
    await talk(desk, 1)
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "update message set text_sealed = set_byte(text_sealed, 20, get_byte(text_sealed, 20) # 1) where seq = 2"
        )

    await begin_rotation(desk.storage, PRACTICE.id, now=NOW)
    await carry_on(desk)

    stuck = await rotation(desk)
    assert stuck.ended is None
    assert "1 fields do not open, the first is message.text of row" in stuck.trouble
    assert (await phase_and_version(desk))[0] is Phase.RESEALING
