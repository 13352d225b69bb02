"""What was decided, message by message: for whoever asks why, and to be gone through once more."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author, Message
from frontdesk.storage.conversations import Why, messages, whys
from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A patient's message, why it was answered as it was (None: it waits), and what it was answered."""

    message: Message
    why: Why | None
    replies: tuple[Message, ...]


async def decisions(db: Db, conversation: ConversationId) -> list[Decided]:
    """Every message of the patient in a conversation, in order."""
    thread = await messages(db, conversation)
    reasons = await whys(db, conversation)
    return [
        Decided(
            message=message,
            why=reasons.get(message.id),
            replies=tuple(reply for reply in thread if reply.answers == message.id),
        )
        for message in thread
        if message.author is Author.PATIENT
    ]


async def written_last(db: Db) -> tuple[datetime, ConversationId] | None:
    """The conversation in which something was written last, and when."""
    row = await db.one(
        "select id, last_at from conversation where practice_id = %s order by last_at desc, id desc limit 1",
        (db.practice,),
    )
    return (row["last_at"], ConversationId(row["id"])) if row else None


async def written_since(db: Db, since: datetime | None) -> list[ConversationId]:
    """Conversations in which something was written since then, the one written to last at the end; None: all."""
    rows = await db.all(
        "select id from conversation where practice_id = %s and (%s::timestamptz is null or last_at >= %s) "
        "order by last_at, id",
        (db.practice, since, since),
    )
    return [ConversationId(row["id"]) for row in rows]
