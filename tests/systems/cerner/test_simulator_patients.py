"""Finding, registering and changing patients at the simulated domain; their insurance and their documents."""

import base64
from dataclasses import replace

import pytest
from tests.systems.cerner.simulated import FHIR, a_domain, why

from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, text_at
from frontdesk.systems.cerner.simulator_example import (
    AVERY,
    AVERY_JUNIOR,
    CAMERON,
    HOSPITAL,
    MORGAN,
    ORTIZ,
    PAYER,
    QUINN,
    RIVERA,
    ROBIN,
    example_world,
)
from frontdesk.systems.cerner.simulator_world import patient

SSN = "http://hl7.org/fhir/sid/us-ssn"
PHONE: Resource = {"system": "phone", "use": "mobile", "value": "5125550148"}
NAME: Resource = {"use": "official", "family": "Rivers", "given": ["Lena"]}


def a_person(**changed: Json) -> Resource:
    person: Resource = {
        "resourceType": "Patient",
        "identifier": [{"assigner": {"reference": f"Organization/{HOSPITAL}"}}],
        "name": [NAME],
        "gender": "female",
        "birthDate": "1988-04-12",
        "telecom": [PHONE, {"system": "email", "use": "home", "value": "lena@example.org"}],
        "address": [{"use": "home", "line": ["100 Main St"], "city": "Austin", "state": "TX", "postalCode": "78701"}],
    }
    return {**person, **changed}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("phone=5125550143", [AVERY, AVERY_JUNIOR, QUINN]),
        ("phone=(512)%20555-0149", [AVERY]),
        ("phone=5125550149", []),
        ("email=robin@example.org", [ROBIN]),
        ("family=sam&given=av", [AVERY, AVERY_JUNIOR]),
        ("family=Sample&birthdate=2015-06-30", [QUINN]),
        ("family:exact=Sam", []),
        ("family:exact=Sample&gender=female", [AVERY]),
        ("family=Earlier", []),
        ("name=avery&birthdate=ge2000-01-01", [AVERY_JUNIOR]),
        ("birthdate=ge2010-01-01&birthdate=le2013-01-01", [AVERY_JUNIOR]),
        (f"identifier={SSN}%7C000-00-0001", [ROBIN]),
        ("identifier=MRN13500104", [CAMERON]),
        (f"_id={MORGAN}", [MORGAN]),
        ("address-postalcode=787", []),
    ],
)
async def test_patients_are_found_by_what_is_published(query: str, found: list[str]) -> None:
    async with a_domain() as domain:
        rows = await domain.found(f"Patient?{query}")

    assert [one["id"] for one in rows] == found


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("", "required-parameter"),
        ("gender=female", "required-parameter"),
        ("phone=1&phone=2", "bad-parameter"),
        ("family=A,B", "bad-parameter"),
        ("phone:exact=1", "bad-parameter"),
        (f"_id={ROBIN}&phone=5125550142", "id-or-the-rest"),
        ("identifier=urn:oid:1.1.1.1.1.1%7C", "identifier-code"),
        ("birthdate=ge2010-01-01T00:00:00Z", "birthdate-prefixes"),
        ("birthdate=gt2010-01-01&birthdate=lt2011-01-01", "birthdate-prefixes"),
        ("telecom=5125550143", "unknown-parameter"),
        ("active=true", "unknown-parameter"),
    ],
)
async def test_a_search_for_patients_that_is_not_as_published_is_refused(query: str, rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.http.get(f"Patient?{query}")

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_social_security_number_is_never_shown() -> None:
    async with a_domain() as domain:
        read = await domain.get(f"Patient/{ROBIN}")

    assert [one["use"] for one in elements_at(read, "identifier")] == ["usual"]
    assert "000-00-0001" not in str(read)


async def test_more_than_a_thousand_patients_are_too_many_and_fewer_come_by_twenty() -> None:
    many = tuple(patient(f"9{number:04}", "Pat", f"Many{number}", organization=HOSPITAL) for number in range(1001))
    world = replace(example_world(), resources=(*example_world().resources, *many))
    async with a_domain(world) as domain:
        refused = await domain.http.get("Patient", params={"given": "Pat"})
        few = await domain.found("Patient", family="Many1")

    assert (refused.status_code, why(refused), len(few)) == (422, "too-many-patients", 20)


async def test_a_new_patient_is_registered_and_found() -> None:
    async with a_domain() as domain:
        made = await domain.post("Patient", a_person(photo=[{"title": "ignored"}]))
        read = await domain.get(made.headers["location"])
        found = await domain.found("Patient", phone="5125550148")
        again = await domain.post("Patient", a_person())

    assert (made.status_code, made.content, made.headers["etag"]) == (201, b"", 'W/"0"')
    assert (found, again.status_code) == ([read], 201)
    assert (read["active"], text_at(read, "name", 0, "text"), "photo" in read) == (True, "Rivers, Lena", False)
    assert text_at(read, "identifier", 0, "type", "coding", 0, "code") == "MR"
    number = text_at(read, "id")
    assert [text_at(one, "id") for one in elements_at(read, "telecom")] == [f"CI-PH-{number}-0", f"CI-EM-{number}1-0"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"identifier": []}, "assigner-alone"),
        ({"identifier": [{"assigner": {"reference": f"Organization/{HOSPITAL}"}, "use": "usual"}]}, "assigner-alone"),
        ({"identifier": [{"assigner": {"reference": "Organization/1"}}]}, "unknown-reference"),
        ({"identifier": [{"assigner": {"reference": "Patient/1"}}]}, "reference-type"),
        (
            {"identifier": [{"assigner": {"reference": f"Organization/{HOSPITAL}"}}, {"system": "s", "value": "1"}]},
            "required-fields",
        ),
        ({"name": []}, "official-name"),
        ({"name": [{**NAME, "use": "usual"}]}, "official-name"),
        ({"name": [{"use": "official", "family": "Rivers"}]}, "official-name"),
        ({"name": [{**NAME, "period": {"end": "2020-01-01T00:00:00Z"}}]}, "official-name"),
        ({"name": [{**NAME, "text": "Lena Rivers"}]}, "unsupported-field"),
        ({"name": [{**NAME, "given": ["A", "B", "C"]}]}, "name-fields"),
        ({"name": [NAME, {"use": "old"}]}, "name-fields"),
        ({"name": [NAME, {"family": "Old"}]}, "required-fields"),
        ({"name": [{**NAME, "family": "R" * 101}]}, "character-limits"),
        ({"telecom": [{"system": "phone", "value": "1"}]}, "required-fields"),
        ({"telecom": [{**PHONE, "use": "cell"}]}, "telecom-fields"),
        ({"telecom": [{**PHONE, "extension": [{"url": "x", "valueString": "1"}]}]}, "telecom-fields"),
        ({"telecom": [{**PHONE, "period": {"start": "2020-01-01"}}]}, "period-with-time"),
        ({"address": [{"city": "Austin"}]}, "required-fields"),
        ({"address": [{"use": "home", "text": "1 Main"}]}, "unsupported-field"),
        ({"address": [{"use": "home", "postalCode": "7" * 26}]}, "character-limits"),
        ({"communication": [{}, {}]}, "one-communication"),
        ({"generalPractitioner": [{"reference": f"Organization/{HOSPITAL}"}]}, "reference-type"),
        ({"generalPractitioner": [{"reference": "Practitioner/1"}]}, "unknown-reference"),
        ({"gender": "F"}, "gender"),
        ({"birthDate": "04/12/1988"}, "birth-date"),
        ({"active": False}, "active-only-true"),
        ({"extension": [{"url": "https://example.org/x"}]}, "patient-extensions"),
        ({"resourceType": "Person"}, "resource-type"),
        ({"modifierExtension": []}, "modifier-extensions"),
    ],
)
async def test_a_patient_that_is_not_as_published_is_refused(changed: Resource, rule: str) -> None:
    async with a_domain() as domain:
        made = await domain.post("Patient", a_person(**changed))
        found = await domain.found("Patient", family="Rivers")

    assert (made.status_code, why(made), found) == (422, rule, [])


async def test_creating_under_a_condition_is_not_taken() -> None:
    async with a_domain() as domain:
        made = await domain.post("Patient", a_person(), **{"If-None-Exist": "identifier=x|1"})

    assert (made.status_code, why(made)) == (400, "no-conditional-create")


async def test_a_patient_is_changed_in_pairs_of_a_test_and_an_act() -> None:
    async with a_domain() as domain:
        before = await domain.get(f"Patient/{AVERY}")
        first, second = (text_at(before, "telecom", place, "id") for place in (0, 1))
        changed = await domain.patch(
            f"Patient/{AVERY}",
            [
                {"op": "test", "path": "/telecom/0/id", "value": first},
                {"op": "replace", "path": "/telecom/0/value", "value": "5125550199"},
                {"op": "test", "path": "/telecom/1/id", "value": second},
                {"op": "remove", "path": "/telecom/1"},
                {"op": "test", "path": "/name/0/id", "value": text_at(before, "name", 0, "id")},
                {"op": "replace", "path": "/name/0/family", "value": "Married"},
                {"op": "replace", "path": "/birthDate", "value": "1968-10-01"},
                {"op": "add", "path": "/address/-", "value": {"use": "home", "city": "Austin"}},
                {"op": "add", "path": "/generalPractitioner/-", "value": {"reference": f"Practitioner/{RIVERA}"}},
            ],
        )
        after = await domain.get(f"Patient/{AVERY}")

    assert (changed.status_code, changed.content, changed.headers["content-type"]) == (200, b"", FHIR)
    assert changed.headers["etag"] == 'W/"1"'
    assert [one["value"] for one in elements_at(after, "telecom")] == ["5125550199"]
    assert (text_at(after, "name", 0, "text"), after["birthDate"]) == ("Married, Avery", "1968-10-01")
    assert text_at(after, "address", 0, "city") == "Austin"
    assert len(text_at(after, "address", 0, "id")) > 3
    assert len(elements_at(after, "name")) == 2


async def test_somebody_without_a_phone_can_be_given_one() -> None:
    async with a_domain() as domain:
        made = await domain.post("Patient", a_person(telecom=[]))
        await domain.patch(made.headers["location"], [{"op": "add", "path": "/telecom/-", "value": PHONE}])
        found = await domain.found("Patient", phone="5125550148")

    assert [f"Patient/{one['id']}" in made.headers["location"] for one in found] == [True]


@pytest.mark.parametrize(
    ("patch", "status", "rule"),
    [
        ([{"op": "replace", "path": "/telecom/0/value", "value": "1"}], 422, "test-with-it"),
        ([{"op": "remove", "path": "/telecom/0"}], 422, "test-with-it"),
        ([{"op": "test", "path": "/telecom/0/id", "value": "CI-PH-0"}], 409, "test-does-not-hold"),
        (
            [
                {"op": "test", "path": "/telecom/7/id", "value": "x"},
                {"op": "replace", "path": "/telecom/7/value", "value": "1"},
            ],
            422,
            "nothing-at-the-path",
        ),
        ([{"op": "replace", "path": "/name/1/family", "value": "X"}], 422, "patient-paths"),
        ([{"op": "replace", "path": "/telecom", "value": []}], 422, "patient-paths"),
        ([{"op": "replace", "path": "/active", "value": False}], 422, "patient-paths"),
        ([{"op": "remove", "path": "/gender"}], 422, "patient-paths"),
        ([{"op": "add", "path": "/name/-", "value": NAME}], 422, "patient-paths"),
        ([{"op": "add", "path": "/telecom/-", "value": {"system": "phone"}}], 422, "required-fields"),
        ([{"op": "add", "path": "/identifier/-", "value": {"use": "usual"}}], 422, "unsupported-field"),
        ([{"op": "replace", "path": "/birthDate", "value": "1988"}], 422, "birth-date"),
        ([{"op": "replace", "path": "/gender", "value": "F"}], 422, "gender"),
    ],
)
async def test_a_change_of_a_patient_that_is_not_published_is_refused(
    patch: list[Resource], status: int, rule: str
) -> None:
    async with a_domain() as domain:
        before = await domain.get(f"Patient/{ROBIN}")
        answer = await domain.patch(f"Patient/{ROBIN}", patch)
        after = await domain.get(f"Patient/{ROBIN}")

    assert (answer.status_code, why(answer), after) == (status, rule, before)


async def test_who_was_merged_is_read_as_inactive_with_a_link_and_found_no_more() -> None:
    async with a_domain() as domain:
        domain.simulator.front_desk.merge_patients(into=AVERY, gone=AVERY_JUNIOR)
        read = await domain.get(f"Patient/{AVERY_JUNIOR}")
        found = await domain.found("Patient", family="Sample", given="Avery")
        by_id = await domain.found("Patient", _id=AVERY_JUNIOR)
        visits = await domain.found("Appointment", patient=AVERY, date="ge2026-03-01T00:00:00Z")
        changed = await domain.patch(f"Patient/{AVERY_JUNIOR}", [{"op": "replace", "path": "/gender", "value": "male"}])

    assert (read["active"], text_at(read, "link", 0, "other", "reference")) == (False, f"Patient/{AVERY}")
    assert ([one["id"] for one in found], by_id) == ([AVERY], [])
    assert (len(visits), why(changed)) == (2, "patient-must-be-active")


async def test_staff_may_rename_somebody() -> None:
    async with a_domain() as domain:
        fresh: list[Json] = [{"use": "official", "family": "Renamed", "given": ["Robin"]}]
        domain.simulator.front_desk.change_patient(ROBIN, {"name": fresh})
        found = await domain.found("Patient", **{"family:exact": "Renamed"})

    assert [one["id"] for one in found] == [ROBIN]


def a_coverage(**changed: Json) -> Resource:
    coverage: Resource = {
        "resourceType": "Coverage",
        "status": "active",
        "subscriber": {"reference": f"Patient/{AVERY}"},
        "subscriberId": "XY-1",
        "beneficiary": {"reference": f"Patient/{QUINN}"},
        "payor": [{"reference": f"Organization/{PAYER}", "display": "Invented Health PPO"}],
        "period": {"start": "2026-01-01T00:00:00.000Z", "end": "2026-12-31T00:00:00.000Z"},
        "class": [{"type": {"coding": [{"code": "group"}]}, "value": "G-1"}],
    }
    return {**coverage, **changed}


async def test_insurance_is_kept_for_the_one_it_covers() -> None:
    async with a_domain() as domain:
        made = await domain.post("Coverage", a_coverage())
        found = await domain.found("Coverage", patient=QUINN)
        none = await domain.found("Coverage", patient=AVERY)

    number = text_at(found, 0, "id")
    assert (made.status_code, made.headers["etag"]) == (201, 'W/"0$0"')
    assert made.headers["location"].endswith(f"/Coverage/{number}")
    assert (number.partition("-")[2], none) == (f"{QUINN}-{AVERY}", [])


@pytest.mark.parametrize(
    ("changed", "status", "rule"),
    [
        ({"status": "draft"}, 422, "coverage-fields"),
        ({"payor": []}, 422, "required-fields"),
        ({"payor": [{"reference": "Organization/1"}]}, 422, "unknown-reference"),
        ({"payor": [{"display": "Some payer"}]}, 422, "reference-type"),
        ({"beneficiary": {"reference": "Patient/1"}}, 422, "unknown-reference"),
        ({"period": {"start": "2026-01-01T00:00:00Z"}}, 422, "coverage-period"),
        ({"class": [{"type": {"coding": [{"code": "rxbin"}]}, "value": "1"}]}, 422, "coverage-fields"),
        ({"order": 1}, 422, "unsupported-field"),
        ({"extension": [{"url": "https://example.org/x"}]}, 422, "coverage-fields"),
        (
            {"extension": [{"url": "https://fhir-ehr.cerner.com/r4/StructureDefinition/coverage-encounter"}]},
            501,
            "not-simulated",
        ),
    ],
)
async def test_insurance_that_is_not_as_published_is_refused(changed: Resource, status: int, rule: str) -> None:
    async with a_domain() as domain:
        made = await domain.post("Coverage", a_coverage(**changed))

    assert (made.status_code, why(made)) == (status, rule)


def a_document(kind: str = "application/pdf", data: bytes = b"%PDF-1.7", **changed: Json) -> Resource:
    attachment: Resource = {"contentType": kind, "data": base64.b64encode(data).decode()}
    document: Resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "34133-9"}]},
        "subject": {"reference": f"Patient/{ROBIN}"},
        "author": [{"reference": f"Practitioner/{ORTIZ}"}],
        "content": [{"attachment": attachment}],
        "context": {"period": {"end": "2026-03-02T13:00:00Z"}},
    }
    return {**document, **changed}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("application/pdf", b"%PDF-1.7"),
        ("text/plain;charset=utf-8", b"Allergic to nuts"),
        ("application/xhtml+xml;charset=utf-8", b"<html><body>Fine</body></html>"),
    ],
)
async def test_a_document_is_filed(kind: str, data: bytes) -> None:
    async with a_domain() as domain:
        made = await domain.post("DocumentReference", a_document(kind, data))
        kept = domain.simulator.domain.store.all("DocumentReference")

    assert (made.status_code, made.headers["location"].rpartition("/")[2]) == (201, text_at(kept, 0, "id"))


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (a_document("image/png"), "document-types"),
        (a_document("text/plain"), "document-types"),
        (a_document("application/xhtml+xml;charset=utf-8", b"<p>open"), "xhtml-well-formed"),
        (a_document(content=[{"attachment": {"contentType": "application/pdf", "data": "%"}}]), "document-types"),
        (a_document(content=[]), "exactly-one"),
        (a_document(content=[{}]), "required-fields"),
        (a_document(status="superseded"), "document-fields"),
        (a_document(docStatus="preliminary"), "document-fields"),
        (a_document(context={}), "document-fields"),
        (a_document(type={"coding": [{"system": "a", "code": "1"}, {"system": "a", "code": "2"}]}), "document-type"),
        (
            a_document(type={"coding": [{"system": "a", "code": "1"}, {"system": "http://loinc.org", "code": "2"}]}),
            "document-type",
        ),
        (a_document(subject={"reference": "Patient/1"}), "unknown-reference"),
        (a_document(author=[{"reference": "Practitioner/1"}]), "unknown-reference"),
        (a_document(description="x"), "unsupported-field"),
    ],
)
async def test_a_document_that_is_not_as_published_is_refused(document: Resource, rule: str) -> None:
    async with a_domain() as domain:
        made = await domain.post("DocumentReference", document)

    assert (made.status_code, why(made)) == (422, rule)
