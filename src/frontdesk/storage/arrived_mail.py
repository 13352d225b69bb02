"""Which messages came by e-mail: whom to answer, and in answer to what."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What a reply to a mail needs of it."""

    sender: str = field(repr=False)
    message_id: str


async def keep_header(
    db: Db, message: MessageId, conversation: ConversationId, header: Header, *, now: datetime
) -> None:
    """Record that a message came by mail."""
    key = await db.subject(conversation)
    words = json.dumps({"sender": header.sender, "message_id": header.message_id})
    await db.run(
        "insert into arrived_mail (practice_id, id, conversation_id, header_sealed, arrived_at) "
        "values (%s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            message,
            conversation,
            key.seal(words, place=place("arrived_mail", message, "header")),
            now,
        ),
    )


async def header_of(db: Db, message: MessageId) -> Header | None:
    """Of which mail that message is; None where it did not come by mail."""
    row = await db.one("select * from arrived_mail where practice_id = %s and id = %s", (db.practice, message))
    if row is None:
        return None
    key = await db.subject(row["conversation_id"])
    words = json.loads(key.open(row["header_sealed"], place=place("arrived_mail", row["id"], "header")))
    return Header(sender=words["sender"], message_id=words["message_id"])
