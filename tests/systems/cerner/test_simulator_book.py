"""Booking visits at the simulated domain, asking staff for one, and finding them."""

from dataclasses import replace

import pytest
from tests.systems.cerner.simulated import (
    CANCEL,
    FHIR,
    TUESDAY,
    TYPES,
    a_booking,
    a_domain,
    why,
)

from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, text_at
from frontdesk.systems.cerner.simulator_example import (
    AVERY,
    AVERY_JUNIOR,
    CAMERON,
    DOWNTOWN,
    LASER_SESSION,
    RIVERA,
    ROBIN,
    at,
    example_world,
)

ACTOR = f"Practitioner/{RIVERA}"
AVERYS, JUNIORS = (f"Appointment/{number}" for number in (20465901, 20465902))


def replaced(path: str, value: Json) -> Resource:
    return {"op": "replace", "path": path, "value": value}


async def test_a_booking_answers_with_an_address_alone_and_the_slot_decides_the_rest() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        made = await domain.book(slot, reasonCode=[{"text": "Botox consult"}], comment="By phone")
        visit = await domain.visit(made)
        taken = await domain.get(f"Slot/{slot}")

    actors = [one["actor"] for one in elements_at(visit, "participant")]
    assert (made.status_code, made.content, made.headers["etag"]) == (201, b"", 'W/"0"')
    assert (visit["status"], visit["start"], visit["end"]) == ("booked", "2026-03-03T15:30:00Z", "2026-03-03T16:00:00Z")
    assert actors == [
        {"reference": f"Practitioner/{RIVERA}", "display": "Rivera, Ana"},
        {"reference": f"Patient/{ROBIN}", "display": "Testcase, Robin"},
        {"reference": f"Location/{DOWNTOWN}", "display": "Riverbend Downtown Clinic"},
    ]
    assert text_at(visit, "participant", 0, "type", 1, "coding", 0, "code") == "PPRF"
    assert (visit["minutesDuration"], visit["comment"], visit["reasonCode"]) == (
        30,
        "By phone",
        [{"text": "Botox consult"}],
    )
    assert taken["status"] == "busy"


@pytest.mark.parametrize("status", [409, 422])
async def test_a_slot_is_booked_once(status: int) -> None:
    async with a_domain(replace(example_world(), taken_status=status)) as domain:
        slot = await domain.riveras()
        first, second = await domain.book(slot), await domain.book(slot, patient=CAMERON)

    assert (first.status_code, second.status_code, why(second)) == (201, status, "slot-taken")
    assert second.json()["issue"][0]["code"] == "conflict"


async def test_a_visit_in_a_room_without_an_id_shows_its_text() -> None:
    async with a_domain() as domain:
        slot = text_at(await domain.slots(kind=LASER_SESSION), 0, "id")
        visit = await domain.visit(await domain.book(slot))
        other = [one["start"] for one in await domain.slots(kind=LASER_SESSION)]

    assert text_at(visit, "participant", 1, "actor", "display") == "Laser Room"
    assert "reference" not in elements_at(visit, "participant")[1]["actor"]  # type: ignore[operator]  # an element
    assert other == ["2026-03-03T20:00:00Z"]


@pytest.mark.parametrize(("booked_as_held", "status"), [(True, 201), (False, 409)])
async def test_whether_a_held_slot_is_booked_as_it_is_depends_on_the_world(booked_as_held: bool, status: int) -> None:
    async with a_domain(replace(example_world(), books_held=booked_as_held)) as domain:
        slot = await domain.riveras()
        await domain.patch(f"Slot/{slot}", [replaced("/status", "busy-tentative")])
        made = await domain.book(slot)

    assert made.status_code == status


@pytest.mark.parametrize(
    ("changed", "code", "rule"),
    [
        ({"start": "2026-03-03T15:00:00Z"}, "business-rule", "unsupported-field"),
        ({"identifier": [{"value": "B-1"}]}, "business-rule", "unsupported-field"),
        ({"serviceType": [{"text": "Botox"}]}, "business-rule", "unsupported-field"),
        ({"implicitRules": "http://example.org"}, "not-supported", "implicit-rules"),
        ({"modifierExtension": [{"url": "x"}]}, "extension", "modifier-extensions"),
        ({"status": "pending"}, "business-rule", "two-ways-to-create"),
        ({"status": ""}, "business-rule", "required-fields"),
        ({"resourceType": "Patient"}, "business-rule", "resource-type"),
        ({"slot": []}, "business-rule", "exactly-one"),
        ({"slot": [{"reference": "Slot/1"}, {"reference": "Slot/2"}]}, "business-rule", "exactly-one"),
        ({"slot": [{"reference": "Slot/nothing-there"}]}, "business-rule", "unknown-reference"),
        ({"slot": [{"reference": "Schedule/1"}]}, "business-rule", "reference-type"),
        ({"participant": []}, "business-rule", "exactly-one"),
        ({"reasonCode": [{"coding": []}]}, "business-rule", "required-fields"),
        ({"reasonCode": [{"text": "a"}, {"text": "b"}]}, "business-rule", "exactly-one"),
        ({"comment": 7}, "business-rule", "texts-are-texts"),
    ],
)
async def test_a_booking_that_is_not_as_published_is_refused(changed: Resource, code: str, rule: str) -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        made = await domain.post("Appointment", {**a_booking(slot), **changed})
        still = await domain.get(f"Slot/{slot}")

    assert (made.status_code, why(made), made.json()["issue"][0]["code"]) == (422, rule, code)
    assert still["status"] == "free"


@pytest.mark.parametrize(
    ("participant", "rule"),
    [
        ({"actor": {"reference": f"Patient/{ROBIN}"}, "status": "tentative"}, "participant-status"),
        ({"actor": {"reference": f"Patient/{ROBIN}"}, "status": "accepted", "type": []}, "unsupported-field"),
        ({"actor": {"reference": f"Practitioner/{RIVERA}"}, "status": "accepted"}, "reference-type"),
        ({"actor": {"reference": "Patient/1"}, "status": "accepted"}, "unknown-reference"),
        ({"actor": {"reference": ROBIN}, "status": "accepted"}, "reference-type"),
        ({"actor": {"identifier": {}}, "status": "accepted"}, "unsupported-field"),
    ],
)
async def test_who_takes_part_in_a_booking_is_the_patient_alone(participant: Resource, rule: str) -> None:
    async with a_domain() as domain:
        made = await domain.book(await domain.riveras(), participant=[participant])

    assert (made.status_code, why(made)) == (422, rule)


async def test_a_slot_that_has_begun_and_a_patient_who_was_merged_cannot_be_booked() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.front_desk.merge_patients(into=AVERY, gone=AVERY_JUNIOR)
        merged = await domain.book(slot, patient=AVERY_JUNIOR)
        domain.hands.turn(days=2)
        await domain.sign_in()
        late = await domain.book(slot)

    assert [(one.status_code, why(one)) for one in (merged, late)] == [
        (422, "patient-must-be-active"),
        (422, "no-past-booking"),
    ]


async def test_what_the_site_did_not_open_cannot_be_booked() -> None:
    async with a_domain(replace(example_world(), opened=frozenset({f"Location/{DOWNTOWN}"}))) as domain:
        held = domain.simulator.domain.store.all("Slot")
        slot = next(text_at(one, "id") for one in held if one["status"] == "free")
        made = await domain.book(slot)

    assert (made.status_code, why(made)) == (422, "not-opened")


async def test_staff_is_asked_for_a_time_and_it_is_booked_later() -> None:
    async with a_domain() as domain:
        asked = await domain.post("Appointment", a_request())
        path = asked.headers["location"]
        by_date = await domain.found("Appointment", patient=ROBIN, date="ge2026-03-03T00:00:00Z")
        requests = await domain.found(
            "Appointment", patient=ROBIN, **{"-date-or-req-period": "ge2026-03-03T00:00:00Z", "status": "proposed"}
        )
        alone = await domain.patch(path, [replaced("/status", "booked")])
        slot = {"op": "add", "path": "/slot", "value": [{"reference": f"Slot/{await domain.riveras()}"}]}
        booked = await domain.patch(path, [replaced("/status", "booked"), slot])
        visit = await domain.get(path)

    assert (asked.status_code, [one["status"] for one in by_date]) == (201, ["booked", "booked"])
    assert [one["id"] for one in requests] == [path.rpartition("/")[2]]
    assert (alone.status_code, why(alone)) == (422, "booked-with-slot")
    assert (booked.status_code, visit["status"], visit["start"]) == (200, "booked", "2026-03-03T15:30:00Z")


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"serviceType": []}, "exactly-one"),
        ({"serviceType": [{"text": "Botox"}]}, "request-type"),
        ({"requestedPeriod": []}, "exactly-one"),
        ({"requestedPeriod": [{"start": "2026-03-03T00:00:00Z"}]}, "request-for-staff"),
        ({"requestedPeriod": [{"start": "2026-03-05T00:00:00Z", "end": "2026-03-03T00:00:00Z"}]}, "request-for-staff"),
        ({"slot": [{"reference": "Slot/1"}]}, "unsupported-field"),
        (
            {"participant": [{"actor": {"reference": "Patient/13500101"}, "status": "needs-action"}]},
            "request-for-staff",
        ),
        ({"participant": [{"actor": {"reference": "Patient/13500101"}, "status": "accepted"}]}, "participant-status"),
    ],
)
async def test_a_request_that_is_not_as_published_is_refused(changed: Resource, rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.post("Appointment", {**a_request(), **changed})

    assert (answer.status_code, why(answer)) == (422, rule)


async def test_visits_are_found_by_whom_with_whom_and_where_in_the_order_of_their_start() -> None:
    since = "ge2026-03-01T00:00:00Z"
    async with a_domain() as domain:
        robins = await domain.found("Appointment", patient=f"{ROBIN},Patient/{AVERY}", date=since)
        riveras = await domain.found("Appointment", practitioner=RIVERA, date=since)
        tuesday = [("date", "ge2026-03-03T06:00:00Z"), ("date", "lt2026-03-03T15:30:00Z")]
        there = await domain.found("Appointment", tuesday, location=DOWNTOWN)
        cut = await domain.found("Appointment", [tuesday[0], ("date", "lt2026-03-03T15:20:00Z")], location=DOWNTOWN)
        none = await domain.found("Appointment", patient=ROBIN, date=since, status="cancelled,noshow")
        by_id = await domain.found("Appointment", _id="20465904")

    starts = [str(one["start"]) for one in robins]
    assert (starts, len(riveras)) == (sorted(starts), 3)
    assert [[one["id"] for one in rows] for rows in (there, cut, none)] == [["20465901"], [], []]
    assert "code" not in elements_at(by_id, 0, "serviceType", 0, "coding")[0]
    assert text_at(by_id, 0, "serviceType", 0, "text") == "Established Patient"


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("", "required-parameter"),
        ("date=ge2026-03-01T00:00:00Z", "required-parameter"),
        ("patient=1", "date-required"),
        ("patient=1&location=2&date=ge2026-03-01T00:00:00Z", "one-of-four"),
        ("patient=1&date=ge2026-03-01T00:00:00Z&-date-or-req-period=ge2026-03-01T00:00:00Z", "date-required"),
        ("_id=1&date=ge2026-03-01T00:00:00Z", "id-or-the-rest"),
        ("patient=1&date=ge2026-03-01", "time-part"),
        ("patient=1&date=2026-03-01T00:00:00Z", "date-once-or-twice"),
        ("patient=1&date=ge2026-03-01T00:00:00Z&date=le2026-03-02T00:00:00Z", "start-twice"),
        ("patient=1&patient=2&date=ge2026-03-01T00:00:00Z", "bad-parameter"),
        ("patient=1&date=ge2026-03-01T00:00:00Z&status=missed", "bad-parameter"),
        ("patient=1&date=ge2026-03-01T00:00:00Z&_lastUpdated=gt2026-03-01", "unknown-parameter"),
    ],
)
async def test_a_search_for_visits_that_is_not_as_published_is_refused(query: str, rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.http.get(f"Appointment?{query}")

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_visits_come_in_pages_and_one_that_changes_meanwhile_comes_again() -> None:
    async with a_domain() as domain:
        for _ in range(8):
            await domain.book()
        query = f"Appointment?location={DOWNTOWN}&date=ge2026-03-01T00:00:00Z&_count=3"
        pages = [await domain.get(query)]
        domain.simulator.front_desk.confirm(text_at(pages[0], "entry", 0, "resource", "id"))
        while following := next_of(pages[-1]):
            pages.append(await domain.get(following))

    ids = [text_at(one, "resource", "id") for page in pages for one in elements_at(page, "entry")]
    assert (len(pages), len(ids), len(set(ids))) == (5, 13, 12)
    assert ids.count(ids[0]) == 2


async def test_staff_does_in_the_system_itself_what_the_api_then_shows() -> None:
    async with a_domain() as domain:
        desk = domain.simulator.front_desk
        slot, later = await domain.riveras(), await domain.riveras(1)
        booked = desk.book(patient=CAMERON, slot=slot)
        desk.move(booked, slot=later)
        moved = await domain.get(f"Appointment/{booked}")
        desk.cancel(booked)
        cancelled = await domain.get(f"Appointment/{booked}")
        desk.mark("20465902", "noshow")
        missed = await domain.get(JUNIORS)
        block = desk.block(actor=ACTOR, start=at(TUESDAY, "09:00"), end=at(TUESDAY, "12:00"))
        blocked = await domain.slots(**{"schedule.actor": ACTOR})
        desk.unblock(block)
        free = await domain.slots(**{"schedule.actor": ACTOR})
        asked = (await domain.post("Appointment", a_request())).headers["location"]
        desk.grant(asked.rpartition("/")[2], slot=slot)
        granted = await domain.get(asked)
        with pytest.raises(LookupError):
            desk.book(patient=AVERY, slot=slot)
        with pytest.raises(LookupError):
            desk.mark("20465902", "cancelled")

    assert (moved["start"], cancelled["status"], missed["status"]) == ("2026-03-03T16:00:00Z", "cancelled", "noshow")
    assert text_at(cancelled, "cancelationReason", "coding", 0, "system").endswith("/codeSet/14229")
    assert (blocked, len(free)) == ([], 5)
    assert (granted["status"], granted["start"]) == ("booked", "2026-03-03T15:30:00Z")


async def test_a_record_that_lacks_its_status_cannot_be_shown() -> None:
    async with a_domain() as domain:
        domain.simulator.front_desk.spoil(AVERYS)
        read = await domain.http.get(AVERYS)
        listed = await domain.http.get("Appointment", params={"patient": AVERY, "date": "ge2026-03-01T00:00:00Z"})
        domain.simulator.front_desk.mend(AVERYS)
        mended = await domain.http.get(AVERYS)

    issue = {"severity": "fatal", "code": "required", "location": ["/f:Appointment/f:status"]}
    assert [one.status_code for one in (read, listed, mended)] == [500, 500, 200]
    assert read.json()["issue"] == [issue]


async def test_a_write_of_another_media_type_or_none_is_refused() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        plain = await domain.post("Appointment", a_booking(slot), **{"Content-Type": "application/json"})
        patch = await domain.patch(AVERYS, list(CANCEL), **{"Content-Type": FHIR})
        text = await domain.http.post("Appointment", content=b"not json", headers={"Content-Type": FHIR})
        twice = await domain.http.post(
            "Appointment", content=b'{"status":"booked","status":"booked"}', headers={"Content-Type": FHIR}
        )

    assert [(one.status_code, why(one)) for one in (plain, patch, text, twice)] == [
        (415, "content-type"),
        (415, "content-type"),
        (400, "not-json"),
        (400, "not-json"),
    ]


def next_of(bundle: Resource) -> str:
    links = elements_at(bundle, "link")
    return next((text_at(one, "url") for one in links if one["relation"] == "next"), "")


def a_request() -> Resource:
    people: list[Json] = [
        {"actor": {"reference": f"Patient/{ROBIN}"}, "status": "needs-action"},
        {"actor": {"reference": f"Location/{DOWNTOWN}"}, "status": "needs-action"},
    ]
    return {
        "resourceType": "Appointment",
        "status": "proposed",
        "serviceType": [{"coding": [{"system": TYPES, "code": "24477854"}]}],
        "participant": people,
        "requestedPeriod": [{"start": "2026-03-04T15:00:00Z", "end": "2026-03-06T23:00:00Z"}],
    }
