"""What the practice's people were told of tasks, and whether they said that they know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.audit import Event, Happened
from frontdesk.storage.database import Db
from frontdesk.storage.jobs import Job, Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One contact told of one task. `id` is the outbox's, too: what became of the sending stands there."""

    id: UUID
    task: UUID
    contact: str
    told: datetime
    acknowledged: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToTell:
    """A task whose next contact is due. `rounds` is how often somebody was told of it."""

    task: UUID
    reason: str
    urgent: bool
    times: int
    rounds: int


TO_TELL: LiteralString = (
    "select from task where practice_id = %(practice)s and closed_at is null and tell_at <= %(now)s"
)
"""Open tasks that somebody has to be told of."""


async def next_to_tell(db: Db, *, now: datetime) -> ToTell | None:
    """The task that has waited longest for its next telling, locked until the transaction ends."""
    row = await db.one(
        "select * from task where practice_id = %s and closed_at is null and tell_at <= %s "
        "order by urgent desc, tell_at limit 1 for update skip locked",
        (db.practice, now),
    )
    return _to_tell(row) if row else None


async def also_due(db: Db, beside: ToTell, *, now: datetime, most: int = 50) -> list[ToTell]:
    """Other tasks that somebody has to be told of now, but for emergencies; locked like the first."""
    rows = await db.all(
        "select * from task where practice_id = %s and closed_at is null and tell_at <= %s and id <> %s "
        "and reason <> %s order by urgent desc, tell_at limit %s for update skip locked",
        (db.practice, now, beside.task, Reason.EMERGENCY, most),
    )
    return [_to_tell(row) for row in rows]


async def told_lately(db: Db, contacts: Sequence[str], *, since: datetime) -> datetime | None:
    """When one of these contacts was last told of anything but an emergency after `since`; None: not so lately."""
    row = await db.one(
        "select max(n.told_at) as at from notice n join task t on t.practice_id = n.practice_id and t.id = n.task_id "
        "where n.practice_id = %s and n.contact = any(%s) and n.told_at > %s and t.reason <> %s",
        (db.practice, list(contacts), since, Reason.EMERGENCY),
    )
    return row["at"] if row else None


async def told_with(db: Db, notice: Notice) -> list[Notice]:
    """The notice with those that its contact had in the same words, the urgent tasks first; of one task one.

    An emergency is told alone.
    """
    rows = await db.all(
        "select distinct on (t.urgent, t.id) n.* from notice n "
        "join task t on t.practice_id = n.practice_id and t.id = n.task_id "
        "where n.practice_id = %(practice)s and n.contact = %(contact)s and n.told_at = %(told)s "
        "and t.reason <> %(without)s and exists (select from task mine where mine.practice_id = n.practice_id "
        "and mine.id = %(task)s and mine.reason <> %(without)s) order by t.urgent desc, t.id",
        {
            "practice": db.practice,
            "contact": notice.contact,
            "told": notice.told,
            "task": notice.task,
            "without": Reason.EMERGENCY,
        },
    )
    return [_notice(row) for row in rows] or [notice]


async def told_again_at(db: Db, task: UUID, *, rounds: int, at: datetime) -> None:
    """Somebody was told so often; the next are at that time, unless somebody takes it."""
    await db.run(
        "update task set rounds = %s, tell_at = %s where practice_id = %s and id = %s",
        (rounds, at, db.practice, task),
    )


async def add_notice(db: Db, notice: Notice) -> None:
    """Keep that a contact is told."""
    await db.run(
        "insert into notice (practice_id, id, task_id, contact, told_at) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (db.practice, notice.id, notice.task, notice.contact, notice.told),
    )
    db.record(Event(what=Happened.STAFF_TOLD, ids={"task": notice.task, "outbox": notice.id}))


async def read_notice(db: Db, id: UUID) -> Notice | None:
    """The notice of that id."""
    row = await db.one("select * from notice where practice_id = %s and id = %s", (db.practice, id))
    return _notice(row) if row else None


async def waiting_for(db: Db, contact: str) -> list[Notice]:
    """What a contact was told and has not acknowledged, of tasks that are open and nobody's yet; the newest first."""
    rows = await db.all(
        "select n.* from notice n join task t on t.practice_id = n.practice_id and t.id = n.task_id "
        "where n.practice_id = %s and n.contact = %s and n.acknowledged_at is null and t.closed_at is null "
        "and t.taken_by is null order by n.told_at desc",
        (db.practice, contact),
    )
    return [_notice(row) for row in rows]


async def acknowledge(db: Db, notice: Notice, *, now: datetime) -> bool:
    """Whether it is acknowledged by this, and was not before."""
    done = await db.run(
        "update notice set acknowledged_at = %s where practice_id = %s and id = %s and acknowledged_at is null",
        (now, db.practice, notice.id),
    )
    if done:
        db.record(Event(what=Happened.STAFF_ACKNOWLEDGED, ids={"task": notice.task, "outbox": notice.id}))
    return bool(done)


async def did_not_go(db: Db, id: UUID, *, now: datetime) -> bool:
    """Whether that was a notice: it did not arrive, so that the next contact is told at once of all that it told.

    The same contact brings that about once for each task: where nobody can be reached, nobody is told in a circle.
    """
    found = await read_notice(db, id)
    if found is None:
        return False
    for one in await told_with(db, found):
        row = await db.one(
            "update notice n set failed = true where practice_id = %s and id = %s returning task_id, "
            "exists (select from notice f where f.practice_id = n.practice_id and f.task_id = n.task_id "
            "and f.contact = n.contact and f.failed) as known",
            (db.practice, id if one.task == found.task else one.id),
        )
        if row is not None and not row["known"]:
            await db.run(
                "update task set tell_at = %s where practice_id = %s and id = %s and closed_at is null "
                "and taken_by is null",
                (now, db.practice, row["task_id"]),
            )
            db.enqueue(Job(work=Work.TELL, practice=db.practice, on=db.practice))
    return True


def _to_tell(row: DictRow) -> ToTell:
    return ToTell(task=row["id"], reason=row["reason"], urgent=row["urgent"], times=row["times"], rounds=row["rounds"])


def _notice(row: DictRow) -> Notice:
    return Notice(
        id=row["id"],
        task=row["task_id"],
        contact=row["contact"],
        told=row["told_at"],
        acknowledged=row["acknowledged_at"],
    )
