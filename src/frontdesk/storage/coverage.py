"""What patients said of their insurance (FHIR Coverage in draft), and that they will come."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.domain.audit import Event, Happened, as_id
from frontdesk.domain.ids import AppointmentId, ConversationId
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An insurance as it was told; None where a part was not."""

    id: UUID
    conversation: ConversationId
    payer: str | None
    member: str | None
    at: datetime


async def keep_coverage(db: Db, told: Told) -> None:
    """Keep it; the same id twice is one."""
    key = await db.subject(told.conversation)
    words = json.dumps({"payer": told.payer, "member": told.member})
    kept = await db.run(
        "insert into coverage (practice_id, id, conversation_id, told_sealed, told_at) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (
            db.practice,
            told.id,
            told.conversation,
            key.seal(words, place=place("coverage", told.id, "told")),
            told.at,
        ),
    )
    if kept:
        whose = frozenset({told.conversation})
        db.record(Event(what=Happened.COVERAGE_KEPT, subjects=whose, ids={"coverage": told.id}))


async def coverage_in(db: Db, conversation: ConversationId) -> list[Told]:
    """What was told in a conversation, oldest first."""
    rows = await db.all(
        "select * from coverage where practice_id = %s and conversation_id = %s order by told_at, id",
        (db.practice, conversation),
    )
    found = []
    for row in rows:
        key = await db.subject(row["conversation_id"])
        words = json.loads(key.open(row["told_sealed"], place=place("coverage", row["id"], "told")))
        found.append(
            Told(
                id=row["id"], conversation=conversation, payer=words["payer"], member=words["member"], at=row["told_at"]
            )
        )
    return found


async def keep_confirmation(db: Db, appointment: AppointmentId, conversation: ConversationId, *, now: datetime) -> None:
    """They will come; said twice it is kept once."""
    kept = await db.run(
        "insert into confirmation (practice_id, appointment_id, conversation_id, confirmed_at) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (db.practice, appointment, conversation, now),
    )
    if kept:
        whose = frozenset({conversation})
        db.record(Event(what=Happened.VISIT_CONFIRMED, subjects=whose, ids={"visit": as_id(appointment)}))
        db.announce("appointment", conversation)


async def confirmed(db: Db, appointment: AppointmentId) -> datetime | None:
    """Since when it is known that they will come."""
    row = await db.one(
        "select confirmed_at from confirmation where practice_id = %s and appointment_id = %s",
        (db.practice, appointment),
    )
    return row["confirmed_at"] if row else None
