"""Who waits for a time: FHIR Appointment with status "waitlist", kept apart from the visits that take time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId, ServiceId
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.ranking import Urgency
from frontdesk.storage.database import Db, place
from frontdesk.storage.json_values import from_json, to_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One entry. `instead`: of a visit they have, so that only a sooner time helps. `offered`: starts, UTC.

    `offer_ends` is until when the last offer waits for an answer. `notice`: how long before a visit they must know of
    it. `owed`: offers, see `scheduling.ranking`.
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
    urgency: Urgency = Urgency.ROUTINE
    notice: timedelta = timedelta(0)
    owed: float = 0.0


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


TO_LOOK_FOR: LiteralString = (
    "select from waiting where practice_id = %(practice)s and left_at is null and looked_at <= %(looked_since)s "
    "and coalesce(offer_ends_at <= %(now)s, true)"
)


async def any_to_look_for(db: Db, *, since: datetime, now: datetime) -> bool:
    """Whether somebody waits for whom nothing was looked for since then, and who has no offer to answer."""
    row = await db.one(TO_LOOK_FOR + " limit 1", {"practice": db.practice, "now": now, "looked_since": since})
    return row is not None


async def take_up(db: Db, *, since: datetime, now: datetime) -> list[Waiting]:
    """Everybody for whom nothing was looked for since then and who has no offer to answer, marked as looked for.

    The longest on the list come first. Whoever asks at the same moment gets those that are left: nobody.
    """
    rows = await db.all(
        "with due as (select id from waiting where practice_id = %(practice)s and left_at is null "
        "and looked_at <= %(since)s and coalesce(offer_ends_at <= %(now)s, true) order by id for update) "
        "update waiting w set looked_at = %(now)s from due where w.practice_id = %(practice)s and w.id = due.id "
        "and w.looked_at <= %(since)s returning w.*",
        {"practice": db.practice, "since": since, "now": now},
    )
    return [await read_waiting(db, row) for row in sorted(rows, key=lambda row: row["order_no"])]


async def read_entry(db: Db, id: UUID) -> Waiting | None:
    """An entry that is on the list; None: it is not, any more."""
    row = await db.one(
        "select * from waiting where practice_id = %s and id = %s and left_at is null", (db.practice, id)
    )
    return await read_waiting(db, row) if row else None


async def forget_visit(db: Db, id: UUID) -> None:
    """The visit that a sooner time was wanted instead of does not stand any more."""
    await db.run("update waiting set instead = null where practice_id = %s and id = %s", (db.practice, id))


async def may_be_asked_again(db: Db, id: UUID, *, now: datetime) -> None:
    """There is nothing any more that they have to answer."""
    await db.run(
        "update waiting set offer_ends_at = least(offer_ends_at, %s) where practice_id = %s and id = %s",
        (now, db.practice, id),
    )


async def set_order(db: Db, id: UUID, *, urgency: Urgency, notice: timedelta) -> bool:
    """Whether that entry is on the list: the practice's people set how urgent it is, and how much notice they need."""
    row = await db.one(
        "update waiting set urgency = %s, notice = %s where practice_id = %s and id = %s and left_at is null "
        "returning patient_id",
        (int(urgency), notice, db.practice, id),
    )
    if row is None:
        return False
    _record(db, Happened.WAITLIST_ORDERED, row["patient_id"], id)
    return True


async def patients_of(db: Db, entries: Sequence[UUID]) -> dict[UUID, PatientId]:
    """Whose entries these are, those that are off the list too."""
    rows = await db.all(
        "select id, patient_id from waiting where practice_id = %s and id = any(%s)", (db.practice, list(entries))
    )
    return {row["id"]: PatientId(row["patient_id"]) for row in rows}


async def waiting_in(db: Db, conversation: ConversationId) -> list[Waiting]:
    """What a conversation waits for, oldest first."""
    rows = await db.all(
        "select * from waiting where practice_id = %s and conversation_id = %s and left_at is null order by order_no",
        (db.practice, conversation),
    )
    return [await read_waiting(db, row) for row in rows]


async def waits_for(db: Db, patient: PatientId, service: ServiceId) -> bool:
    """Whether a patient is on the list for that service."""
    row = await db.one(
        "select from waiting where practice_id = %s and patient_id = %s and service = %s and left_at is null limit 1",
        (db.practice, patient, service),
    )
    return row is not None


async def take_off(db: Db, id: UUID, *, now: datetime) -> bool:
    """Whether that entry was on the list; the practice's people took it off, or its days are over."""
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
        "update waiting set offered = array_append(offered, %s), offer_ends_at = %s, owed = owed - 1 "
        "where practice_id = %s and id = %s",
        (start, ends, db.practice, id),
    )


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
        urgency=Urgency(row["urgency"]),
        notice=row["notice"],
        owed=row["owed"],
    )


def _record(db: Db, what: Happened, patient: UUID, id: UUID) -> None:
    db.record(Event(what=what, subjects=frozenset({patient}), ids={"waiting": id}))
