"""What will not go out by itself: a person sees why, has it tried again, or drops it. Nothing is sent twice by that."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.database import Db
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.tasks import close_for


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """One message of the outbox that will not go; what it says stays sealed. `why` is a sentence of ours.

    `own`: it was for the practice's own people. `can_be_retried` False: it may have arrived, and nobody can find out.
    """

    id: UUID
    conversation: ConversationId
    channel: ChannelKind
    why: str
    attempts: int
    written: datetime
    own: bool
    can_be_retried: bool
    retried: datetime | None


class Retried(Enum):
    """What came of trying again."""

    ON_ITS_WAY = "on its way"
    MAY_HAVE_ARRIVED = "may have arrived"
    NOT_THERE = "not there"


async def dead_letters(db: Db) -> list[DeadLetter]:
    """Every one that will not go and that nobody has dropped, the newest first."""
    rows = await db.all(
        "select * from outbox where practice_id = %s and state in ('refused', 'given-up') order by order_no desc",
        (db.practice,),
    )
    return [_letter(row) for row in rows]


async def retry(db: Db, id: UUID, *, now: datetime) -> Retried:
    """Have it tried again at once. What may have left is only tried where its carrier looks first whether it did."""
    row = await db.one(
        "select * from outbox where practice_id = %s and id = %s and state in ('refused', 'given-up') for update",
        (db.practice, id),
    )
    if row is None:
        return Retried.NOT_THERE
    if not _can_be_retried(row):
        return Retried.MAY_HAVE_ARRIVED
    await db.run(
        "update outbox set state = 'waiting', due_at = %s, attempts = 0, moved = false, failing_since = null, "
        "retried_at = %s where practice_id = %s and id = %s",
        (now, now, db.practice, id),
    )
    await _settled(db, row, Happened.MESSAGE_RETRIED, now=now)
    db.enqueue(Job(work=Work.DELIVER, practice=db.practice, on=row["conversation_id"]))
    return Retried.ON_ITS_WAY


async def drop(db: Db, id: UUID, *, now: datetime) -> bool:
    """Whether it was there; it never goes, and is listed no more."""
    row = await db.one(
        "update outbox set state = 'dropped' where practice_id = %s and id = %s "
        "and state in ('refused', 'given-up') returning *",
        (db.practice, id),
    )
    if row is None:
        return False
    await _settled(db, row, Happened.MESSAGE_DROPPED, now=now)
    return True


async def _settled(db: Db, row: DictRow, what: Happened, *, now: datetime) -> None:
    """Somebody has seen to it: the task that asked for it is done, once no other of its kind is left."""
    db.record(
        Event(
            what=what,
            subjects=frozenset({row["conversation_id"], row["subject_id"]}),
            ids={"outbox": row["id"]},
            codes={"channel": row["channel"]},
        )
    )
    db.announce("outbox", row["id"])
    left = await db.one(
        "select 1 from outbox where practice_id = %s and conversation_id = %s and channel = %s "
        "and state in ('refused', 'given-up') limit 1",
        (db.practice, row["conversation_id"], row["channel"]),
    )
    if left is None:
        reason = f"a message by {row['channel']} could not be delivered"
        await close_for(db, ConversationId(row["conversation_id"]), reason, now=now)


def _letter(row: DictRow) -> DeadLetter:
    return DeadLetter(
        id=row["id"],
        conversation=ConversationId(row["conversation_id"]),
        channel=ChannelKind(row["channel"]),
        why=row["trouble"] or "",
        attempts=row["attempts"],
        written=row["created_at"],
        own=row["subject_id"] == row["practice_id"],
        can_be_retried=_can_be_retried(row),
        retried=row["retried_at"],
    )


def _can_be_retried(row: DictRow) -> bool:
    """A text that may have left is looked up by its carrier; of a mail, and of what an older backup held, nobody knows.

    A restored desk does not know what was sent after its backup was made.
    """
    return row["state"] == "refused" and (row["tried_at"] is None or row["channel"] == ChannelKind.SMS.value)
