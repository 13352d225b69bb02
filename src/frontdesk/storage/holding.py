"""Who of the practice's people holds a conversation: they speak for the clinic in it, and the assistant is silent."""

from datetime import datetime
from uuid import UUID

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.storage.database import Db


async def held_by(db: Db, conversation: ConversationId) -> UUID | None:
    """The account of whoever holds it; None: nobody does, or it is not known who."""
    row = await db.one(
        "select held_by from conversation where practice_id = %s and id = %s", (db.practice, conversation)
    )
    return row["held_by"] if row else None


async def hold(db: Db, conversation: ConversationId, account: UUID | None, *, now: datetime) -> None:
    """From now on that account holds it; None: nobody."""
    await db.run(
        "update conversation set held_by = %s, held_at = %s where practice_id = %s and id = %s",
        (account, now if account else None, db.practice, conversation),
    )
    ids = {"account": account} if account else {}
    db.record(Event(what=Happened.CONVERSATION_HELD, subjects=frozenset({conversation}), ids=ids))
