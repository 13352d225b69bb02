"""What the practice's people write to each other beside a conversation; the patient never sees it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """`by` is the account of whoever wrote it."""

    id: UUID
    conversation: ConversationId
    by: UUID
    text: str
    written: datetime


async def add_note(db: Db, note: Note) -> None:
    """Keep it; the same id twice is one."""
    key = await db.subject(note.conversation)
    added = await db.run(
        "insert into note (practice_id, id, conversation_id, account_id, text_sealed, written_at) "
        "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            note.id,
            note.conversation,
            note.by,
            key.seal(note.text, place=place("note", note.id, "text")),
            note.written,
        ),
    )
    if added:
        whose = frozenset({note.conversation})
        db.record(Event(what=Happened.NOTE_WRITTEN, subjects=whose, ids={"note": note.id}))
        db.announce("note", note.conversation)


async def notes_of(db: Db, conversation: ConversationId) -> list[Note]:
    """Every note beside a conversation, oldest first."""
    rows = await db.all(
        "select * from note where practice_id = %s and conversation_id = %s order by written_at, id",
        (db.practice, conversation),
    )
    if not rows:
        return []
    key = await db.subject(conversation)
    return [
        Note(
            id=row["id"],
            conversation=conversation,
            by=row["account_id"],
            text=key.open(row["text_sealed"], place=place("note", row["id"], "text")).decode(),
            written=row["written_at"],
        )
        for row in rows
    ]
