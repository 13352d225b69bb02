"""The saga of each change to a visit, a row per intent: intended -> held -> agreed -> booked -> verified -> told.

Whoever runs a step stores the one before it first; so after a crash the row says what may have happened, and each
step may be repeated. A move and a cancellation go the same way, without the hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status
from frontdesk.domain.audit import Event, Happened, as_id
from frontdesk.domain.ids import (
    AppointmentId,
    ConversationId,
    LocationId,
    MessageId,
    PatientId,
    PractitionerId,
    ServiceId,
)
from frontdesk.domain.time import Period
from frontdesk.storage.database import Db
from frontdesk.storage.invitations import rename_invitation
from frontdesk.storage.json_values import as_plain, from_plain

WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
)
"""How long after each fault an intent is tried again; after the last a person has it."""


LOOKS_BACK = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=26))
"""When, after an intent has ended without a visit, the calendar is looked at for one that came after all."""

TAKEN_FOR = timedelta(minutes=1)
"""How long whoever takes something up has it, before somebody else may."""


class Doing(Enum):
    """What an intent is about."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class Step(Enum):
    """How far it has come. Up to `told` it goes on; what follows are ends."""

    INTENDED = "intended"
    HELD = "held"
    AGREED = "agreed"  # the patient has said yes: the calendar may be asked from here on
    BOOKED = "booked"  # the calendar says that it is done: booked, moved or cancelled
    VERIFIED = "verified"  # and shows it so
    TOLD = "told"
    TAKEN = "taken"  # somebody else had the time
    UNDONE = "undone"  # what was to be changed stands no more, or nothing came of it
    LAPSED = "lapsed"  # the patient never said yes, and the hold ran out
    UNKNOWN = "unknown"  # a person must look: the calendar never said

    @property
    def goes_on(self) -> bool:
        """Whether something is left to be done."""
        return self in {Step.INTENDED, Step.HELD, Step.AGREED, Step.BOOKED, Step.VERIFIED}


_MAY_LEAVE_BEHIND = frozenset({Step.UNDONE, Step.UNKNOWN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """One change to one visit. `slot` is the time wanted, `visit` the one to be moved or cancelled.

    `held` keeps the time until `held_until`; `appointment` is what the calendar made of it. `told_trouble`: the
    patient has heard that it is not certain.
    """

    key: str
    doing: Doing
    step: Step
    at: datetime
    conversation: ConversationId | None = None
    message: MessageId | None = None
    slot: Slot | None = None
    visit: AppointmentId | None = None
    reason: Cancellation | None = None
    patient: PatientId | None = None
    held: AppointmentId | None = None
    held_until: datetime | None = None
    appointment: AppointmentId | None = None
    told_trouble: bool = False
    attempts: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What a patient was last told of a visit. `look_at`: when the calendar is to be asked whether it is still so."""

    appointment: AppointmentId
    conversation: ConversationId | None
    patient: PatientId
    during: Period
    practitioner: PractitionerId | None
    status: Status
    sequence: int
    told: datetime
    look_at: datetime | None = None
    service: ServiceId | None = None
    location: LocationId | None = None

    def is_kept_by(self, standing: Appointment | None) -> bool:
        """Whether what the patient was told is still so. None: the calendar has no such visit any more."""
        if standing is None or not standing.status.takes_time:
            return self.status is Status.CANCELLED or (standing is not None and standing.status is Status.NOSHOW)
        told = (self.during, self.practitioner)
        return self.status is _told_as(standing) and (standing.during, standing.practitioner) == told


async def intend(db: Db, intent: Intent) -> Intent:
    """The intent of that key: this one, or the one that was stored before, which then rules."""
    begun = await db.run(
        "insert into booking (practice_id, key, doing, step, at, due_at, conversation_id, message_id, slot, visit, "
        "reason, patient_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            intent.key,
            intent.doing.value,
            intent.step.value,
            intent.at,
            intent.at + WAITS[0],
            intent.conversation,
            intent.message,
            Jsonb(as_plain(intent.slot)) if intent.slot else None,
            intent.visit,
            intent.reason.value if intent.reason else None,
            intent.patient,
        ),
    )
    stored = await read_intent(db, intent.key)
    assert stored is not None
    if begun:
        _record(db, Happened.BOOKING_INTENDED, stored)
    return stored


async def read_intent(db: Db, key: str) -> Intent | None:
    """The intent of that key."""
    row = await db.one("select * from booking where practice_id = %s and key = %s", (db.practice, key))
    return _intent(row) if row else None


async def intent_holding(db: Db, held: AppointmentId) -> Intent | None:
    """The intent whose hold that is."""
    row = await db.one(
        "select * from booking where practice_id = %s and held = %s order by at limit 1", (db.practice, held)
    )
    return _intent(row) if row else None


async def advance(
    db: Db,
    key: str,
    step: Step,
    *,
    now: datetime,
    appointment: AppointmentId | None = None,
    held: AppointmentId | None = None,
    held_until: datetime | None = None,
    patient: PatientId | None = None,
) -> None:
    """Record how far it has come. A step that was passed already is not gone back to."""
    row = await db.one(
        "update booking set step = %(step)s, at = %(now)s, due_at = %(due)s, look_again_at = %(again)s, "
        "appointment_id = coalesce(%(appointment)s, appointment_id), held = coalesce(%(held)s, held), "
        "held_until = coalesce(%(held_until)s, held_until), patient_id = coalesce(%(patient)s, patient_id) "
        "where practice_id = %(practice)s and key = %(key)s "
        "and step in ('intended', 'held', 'agreed', 'booked', 'verified') returning *",
        {
            "step": step.value,
            "now": now,
            "due": max(now, held_until or now) + WAITS[0],
            "again": now + LOOKS_BACK[0] if step in _MAY_LEAVE_BEHIND else None,
            "appointment": appointment,
            "held": held,
            "held_until": held_until,
            "patient": patient,
            "practice": db.practice,
            "key": key,
        },
    )
    if row is not None:
        _record(db, Happened.BOOKING_ADVANCED, _intent(row))


def _record(db: Db, what: Happened, intent: Intent) -> None:
    visit = intent.appointment or intent.visit
    ids: dict[str, UUID | str] = {"intent": as_id(intent.key), **({"visit": as_id(visit)} if visit else {})}
    whose = frozenset(one for one in (intent.conversation, intent.patient) if one is not None)
    codes = {"doing": intent.doing.value, "step": intent.step.value}
    db.record(Event(what=what, subjects=whose, ids=ids, codes=codes))


async def try_later(db: Db, intent: Intent, *, now: datetime) -> None:
    """It could not go on; it is taken up again in a while."""
    await db.run(
        "update booking set attempts = attempts + 1, due_at = %s where practice_id = %s and key = %s",
        (now + WAITS[min(intent.attempts, len(WAITS) - 1)], db.practice, intent.key),
    )


async def tell_trouble(db: Db, key: str) -> None:
    """The patient is told, with this transaction, that it is not certain."""
    await db.run("update booking set told_trouble = true where practice_id = %s and key = %s", (db.practice, key))


async def step_of(db: Db, key: str) -> Step | None:
    """How far the intent of that key has come; None when there never was one."""
    row = await db.one("select step from booking where practice_id = %s and key = %s", (db.practice, key))
    return Step(row["step"]) if row else None


OVERDUE: LiteralString = (
    "from booking where practice_id = %(practice)s and due_at <= %(now)s "
    "and step in ('intended', 'held', 'agreed', 'booked', 'verified') "
    "and not exists (select from message m where m.practice_id = booking.practice_id and m.id = booking.message_id "
    "and m.answered_at is null)"
)
"""Intents that should have gone on by now. One whose message still waits for its answer is left out: answering it
takes it up where it stands."""


async def take_up(db: Db, *, now: datetime, most: int = 100) -> list[Intent]:
    """Intents that should have gone on by now; whoever asks has them for a minute, and nobody else."""
    sql: LiteralString = (
        "update booking set due_at = %(until)s where practice_id = %(practice)s and key in (select key "
        + OVERDUE
        + " order by due_at limit %(most)s for update skip locked) returning *"
    )
    rows = await db.all(sql, {"practice": db.practice, "now": now, "until": now + TAKEN_FOR, "most": most})
    return [_intent(row) for row in rows]


LEFT_BEHIND: LiteralString = (
    "from booking where practice_id = %(practice)s and look_again_at <= %(now)s "
    "and slot is not null and patient_id is not null and appointment_id is null"
)
"""Intents that ended without a visit, to be looked at again."""


async def take_up_left_behind(db: Db, *, now: datetime, most: int = 100) -> list[Intent]:
    """Intents that ended without a visit and are to be looked at again; whoever asks has them for a minute."""
    sql: LiteralString = (
        "update booking set look_again_at = %(until)s where practice_id = %(practice)s and key in "
        "(select key " + LEFT_BEHIND + " order by look_again_at limit %(most)s "
        "for update skip locked) returning *"
    )
    rows = await db.all(sql, {"practice": db.practice, "now": now, "until": now + TAKEN_FOR, "most": most})
    return [_intent(row) for row in rows]


async def looked_back(db: Db, intent: Intent, *, found: bool, now: datetime) -> None:
    """It was looked at; where nothing was found it is again, until it has been often enough."""
    left = [] if found else [intent.at + wait for wait in LOOKS_BACK if intent.at + wait > now]
    await db.run(
        "update booking set look_again_at = %s where practice_id = %s and key = %s",
        (min(left, default=None), db.practice, intent.key),
    )


async def message_waits(db: Db, intent: Intent) -> bool:
    """Whether the message that an intent came from has not been answered yet."""
    row = await db.one(
        "select from message where practice_id = %s and id = %s and answered_at is null", (db.practice, intent.message)
    )
    return row is not None


async def under_way(db: Db, appointment: AppointmentId) -> bool:
    """Whether an intent about this visit is still going on: what it leads to is told by whoever runs it."""
    row = await db.one(
        "select from booking where practice_id = %s and (appointment_id = %s or visit = %s) "
        "and step in ('agreed', 'booked', 'verified') limit 1",
        (db.practice, appointment, appointment),
    )
    return row is not None


async def move_from(
    db: Db, numbers: Sequence[AppointmentId], *, patient: PatientId | None, asks: str | None = None
) -> Intent | None:
    """The last move of that patient's visit, under any of its numbers, that gave it another; or one that may yet.

    None: it has none but these. Where the intent of the key `asks` wants to know, which number it may change, it is
    not looked at itself, nor one that may yet: of two that have not ended, the later one waits.
    """
    row = await db.one(
        "select * from booking where practice_id = %(practice)s and doing = 'move' and visit = any(%(numbers)s) "
        "and patient_id = %(patient)s and (appointment_id <> all(%(numbers)s) "
        "or (appointment_id is null and step = 'agreed' and %(asks)s::text is null)) "
        "and key is distinct from %(asks)s order by appointment_id is null, at desc limit 1",
        {"practice": db.practice, "numbers": list(numbers), "patient": patient, "asks": asks},
    )
    return _intent(row) if row else None


async def waits_for_another(db: Db, intent: Intent) -> bool:
    """Whether a change of the same visit was agreed to before this one, and what came of it is not known yet."""
    row = await db.one(
        "select from booking b join booking mine on mine.practice_id = b.practice_id and mine.key = %(key)s "
        "where b.practice_id = %(practice)s and b.visit = mine.visit and b.key <> mine.key and b.step = 'agreed' "
        "and b.appointment_id is null and (b.at, b.key) < (mine.at, mine.key) limit 1",
        {"practice": db.practice, "key": intent.key},
    )
    return row is not None


async def now_about(db: Db, key: str, visit: AppointmentId) -> None:
    """The visit that is to be changed has another number by now."""
    await db.run("update booking set visit = %s where practice_id = %s and key = %s", (visit, db.practice, key))


async def promise(
    db: Db,
    visit: Appointment,
    *,
    conversation: ConversationId | None,
    patient: PatientId,
    now: datetime,
    look_at: datetime | None = None,
) -> None:
    """Record, in the transaction of the words, what the patient is told of a visit. `look_at`: when to look again.

    Reminders of what they were told before end with it, and those of this are to be planned.
    """
    status = _told_as(visit)
    await db.run(
        "insert into promise (practice_id, appointment_id, conversation_id, patient_id, starts_at, ends_at, "
        "practitioner, status, sequence, told_at, look_at, service, location) values (%(practice)s, %(id)s, "
        "%(conversation)s, %(patient)s, %(start)s, %(end)s, %(practitioner)s, %(status)s, 0, %(now)s, %(look_at)s, "
        "%(service)s, %(location)s) "
        "on conflict (practice_id, appointment_id) do update set starts_at = excluded.starts_at, "
        "ends_at = excluded.ends_at, practitioner = excluded.practitioner, status = excluded.status, "
        "sequence = promise.sequence + 1, told_at = excluded.told_at, look_at = excluded.look_at, "
        "service = excluded.service, location = excluded.location, to_plan = true, "
        "conversation_id = coalesce(excluded.conversation_id, promise.conversation_id)",
        {
            "practice": db.practice,
            "id": visit.id,
            "conversation": conversation,
            "patient": patient,
            "start": visit.during.start,
            "end": visit.during.end,
            "practitioner": visit.practitioner,
            "status": status.value,
            "now": now,
            "look_at": None if status is Status.CANCELLED else look_at,
            "service": visit.service,
            "location": visit.location or None,
        },
    )
    await _end_reminders(db, visit.id, but=visit.during.start if status is Status.BOOKED else None, now=now)


async def _end_reminders(db: Db, appointment: AppointmentId | None, *, but: datetime | None, now: datetime) -> None:
    """What is planned of a visit ends, but for reminders of the time that it has."""
    await db.run(
        "update reminder set state = 'ended', changed_at = %s where practice_id = %s and appointment_id = %s "
        "and state = 'planned' and starts_at is distinct from %s",
        (now, db.practice, appointment, but),
    )


def _told_as(visit: Appointment) -> Status:
    """What a patient is told of a visit: it stands, it is asked for, or it does not."""
    if visit.is_requested:
        return Status.PENDING
    return Status.BOOKED if visit.status.takes_time else Status.CANCELLED


async def replace_promise(db: Db, appointment: AppointmentId | None, now_called: AppointmentId) -> None:
    """The visit has another id from now on, under which the patient was told of it."""
    await rename_invitation(db, appointment, now_called)
    await db.run(
        "update reminder r set appointment_id = %(new)s where practice_id = %(practice)s and appointment_id = %(old)s "
        "and state = 'sent' and prepares and not exists (select from reminder o where o.practice_id = %(practice)s and "
        "o.appointment_id = %(new)s and (o.starts_at, o.before) = (r.starts_at, r.before))",
        {"practice": db.practice, "old": appointment, "new": now_called},
    )
    await db.run(
        "update after_visit a set appointment_id = %(new)s where practice_id = %(practice)s "
        "and appointment_id = %(old)s "
        "and state = 'sent' and not exists (select from after_visit o where o.practice_id = %(practice)s and "
        "o.appointment_id = %(new)s and o.saying = a.saying)",
        {"practice": db.practice, "old": appointment, "new": now_called},
    )
    await _forget_promise(db, appointment)


async def _forget_promise(db: Db, appointment: AppointmentId | None) -> None:
    await db.run(
        "update reminder set state = 'ended' where practice_id = %s and appointment_id = %s and state = 'planned'",
        (db.practice, appointment),
    )
    await db.run("delete from promise where practice_id = %s and appointment_id = %s", (db.practice, appointment))


async def rename_promise(db: Db, appointment: AppointmentId, now_called: AppointmentId) -> None:
    """A visit that was moved to another id, and back to the time that was told: what was told is of that id.

    Where the patient was told of that id, too, the newer words stand.
    """
    await db.run(
        "update reminder set appointment_id = %(new)s where practice_id = %(practice)s and appointment_id = %(old)s "
        "and not exists (select from reminder o where o.practice_id = %(practice)s and o.appointment_id = %(new)s)",
        {"practice": db.practice, "old": appointment, "new": now_called},
    )
    await db.run(
        "update promise set appointment_id = %(new)s where practice_id = %(practice)s and appointment_id = %(old)s "
        "and not exists (select from promise o where o.practice_id = %(practice)s and o.appointment_id = %(new)s)",
        {"practice": db.practice, "old": appointment, "new": now_called},
    )
    await replace_promise(db, appointment, now_called)


async def promise_of(db: Db, appointment: AppointmentId) -> Promise | None:
    """What the patient was last told of that visit; None where they were told nothing."""
    row = await db.one(
        "select * from promise where practice_id = %s and appointment_id = %s", (db.practice, appointment)
    )
    return _promise(row) if row else None


async def promises_of(db: Db, appointments: Sequence[AppointmentId]) -> list[Promise]:
    """What patients were last told of these visits, of those that they were told of."""
    rows = await db.all(
        "select * from promise where practice_id = %s and appointment_id = any(%s)", (db.practice, list(appointments))
    )
    return [_promise(row) for row in rows]


async def steps(db: Db) -> dict[str, Step]:
    """How far every intent of the practice has come, by its key."""
    rows = await db.all("select key, step from booking where practice_id = %s", (db.practice,))
    return {row["key"]: Step(row["step"]) for row in rows}


async def promises(db: Db) -> list[Promise]:
    """Everything patients were told of their visits, each once."""
    rows = await db.all("select * from promise where practice_id = %s order by appointment_id", (db.practice,))
    return [_promise(row) for row in rows]


TO_LOOK_AT: LiteralString = "from promise where practice_id = %(practice)s and look_at <= %(now)s"
"""Visits in another system that are to be looked at by now."""


async def take_up_promises(db: Db, *, now: datetime, most: int = 100) -> list[Promise]:
    """Promises whose visits are to be looked at: another system tells nobody what its people change.

    Whoever asks has them for a minute, and nobody else.
    """
    rows = await db.all(
        "update promise set look_at = %(until)s where practice_id = %(practice)s and appointment_id in ("
        "select appointment_id from promise where practice_id = %(practice)s and look_at <= %(now)s "
        "order by look_at limit %(most)s for update skip locked) returning *",
        {"practice": db.practice, "now": now, "until": now + TAKEN_FOR, "most": most},
    )
    return [_promise(row) for row in rows]


async def look_again(db: Db, promise: Promise, *, at: datetime | None) -> None:
    """When the visit is to be looked at next; None: not any more. Whatever was asked for meanwhile stands."""
    await db.run(
        "update promise set look_at = %s where practice_id = %s and appointment_id = %s "
        "and look_at is not distinct from %s",
        (at, db.practice, promise.appointment, promise.look_at),
    )


async def look_soon(db: Db, appointment: AppointmentId, *, now: datetime) -> bool:
    """Whether a patient was told of that visit; then it is looked at soon, whatever becomes of a job about it."""
    found = await db.run(
        "update promise set look_at = %s where practice_id = %s and appointment_id = %s",
        (now + TAKEN_FOR, db.practice, appointment),
    )
    return bool(found)


async def look_now(db: Db, appointments: Sequence[AppointmentId], *, now: datetime) -> bool:
    """Whether patients were told of any of these visits; those are looked at next."""
    found = await db.run(
        "update promise set look_at = %s where practice_id = %s and appointment_id = any(%s)",
        (now, db.practice, list(appointments)),
    )
    return bool(found)


def _intent(row: DictRow) -> Intent:
    return Intent(
        key=row["key"],
        doing=Doing(row["doing"]),
        step=Step(row["step"]),
        at=row["at"],
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        message=MessageId(row["message_id"]) if row["message_id"] else None,
        slot=from_plain(row["slot"], Slot) if row["slot"] else None,
        visit=AppointmentId(row["visit"]) if row["visit"] else None,
        reason=Cancellation(row["reason"]) if row["reason"] else None,
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
        held=AppointmentId(row["held"]) if row["held"] else None,
        held_until=row["held_until"],
        appointment=AppointmentId(row["appointment_id"]) if row["appointment_id"] else None,
        told_trouble=row["told_trouble"],
        attempts=row["attempts"],
    )


def _promise(row: DictRow) -> Promise:
    return Promise(
        appointment=AppointmentId(row["appointment_id"]),
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        patient=PatientId(row["patient_id"]),
        during=Period(start=row["starts_at"], end=row["ends_at"]),
        practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
        status=Status(row["status"]),
        sequence=row["sequence"],
        told=row["told_at"],
        look_at=row["look_at"],
        service=ServiceId(row["service"]) if row["service"] else None,
        location=LocationId(row["location"]) if row["location"] else None,
    )
