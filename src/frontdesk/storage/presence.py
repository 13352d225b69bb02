"""Who of the practice's people has a conversation open, so that two on the same one see each other."""

from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.domain.ids import ConversationId
from frontdesk.storage.database import Db

SEEN_EVERY = timedelta(seconds=20)
COUNTS_FOR = timedelta(seconds=60)
"""A page that was not seen for so long is closed, or its process is gone."""


async def here(db: Db, page: UUID, conversation: ConversationId, account: UUID, *, now: datetime) -> None:
    """The page is open now; the others hear of it when it is new."""
    known = await db.one("select seen_at from presence where practice_id = %s and page = %s", (db.practice, page))
    await db.run(
        "insert into presence (practice_id, page, conversation_id, account_id, seen_at) values (%s, %s, %s, %s, %s) "
        "on conflict (practice_id, page) do update set seen_at = excluded.seen_at",
        (db.practice, page, conversation, account, now),
    )
    gone = await db.run("delete from presence where practice_id = %s and seen_at < %s", (db.practice, now - COUNTS_FOR))
    if known is None or gone:
        db.announce("presence", conversation)


async def gone(db: Db, page: UUID) -> None:
    """The page is closed."""
    row = await db.one(
        "delete from presence where practice_id = %s and page = %s returning conversation_id", (db.practice, page)
    )
    if row is not None:
        db.announce("presence", row["conversation_id"])


async def present_in(db: Db, conversation: ConversationId, *, now: datetime) -> list[UUID]:
    """The accounts that have it open, each once."""
    rows = await db.all(
        "select account_id from presence where practice_id = %s and conversation_id = %s and seen_at >= %s "
        "group by account_id order by account_id",
        (db.practice, conversation, now - COUNTS_FOR),
    )
    return [row["account_id"] for row in rows]


async def present(db: Db, *, now: datetime) -> dict[ConversationId, set[UUID]]:
    """The same of every conversation that anybody has open."""
    rows = await db.all(
        "select conversation_id, account_id from presence where practice_id = %s and seen_at >= %s",
        (db.practice, now - COUNTS_FOR),
    )
    open_now: dict[ConversationId, set[UUID]] = {}
    for row in rows:
        open_now.setdefault(ConversationId(row["conversation_id"]), set()).add(row["account_id"])
    return open_now
