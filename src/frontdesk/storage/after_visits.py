"""What is said once after a visit, a row for each saying: planned with what is known of the visit, then sent or not.

The row is what keeps it from going twice, whoever sends it and however often that is broken off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened, as_id
from frontdesk.domain.ids import AppointmentId, ConversationId, LocationId, PatientId, ServiceId
from frontdesk.scheduling.after_visits import Due
from frontdesk.storage.bookings import TAKEN_FOR
from frontdesk.storage.database import Db
from frontdesk.storage.reminders import Ahead, Stage

TOGETHER = 20
"""So many are looked at together."""


class Saying(Enum):
    """What is said after a visit."""

    AFTERCARE = "aftercare"
    AGAIN = "again"
    """That it is time for the next one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterVisit:
    """One saying after a visit that began at `start`; `changed` is when its stage did last."""

    appointment: AppointmentId
    saying: Saying
    patient: PatientId
    conversation: ConversationId | None
    service: ServiceId
    location: LocationId | None
    start: datetime
    due: datetime
    good_until: datetime
    stage: Stage
    why: str
    outbox: UUID | None
    changed: datetime


async def keep_plan(db: Db, visit: Ahead, planned: Mapping[Saying, Due], *, now: datetime) -> None:
    """Plan what is said after a visit as it is known now, and nothing else. What was sent stays sent.

    What was not sent, for a time that the visit has no more, is planned anew.
    """
    await db.run(
        "update after_visit set state = 'ended', changed_at = %s where practice_id = %s and appointment_id = %s "
        "and state = 'planned' and not (saying = any(%s))",
        (now, db.practice, visit.appointment, [saying.value for saying in planned]),
    )
    for saying, due in planned.items():
        await _plan(db, visit, saying, due, now=now)


async def _plan(db: Db, visit: Ahead, saying: Saying, planned: Due, *, now: datetime) -> None:
    await db.run(
        "insert into after_visit as a (practice_id, appointment_id, saying, patient_id, conversation_id, service, "
        "location, starts_at, due_at, good_until, state, changed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
        "'planned', %s) on conflict (practice_id, appointment_id, saying) do update set state = 'planned', why = '', "
        "patient_id = excluded.patient_id, conversation_id = excluded.conversation_id, service = excluded.service, "
        "location = excluded.location, starts_at = excluded.starts_at, due_at = excluded.due_at, "
        "good_until = excluded.good_until, changed_at = excluded.changed_at "
        "where a.state in ('planned', 'ended') or (a.state = 'skipped' and a.starts_at <> excluded.starts_at)",
        (
            db.practice,
            visit.appointment,
            saying.value,
            visit.patient,
            visit.conversation,
            visit.service,
            visit.location,
            visit.start,
            planned.due,
            planned.good_until,
            now,
        ),
    )


DUE: LiteralString = (
    "select from after_visit where practice_id = %(practice)s and state = 'planned' and due_at <= %(now)s"
)
"""What is due to be said."""


async def take_up(db: Db, *, now: datetime, most: int = TOGETHER) -> list[AfterVisit]:
    """What is due to be said, the oldest first; whoever asks has it for a minute, and nobody else."""
    rows = await db.all(
        "update after_visit a set due_at = %(until)s from (select appointment_id, saying from after_visit "
        "where practice_id = %(practice)s and state = 'planned' and due_at <= %(now)s order by due_at "
        "limit %(most)s for update skip locked) as due where a.practice_id = %(practice)s "
        "and a.appointment_id = due.appointment_id and a.saying = due.saying returning a.*",
        {"practice": db.practice, "now": now, "until": now + TAKEN_FOR, "most": most},
    )
    return sorted((_after_visit(row) for row in rows), key=lambda one: one.start)


async def lock_planned(db: Db, one: AfterVisit) -> bool:
    """Whether it is still planned; until this transaction ends nobody else changes it."""
    row = await db.one(
        "select from after_visit where practice_id = %s and appointment_id = %s and saying = %s "
        "and starts_at = %s and state = 'planned' for update",
        (db.practice, one.appointment, one.saying.value, one.start),
    )
    return row is not None


async def postpone(db: Db, one: AfterVisit, *, until: datetime) -> None:
    """It is looked at again then."""
    await db.run(
        "update after_visit set due_at = %s where practice_id = %s and appointment_id = %s and saying = %s "
        "and state = 'planned'",
        (until, db.practice, one.appointment, one.saying.value),
    )


async def settle(
    db: Db, one: AfterVisit, stage: Stage, *, now: datetime, why: str = "", outbox: UUID | None = None
) -> None:
    """What has become of it, with the reason for staff where it did not go."""
    settled = await db.run(
        "update after_visit set state = %s, why = %s, outbox_id = coalesce(%s, outbox_id), changed_at = %s "
        "where practice_id = %s and appointment_id = %s and saying = %s",
        (stage.value, why, outbox, now, db.practice, one.appointment, one.saying.value),
    )
    if settled:
        db.record(
            Event(
                what=Happened.AFTER_VISIT_SETTLED,
                subjects=frozenset({one.patient}),
                ids={"visit": as_id(one.appointment), **({"outbox": outbox} if outbox else {})},
                codes={"saying": one.saying.value, "became": stage.value},
            )
        )


async def said_since(db: Db, one: AfterVisit, *, since: datetime) -> bool:
    """Whether the patient was told the same of another visit for that service since then."""
    row = await db.one(
        "select from after_visit where practice_id = %s and patient_id = %s and saying = %s and service = %s "
        "and appointment_id <> %s and state = 'sent' and changed_at >= %s limit 1",
        (db.practice, one.patient, one.saying.value, one.service, one.appointment, since),
    )
    return row is not None


async def asked_since(db: Db, one: AfterVisit, *, since: datetime) -> bool:
    """Whether the patient was asked after another visit, of whatever service, to come again since then."""
    row = await db.one(
        "select from after_visit where practice_id = %s and patient_id = %s and saying = 'again' "
        "and appointment_id <> %s and state = 'sent' and changed_at >= %s limit 1",
        (db.practice, one.patient, one.appointment, since),
    )
    return row is not None


async def sent_as(db: Db, outbox: UUID) -> AfterVisit | None:
    """What something in the outbox says after a visit; None where it is none of these."""
    row = await db.one("select * from after_visit where practice_id = %s and outbox_id = %s", (db.practice, outbox))
    return _after_visit(row) if row else None


async def after_visits_of(db: Db, appointment: AppointmentId) -> list[AfterVisit]:
    """Everything that is said after a visit."""
    rows = await db.all(
        "select * from after_visit where practice_id = %s and appointment_id = %s order by due_at",
        (db.practice, appointment),
    )
    return [_after_visit(row) for row in rows]


def _after_visit(row: DictRow) -> AfterVisit:
    return AfterVisit(
        appointment=AppointmentId(row["appointment_id"]),
        saying=Saying(row["saying"]),
        patient=PatientId(row["patient_id"]),
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        service=ServiceId(row["service"]),
        location=LocationId(row["location"]) if row["location"] else None,
        start=row["starts_at"],
        due=row["due_at"],
        good_until=row["good_until"],
        stage=Stage(row["state"]),
        why=row["why"],
        outbox=row["outbox_id"],
        changed=row["changed_at"],
    )
