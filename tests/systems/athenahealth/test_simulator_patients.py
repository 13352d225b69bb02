"""Patients of the simulated athenaOne: searching, matching, writing, and what is put in their charts."""

import base64
import json

import pytest
from tests.systems.athenahealth.simulated import TUESDAY_9, a_practice, why

ROBIN, AVERY, AVERY_JUNIOR, MORGAN, QUINN = 4011, 4012, 4013, 4015, 4016
ROSA: dict[str, str | int] = {
    "departmentid": 21,
    "firstname": "Rosa",
    "lastname": "Quill",
    "dob": "04/09/1988",
    "sex": "F",
    "mobilephone": "(617) 555-0199",
    "email": "rosa@example.org",
    "state": "MA",
    "contactpreference_appointment_email": "true",
}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"lastname": "sample"}, [AVERY, AVERY_JUNIOR, QUINN]),
        ({"firstname": "Avery", "lastname": "Sample"}, [AVERY, AVERY_JUNIOR]),
        ({"firstname": "Avery", "lastname": "Sample", "dob": "01/08/2012"}, [AVERY_JUNIOR]),
        ({"anyphone": "+1 617-555-0143"}, [AVERY, AVERY_JUNIOR, QUINN]),
        ({"mobilephone": "6175550143"}, [AVERY]),
        ({"lastname": "Longgone"}, [MORGAN]),
        ({"lastname": "Longgone", "status": "active"}, []),
        ({"lastname": "Longgone", "status": "inactive"}, [MORGAN]),
        ({"lastname": "Samp"}, []),
        ({"departmentid": "21"}, [4014]),
        ({"departmentid": "-1"}, []),
        ({"lastname": "Testcase", "email": "ROBIN@example.com"}, [ROBIN]),
        ({"lastname": "Sample", "anyphone": "12"}, [AVERY, AVERY_JUNIOR, QUINN]),
    ],
)
async def test_patients_are_found_by_exact_demographics(query: dict[str, str], ids: list[int]) -> None:
    async with a_practice() as office:
        rows = await office.rows("/patients", "patients", **query)

    assert [row["patientid"] for row in rows] == [str(one) for one in ids]


@pytest.mark.parametrize("query", ["email=robin@example.com", "anyphone=12", "zip=01760", "omitbalances=true"])
async def test_a_search_by_too_little_is_refused_with_the_fields_that_would_do(query: str) -> None:
    async with a_practice() as office:
        answer = await office.http.get(f"/patients?{query}")

    assert (answer.status_code, why(answer)) == (400, "search-needs-one")
    assert {"anyphone", "dob", "lastname"} <= set(answer.json()["fields"])
    assert "email" not in answer.json()["fields"]


async def test_a_search_with_more_than_a_thousand_matches_is_refused_and_one_below_pages() -> None:
    async with a_practice() as office:
        for count in range(1001):
            office.simulator.practice.patients.add(
                {**next(iter(office.simulator.practice.patients)), "patientid": 10_000 + count, "lastname": "Many"}
            )
        many = await office.http.get("/patients?lastname=Many")
        office.simulator.practice.patients.remove(10_000)
        page = await office.http.get("/patients?lastname=Many&limit=300&offset=900")

    assert (many.status_code, why(many)) == (400, "thousand-matches")
    assert (page.json()["totalcount"], len(page.json()["patients"]), "next" in page.json()) == (1000, 100, False)


async def test_a_patient_is_read_with_nulls_and_an_unknown_one_is_not_there() -> None:
    async with a_practice() as office:
        known = await office.get(f"/patients/{AVERY}")
        elsewhere = await office.http.get(f"/patients/{AVERY}?departmentid=21")
        unknown = await office.http.get("/patients/999")

    assert isinstance(known, list)
    assert (known[0]["dob"], known[0]["mobilephone"], known[0]["email"]) == ("09/30/1968", "6175550143", None)
    assert (elsewhere.status_code, unknown.status_code) == (404, 404)
    assert unknown.json()["error"] == "The specified patient does not exist in that department."


async def test_a_best_match_needs_more_than_a_name_and_a_birth_date_to_be_the_same_person() -> None:
    asked: dict[str, str | int] = {"firstname": "Avery", "lastname": "Sample", "dob": "09/30/1968"}

    async with a_practice() as office:
        alone = await office.get("/patients/enhancedbestmatch", **asked)
        with_phone = await office.get("/patients/enhancedbestmatch", mobilephone="6175550143", **asked)
        best = await office.get("/patients/enhancedbestmatch", returnbestmatches="true", **asked)
        missing = await office.http.get("/patients/enhancedbestmatch?firstname=Avery")

    assert alone == []
    assert isinstance(with_phone, list)
    assert isinstance(best, list)
    assert [(one["patientid"], one["score"]) for one in with_phone] == [(str(AVERY), 27)]
    assert [one["score"] for one in best] == [23]
    assert missing.json()["missingfields"] == ["lastname", "dob"]


async def test_a_new_patient_is_made_and_the_same_one_again_is_found() -> None:
    async with a_practice() as office:
        made = await office.post("/patients", **ROSA)
        again = await office.post("/patients", **ROSA)
        told = await office.post("/patients", showerrormessage="true", **ROSA)
        twin = await office.post("/patients", bypasspatientmatching="true", **ROSA)
        read = await office.get(f"/patients/{made.json()[0]['patientid']}")

    assert made.json() == again.json() == [{"patientid": "4017"}]
    assert set(told.json()[0]) == {"patientid", "errormessage"}
    assert twin.json() == [{"patientid": "4018"}]
    assert isinstance(read, list)
    assert (read[0]["mobilephone"], read[0]["status"], read[0]["departmentid"]) == ("6175550199", "active", "21")
    assert read[0]["registrationdate"] == "03/02/2026"


async def test_a_family_member_on_the_same_phone_is_somebody_new() -> None:
    async with a_practice() as office:
        made = await office.post(
            "/patients", firstname="Jo", lastname="Sample", dob="05/05/2019", departmentid=1, homephone="6175550143"
        )

    assert made.json() == [{"patientid": "4017"}]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"dob": ""}, "improper-dob"),
        ({"dob": "1988-04-09"}, "improper-dob"),
        ({"dob": "04/09/2088"}, "improper-dob"),
        ({"firstname": ""}, "missing-fields"),
        ({"firstname": "R" * 21}, "too-long-refused"),
        ({"lastname": "Q" * 31}, "too-long-refused"),
        ({"mobilephone": "555-0199"}, "invalid-phones-refused"),
        ({"state": "Mass"}, "two-letter-state"),
        ({"sex": "X"}, "value-does-not-fit"),
        ({"departmentid": 99}, "value-does-not-fit"),
        ({"nickname": "Ro"}, "unknown-name"),
    ],
)
async def test_a_new_patient_that_does_not_fit_is_refused(changed: dict[str, str | int], rule: str) -> None:
    async with a_practice() as office:
        answer = await office.post("/patients", **(ROSA | changed))

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_new_patient_without_the_required_fields_is_told_all_of_them() -> None:
    async with a_practice() as office:
        answer = await office.post("/patients", departmentid=1)

    told = {"missingfields": ["lastname", "dob", "firstname"], "invalidfields": []}
    assert answer.json() == {**told, "error": "Additional fields are required."}


async def test_a_patient_is_changed_declines_an_e_mail_and_is_deleted_by_status() -> None:
    async with a_practice() as office:
        changed = await office.put(f"/patients/{ROBIN}", email="declined", guarantorfirstname="Pat", lastname="Case")
        read = await office.get(f"/patients/{ROBIN}")
        deleted = await office.put(f"/patients/{ROBIN}", status="deleted")
        found = await office.rows("/patients", "patients", lastname="Case")
        booked = await office.book()
        empty = await office.put(f"/patients/{AVERY}")

    assert changed.json() == deleted.json() == [{"patientid": "4011"}]
    assert isinstance(read, list)
    assert (read[0]["email"], read[0]["lastname"]) == ("declined", "Case")
    assert (found, booked.status_code, empty.status_code) == ([], 404, 400)


async def test_a_merged_patient_is_gone_and_the_visits_are_the_others() -> None:
    async with a_practice() as office:
        office.simulator.front_desk.change_patient(QUINN, {"lastname": "Renamed"})
        office.simulator.front_desk.merge_patients(into=ROBIN, gone=AVERY)
        visit = await office.visit(TUESDAY_9)
        gone = await office.get(f"/patients/{AVERY}")
        found = await office.rows("/patients", "patients", lastname="Sample")

    assert isinstance(gone, list)
    assert (visit["patientid"], gone[0]["status"], [row["patientid"] for row in found]) == ("4011", "deleted", ["4013"])


async def test_insurances_need_a_primary_one_first_and_show_with_the_patient() -> None:
    async with a_practice() as office:
        path = f"/patients/{ROBIN}/insurances"
        early = await office.post(path, insurancepackageid=31724, sequencenumber=2)
        first = await office.post(path, insurancepackageid=31724, sequencenumber=1, insuranceidnumber="A1")
        twice = await office.post(path, insurancepackageid=0, sequencenumber=1)
        unknown = await office.post(path, insurancepackageid=77, sequencenumber=2)
        second = await office.post(path, insurancepackageid=0, sequencenumber=2)
        read = await office.get(f"/patients/{ROBIN}", showinsurance="true")
        id_ = first.json()[0]["insuranceid"]
        await office.book()
        attached = await office.put("/appointments/1204425/insurances", primaryinsuranceid=id_)
        another = await office.put(f"/appointments/{TUESDAY_9}/insurances", primaryinsuranceid=id_)

    assert [one.status_code for one in (early, first, twice, unknown, second)] == [400, 200, 400, 400, 200]
    assert first.json()[0]["eligibilitystatus"] == "Unverified"
    assert isinstance(read, list)
    assert [one["insuranceplanname"] for one in read[0]["insurances"]][1] == "*SELF PAY*"
    assert (attached.status_code, another.status_code) == (200, 400)


async def test_a_task_for_staff_and_a_file_go_into_the_chart() -> None:
    content = base64.b64encode(b"%PDF-1.4 invented").decode()
    form: dict[str, str | int] = {"departmentid": 1, "documentsubclass": "ADMIN_CONSENT"}

    async with a_practice() as office:
        case = await office.post(
            f"/patients/{ROBIN}/documents/patientcase",
            departmentid=1,
            documentsource="PATIENT",
            documentsubclass="ADMINISTRATIVE",
            subject="Please call back",
            callbacknumber="6175550142",
            priority="1",
        )
        path = f"/patients/{ROBIN}/documents/admin"
        filed = await office.post(path, attachmentcontents=content, **form)
        garbled = await office.post(path, attachmentcontents="%PDF", **form)
        early = await office.post(path, attachmentcontents=content, appointmentid=TUESDAY_9, **form)
        office.simulator.front_desk.mark_arrived(TUESDAY_9)
        after = await office.post(path, attachmentcontents=content, appointmentid=TUESDAY_9, **form)
        multipart = await office.http.post(path, data={"departmentid": "1"}, files={"attachmentcontents": b"x"})

    assert case.json() == {"success": True, "patientcaseid": 1}
    assert filed.json() == {"documentid": "2"}
    assert [why(one) for one in (garbled, early, after)] == ["document-is-base64", "document-after-check-in", ""]
    assert multipart.status_code == 501


async def test_the_wait_list_keeps_days_and_hours() -> None:
    async with a_practice() as office:
        indexed = await office.post(
            "/appointments/waitlist",
            patientid=ROBIN,
            departmentid=1,
            hourfrom=8,
            hourto=11,
            priority="HIGH",
            **{"dayofweekids[0]": "2", "dayofweekids[1]": "4"},
        )
        listed = await office.post("/appointments/waitlist", patientid=AVERY, departmentid=1, dayofweekids="1,7")
        odd = await office.post("/appointments/waitlist", patientid=AVERY, departmentid=1, dayofweekids="0")
        bare = await office.post("/appointments/waitlist", note="soon")
        rows = await office.rows("/appointments/waitlist", "waitlistentries", departmentid=1)

    assert (indexed.json(), listed.json()) == ({"waitlistid": 1}, {"waitlistid": 2})
    assert (odd.status_code, bare.json()["missingfields"]) == (400, ["patientid", "departmentid"])
    assert [row["dayofweekids"] for row in rows] == [[2, 4], [1, 7]]


async def test_custom_fields_are_counted_when_they_may_not_be_written() -> None:
    values = json.dumps(
        [{"customfieldid": 1, "customfieldvalue": "x"}, {"customfieldid": "642", "customfieldvalue": "Spanish"}]
    )

    async with a_practice() as office:
        patient = await office.put(f"/patients/{ROBIN}/customfields", departmentid=1, customfields=values)
        visit = await office.put(
            f"/appointments/{TUESDAY_9}/customfields",
            customfields=json.dumps([{"customfieldid": 641, "customfieldvalue": "key-1"}]),
        )
        wrong = await office.put(f"/appointments/{TUESDAY_9}/customfields", customfields=values)
        garbled = await office.put(f"/appointments/{TUESDAY_9}/customfields", customfields="641=key-1")
        read = await office.get(f"/patients/{ROBIN}", showcustomfields="true")

    assert patient.json() == {"success": True, "updatedCount": 1, "disallowedCount": 1}
    assert (visit.json()["updatedCount"], why(wrong), why(garbled)) == (
        *(1, "unknown-custom-field", "custom-fields-are-json"),
    )
    assert isinstance(read, list)
    assert read[0]["customfields"] == [{"customfieldid": "642", "customfieldvalue": "Spanish"}]
