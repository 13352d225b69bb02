"""What waits for a person, with the story that they need to go on with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.dialogue.handing_over import Story
from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.storage.database import Db, place
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.json_values import from_json, to_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Something a person at the desk should do. `story` is None in a list: it is read with one task.

    `times`: how often it came up since it was opened, `last` when it did so last; `taken_by` is who has taken it.
    `tell`: when the first is told of it, None at once.
    """

    id: UUID
    conversation: ConversationId | None
    appointment: UUID | None
    reason: str
    urgent: bool
    opened: datetime
    story: Story | None = None
    times: int = 1
    last: datetime | None = None
    taken_by: str | None = None
    tell: datetime | None = None


async def open_task(db: Db, task: Task) -> None:
    """Put it before the people at the desk; the same id twice is one.

    What is open in the same conversation for the same reason takes it in: the newer story counts, and once urgent is
    urgent.
    """
    opened = await db.run(
        "insert into task (practice_id, id, conversation_id, appointment_id, reason, urgent, story_sealed, opened_at, "
        "last_at, tell_at) values (%(practice)s, %(id)s, %(conversation)s, %(appointment)s, %(reason)s, %(urgent)s, "
        "%(story)s, %(now)s, %(now)s, %(tell)s) on conflict do nothing",
        {
            "practice": db.practice,
            "id": task.id,
            "conversation": task.conversation,
            "appointment": task.appointment,
            "reason": task.reason,
            "urgent": task.urgent,
            "story": await _sealed(db, task),
            "now": task.opened,
            "tell": task.tell or task.opened,
        },
    )
    if opened:
        _record(db, Happened.TASK_OPENED, task.id, task.conversation)
    else:
        await _add_to_open(db, task)
    db.enqueue(Job(work=Work.TELL, practice=db.practice, on=db.practice))
    db.announce("task", task.id)


async def _add_to_open(db: Db, task: Task) -> None:
    """What became urgent, or is urgent again although somebody had taken it, is told anew, from the first."""
    row = await db.one(
        "select id, urgent, taken_by from task where practice_id = %s and conversation_id = %s and reason = %s "
        "and closed_at is null and id <> %s for update",
        (db.practice, task.conversation, task.reason, task.id),
    )
    if row is None:
        return
    worse = task.urgent and (not row["urgent"] or row["taken_by"] is not None)
    await db.run(
        "update task set times = times + 1, last_at = %(now)s, urgent = urgent or %(urgent)s, "
        "story_sealed = coalesce(%(story)s, story_sealed), "
        "taken_by = case when %(worse)s then null else taken_by end, "
        "rounds = case when %(worse)s then 0 else rounds end, "
        "tell_at = case when %(worse)s then %(now)s else tell_at end "
        "where practice_id = %(practice)s and id = %(id)s",
        {
            "practice": db.practice,
            "id": row["id"],
            "urgent": task.urgent,
            "worse": worse,
            "story": await _sealed(db, replace(task, id=row["id"])),
            "now": task.opened,
        },
    )
    _record(db, Happened.TASK_CHANGED, row["id"], task.conversation)


async def _sealed(db: Db, task: Task) -> bytes | None:
    if task.story is None or task.conversation is None:
        return None
    key = await db.subject(task.conversation)
    return key.seal(to_json(task.story, Story), place=place("task", task.id, "story"))


async def open_tasks(db: Db) -> list[Task]:
    """What is still to be done, urgent first, then oldest first; without the stories."""
    rows = await db.all(
        "select * from task where practice_id = %s and closed_at is null order by urgent desc, opened_at",
        (db.practice,),
    )
    return [_task(row) for row in rows]


async def is_open(db: Db, conversation: UUID, reason: str) -> bool:
    """Whether something is still to be done about a conversation for that reason."""
    row = await db.one(
        "select from task where practice_id = %s and conversation_id = %s and reason = %s and closed_at is null",
        (db.practice, conversation, reason),
    )
    return row is not None


async def open_about(db: Db, conversations: Sequence[UUID], reason: str) -> frozenset[UUID]:
    """Those of these conversations about which something is still to be done for that reason."""
    rows = await db.all(
        "select conversation_id from task where practice_id = %s and conversation_id = any(%s) and reason = %s "
        "and closed_at is null",
        (db.practice, list(conversations), reason),
    )
    return frozenset(row["conversation_id"] for row in rows)


async def was_opened(db: Db, id: UUID) -> bool:
    """Whether there is, or was, a task of that id."""
    return await db.one("select from task where practice_id = %s and id = %s", (db.practice, id)) is not None


async def read_task(db: Db, id: UUID) -> Task | None:
    """The open task of that id, with its story."""
    row = await db.one("select * from task where practice_id = %s and id = %s and closed_at is null", (db.practice, id))
    if row is None:
        return None
    if row["story_sealed"] is None:
        return _task(row)
    key = await db.subject(row["conversation_id"])
    told = key.open(row["story_sealed"], place=place("task", row["id"], "story"))
    return replace(_task(row), story=from_json(told.decode(), Story))


async def take_task(db: Db, id: UUID, *, by: str, now: datetime) -> bool:
    """Whether it is theirs now: somebody looks after it, and nobody else is told of it. Taken by another, it is not."""
    row = await db.one(
        "update task set taken_by = %s, taken_at = %s, tell_at = null where practice_id = %s and id = %s "
        "and closed_at is null and (taken_by is null or taken_by = %s) returning conversation_id",
        (by, now, db.practice, id, by),
    )
    return _changed(db, id, row)


async def close_task(db: Db, id: UUID, *, now: datetime) -> bool:
    """Whether it was open; it is done now."""
    row = await db.one(
        "update task set closed_at = %s, tell_at = null where practice_id = %s and id = %s and closed_at is null "
        "returning conversation_id",
        (now, db.practice, id),
    )
    return _changed(db, id, row)


async def close_for(db: Db, conversation: ConversationId, reason: str, *, now: datetime) -> None:
    """What was open in a conversation for that reason is done."""
    row = await db.one(
        "select id from task where practice_id = %s and conversation_id = %s and reason = %s and closed_at is null",
        (db.practice, conversation, reason),
    )
    if row is not None:
        await close_task(db, row["id"], now=now)


def _changed(db: Db, id: UUID, row: DictRow | None) -> bool:
    if row is None:
        return False
    _record(db, Happened.TASK_CHANGED, id, row["conversation_id"])
    db.announce("task", id)
    return True


def _record(db: Db, what: Happened, id: UUID, conversation: UUID | None) -> None:
    db.record(Event(what=what, subjects=frozenset({conversation} if conversation else set[UUID]()), ids={"task": id}))


def _task(row: DictRow) -> Task:
    return Task(
        id=row["id"],
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        appointment=row["appointment_id"],
        reason=row["reason"],
        urgent=row["urgent"],
        opened=row["opened_at"],
        times=row["times"],
        last=row["last_at"],
        taken_by=row["taken_by"],
    )
