"""Visits that staff are asked to enter in a system that cannot be written, and which of them are seen there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A visit that staff enter elsewhere. `task` is their card; `entered` None: it has not been seen there yet."""

    appointment: UUID
    task: UUID
    asked: datetime
    entered: datetime | None = None


async def ask_for(db: Db, request: Request) -> None:
    """Have staff enter the visit; asked for twice is asked for once."""
    await db.run(
        "insert into request (practice_id, appointment_id, task_id, asked_at) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (db.practice, request.appointment, request.task, request.asked),
    )


async def request_for(db: Db, appointment: UUID) -> Request | None:
    """What staff were asked about the visit; None where they were not."""
    row = await db.one(
        "select * from request where practice_id = %s and appointment_id = %s", (db.practice, appointment)
    )
    if row is None:
        return None
    return Request(
        appointment=row["appointment_id"], task=row["task_id"], asked=row["asked_at"], entered=row["entered_at"]
    )


async def was_entered(db: Db, appointment: UUID, *, now: datetime) -> None:
    """The visit has been seen in the system: it stands from now on."""
    await db.run(
        "update request set entered_at = %s where practice_id = %s and appointment_id = %s and entered_at is null",
        (now, db.practice, appointment),
    )
