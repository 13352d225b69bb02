"""Intake forms: opened for a visit, answered once, sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.domain.audit import Event, Happened, as_id
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.storage.database import Db, place


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """One form for one visit. `answers` is JSON, None until the form was sent in."""

    id: UUID
    appointment: AppointmentId
    patient: PatientId
    expires: datetime
    submitted: datetime | None = None
    answers: str | None = None


async def open_intake(db: Db, intake: Intake, *, now: datetime) -> None:
    """Make the form ready. A visit has one form: a second opening changes nothing."""
    opened = await db.run(
        "insert into intake (practice_id, id, appointment_id, patient_id, opened_at, expires_at) "
        "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (db.practice, intake.id, intake.appointment, intake.patient, now, intake.expires),
    )
    if opened:
        _record(db, Happened.INTAKE_OPENED, intake)


async def read_intake(db: Db, id: UUID) -> Intake | None:
    """The form of that id."""
    row = await db.one("select * from intake where practice_id = %s and id = %s", (db.practice, id))
    if row is None:
        return None
    answers = None
    if row["answers_sealed"] is not None:
        key = await db.subject(row["patient_id"])
        answers = key.open(row["answers_sealed"], place=place("intake", id, "answers")).decode()
    return Intake(
        id=row["id"],
        appointment=AppointmentId(row["appointment_id"]),
        patient=PatientId(row["patient_id"]),
        expires=row["expires_at"],
        submitted=row["submitted_at"],
        answers=answers,
    )


async def intake_of(db: Db, appointment: AppointmentId) -> Intake | None:
    """The form of a visit, without its answers."""
    row = await db.one(
        "select * from intake where practice_id = %s and appointment_id = %s", (db.practice, appointment)
    )
    if row is None:
        return None
    return Intake(
        id=row["id"],
        appointment=appointment,
        patient=PatientId(row["patient_id"]),
        expires=row["expires_at"],
        submitted=row["submitted_at"],
    )


async def forms_due(db: Db, appointments: Sequence[AppointmentId]) -> dict[AppointmentId, Intake]:
    """The forms of these visits that were not handed in, without their answers."""
    rows = await db.all(
        "select id, appointment_id, patient_id, expires_at from intake where practice_id = %s "
        "and appointment_id = any(%s) and submitted_at is null",
        (db.practice, list(appointments)),
    )
    return {
        AppointmentId(row["appointment_id"]): Intake(
            id=row["id"],
            appointment=AppointmentId(row["appointment_id"]),
            patient=PatientId(row["patient_id"]),
            expires=row["expires_at"],
        )
        for row in rows
    }


async def submit_intake(db: Db, intake: Intake, answers: str, *, now: datetime) -> bool:
    """Whether the answers were kept; a form that was sent in already keeps its first ones."""
    key = await db.subject(intake.patient)
    kept = await db.run(
        "update intake set submitted_at = %s, answers_sealed = %s "
        "where practice_id = %s and id = %s and submitted_at is null",
        (now, key.seal(answers, place=place("intake", intake.id, "answers")), db.practice, intake.id),
    )
    if kept:
        _record(db, Happened.INTAKE_SUBMITTED, intake)
        db.announce("intake", intake.id)
    return bool(kept)


async def finish_intake(db: Db, intake: Intake, *, forms: int, now: datetime) -> bool:
    """Whether it ends now, with that many forms handed in, each kept by itself (`intake_forms`)."""
    finished = await db.run(
        "update intake set submitted_at = %s where practice_id = %s and id = %s and submitted_at is null",
        (now, db.practice, intake.id),
    )
    if finished:
        _record(db, Happened.INTAKE_SUBMITTED, intake, forms=forms)
        db.announce("intake", intake.id)
    return bool(finished)


def _record(db: Db, what: Happened, intake: Intake, *, forms: int = 1) -> None:
    ids: dict[str, UUID | str] = {"intake": intake.id, "appointment": as_id(intake.appointment)}
    codes = {"forms": forms} if forms > 1 else {}
    db.record(Event(what=what, subjects=frozenset({intake.patient}), ids=ids, codes=codes))
