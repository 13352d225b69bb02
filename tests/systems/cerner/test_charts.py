"""Whose file is whose: found before one is opened, never guessed, and written to with care."""

from dataclasses import replace

import pytest
from tests.systems.cerner.a_desk import MARIA, ROBIN, Desk, a_desk

from frontdesk.domain.chart import charts_of
from frontdesk.ports.abilities import Insurance
from frontdesk.ports.faults import OutcomeUnknown, Refused, Unreachable
from frontdesk.standards.simulating.faults import CutsConnection, Maintenance, When
from frontdesk.standards.simulating.fhir_values import Resource, elements_at, text_at
from frontdesk.systems.cerner import simulator_example as example

COVER = Insurance(payer="Invented Health", member="W123", group="G7")


def file(desk: Desk, id: str) -> Resource:
    """A patient as they stand there."""
    return desk.simulator.domain.get("Patient", id)


def covers(desk: Desk) -> list[tuple[str, str]]:
    """Payer and member number of every insurance there."""
    rows = desk.simulator.domain.store.all("Coverage")
    return [(text_at(one, "payor", 0, "reference"), text_at(one, "subscriberId")) for one in rows]


async def with_phone(desk: Desk, written: str) -> None:
    """The file of ROBIN has the phone in another form, and no birth date to go by."""
    changes: Resource = {"telecom": [{"system": "phone", "value": written, "use": "mobile"}]}
    desk.simulator.front_desk.change_patient(example.ROBIN, changes)


@pytest.mark.parametrize("written", ["+15125550142", "5125550142", "512-555-0142", "(512) 555-0142"])
async def test_a_file_is_found_by_its_phone_in_each_usual_form(written: str) -> None:
    async with a_desk() as desk:
        await with_phone(desk, written)
        found = await desk.system.find_patients(replace(ROBIN, family="Married", email=None))

    assert [one.number for one in found] == [example.ROBIN]


async def test_a_namesake_of_another_birth_date_is_a_candidate_and_no_match() -> None:
    parent = replace(ROBIN, given="Avery", family="Sample", phone="+15125550143", email=None)
    async with a_desk() as desk:
        found = await desk.system.find_patients(parent)

    assert {example.AVERY, example.AVERY_JUNIOR} <= {one.number for one in found}
    assert charts_of(parent, found) == []


async def test_two_files_that_fit_are_left_to_staff_and_none_is_opened() -> None:
    async with a_desk() as desk:
        twin = {**file(desk, example.ROBIN), "id": "999"}
        desk.simulator.domain.store.put(twin)
        with pytest.raises(Refused, match="2 files"):
            await desk.book()

    assert desk.asked("POST /Patient") == 0


async def test_a_new_file_has_what_the_desk_knows() -> None:
    async with a_desk() as desk:
        await desk.booked(patient=MARIA)
        made = file(desk, desk.charts.kept[MARIA.id])

    assert (text_at(made, "name", 0, "family"), text_at(made, "name", 0, "given", 0)) == ("Gonzalez", "Maria")
    assert made["birthDate"] == "1988-04-09"
    assert [text_at(one, "value") for one in elements_at(made, "telecom")] == ["5125550147", "maria@example.com"]


async def test_what_the_desk_learns_is_added_and_what_is_there_stays() -> None:
    async with a_desk() as desk:
        await desk.booked()
        desk.charts.people[ROBIN.id] = replace(ROBIN, phone="+15125550199", email="new@example.org")
        updated = await desk.system.update_patient(ROBIN.id)
        again = await desk.system.update_patient(ROBIN.id)

    values = [text_at(one, "value") for one in elements_at(file(desk, example.ROBIN), "telecom")]
    assert (updated, again) == (True, True)
    assert values == ["5125550142", "robin@example.org", "5125550199", "new@example.org"]
    assert desk.asked("PATCH /Patient/{id}") == 1


async def test_an_update_whose_answer_was_lost_is_read_and_not_sent_again() -> None:
    async with a_desk() as desk:
        await desk.booked()
        desk.charts.people[ROBIN.id] = replace(ROBIN, email="new@example.org")
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on="PATCH /Patient/{id}")
        updated = await desk.system.update_patient(ROBIN.id)

    assert updated is True
    assert desk.asked("PATCH /Patient/{id}") == 1


async def test_nobodys_file_is_not_updated() -> None:
    async with a_desk() as desk:
        assert await desk.system.update_patient(MARIA.id) is False
        assert await desk.system.add_coverage(MARIA.id, COVER) is False

    assert desk.asked("POST /Patient") == 0


async def test_a_file_that_somebody_has_open_is_told_to_be_so() -> None:
    async with a_desk() as desk:
        await desk.booked()
        desk.charts.people[ROBIN.id] = replace(ROBIN, email="new@example.org")
        desk.simulator.front_desk.open_for_change(f"Patient/{example.ROBIN}")
        with pytest.raises(Refused, match="did not keep"):
            await desk.system.update_patient(ROBIN.id)


@pytest.mark.parametrize("payer", ["Invented Health", "invented  health", example.PAYER])
async def test_an_insurance_is_entered_once_by_the_payers_name_or_number(payer: str) -> None:
    async with a_desk() as desk:
        for member in ("W123", "w123 ", "W123"):
            assert await desk.system.add_coverage(ROBIN.id, replace(COVER, payer=payer, member=member))

    assert covers(desk) == [(f"Organization/{example.PAYER}", "W123")]
    assert desk.asked("POST /Coverage") == 1


async def test_another_member_number_is_another_insurance() -> None:
    async with a_desk() as desk:
        await desk.system.add_coverage(ROBIN.id, COVER)
        await desk.system.add_coverage(ROBIN.id, replace(COVER, member="W124", group=None))

    assert [member for _, member in covers(desk)] == ["W123", "W124"]


async def test_a_payer_that_the_numbers_do_not_name_is_for_staff() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="names no Organization"):
            await desk.system.add_coverage(ROBIN.id, replace(COVER, payer="Unheard-of Mutual"))

    assert covers(desk) == []


async def test_an_insurance_whose_answer_was_lost_is_not_entered_twice() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on="POST /Coverage")
        await desk.system.add_coverage(ROBIN.id, COVER)
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="POST /Coverage")
        with pytest.raises(OutcomeUnknown):
            await desk.system.add_coverage(ROBIN.id, replace(COVER, member="W124"))

    assert [member for _, member in covers(desk)] == ["W123"]


async def test_where_files_cannot_be_looked_for_none_is_opened() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Maintenance(), on="GET /Patient", times=99)
        with pytest.raises(Unreachable):
            await desk.book(patient=MARIA)

    assert desk.asked("POST /Patient") == 0
