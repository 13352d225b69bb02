"""Reminders of visits, a row for each rung of each time that a patient was told: planned, then sent, skipped or ended.

The row is what keeps one from going twice, whoever sends it and however often that is broken off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.appointment import Status
from frontdesk.domain.audit import Event, Happened, as_id
from frontdesk.domain.ids import AppointmentId, ConversationId, LocationId, PatientId, ServiceId
from frontdesk.scheduling.reminding import Rung
from frontdesk.storage.bookings import TAKEN_FOR
from frontdesk.storage.database import Db

PLANNED_TOGETHER = 200
"""So many visits' reminders are planned together, of what was told and of copies each."""
TOGETHER = 40
"""So many reminders are looked at, and told, together."""


class Stage(Enum):
    """What has become of a reminder."""

    PLANNED = "planned"
    SENT = "sent"
    SKIPPED = "skipped"
    ENDED = "ended"  # the visit stands no more, or at another time


Key = tuple[AppointmentId, datetime, timedelta]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """One reminder of a visit that was to begin at `start`; `changed` is when its stage did last.

    `prepares`: it said how to prepare for the visit. `calls` is how often somebody was called for it in vain;
    `called_out`: it goes another way.
    """

    appointment: AppointmentId
    start: datetime
    before: timedelta
    patient: PatientId
    due: datetime
    good_until: datetime
    stage: Stage
    why: str
    outbox: UUID | None
    changed: datetime
    prepares: bool = False
    calls: int = 0
    called_out: bool = False

    @property
    def key(self) -> Key:
        """What tells it from all others of the practice."""
        return self.appointment, self.start, self.before


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """A visit that a patient may be reminded of, as they were told of it, else as a connected system told us.

    `since` is when they, or we, were told of its time; `conversation` is where.
    """

    appointment: AppointmentId
    conversation: ConversationId | None
    patient: PatientId
    start: datetime
    end: datetime
    status: Status
    service: ServiceId | None
    location: LocationId | None
    since: datetime


_PROMISED: LiteralString = (
    "appointment_id, conversation_id, patient_id, starts_at, ends_at, status, service, location, told_at as since"
)
_MIRRORED: LiteralString = (
    "number as appointment_id, null::uuid as conversation_id, patient_id, starts_at, ends_at, status, service, "
    "location, changed_at as since"
)


async def take_to_plan(db: Db, *, most: int = PLANNED_TOGETHER) -> list[Ahead]:
    """Visits whose reminders are not planned; with this transaction they are. What was told goes before a copy."""
    told: LiteralString = (
        "update promise set to_plan = false where practice_id = %(practice)s and appointment_id in (select "
        "appointment_id from promise where practice_id = %(practice)s and to_plan limit %(most)s "
        "for update skip locked) returning " + _PROMISED
    )
    copied: LiteralString = (
        "update mirrored_visit m set to_plan = false where practice_id = %(practice)s and (system, number) in (select "
        "system, number from mirrored_visit where practice_id = %(practice)s and to_plan limit %(most)s "
        "for update skip locked) returning exists (select from promise p where p.practice_id = m.practice_id "
        "and p.appointment_id = m.number) as spoken_of, " + _MIRRORED
    )
    wanted = {"practice": db.practice, "most": most}
    rows = await db.all(told, wanted)
    copies = [row for row in await db.all(copied, wanted) if row["patient_id"] and not row["spoken_of"]]
    return [_ahead(row) for row in (*rows, *copies)]


async def ahead(db: Db, appointments: Iterable[AppointmentId]) -> dict[AppointmentId, Ahead]:
    """How these visits are known; left out is one that nobody was told of, and no system has for a patient of ours."""
    told: LiteralString = "select " + _PROMISED + " from promise where practice_id = %s and appointment_id = any(%s)"
    copied: LiteralString = (
        "select " + _MIRRORED + " from mirrored_visit where practice_id = %s and number = any(%s) "
        "and patient_id is not null"
    )
    found = {row["appointment_id"]: _ahead(row) for row in await db.all(told, (db.practice, [*appointments]))}
    if unknown := [one for one in appointments if one not in found]:
        found = {row["appointment_id"]: _ahead(row) for row in await db.all(copied, (db.practice, unknown))} | found
    return found


async def plan_anew(db: Db, *, now: datetime) -> None:
    """Reminders of every visit to come are to be planned anew."""
    await db.run("update promise set to_plan = true where practice_id = %s and starts_at > %s", (db.practice, now))
    await db.run(
        "update mirrored_visit set to_plan = true where practice_id = %s and starts_at > %s and patient_id is not null",
        (db.practice, now),
    )


async def keep_plan(db: Db, visit: Ahead, rungs: Sequence[Rung], *, now: datetime) -> None:
    """Plan these reminders of a visit instead of those that are planned; what was sent stays sent.

    Times that are past are only planned where the patient was told of the visit lately: else they were not wanted then.
    """
    lately = visit.since > now - timedelta(days=1)
    await db.run(
        "update reminder set state = 'ended', changed_at = %s where practice_id = %s and appointment_id = %s "
        "and state = 'planned' and not (starts_at = %s and before = any(%s))",
        (now, db.practice, visit.appointment, visit.start, [rung.before for rung in rungs]),
    )
    for rung in rungs:
        if rung.due > now or lately:
            await db.run(
                "insert into reminder (practice_id, appointment_id, starts_at, before, patient_id, due_at, good_until, "
                "state, changed_at) values (%s, %s, %s, %s, %s, %s, %s, 'planned', %s) "
                "on conflict (practice_id, appointment_id, starts_at, before) do update set state = 'planned', "
                "due_at = excluded.due_at, good_until = excluded.good_until, changed_at = excluded.changed_at "
                "where reminder.state in ('planned', 'ended')",
                (
                    db.practice,
                    visit.appointment,
                    visit.start,
                    rung.before,
                    visit.patient,
                    rung.due,
                    rung.good_until,
                    now,
                ),
            )


DUE: LiteralString = (
    "select from mirrored_visit where practice_id = %(practice)s and to_plan "
    "union all select from reminder where practice_id = %(practice)s and state = 'planned' and due_at <= %(now)s "
    "union all select from promise where practice_id = %(practice)s and to_plan"
)
"""Reminders that are due, and visits of which some are to be planned."""


async def take_up(db: Db, *, now: datetime, most: int = TOGETHER) -> list[Reminder]:
    """Reminders that are due, the oldest first; whoever asks has them for a minute, and nobody else.

    After that they do not come together again: one that something is wrong with holds up others once.
    """
    rows = await db.all(
        "update reminder r set due_at = %(until)s + abs(hashtext(r.appointment_id)) %% 15 * interval '1 second' "
        "from (select appointment_id, starts_at, before from reminder "
        "where practice_id = %(practice)s and state = 'planned' and due_at <= %(now)s order by due_at "
        "limit %(most)s for update skip locked) as due where r.practice_id = %(practice)s "
        "and r.appointment_id = due.appointment_id and r.starts_at = due.starts_at and r.before = due.before "
        "returning r.*",
        {"practice": db.practice, "now": now, "until": now + TAKEN_FOR, "most": most},
    )
    return sorted((_reminder(row) for row in rows), key=lambda one: one.start)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A reminder with the day of its visit, [first, last) in UTC, and all who are reminded at the same number."""

    reminder: Reminder
    first: datetime
    last: datetime
    patients: frozenset[PatientId]


async def planned_beside(db: Db, days: Sequence[Day]) -> list[list[Reminder]]:
    """Of each, in their order, the same rung of these patients' other visits on that day, the soonest first."""
    wanted = [(place, one, patient) for place, one in enumerate(days) for patient in one.patients]
    rows = await db.all(
        "select r.*, w.place from unnest(%s::int[], %s::uuid[], %s::interval[], %s::timestamptz[], %s::timestamptz[], "
        "%s::text[]) as w(place, patient, before, first, last, visit) join reminder r on r.practice_id = %s "
        "and r.patient_id = w.patient and r.before = w.before and r.state = 'planned' and r.starts_at >= w.first "
        "and r.starts_at < w.last and r.appointment_id <> w.visit order by w.place, r.starts_at, r.appointment_id",
        (
            [place for place, _, _ in wanted],
            [patient for _, _, patient in wanted],
            [one.reminder.before for _, one, _ in wanted],
            [one.first for _, one, _ in wanted],
            [one.last for _, one, _ in wanted],
            [one.reminder.appointment for _, one, _ in wanted],
            db.practice,
        ),
    )
    found: list[list[Reminder]] = [[] for _ in days]
    for row in rows:
        found[row["place"]].append(_reminder(row))
    return found


async def lock_planned(db: Db, reminders: Sequence[Reminder]) -> frozenset[Key]:
    """Those that are still planned; until this transaction ends nobody else changes them.

    One that somebody is changing just now is left out: it is looked at again in a minute.
    """
    rows = await db.all(
        "select r.appointment_id, r.starts_at, r.before from reminder r "
        "join unnest(%s::text[], %s::timestamptz[], %s::interval[]) as w(visit, starts, before) "
        "on r.appointment_id = w.visit and r.starts_at = w.starts and r.before = w.before "
        "where r.practice_id = %s and r.state = 'planned' for update of r skip locked",
        (*_keys(reminders), db.practice),
    )
    return frozenset((AppointmentId(row["appointment_id"]), row["starts_at"], row["before"]) for row in rows)


async def postpone(db: Db, reminder: Reminder, *, until: datetime) -> None:
    """It is looked at again then."""
    await db.run(
        "update reminder set due_at = %s where practice_id = %s and appointment_id = %s and starts_at = %s "
        "and before = %s and state = 'planned'",
        (until, db.practice, reminder.appointment, reminder.start, reminder.before),
    )


async def plan_again(db: Db, reminder: Reminder, *, now: datetime) -> None:
    """It has not gone after all, and is due at once."""
    await db.run(
        "update reminder set state = 'planned', outbox_id = null, prepares = false, due_at = %s, changed_at = %s "
        "where practice_id = %s "
        "and appointment_id = %s and starts_at = %s and before = %s",
        (now, now, db.practice, reminder.appointment, reminder.start, reminder.before),
    )


async def plan_after_call(db: Db, reminder: Reminder, *, due: datetime, called_out: bool, now: datetime) -> None:
    """A call has told nobody of it: it is due then. `called_out`: nobody is called for it any more."""
    await db.run(
        "update reminder set state = 'planned', outbox_id = null, prepares = false, calls = calls + 1, "
        "called_out = called_out or %s, due_at = %s, changed_at = %s where practice_id = %s and appointment_id = %s "
        "and starts_at = %s and before = %s and state = 'sent'",
        (called_out, due, now, db.practice, reminder.appointment, reminder.start, reminder.before),
    )


def is_of(one: Reminder, visit: Ahead) -> bool:
    """Whether the visit stands as the reminder has it."""
    return visit.status is Status.BOOKED and visit.start == one.start


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What has become of a reminder, with the reason for staff where it did not go. `prepares`: it says how to."""

    reminder: Reminder
    stage: Stage
    why: str = ""
    outbox: UUID | None = None
    prepares: bool = False


async def settle(db: Db, settled: Sequence[Settled], *, now: datetime) -> None:
    """Keep what has become of reminders, each of which stands in the audit."""
    if not settled:
        return
    rows = await db.all(
        "update reminder r set state = w.state, why = w.why, outbox_id = coalesce(w.outbox, r.outbox_id), "
        "prepares = w.prepares, changed_at = %s from unnest(%s::text[], %s::timestamptz[], %s::interval[], %s::text[], "
        "%s::text[], %s::uuid[], %s::boolean[]) as w(visit, starts, before, state, why, outbox, prepares) "
        "where r.practice_id = %s and r.appointment_id = w.visit and r.starts_at = w.starts and r.before = w.before "
        "returning r.appointment_id, r.starts_at, r.before",
        (
            now,
            *_keys([one.reminder for one in settled]),
            [one.stage.value for one in settled],
            [one.why for one in settled],
            [one.outbox for one in settled],
            [one.prepares for one in settled],
            db.practice,
        ),
    )
    there = {(row["appointment_id"], row["starts_at"], row["before"]) for row in rows}
    for one in settled:
        if one.reminder.key in there:
            db.record(
                Event(
                    what=Happened.REMINDER_SETTLED,
                    subjects=frozenset({one.reminder.patient}),
                    ids={"visit": as_id(one.reminder.appointment), **({"outbox": one.outbox} if one.outbox else {})},
                    codes={"became": one.stage.value},
                )
            )


async def prepared(db: Db, appointments: Sequence[AppointmentId]) -> frozenset[AppointmentId]:
    """Those of these visits of which a reminder, of whichever of their times, has said how to prepare."""
    rows = await db.all(
        "select appointment_id from reminder where practice_id = %s and appointment_id = any(%s) and state = 'sent' "
        "and prepares",
        (db.practice, list(appointments)),
    )
    return frozenset(AppointmentId(row["appointment_id"]) for row in rows)


async def sent_as(db: Db, outboxes: Sequence[UUID]) -> dict[UUID, list[Reminder]]:
    """The reminders that each of these in the outbox tells of; [] where it is none."""
    rows = await db.all(
        "select * from reminder where practice_id = %s and outbox_id = any(%s) order by starts_at",
        (db.practice, list(outboxes)),
    )
    told: dict[UUID, list[Reminder]] = {one: [] for one in outboxes}
    for row in rows:
        told[row["outbox_id"]].append(_reminder(row))
    return told


async def reminders_of(db: Db, appointment: AppointmentId) -> list[Reminder]:
    """Every reminder of a visit, in the order they are due."""
    rows = await db.all(
        "select * from reminder where practice_id = %s and appointment_id = %s order by starts_at, before desc",
        (db.practice, appointment),
    )
    return [_reminder(row) for row in rows]


def _keys(reminders: Sequence[Reminder]) -> tuple[list[AppointmentId], list[datetime], list[timedelta]]:
    return (
        [one.appointment for one in reminders],
        [one.start for one in reminders],
        [one.before for one in reminders],
    )


def _ahead(row: DictRow) -> Ahead:
    return Ahead(
        appointment=AppointmentId(row["appointment_id"]),
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        patient=PatientId(row["patient_id"]),
        start=row["starts_at"],
        end=row["ends_at"],
        status=Status(row["status"]),
        service=ServiceId(row["service"]) if row["service"] else None,
        location=LocationId(row["location"]) if row["location"] else None,
        since=row["since"],
    )


def _reminder(row: DictRow) -> Reminder:
    return Reminder(
        appointment=AppointmentId(row["appointment_id"]),
        start=row["starts_at"],
        before=row["before"],
        patient=PatientId(row["patient_id"]),
        due=row["due_at"],
        good_until=row["good_until"],
        stage=Stage(row["state"]),
        why=row["why"],
        outbox=row["outbox_id"],
        changed=row["changed_at"],
        prepares=row["prepares"],
        calls=row["calls"],
        called_out=row["called_out"],
    )
