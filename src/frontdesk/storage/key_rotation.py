"""A practice's keys replaced while it works: begun, carried on in small steps from wherever it stands, ended.

    begun       new keys stand ready; look-up hashes are written with the new ones and found by both
    PREPARING   a new data key is laid beside each subject's; old look-up hashes are carried over
    RESEALING   everything is sealed with the new data keys; what is older is sealed anew, then the old keys go

Each change of phase is made while no transaction runs inside the practice, so that none works with what was before.
Every step finds its work in the database: killed anywhere, the next worker goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import PracticeId
from frontdesk.storage.database import Db, Storage, place
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.keys import store_keys
from frontdesk.storage.sealed import SEALED, Sealed
from frontdesk.storage.stale import (
    any_stale_hash,
    anything_left,
    carry_over,
    drop_old_keys,
    lay_new_keys,
    stale_rows,
)
from frontdesk.vault.faults import CannotOpen
from frontdesk.vault.keyring import wrap_keys
from frontdesk.vault.practice_keys import Phase, PracticeKeys

LOOK_AGAIN = timedelta(minutes=10)
_NOWHERE = UUID(int=0)


class Progress(Enum):
    """What a step has left to do."""

    MORE = auto()
    DONE = auto()
    BLOCKED = auto()
    """Something does not open with the key it should; the old keys stay until a person has looked at it."""


async def begin_rotation(storage: Storage, practice: PracticeId, *, now: datetime) -> int | None:
    """The version of the keys that are coming; None when a rotation is under way already."""

    async def steady(db: Db) -> bool:
        return db.keyring.phase is Phase.STEADY

    async def record(db: Db, keys: PracticeKeys) -> None:
        await db.run(
            "insert into rotation (practice_id, version, begun_at) values (%s, %s, %s)", (practice, keys.version, now)
        )
        db.record(Event(what=Happened.KEYS_REPLACED, codes={"step": "begun", "version": keys.version}))
        db.enqueue(Job(work=Work.ROTATE, practice=practice, on=practice))

    return await _change(storage, practice, PracticeKeys.prepared, only_if=steady, also=record)


@dataclass(kw_only=True)
class Rotating:
    """A rotation carried on by one worker. Nothing is lost with it."""

    storage: Storage
    practice: PracticeId
    _after: dict[str, UUID] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _resealed_this_round: int = 0
    _closed: list[str] = field(default_factory=list)

    async def step(self, *, now: datetime) -> Progress:
        """Do a little of what is left; DONE once the old keys are gone for good."""
        async with self.storage.practice(self.practice) as db:
            phase = db.keyring.phase
            if phase is Phase.STEADY:
                return Progress.DONE
            if phase is Phase.PREPARING and (await lay_new_keys(db) or await carry_over(db)):
                return Progress.MORE
        if phase is Phase.RESEALING:
            async with self.storage.practice(self.practice) as db:
                progress = await self._reseal(db, now)
            if progress is not Progress.DONE:
                return progress
            changed = await _end(self.storage, self.practice, now)
        else:
            changed = await _change(self.storage, self.practice, PracticeKeys.resealing, only_if=_is_prepared)
        if changed is None:  # somebody has a row in hand
            await asyncio.sleep(0.05)
        return Progress.MORE

    async def _reseal(self, db: Db, now: datetime) -> Progress:
        """DONE when nothing is sealed with an old key, and no subject has one."""
        for sealed in SEALED:
            if sealed.table not in self._seen:
                if await self._reseal_some(db, sealed):
                    return Progress.MORE
                self._seen.add(sealed.table)
        if await anything_left(db):
            return await self._next_round(db, now)
        return Progress.MORE if await drop_old_keys(db) else Progress.DONE

    async def _reseal_some(self, db: Db, sealed: Sealed) -> bool:
        """Whether the table had rows that this round had not seen."""
        rows = await stale_rows(db, sealed, after=self._after.get(sealed.table, _NOWHERE))
        if not rows:
            return False
        before = self._resealed_this_round
        for row in rows:
            await self._reseal_row(db, sealed, row)
        self._after[sealed.table] = rows[-1]["row"]
        await db.run(
            "update rotation set resealed = resealed + %s where practice_id = %s and ended_at is null",
            (self._resealed_this_round - before, db.practice),
        )
        return True

    async def _reseal_row(self, db: Db, sealed: Sealed, row: DictRow) -> None:
        for column in sealed.columns:
            stored = row[f"{column}_sealed"]
            if stored is None or bytes(stored[:5]) == bytes(row["next_mark"]):
                continue
            at = place(sealed.table, row["row"], column)
            try:
                key = await db.subject(row["subject"])
                anew = key.seal(key.open(bytes(stored), place=at), place=at)
            except LookupError:
                return  # forgotten a moment ago
            except CannotOpen:
                self._closed.append(f"{sealed.table}.{column} of row {row['row']}")
                continue
            await db.connection.execute(
                sql.SQL("update {} set {} = %s where practice_id = %s and {} = %s").format(
                    sql.Identifier(sealed.table), sql.Identifier(f"{column}_sealed"), sql.Identifier(sealed.row)
                ),
                (anew, db.practice, row["row"]),
            )
            self._resealed_this_round += 1

    async def _next_round(self, db: Db, now: datetime) -> Progress:
        """Something was in another's hands, which the next round finds; or it does not open: a person must mend it."""
        moved, closed = self._resealed_this_round, self._closed
        self._after, self._seen, self._resealed_this_round, self._closed = {}, set(), 0, []
        if moved or not closed:
            await asyncio.sleep(0.05)
            return Progress.MORE
        await db.run(
            "update rotation set trouble = %s, again_at = %s where practice_id = %s and ended_at is null",
            (f"{len(closed)} fields do not open, the first is {closed[0]}", now + LOOK_AGAIN, db.practice),
        )
        return Progress.BLOCKED


async def _end(storage: Storage, practice: PracticeId, now: datetime) -> int | None:

    async def record(db: Db, keys: PracticeKeys) -> None:
        db.record(Event(what=Happened.KEYS_REPLACED, codes={"step": "ended", "version": keys.version}))
        await db.run(
            "update rotation set ended_at = %s, trouble = null, again_at = null "
            "where practice_id = %s and ended_at is null",
            (now, practice),
        )

    return await _change(storage, practice, PracticeKeys.settled, only_if=_is_resealed, also=record)


async def _change(
    storage: Storage,
    practice: PracticeId,
    change: Callable[[PracticeKeys], PracticeKeys],
    *,
    only_if: Callable[[Db], Awaitable[bool]],
    also: Callable[[Db, PracticeKeys], Awaitable[None]] | None = None,
) -> int | None:
    """The version of the keys after a change of phase; None when it was not the time for it.

    The master key may be kept elsewhere: it is asked before anybody is held up.
    """
    async with storage.practice(practice) as db:
        if not await only_if(db):
            return None
        before = db.keyring.keys
    keys = change(before)
    wrapped = await asyncio.to_thread(wrap_keys, practice, keys, storage.master)
    async with storage.still(practice) as db:
        if db.keyring.keys != before or not await only_if(db):
            return None
        await store_keys(db, keys, wrapped)
        if also is not None:
            await also(db, keys)
    return keys.version


async def _is_prepared(db: Db) -> bool:
    without = await db.one(
        "select from subject_key where practice_id = %s and next_wrapped is null limit 1", (db.practice,)
    )
    if db.keyring.phase is not Phase.PREPARING or without is not None:
        return False
    return not await any_stale_hash(db)


async def _is_resealed(db: Db) -> bool:
    left = await db.one(
        "select from subject_key where practice_id = %s "
        "and (next_wrapped is not null or substring(wrapped from 1 for 5) <> %s) limit 1",
        (db.practice, db.keyring.mark),
    )
    return db.keyring.phase is Phase.RESEALING and left is None


@dataclass(frozen=True, kw_only=True, slots=True)
class RotationRow:
    """One rotation as it went, or goes. `trouble` is empty unless something is in the way."""

    version: int
    begun: datetime
    ended: datetime | None
    carried_over: int
    resealed: int
    trouble: str


async def rotations(db: Db) -> list[RotationRow]:
    """Every rotation of the practice's keys, the newest first."""
    rows = await db.all("select * from rotation where practice_id = %s order by version desc", (db.practice,))
    return [
        RotationRow(
            version=row["version"],
            begun=row["begun_at"],
            ended=row["ended_at"],
            carried_over=row["carried_over"],
            resealed=row["resealed"],
            trouble=row["trouble"] or "",
        )
        for row in rows
    ]


ROTATION_IS_DUE: LiteralString = (
    "select from rotation where practice_id = %(practice)s and ended_at is null "
    "and (again_at is null or again_at <= %(now)s)"
)
"""A rotation that is under way and that a worker may carry on now."""
