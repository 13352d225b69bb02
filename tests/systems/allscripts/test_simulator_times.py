"""What the simulated practice has, and when it can be booked."""

import pytest
from tests.systems.allscripts.simulated import NOW, a_practice, why


async def test_the_catalogue_is_read_with_its_padded_abbreviations() -> None:
    async with a_practice() as practice:
        [department] = await practice.rows("GetSchedulingDepartments")
        places = await practice.rows("GetSchedulingLocations", p2="FM")
        everywhere = await practice.rows("GetSchedulingLocations")
        kinds = await practice.rows("GetAppointmentTypes")
        nowhere = await practice.ask("GetSchedulingLocations", p2="SURG")

    assert department["Abbreviation"] == "FM        "
    assert [row["Abbreviation"].strip() for row in places] == ["MAIN", "NORTH"]
    assert (everywhere, why(nowhere)) == (places, "nothing-of-that-name")
    assert [(row["Abbreviation"].strip(), row["Duration"]) for row in kinds] == [
        ("NEWPAT", "30"),
        ("FU", "15"),
        ("PHYS", "45"),
        ("PROC", "60"),
        ("US", "30"),
    ]


async def test_practitioners_rooms_and_devices_are_resources_and_only_the_first_have_a_practitioner() -> None:
    async with a_practice() as practice:
        resources = await practice.rows("GetResources")
        people = {row["Practitioner_ID"]: row for row in await practice.rows("GetPractitioners")}
        pairs = await practice.rows("GetAppointmentRestrictions")

    assert [(row["Resource_Type"], row["Practitioner_ID"]) for row in resources] == [
        ("Provider", "31"),
        ("Provider", "32"),
        ("Provider", "33"),
        ("Room", ""),
        ("Equipment", ""),
    ]
    assert (people["31"]["FullName"], people["33"]["Is_Mid_Level"]) == ("Dana Gray, MD", "Y")
    assert (people["31"]["Inactivation_Date"], people["34"]["Inactivation_Date"]) == ("", "12/31/2025")
    assert [row["Appt_Type_Abbr"] for row in pairs if row["Resource_Abbr"] == "HALE"] == ["FU", "PHYS"]


async def test_reasons_have_ids_and_specialties_are_listed_once() -> None:
    async with a_practice() as practice:
        reasons = await practice.rows("GetAppointmentCancellationReasons")
        results = await practice.rows("GetAppointmentConfirmationResults")
        specialties = await practice.rows("GetPractitionerSpecialties")

    assert [row["Cancellation_Reason_ID"] for row in reasons] == ["4", "5"]
    assert [row["Description"] for row in results] == ["Left message", "Patient confirmed"]
    assert specialties == [{"Specialty_ID": "1", "Specialty": "Family Medicine"}]


async def test_open_times_are_steps_of_the_grid_without_what_is_taken_or_blocked() -> None:
    async with a_practice() as practice:
        tuesday = await practice.open_times("03/03/2026")
        wednesday = await practice.open_times("03/04/2026")
        [first, *_] = await practice.rows("GetAvailableSchedule", p1="GRAY", p2="03/03/2026", p3="03/03/2026")

    assert (tuesday[:6], len(tuesday)) == (["09:00", "09:15", "09:30", "09:45", "10:15", "10:30"], 31)
    assert not {"13:00", "13:15", "13:30", "13:45"} & set(wednesday)
    assert first == {
        "Available_Date": "03/03/2026",
        "Available_Time": "09:00",
        "Resource_Abbreviation": "GRAY",
        "Scheduling_Location_Abbreviation": "MAIN",
        "Duration": "15",
    }


async def test_with_a_type_open_times_are_where_its_whole_length_fits_on_who_takes_it() -> None:
    async with a_practice() as practice:
        found = await practice.rows("GetAvailableSchedule", p2="03/03/2026", p3="03/03/2026", p6="PHYS")
        gray = [row["Available_Time"] for row in found if row["Resource_Abbreviation"] == "GRAY"]

    assert {row["Resource_Abbreviation"] for row in found} == {"GRAY", "HALE"}
    assert ({row["Duration"] for row in found}, gray[:3], gray[-1]) == ({"45"}, ["09:00", "09:15", "10:15"], "16:15")


async def test_open_times_of_a_place_and_of_today_are_those_to_come() -> None:
    async with a_practice(now=NOW.replace(hour=17, minute=20)) as practice:
        north = await practice.rows("GetAvailableSchedule", p2="03/02/2026", p3="03/02/2026", p4="NORTH")
        padded = await practice.rows("GetAvailableSchedule", p2="03/02/2026", p3="03/02/2026", p4="NORTH     ")

    assert ([row["Available_Time"] for row in north][:2], padded) == (["10:30", "10:45"], north)


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({"p1": "GRAY"}, "days-needed"),
        ({"p2": "GRAY", "p3": "03/05/2026"}, "date-conversion"),
        ({"p2": "2026-03-05T09:00:00-07:00", "p3": "03/05/2026"}, "date-conversion"),
        ({"p2": "02/30/2026", "p3": "03/05/2026"}, "date-conversion"),
        ({"p2": "03/05/2026", "p3": "03/04/2026"}, "days-the-wrong-way"),
        ({"p1": "GREY", "p2": "03/05/2026", "p3": "03/05/2026"}, "nothing-of-that-name"),
        ({"p6": "BOTOX", "p2": "03/05/2026", "p3": "03/05/2026"}, "nothing-of-that-name"),
    ],
)
async def test_open_times_are_asked_for_by_days_and_known_names(parameters: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask("GetAvailableSchedule", **parameters)

    assert (answer.status_code, why(answer)) == (200, rule)


@pytest.mark.parametrize("day", ["3/5/2026", "03/05/2026", "05-Mar-2026", "2026-03-05", "3/5/2026 12:00:00 AM"])
async def test_a_day_is_read_in_each_way_that_the_system_writes_one(day: str) -> None:
    async with a_practice() as practice:
        assert (await practice.open_times(day))[0] == "09:00"
