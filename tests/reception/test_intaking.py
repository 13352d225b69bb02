"""What a form tells of a patient: to the record where that is safe, to the connected system, and to nobody else."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk
from tests.reception.test_writing_back import Writable, the_patient, work, written
from tests.sample.test_questionnaires import FOLDER, everything_answered, read

from frontdesk.intake.parts import Filling
from frontdesk.ports.abilities import Insurance
from frontdesk.reception.intaking import begun, hand_in, keep, known_of
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.database import Db
from frontdesk.storage.intakes import Intake, read_intake
from frontdesk.storage.patients import read_patient

FORM = read(FOLDER / "dental-intake.json")
ANSWERS = everything_answered(FORM) | {
    "email": ("another@example.com",),
    "payer": ("Aetna",),
    "member": ("W123",),
    "card": (),
}
FILLING = Filling(forms=(FORM,), answers={FORM.id: ANSWERS})


@pytest.fixture
async def clinic(database_url: str, home: Path) -> AsyncIterator[JoinedDesk]:
    """A visit is booked in a connected calendar, and its forms are open."""
    async with joined_desk(database_url, home, Writable(PRACTICE)) as made:
        async with made.desk.storage.practice(PRACTICE.id) as db:
            await connect(db, Connection(system="elsewhere", settings={}, numbers={}), now=made.clock.shows)
        await made.says(*TALK)
        yield made


async def the_intake(db: Db) -> Intake:
    row = await db.one("select id from intake")
    assert row is not None
    intake = await read_intake(db, row["id"])
    assert intake is not None
    return intake


async def handed_in(clinic: JoinedDesk, *, long_known: bool) -> Intake:
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        intake = await the_intake(db)
        if long_known:
            await db.run("update patient set created_at = created_at - %s", (timedelta(days=365),))
        patient = await read_patient(db, intake.patient)
        assert patient is not None
        assert await hand_in(db, intake, patient, FILLING, [], language="en", now=clinic.clock.now())
        return intake


async def test_the_record_and_the_insurance_are_written_to_the_connected_system_once(clinic: JoinedDesk) -> None:
    await handed_in(clinic, long_known=False)
    await work(clinic)

    patient = await the_patient(clinic)
    assert sorted(written(clinic), key=str) == [
        ("cover", patient, Insurance(payer="Aetna", member="W123")),
        ("update", patient),
    ]


async def test_a_new_record_takes_the_birth_date_and_keeps_the_address_it_has(clinic: JoinedDesk) -> None:
    intake = await handed_in(clinic, long_known=False)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        patient = await read_patient(db, intake.patient)
        known = await known_of(db, intake, patient) if patient else None
    assert patient is not None
    assert known is not None
    assert (patient.birth_date, patient.email) == (date(1988, 4, 27), "maria@example.com")
    assert (known.born, known.email, known.payer, known.member) == (
        date(1988, 4, 27), "maria@example.com", "Aetna", "W123",
    )  # fmt: skip


async def test_a_record_that_was_there_before_takes_and_shows_nothing_that_proves_who_somebody_is(
    clinic: JoinedDesk,
) -> None:
    intake = await handed_in(clinic, long_known=True)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        patient = await read_patient(db, intake.patient)
        known = await known_of(db, intake, patient) if patient else None
    assert patient is not None
    assert known is not None
    assert patient.birth_date is None
    assert (known.given, known.phone, known.email, known.born) == ("Maria", None, None, None)


async def test_what_was_handed_in_is_not_written_over_by_a_page_that_was_still_open(clinic: JoinedDesk) -> None:
    intake = await handed_in(clinic, long_known=False)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        changed = FILLING.with_answers(FORM, {"medications": ("something else",)})
        assert not await keep(db, intake, changed, FORM, language="en", now=clinic.clock.now())
        kept = (await begun(db, intake, [FORM])).filling.of(FORM)
    assert kept["medications"] == ("algo",)
