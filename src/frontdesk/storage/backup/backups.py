"""The backups of one desk: made when they are due, and their file of keys kept current."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import dict_row

from frontdesk.domain.audit import Event, Happened
from frontdesk.ports.clock import Clock
from frontdesk.storage.backup.making import Backup, BackupPlace, back_up, keep_keys_current
from frontdesk.storage.backup.tables import Owner
from frontdesk.storage.database import Storage

EVERY = timedelta(days=1)
_ONE_AT_A_TIME = 7_306_553


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupState:
    """When a backup was made last, and when one was tried last; None: never."""

    made: datetime | None
    drilled: datetime | None


def backup_state(owner: Owner) -> BackupState:
    """What the installation knows of its backups."""
    row = owner.execute("select backed_up_at, drilled_at from installation").fetchone() or {}
    return BackupState(made=row.get("backed_up_at"), drilled=row.get("drilled_at"))


class Backups:
    """Makes them. Holds the owner's address, which nothing else of a running desk does."""

    def __init__(self, url: str, storage: Storage, place: BackupPlace, clock: Clock) -> None:
        self._url = url
        self._storage = storage
        self._place = place
        self._clock = clock

    async def make(self) -> Backup:
        """Make one now. Raises: BackupFault."""
        now = self._clock.now()
        made = await asyncio.to_thread(back_up, self._url, self._storage.master, self._place, now=now)
        async with self._storage.directory() as directory:
            practices = [id for id, _, _ in await directory.practices()]
        for practice in practices:
            async with self._storage.practice(practice) as db:
                db.record(Event(what=Happened.BACKED_UP, ids={"sha256": made.sha256}))
        return made

    async def make_if_due(self) -> Backup | None:
        """Make one where the last is a day old and the recovery key is confirmed; of several workers, one does.

        Raises: BackupFault.
        """
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, row_factory=dict_row)
        async with connection:
            cursor = await connection.execute(
                "select backed_up_at, recovery_confirmed_at, pg_try_advisory_lock(%s) as alone from installation",
                (_ONE_AT_A_TIME,),
            )
            row = await cursor.fetchone()
            if row is None or not row["alone"] or row["recovery_confirmed_at"] is None:
                return None
            if row["backed_up_at"] is not None and self._clock.now() - row["backed_up_at"] < EVERY:
                return None
            return await self.make()

    async def keep_keys_current(self) -> bool:
        """Whether the file of keys had to be written anew. Raises: BackupFault."""
        now = self._clock.now()
        return await asyncio.to_thread(keep_keys_current, self._url, self._storage.master, self._place, now=now)
