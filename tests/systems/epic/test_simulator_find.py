"""Open times and booking by FHIR, at the simulated Epic."""

from dataclasses import replace

import pytest
from tests.systems.epic.simulated import (
    FIND,
    LENA_ID,
    MORGAN_ID,
    a_hospital,
    a_world,
    code_of,
    codes,
    finding,
    issues_of,
    parameter,
    proposals,
    resources_in,
    service,
    why,
)

from frontdesk.systems.epic.simulator_example import CONSULT, DESERT, KNEE, NEW, OFFICE, OKAFOR, SCAN
from frontdesk.systems.epic.simulator_rows import fhir_id

LENA_ASKS = parameter("patient", resource={"resourceType": "Patient", "identifier": [{"value": LENA_ID}]})
DESERT_AT = f"https://gateway/interconnect-simulated-oauth/api/FHIR/STU3/Location/{fhir_id('Location', DESERT)}"


async def test_open_times_come_as_proposed_appointments_with_a_slot_inside() -> None:
    async with a_hospital() as hospital:
        bundle = await hospital.found(service(CONSULT), LENA_ASKS)

    first = proposals(bundle)[0]
    assert (bundle["type"], bundle["total"]) == ("searchset", len(proposals(bundle)))
    assert (first["status"], first["minutesDuration"]) == ("proposed", 45)
    assert (first["start"], first["end"]) == ("2027-03-09T15:30:00Z", "2027-03-09T16:15:00Z")
    assert [one["actor"]["display"] for one in first["participant"]] == [  # type: ignore[attr-defined]
        "Ada Okafor, MD",
        "Main Clinic",
    ]
    assert first["contained"][0]["status"] == "free"  # type: ignore[index]
    assert first["slot"] == [{"reference": "#s1"}]


async def test_a_long_visit_needs_openings_without_a_gap() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.front_desk.block(provider=OKAFOR, at="2027-03-09T11:00")
        bundle = await hospital.found(service(NEW))

    at_main = [one["start"] for one in proposals(bundle) if "Main" in str(one["participant"])]
    assert at_main == ["2027-03-09T15:30:00Z", "2027-03-09T15:45:00Z", "2027-03-09T16:00:00Z"]


async def test_what_is_past_held_or_not_for_the_web_is_not_offered() -> None:
    async with a_hospital() as hospital:
        friday = await hospital.found(service(CONSULT), begins="2027-03-12T19:00:00Z", ends="2027-03-12T22:00:00Z")
        wednesday = await hospital.found(service(CONSULT), begins="2027-03-10T16:30:00Z", ends="2027-03-10T18:00:00Z")
        hospital.hands.turn(hours=28)
        await hospital.sign_in()
        tuesday = await hospital.found(service(CONSULT))

    assert (codes(friday), codes(wednesday)) == (["4101"], ["4101"])
    assert proposals(tuesday)[0]["start"] == "2027-03-09T17:00:00Z"


async def test_days_follow_the_clock_of_each_department_through_the_change_of_time() -> None:
    async with a_hospital(replace(a_world(), find_page=50)) as hospital:
        bundle = await hospital.found(service(OFFICE), begins="2027-03-15T13:00:00Z", ends="2027-03-15T16:15:00Z")

    starts = {one["participant"][1]["actor"]["display"]: one["start"] for one in reversed(proposals(bundle))}  # type: ignore[index]
    assert starts == {"Main Clinic": "2027-03-15T14:00:00Z", "Desert Clinic": "2027-03-15T16:00:00Z"}


async def test_a_location_a_specialty_and_a_time_of_day_narrow_the_search() -> None:
    at_eleven = parameter(
        "time-of-day",
        valueTiming={
            "repeat": {"duration": "31", "durationUnit": "min", "dayOfWeek": ["tue"], "timeOfDay": ["11:00:00"]}
        },
    )
    window = {"begins": "2027-03-09T14:00:00Z", "ends": "2027-03-11T23:00:00Z"}

    async with a_hospital() as hospital:
        desert = await hospital.found(
            service(OFFICE), parameter("location-reference", valueReference={"reference": DESERT_AT}), **window
        )
        coding = {"coding": [{"system": "urn:oid:1.2.3", "code": "30"}]}
        special = await hospital.found(service(OFFICE), parameter("specialties", valueCodeableConcept=coding), **window)
        eleven = await hospital.found(service(OFFICE), at_eleven, **window)

    for bundle in (desert, special):
        assert {one["participant"][1]["actor"]["display"] for one in proposals(bundle)} == {"Desert Clinic"}  # type: ignore[index]
    assert sorted({str(one["start"]) for one in proposals(eleven)}) == [
        *("2027-03-09T17:00:00Z", "2027-03-09T17:15:00Z", "2027-03-09T17:30:00Z"),
        *("2027-03-09T18:00:00Z", "2027-03-09T18:15:00Z", "2027-03-09T18:30:00Z"),
    ]


async def test_an_indication_leads_through_the_decision_tree_to_a_visit_type() -> None:
    coding = {"system": "urn:oid:2.16.840.1.113883.6.96", "code": KNEE}

    async with a_hospital() as hospital:
        bundle = await hospital.found(parameter("indications", valueCodeableConcept={"coding": [coding]}))

    assert {one["serviceType"][0]["coding"][0]["code"] for one in proposals(bundle)} == {SCAN}  # type: ignore[index]


async def test_without_a_visit_type_nothing_is_found_and_the_bundle_says_why() -> None:
    elsewhere = {"system": "urn:oid:1.2.840.114350.1.13.861.1.7.3.808267.11", "code": OFFICE}

    async with a_hospital() as hospital:
        other_site = await hospital.found(parameter("serviceType", valueCodeableConcept={"coding": [elsewhere]}))
        no_template = await hospital.found(service(OFFICE), begins="2028-01-01T00:00:00Z", ends="2028-01-02T00:00:00Z")
    async with a_hospital(replace(a_world(), usual_visit_type="")) as strict:
        no_service = await strict.found()

    assert (codes(other_site), codes(no_service)) == (["59200", "4101"], ["59200", "4101"])
    assert codes(no_template) == ["59134", "4101"]
    entry = other_site["entry"]
    assert isinstance(entry, list)
    assert (other_site["total"], entry[0]["search"]["mode"], entry[0]["resource"]["issue"][0]["severity"]) == (
        *(0, "outcome"),
        "warning",
    )


@pytest.mark.parametrize("name", ["service-type", "provider-reference", "practitioner"])
async def test_a_parameter_of_another_name_is_left_out_with_a_hint_behind_the_times(name: str) -> None:
    async with a_hospital() as hospital:
        bundle = await hospital.found(parameter(name, valueString="x"))

    assert len(proposals(bundle)) > 0
    assert (codes(bundle), resources_in(bundle)[-1]["resourceType"]) == (["59109"], "OperationOutcome")


async def test_times_come_ten_at_a_time_and_the_next_link_wants_the_same_body_again() -> None:
    body = finding(service(OFFICE), begins="2027-03-09T14:00:00Z", ends="2027-03-11T00:00:00Z")
    seen: list[object] = []
    pages = 0

    async with a_hospital() as hospital:
        address: str | None = FIND
        last = FIND
        while address:
            page = await hospital.asked(address, body)
            seen += [one["id"] for one in proposals(page)]
            links = page["link"]
            assert isinstance(links, list)
            last, address = address, next((one["url"] for one in links if one["relation"] == "next"), None)
            pages += 1
        other = await hospital.post(last, finding(service(CONSULT)))

    assert pages > 3
    assert len(seen) == len(set(seen)) > 30
    assert why(other) == "other-body"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"resourceType": "Bundle"}, "parameters-needed"),
        ({"resourceType": "Parameters", "parameter": []}, "window-needed"),
        (finding(begins="2027-03-09T14:00:00-06:00"), "window-needed"),
        (finding(begins="2027-03-10T14:00:00Z"), "window-needed"),
        (finding(parameter("patient", resource={"resourceType": "Patient", "id": "nobody"})), "not-found-is-59144"),
        (finding(parameter("location-reference", valueReference={"reference": "Location/1"})), "not-found-is-59144"),
        (finding(parameter("time-of-day", valueTiming={"repeat": {"timeOfDay": ["3pm"]}})), "timing-not-known"),
        (finding(parameter("time-of-day", valueTiming={"event": []})), "timing-not-known"),
    ],
)
async def test_a_search_that_cannot_be_read_is_refused(body: dict[str, object], rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.post(FIND, body)

    assert (answer.status_code in (400, 404), why(answer)) == (True, rule)
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_a_bare_date_bounds_the_window_too() -> None:
    async with a_hospital() as hospital:
        bundle = await hospital.found(service(CONSULT), begins="2027-03-09", ends="2027-03-10")

    assert proposals(bundle)[0]["start"] == "2027-03-09T15:30:00Z"


async def test_a_proposal_is_booked_with_its_note_and_gets_a_contact_number() -> None:
    async with a_hospital() as hospital:
        found = proposals(await hospital.found(service(CONSULT), LENA_ASKS))
        answer = await hospital.book_by_fhir(str(found[0]["id"]), note="Booked by phone")
        rows = await hospital.visits()

    (booked,) = resources_in(answer.json())
    assert (answer.json()["type"], booked["status"], booked["comment"]) == ("searchset", "booked", "Booked by phone")
    assert (booked["start"], booked["minutesDuration"]) == ("2027-03-09T15:30:00Z", 45)
    assert booked["identifier"] == [{"system": "urn:oid:1.2.840.114350.1.13.999.2.7.3.698084.8", "value": "256594306"}]
    assert (rows[-1]["Date"], rows[-1]["AppointmentStartTime"]) == ("3/9/2027", " 9:30 AM")


@pytest.mark.parametrize(("born", "met"), [("1968-09-30", 200), ("1968-09-29", 404)])
async def test_a_patient_without_identifiers_is_known_by_name_and_birth_date(born: str, met: int) -> None:
    avery = {"resourceType": "Patient", "name": [{"family": "Sample", "given": ["Avery"]}], "birthDate": born}

    async with a_hospital() as hospital:
        answer = await hospital.post(FIND, finding(parameter("patient", resource=avery)))

    assert answer.status_code == met


async def test_a_note_sent_as_an_identifier_is_taken() -> None:
    async with a_hospital() as hospital:
        proposal = str(proposals(await hospital.found())[0]["id"])
        named = [
            parameter("patient", valueIdentifier={"value": LENA_ID}),
            parameter("appointment", valueIdentifier={"value": proposal}),
            parameter("appointmentNote", valueIdentifier={"value": "As an identifier"}),
        ]
        bundle = await hospital.asked(
            "/api/FHIR/STU3/Appointment/$book", {"resourceType": "Parameters", "parameter": named}
        )

    assert resources_in(bundle)[0]["comment"] == "As an identifier"


async def test_a_proposal_that_is_over_used_or_unknown_is_not_found() -> None:
    async with a_hospital() as hospital:
        found = proposals(await hospital.found(service(CONSULT)))
        first = await hospital.book_by_fhir(str(found[0]["id"]))
        again = await hospital.book_by_fhir(str(found[0]["id"]))
        unknown = await hospital.book_by_fhir("eTmp.001")
        hospital.hands.turn(minutes=15)
        over = await hospital.book_by_fhir(str(found[-1]["id"]))

    assert first.status_code == 200
    for answer in (again, unknown, over):
        (issue,) = issues_of(answer.json())
        assert (answer.status_code, code_of(issue), issue["severity"]) == (404, "59144", "fatal")
        assert issue["diagnostics"] == "invalid appointment ID"


async def test_a_time_that_somebody_took_meanwhile_cannot_be_booked() -> None:
    async with a_hospital() as hospital:
        found = proposals(await hospital.found(service(CONSULT)))
        first = await hospital.book_by_fhir(str(found[0]["id"]))
        beside = await hospital.book_by_fhir(str(found[1]["id"]), patient=MORGAN_ID)

    assert (first.status_code, beside.status_code, why(beside)) == (200, 400, "time-gone")
    assert issues_of(beside.json())[0]["severity"] == "fatal"


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ([], "book-needs"),
        ([parameter("patient", valueString="x")], "book-knows-three"),
        ([parameter("comment", valueString="x")], "book-knows-three"),
        ([parameter("patient", valueIdentifier={"value": "x"})] * 2, "book-knows-three"),
        (
            [
                parameter("patient", valueIdentifier={"value": "x"}),
                parameter("appointment", valueIdentifier={"value": "y"}),
            ],
            "not-found-is-59144",
        ),
    ],
)
async def test_a_booking_that_cannot_be_read_is_refused(parameters: list[object], rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.post(
            "/api/FHIR/STU3/Appointment/$book", {"resourceType": "Parameters", "parameter": parameters}
        )

    assert why(answer) == rule


async def test_what_was_found_for_one_patient_is_not_booked_for_another() -> None:
    async with a_hospital() as hospital:
        found = proposals(await hospital.found(service(CONSULT), LENA_ASKS))
        answer = await hospital.book_by_fhir(str(found[0]["id"]), patient=MORGAN_ID)

    assert why(answer) == "proposal-of-its-patient"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_an_appointment_is_not_changed_by_fhir(method: str) -> None:
    async with a_hospital() as hospital:
        id = fhir_id("Appointment", "256594301")
        answer = await hospital.http.request(method, f"/api/FHIR/STU3/Appointment/{id}", json={"status": "cancelled"})

    assert (answer.status_code, why(answer)) == (405, "no-update-by-fhir")
