"""Moving, cancelling, confirming and marking visits at the simulated domain."""

from collections.abc import Callable
from random import Random

import pytest
from tests.systems.cerner.simulated import (
    CANCEL,
    CANCELLATION,
    PATCH,
    Reached,
    a_booking,
    a_domain,
    why,
)

from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, text_at
from frontdesk.systems.cerner.simulator_domain import actors_in, end_of, start_of
from frontdesk.systems.cerner.simulator_example import (
    CAMERON,
    TENANT,
)
from frontdesk.systems.cerner.simulator_world import EXTENSION

AVERYS, JUNIORS, ROBINS = (f"Appointment/{number}" for number in (20465901, 20465902, 20465903))


def replaced(path: str, value: Json) -> Resource:
    return {"op": "replace", "path": path, "value": value}


async def test_a_visit_is_cancelled_with_a_reason_and_its_time_is_free_again() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        made = await domain.book(slot)
        comment = {"url": f"{EXTENSION}/action-comment", "valueString": "Called off by phone"}
        gone = await domain.patch(made.headers["location"], [*CANCEL, replaced("/extension", [comment])])
        visit = await domain.visit(made)
        freed = await domain.get(f"Slot/{slot}")

    assert (gone.status_code, gone.content, gone.headers["etag"]) == (200, b"", 'W/"1"')
    assert (visit["status"], text_at(visit, "cancelationReason", "coding", 0, "code")) == ("cancelled", "pat")
    assert {str(one["url"]).rpartition("/")[2]: one.get("valueBoolean") for one in elements_at(visit, "extension")} == {
        "action-comment": None,
        "is-cancelable": False,
        "is-reschedulable": False,
    }
    assert freed["status"] == "free"


async def test_a_visit_is_moved_under_its_own_id_with_a_reason_and_a_comment() -> None:
    async with a_domain() as domain:
        slot, later = await domain.riveras(), await domain.riveras(2)
        made = await domain.book(slot)
        because = {"coding": [{"system": CANCELLATION, "code": "pat-crs"}]}
        reason = {"url": f"{EXTENSION}/reschedule-reason", "valueCodeableConcept": because}
        moved = await domain.patch(
            made.headers["location"],
            [
                replaced("/slot", [{"reference": f"Slot/{later}"}]),
                {"op": "add", "path": "/extension", "value": reason},
                replaced("/comment", "Later, please"),
            ],
        )
        visit = await domain.visit(made)
        statuses = [(await domain.get(f"Slot/{one}"))["status"] for one in (slot, later)]

    assert (moved.status_code, visit["id"], visit["start"]) == (
        200,
        made.headers["location"].rpartition("/")[2],
        "2026-03-03T16:30:00Z",
    )
    assert (visit["comment"], reason in elements_at(visit, "extension")) == ("Later, please", True)
    assert statuses == ["free", "busy"]


async def test_a_visit_cannot_be_moved_to_a_time_that_is_taken() -> None:
    async with a_domain() as domain:
        first, second = await domain.riveras(), await domain.riveras(1)
        made = await domain.book(first)
        domain.simulator.front_desk.book(patient=CAMERON, slot=second)
        moved = await domain.patch(made.headers["location"], [replaced("/slot", [{"reference": f"Slot/{second}"}])])
        visit = await domain.visit(made)

    assert (moved.status_code, why(moved), visit["start"]) == (409, "slot-taken", "2026-03-03T15:30:00Z")


async def test_attendance_is_confirmed_once_for_what_staff_booked() -> None:
    accept = [replaced("/patient-status", "accepted")]
    async with a_domain() as domain:
        first = await domain.patch(JUNIORS, accept)
        visit = await domain.get(JUNIORS)
        again = await domain.patch(JUNIORS, accept)
        declined = await domain.patch(ROBINS, [replaced("/patient-status", "declined")])

    statuses = [one["status"] for one in elements_at(visit, "participant")]
    assert (first.status_code, statuses) == (200, ["accepted"] * 3)
    assert [(one.status_code, why(one)) for one in (again, declined)] == [(422, "confirm-attendance")] * 2


@pytest.mark.parametrize("path", [["arrived", "checked-in", "fulfilled"], ["checked-in"], ["arrived", "cancelled"]])
async def test_a_visit_goes_through_its_day_step_by_step(path: list[str]) -> None:
    async with a_domain() as domain:
        answers = [(await domain.patch(AVERYS, [replaced("/status", step)])).status_code for step in path]
        visit = await domain.get(AVERYS)

    assert (answers, visit["status"]) == ([200] * len(path), path[-1])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("", "fulfilled"),
        ("", "noshow"),
        ("", "booked"),
        ("", "entered-in-error"),
        ("cancelled", "booked"),
        ("arrived", "booked"),
        ("arrived", "fulfilled"),
        ("checked-in", "arrived"),
    ],
)
async def test_a_status_that_does_not_follow_is_refused(first: str, then: str) -> None:
    async with a_domain() as domain:
        if first:
            await domain.patch(AVERYS, [replaced("/status", first)])
        answer = await domain.patch(AVERYS, [replaced("/status", then)])

    assert (answer.status_code, why(answer)) == (422, "transitions")


@pytest.mark.parametrize(
    ("patch", "rule"),
    [
        ([replaced("/comment", "Be early")], "comment-with-slot"),
        ([CANCEL[1]], "published-operations"),
        ([replaced("/start", "2026-03-03T15:00:00Z")], "published-operations"),
        ([{"op": "add", "path": "/status", "value": "cancelled"}], "published-operations"),
        ([CANCEL[0], CANCEL[0]], "published-operations"),
        ([CANCEL[0], replaced("/comment", "x")], "published-operations"),
        ([replaced("/status", "arrived"), CANCEL[1]], "published-operations"),
        ([replaced("/patient-status", "accepted"), CANCEL[0]], "published-operations"),
        ([replaced("/slot", [{"reference": "Slot/1"}]), CANCEL[0]], "published-operations"),
        ([replaced("/slot", [])], "exactly-one"),
        ([CANCEL[0], {**CANCEL[1], "value": {"coding": []}}], "one-reason-coding"),
        ([CANCEL[0], {**CANCEL[1], "value": {"coding": [{"system": CANCELLATION, "code": "no"}]}}], "standard-reasons"),
        ([CANCEL[0], replaced("/extension", [{"url": "x", "valueString": "y"}])], "published-operations"),
    ],
)
async def test_a_patch_that_is_not_published_is_refused(patch: list[Resource], rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.patch(AVERYS, patch)
        visit = await domain.get(AVERYS)

    assert (answer.status_code, why(answer), text_at(visit, "meta", "versionId")) == (422, rule, "0")


async def test_a_reason_may_be_one_of_the_hospitals_own() -> None:
    own = {"coding": [{"system": f"https://fhir.cerner.com/{TENANT}/codeSet/14229", "code": "4001"}], "text": "ignored"}
    async with a_domain() as domain:
        answer = await domain.patch(AVERYS, [CANCEL[0], {**CANCEL[1], "value": own}])
        visit = await domain.get(AVERYS)

    assert (answer.status_code, visit["cancelationReason"]) == (200, {"coding": own["coding"]})


@pytest.mark.parametrize(
    ("prepare", "version", "status", "rule"),
    [
        (lambda domain: None, "-", 412, "if-match-needed"),
        (lambda domain: None, "7", 409, "wrong-version"),
        (lambda domain: domain.simulator.front_desk.open_for_change(AVERYS), "0", 423, "locked"),
        (lambda domain: domain.simulator.front_desk.confirm("20465901"), "0", 409, "wrong-version"),
        (lambda domain: domain.simulator.front_desk.forbid_changes("20465901"), "1", 422, "only-cancelable"),
    ],
)
async def test_a_change_needs_the_version_that_stands_and_a_visit_nobody_has_open(
    prepare: Callable[[Reached], None], version: str, status: int, rule: str
) -> None:
    async with a_domain() as domain:
        prepare(domain)
        answer = await domain.patch(AVERYS, CANCEL, version=version)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_a_visit_that_may_not_be_changed_is_not_moved_and_a_lock_ends() -> None:
    async with a_domain() as domain:
        move = [replaced("/slot", [{"reference": f"Slot/{await domain.riveras()}"}])]
        desk = domain.simulator.front_desk
        desk.open_for_change(AVERYS)
        desk.close(AVERYS)
        moved = await domain.patch(AVERYS, move)
        desk.forbid_changes("20465901")
        refused = await domain.patch(AVERYS, move)

    assert (moved.status_code, refused.status_code, why(refused)) == (200, 422, "only-reschedulable")


@pytest.mark.parametrize("by", ["?_method=patch", ""])
async def test_a_patch_may_come_as_a_post(by: str) -> None:
    headers = {"Content-Type": PATCH, "If-Match": 'W/"0"', **({} if by else {"X-HTTP-Method-Override": "patch"})}
    async with a_domain() as domain:
        answer = await domain.http.post(f"{AVERYS}{by}", json=list(CANCEL), headers=headers)

    assert (answer.status_code, domain.simulator.heard[-1].call) == (200, "PATCH /Appointment/{id}")


@pytest.mark.parametrize(
    ("query", "header", "rule"), [("?_method=put", "", "no-query-on-writes"), ("", "put", "override-is-patch")]
)
async def test_a_post_is_nothing_but_a_post_or_a_patch(query: str, header: str, rule: str) -> None:
    async with a_domain() as domain:
        more = {"X-HTTP-Method-Override": header} if header else {}
        answer = await domain.post(f"Appointment{query}", a_booking(await domain.riveras()), **more)

    assert (answer.status_code, why(answer)) == (400, rule)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_is_booked_moved_and_cancelled_nobody_is_in_two_places_at_once(seed: int) -> None:
    chance = Random(seed)
    made: list[str] = []
    async with a_domain() as domain:
        store = domain.simulator.domain.store
        for _ in range(40):
            slot = chance.choice(store.all("Slot"))
            match chance.choice(("book", "book", "book", "move", "cancel")):
                case "book":
                    answer = await domain.book(text_at(slot, "id"))
                    made += [answer.headers["location"]] if answer.status_code == 201 else []
                case "move" if made:
                    to: list[Json] = [{"reference": f"Slot/{slot['id']}"}]
                    await domain.patch(chance.choice(made), [replaced("/slot", to)])
                case "cancel" if made:
                    await domain.patch(made.pop(), list(CANCEL))
        visits = [one for one in store.all("Appointment") if one["status"] == "booked"]
        free = [one for one in store.all("Slot") if one["status"] == "free"]
        needs = {text_at(one, "id"): set(domain.simulator.domain.actors_of(one)) for one in free}

    taken = [(one, set(actors_in(one))) for one in visits]
    clashes = [
        (one["id"], other["id"])
        for one, whom in taken
        for other, also in taken
        if text_at(one, "id") < text_at(other, "id") and whom & also and _overlap(one, other)
    ]
    wrongly_free = [
        one["id"] for one in free for other, whom in taken if needs[text_at(one, "id")] & whom and _overlap(one, other)
    ]
    assert len(visits) > 8
    assert (clashes, wrongly_free) == ([], [])


def _overlap(one: Resource, other: Resource) -> bool:
    return start_of(one) < end_of(other) and start_of(other) < end_of(one)
