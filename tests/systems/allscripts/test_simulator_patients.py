"""Patients of the simulated practice: searched for, read, made, changed, noted upon."""

import pytest
from tests.systems.allscripts.simulated import a_practice, why, xml

from frontdesk.systems.allscripts.simulator_example import ASH, MORGAN, ROBIN
from frontdesk.systems.allscripts.simulator_world import patient


async def test_two_of_one_name_are_both_found_and_told_apart_by_their_birth_dates() -> None:
    async with a_practice() as practice:
        both = await practice.rows("SearchPatients", p1=xml("searchcriteria", LastName="sam", FirstName="ROBIN"))
        [one] = await practice.rows("SearchPatients", p1=xml("searchcriteria", LastName="Sample", DOB="01/08/2004"))

    assert [(row["Patient_ID"], row["DOB"]) for row in both] == [("33761", "09/30/1968"), ("33762", "01/08/2004")]
    assert {row["HomePhone"] for row in both} == {"8015550143"}
    assert one["Patient_ID"] == "33762"


async def test_a_record_number_finds_whose_it_is_and_nobody_is_an_empty_list() -> None:
    async with a_practice() as practice:
        [one] = await practice.rows("SearchPatients", p1=xml("searchcriteria", MRN="M33760"))
        nobody = await practice.rows("SearchPatients", p1=xml("searchcriteria", LastName="Nobody"))

    assert (one["Last_Name"], nobody) == ("Rowan", [])


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ("Rowan", "xml-read-strictly"),
        (xml("searchcriteria"), "search-needs-something"),
        (xml("searchcriteria", LastName=""), "search-needs-something"),
        (xml("searchcriteria", Phone="8015550142"), "xml-read-strictly"),
        (xml("searchcriteria", DOB="1990"), "date-conversion"),
    ],
)
async def test_a_search_is_by_name_birth_date_or_record_number_alone(sent: str, rule: str) -> None:
    async with a_practice() as practice:
        assert why(await practice.ask("SearchPatients", p1=sent)) == rule


async def test_a_search_stops_at_a_hundred_and_does_not_say_so() -> None:
    async with a_practice() as practice:
        for place in range(350):
            practice.simulator.practice.patients.put(
                patient(40_000 + place, f"Pat{place:03}", "Many", born="1990-01-01")
            )
        found = await practice.rows("SearchPatients", p1=xml("searchcriteria", LastName="Many"))
        [last] = await practice.rows("SearchPatients", p1=xml("searchcriteria", LastName="Many", FirstName="Pat349"))

    assert (len(found), found[-1]["First_Name"], last["Patient_ID"]) == (100, "Pat099", "40349")


async def test_demographics_have_every_column_and_no_birth_date_where_none_is_known() -> None:
    async with a_practice() as practice:
        [ash] = await practice.rows("GetPatientDemographics", patient=ASH)
        [morgan] = await practice.rows("GetPatientDemographics", patient=MORGAN)

    assert (ash["DOB"], ash["Cell_Phone"], ash["Email_Address"], ash["Is_Guarantor"]) == (
        "02/03/1990",
        "8015550142",
        "ash@example.com",
        "Y",
    )
    assert (morgan["DOB"], morgan["Street1"], len(morgan)) == ("", "", 33)


async def test_a_new_patient_gets_an_id_and_can_be_booked_at_once() -> None:
    async with a_practice() as practice:
        asked = xml(
            "patient", FirstName="Sky", LastName="O'Test", DOB="5/1/1950", Gender="F", CellPhone="(801) 555-0150"
        )
        [saved] = await practice.rows("SavePatient", p1=asked)
        [read] = await practice.rows("GetPatientDemographics", patient=saved["PatientID"])
        booked = await practice.booked(PatientID=saved["PatientID"])

    assert (saved["PatientID"], booked) == ("33765", "9906")
    assert (read["Last_Name"], read["DOB"], read["Cell_Phone"], read["Sex"]) == (
        "O'Test",
        "05/01/1950",
        "8015550150",
        "F",
    )
    assert read["Patient_Med_Rec_No"] == "M33765"


async def test_the_same_new_patient_twice_is_two_patients() -> None:
    async with a_practice() as practice:
        asked = xml("patient", FirstName="Sky", LastName="Test", DOB="05/01/1950")
        ids = {(await practice.rows("SavePatient", p1=asked))[0]["PatientID"] for _ in range(2)}

    assert ids == {"33765", "33766"}


async def test_a_patient_is_changed_by_the_id_or_the_record_number_and_keeps_what_was_not_sent() -> None:
    async with a_practice() as practice:
        [by_id] = await practice.rows("SavePatient", patient=ROBIN, p1=xml("patient", HomePhone="801-555-0199"))
        [by_record] = await practice.rows("SavePatient", p1=xml("patient", MRN="M33761", City="Provo", Email=""))
        [read] = await practice.rows("GetPatientDemographics", patient=ROBIN)

    assert (by_id, by_record) == ({"PatientID": "33761"}, {"PatientID": "33761"})
    assert (read["HomePhone"], read["City"], read["First_Name"], read["DOB"]) == (
        "8015550199",
        "Provo",
        "Robin",
        "09/30/1968",
    )
    assert len(practice.simulator.practice.patients) == 5


async def test_a_record_number_is_not_emptied_and_a_new_patient_may_bring_one() -> None:
    async with a_practice() as practice:
        await practice.rows("SavePatient", patient=ROBIN, p1=xml("patient", MRN="", City="Provo"))
        [robin] = await practice.rows("GetPatientDemographics", patient=ROBIN)
        [made] = await practice.rows("SavePatient", p1=xml("patient", FirstName="Sky", LastName="Test", MRN="X-1"))
        [found] = await practice.rows("SearchPatients", p1=xml("searchcriteria", MRN="X-1"))

    assert (robin["Patient_Med_Rec_No"], robin["City"]) == ("M33761", "Provo")
    assert found["Patient_ID"] == made["PatientID"]


@pytest.mark.parametrize(
    ("elements", "rule"),
    [
        ({"FirstName": "Sky"}, "names-needed"),
        ({"FirstName": "Sky", "LastName": "Test", "DOB": "1950"}, "date-conversion"),
        ({"FirstName": "Sky", "LastName": "Test", "Gender": "female"}, "patient-values"),
        ({"FirstName": "Sky", "LastName": "Test", "CellPhone": "555-0150"}, "patient-values"),
        ({"FirstName": "Sky", "LastName": "Test", "Country": "US"}, "xml-read-strictly"),
        ({"MRN": "M33760", "LastName": ""}, "names-needed"),
    ],
)
async def test_a_patient_that_cannot_be_saved_is_refused(elements: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask("SavePatient", p1=xml("patient", **elements))

    assert (why(answer), len(practice.simulator.practice.patients)) == (rule, 5)


async def test_a_note_is_saved_and_edited_on_its_patient_alone() -> None:
    async with a_practice() as practice:
        sent = xml("PatientNote", Text="Prefers mornings", Subject="Scheduling", NoteTypeID=1, ExpDate="1231")
        [saved] = await practice.rows("SavePatientNote", patient=ASH, p1=sent)
        edited = await practice.rows("SavePatientNote", patient=ASH, p1=xml("PatientNote", Text="Any time"), p2="501")
        other = await practice.ask("SavePatientNote", patient=ROBIN, p1=xml("PatientNote", Text="x"), p2="501")

    assert (saved, edited, why(other)) == ({"NoteID": "501"}, [{"NoteID": "501"}], "note-of-another")
    assert [row["Text"] for row in practice.simulator.practice.notes] == ["Any time"]


@pytest.mark.parametrize(
    ("elements", "rule"),
    [
        ({"Subject": "x"}, "note-needs-text"),
        ({"Text": "x", "ExpDate": "12/31"}, "note-expiry"),
        ({"Text": "x", "NoteTypeID": "phone"}, "not-a-number"),
        ({"Text": "x", "Author": "me"}, "xml-read-strictly"),
    ],
)
async def test_a_note_that_cannot_be_saved_is_refused(elements: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask("SavePatientNote", patient=ASH, p1=xml("PatientNote", **elements))

    assert (why(answer), len(practice.simulator.practice.notes)) == (rule, 0)


async def test_the_front_desk_renames_a_patient() -> None:
    async with a_practice() as practice:
        practice.simulator.front_desk.change_patient(ASH, {"Last_Name": "Birch"})

        [found] = await practice.rows("SearchPatients", p1=xml("searchcriteria", LastName="Birch"))
    assert found["Patient_ID"] == str(ASH)
