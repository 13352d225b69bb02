"""Whose file a visit is booked on, what is written to it, and what is left to staff."""

from dataclasses import replace
from datetime import date

import pytest
from tests.systems.athenahealth.a_desk import FIRST_VISIT, MARIA, ROBIN, Desk, a_desk, a_slot
from tests.systems.athenahealth.test_client import connected
from tests.systems.athenahealth.test_mapping import payload
from tests.wire.loopback import Asked, Reply, Says

from frontdesk.domain.patient import Patient
from frontdesk.ports.abilities import Insurance
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.simulating.faults import CutsConnection, When
from frontdesk.systems.athenahealth import simulator_example as example
from frontdesk.systems.athenahealth.charts import opening
from frontdesk.systems.athenahealth.mapping import new_patient

UPDATE, INSURE = "PUT /patients/{patientid}", "POST /patients/{patientid}/insurances"
PPO = Insurance(payer="31724", member="ABC123", group="G1")


async def file_of(desk: Desk, number: int, **shows: str) -> dict[str, object]:
    row = await desk.client.patient(number, **shows)
    assert row is not None
    return dict(row.fields)


async def test_a_file_is_found_by_name_and_birth_date_and_by_phone() -> None:
    async with a_desk() as desk:
        found = await desk.system.find_patients(ROBIN)
        family = await desk.system.find_patients(replace(MARIA, phone="+16175550143"))

    assert [one.number for one in found] == ["4011"]
    assert sorted(one.number for one in family) == ["4012", "4013", "4016"]


async def test_a_file_is_found_though_its_name_is_spelled_otherwise() -> None:
    accented = replace(ROBIN, family="Téstcase")
    async with a_desk() as desk:
        desk.charts.people[ROBIN.id] = accented
        await desk.booked()

    assert desk.charts.kept == {ROBIN.id: "4011"}


async def test_a_family_on_one_phone_is_told_apart_by_its_birth_dates() -> None:
    junior = replace(MARIA, given="Avery", family="Sample", phone="+16175550143", birth_date=date(2012, 1, 8))
    async with a_desk() as desk:
        desk.charts.people[MARIA.id] = junior
        await desk.booked(patient=MARIA)

    assert desk.charts.kept == {MARIA.id: "4013"}


async def test_two_files_that_fit_are_for_staff_to_choose() -> None:
    either = replace(MARIA, given="Avery", family="Sample", phone="+16175550143", birth_date=None)
    async with a_desk() as desk:
        desk.charts.people[MARIA.id] = either
        with pytest.raises(Refused, match="2 files"):
            await desk.book(patient=MARIA)

    assert desk.charts.kept == {}


async def test_a_new_file_says_what_the_desk_knows() -> None:
    async with a_desk() as desk:
        await desk.booked(a_slot(service=FIRST_VISIT), MARIA)
        file = await file_of(desk, int(desk.charts.kept[MARIA.id]))

    assert (file["firstname"], file["lastname"], file["dob"]) == ("Maria", "Gonzalez", "04/09/1988")
    assert (file["mobilephone"], file["email"]) == ("6175550147", "maria@example.com")
    assert str(file["departmentid"]) == "1"


async def test_without_a_birth_date_no_file_is_opened() -> None:
    async with a_desk() as desk:
        desk.charts.people[MARIA.id] = replace(MARIA, birth_date=None)
        with pytest.raises(Refused, match="birth date"):
            await desk.book(patient=MARIA)

    assert desk.asked("POST /patients") == 0


async def test_a_file_that_athena_takes_for_the_same_and_is_anothers_by_name_is_for_staff() -> None:
    def answers(asked: Asked) -> Reply:
        return Says(body=[{"patientid": "40211"}] if asked.method == "POST" else payload("patients")["patients"])

    async with connected(answers) as desk:
        with pytest.raises(Refused, match="took a new patient for file 40211"):
            await opening(desk.client, 21)(MARIA)
        rosa = replace(MARIA, given="Rosa", family="Quill")
        assert await opening(desk.client, 21)(rosa) == "40211"


async def test_a_file_that_was_opened_meanwhile_is_the_one_athena_gives() -> None:
    async with a_desk() as desk:
        first = await desk.client.create_patient(new_patient(MARIA, department=1))
        again = await opening(desk.client, 1)(MARIA)

    assert again == str(first)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"phone": "+16175550199"}, {"mobilephone": "6175550199"}),
        ({"email": "new@example.com"}, {"email": "new@example.com"}),
        ({"email": None, "phone": None}, {"email": "robin@example.com", "mobilephone": "6175550142"}),
        ({"given": "Bobby"}, {"firstname": "Robin"}),
    ],
)
async def test_what_the_desk_learned_is_written_and_what_it_does_not_know_stays(
    known: dict[str, str | None], told: dict[str, str]
) -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = "4011"
        desk.charts.people[ROBIN.id] = replace(ROBIN, **known)
        assert await desk.system.update_patient(ROBIN.id)
        file = await file_of(desk, 4011)

    assert told.items() <= file.items()


async def test_a_phone_that_stands_in_the_file_already_is_not_written_again() -> None:
    at_home: Patient = replace(MARIA, phone="+16175550143", email=None, language="fr")
    async with a_desk() as desk:
        desk.charts.kept[MARIA.id], desk.charts.people[MARIA.id] = "4016", at_home
        assert await desk.system.update_patient(MARIA.id)

    assert desk.asked(UPDATE) == 0


async def test_an_update_whose_answer_was_lost_is_read_back() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = "4011"
        desk.charts.people[ROBIN.id] = replace(ROBIN, email="new@example.com")
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on=UPDATE)
        assert await desk.system.update_patient(ROBIN.id)

    assert desk.asked(UPDATE) == 1


async def test_an_update_of_which_nothing_shows_is_unknown() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = "4011"
        desk.charts.people[ROBIN.id] = replace(ROBIN, email="new@example.com")
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on=UPDATE)
        with pytest.raises(OutcomeUnknown):
            await desk.system.update_patient(ROBIN.id)


async def test_whoever_has_no_file_is_neither_updated_nor_insured() -> None:
    async with a_desk() as desk:
        assert not await desk.system.update_patient(MARIA.id)
        assert not await desk.system.add_coverage(MARIA.id, PPO)
        desk.charts.kept[MARIA.id] = "999"
        assert not await desk.system.update_patient(MARIA.id)
        assert not await desk.system.add_coverage(MARIA.id, PPO)

    assert desk.asked("POST /patients") == 0


async def test_a_first_insurance_is_written_once() -> None:
    async with a_desk() as desk:
        assert await desk.system.add_coverage(ROBIN.id, PPO)
        assert await desk.system.add_coverage(ROBIN.id, PPO)
        file = await file_of(desk, 4011, showinsurance="true")

    [written] = file["insurances"]
    assert (written["insurancepackageid"], written["insuranceidnumber"]) == (31724, "ABC123")
    assert desk.asked(INSURE) == 1


async def test_an_insurance_is_known_by_its_name_where_only_one_is_called_so() -> None:
    async with a_desk() as desk:
        assert await desk.system.add_coverage(ROBIN.id, replace(PPO, payer="MADE UP MUTUAL"))
        file = await file_of(desk, 4011, showinsurance="true")

    assert file["insurances"][0]["insurancepackageid"] == 40001


@pytest.mark.parametrize("payer", ["INVENTED HEALTH", "Nobody's Insurance"])
async def test_an_insurance_of_which_there_are_several_or_none_is_for_staff(payer: str) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="staff must choose one"):
            await desk.system.add_coverage(ROBIN.id, replace(PPO, payer=payer))

    assert desk.asked(INSURE) == 0


async def test_a_second_insurance_is_for_staff_to_put_in_order() -> None:
    async with a_desk() as desk:
        await desk.system.add_coverage(ROBIN.id, PPO)
        with pytest.raises(Refused, match="which of them comes first"):
            await desk.system.add_coverage(ROBIN.id, replace(PPO, payer="31725"))
        with pytest.raises(Refused, match="which of them comes first"):
            await desk.system.add_coverage(ROBIN.id, replace(PPO, member="OTHER"))

    assert desk.asked(INSURE) == 1


@pytest.mark.parametrize(("when", "written"), [(When.AFTER_COMMIT, True), (When.BEFORE_COMMIT, False)])
async def test_an_insurance_whose_answer_was_lost_is_read_back(when: When, written: bool) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=when), on=INSURE)
        try:
            outcome = await desk.system.add_coverage(ROBIN.id, PPO)
        except OutcomeUnknown:
            outcome = False
        file = await file_of(desk, example.ROBIN, showinsurance="true")

    assert outcome is written
    assert bool(file["insurances"]) is written
