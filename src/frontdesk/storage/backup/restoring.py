"""Brings a backup back into an empty database, proves that all of it opens, and forgets who was forgotten since."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId, PatientId, PracticeId
from frontdesk.storage.audit_anchors import anchors_file, read_anchors
from frontdesk.storage.audit_chain import link_waiting
from frontdesk.storage.audit_proof import Broken, prove
from frontdesk.storage.backup.archive import Found, read_archive
from frontdesk.storage.backup.keys_file import Keys
from frontdesk.storage.backup.making import FORMAT
from frontdesk.storage.backup.tables import NEEDS, Owner, copy_in, needed, subjects_put
from frontdesk.storage.clock import DeskClock
from frontdesk.storage.database import Db, Storage, place
from frontdesk.storage.faults import BackupFault
from frontdesk.storage.forget import forget_person, note_forgotten
from frontdesk.storage.migrate import migrate
from frontdesk.storage.patient_file import Person
from frontdesk.storage.sealed import SEALED, Sealed
from frontdesk.storage.text_looks import note_restored
from frontdesk.vault.cipher import new_keyset
from frontdesk.vault.faults import CannotOpen
from frontdesk.vault.keyring import Keyring, wrap_keys
from frontdesk.vault.master import MasterKey, Wraps
from frontdesk.vault.practice_keys import PracticeKeys
from frontdesk.vault.recovery import RecoveryKey, keys_recovered, keys_sealed_for

_PERSONS = {"patient", "conversation", "account"}
"""Others refer to them: they are forgotten as the desk forgets, with all that is theirs."""
UNSENT = "It waited when the backup was made, and may have been sent since. Look before you send it again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was brought back. Counts: `fields` were opened one by one, `events` of the audit proven."""

    made: datetime
    practices: int
    rows: int
    fields: int
    events: int
    forgotten: int
    unsent: int
    seconds: float


@dataclass(kw_only=True, slots=True)
class _Brought:
    """What the owner's part has done, for what comes after it."""

    head: dict[str, object]
    practices: dict[PracticeId, PracticeKeys]
    forgotten: list[tuple[PracticeId, UUID]]
    rows: int = 0


def restore(
    url: str,
    archive: Path,
    keys: Keys,
    key: RecoveryKey,
    master: Wraps,
    *,
    now: Callable[[], datetime],
    home: Path | None = None,
) -> Restored:
    """Bring a backup into an empty database. `url` is the owner's; blocks, and starts an event loop of its own.

    The audit's anchors go to `home`, where it is given.
    A restore that was broken off may be begun again; until one has ended well, no desk starts on the database.
    Raises: BackupFault, RecoveryFault, DatabaseFault.
    """
    begun = time.monotonic()
    _clear(url)
    with read_archive(archive, key) as (head, found):
        _check(head, keys, archive)
        migrate(url, to=str(head["revision"]))
        with psycopg.connect(url, row_factory=dict_row) as owner:
            brought = _bring(owner, head, found, keys, key, master)
    migrate(url)
    unsent, events = asyncio.run(_settle(url, master, brought, now))
    if home is not None:
        _put_anchors(brought, home)
    with psycopg.connect(url, row_factory=dict_row) as owner:
        rings = {id: Keyring(id, opened) for id, opened in brought.practices.items()}
        fields = sum(_open_all(owner, sealed, rings) for sealed in SEALED)
        owner.execute("update installation set restoring = false")
    return Restored(
        made=datetime.fromisoformat(str(head["made"])),
        practices=len(brought.practices),
        rows=brought.rows,
        fields=fields,
        events=events,
        forgotten=len(brought.forgotten),
        unsent=unsent,
        seconds=time.monotonic() - begun,
    )


def drill(url: str, archive: Path, keys: Keys, key: RecoveryKey, *, now: Callable[[], datetime]) -> Restored:
    """Restore into a database beside the desk's, under a master key that nobody keeps, and throw it away.

    Raises: BackupFault, RecoveryFault, DatabaseFault.
    """
    name = f"frontdesk_drill_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as owner:
        try:
            owner.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise BackupFault(
                "The user in FRONTDESK_DATABASE_URL may not create a database to try the backup in. "
                "Let it (CREATEDB), or restore on another machine."
            ) from None
        try:
            beside = make_conninfo(url, dbname=name)
            done = restore(beside, archive, keys, key, MasterKey(new_keyset()), now=now)
        finally:
            owner.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        owner.execute("update installation set drilled_at = %s", (now(),))
    return done


def _clear(url: str) -> None:
    """An empty schema. Raises: BackupFault where a desk has data."""
    with psycopg.connect(url, autocommit=True) as owner:
        if owner.execute("select to_regclass('installation')").fetchone() != (None,):
            row = owner.execute(
                "select (select count(*) from practice), coalesce(bool_or(restoring), false) from installation"
            ).fetchone()
            if row is not None and row[0] and not row[1]:
                raise BackupFault(
                    "There is a practice in this database already. A backup is restored into an empty one: set another "
                    "FRONTDESK_HOME (and FRONTDESK_DATABASE_URL), or try it out beside this one with --drill."
                )
        owner.execute("drop schema if exists queue cascade")
        owner.execute("drop schema public cascade")
        owner.execute("create schema public")


def _check(head: dict[str, object], keys: Keys, archive: Path) -> None:
    if head.get("format") != FORMAT:
        raise BackupFault(f"{archive.name} was made by a newer Frontdesk. Install that version, or a newer one.")
    if keys.made < datetime.fromisoformat(str(head["made"])):
        raise BackupFault(
            f"The file of keys is from {keys.made:%Y-%m-%d %H:%M} UTC and older than {archive.name}: it is another "
            "copy. Take the newest keys.jsonl there is."
        )


def _bring(
    owner: Owner, head: dict[str, object], found: Found, keys: Keys, key: RecoveryKey, master: Wraps
) -> _Brought:
    """Everything in one transaction: what is damaged shows at the end, and then nothing was brought."""
    practices = _practices(head, keys, key)
    brought = _Brought(head=head, practices=practices, forgotten=[])
    tables = head["tables"]
    assert isinstance(tables, dict)
    wanted: list[tuple[str, str, str]] = []
    for name, content in found:
        if name == NEEDS:
            wanted = list(needed(content))
        else:
            brought.rows += copy_in(owner, name, tables[name], content)
    _install(owner, head)
    for id, opened in practices.items():
        owner.execute(
            "insert into keyring (practice_id, wrapped, for_recovery) values (%s, %s, %s)",
            (id, wrap_keys(id, opened, master), keys_sealed_for(str(head["recipient"]), id, opened)),
        )
    subjects_put(owner, _subjects(wanted, keys, brought.forgotten))
    for sealed in SEALED:
        if sealed.table not in _PERSONS:
            _drop_unreadable(owner, sealed)
    return brought


def _drop_unreadable(owner: Owner, sealed: Sealed) -> None:
    """Take out the rows of whoever was forgotten since: what they hold went with the key."""
    owner.execute(
        sql.SQL(
            "delete from {table} t where t.{subject} is not null and not exists (select from subject_key k "
            "where k.practice_id = t.practice_id and k.subject_id = t.{subject})"
        ).format(table=sql.Identifier(sealed.table), subject=sql.Identifier(sealed.subject))
    )


def _practices(head: dict[str, object], keys: Keys, key: RecoveryKey) -> dict[PracticeId, PracticeKeys]:
    opened = {}
    steps = head["keys"]
    assert isinstance(steps, list)
    for practice, version, phase in steps:
        entry = keys.practices.get((practice, version, phase))
        if entry is None:
            raise BackupFault(
                f"The file of keys has not the keys of practice {practice} that this backup was sealed with "
                f"(version {version}). Take the keys.jsonl that lies beside this backup."
            )
        id = PracticeId(UUID(practice))
        opened[id] = keys_recovered(key, id, entry.for_recovery)
    return opened


def _install(owner: Owner, head: dict[str, object]) -> None:
    owner.execute("delete from installation")
    owner.execute(
        "insert into installation (kind, clock_pinned_to, clock_ahead, recovery_recipient, recovery_made_at, "
        "recovery_confirmed_at, backed_up_at, restoring) values (%s, %s, %s, %s, %s, %s, %s, true)",
        (
            head["kind"],
            head["clock_pinned_to"],
            timedelta(seconds=float(str(head["clock_ahead_seconds"]))),
            head["recipient"],
            head["recovery_made"],
            head["made"],  # whoever restores has just shown that they hold it
            head["made"],
        ),
    )


def _subjects(
    wanted: Sequence[tuple[str, str, str]], keys: Keys, forgotten: list[tuple[PracticeId, UUID]]
) -> Iterable[tuple[object, ...]]:
    for practice, subject, look in wanted:
        if (practice, subject) in keys.forgotten:
            forgotten.append((PracticeId(UUID(practice)), UUID(subject)))
            continue
        entry = keys.subjects.get((practice, subject, look))
        if entry is None:
            raise BackupFault(
                "The file of keys lacks a key that this backup needs, and does not say that it was destroyed. "
                "Take the newest keys.jsonl there is."
            )
        yield practice, subject, entry.wrapped, entry.next_wrapped, entry.next_mark


async def _settle(url: str, master: Wraps, brought: _Brought, now: Callable[[], datetime]) -> tuple[int, int]:
    """Forget again, hold what waited to be sent, and prove the audit: how many messages and events it was."""
    storage = Storage(url, master=master, clock=DeskClock())
    await storage.open()
    try:
        unsent = events = 0
        for practice in brought.practices:
            events += await _prove(storage, practice, brought)
            async with storage.practice(practice) as db:
                unsent += await db.run(
                    "update outbox set state = 'given-up', trouble = %s where practice_id = %s and state = 'waiting'",
                    (UNSENT, practice),
                )
                for of, subject in brought.forgotten:
                    if of == practice:
                        await _forget_again(db, subject, now())
                await note_restored(db, now=now())
                db.record(Event(what=Happened.RESTORED))
    finally:
        await storage.close()
    return unsent, events


async def _forget_again(db: Db, subject: UUID, now: datetime) -> None:
    gone = await forget_person(db, Person(patient=PatientId(subject), conversations=(ConversationId(subject),)))
    if "patients" in gone:
        certificate: dict[str, object] = {"forgotten": str(subject), "at": now.isoformat(), "destroyed": gone}
        await note_forgotten(db, subject, certificate, now=now)


async def _prove(storage: Storage, practice: PracticeId, brought: _Brought) -> int:
    await link_waiting(storage, practice)
    async with storage.practice(practice) as db:
        known = read_anchors(_anchors(brought, practice), practice, db.keyring.audit)
    answer = await prove(storage, practice, known)
    if isinstance(answer, Broken):
        raise BackupFault(f"The audit of practice {practice} does not hold in this backup: {answer.why}.")
    return answer.linked + answer.waiting


def _put_anchors(brought: _Brought, home: Path) -> None:
    for practice in brought.practices:
        file = anchors_file(home, practice)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
            file.write_text(_anchors(brought, practice))


def _anchors(brought: _Brought, practice: PracticeId) -> str:
    anchors = brought.head["anchors"]
    assert isinstance(anchors, dict)
    return str(anchors.get(f"{practice}.jsonl", ""))


def _open_all(owner: Owner, sealed: Sealed, rings: dict[PracticeId, Keyring]) -> int:
    """How many fields of a table open. Raises: BackupFault for the first that does not."""
    opened = 0
    with owner.cursor(name="every_field") as cursor:
        cursor.execute(
            sql.SQL(
                "select t.practice_id, t.{row} as row, k.subject_id, k.wrapped, k.next_wrapped, {columns} "
                "from {table} t join subject_key k on k.practice_id = t.practice_id and k.subject_id = t.{subject}"
            ).format(
                row=sql.Identifier(sealed.row),
                subject=sql.Identifier(sealed.subject),
                columns=sql.SQL(", ").join(sql.Identifier("t", f"{column}_sealed") for column in sealed.columns),
                table=sql.Identifier(sealed.table),
            )
        )
        for row in cursor:
            after = row["next_wrapped"]
            ring = rings[PracticeId(row["practice_id"])]
            try:
                subject = (
                    ring.subject(row["subject_id"], bytes(after), opens_also=bytes(row["wrapped"]))
                    if after
                    else ring.subject(row["subject_id"], bytes(row["wrapped"]))
                )
                for column in sealed.columns:
                    if row[f"{column}_sealed"] is not None:
                        subject.open(row[f"{column}_sealed"], place=place(sealed.table, row["row"], column))
                        opened += 1
            except CannotOpen as fault:
                raise BackupFault(f"The backup has a field that does not open. {fault}") from None
    return opened
