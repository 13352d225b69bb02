"""A desk with patients, backed up and brought back on an empty machine; what was destroyed since stays destroyed."""

import asyncio
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from tests.clinic import NOW
from tests.conftest import Postgres
from tests.reception.test_forgetting import PHONE, a_patient_who_booked, forgotten, say
from tests.storage.backup.machines import an_empty_database

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.sample.practice import SMILE_ID
from frontdesk.settings import Settings
from frontdesk.storage.audit_proof import Whole, prove
from frontdesk.storage.backup.backups import Backups, backup_state
from frontdesk.storage.backup.keys_file import Keys, read_keys
from frontdesk.storage.backup.making import BackupPlace, backups_in
from frontdesk.storage.backup.restoring import Restored, drill, restore
from frontdesk.storage.backup.tables import LEFT_OUT, columns_of
from frontdesk.storage.database import Storage
from frontdesk.storage.faults import BackupFault, DatabaseFault
from frontdesk.storage.installation import enter
from frontdesk.storage.key_rotation import Progress, Rotating, begin_rotation
from frontdesk.storage.patient_file import Person, people
from frontdesk.storage.patients import read_patient
from frontdesk.storage.recovery_key import adopt_recovery_key, confirm_recovery_key
from frontdesk.vault.cipher import new_keyset
from frontdesk.vault.faults import RecoveryFault
from frontdesk.vault.master import MasterKey
from frontdesk.vault.recovery import RecoveryKey, new_recovery_key
from frontdesk.wiring import Frontdesk, ready
from frontdesk.work.back_up import back_up_once


@dataclass(frozen=True, kw_only=True, slots=True)
class Backed:
    """A desk whose recovery key is confirmed, and where its backups go."""

    desk: Frontdesk
    url: str
    folder: Path
    backups: Backups
    key: RecoveryKey = field(repr=False)
    maria: Person

    def keys(self) -> Keys:
        keys = read_keys(self.folder)
        assert keys is not None
        return keys


@pytest.fixture
async def backed(smile: Frontdesk, tmp_path: Path) -> Backed:
    maria = await a_patient_who_booked(smile)
    url, key = make_conninfo(smile.storage.url, options=""), new_recovery_key()
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as owner:
        await adopt_recovery_key(owner, smile.storage, key.recipient, now=NOW)
        await confirm_recovery_key(owner, smile.storage, key, now=NOW)
    folder, spool = tmp_path / "backups", tmp_path / "spool"
    spool.mkdir()
    backups = Backups(url, smile.storage, BackupPlace(folder=folder, spool=spool), smile.clock)
    return Backed(desk=smile, url=url, folder=folder, backups=backups, key=key, maria=maria)


@pytest.fixture
def elsewhere(server: Postgres) -> Iterator[str]:
    """The owner's address of a database with nothing in it, as on a new machine."""
    with an_empty_database(server) as url:
        yield url


def brought_back(backed: Backed, url: str, *, backup: int = -1, master: MasterKey | None = None) -> Restored:
    """The restore itself, in a thread of its own: it has its own event loop."""
    return restore(
        url,
        backups_in(backed.folder)[backup],
        backed.keys(),
        backed.key,
        master or MasterKey(new_keyset()),
        now=backed.desk.clock.now,
    )


@pytest.fixture
async def restored(backed: Backed, elsewhere: str) -> AsyncIterator[Storage]:
    """The desk as it is on the new machine, from a backup of just now."""
    await backed.backups.make()
    master = MasterKey(new_keyset())
    await asyncio.to_thread(brought_back, backed, elsewhere, master=master)
    storage = Storage(elsewhere, master=master, clock=backed.desk.clock)
    await storage.open()
    yield storage
    await storage.close()


def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table that a backup is to hold, as PostgreSQL writes it."""
    with psycopg.connect(url, row_factory=dict_row) as owner:
        owner.execute("set timezone = 'UTC'")
        return {
            table: sorted(
                str(row["row"]) for row in owner.execute(f"select t::text as row from {table} t".encode()).fetchall()
            )
            for table in columns_of(owner)
        }


CHANGES_WITH_A_RESTORE = {"audit_event", "audit_link", "audit_waiting", "outbox"}
"""What was audited since, and messages that waited."""


async def test_on_an_empty_machine_everything_is_as_it_was(backed: Backed, restored: Storage) -> None:
    before, after = everything(backed.url), everything(make_conninfo(restored.url, options=""))

    assert before.keys() == after.keys()
    assert sum(len(rows) for rows in before.values()) > 1000
    assert {t: before[t] for t in before if t not in CHANGES_WITH_A_RESTORE} == {
        t: after[t] for t in after if t not in CHANGES_WITH_A_RESTORE
    }
    since = set(before["audit_event"]) - set(after["audit_event"])
    assert len(since) == 1
    assert "data.backed-up" in since.pop()


async def test_patients_are_found_and_read_under_the_new_machines_own_master_key(
    backed: Backed, restored: Storage
) -> None:
    async with restored.practice(SMILE_ID) as db:
        found = await people(db, PHONE)
        assert found[0].patient is not None
        patient = await read_patient(db, found[0].patient)

    assert found == [backed.maria]
    assert isinstance(patient, Patient)
    assert (patient.given, patient.family, patient.email) == ("Maria", "Gonzalez", "maria@example.com")


async def test_the_restored_audit_holds_and_says_that_it_was_restored(restored: Storage) -> None:
    answer = await prove(restored, SMILE_ID)
    async with restored.practice(SMILE_ID) as db:
        told = await db.all("select from audit_event where practice_id = %s and what = 'data.restored'", (SMILE_ID,))

    assert isinstance(answer, Whole)
    assert len(told) == 1


async def test_a_time_that_was_taken_is_still_taken_and_numbering_goes_on(restored: Storage) -> None:
    url = make_conninfo(restored.url, options="")
    with psycopg.connect(url, row_factory=dict_row) as owner:
        one = owner.execute("select * from claim where guarded limit 1").fetchone()
        assert one is not None
        with pytest.raises(psycopg.errors.ExclusionViolation):
            owner.execute(
                "insert into claim (practice_id, appointment_id, kind, subject, lane, during) "
                "select practice_id, (select id from appointment where id <> %s limit 1), kind, subject, lane, during "
                "from claim where appointment_id = %s and kind = %s and subject = %s and lane = %s and during = %s",
                (one["appointment_id"], one["appointment_id"], one["kind"], one["subject"], one["lane"], one["during"]),
            )
        owner.rollback()
        numbered = owner.execute("select max(order_no) as last from outbox").fetchone()
        following = owner.execute("select nextval(pg_get_serial_sequence('outbox', 'order_no')) as next").fetchone()

    assert numbered is not None
    assert following is not None
    assert following["next"] > (numbered["last"] or 0)


async def test_a_message_that_waited_is_not_sent_a_second_time(backed: Backed, elsewhere: str) -> None:
    received = await backed.desk.reception.receive(
        SMILE_ID, ChannelKind.SMS, PHONE, "when is my visit?", provider_id=None
    )
    await backed.desk.reception.answer(SMILE_ID, received.conversation)  # and nobody has delivered it
    await backed.backups.make()

    done = await asyncio.to_thread(brought_back, backed, elsewhere)

    assert done.unsent >= 1
    with psycopg.connect(elsewhere) as owner:
        assert owner.execute("select count(*) from outbox where state = 'waiting'").fetchone() == (0,)


async def test_who_was_forgotten_since_is_forgotten_in_the_backup_too(backed: Backed, elsewhere: str) -> None:
    await backed.backups.make()
    copy_of_keys = (backed.folder / "keys.jsonl").read_text()
    assert str(backed.maria.patient) in copy_of_keys
    await _cancel_all(backed)
    await forgotten(backed.desk, backed.maria)

    assert await backed.backups.keep_keys_current()

    wrapped = [line for line in (backed.folder / "keys.jsonl").read_text().splitlines() if '"wrapped"' in line]
    assert not any(str(backed.maria.patient) in line for line in wrapped)
    done = await asyncio.to_thread(brought_back, backed, elsewhere)
    assert done.forgotten >= 2  # she, and what she wrote
    with psycopg.connect(elsewhere) as owner:
        for table in ("patient", "conversation", "intake"):
            column = "patient_id" if table == "intake" else "id"
            ids = [backed.maria.patient, *backed.maria.conversations]
            left = owner.execute(f"select from {table} where {column} = any(%s)".encode(), (ids,)).fetchall()
            assert left == []
        certified = owner.execute("select from forgotten where subject_id = %s", (backed.maria.patient,)).fetchall()
        assert len(certified) == 1


async def _cancel_all(backed: Backed) -> None:
    system = backed.desk.system_of(SMILE_ID)
    assert backed.maria.patient is not None
    for visit in await system.appointments_of([backed.maria.patient]):
        await system.cancel(visit.id, reason=Cancellation.PATIENT)


async def test_nothing_changed_and_the_keys_are_left_alone(backed: Backed) -> None:
    assert not await backed.backups.keep_keys_current()  # there is no backup yet

    await backed.backups.make()

    assert not await backed.backups.keep_keys_current()


async def test_a_backup_from_before_the_keys_were_replaced_opens_and_one_from_after_too(
    backed: Backed, server: Postgres
) -> None:
    await backed.backups.make()
    await begin_rotation(backed.desk.storage, SMILE_ID, now=NOW)
    rotating = Rotating(storage=backed.desk.storage, practice=SMILE_ID)
    while await rotating.step(now=NOW) is Progress.MORE:
        pass
    await backed.backups.keep_keys_current()
    await asyncio.sleep(1.1)  # a backup has its second in its name
    await say(backed.desk, "thanks!")
    await backed.backups.make()

    for backup in (0, 1):
        with an_empty_database(server) as url:
            done = await asyncio.to_thread(brought_back, backed, url, backup=backup)
        assert done.fields > 100


async def test_a_backup_amid_a_rotation_opens(backed: Backed, elsewhere: str) -> None:
    await begin_rotation(backed.desk.storage, SMILE_ID, now=NOW)
    rotating = Rotating(storage=backed.desk.storage, practice=SMILE_ID)
    while (await _phase(backed)) != "resealing":
        await rotating.step(now=NOW)
    await backed.backups.make()

    done = await asyncio.to_thread(brought_back, backed, elsewhere)

    assert done.fields > 100


async def _phase(backed: Backed) -> str:
    async with backed.desk.storage.practice(SMILE_ID) as db:
        return db.keyring.phase.value


async def test_a_drill_proves_it_and_leaves_nothing_behind(backed: Backed) -> None:
    await backed.backups.make()
    before = everything(backed.url)

    done = await asyncio.to_thread(
        drill,
        backed.url,
        backups_in(backed.folder)[-1],
        backed.keys(),
        backed.key,
        now=backed.desk.clock.now,
    )

    assert done.fields > 100
    assert done.events > 0
    assert everything(backed.url) == before
    with psycopg.connect(backed.url, row_factory=dict_row) as owner:
        assert owner.execute("select from pg_database where datname like 'frontdesk_drill%'").fetchall() == []
        assert backup_state(owner).drilled is not None


async def test_what_is_damaged_is_told_and_nothing_is_brought(backed: Backed, elsewhere: str) -> None:
    made = await backed.backups.make()
    whole = made.path.read_bytes()

    for damaged in (
        whole[: len(whole) // 2],
        whole[:-1],
        whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :],
        b"",
    ):
        made.path.write_bytes(damaged)
        with pytest.raises((BackupFault, RecoveryFault)):
            await asyncio.to_thread(brought_back, backed, elsewhere)
        with psycopg.connect(elsewhere) as owner:
            there = owner.execute("select to_regclass('practice')").fetchone()
            assert there == (None,) or owner.execute("select count(*) from practice").fetchone() == (0,)


async def test_another_recovery_key_opens_nothing(backed: Backed, elsewhere: str) -> None:
    await backed.backups.make()

    with pytest.raises(RecoveryFault, match="does not open it"):
        await asyncio.to_thread(
            restore,
            elsewhere,
            backups_in(backed.folder)[-1],
            backed.keys(),
            new_recovery_key(),
            MasterKey(new_keyset()),
            now=backed.desk.clock.now,
        )


async def test_a_file_of_keys_that_is_cut_or_of_another_day_is_refused(backed: Backed, elsewhere: str) -> None:
    await backed.backups.make()
    older = (backed.folder / "keys.jsonl").read_bytes()
    await asyncio.sleep(1.1)
    await backed.backups.make()
    (backed.folder / "keys.jsonl").write_bytes(older)

    with pytest.raises(BackupFault, match=r"older than .*newest keys\.jsonl"):
        await asyncio.to_thread(brought_back, backed, elsewhere)
    (backed.folder / "keys.jsonl").write_bytes(older[: len(older) // 2])
    with pytest.raises(BackupFault, match="damaged or not whole"):
        read_keys(backed.folder)


async def test_a_restore_that_was_broken_off_lets_no_desk_start_and_can_be_begun_again(
    backed: Backed, elsewhere: str
) -> None:
    await backed.backups.make()
    await asyncio.to_thread(brought_back, backed, elsewhere)
    with psycopg.connect(elsewhere, autocommit=True) as owner:
        owner.execute("update installation set restoring = true")  # as it is until the last step

    done = await asyncio.to_thread(brought_back, backed, elsewhere)

    assert done.rows > 1000
    with pytest.raises(BackupFault, match="a practice in this database already"):
        await asyncio.to_thread(brought_back, backed, elsewhere)


async def test_the_backups_hold_no_patient_in_clear_and_no_recovery_key(backed: Backed) -> None:
    await backed.backups.make()

    held = b"".join(file.read_bytes() for file in backed.folder.iterdir() if file.is_file())
    for planted in ("Maria", "Gonzalez", "maria@example.com", PHONE, "Penicillin", backed.key.code):
        for form in (planted.encode(), b64encode(planted.encode()).rstrip(b"="), planted.encode().hex().encode()):
            assert form not in held, planted


async def test_without_a_confirmed_recovery_key_there_is_no_backup(smile: Frontdesk, tmp_path: Path) -> None:
    backups = Backups(
        make_conninfo(smile.storage.url, options=""),
        smile.storage,
        BackupPlace(folder=tmp_path / "backups", spool=tmp_path),
        smile.clock,
    )

    with pytest.raises(BackupFault, match="export-recovery"):
        await backups.make()
    assert await backups.make_if_due() is None


async def test_a_worker_makes_one_a_day(backed: Backed) -> None:
    await back_up_once(backed.backups)
    await back_up_once(backed.backups)

    assert len(backups_in(backed.folder)) == 1
    with psycopg.connect(backed.url, autocommit=True) as owner:
        owner.execute("update installation set backed_up_at = backed_up_at - %s", (timedelta(days=1),))
    await asyncio.sleep(1.1)
    await back_up_once(backed.backups)
    assert len(backups_in(backed.folder)) == 2


async def test_a_full_or_lost_folder_is_told_and_leaves_the_backup_before_it(backed: Backed) -> None:
    await backed.backups.make()
    shutil.rmtree(backed.folder)
    backed.folder.write_text("a file where the folder was")

    with pytest.raises(BackupFault, match="cannot be written to"):
        await backed.backups.make()


def test_every_table_is_backed_up_or_left_out_with_a_reason(database_url: str) -> None:
    with psycopg.connect(database_url, row_factory=dict_row) as owner:
        there = {
            row["tablename"]
            for row in owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        }
        held = set(columns_of(owner))

    assert held | LEFT_OUT.keys() == there
    assert not held & LEFT_OUT.keys()


def test_an_unfinished_restore_is_told_when_a_desk_is_to_start(database_url: str) -> None:
    enter(database_url).leave()
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("update installation set restoring = true")

    settings = Settings(home=Path("/nonexistent"), database_url=database_url)
    with pytest.raises(DatabaseFault, match="frontdesk restore FOLDER"), ready(settings):
        pass
