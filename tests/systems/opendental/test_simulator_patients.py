"""The simulated patients and what is written beside them: search, changes, new ones, commlogs, documents."""

from dataclasses import replace

import pytest
from tests.systems.opendental.simulated import Reached, an_office, why

from frontdesk.systems.opendental.simulator_example import AVERY, AVERY_JUNIOR, CAMERON, ROBIN, example_world

NEW = {"LName": "Newcomer", "FName": "Kai", "Birthdate": "2000-02-29", "WirelessPhone": "5125550150"}


async def found(office: Reached, path: str = "/patients", **query: str | int) -> list[object]:
    return [row["PatNum"] for row in await office.rows(path, **query)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"LName": "samp"}, [AVERY, AVERY_JUNIOR]),
        ({"LName": "ample"}, []),
        ({"LName": "SAMPLE", "Birthdate": "2012-01-08"}, [AVERY_JUNIOR]),
        ({"Phone": "(512) 555-0143"}, [AVERY, AVERY_JUNIOR]),
        ({"Phone": "5550142"}, [ROBIN]),
        ({"Phone": "none"}, []),
        ({"Email": "example.com"}, [ROBIN]),
        ({"guarOnly": "true", "LName": "Sample"}, [AVERY]),
        ({"LName": "Longgone"}, []),
        ({"LName": "Longgone", "showArchived": "true"}, [15]),
        ({"clinicNums": "2,3"}, []),
        ({"clinicNums": "1", "FName": "Rob"}, [ROBIN]),
    ],
)
async def test_a_search_behaves_like_the_offices_own_window(query: dict[str, str], numbers: list[int]) -> None:
    async with an_office() as office:
        assert await found(office, **query) == numbers


async def test_a_search_shows_the_windows_columns_and_phones_as_staff_see_them() -> None:
    async with an_office() as office:
        row = (await office.rows("/patients", LName="Testcase"))[0]

    assert row["WirelessPhone"] == "(512)555-0142"
    assert row["priProvAbbr"] == "DOC1"
    assert not {"Guarantor", "PriProv", "DateTStamp", "serverDateTime"} & set(row)


async def test_the_simple_search_gives_full_rows_and_matches_anywhere_in_a_name() -> None:
    async with an_office() as office:
        rows = await office.rows("/patients/Simple", LName="est", Birthdate="1991-04-17")

    assert [(row["PatNum"], row["Guarantor"], row["serverDateTime"]) for row in rows] == [
        (ROBIN, ROBIN, "2026-03-02 08:00:00")
    ]


async def test_changed_patients_are_found_by_the_stamp() -> None:
    async with an_office() as office:
        office.hands.turn(minutes=1)
        await office.http.put(f"/patients/{CAMERON}", json={"City": "Austin"})

        assert await found(office, "/patients/Simple", DateTStamp="2026-03-02 08:00:00") == [CAMERON]


async def test_a_new_patient_comes_back_whole_with_defaults_and_a_place() -> None:
    async with an_office() as office:
        made = await office.http.post("/patients", json=NEW)

        read = await office.row("/patients/16")
    assert (made.status_code, made.headers["location"]) == (201, "https://api.opendental.com/api/v1/patients/16")
    assert made.json() == read
    assert (read["PatNum"], read["Guarantor"], read["PriProv"]) == (16, 16, 1)
    assert (read["WirelessPhone"], read["PatStatus"], read["BillingType"]) == (
        "(512)555-0150",
        "Patient",
        "Standard Account",
    )
    assert (read["DateTStamp"], read["SecDateEntry"]) == ("2026-03-02 08:00:00", "2026-03-02")


async def test_the_same_name_birthdate_and_phone_make_no_second_patient() -> None:
    same = {"LName": "testcase", "FName": "ROBIN", "Birthdate": "1991-04-17", "HmPhone": "512-555-0142"}

    async with an_office() as office:
        twice = await office.http.post("/patients", json=same)
        other_birthday = await office.http.post("/patients", json=same | {"Birthdate": "1991-04-18"})
        other_contact = await office.http.post("/patients", json=same | {"HmPhone": "5125550199"})

    assert (twice.status_code, why(twice)) == (400, "duplicate-patient")
    assert (other_birthday.status_code, other_contact.status_code) == (201, 201)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"LName": " "}, "names-not-blank"),
        ({"Birthdate": "04/17/1991"}, "time-format"),
        ({"Gender": "F"}, "words-not-numbers"),
        ({"PatStatus": "Deleted"}, "words-not-numbers"),
        ({"PreferContactMethod": "SMS"}, "words-not-numbers"),
        ({"TxtMsgOk": "true"}, "words-not-numbers"),
        ({"Zip": "787"}, "zip-format"),
        ({"State": "Texas"}, "state-format"),
        ({"ChartNumber": "1234567890123456"}, "chart-number-length"),
        ({"BillingType": "Cash"}, "billing-type-by-name"),
        ({"Guarantor": 11, "SuperFamily": 11}, "one-family-field"),
        ({"Ward": "3"}, "hospitals-only"),
        ({"Language": "Spanish"}, "language-format"),
        ({"FamFinUrgNote": "Note", "Guarantor": 11}, "urgent-note-of-guarantor"),
        ({"Phone": "5125550150"}, "unknown-name"),
    ],
)
async def test_a_new_patient_with_a_value_that_is_not_published_is_refused(
    fields: dict[str, str | int], rule: str
) -> None:
    async with an_office() as office:
        answer = await office.http.post("/patients", json=NEW | fields)

        assert (answer.status_code, why(answer)) == (400, rule)
        assert await found(office, LName="Newcomer") == []


async def test_a_new_patient_needs_both_names() -> None:
    async with an_office() as office:
        answer = await office.http.post("/patients", json={"LName": "Newcomer"})

    assert (answer.status_code, why(answer)) == (400, "required-fields")


async def test_an_update_changes_what_it_names_and_clears_what_it_leaves_blank() -> None:
    async with an_office() as office:
        changed = await office.http.put(f"/patients/{ROBIN}", json={"Email": "", "WirelessPhone": "512-555-0151"})

    row = changed.json()
    assert (row["Email"], row["WirelessPhone"], row["LName"]) == ("", "(512)555-0151", "Testcase")


async def test_a_child_cannot_be_given_another_guarantor() -> None:
    async with an_office() as office:
        child = await office.http.put(f"/patients/{AVERY_JUNIOR}", json={"Guarantor": ROBIN})
        parent = await office.http.put(f"/patients/{AVERY}", json={"Guarantor": ROBIN})

    assert (child.status_code, why(child)) == (400, "guarantor-stays")
    assert parent.status_code == 200


async def test_nothing_of_a_deleted_patient_can_be_changed() -> None:
    async with an_office() as office:
        office.simulator.front_desk.change_patient(ROBIN, {"PatStatus": "Deleted"})

        answers = [
            await office.http.put(f"/patients/{ROBIN}", json={"City": "Austin"}),
            await office.http.put("/appointments/103", json={"Op": 1}),
            await office.book(),
            await office.http.post("/commlogs", json={"PatNum": ROBIN, "Note": "Called"}),
        ]

        assert [(answer.status_code, why(answer)) for answer in answers] == [(400, "deleted-patient")] * 4
        assert await found(office, LName="Testcase") == []
        assert ROBIN in await found(office, "/patients/Simple")


async def test_merging_moves_the_visits_and_leaves_the_other_archived() -> None:
    async with an_office() as office:
        office.simulator.front_desk.merge_patients(into=ROBIN, gone=CAMERON)

        visits = await office.rows("/appointments", PatNum=ROBIN)
        gone = await office.row(f"/patients/{CAMERON}")

    assert ([row["AptNum"] for row in visits], gone["PatStatus"]) == ([102, 103, 105], "Archived")


async def test_a_line_in_the_communication_log_has_the_offices_defaults() -> None:
    async with an_office() as office:
        logged = await office.http.post("/commlogs", json={"PatNum": ROBIN, "Note": "Booked by the assistant"})
        named = await office.http.post(
            "/commlogs",
            json={"PatNum": ROBIN, "Note": "x", "commType": "ApptRelated", "CommType": 239, "Mode_": "Text"},
        )
        changed = await office.http.put("/commlogs/1", json={"Note": "Booked"})

        mine = await office.rows("/commlogs", PatNum=ROBIN)
    assert (logged.status_code, changed.status_code) == (201, 200)
    assert (logged.json()["CommType"], logged.json()["commType"], logged.json()["Mode_"]) == ("239", "Misc", "Phone")
    assert (named.json()["CommType"], named.json()["Mode_"]) == ("235", "Text")
    assert [row["Note"] for row in mine] == ["Booked", "x"]


async def test_a_document_and_a_popup_are_kept_with_their_patient() -> None:
    form = {"PatNum": ROBIN, "rawBase64": "SGVsbG8=", "extension": ".pdf", "DocCategory": 130}

    async with an_office() as office:
        uploaded = await office.http.post("/documents/Upload", json=form)
        broken = await office.http.post("/documents/Upload", json=form | {"rawBase64": "?"})
        elsewhere = await office.http.post("/documents/Upload", json=form | {"DocCategory": 19})
        warned = await office.http.post(
            "/popups", json={"PatNum": ROBIN, "Description": "Ask for a form", "PopupLevel": "Patient"}
        )

        kept = list(office.simulator.office.documents)
    assert (uploaded.status_code, warned.status_code, kept[0]["bytes"]) == (201, 201, 5)
    assert (why(broken), why(elsewhere)) == ("not-base64", "definition-of-category")


async def test_what_the_office_has_is_read_as_published() -> None:
    async with an_office() as office:
        clinics = await office.rows("/clinics")
        providers = await office.rows("/providers")
        of_the_clinic = await office.rows("/providers", ClinicNum=1)
        rooms = await office.rows("/operatories", ClinicNum=1)
        kinds = await office.rows("/appointmenttypes")
        shown = await office.rows("/definitions", Category=2)
        hidden = await office.rows("/definitions", Category=2, includeHidden="true")
        version = await office.rows("/preferences", PrefName="ProgramVersion")

    assert [row["Abbr"] for row in clinics] == ["Smile on Main"]
    assert [(row["Abbr"], row["IsSecondary"]) for row in providers] == [("DOC1", "false"), ("HYG1", "true")]
    assert {row["serverDateTime"] for row in of_the_clinic} == {""}
    assert [(row["OpName"], row["IsHygiene"]) for row in rooms] == [
        ("Room 1", "false"),
        ("Room 2", "false"),
        ("Hygiene", "true"),
    ]
    assert [(row["Pattern"], row["IsHidden"]) for row in kinds][-2:] == [("", "false"), ("/XX/", "true")]
    assert (len(hidden) - len(shown), version[0]["ValueString"]) == (1, "25.4.9.0")


async def test_schedules_travel_with_numbers_as_text_by_their_start_and_not_by_their_day() -> None:
    async with an_office() as office:
        today = await office.rows("/schedules")
        week = await office.rows("/schedules", dateStart="2026-03-02", dateEnd="2026-03-04", SchedType="Provider")
        meetings = await office.rows("/schedules", dateStart="2026-03-02", dateEnd="2026-03-20", BlockoutDefNum=248)

    assert {row["SchedDate"] for row in today} == {"2026-03-02"}
    assert [(row["StartTime"], row["SchedDate"]) for row in week[:4]] == [
        ("08:00:00", "2026-03-02"),
        ("08:00:00", "2026-03-03"),
        ("08:00:00", "2026-03-04"),
        ("09:00:00", "2026-03-02"),
    ]
    assert (week[0]["ProvNum"], week[0]["operatories"]) == ("1", "1,2")
    assert [row["blockoutType"] for row in meetings] == ["Staff Meeting"] * 3


async def test_links_of_schedules_and_operatories_are_read_by_either() -> None:
    async with an_office() as office:
        monday = await office.rows("/scheduleops", ScheduleNum=1011)
        friday = await office.rows("/scheduleops", ScheduleNum=1053)
        both = await office.http.get("/scheduleops", params={"ScheduleNum": 1011, "OperatoryNum": 1})

    assert [row["OperatoryNum"] for row in monday] == [1, 2]
    assert (friday, why(both)) == ([], "links-by-two-filters")


async def test_a_hidden_provider_is_left_out_of_a_clinics_and_nowhere_else() -> None:
    world = example_world()
    hidden = tuple({**row, "IsHidden": "true"} if row["ProvNum"] == 2 else row for row in world.providers)

    async with an_office(replace(world, providers=hidden)) as office:
        assert len(await office.rows("/providers")) == 2
        assert len(await office.rows("/providers", ClinicNum=1)) == 1
