"""Calls as their carrier knows them: who speaks with the caller now, and whom they are to be put through to.

Each step is taken under the row's lock and only from the stage before it: a webhook that comes twice, or late, changes
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.storage.conversations import close_conversation
from frontdesk.storage.database import Db


class Stage(Enum):
    """Who has the caller. Wanted: they are about to leave the assistant for a person."""

    TALKING = "talking"
    WANTED = "wanted"
    DIALLING = "dialling"
    WITH_A_PERSON = "with a person"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneCall:
    """One call. `id` is the carrier's own, `number` the practice's; `tried` numbers were dialled, `leg` rings now."""

    id: str
    carrier: str
    number: str
    conversation: ConversationId
    stage: Stage
    wanted_by: MessageId | None
    reason: str
    tried: int
    returns: int
    leg: str | None
    began: datetime
    times: Sequence[dict[str, float]]


async def begin_call(
    db: Db, id: str, conversation: ConversationId, *, carrier: str, number: str, now: datetime
) -> None:
    """The assistant has picked it up."""
    await db.run(
        "insert into phone_call (practice_id, id, carrier, number, conversation_id, stage, began_at, changed_at) "
        "values (%s, %s, %s, %s, %s, 'talking', %s, %s)",
        (db.practice, id, carrier, number, conversation, now, now),
    )
    db.announce("call", conversation)


async def read_call(db: Db, id: str) -> PhoneCall | None:
    """The call of that id; until this transaction ends nobody else changes it."""
    row = await db.one("select * from phone_call where practice_id = %s and id = %s for update", (db.practice, id))
    return _call(row) if row else None


async def call_of(db: Db, conversation: ConversationId) -> PhoneCall | None:
    """The call that a conversation is, locked likewise."""
    row = await db.one(
        "select * from phone_call where practice_id = %s and conversation_id = %s for update",
        (db.practice, conversation),
    )
    return _call(row) if row else None


async def look_at_call(db: Db, conversation: ConversationId) -> PhoneCall | None:
    """The same to look at; it may change at once."""
    row = await db.one(
        "select * from phone_call where practice_id = %s and conversation_id = %s", (db.practice, conversation)
    )
    return _call(row) if row else None


async def want_person(db: Db, conversation: ConversationId, reason: str, *, by: MessageId, now: datetime) -> None:
    """The caller is to be put through, for what they said in that message; `reason` is that of its task."""
    await db.run(
        "update phone_call set stage = 'wanted', wanted_by = %s, reason = %s, tried = 0, changed_at = %s "
        "where practice_id = %s and conversation_id = %s and stage = 'talking'",
        (by, reason, now, db.practice, conversation),
    )
    db.announce("call", conversation)


async def talk_on(db: Db, call: PhoneCall, *, now: datetime) -> None:
    """The caller has said more before they were put through: they stay with the assistant."""
    await _to(db, call, Stage.TALKING, now=now)


async def dial_next(db: Db, call: PhoneCall, *, now: datetime) -> None:
    """The next of the numbers is about to ring."""
    await db.run(
        "update phone_call set stage = 'dialling', tried = tried + 1, leg = null, changed_at = %s "
        "where practice_id = %s and id = %s",
        (now, db.practice, call.id),
    )
    _record(db, call, Stage.DIALLING)


async def note_leg(db: Db, call: PhoneCall, leg: str) -> None:
    """The carrier's id of the leg that rings."""
    await db.run("update phone_call set leg = %s where practice_id = %s and id = %s", (leg, db.practice, call.id))


async def taken(db: Db, call: PhoneCall, *, now: datetime) -> None:
    """A person has the caller."""
    await _to(db, call, Stage.WITH_A_PERSON, now=now)
    _record(db, call, Stage.WITH_A_PERSON)


async def come_back(db: Db, call: PhoneCall, *, now: datetime) -> None:
    """Nobody took it: the assistant has the caller again."""
    await db.run(
        "update phone_call set stage = 'talking', returns = returns + 1, leg = null, changed_at = %s "
        "where practice_id = %s and id = %s",
        (now, db.practice, call.id),
    )
    _record(db, call, Stage.TALKING)


async def resume(db: Db, call: PhoneCall, *, now: datetime) -> None:
    """The line to us broke while the assistant had the caller, who is still there."""
    await db.run(
        "update phone_call set returns = returns + 1, tried = 0, changed_at = %s where practice_id = %s and id = %s",
        (now, db.practice, call.id),
    )


async def end_call(db: Db, call: PhoneCall, *, now: datetime) -> None:
    """It is over."""
    await _to(db, call, Stage.OVER, now=now)


FORGOTTEN_AFTER = timedelta(hours=5)
"""No carrier holds a call for longer than four hours: one of which nothing was told for so long is over."""


FORGOTTEN: LiteralString = (
    "select from phone_call where practice_id = %(practice)s and stage <> 'over' "
    "and changed_at < %(calls_changed_before)s"
)
"""Calls of which nothing was told for so long."""


async def end_forgotten(db: Db, *, now: datetime) -> int:
    """How many calls were ended whose carrier never told that they are over; their conversations are closed too."""
    rows = await db.all(
        "update phone_call set stage = 'over', changed_at = %s where practice_id = %s and stage <> 'over' "
        "and changed_at < %s returning conversation_id",
        (now, db.practice, now - FORGOTTEN_AFTER),
    )
    for row in rows:
        await close_conversation(db, ConversationId(row["conversation_id"]), now=now)
    return len(rows)


async def keep_times(db: Db, conversation: ConversationId, times: Sequence[dict[str, float]]) -> None:
    """How long the caller waited, turn by turn; more is added to what is kept."""
    await db.run(
        "update phone_call set times = coalesce(times, '[]') || %s where practice_id = %s and conversation_id = %s",
        (Jsonb(list(times)), db.practice, conversation),
    )
    db.announce("call", conversation)


async def _to(db: Db, call: PhoneCall, stage: Stage, *, now: datetime) -> None:
    await db.run(
        "update phone_call set stage = %s, changed_at = %s where practice_id = %s and id = %s",
        (stage.value, now, db.practice, call.id),
    )
    db.announce("call", call.conversation)


def _record(db: Db, call: PhoneCall, stage: Stage) -> None:
    db.announce("call", call.conversation)
    db.record(
        Event(
            what=Happened.CALL_PUT_THROUGH,
            subjects=frozenset({call.conversation}),
            codes={"stage": stage.value.replace(" ", "-")},
        )
    )


def _call(row: DictRow) -> PhoneCall:
    wanted: UUID | None = row["wanted_by"]
    return PhoneCall(
        id=row["id"],
        carrier=row["carrier"],
        number=row["number"],
        conversation=ConversationId(row["conversation_id"]),
        stage=Stage(row["stage"]),
        wanted_by=MessageId(wanted) if wanted else None,
        reason=row["reason"] or "",
        tried=row["tried"],
        returns=row["returns"],
        leg=row["leg"],
        began=row["began_at"],
        times=tuple(row["times"] or ()),
    )
