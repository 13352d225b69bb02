"""Calls that the desk places itself, a row for each try: who has it, what it is called at its carrier, how it ended.

The row is named as its place in the outbox is, which marks it before it is dialled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.placed_call import Became
from frontdesk.ports.phoning import AnsweredBy
from frontdesk.storage.consents import address_hashes
from frontdesk.storage.database import Db


class Stage(Enum):
    """How far a call is."""

    PLACING = "placing"
    RINGING = "ringing"
    ANSWERED = "answered"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedCall:
    """One try. `call` is the carrier's own id, `became` None while nobody knows what comes of it."""

    id: UUID
    patient: PatientId
    stage: Stage
    call: str | None
    conversation: ConversationId | None
    by: AnsweredBy | None
    became: Became | None
    placed: datetime


async def begin(db: Db, id: UUID, patient: PatientId, phone: str, *, now: datetime) -> None:
    """It is about to be placed; one that was not, last time, is so again."""
    await db.run(
        "insert into placed_call as p (practice_id, id, patient_id, address_hash, stage, placed_at, changed_at) "
        "values (%s, %s, %s, %s, 'placing', %s, %s) on conflict (practice_id, id) do update set stage = 'placing', "
        "became = null, changed_at = excluded.changed_at where p.became = 'not placed'",
        (db.practice, id, patient, address_hashes(db, ChannelKind.SMS, phone)[-1], now, now),
    )


async def put_back(db: Db, id: UUID, *, now: datetime) -> None:
    """It was not placed this time, and counts for nothing."""
    await db.run(
        "update placed_call set stage = 'over', became = 'not placed', changed_at = %s "
        "where practice_id = %s and id = %s and call is null",
        (now, db.practice, id),
    )


async def rings(db: Db, id: UUID, call: str, *, now: datetime) -> None:
    """The carrier has it, under that id; what was told of it before stands."""
    await db.run(
        "update placed_call set call = coalesce(call, %s), stage = case stage when 'placing' then 'ringing' else stage "
        "end, changed_at = %s where practice_id = %s and id = %s",
        (call, now, db.practice, id),
    )


async def read_placed(db: Db, id: UUID) -> PlacedCall | None:
    """The call of that id; until this transaction ends nobody else changes it."""
    row = await db.one("select * from placed_call where practice_id = %s and id = %s for update", (db.practice, id))
    return _placed(row) if row else None


async def placed_as(db: Db, call: str) -> PlacedCall | None:
    """The call that a carrier calls so, locked likewise; None: the desk has placed none of that name."""
    row = await db.one("select * from placed_call where practice_id = %s and call = %s for update", (db.practice, call))
    return _placed(row) if row else None


async def placed_in(db: Db, conversation: ConversationId) -> PlacedCall | None:
    """The call that a conversation is, locked likewise; None: it is none that the desk has placed."""
    row = await db.one(
        "select * from placed_call where practice_id = %s and conversation_id = %s for update",
        (db.practice, conversation),
    )
    return _placed(row) if row else None


async def answered(db: Db, one: PlacedCall, call: str, by: AnsweredBy, *, now: datetime) -> None:
    """Somebody, or something, picked up."""
    await db.run(
        "update placed_call set stage = 'answered', call = %s, answered_by = %s, changed_at = %s "
        "where practice_id = %s and id = %s",
        (call, by.value, now, db.practice, one.id),
    )
    _record(db, one, by=by)


async def heard_as(db: Db, one: PlacedCall, by: AnsweredBy, *, now: datetime) -> None:
    """Who picked up, by our own ear."""
    await db.run(
        "update placed_call set answered_by = %s, changed_at = %s where practice_id = %s and id = %s",
        (by.value, now, db.practice, one.id),
    )


async def held_in(db: Db, one: PlacedCall, conversation: ConversationId, *, now: datetime) -> None:
    """What is said in it is said in that conversation."""
    await db.run(
        "update placed_call set conversation_id = %s, changed_at = %s where practice_id = %s and id = %s",
        (conversation, now, db.practice, one.id),
    )


async def note(db: Db, one: PlacedCall, became: Became, *, now: datetime) -> None:
    """What has come of it so far."""
    await db.run(
        "update placed_call set became = %s, changed_at = %s where practice_id = %s and id = %s",
        (became.value, now, db.practice, one.id),
    )


async def end_placed(db: Db, one: PlacedCall, became: Became, *, now: datetime) -> None:
    """It is over."""
    await db.run(
        "update placed_call set stage = 'over', became = %s, changed_at = %s where practice_id = %s and id = %s",
        (became.value, now, db.practice, one.id),
    )
    _record(db, one, became=became)


async def under_way(db: Db, *, but: UUID) -> int:
    """How many others are about to be placed, ring or are held just now."""
    row = await db.one(
        "select count(*) as many from placed_call where practice_id = %s and stage <> 'over' and id <> %s",
        (db.practice, but),
    )
    return row["many"] if row else 0


FORGOTTEN: LiteralString = (
    "select from placed_call where practice_id = %(practice)s and stage <> 'over' "
    "and changed_at < %(now)s::timestamptz - case stage when 'answered' then interval '30 minutes' "
    "else interval '10 minutes' end and not exists (select from outbox o where o.practice_id = placed_call.practice_id "
    "and o.id = placed_call.id and o.state = 'waiting')"
)
"""Calls of which nothing was told for too long: ten minutes while it rings, half an hour once it was answered, for its
carrier ends it after five. One that its place in the outbox still waits for is none."""


async def forgotten(db: Db, *, now: datetime) -> list[UUID]:
    """Those."""
    found: LiteralString = FORGOTTEN.replace("select from", "select id from", 1)
    rows = await db.all(found, {"practice": db.practice, "now": now})
    return [row["id"] for row in rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lately:
    """When a number rang for the desk's calls, and when somebody, or a machine, was spoken to."""

    rang: tuple[datetime, ...] = ()
    heard: tuple[datetime, ...] = ()


async def lately_at(db: Db, phones: Sequence[str], *, but: UUID | None = None) -> dict[str, Lately]:
    """The same of each number that ever rang, as far as it is kept; the call of the id `but` is left out."""
    hashes = [(place, hash) for place, one in enumerate(phones) for hash in address_hashes(db, ChannelKind.SMS, one)]
    rows = await db.all(
        "select w.place, p.placed_at, p.became from unnest(%s::int[], %s::bytea[]) as w(place, hash) "
        "join placed_call p on p.practice_id = %s and p.address_hash = w.hash and p.id is distinct from %s "
        "and p.became is distinct from 'not placed' order by p.placed_at",
        ([place for place, _ in hashes], [hash for _, hash in hashes], db.practice, but),
    )
    found: dict[str, Lately] = {}
    for row in rows:
        phone, before = phones[row["place"]], found.get(phones[row["place"]], Lately())
        spoken = row["became"] is not None and Became(row["became"]).was_heard
        found[phone] = Lately(
            rang=(*before.rang, row["placed_at"]),
            heard=(*before.heard, row["placed_at"]) if spoken else before.heard,
        )
    return found


async def calls_to(db: Db, phones: Iterable[str], *, reason: str) -> frozenset[str]:
    """Those of these numbers at which a call of the desk's left an open task of that reason."""
    numbers = [*dict.fromkeys(phones)]
    hashes = [(place, hash) for place, one in enumerate(numbers) for hash in address_hashes(db, ChannelKind.SMS, one)]
    rows = await db.all(
        "select distinct w.place from unnest(%s::int[], %s::bytea[]) as w(place, hash) "
        "join placed_call p on p.practice_id = %s and p.address_hash = w.hash "
        "join task t on t.practice_id = p.practice_id and t.conversation_id = p.conversation_id and t.reason = %s "
        "and t.closed_at is null",
        ([place for place, _ in hashes], [hash for _, hash in hashes], db.practice, reason),
    )
    return frozenset(numbers[row["place"]] for row in rows)


def _record(db: Db, one: PlacedCall, *, by: AnsweredBy | None = None, became: Became | None = None) -> None:
    told = {"answered_by": by.value} if by else {"became": became.value.replace(" ", "-")} if became else {}
    db.record(Event(what=Happened.CALL_PLACED, subjects=frozenset({one.patient}), ids={"outbox": one.id}, codes=told))


def _placed(row: DictRow) -> PlacedCall:
    return PlacedCall(
        id=row["id"],
        patient=PatientId(row["patient_id"]),
        stage=Stage(row["stage"]),
        call=row["call"],
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        by=AnsweredBy(row["answered_by"]) if row["answered_by"] else None,
        became=Became(row["became"]) if row["became"] else None,
        placed=row["placed_at"],
    )
