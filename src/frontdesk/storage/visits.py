"""Visits in the built-in calendar: read, changed by people at the front desk, and what they were before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Status, Subject
from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import (
    AppointmentId,
    DeviceId,
    LocationId,
    PatientId,
    PractitionerId,
    RoomId,
    ServiceId,
)
from frontdesk.domain.time import Period
from frontdesk.storage.bookings import look_soon
from frontdesk.storage.database import Db
from frontdesk.storage.jobs import Job, Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Who put a visit into the calendar, as the database spells it."""

    DESK = "desk"
    STAFF = "staff"
    MIRROR = "mirror"


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who changed a visit, as the database spells it. The patient's own changes need no telling."""

    PATIENT = "patient"
    DESK = "desk"
    STAFF = "staff"
    MIRROR = "mirror"


async def claims_within(db: Db, within: Period, *, now: datetime) -> list[Claim]:
    """Everything that is kept busy in that stretch; holds that ran out are not."""
    rows = await db.all("select * from claims_within(%s, %s, %s)", (within.start, within.end, now))
    return [_as_claim(row) for row in rows]


async def claims_of(db: Db, visit: UUID) -> list[Claim]:
    """Everything that one visit keeps busy, buffers included; [] where it stands no more."""
    rows = await db.all(
        "select kind, subject, lane, location, lower(during) as start_at, upper(during) as end_at from claim "
        "where practice_id = %s and appointment_id = %s",
        (db.practice, visit),
    )
    return [_as_claim(row) for row in rows]


async def standing_within(db: Db, within: Period, *, now: datetime) -> list[Appointment]:
    """The visits and holds of that stretch without whose they are: what limits of a day and classes count."""
    rows = await db.all(
        "select *, null as patient_id from appointment where practice_id = %s and starts_at < %s and ends_at > %s "
        "and status not in ('cancelled', 'noshow', 'entered-in-error', 'waitlist', 'proposed') "
        "and (held_until is null or held_until > %s) order by starts_at, id",
        (db.practice, within.end, within.start, now),
    )
    return [as_appointment(row) for row in rows]


async def appointments_within(db: Db, within: Period, *, now: datetime) -> list[Appointment]:
    """Every visit and standing hold that overlaps the stretch and takes time, soonest first."""
    rows = await db.all(
        "select * from appointment where practice_id = %s and starts_at < %s and ends_at > %s "
        "and status not in ('cancelled', 'noshow', 'entered-in-error', 'waitlist', 'proposed') "
        "and (held_until is null or held_until > %s) order by starts_at, id",
        (db.practice, within.end, within.start, now),
    )
    record_seen(db, rows)
    return [as_appointment(row) for row in rows]


async def read_appointment(db: Db, id: UUID) -> Appointment | None:
    """The visit of that id."""
    row = await db.one("select * from appointment where practice_id = %s and id = %s", (db.practice, id))
    record_seen(db, [row] if row else [])
    return as_appointment(row) if row else None


async def still_stands(db: Db, visit: Appointment) -> bool:
    """Whether the calendar shows the visit so, and shows it so until this transaction ends: it may be told.

    A visit that is not in the built-in calendar is none of its business.
    """
    id = as_uuid(visit.id)
    if id is None:
        return True
    row = await db.one("select * from appointment where practice_id = %s and id = %s for share", (db.practice, id))
    if row is None:
        return True
    now = as_appointment(row)
    return now.status.takes_time == visit.status.takes_time and (
        not now.status.takes_time or (now.during, now.practitioner) == (visit.during, visit.practitioner)
    )


def is_built_in(id: AppointmentId) -> bool:
    """Whether a visit is the built-in calendar's: its ids are UUIDs, and no other system's are."""
    return as_uuid(id) is not None


async def change_status(db: Db, id: UUID, status: Status, *, by: str, now: datetime) -> bool:
    """Whether the visit is in that status now: what comes after `booked` at the front desk, or what was a mistake.

    False: there is no such visit, or it cannot become that (`Status.may_become`). A visit that no longer takes
    time frees everything it held.
    """
    row = await db.one(
        "update appointment set status = %s, held_until = null, changed_at = %s, changed_by = %s "
        "where practice_id = %s and id = %s and status <> 'pending' and may_become(status, %s) "
        "returning patient_id",
        (status.value, now, by, db.practice, id, status.value),
    )
    if row is None:
        return False
    record_change(db, id, row["patient_id"], to=status)
    if not status.takes_time:
        await _free_claims(db, id)
    db.announce("appointment", id)
    if by != By.PATIENT:
        await have_patient_told(db, id, now=now)
    return True


async def cancel_appointment(db: Db, id: UUID, *, reason: Cancellation, by: str, now: datetime) -> bool:
    """Whether this call took the visit out; what it held is free. Somebody else's cancellation tells the patient."""
    row = await db.one(
        "update appointment set status = 'cancelled', held_until = null, reason = %s, sequence = sequence + 1, "
        "changed_at = %s, changed_by = %s "
        "where practice_id = %s and id = %s and status <> 'cancelled' and may_become(status, 'cancelled') "
        "returning patient_id",
        (reason.value, now, by, db.practice, id),
    )
    if row is None:
        return False
    record_change(db, id, row["patient_id"], to=Status.CANCELLED)
    await _free_claims(db, id)
    db.announce("appointment", id)
    if by != By.PATIENT:
        await have_patient_told(db, id, now=now)
    return True


async def give_back(db: Db, held: UUID, *, now: datetime, note: str = "released") -> bool:
    """Whether a hold stood and is given back."""
    row = await db.one(
        "update appointment set status = 'cancelled', held_until = null, reason = 'other', note = %s, "
        "sequence = sequence + 1, changed_at = %s "
        "where practice_id = %s and id = %s and status = 'pending' returning id",
        (note, now, db.practice, held),
    )
    if row is None:
        return False
    await _free_claims(db, held)
    db.announce("appointment", held)
    return True


RUN_OUT: LiteralString = (
    "from appointment where practice_id = %(practice)s and status = 'pending' and held_until <= %(now)s"
)


async def expire_holds(db: Db, *, now: datetime) -> int:
    """How many holds ran out and were given back."""
    run_out: LiteralString = "select id " + RUN_OUT + " for update skip locked"
    rows = await db.all(run_out, {"practice": db.practice, "now": now})
    return sum([await give_back(db, row["id"], now=now, note="hold ran out") for row in rows])


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """What a visit was from `at` on, and who made it so."""

    status: Status
    during: Period
    practitioner: PractitionerId | None
    room: RoomId | None
    reason: Cancellation | None
    note: str
    by: str
    at: datetime


async def history(db: Db, id: UUID) -> list[Version]:
    """Every state of a visit, the first one first."""
    rows = await db.all(
        "select * from appointment_history where practice_id = %s and appointment_id = %s order by version",
        (db.practice, id),
    )
    return [
        Version(
            status=Status(row["status"]),
            during=Period(start=row["starts_at"], end=row["ends_at"]),
            practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
            room=RoomId(row["room"]) if row["room"] else None,
            reason=Cancellation(row["reason"]) if row["reason"] else None,
            note=row["note"] or "",
            by=row["changed_by"],
            at=row["changed_at"],
        )
        for row in rows
    ]


def _as_claim(row: DictRow) -> Claim:
    return Claim(
        subject=Subject(row["kind"]),
        id=row["subject"],
        lane=row["lane"],
        during=Period(start=row["start_at"], end=row["end_at"]),
        location=LocationId(row["location"]) if row["location"] else None,
    )


def record_seen(db: Db, rows: Sequence[DictRow]) -> None:
    """Have the audit tell whose visits were read."""
    whose = frozenset(row["patient_id"] for row in rows if row["patient_id"] is not None)
    if whose:
        db.record(Event(what=Happened.VISITS_READ, subjects=whose, codes={"found": len(rows)}))


def record_change(db: Db, id: UUID, patient: UUID | None, *, to: Status) -> None:
    """Have the audit tell that a visit was changed."""
    whose = frozenset({patient} if patient else set[UUID]())
    db.record(Event(what=Happened.VISIT_CHANGED, subjects=whose, ids={"visit": id}, codes={"to": to.value}))


async def _free_claims(db: Db, id: UUID) -> None:
    await db.run("delete from claim where practice_id = %s and appointment_id = %s", (db.practice, id))


async def have_patient_told(db: Db, id: UUID, *, now: datetime) -> None:
    """A job tells the patient what became of their visit, where they were ever told of it."""
    if await look_soon(db, AppointmentId(str(id)), now=now):
        db.enqueue(Job(work=Work.NEWS, practice=db.practice, on=id))


def as_uuid(id: AppointmentId | None) -> UUID | None:
    """The id as the built-in calendar knows it; None for what it never gave out."""
    try:
        return UUID(id) if id else None
    except ValueError:
        return None


def as_appointment(row: DictRow) -> Appointment:
    """The visit of a row."""
    return Appointment(
        id=AppointmentId(str(row["id"])),
        service=ServiceId(row["service"]) if row["service"] else None,
        location=LocationId(row["location"]),
        practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
        room=RoomId(row["room"]) if row["room"] else None,
        devices=tuple(DeviceId(device) for device in row["devices"]),
        during=Period(start=row["starts_at"], end=row["ends_at"]),
        status=Status(row["status"]),
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
        held_until=row["held_until"],
        reason=Cancellation(row["reason"]) if row["reason"] else None,
        sequence=row["sequence"],
    )
