"""Whose file is whose: found before one is opened, never guessed, and what is learned reaches it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from tests.systems.allscripts.a_desk import ASH, MARIA, Desk, a_desk, a_slot, at

from frontdesk.domain.chart import charts_of
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.simulating.faults import CutsConnection, Fails, Fault, GoesSilent, When
from frontdesk.systems.allscripts import simulator_example as example
from frontdesk.systems.allscripts.simulator_world import patient

ROBIN = Patient(
    id=PatientId(UUID(int=2)), given="Robin", family="Sample", phone="+18015550143", birth_date=date(2004, 1, 8)
)
AFTER, BEFORE = When.AFTER_COMMIT, When.BEFORE_COMMIT


async def found(desk: Desk, person: Patient) -> list[str]:
    return [one.number for one in charts_of(person, await desk.system.find_patients(person))]


async def test_a_file_is_found_by_name_and_birth_date_phone_or_email() -> None:
    async with a_desk() as desk:
        assert await found(desk, ASH) == ["33760"]
        assert await found(desk, replace(ASH, birth_date=None)) == ["33760"]
        assert await found(desk, replace(ASH, birth_date=None, phone=None)) == ["33760"]
        assert await found(desk, replace(ASH, given="ASH", family="rowan")) == ["33760"]
        assert await found(desk, replace(ASH, birth_date=date(1991, 2, 3))) == []
        assert await found(desk, MARIA) == []


async def test_father_and_child_of_one_name_and_phone_are_told_apart_by_birth_date() -> None:
    async with a_desk() as desk:
        assert await found(desk, ROBIN) == [str(example.ROBIN_JUNIOR)]
        assert await found(desk, replace(ROBIN, birth_date=date(1968, 9, 30))) == [str(example.ROBIN)]
        assert len(await found(desk, replace(ROBIN, birth_date=None))) == 2


async def test_where_two_files_fit_staff_decide_and_nothing_is_booked() -> None:
    async with a_desk() as desk:
        desk.charts.people[ROBIN.id] = replace(ROBIN, birth_date=None)
        with pytest.raises(Refused, match="2 files"):
            await desk.book(patient=ROBIN)

        assert desk.asked("SaveAppointment") == 0
        assert desk.asked("SavePatient") == 0


async def test_a_name_spelled_otherwise_is_found_by_birth_date() -> None:
    accented = replace(MARIA, family="González")
    world = example.example_world()
    world = replace(world, patients=(*world.patients, patient(40_000, "Maria", "Gonzalez", born="1988-04-09")))
    async with a_desk(world) as desk:
        assert await found(desk, accented) == ["40000"]


@pytest.mark.parametrize("fault", [CutsConnection(when=AFTER), GoesSilent(when=AFTER), Fails(when=AFTER)], ids=repr)
async def test_a_file_whose_opening_was_not_answered_is_looked_for_and_opened_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on="SavePatient")
        await desk.booked(patient=MARIA)

        assert (desk.files(MARIA), desk.asked("SavePatient")) == (1, 1)


async def test_a_file_that_was_not_opened_is_not_booked_on() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=BEFORE), on="SavePatient")
        with pytest.raises(OutcomeUnknown):
            await desk.book(patient=MARIA)

        assert desk.charts.kept == {}
        assert desk.asked("SaveAppointment") == 0


async def test_a_file_that_is_gone_gives_way_to_the_one_that_is_plainly_the_patients() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ASH.id] = "11111"
        booked = await desk.booked()
        found_again = await desk.system.look_up(a_slot(), patient=ASH.id, key="book:1")

        assert desk.charts.kept[ASH.id] == "33760"
        assert found_again == booked.appointment
        desk.charts.kept[ASH.id] = "11111"
        assert len(await desk.system.appointments_of([ASH.id])) == 2


async def test_a_file_that_is_gone_and_has_no_heir_is_a_no() -> None:
    async with a_desk() as desk:
        desk.charts.kept[MARIA.id] = "11111"
        with pytest.raises(Refused):
            await desk.book(patient=MARIA)

        assert desk.stands(MARIA) == []


async def test_what_is_learned_reaches_the_file_and_the_rest_of_it_stays() -> None:
    async with a_desk() as desk:
        await desk.booked(a_slot(at("2026-03-06 09:00")))
        kept = {"Street1": "5 Elm St", "Race": "declined", "SSN": "000-00-0000"}
        desk.simulator.front_desk.change_patient(33760, kept)
        desk.charts.people[ASH.id] = replace(ASH, phone="+18015550190", email="ash.rowan@example.com")
        assert await desk.system.update_patient(ASH.id)
        [row] = [row for row in desk.simulator.practice.patients if row["Patient_ID"] == 33760]
        asked = desk.asked("SavePatient")
        assert await desk.system.update_patient(ASH.id)

        assert (row["Cell_Phone"], row["Email_Address"]) == ("8015550190", "ash.rowan@example.com")
        assert {name: row[name] for name in kept} == kept
        assert row["DOB"] == "1990-02-03"
        assert desk.asked("SavePatient") == asked == 1
        assert desk.sent("SavePatient")[-1]["PatientID"] == "33760"


async def test_who_has_no_file_has_none_to_be_changed() -> None:
    async with a_desk() as desk:
        assert not await desk.system.update_patient(MARIA.id)

        desk.charts.kept[MARIA.id] = "11111"
        assert not await desk.system.update_patient(MARIA.id)


async def test_a_change_of_a_file_whose_answer_was_lost_is_read_back() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ASH.id] = "33760"
        desk.charts.people[ASH.id] = replace(ASH, email="other@example.com")
        desk.simulator.faults.plan(CutsConnection(when=AFTER), on="SavePatient")
        assert await desk.system.update_patient(ASH.id)

        desk.charts.people[ASH.id] = replace(ASH, email="third@example.com")
        desk.simulator.faults.plan(CutsConnection(when=BEFORE), on="SavePatient")
        with pytest.raises(OutcomeUnknown):
            await desk.system.update_patient(ASH.id)
