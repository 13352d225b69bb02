"""The booking saga's steps, one row per intent: intended -> booked -> verified -> told."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.ids import AppointmentId, ConversationId, MessageId, PatientId
from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """How far a booking has come."""

    INTENDED = "intended"
    BOOKED = "booked"
    VERIFIED = "verified"
    TOLD = "told"
    TAKEN = "taken"
    UNKNOWN = "unknown"


async def intend(
    db: Db, key: str, *, conversation: ConversationId, message: MessageId, patient: PatientId, now: datetime
) -> None:
    """Record that a booking is about to be asked for. The same key twice is one intent."""
    await db.run(
        "insert into booking (practice_id, key, conversation_id, message_id, patient_id, step, at) "
        "values (%s, %s, %s, %s, %s, 'intended', %s) on conflict do nothing",
        (db.practice, key, conversation, message, patient, now),
    )


async def advance(db: Db, key: str, step: str, *, now: datetime, appointment: AppointmentId | None = None) -> None:
    """Record how far it has come."""
    await db.run(
        "update booking set step = %s, at = %s, appointment_id = coalesce(%s, appointment_id) "
        "where practice_id = %s and key = %s",
        (step, now, appointment, db.practice, key),
    )


async def step_of(db: Db, key: str) -> str | None:
    """How far the booking of that key has come; None when it was never intended."""
    row = await db.one("select step from booking where practice_id = %s and key = %s", (db.practice, key))
    return str(row["step"]) if row else None
