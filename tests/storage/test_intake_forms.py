"""Answers and files in the database: nothing readable, nothing written over once handed in, nothing left behind."""

from uuid import uuid4

import psycopg
from tests.clinic import NOW, a_practice

from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.database import Storage
from frontdesk.storage.forget import forget_person
from frontdesk.storage.intake_forms import (
    FilledForm,
    HandedIn,
    files_of_patient,
    forms_of_patient,
    forms_stand,
    keep_file,
    keep_form,
)
from frontdesk.storage.intakes import Intake, open_intake
from frontdesk.storage.patient_file import person_of
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice

MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")
VISIT = AppointmentId("visit-1")


def a_filled_form(intake: Intake, words: str, *, done: bool = False) -> FilledForm:
    return FilledForm(
        id=intake.id,
        intake=intake.id,
        patient=MARIA.id,
        questionnaire="f",
        version="1",
        language="en",
        answered=1,
        wanted=2,
        completed=NOW if done else None,
        response={"item": [{"linkId": "q", "answer": [{"valueString": words}]}]},
    )


async def test_what_is_kept_is_sealed_stands_once_handed_in_and_goes_with_the_patient(
    storage: Storage, database_url: str
) -> None:
    await apply_practice(storage, a_practice(), [], now=NOW)
    intake = Intake(id=uuid4(), appointment=VISIT, patient=MARIA.id, expires=NOW)
    picture = HandedIn(
        id=uuid4(), form=intake.id, patient=MARIA.id, question="card", about="coverage", kind="image/png",
        content=b"Wobblethorpe card",
    )  # fmt: skip
    async with storage.practice(a_practice().id) as db:
        await add_patient(db, MARIA, now=NOW)
        await open_intake(db, intake, now=NOW)
        assert await keep_form(db, a_filled_form(intake, "half"), now=NOW)
        await keep_file(db, picture, now=NOW)
        assert await keep_form(db, a_filled_form(intake, "Zibberwort pollen", done=True), now=NOW)
        assert not await keep_form(db, a_filled_form(intake, "written over"), now=NOW)

    with psycopg.connect(database_url) as owner:
        rows = owner.execute(
            "select t::text || encode(response_sealed, 'escape') from intake_form t "
            "union all select t::text || encode(content_sealed, 'escape') from intake_file t"
        ).fetchall()
    async with storage.practice(a_practice().id) as db:
        (form,) = await forms_of_patient(db, MARIA.id)
        (stands,) = await forms_stand(db, [VISIT, AppointmentId("another")])
        files = await files_of_patient(db, MARIA.id)
        gone = await forget_person(db, await person_of(db, MARIA.id))
        left = [await db.all("select from intake_form"), await db.all("select from intake_file")]

    assert len(rows) == 2
    assert not [row for row in rows if "Zibberwort" in row[0] or "Wobblethorpe" in row[0]]
    assert form.response["item"] == [{"linkId": "q", "answer": [{"valueString": "Zibberwort pollen"}]}]
    assert (stands.answered, stands.wanted, stands.completed) == (1, 2, NOW)
    assert files == [picture]
    assert (gone["answers to intake forms"], gone["files with intake forms"], left) == (1, 1, [[], []])
