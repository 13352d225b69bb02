"""Who waits for a time: FHIR Appointment with status "waitlist", kept apart from the visits that take time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId, ServiceId
from frontdesk.domain.wish import Wish
from frontdesk.storage.database import Db, place
from frontdesk.storage.json_values import from_json, to_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One entry. `instead`: of a visit they have, so that only a sooner time helps. `offered`: starts, UTC.

    `offer_ends` is until when the last offer waits for an answer.
    """

    id: UUID
    conversation: ConversationId
    patient: PatientId
    service: ServiceId
    wish: Wish
    instead: AppointmentId | None
    joined: datetime
    offered: tuple[datetime, ...] = ()
    offer_ends: datetime | None = None


async def join(db: Db, entry: Waiting) -> None:
    """Put them on the list; the same id twice is one. A new wish for the same service takes the place of the old."""
    key = await db.subject(entry.conversation)
    await db.run(
        "update waiting set left_at = %s where practice_id = %s and conversation_id = %s and service = %s "
        "and left_at is null and id <> %s",
        (entry.joined, db.practice, entry.conversation, entry.service, entry.id),
    )
    joined = await db.run(
        "insert into waiting (practice_id, id, conversation_id, patient_id, service, wish_sealed, instead, joined_at, "
        "looked_at, offered) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, '{}') on conflict do nothing",
        (
            db.practice,
            entry.id,
            entry.conversation,
            entry.patient,
            entry.service,
            key.seal(to_json(entry.wish, Wish), place=place("waiting", entry.id, "wish")),
            entry.instead,
            entry.joined,
            entry.joined,
        ),
    )
    if joined:
        _record(db, Happened.WAITLIST_JOINED, entry.patient, entry.id)


async def leave(db: Db, conversation: ConversationId, *, now: datetime) -> int:
    """How many entries of a conversation are off the list now."""
    rows = await db.all(
        "update waiting set left_at = %s where practice_id = %s and conversation_id = %s and left_at is null "
        "returning id, patient_id",
        (now, db.practice, conversation),
    )
    for row in rows:
        _record(db, Happened.WAITLIST_LEFT, row["patient_id"], row["id"])
    return len(rows)


async def any_to_look_for(db: Db, *, since: datetime, now: datetime) -> bool:
    """Whether somebody waits for whom nothing was looked for since then, and who has no offer to answer."""
    row = await db.one(
        "select 1 from waiting where practice_id = %s and left_at is null and looked_at <= %s "
        "and coalesce(offer_ends_at <= %s, true) limit 1",
        (db.practice, since, now),
    )
    return row is not None


async def next_to_look_for(db: Db, *, since: datetime, now: datetime) -> Waiting | None:
    """The one who waits longest among them, marked as looked for."""
    row = await db.one(
        "update waiting set looked_at = %s where practice_id = %s and id = (select id from waiting "
        "where practice_id = %s and left_at is null and looked_at <= %s and coalesce(offer_ends_at <= %s, true) "
        "order by order_no limit 1 for update skip locked) returning *",
        (now, db.practice, db.practice, since, now),
    )
    return await read_waiting(db, row) if row else None


async def waiting_in(db: Db, conversation: ConversationId) -> list[Waiting]:
    """What a conversation waits for, oldest first."""
    rows = await db.all(
        "select * from waiting where practice_id = %s and conversation_id = %s and left_at is null order by order_no",
        (db.practice, conversation),
    )
    return [await read_waiting(db, row) for row in rows]


async def take_off(db: Db, id: UUID, *, now: datetime) -> bool:
    """Whether that entry was on the list; the practice's people took it off."""
    row = await db.one(
        "update waiting set left_at = %s where practice_id = %s and id = %s and left_at is null returning patient_id",
        (now, db.practice, id),
    )
    if row is None:
        return False
    _record(db, Happened.WAITLIST_LEFT, row["patient_id"], id)
    return True


async def offered(db: Db, id: UUID, start: datetime, *, ends: datetime) -> None:
    """A time was offered, and waits for an answer until `ends`."""
    await db.run(
        "update waiting set offered = array_append(offered, %s), offer_ends_at = %s where practice_id = %s and id = %s",
        (start, ends, db.practice, id),
    )


async def under_offer(db: Db, *, now: datetime) -> list[datetime]:
    """The starts that others have to answer for now: nobody else is offered them."""
    rows = await db.all(
        "select offered[array_upper(offered, 1)] as start from waiting where practice_id = %s and left_at is null "
        "and offer_ends_at > %s",
        (db.practice, now),
    )
    return [row["start"] for row in rows if row["start"] is not None]


async def has_booked(db: Db, conversation: ConversationId, services: Sequence[ServiceId], *, now: datetime) -> None:
    """Who has a visit waits for none of that kind any more."""
    await db.run(
        "update waiting set left_at = %s where practice_id = %s and conversation_id = %s and service = any(%s) "
        "and left_at is null",
        (now, db.practice, conversation, list(services)),
    )


async def read_waiting(db: Db, row: DictRow) -> Waiting:
    """The entry of a row."""
    key = await db.subject(row["conversation_id"])
    return Waiting(
        id=row["id"],
        conversation=ConversationId(row["conversation_id"]),
        patient=PatientId(row["patient_id"]),
        service=ServiceId(row["service"]),
        wish=from_json(key.open(row["wish_sealed"], place=place("waiting", row["id"], "wish")).decode(), Wish),
        instead=AppointmentId(row["instead"]) if row["instead"] else None,
        joined=row["joined_at"],
        offered=tuple(row["offered"]),
        offer_ends=row["offer_ends_at"],
    )


def _record(db: Db, what: Happened, patient: UUID, id: UUID) -> None:
    db.record(Event(what=what, subjects=frozenset({patient}), ids={"waiting": id}))
