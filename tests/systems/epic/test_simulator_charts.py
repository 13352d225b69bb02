"""Searching by FHIR, and charts by FHIR and by layer 2, at the simulated Epic."""

import pytest
from tests.systems.epic.simulated import (
    AVERY_ID,
    CREATE,
    IDENTIFIERS,
    LENA_ID,
    LOOKUP,
    MORGAN_ID,
    a_hospital,
    code_of,
    codes,
    issues_of,
    parameter,
    resources_in,
    rows_in,
    why,
)

from frontdesk.systems.epic.simulator_example import AVERY, AVERY_YOUNG, DESERT, LENA, MAIN, OFFICE, OKAFOR
from frontdesk.systems.epic.simulator_rows import fhir_id

MRN = "urn:oid:1.2.840.114350.1.13.999.2.5.737384.14"
BORN = {"family": "Sample", "given": "Avery", "birthdate": "1968-09-30"}
SAM: dict[str, object] = {
    "resourceType": "Patient",
    "name": [{"use": "usual", "family": "Newcomer", "given": ["Sam"]}],
    "birthDate": "1990-02-03",
    "gender": "male",
    "telecom": [{"system": "phone", "value": "512-555-0177", "use": "mobile"}],
}


@pytest.mark.parametrize(
    "query",
    [
        {"_id": AVERY_ID},
        {"identifier": f"{MRN}|202498"},
        {"identifier": "MRN|202498"},
        {"identifier": "202498"},
        BORN | {"gender": "male"},
        BORN | {"legal-sex": "male"},
        BORN | {"telecom": "512-555-0143"},
        {"family": "sam", "given": "ave", "birthdate": "1968-09-30", "telecom": "512-555-0143"},
    ],
)
async def test_a_patient_is_found_by_what_is_enough_to_match(query: dict[str, str]) -> None:
    async with a_hospital() as hospital:
        bundle = await hospital.get("/R4/Patient", **query)

    (patient,) = resources_in(bundle)
    assert (bundle["total"], patient["id"], patient["birthDate"]) == (1, AVERY_ID, "1968-09-30")
    identifiers = {one["type"]["text"]: one["value"] for one in rows_in(patient, "identifier")}  # type: ignore[index]
    assert identifiers == {"MRN": "202498", "EPI": AVERY, "FHIR": AVERY_ID}


@pytest.mark.parametrize("query", [{}, {"family": "Sample"}, BORN, {"telecom": "512-555-0143"}, {"given": ""}])
async def test_with_too_little_there_is_an_outcome_and_no_list(query: dict[str, str]) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.http.get("/api/FHIR/R4/Patient", params=query)

    assert (answer.status_code, why(answer)) == (400, "enough-to-match")
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("telecom", ["5125550143", "+15125550143", "(512) 555-0143"])
async def test_a_telephone_is_found_with_hyphens_only(telecom: str) -> None:
    async with a_hospital() as hospital:
        bundle = await hospital.get("/R4/Patient", **BORN, telecom=telecom)

    assert (bundle["total"], codes(bundle)) == (0, ["4101"])


@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        ("/R4/Patient?identifier=1&own-name=x", 501, "not-simulated"),
        ("/R4/Patient?identifier=1&name=x", 400, "unknown-parameter"),
        ("/R4/Patient?identifier=1&identifier=2", 400, "value-does-not-fit-search"),
        ("/R4/Patient?identifier=1&gender=F", 400, "value-does-not-fit-search"),
        ("/R4/Appointment?date=2027-03-09", 400, "patient-or-identifier"),
        ("/STU3/Appointment?patient=nobody", 404, "not-found-is-59144"),
        ("/STU3/Appointment?patient=x&service-category=appointment", 400, "unknown-parameter"),
        ("/R4/Appointment?patient=x&service-category=surgery", 400, "value-does-not-fit-search"),
        ("/R4/Appointment?patient=x&status=pending", 400, "value-does-not-fit-search"),
        ("/R4/Coverage", 400, "coverage-needs-a-patient"),
        ("/R4/Location?sessionID=none", 400, "no-such-page"),
        ("/R4/Slot?status=free", 501, "not-simulated"),
        ("/DSTU2/Patient?_id=x", 501, "not-simulated"),
        ("/R4/Group", 404, "no-such-path"),
    ],
)
async def test_a_search_that_is_not_known_is_refused_and_never_ignored(path: str, status: int, rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.http.get(f"/api/FHIR{path}")

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_a_patients_visits_are_found_by_day_status_and_number() -> None:
    async def found(**query: str) -> list[object]:
        return [one["start"] for one in await hospital.resources("/STU3/Appointment", patient=AVERY_ID, **query)]

    async with a_hospital() as hospital:
        every = await found()
        day = await found(date="2027-03-09")
        since = await found(date="ge2027-03-10")
        instant = await found(date="gt2027-03-09T15:00:00Z")
        booked = await found(status="booked,arrived", identifier="")
        number = await found(identifier="256594304")
        r4 = await hospital.resources("/R4/Appointment", patient=AVERY_ID, **{"service-category": "appointment"})
        nothing = await hospital.get("/STU3/Appointment", patient=AVERY_ID, status="noshow")

    assert every == booked == ["2027-03-09T15:00:00Z", "2027-03-16T15:30:00Z"]
    assert day == every[:1]
    assert since == instant == number == every[1:]
    assert r4[0]["identifier"] == [{"system": "urn:oid:1.2.840.114350.1.13.999.2.7.3.698084.8", "value": "256594301"}]
    assert (nothing["total"], codes(nothing)) == (0, ["4101"])


async def test_r4_says_why_a_visit_was_cancelled() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.front_desk.cancel("256594301", reason="Weather")
        (r4,) = await hospital.resources("/R4/Appointment", patient=AVERY_ID, status="cancelled")
        stu3 = await hospital.get(f"/STU3/Appointment/{r4['id']}")

    assert (r4["cancelationReason"], "cancelationReason" in stu3) == ({"text": "Weather"}, False)


async def test_two_bounds_make_a_span_of_days() -> None:
    async with a_hospital() as hospital:
        address = f"/api/FHIR/R4/Appointment?patient={AVERY_ID}&date=ge2027-03-09&date=lt2027-03-16"
        bundle = (await hospital.http.get(address)).json()

    assert [one["start"] for one in resources_in(bundle)] == ["2027-03-09T15:00:00Z"]


async def test_a_search_is_read_page_by_page_along_its_links() -> None:
    seen: list[object] = []
    pages = 0

    async with a_hospital() as hospital:
        desk = hospital.simulator.front_desk
        for day in range(1, 9):
            desk.book(patient=LENA, provider=OKAFOR, department=MAIN, visit_type=OFFICE, at=f"2027-04-0{day}T09:00")
        address: str | None = f"/api/FHIR/R4/Appointment?patient={LENA_ID}&_count=2"
        while address:
            page = (await hospital.http.get(address)).json()
            assert page["total"] == 9
            seen += [one["id"] for one in resources_in(page)]
            address = next((one["url"] for one in page["link"] if one["relation"] == "next"), None)
            pages += 1

    assert (len(seen), len(set(seen)), pages) == (9, 9, 5)


async def test_people_roles_and_departments_are_found_but_no_rooms() -> None:
    desert = fhir_id("Location", DESERT)

    async with a_hospital() as hospital:
        people = await hospital.resources("/R4/Practitioner")
        by_npi = await hospital.resources("/R4/Practitioner", identifier="http://hl7.org/fhir/sid/us-npi|1234567893")
        roles = await hospital.resources(
            "/R4/PractitionerRole", location=f"Location/{desert}", _include="PractitionerRole:practitioner"
        )
        special = await hospital.resources("/R4/PractitionerRole", specialty="20")
        places = await hospital.resources("/R4/Location", **{"address-city": "tem"})
        read = await hospital.get(f"/STU3/Location/{desert}")
        somebody = await hospital.get(f"/STU3/Practitioner/{people[0]['id']}")
        room = await hospital.http.get(f"/api/FHIR/R4/Practitioner/{fhir_id('Location', 'E9001')}")

    assert somebody == people[0]
    assert [one["name"][0]["family"] for one in people] == ["Okafor", "Lindqvist", "Patel"]  # type: ignore[index]
    ids = {one["type"]["text"]: one["value"] for one in rows_in(by_npi[0], "identifier")}  # type: ignore[index]
    assert ids == {"EXTERNAL": OKAFOR, "INTERNAL": "   R1001", "NPI": "1234567893"}
    assert [one["resourceType"] for one in roles] == ["PractitionerRole", "Practitioner"]
    assert (len(special), [one["name"] for one in places], read["name"]) == (2, ["Desert Clinic"], "Desert Clinic")
    (issue,) = issues_of(room.json())
    assert (room.status_code, code_of(issue), issue["location"]) == (404, "59144", ["/f:id"])


async def test_a_new_patient_gets_an_id_and_no_body_and_the_same_one_again() -> None:
    async with a_hospital() as hospital:
        first = await hospital.post("/api/FHIR/R4/Patient", SAM)
        again = await hospital.post("/api/FHIR/R4/Patient", SAM)
        read = await hospital.get(f"/R4/{first.headers['location']}")

    assert (first.status_code, first.content, first.headers["location"][:9]) == (201, b"", "Patient/e")
    assert again.headers["location"] == first.headers["location"]
    assert read["telecom"] == [{"system": "phone", "value": "512-555-0177", "use": "mobile"}]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"birthDate": None}, "birth-date-is-a-day"),
        ({"birthDate": "3/2/1990"}, "birth-date-is-a-day"),
        ({"gender": "M"}, "gender-words"),
        ({"contact": []}, "unknown-element"),
        ({"name": [{"family": "N", "given": ["S"], "prefix": ["Dr."]}]}, "unknown-element"),
        ({"telecom": [{"system": "fax", "value": "1"}]}, "telecom-kinds"),
        ({"identifier": [{"system": MRN, "value": "1"}]}, "no-other-identifiers"),
        ({"resourceType": "Person"}, "patient-needed"),
    ],
)
async def test_a_new_patient_is_refused_for_what_is_not_known(changed: dict[str, object], rule: str) -> None:
    body = SAM | changed
    if body["birthDate"] is None:
        del body["birthDate"]
        rule = "required-fields"

    async with a_hospital() as hospital:
        before = len(hospital.simulator.hospital.patients)
        answer = await hospital.post("/api/FHIR/R4/Patient", body)
        after = len(hospital.simulator.hospital.patients)

    assert (answer.status_code, why(answer), after) == (400, rule, before)


async def test_a_match_grades_how_likely_each_patient_is() -> None:
    async def matched(resource: dict[str, object], *more: dict[str, object]) -> list[tuple[object, object, object]]:
        body = {"resourceType": "Parameters", "parameter": [parameter("resource", resource=resource), *more]}
        entries = (await hospital.asked("/api/FHIR/R4/Patient/$match", body)).get("entry", [])
        assert isinstance(entries, list)
        return [
            (one["resource"]["id"], one["search"]["score"], one["search"]["extension"][0]["valueCode"])
            for one in entries
        ]

    avery: dict[str, object] = {
        "resourceType": "Patient",
        "name": [{"family": "Sample", "given": ["Avery"]}],
        "telecom": [{"system": "phone", "value": "512-555-0143", "use": "home"}],
    }
    async with a_hospital() as hospital:
        family = await matched(avery)
        certain = await matched(
            {**avery, "birthDate": "1968-09-30"}, parameter("OnlyCertainMatches", valueBoolean=True)
        )
        chart = await matched({"resourceType": "Patient", "identifier": [{"system": MRN, "value": "202497"}]})
        odd = await hospital.post(
            "/api/FHIR/R4/Patient/$match", {"resourceType": "Parameters", "parameter": [parameter("onlyBest")]}
        )

    assert [(score, grade) for _, score, grade in family] == [(0.6, "possible"), (0.6, "possible")]
    assert certain == [(AVERY_ID, 0.95, "certain")]
    assert chart == [(LENA_ID, 1.0, "certain")]
    assert why(odd) == "match-parameters"


async def test_a_document_is_filed_for_a_patient() -> None:
    content = [{"attachment": {"contentType": "application/pdf", "data": "JVBERg=="}}]
    body = {"resourceType": "DocumentReference", "subject": {"reference": f"Patient/{LENA_ID}"}, "content": content}

    async with a_hospital() as hospital:
        filed = await hospital.post("/api/FHIR/R4/DocumentReference", body)
        nobody = await hospital.post("/api/FHIR/R4/DocumentReference", {**body, "subject": {"reference": "Patient/x"}})
        empty = await hospital.post("/api/FHIR/R4/DocumentReference", {**body, "content": []})
        kept = [row["patient"] for row in hospital.simulator.hospital.documents]

    assert (filed.status_code, filed.headers["location"][:18]) == (201, "DocumentReference/")
    assert (why(nobody), why(empty), kept) == ("not-found-is-59144", "document-elements", [LENA])


def a_chart(**changed: object) -> dict[str, object]:
    """The body that opens a chart by layer 2."""
    usual: dict[str, object] = {
        "DepartmentID": MAIN,
        "DepartmentIDType": "External",
        "DateOfBirth": "1990-02-03",
        "Gender": "Male",
        "Name": {"First": "Sam", "LastName": "Newcomer"},
        "Address": {"ZipCode": "78701", "Phones": [{"Number": "512-555-0177", "Type": "Mobile"}]},
    }
    return usual | changed


async def test_a_chart_opened_by_layer_2_is_found_by_fhir_and_by_look_up() -> None:
    async with a_hospital() as hospital:
        made = await hospital.asked(CREATE, a_chart())
        again = await hospital.asked(CREATE, a_chart(Address={"PostalCode": "78702"}))
        looked = await hospital.asked(
            LOOKUP,
            {"Name": "Newcomer,Sam", "DOB": "2/3/1990", "Demographics": {"Phones": [{"Number": "512-555-0177"}]}},
        )
        (epi,) = [one["ID"] for one in rows_in(made, "PatientIDs") if one["Type"] == "EPI"]
        ids = await hospital.asked(IDENTIFIERS, {"PatientID": str(epi), "PatientIDType": "EPI", "UserID": "1"})
        fhir = next(str(one["ID"]) for one in rows_in(ids, "Identifiers") if one["IDType"] == "FHIR")
        read = await hospital.get(f"/R4/Patient/{fhir}")

    assert (made["DateOfBirth"], made["Gender"], again) == ("2/3/1990", "Male", made)
    assert (looked["Name"], looked["DOB"]) == ("Newcomer,Sam", "2/3/1990")
    assert read["address"][0]["postalCode"] == "78701"  # type: ignore[index]


@pytest.mark.parametrize("path", ["/R4/Patient/$match", "/STU3/Appointment/$book"])
async def test_an_operation_takes_parameters_only(path: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.post(f"/api/FHIR{path}", SAM)

    assert (answer.status_code, why(answer)) == (400, "parameters-needed")


async def test_a_marriage_and_an_address_are_kept_too() -> None:
    home = {"line": ["1 Test Street", "Flat 2"], "city": "Austin", "state": "TX", "postalCode": "78701"}

    async with a_hospital() as hospital:
        body = SAM | {"address": [home], "maritalStatus": {"text": "Married"}}
        made = await hospital.post("/api/FHIR/R4/Patient", body)
        read = await hospital.get(f"/R4/{made.headers['location']}")

    assert read["address"] == [{"use": "home", **home, "country": "USA"}]
    assert read["maritalStatus"] == {"text": "Married"}


async def test_without_a_birth_date_a_chart_is_refused_in_the_recorded_words() -> None:
    async with a_hospital() as hospital:
        answer = await hospital.post(CREATE, a_chart(DateOfBirth=None))

    assert (answer.status_code, answer.json()["Message"]) == (400, "An error has occurred.")
    assert answer.json()["ExceptionMessage"] == (
        "An error occurred while executing the command: NO-DATE-OF-BIRTH details: Date of birth is required."
    )


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        (CREATE, a_chart(Name={"First": "Sam"}), "missing-field"),
        (CREATE, a_chart(Gender="F"), "value-does-not-fit"),
        (CREATE, a_chart(DateOfBirth="2/3/1990"), "value-does-not-fit"),
        (CREATE, a_chart(Name="Sam"), "value-does-not-fit"),
        (CREATE, a_chart(Address={"Zip": "1"}), "unknown-name"),
        (LOOKUP, {"Name": "Sample,Avery"}, "missing-field"),
        (LOOKUP, {"Name": "Nobody,No", "DOB": "1/1/1990"}, "lookup-finds-one"),
        (LOOKUP, {"PatientID": "1", "PatientIDType": "EPI"}, "id-not-known"),
        (IDENTIFIERS, {"PatientID": LENA}, "missing-field"),
    ],
)
async def test_charts_of_layer_2_are_refused_for_what_is_not_known(
    path: str, body: dict[str, object], rule: str
) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.post(path, body)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_merged_chart_is_no_longer_found_and_its_id_leads_to_the_other() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.front_desk.merge_patients(into=AVERY, gone=AVERY_YOUNG)
        looked = await hospital.asked(LOOKUP, {"PatientID": AVERY_YOUNG, "PatientIDType": "EPI"})
        gone = await hospital.get("/R4/Patient", identifier="MRN|202499")
        read = await hospital.get(f"/R4/Patient/{fhir_id('Patient', AVERY_YOUNG)}")

    assert rows_in(looked, "IDs")[0] == {"ID": AVERY, "Type": "EPI"}
    assert (gone["total"], read["active"]) == (0, False)


async def test_a_patient_who_moved_is_shown_so() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.front_desk.change_patient(LENA, {"last": "Rivera-Stone", "mobile": "512-555-0199"})
        read = await hospital.get(f"/R4/Patient/{LENA_ID}")
        other = await hospital.get(f"/R4/Patient/{MORGAN_ID}")

    assert read["name"][0]["family"] == "Rivera-Stone"  # type: ignore[index]
    assert other["gender"] == "other"
