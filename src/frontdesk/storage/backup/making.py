"""Makes a backup, and keeps the file of keys beside the backups current."""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.audit_anchors import FOLDER as ANCHORS
from frontdesk.storage.backup.archive import Table, write_archive
from frontdesk.storage.backup.keys_file import generations, keys_now, read_keys, without_older, write_keys
from frontdesk.storage.backup.tables import Owner, columns_of, spooled
from frontdesk.storage.faults import BackupFault
from frontdesk.storage.migrate import newest_revision
from frontdesk.storage.recovery_key import recovery_state
from frontdesk.vault.keyring import open_keyring
from frontdesk.vault.master import Wraps

FORMAT = 1
LEAST_KEPT = 3
"""So many backups stay, however old they are."""
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupPlace:
    """Where backups lie; `spool` is a folder on the desk's own disk for what passes through."""

    folder: Path
    spool: Path
    kept: timedelta = timedelta(days=35)


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A backup that was made and read back. `rows` and `keys` are counts."""

    path: Path
    sha256: str
    rows: int
    keys: int
    seconds: float


def back_up(url: str, master: Wraps, place: BackupPlace, *, now: datetime) -> Backup:
    """Write everything that there is, as of one moment, while the desk goes on. `url` is the owner's; blocks.

    Raises: BackupFault; then the backups and the keys from before are as they were.
    """
    begun = time.monotonic()
    with _alone(place.folder), _snapshot(url) as owner:
        recovery = recovery_state(owner)
        if recovery is None or recovery.confirmed is None:
            raise BackupFault(
                "A backup opens with the recovery key alone, and none is confirmed. Make one: "
                "`frontdesk keys export-recovery FILE`, then `frontdesk keys confirm-recovery`."
            )
        steps = _steps(owner, master)
        keys = keys_now(owner, steps, read_keys(place.folder), now=now)
        write_keys(place.folder, keys)  # first: with newer keys older data opens, but not the other way round
        columns = columns_of(owner)
        installation = owner.execute("select * from installation").fetchone() or {}
        head: dict[str, object] = {
            "format": FORMAT,
            "made": now.isoformat(),
            "revision": newest_revision(),
            "kind": installation["kind"],
            "clock_pinned_to": installation["clock_pinned_to"],
            "clock_ahead_seconds": installation["clock_ahead"].total_seconds(),
            "recipient": recovery.recipient,
            "recovery_made": recovery.made.isoformat(),
            "keys": [[practice, version, phase] for practice, (version, phase) in sorted(steps.items())],
            "tables": columns,
            "anchors": _anchors(place.spool),
        }
        path = place.folder / f"frontdesk-{now.astimezone(UTC):{_STAMP}}.backup"
        if path.exists():
            raise BackupFault(f"{path} is there already. Wait a second.")
        digest, rows = _write(path, recovery.recipient, head, owner, columns, place.spool)
        _prune(place, keys.made)
        without_older(keys, _oldest(place.folder) or now)
        write_keys(place.folder, keys)
    with psycopg.connect(url, autocommit=True) as noting:
        noting.execute("update installation set backed_up_at = %s", (now,))
    return Backup(path=path, sha256=digest, rows=rows, keys=len(keys.subjects), seconds=time.monotonic() - begun)


def _write(
    path: Path, recipient: str, head: dict[str, object], owner: Owner, columns: dict[str, list[str]], spool: Path
) -> tuple[str, int]:
    counts: list[int] = []

    def tables() -> Iterator[Table]:
        for table in spooled(owner, columns, spool):
            counts.append(table.rows)
            yield table

    return write_archive(path, recipient, head, tables()), sum(counts)


def keep_keys_current(url: str, master: Wraps, place: BackupPlace, *, now: datetime) -> bool:
    """Whether the file of keys was written anew, because keys were replaced or destroyed since. Raises: BackupFault.

    So who is forgotten is forgotten by the backups as well, and not only by the next one. Where there is no backup yet,
    there is nothing to do.
    """
    if not place.folder.is_dir():
        return False
    with _alone(place.folder), _snapshot(url) as owner:
        before = read_keys(place.folder)
        if before is None or before.generations == generations(owner):
            return False
        write_keys(place.folder, keys_now(owner, _steps(owner, master), before, now=now))
    return True


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, the oldest first."""
    return sorted(folder.glob("frontdesk-*.backup"))


def made_at(path: Path) -> datetime:
    """When a backup was made, by its name. Raises: ValueError."""
    return datetime.strptime(path.stem.removeprefix("frontdesk-"), _STAMP).replace(tzinfo=UTC)


def _steps(owner: Owner, master: Wraps) -> dict[str, tuple[int, str]]:
    rows = owner.execute("select practice_id, wrapped from keyring").fetchall()
    opened = {
        row["practice_id"]: open_keyring(PracticeId(row["practice_id"]), bytes(row["wrapped"]), master) for row in rows
    }
    return {str(id): (keyring.version, keyring.phase.value) for id, keyring in opened.items()}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The right to change the folder. Raises: BackupFault when another backup is being made."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise BackupFault(
            f"{folder} cannot be written to ({fault.strerror}). Mend that, or name another folder."
        ) from fault
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.glob(".*.part"):
            left.unlink(missing_ok=True)  # of a process that was killed
        yield
    except BlockingIOError:
        raise BackupFault(f"Another backup is being made in {folder}. Wait for it.") from None
    finally:
        os.close(lock)


@contextmanager
def _snapshot(url: str) -> Iterator[Owner]:
    """The owner's view of one moment, which does not change and holds nobody up."""
    with psycopg.connect(url, row_factory=dict_row, application_name="frontdesk-backup") as owner:
        owner.isolation_level = IsolationLevel.REPEATABLE_READ
        owner.read_only = True
        owner.execute("set local timezone = 'UTC'")
        yield owner


def _anchors(home: Path) -> Mapping[str, str]:
    return {file.name: file.read_text() for file in sorted((home / ANCHORS).glob("*.jsonl"))}


def _prune(place: BackupPlace, now: datetime) -> None:
    for path in backups_in(place.folder)[:-LEAST_KEPT]:
        if now - made_at(path) > place.kept:
            path.unlink()


def _oldest(folder: Path) -> datetime | None:
    there = backups_in(folder)
    return made_at(there[0]) if there else None
