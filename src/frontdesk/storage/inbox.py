"""The conversations as a list: what waits in each, who holds it, and what was said last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.storage.database import Db, place
from frontdesk.storage.json_values import from_json

MOST = 60
"""So many conversations are listed; older ones are found by their patient."""


class Which(Enum):
    """What is listed."""

    WAITING = "waiting"
    """Something is to be done by a person, or a person holds it."""
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One conversation. `reasons` are those of its open tasks, urgent ones first; `since`: the oldest of them.

    `draft`: a reply waits to be sent, or a message for people. `last` is what was said last, and by whom.
    """

    id: ConversationId
    channel: ChannelKind
    address: str
    state: State
    patient: PatientId | None
    held_by: UUID | None
    reasons: tuple[str, ...]
    urgent: bool
    draft: bool
    since: datetime | None
    last_at: datetime
    last: str
    by: Author | None
    closed: bool


async def inbox(db: Db, which: Which, *, me: UUID, now: datetime) -> list[Line]:
    """The conversations, urgent first, then those in which something waits, the longest waiting first, then the latest.

    At most MOST. Whose were opened stands in the audit.
    """
    rows = await db.all(
        "select * from (select c.*, m.id as message_id, m.author, m.text_sealed, t.reasons, t.urgent, t.since, "
        "exists (select from message w where w.practice_id = c.practice_id and w.conversation_id = c.id "
        "and w.author = 'patient' and w.answered_at is null and w.answer_from > %(now)s) as draft "
        "from conversation c "
        "left join lateral (select id, author, text_sealed from message where practice_id = c.practice_id "
        "and conversation_id = c.id order by seq desc limit 1) m on true "
        "left join lateral (select array_agg(reason order by urgent desc, opened_at) as reasons, "
        "bool_or(urgent) as urgent, min(opened_at) as since from task where practice_id = c.practice_id "
        "and conversation_id = c.id and closed_at is null) t on true "
        f"where c.practice_id = %(practice)s and c.last_seq > 0) as listed where {_WHICH[which]} "
        "order by urgent is true desc, (since is not null and held_by is null) desc, since, last_at desc, id "
        "limit %(most)s",
        {"practice": db.practice, "me": me, "now": now, "most": MOST},
    )
    return [await _line(db, row) for row in rows]


async def counts(db: Db, *, me: UUID) -> dict[Which, int]:
    """How many conversations wait, and how many I hold; all are not counted."""
    row = await db.one(
        "select count(*) filter (where held_by is not null or exists (select from task t "
        "where t.practice_id = c.practice_id and t.conversation_id = c.id and t.closed_at is null)) as waiting, "
        "count(*) filter (where held_by = %(me)s) as mine "
        "from conversation c where practice_id = %(practice)s and c.last_seq > 0",
        {"practice": db.practice, "me": me},
    )
    assert row is not None
    return {Which.WAITING: row["waiting"], Which.MINE: row["mine"]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """That there is a conversation, without a word of it."""

    id: ConversationId
    channel: ChannelKind
    last_at: datetime


async def threads_of(db: Db, ids: Sequence[ConversationId]) -> list[Thread]:
    """These conversations, the one written to last first."""
    rows = await db.all(
        "select id, channel, last_at from conversation where practice_id = %s and id = any(%s) order by last_at desc",
        (db.practice, list(ids)),
    )
    return [
        Thread(id=ConversationId(row["id"]), channel=ChannelKind(row["channel"]), last_at=row["last_at"])
        for row in rows
    ]


_WHICH: dict[Which, LiteralString] = {
    Which.WAITING: "(since is not null or held_by is not null)",
    Which.MINE: "held_by = %(me)s",
    Which.ALL: "true",
}


async def _line(db: Db, row: DictRow) -> Line:
    key = await db.subject(row["id"])

    def opened(sealed: bytes, table: str, of: UUID, column: str) -> str:
        return key.open(sealed, place=place(table, of, column)).decode()

    said = row["message_id"]
    return Line(
        id=ConversationId(row["id"]),
        channel=ChannelKind(row["channel"]),
        address=opened(row["address_sealed"], "conversation", row["id"], "address"),
        state=from_json(opened(row["state_sealed"], "conversation", row["id"], "state"), State),
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
        held_by=row["held_by"],
        reasons=tuple(row["reasons"] or ()),
        urgent=bool(row["urgent"]),
        draft=row["draft"],
        since=row["since"],
        last_at=row["last_at"],
        last=opened(row["text_sealed"], "message", said, "text") if said else "",
        by=Author(row["author"]) if said else None,
        closed=row["closed_at"] is not None,
    )
