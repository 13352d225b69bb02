"""Places, people, and what is free at the simulated domain: searches, pages, holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.systems.cerner.simulated import NOW, SCOPE, TUESDAY, TYPES, a_domain, why

from frontdesk.standards.simulating.fhir_values import elements_at, text_at
from frontdesk.systems.cerner.simulator_example import (
    DOWNTOWN,
    EXAM_1,
    FOLLOW_UP,
    LAKESIDE,
    LASER_SESSION,
    MAIN,
    NEW_PATIENT,
    ORTIZ,
    PARK,
    PHYSICAL,
    RIVERA,
    ZONE,
    at,
    example_world,
)
from frontdesk.systems.cerner.simulator_world import EXTENSION, appointment_type, slot

RANGE = [("start", "ge2026-03-03T06:00:00Z"), ("start", "lt2026-03-04T06:00:00Z")]
KIND = ("service-type", f"{TYPES}|{FOLLOW_UP}")
HOLD = [{"op": "replace", "path": "/status", "value": "busy-tentative"}]
LET_GO = [{"op": "replace", "path": "/status", "value": "free"}]
ROOMS = "http://terminology.hl7.org/CodeSystem/location-physical-type|ro"


async def test_free_slots_come_in_order_and_say_when_where_and_what_for() -> None:
    async with a_domain() as domain:
        found = await domain.slots()

    first = found[0]
    assert [one["start"] for one in found] == sorted(str(one["start"]) for one in found)
    assert {one["status"] for one in found} == {"free"}
    assert (first["start"], first["end"]) == ("2026-03-03T15:00:00Z", "2026-03-03T15:15:00Z")
    assert text_at(first, "serviceType", 0, "coding", 0, "code") == FOLLOW_UP
    assert text_at(first, "schedule", "reference") == f"Schedule/{first['id']}"
    assert first["extension"] == [
        {"valueReference": {"reference": f"Location/{DOWNTOWN}"}, "url": f"{EXTENSION}/scheduling-location"}
    ]


async def test_a_type_has_no_length_of_its_own() -> None:
    async with a_domain() as domain:
        rivera, ortiz = [
            (await domain.slots(**{"schedule.actor": f"Practitioner/{who}"}))[0] for who in (RIVERA, ORTIZ)
        ]

    assert (rivera["start"], rivera["end"]) == ("2026-03-03T15:30:00Z", "2026-03-03T16:00:00Z")
    assert (ortiz["start"], ortiz["end"]) == ("2026-03-03T15:00:00Z", "2026-03-03T15:15:00Z")


async def test_several_types_and_places_stand_between_commas() -> None:
    async with a_domain() as domain:
        types = f"{TYPES}|{FOLLOW_UP},{TYPES}|{NEW_PATIENT}"
        found = await domain.found(
            "Slot", [("service-type", types), *RANGE, ("-location", f"{DOWNTOWN},Location/{LAKESIDE}")]
        )
        by_snomed = await domain.found("Slot", [("service-type", "http://snomed.info/sct|408443003"), *RANGE])

    kinds = {text_at(one, "serviceType", 0, "coding", 0, "code") for one in found}
    places = {text_at(one, "extension", 0, "valueReference", "reference") for one in found}
    assert kinds == {FOLLOW_UP, NEW_PATIENT}
    assert places == {f"Location/{DOWNTOWN}", f"Location/{LAKESIDE}"}
    assert by_snomed == found


async def test_a_room_without_an_id_is_a_text_on_the_slot_and_in_its_schedule() -> None:
    async with a_domain() as domain:
        bundle = await domain.get(
            "Slot", [("service-type", f"{TYPES}|{LASER_SESSION}"), *RANGE], _include="Slot:schedule"
        )

    entries = elements_at(bundle, "entry")
    assert [text_at(one, "search", "mode") for one in entries] == ["match", "match", "include", "include"]
    assert text_at(entries[0], "resource", "extension", 1, "valueString") == "Laser Room"
    actors = elements_at(entries[2], "resource", "actor")
    assert actors[:2] == [{"reference": f"Practitioner/{ORTIZ}"}, {"display": "Laser Room"}]


async def test_practitioners_come_along_once_where_they_are_asked_for() -> None:
    async with a_domain() as domain:
        bundle = await domain.get("Slot", [KIND, *RANGE], _include="Schedule:actor:Practitioner", _count="3")

    included = [one for one in elements_at(bundle, "entry") if text_at(one, "search", "mode") == "include"]
    people = [text_at(one, "resource", "id") for one in included if "/Practitioner/" in str(one["fullUrl"])]
    assert sorted(people) == [ORTIZ, PARK]
    assert len(included) == 5


@pytest.mark.parametrize("missing", ["system/Schedule.read", "system/Practitioner.read"])
async def test_what_the_token_is_not_good_for_is_not_included(missing: str) -> None:
    scope = " ".join(one for one in SCOPE.split() if one != missing)
    params = [KIND, *RANGE, ("_include", "Schedule:actor:Practitioner")]
    async with a_domain(scope=scope) as domain:
        answer = await domain.http.get("Slot", params=params)

    assert (answer.status_code, why(answer)) == (403, "include-scopes")


@pytest.mark.parametrize(
    ("params", "rule"),
    [
        ([*RANGE], "required-parameter"),
        ([KIND], "start-twice"),
        ([KIND, RANGE[0]], "start-twice"),
        ([KIND, RANGE[0], ("start", "le2026-03-04T06:00:00Z")], "start-twice"),
        ([KIND, ("start", "lt2026-03-03T06:00:00Z"), ("start", "ge2026-03-04T06:00:00Z")], "bounds-in-order"),
        ([KIND, ("start", "ge2026-03-03"), ("start", "lt2026-03-04")], "time-part"),
        ([KIND, KIND, *RANGE], "bad-parameter"),
        ([KIND, *RANGE, ("-location", "1"), ("-location", "2")], "bad-parameter"),
        ([KIND, *RANGE, ("schedule.actor", RIVERA)], "bad-parameter"),
        ([KIND, *RANGE, ("schedule.actor", f"Location/{DOWNTOWN}")], "bad-parameter"),
        ([KIND, *RANGE, ("status", "free")], "unknown-parameter"),
        ([KIND, *RANGE, ("_sort", "start")], "unknown-parameter"),
        ([KIND, *RANGE, ("_include", "Schedule:actor")], "bad-parameter"),
        ([KIND, *RANGE, ("_count", "many")], "bad-parameter"),
        ([KIND, *RANGE, ("_id", "1")], "id-or-the-rest"),
        ([("service-type", FOLLOW_UP), *RANGE], "type-system"),
        ([("service-type", f"https://fhir.cerner.com/another/codeSet/14249|{FOLLOW_UP}"), *RANGE], "type-system"),
        ([("service-type", f"{TYPES}|{FOLLOW_UP},http://snomed.info/sct|408443003"), *RANGE], "types-not-mixed"),
    ],
)
async def test_a_search_for_slots_that_is_not_as_published_is_refused(params: list[tuple[str, str]], rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.http.get("Slot", params=params)

    assert (answer.status_code, why(answer)) == (400, rule)
    assert answer.headers["content-type"] == "text/plain"


async def test_an_offset_needs_its_plus_sign_encoded() -> None:
    async with a_domain() as domain:
        kind = f"service-type={TYPES}%7C{FOLLOW_UP}"
        raw = await domain.http.get(f"Slot?{kind}&start=ge2026-03-03T06:00:00+00:00&start=lt2026-03-04T06:00:00Z")
        encoded = await domain.http.get(f"Slot?{kind}&start=ge2026-03-03T06:00:00%2B00:00&start=lt2026-03-04T06:00:00Z")

    assert (raw.status_code, encoded.status_code) == (400, 200)


async def test_what_is_taken_overlapped_or_blocked_is_not_free_and_can_be_read_by_id() -> None:
    async with a_domain() as domain:
        news = [one["start"] for one in await domain.slots(kind=NEW_PATIENT)]
        wednesday = await domain.slots(on=date(2026, 3, 4), **{"schedule.actor": f"Practitioner/{RIVERA}"})
        visit = await domain.get("Appointment/20465901")
        taken = text_at(visit, "slot", 0, "reference")
        by_id = await domain.found("Slot", _id=taken.removeprefix("Slot/"))
        read = await domain.get(taken)

    assert news == ["2026-03-03T16:00:00Z", "2026-03-03T17:00:00Z"]
    assert [str(one["start"])[11:16] for one in wednesday] == ["15:00", "15:30", "16:00", "16:30"]
    assert (read["status"], by_id) == ("busy", [read])


async def test_what_has_begun_is_not_shown() -> None:
    async with a_domain(now=NOW + timedelta(days=1, hours=3)) as domain:
        found = await domain.slots(**{"schedule.actor": f"Practitioner/{RIVERA}"})

    assert str(found[0]["start"]) == "2026-03-03T16:30:00Z"


async def test_only_what_the_site_opened_is_found() -> None:
    world = replace(example_world(), opened=frozenset({f"Location/{DOWNTOWN}", f"Practitioner/{ORTIZ}"}))
    async with a_domain(world) as domain:
        downtown, lakeside = await domain.slots(), await domain.slots(place=LAKESIDE)
        visits = await domain.http.get("Appointment", params={"location": LAKESIDE, "date": "ge2026-03-01T00:00:00Z"})
        there = await domain.found("Appointment", practitioner=ORTIZ, date="ge2026-03-01T00:00:00Z")

    assert len(downtown) == 8
    assert (lakeside, visits.json().get("entry"), len(there)) == ([], None, 1)


async def test_a_long_list_comes_in_pages_each_slot_once() -> None:
    async with a_domain() as domain:
        whole = await domain.slots(days=2)
        bundle = await domain.get("Slot", [KIND, *RANGE, ("-location", DOWNTOWN)], _count="3")
        pages = [bundle]
        while following := link(pages[-1], "next"):
            pages.append(await domain.get(following))
        back = await domain.get(link(pages[-1], "previous"))

    ids = [text_at(one, "resource", "id") for page in pages for one in elements_at(page, "entry")]
    assert len(pages) > 3
    assert ids == [one["id"] for one in whole if str(one["start"]) < "2026-03-04"]
    assert back["entry"] == pages[-2]["entry"]
    assert "-pageContext=" in link(bundle, "next")
    assert link(bundle, "next").endswith("&-pageDirection=NEXT")


@pytest.mark.parametrize(
    "query",
    [
        "-pageContext=made-up&-pageDirection=NEXT",
        "-pageContext=made-up",
        "-pageContext=made-up&-pageDirection=NEXT&_count=5",
    ],
)
async def test_the_address_of_a_page_cannot_be_put_together(query: str) -> None:
    async with a_domain() as domain:
        answer = await domain.http.get(f"Slot?{query}")

    assert (answer.status_code, why(answer)) == (400, "page-context")


async def test_a_slot_is_held_let_go_and_in_time_let_go_by_itself() -> None:
    async with a_domain() as domain:
        slot_id = text_at(await domain.slots(**{"schedule.actor": f"Practitioner/{RIVERA}"}), 0, "id")
        before = await domain.get(f"Slot/{slot_id}")
        held = await domain.patch(f"Slot/{slot_id}", HOLD)
        seen = [one["id"] for one in await domain.slots()]
        beside = [one["start"] for one in await domain.slots(kind=NEW_PATIENT)]
        let_go = await domain.patch(f"Slot/{slot_id}", LET_GO)
        freed = [one["id"] for one in await domain.slots()]
        await domain.patch(f"Slot/{slot_id}", HOLD)
        domain.hands.turn(minutes=15)
        await domain.sign_in()
        over = [one["id"] for one in await domain.slots()]

    assert (held.status_code, held.content, let_go.status_code) == (200, b"", 200)
    assert held.headers["etag"] != f'W/"{text_at(before, "meta", "versionId")}"'
    assert (slot_id in seen, slot_id in freed, slot_id in over) == (False, True, True)
    assert "2026-03-03T15:00:00Z" not in beside


@pytest.mark.parametrize(
    ("patch", "version", "status", "rule"),
    [
        (HOLD, "-", 412, "if-match-needed"),
        (HOLD, "1", 409, "wrong-version"),
        ([{"op": "replace", "path": "/status", "value": "busy"}], "", 422, "slot-patch"),
        ([{"op": "add", "path": "/status", "value": "free"}], "", 422, "slot-patch"),
        ([*HOLD, {"op": "replace", "path": "/comment", "value": "x"}], "", 422, "slot-patch"),
        ({"status": "free"}, "", 400, "not-a-patch"),
    ],
)
async def test_a_hold_that_is_not_as_published_is_refused(patch: object, version: str, status: int, rule: str) -> None:
    async with a_domain() as domain:
        slot_id = text_at(await domain.slots(), 0, "id")
        answer = await domain.patch(f"Slot/{slot_id}", patch, version=version)  # type: ignore[arg-type]  # odd on purpose

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_a_slot_that_is_taken_cannot_be_held() -> None:
    async with a_domain() as domain:
        slot_id = text_at(await domain.slots(), 0, "id")
        domain.simulator.front_desk.book(patient="13500104", slot=slot_id)
        answer = await domain.patch(f"Slot/{slot_id}", HOLD)

    assert (answer.status_code, why(answer)) == (422, "hold-what-is-free")


async def test_ids_of_slots_do_not_outlast_a_change_of_the_schedule() -> None:
    async with a_domain() as domain:
        old = await domain.slots()
        domain.simulator.front_desk.rebuild(location=DOWNTOWN)
        new = await domain.slots()
        gone = await domain.http.get(f"Slot/{old[0]['id']}")

    assert [one["start"] for one in new] == [one["start"] for one in old]
    assert {one["id"] for one in new}.isdisjoint({one["id"] for one in old})
    assert gone.status_code == 404


async def test_staff_may_offer_one_more_slot() -> None:
    kind = appointment_type(example_world().tenant, PHYSICAL, "Annual Physical")
    made = slot(
        kind=kind, location=LAKESIDE, practitioner=PARK, number=99, at=at(TUESDAY, "16:00"), minutes=45, zone=ZONE
    )
    async with a_domain() as domain:
        before = await domain.slots(kind=PHYSICAL, place=LAKESIDE)
        domain.simulator.front_desk.add_slot(*made)
        after = await domain.slots(kind=PHYSICAL, place=LAKESIDE)

    assert (before, [one["start"] for one in after]) == ([], ["2026-03-03T22:00:00Z"])


async def test_places_are_found_by_id_physical_type_or_type() -> None:
    async with a_domain() as domain:
        rooms = await domain.found("Location", **{"-physicalType": ROOMS})
        clinics = await domain.found("Location", type="OF", name="clinic")
        named = await domain.found("Location", _id=f"{MAIN},{DOWNTOWN}", organization="675844")
        there = await domain.found("Location", type="OF", **{"address-city": "austin", "address-state": "TX"})
        read = await domain.get(f"Location/{DOWNTOWN}")

    assert [one["id"] for one in rooms] == [EXAM_1]
    assert [one["id"] for one in clinics] == [DOWNTOWN, LAKESIDE]
    assert [one["id"] for one in named] == [MAIN, DOWNTOWN]
    assert len(there) == 3
    assert text_at(read, "partOf", "reference") == f"Location/{MAIN}"


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("Location?name=clinic", "required-parameter"),
        ("Location", "required-parameter"),
        ("Location?type=OF&address-city=Austin", "city-needs-state"),
        ("Location?-physicalType=https://fhir.cerner.com/x/codeSet/222%7C1", "no-proprietary-types"),
        ("Location?type=OF&status=active", "unknown-parameter"),
        ("Practitioner?given=Ana", "given-needs-family"),
        ("Practitioner?name=A", "two-letters"),
        ("Practitioner?identifier=1999999901", "system-and-code"),
        ("Practitioner?active=yes", "bad-parameter"),
        ("Practitioner", "required-parameter"),
        ("Practitioner?family:exact=Rivera", "bad-parameter"),
        ("Schedule?actor=Practitioner/1", "unknown-parameter"),
        ("Schedule", "required-parameter"),
        ("Coverage", "required-parameter"),
    ],
)
async def test_a_search_that_is_not_as_published_is_refused(path: str, rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.http.get(path)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_search_without_its_parameter_is_told_so_in_plain_text() -> None:
    async with a_domain() as domain:
        answer = await domain.http.get("Location")

    assert (answer.text, answer.headers["content-type"]) == ("no supported search parameters provided", "text/plain")


async def test_people_are_found_by_name_number_or_whether_they_are_active() -> None:
    async with a_domain() as domain:
        active = await domain.found("Practitioner", active="true")
        former = await domain.found("Practitioner", active="false")
        named = await domain.found("Practitioner", name="sa")
        both = await domain.found("Practitioner", family="Riv", given="An")
        by_npi = await domain.found("Practitioner", identifier="http://hl7.org/fhir/sid/us-npi|1999999903")
        read = await domain.get(f"Practitioner/{ORTIZ}")

    assert [one["id"] for one in active] == [RIVERA, ORTIZ, PARK]
    assert ([len(rows) for rows in (former, named, both)], [one["id"] for one in by_npi]) == ([1, 1, 1], [PARK])
    assert read["extension"] == [{"valueBoolean": False, "url": f"{EXTENSION}/is-physician"}]


async def test_a_schedule_is_read_by_id_alone() -> None:
    async with a_domain() as domain:
        slot_id = text_at(await domain.slots(), 0, "id")
        found = await domain.found("Schedule", _id=slot_id)
        read = await domain.get(f"Schedule/{slot_id}")

    assert found == [read]
    assert (read["active"], "planningHorizon" in read) == (True, False)


def link(bundle: object, relation: str) -> str:
    links = elements_at(bundle, "link")  # type: ignore[arg-type]  # JSON as it came
    return next((text_at(one, "url") for one in links if one["relation"] == relation), "")
