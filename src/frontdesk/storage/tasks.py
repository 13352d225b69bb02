"""What waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Something a person at the desk should do."""

    id: UUID
    conversation: ConversationId | None
    appointment: UUID | None
    reason: str
    urgent: bool
    opened: datetime


async def open_task(db: Db, task: Task) -> None:
    """Put it before the people at the desk; the same id twice is one."""
    opened = await db.run(
        "insert into task (practice_id, id, conversation_id, appointment_id, reason, urgent, opened_at) "
        "values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (db.practice, task.id, task.conversation, task.appointment, task.reason, task.urgent, task.opened),
    )
    if opened:
        whose = frozenset({task.conversation} if task.conversation else set[UUID]())
        db.record(Event(what=Happened.TASK_OPENED, subjects=whose, ids={"task": task.id}))
    db.announce("task", task.id)


async def open_tasks(db: Db) -> list[Task]:
    """What is still to be done, urgent first, then oldest first."""
    rows = await db.all(
        "select * from task where practice_id = %s and closed_at is null order by urgent desc, opened_at",
        (db.practice,),
    )
    return [
        Task(
            id=row["id"],
            conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
            appointment=row["appointment_id"],
            reason=row["reason"],
            urgent=row["urgent"],
            opened=row["opened_at"],
        )
        for row in rows
    ]
