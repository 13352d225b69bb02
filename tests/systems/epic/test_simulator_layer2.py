"""Open times, booking, lists and cancelling by layer 2, at the simulated Epic."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.epic.simulated import (
    BOOK_2014,
    BOOK_2018,
    CANCEL_2012,
    CANCEL_2014,
    DAYS2,
    OF_PATIENT,
    OF_PROVIDERS,
    PAST,
    SCHEDULE,
    TO_COME,
    Reached,
    a_booking,
    a_hospital,
    a_world,
    rows_in,
    why,
)

from frontdesk.systems.epic.simulator_example import AVERY, CONSULT, DESERT, LENA, MAIN, NEW, OFFICE, OKAFOR, PATEL

CONTACT = "256594301"


def asking_days(**changed: object) -> dict[str, object]:
    """The body for open days: Dr. Okafor's office visits and consults on Tuesday and Wednesday."""
    usual: dict[str, object] = {
        "ProviderID": OKAFOR,
        "ProviderIDType": "External",
        "StartDate": "2027-03-09",
        "EndDate": "2027-03-10",
        "DepartmentIDs": [{"ID": MAIN, "Type": "External"}],
        "VisitTypeIDs": [{"ID": OFFICE, "Type": "External"}, {"ID": CONSULT, "Type": "External"}],
    }
    return usual | changed


async def slots(hospital: Reached, **changed: object) -> list[tuple[str, str, list[str]]]:
    """Open days as date, visit type and times."""
    days = (await hospital.asked(DAYS2, asking_days(**changed)))["ScheduleDays"]
    assert isinstance(days, list)
    return [(one["Date"], one["VisitType"]["ID"], [slot["Time"] for slot in one["Slots"]]) for one in days]


async def test_open_days_are_on_the_wall_of_the_department_and_name_its_zone() -> None:
    async with a_hospital() as hospital:
        answer = await hospital.asked(DAYS2, asking_days())
        days = await slots(hospital)

    (department,) = rows_in(answer, "Departments")
    assert department["OfficialTimeZone"] == {"Number": "1", "Title": "Central Time", "Abbreviation": "CT"}
    assert [(day, kind) for day, kind, _ in days] == [
        ("2027-03-09", OFFICE),
        ("2027-03-09", CONSULT),
        ("2027-03-10", OFFICE),
        ("2027-03-10", CONSULT),
    ]
    assert days[0][2][:3] == ["09:30:00", "09:45:00", "10:00:00"]
    assert days[3][2][-1] == "14:15:00"
    (first, *_) = rows_in(rows_in(answer, "ScheduleDays")[0], "Slots")
    assert first == {
        "Time": "09:30:00",
        "DisplayTime": "9:30 AM",
        "ArrivalTime": "09:30:00",
    }


async def test_time_that_the_front_desk_opens_can_be_booked() -> None:
    async with a_hospital() as hospital:
        before = await hospital.book(Time="17:00:00")
        day = hospital.hands.now.date() + timedelta(days=1)
        hospital.simulator.front_desk.open_time(provider=OKAFOR, department=MAIN, day=day, first="17:00", last="17:30")
        after = await hospital.book(Time="17:00:00")

    assert (before.status_code, after.status_code) == (400, 200)


async def test_an_internal_id_is_known_with_its_leading_blanks_only() -> None:
    async with a_hospital() as hospital:
        blanks = await slots(hospital, ProviderID="   R1001", ProviderIDType="Internal")
        trimmed = await hospital.post(DAYS2, asking_days(ProviderID="R1001", ProviderIDType="Internal"))

    assert len(blanks) == 4
    assert (trimmed.status_code, why(trimmed)) == (400, "id-not-known")


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"ProviderID": None}, "missing-field"),
        ({"ProviderIDType": "SER"}, "id-type-not-known"),
        ({"StartDate": "3/9/2027"}, "value-does-not-fit"),
        ({"EndDate": "2027-03-01"}, "days-in-order"),
        ({"DepartmentIDs": []}, "missing-field"),
        ({"VisitTypeIDs": [{"ID": OFFICE}]}, "missing-field"),
        ({"VisitTypeIDs": [{"ID": OFFICE, "Type": "External", "Name": "x"}]}, "unknown-name"),
        ({"Providers": []}, "unknown-name"),
        ({"ProviderID": 1001}, "value-does-not-fit"),
        ({"DepartmentIDs": "603"}, "value-does-not-fit"),
    ],
)
async def test_open_days_are_refused_for_what_is_not_known(changed: dict[str, object], rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.post(DAYS2, asking_days(**changed))

    assert (answer.status_code, why(answer)) == (400, rule)
    assert set(answer.json()) == {"Message", "ExceptionMessage", "ExceptionType", "StackTrace"}


async def test_the_raw_template_shows_the_grain_the_holds_and_what_is_booked() -> None:
    booking = {name: value for name, value in a_booking().items() if name[:4] not in ("Pati", "Date", "Time", "IsRe")}
    query = {**booking, "UserID": "1", "UserIDType": "External"}

    async with a_hospital() as hospital:
        tuesday = await hospital.http.post(SCHEDULE, params={**query, "Date": "3/9/2027"})
        wednesday = await hospital.http.post(SCHEDULE, params={**query, "Date": "3/10/2027"})
        wrong = await hospital.http.post(SCHEDULE, params={**query, "Date": "2027-03-09"})
        in_body = await hospital.http.post(SCHEDULE, json={**query, "Date": "3/9/2027"})

    pieces = tuesday.json()["ScheduleSlots"]
    assert [(one["StartTime"], one["Length"], one["AvailableOpenings"]) for one in pieces[:3]] == [
        (" 9:00 AM", "15", "0"),
        (" 9:15 AM", "15", "0"),
        (" 9:30 AM", "15", "1"),
    ]
    held = [one for one in wednesday.json()["ScheduleSlots"] if one["HeldTimeReason"]]
    assert [(one["StartTime"], one["HeldTimeReason"]) for one in held[:1]] == [("11:00 AM", "Staff meeting")]
    assert (why(wrong), why(in_body)) == ("value-does-not-fit", "body-where-none-belongs")


async def test_a_visit_is_booked_with_comments_and_insurance() -> None:
    body = {
        "Comments": ["Booked by phone", "Needs an interpreter"],
        "Insurance": {"MemberNumber": "M1", "GroupNumber": "G1", "InsuranceName": "Made Up Mutual"},
    }

    async with a_hospital() as hospital:
        answer = await hospital.post(BOOK_2018, body, **a_booking())
        rows = await hospital.visits()
        coverages = await hospital.resources("/R4/Coverage", patient=_id(hospital, LENA))

    booked = answer.json()["Appointment"]
    assert (booked["Date"], booked["Time"], booked["DurationInMinutes"]) == ("2027-03-09", "10:00:00", 30)
    assert booked["ContactIDs"][0] == {"ID": "256594306", "Type": "CSN"}
    assert booked["PatientInstructions"] == ["Arrive 10 minutes early."]
    assert booked["Department"]["OfficialTimeZone"]["Title"] == "Central Time"
    assert rows[-1]["AppointmentNotes"] == body["Comments"]
    assert [one["subscriberId"] for one in coverages] == ["INV123456", "M1"]


async def test_a_booking_of_2018_needs_no_body() -> None:
    async with a_hospital() as hospital:
        booked = await hospital.http.post(BOOK_2018, params=a_booking())

    assert booked.status_code == 200


async def test_a_dry_run_says_the_same_and_books_nothing() -> None:
    async with a_hospital() as hospital:
        before = len(await hospital.visits())
        review = await hospital.book(IsReviewOnly="true")
        after = len(await hospital.visits())
        booked = await hospital.book()

    told, real = review.json()["Appointment"], booked.json()["Appointment"]
    assert (before, after, told["ContactIDs"]) == (1, 1, [])
    assert {**told, "ContactIDs": 0} == {**real, "ContactIDs": 0}


async def test_the_call_of_2014_takes_everything_in_its_body() -> None:
    async with a_hospital() as hospital:
        booked = await hospital.post(BOOK_2014, {**a_booking(), "IsReviewOnly": False, "Comments": ["By phone"]})
        in_query = await hospital.http.post(BOOK_2014, params=a_booking(), json={})

    assert booked.json()["Appointment"]["ContactIDs"][0]["Type"] == "CSN"
    assert why(in_query) == "unknown-name"


MAKE_FAIL = "An error occurred while executing the command: MAKE-FAIL details: code:"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Time": "09:00:00"}, "CADENCE CHECK(S) FAILED: slottaken Details:20."),
        ({"Time": "08:45:00"}, "APTWARN ERROR Details:25."),
        ({"Time": "10:07:00"}, "APTWARN ERROR Details:25."),
        ({"Time": "12:00:00"}, "APTWARN ERROR Details:25."),
        ({"Date": "2027-03-10", "Time": "11:00:00"}, "APTWARN ERROR Details:25."),
        ({"Date": "2027-03-12", "Time": "13:00:00"}, "APTWARN ERROR Details:25."),
        ({"Date": "2027-03-05"}, "APTWARN ERROR Details:25."),
        ({"DepartmentID": DESERT}, "APTWARN ERROR Details:25."),
        ({"VisitTypeID": NEW}, "APTWARN ERROR Details:34."),
        ({"PatientID": AVERY, "ProviderID": "E1002", "Time": "09:00:00"}, "APTWARN ERROR Details:27."),
    ],
)
async def test_a_booking_that_epic_refuses_says_why_by_numbers(changed: dict[str, str], words: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.book(**changed)

    assert (answer.status_code, answer.json()["ExceptionMessage"]) == (400, MAKE_FAIL + words)


async def test_several_warnings_stand_in_one_list() -> None:
    world = replace(a_world(), warnings={OFFICE: "34"})

    async with a_hospital(world) as hospital:
        answer = await hospital.book(PatientID=AVERY, ProviderID="E1002", Time="09:00:00")

    assert answer.json()["Message"].endswith("APTWARN ERROR Details:27, 34.")


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"PatientID": "1"}, "id-not-known"),
        ({"PatientIDType": "CSN"}, "id-type-not-known"),
        ({"Date": "3/9/2027"}, "value-does-not-fit"),
        ({"Time": "10:00"}, "value-does-not-fit"),
        ({"Time": "10:00:30"}, "value-does-not-fit"),
        ({"Date": "2027-02-30"}, "value-does-not-fit"),
        ({"Time": ""}, "value-does-not-fit"),
        ({"IsReviewOnly": "no"}, "value-does-not-fit"),
        ({"Note": "x"}, "unknown-name"),
    ],
)
async def test_a_booking_that_cannot_be_read_is_refused(changed: dict[str, str], rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.book(**changed)
        rows = await hospital.visits()

    assert (answer.status_code, why(answer), len(rows)) == (400, rule, 1)


async def test_a_visit_is_moved_by_booking_the_new_time_and_cancelling_the_old() -> None:
    async with a_hospital() as hospital:
        await hospital.book()
        new = await hospital.book(Time="10:30:00")
        contact = {"ID": "256594306", "Type": "CSN"}
        body = {"Patient": {"ID": LENA, "Type": "EPI"}, "Contact": contact, "Reason": "Patient request"}
        cancelled = await hospital.asked(CANCEL_2014, body)
        rows = await hospital.visits()
        again = await hospital.book()

    assert (new.status_code, cancelled) == (200, {})
    assert [(row["AppointmentStartTime"], row["AppointmentStatus"]) for row in rows[1:]] == [
        ("10:00 AM", "Canceled"),
        ("10:30 AM", "Scheduled"),
    ]
    assert again.status_code == 200


async def test_the_open_way_to_cancel_says_whether_it_did() -> None:
    contact = {"PatientID": AVERY, "PatientIDType": "EPI", "ContactID": CONTACT, "ContactIDType": "CSN"}

    async with a_hospital() as hospital:
        first = await hospital.asked(CANCEL_2012, contact)
        again = await hospital.asked(CANCEL_2012, contact)

    assert (first, again) == ({"IsSuccess": True}, {"IsSuccess": False})


async def test_a_visit_that_is_too_close_or_of_a_kept_type_is_not_cancelled_from_outside() -> None:
    contact = {"PatientID": AVERY, "PatientIDType": "EPI", "ContactID": CONTACT, "ContactIDType": "CSN"}
    body = {"Patient": {"ID": AVERY, "Type": "EPI"}, "Contact": {"ID": CONTACT, "Type": "CSN"}}

    async with a_hospital() as hospital:
        hospital.hands.turn(hours=24, minutes=1)
        await hospital.sign_in()
        close = await hospital.asked(CANCEL_2012, contact)
        older = await hospital.post(CANCEL_2014, body)
        rows = await hospital.visits(AVERY)
    async with a_hospital(replace(a_world(), not_cancelled_outside=frozenset({OFFICE}))) as kept:
        of_type = await kept.asked(CANCEL_2012, contact)

    assert (close, of_type) == ({"IsSuccess": False}, {"IsSuccess": False})
    assert (older.status_code, why(older), rows[0]["AppointmentStatus"]) == (400, "cancel-refused", "Scheduled")


async def test_a_contact_is_only_known_with_its_patient() -> None:
    body = {"Patient": {"ID": LENA, "Type": "EPI"}, "Contact": {"ID": CONTACT, "Type": "CSN"}}

    async with a_hospital() as hospital:
        answer = await hospital.post(CANCEL_2014, body)

    assert (answer.status_code, why(answer)) == (400, "contact-of-the-patient")


async def test_a_patients_visits_come_as_texts_those_over_only_when_asked_for() -> None:
    patient = {"PatientID": LENA, "PatientIDType": "EPI"}

    async with a_hospital() as hospital:
        await hospital.book()
        usual = await hospital.asked(OF_PATIENT, patient)
        every = await hospital.asked(
            OF_PATIENT, {**patient, "IncludeAllStatuses": "1", "UserID": "1", "UserIDType": "External"}
        )
        november = await hospital.asked(
            OF_PATIENT, {**patient, "IncludeAllStatuses": "1", "StartDate": "11/1/2026", "EndDate": "2026-11-30"}
        )
        to_come = await hospital.asked(TO_COME, patient)
        past = await hospital.asked(PAST, {"Patient": {"ID": LENA, "Type": "EPI"}})

    counted = [len(rows_in(one)) for one in (usual, every, november, to_come, past)]
    assert counted == [1, 2, 1, 1, 1]
    (row,) = rows_in(to_come)
    assert (row["Date"], row["AppointmentStartTime"], row["AppointmentDuration"]) == ("3/9/2027", "10:00 AM", "30")
    assert (row["AppointmentStatus"], row["VisitTypeName"]) == ("Scheduled", "OFFICE VISIT")
    assert rows_in(rows_in(row, "Providers")[0], "ProviderIDs")[1] == {"ID": "   R1001", "Type": "Internal"}
    assert rows_in(past)[0]["AppointmentStatus"] == "Completed"


async def test_a_providers_visits_name_their_patients() -> None:
    who = {"ID": PATEL, "IDType": "External", "DepartmentID": DESERT, "DepartmentIDType": "External"}
    body = {"StartDate": "3/8/2027", "EndDate": "3/14/2027", "Providers": [who]}

    async with a_hospital() as hospital:
        rows = rows_in(await hospital.asked(OF_PROVIDERS, body))

    assert [(row["PatientName"], row["AppointmentStartTime"]) for row in rows] == [("Invented,Morgan", "10:00 AM")]


def _id(hospital: Reached, patient: str) -> str:
    row = hospital.simulator.hospital.patients.get(patient)
    assert row is not None
    return str(row["fhirid"])
