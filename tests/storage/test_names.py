"""Patients found by the beginnings of their names and by birth date, with nothing of either in the database."""

from datetime import date
from uuid import uuid4

import pytest
from tests.clinic import NOW

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.key_rotation import Progress, Rotating, begin_rotation
from frontdesk.storage.names import beginnings_of, born, called, words_of
from frontdesk.storage.patient_file import is_beginning, people
from frontdesk.storage.patients import add_patient
from frontdesk.wiring import Frontdesk

JOSE = Patient(
    id=PatientId(uuid4()),
    given="José-María",
    family="Núñez Wintergreen-Featherstonehaugh",
    birth_date=date(1988, 4, 27),
)


@pytest.fixture
async def storage(smile: Frontdesk) -> Storage:
    async with smile.storage.practice(SMILE_ID) as db:
        await add_patient(db, JOSE, now=NOW)
    return smile.storage


@pytest.mark.parametrize(
    "typed",
    ["jose", "JOSÉ", "nu", "Nun jo", "maria nunez", "featherstoneh", "jose maria nunez wintergreen featherstonehaugh"],
)
async def test_any_beginnings_in_any_order_find_a_patient(storage: Storage, typed: str) -> None:
    async with storage.practice(SMILE_ID) as db:
        assert JOSE.id in await called(db, typed, most=20)


@pytest.mark.parametrize("typed", ["", "j", "jo n", "unez", "josef", "jose smith", "12"])
async def test_what_begins_no_word_of_theirs_does_not(storage: Storage, typed: str) -> None:
    async with storage.practice(SMILE_ID) as db:
        assert JOSE.id not in await called(db, typed, most=20)


async def test_a_whole_name_and_a_birth_date_find_one_and_another_day_nobody(storage: Storage) -> None:
    async with storage.practice(SMILE_ID) as db:
        assert await born(db, "jose maria nunez wintergreen featherstonehaugh", date(1988, 4, 27)) == [JOSE.id]
        assert await born(db, "jose maria nunez wintergreen featherstonehaugh", date(1988, 4, 28)) == []
        assert [one.patient for one in await people(db, f"{JOSE.name}, 1988-04-27".lower())] == [JOSE.id]
        assert await people(db, f"{JOSE.name}, 1988-13-41".lower()) == []


async def test_names_are_found_after_the_keys_were_replaced_and_no_more_once_forgotten(storage: Storage) -> None:
    await begin_rotation(storage, SMILE_ID, now=NOW)
    rotating = Rotating(storage=storage, practice=SMILE_ID)
    async with storage.practice(SMILE_ID) as db:
        assert JOSE.id in await called(db, "jose", most=20)  # while both keys stand
    while await rotating.step(now=NOW) is Progress.MORE:
        pass

    async with storage.practice(SMILE_ID) as db:
        assert JOSE.id in await called(db, "jose nunez", most=20)
        assert await born(db, JOSE.name, date(1988, 4, 27)) == [JOSE.id]
        await db.run("delete from patient where practice_id = %s and id = %s", (SMILE_ID, JOSE.id))
        assert await _left(db) == 0


async def _left(db: Db) -> int:
    return len(await db.all("select from patient_name where practice_id = %s and patient_id = %s", (SMILE_ID, JOSE.id)))


def test_beginnings_have_two_to_twelve_letters() -> None:
    assert beginnings_of("Al Featherstonehaugh") == {
        "al",
        *("featherstonehaugh"[:length] for length in range(2, 13)),
    }
    assert words_of("O'Brien  MÜLLER-lüdenscheidt 3") == ["o", "brien", "muller", "ludenscheidt"]


def test_only_a_name_without_a_birth_date_may_be_somebody_elses() -> None:
    assert is_beginning("maria")
    assert not is_beginning("maria gonzalez 1988-04-27")
    assert not is_beginning("maria@example.com")
    assert not is_beginning("(512) 555-0147")
