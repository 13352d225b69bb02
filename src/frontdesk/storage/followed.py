"""How far a connected system was followed: when it is to be asked, what to ask on with, and since when it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.ids import AppointmentId
from frontdesk.storage.database import Db

OVERLAP = timedelta(minutes=2)
"""For so long at least it is asked once more for what it has told: one of its clocks may be behind another."""
ALL_EVERY = timedelta(days=1)
"""How often it is asked for everything: some systems tell nowhere that a visit was deleted."""
ALL_AGAIN = timedelta(minutes=5)
"""How soon after the last time it is asked for everything because it said that anything may have changed."""
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """How a system stands. `read`: what is known of it is as old as that; None, nothing was read yet."""

    read: datetime | None
    failed_since: datetime | None
    task: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One asking, begun at `asked`. `since` None: for everything. `named` are visits that notices told of."""

    asked: datetime
    since: str | None
    named: tuple[AppointmentId, ...]
    notices: tuple[str, ...]


async def is_due(db: Db, system: str, *, now: datetime) -> bool:
    """Whether the system is to be asked by now."""
    row = await db.one("select due_at from followed where practice_id = %s and system = %s", (db.practice, system))
    return row is None or row["due_at"] <= now


async def list_anew(db: Db, system: str, *, now: datetime) -> None:
    """Ask for everything next, and now: what happened while nobody followed is not all told otherwise."""
    await db.run(
        "update followed set listed_at = null, due_at = %s where practice_id = %s and system = %s",
        (now, db.practice, system),
    )


async def begin_round(db: Db, system: str, *, every: timedelta, now: datetime) -> Round | None:
    """What is to be asked now; None where somebody else has asked meanwhile. The next one is due after `every`.

    Call it alone with the practice's system. Each round's `asked` is later than the one's before, whatever clocks say.
    """
    await db.run(
        "insert into followed (practice_id, system, due_at) values (%s, %s, %s) on conflict do nothing",
        (db.practice, system, now),
    )
    row = await db.one(
        "select * from followed where practice_id = %s and system = %s and due_at <= %s for update",
        (db.practice, system, now),
    )
    if row is None:
        return None
    asked = now if row["asked_at"] is None else max(now, row["asked_at"] + _TICK)
    waiting = await db.all(
        "select id, visits, everything from system_notice where practice_id = %s and system = %s "
        "and settled_at is null order by heard_at",
        (db.practice, system),
    )
    everything = _is_for_everything(row, waiting, now=now)
    await db.run(
        "update followed set asked_at = %s, due_at = %s where practice_id = %s and system = %s",
        (asked, now + every, db.practice, system),
    )
    named = dict.fromkeys(AppointmentId(id) for one in waiting for id in one["visits"])
    return Round(
        asked=asked,
        since=None if everything else row["cursor"],
        named=tuple(named),
        notices=tuple(one["id"] for one in waiting if everything or not one["everything"]),
    )


def _is_for_everything(row: DictRow, waiting: Sequence[DictRow], *, now: datetime) -> bool:
    last = row["listed_at"]
    if last is None or row["cursor"] is None:
        return True
    wait = ALL_AGAIN if any(one["everything"] for one in waiting) else ALL_EVERY
    return bool(now - last >= wait)


async def end_round(db: Db, system: str, done: Round, following: str) -> UUID | None:
    """Go on from there, in the transaction that keeps what was told; the task about its silence, where one is open.

    `following` is the answer's own `next`. The system is asked on from an older one until that is OVERLAP old.
    """
    everything = done.since is None
    row = await db.one(
        "with before as (select task_id from followed where practice_id = %(practice)s and system = %(system)s) "
        "update followed set "
        "cursor = case when %(everything)s then %(next)s when %(turns)s >= ahead_at then ahead else cursor end, "
        "ahead = case when %(everything)s or %(turns)s >= ahead_at then %(next)s else ahead end, "
        "ahead_at = case when %(everything)s or %(turns)s >= ahead_at then %(asked)s else ahead_at end, "
        "read_at = %(asked)s, listed_at = case when %(everything)s then %(asked)s else listed_at end, "
        "failed_since = null, task_id = null where practice_id = %(practice)s and system = %(system)s "
        "returning (select task_id from before) as task_id",
        {
            "practice": db.practice,
            "system": system,
            "everything": everything,
            "next": following,
            "turns": done.asked - OVERLAP,
            "asked": done.asked,
        },
    )
    return row["task_id"] if row else None


async def settle(
    db: Db, system: str, notices: Sequence[str], *, left: Sequence[AppointmentId] = (), now: datetime
) -> None:
    """What these notices told of has been read, but for the visits that are left."""
    await db.run(
        "update system_notice set visits = array(select one from unnest(visits) as one where one = any(%(left)s)), "
        "settled_at = case when visits && %(left)s then null else %(now)s end "
        "where practice_id = %(practice)s and system = %(system)s and id = any(%(notices)s)",
        {"left": list(left), "now": now, "practice": db.practice, "system": system, "notices": list(notices)},
    )


async def note_failure(db: Db, system: str, *, since: datetime) -> Followed:
    """That the system could not be read; how it stands, with when that began."""
    await db.run(
        "update followed set failed_since = coalesce(failed_since, %s) where practice_id = %s and system = %s",
        (since, db.practice, system),
    )
    return await read_followed(db, system)


async def note_task(db: Db, system: str, task: UUID) -> None:
    """The task that tells a person of its silence."""
    await db.run("update followed set task_id = %s where practice_id = %s and system = %s", (task, db.practice, system))


async def read_followed(db: Db, system: str) -> Followed:
    """How the system stands."""
    row = await db.one("select * from followed where practice_id = %s and system = %s", (db.practice, system))
    if row is None:
        return Followed(read=None, failed_since=None, task=None)
    return Followed(read=row["read_at"], failed_since=row["failed_since"], task=row["task_id"])


async def keep_notice(
    db: Db, system: str, id: str, visits: Sequence[AppointmentId], *, everything: bool, now: datetime
) -> bool:
    """Whether the notice is new; what it names is read in the next round, which is due now."""
    kept = await db.run(
        "insert into system_notice (practice_id, system, id, visits, everything, heard_at) "
        "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (db.practice, system, id, list(visits), everything, now),
    )
    return bool(kept)


async def make_due(db: Db, system: str, *, now: datetime) -> None:
    """Have the system asked now."""
    await db.run(
        "insert into followed as f (practice_id, system, due_at) values (%(practice)s, %(system)s, %(now)s) "
        "on conflict (practice_id, system) do update set due_at = least(f.due_at, excluded.due_at)",
        {"practice": db.practice, "system": system, "now": now},
    )


async def void_times(db: Db, system: str, *, now: datetime) -> None:
    """Free times that were asked for before now are not to be used any more, in any process."""
    await db.run(
        "insert into followed as f (practice_id, system, due_at, times_stale_at) "
        "values (%(practice)s, %(system)s, %(now)s, %(now)s) on conflict (practice_id, system) "
        "do update set times_stale_at = greatest(f.times_stale_at, excluded.times_stale_at)",
        {"practice": db.practice, "system": system, "now": now},
    )


async def times_stale_at(db: Db, system: str) -> datetime | None:
    """Before when free times must have been asked for not to be used; None, never."""
    row = await db.one(
        "select times_stale_at from followed where practice_id = %s and system = %s", (db.practice, system)
    )
    return row["times_stale_at"] if row else None
