"""The forms of a visit's intake, sealed with the patient's key: kept as they are filled in, and read by staff."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.intake.due import FormStands
from frontdesk.standards.fhir import Resource
from frontdesk.storage.database import Db, place
from frontdesk.storage.intakes import Intake
from frontdesk.storage.write_backs import in_chart


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledForm:
    """One form with its answers: a FHIR QuestionnaireResponse."""

    id: UUID
    intake: UUID
    patient: PatientId
    questionnaire: str
    version: str
    language: str
    answered: int
    wanted: int
    completed: datetime | None
    response: Resource = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedIn:
    """A file that came with a form. `about` is "coverage" or "health", `kind` its media type, `question` a linkId."""

    id: UUID
    form: UUID
    patient: PatientId
    question: str
    about: str
    kind: str
    content: bytes = field(repr=False)


async def keep_form(db: Db, form: FilledForm, *, now: datetime) -> bool:
    """Whether it was kept: what was handed in already is not written over."""
    key = await db.subject(form.patient)
    response = json.dumps(form.response, ensure_ascii=False)
    kept = await db.run(
        "insert into intake_form (practice_id, id, intake_id, patient_id, questionnaire, version, language, "
        "response_sealed, answered, wanted, begun_at, saved_at, completed_at) values (%(practice)s, %(id)s, "
        "%(intake)s, %(patient)s, %(questionnaire)s, %(version)s, %(language)s, %(response)s, %(answered)s, "
        "%(wanted)s, %(now)s, %(now)s, %(completed)s) on conflict (practice_id, id) do update set "
        "version = excluded.version, language = excluded.language, response_sealed = excluded.response_sealed, "
        "answered = excluded.answered, wanted = excluded.wanted, saved_at = excluded.saved_at, "
        "completed_at = excluded.completed_at where intake_form.completed_at is null",
        {
            "practice": db.practice,
            "id": form.id,
            "intake": form.intake,
            "patient": form.patient,
            "questionnaire": form.questionnaire,
            "version": form.version,
            "language": form.language,
            "response": key.seal(response, place=place("intake_form", form.id, "response")),
            "answered": form.answered,
            "wanted": form.wanted,
            "now": now,
            "completed": form.completed,
        },
    )
    if kept:
        db.announce("intake", form.intake)
    return bool(kept)


async def read_form(db: Db, id: UUID) -> FilledForm | None:
    """The form of that id, opened."""
    row = await db.one("select * from intake_form where practice_id = %s and id = %s", (db.practice, id))
    return await _read(db, row) if row else None


async def forms_of(db: Db, intake: UUID, *, for_update: bool = False) -> list[FilledForm]:
    """The forms of one intake that were begun; `for_update`: nobody else changes them in this transaction."""
    if for_update:
        await db.one("select from intake where practice_id = %s and id = %s for update", (db.practice, intake))
    rows = await db.all(
        "select * from intake_form where practice_id = %s and intake_id = %s order by begun_at, id",
        (db.practice, intake),
    )
    return [await _read(db, row) for row in rows]


async def forms_of_patient(db: Db, patient: PatientId) -> list[FilledForm]:
    """Everything that a patient handed in, opened, oldest first."""
    rows = await db.all(
        "select * from intake_form where practice_id = %s and patient_id = %s and completed_at is not null "
        "order by completed_at, id",
        (db.practice, patient),
    )
    return [await _read(db, row) for row in rows]


async def forms_stand(db: Db, visits: Sequence[AppointmentId]) -> list[FormStands]:
    """How the forms of these visits stand that were begun, in the order in which they were."""
    rows = await db.all(
        "select f.id, f.intake_id, i.appointment_id, f.questionnaire, f.version, f.answered, f.wanted, f.saved_at, "
        "f.completed_at, w.id as written, w.became from intake_form f "
        "join intake i on i.practice_id = f.practice_id and i.id = f.intake_id "
        "left join write_back w on w.practice_id = f.practice_id and w.about = f.id::text and w.what = 'form' "
        "where f.practice_id = %s and i.appointment_id = any(%s) order by f.begun_at, f.id",
        (db.practice, [str(visit) for visit in visits]),
    )
    return [
        FormStands(
            id=row["id"],
            intake=row["intake_id"],
            appointment=AppointmentId(row["appointment_id"]),
            questionnaire=row["questionnaire"],
            version=row["version"],
            answered=row["answered"],
            wanted=row["wanted"],
            saved=row["saved_at"],
            completed=row["completed_at"],
            chart=in_chart(row["became"]) if row["written"] else None,
        )
        for row in rows
    ]


async def keep_file(db: Db, file: HandedIn, *, now: datetime) -> None:
    """Seal a file that came with a form."""
    key = await db.subject(file.patient)
    await db.run(
        "insert into intake_file (practice_id, id, form_id, patient_id, question, about, kind, size, content_sealed, "
        "added_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            file.id,
            file.form,
            file.patient,
            file.question,
            file.about,
            file.kind,
            len(file.content),
            key.seal(file.content, place=place("intake_file", file.id, "content")),
            now,
        ),
    )


async def about_file(db: Db, id: UUID) -> str | None:
    """What a file is about, without opening it; None where there is none."""
    row = await db.one("select about from intake_file where practice_id = %s and id = %s", (db.practice, id))
    return str(row["about"]) if row else None


async def read_file(db: Db, id: UUID) -> HandedIn | None:
    """A file, opened."""
    row = await db.one("select * from intake_file where practice_id = %s and id = %s", (db.practice, id))
    return await _file(db, row) if row else None


async def files_of_patient(db: Db, patient: PatientId) -> list[HandedIn]:
    """Every file of a patient, opened, oldest first."""
    rows = await db.all(
        "select * from intake_file where practice_id = %s and patient_id = %s order by added_at, id",
        (db.practice, patient),
    )
    return [await _file(db, row) for row in rows]


async def drop_file(db: Db, id: UUID, *, form: UUID) -> None:
    """Destroy a file of that form."""
    await db.run("delete from intake_file where practice_id = %s and id = %s and form_id = %s", (db.practice, id, form))


async def conversation_of(db: Db, intake: Intake) -> ConversationId | None:
    """The conversation in which the intake's visit was booked."""
    row = await db.one(
        "select conversation_id from booking where practice_id = %s and appointment_id = %s order by at limit 1",
        (db.practice, str(intake.appointment)),
    )
    return ConversationId(row["conversation_id"]) if row else None


async def began_with(db: Db, intake: Intake) -> bool:
    """Whether the patient's record began with the visit of the intake: all that stands in it was said then."""
    row = await db.one(
        "select from patient p join intake i on i.practice_id = p.practice_id and i.patient_id = p.id "
        "and i.opened_at = p.created_at where p.practice_id = %s and i.id = %s",
        (db.practice, intake.id),
    )
    return row is not None


async def _read(db: Db, row: DictRow) -> FilledForm:
    key = await db.subject(row["patient_id"])
    response = json.loads(key.open(row["response_sealed"], place=place("intake_form", row["id"], "response")))
    return FilledForm(
        id=row["id"],
        intake=row["intake_id"],
        patient=PatientId(row["patient_id"]),
        questionnaire=row["questionnaire"],
        version=row["version"],
        language=row["language"],
        answered=row["answered"],
        wanted=row["wanted"],
        completed=row["completed_at"],
        response=response,
    )


async def _file(db: Db, row: DictRow) -> HandedIn:
    key = await db.subject(row["patient_id"])
    return HandedIn(
        id=row["id"],
        form=row["form_id"],
        patient=PatientId(row["patient_id"]),
        question=row["question"],
        about=row["about"],
        kind=row["kind"],
        content=bytes(key.open(row["content_sealed"], place=place("intake_file", row["id"], "content"))),
    )
