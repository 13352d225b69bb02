"""Faults on demand: what a caller meets, and what stands in the book afterwards."""

from datetime import timedelta

import httpx
import pytest
from tests.systems.cerner.simulated import CANCEL, Reached, a_domain

from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    Fault,
    GoesSilent,
    KeyRefused,
    Maintenance,
    OfficeOffline,
    Overtaken,
    Slow,
    StaleSlots,
    TooMany,
    When,
)
from frontdesk.standards.simulating.fhir_values import Resource, text_at
from frontdesk.systems.cerner.simulator import TOKEN_CALL
from frontdesk.systems.cerner.simulator_domain import patient_of
from frontdesk.systems.cerner.simulator_example import CAMERON, ROBIN

BOOKING, CHANGING = "POST /Appointment", "PATCH /Appointment/{id}"


async def there(domain: Reached, slot: str) -> list[Resource]:
    """The visits in a slot that stand."""
    held = domain.simulator.domain.store.all("Appointment")
    return [one for one in held if text_at(one, "slot", 0, "reference") == f"Slot/{slot}" and one["status"] == "booked"]


@pytest.mark.parametrize(
    ("fault", "met"),
    [
        (TooMany(retry_after=7), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (KeyRefused(), 401),
        (Maintenance(), 503),
        (OfficeOffline(), 503),
    ],
)
async def test_a_fault_before_the_commit_leaves_the_book_as_it_was(fault: Fault, met: int) -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.faults.plan(fault, on=BOOKING)
        failed = await domain.book(slot)
        before = await there(domain, slot)
        again = await domain.book(slot)

    assert (failed.status_code, before, again.status_code) == (met, [], 201)
    assert "retry-after" not in failed.headers


async def test_maintenance_is_a_page_in_html() -> None:
    async with a_domain() as domain:
        domain.simulator.faults.plan(Maintenance())
        answer = await domain.http.get(f"Patient/{ROBIN}")

    assert (answer.headers["content-type"], answer.text[:15]) == ("text/html", "<!doctype html>")


@pytest.mark.parametrize("when", [When.BEFORE_COMMIT, When.AFTER_COMMIT])
@pytest.mark.parametrize(("kind", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_connection_that_breaks_gives_no_answer_and_may_have_booked(
    kind: type[CutsConnection | GoesSilent], raised: type[httpx.TransportError], when: When
) -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.http.timeout = httpx.Timeout(0.05)
        domain.simulator.faults.plan(kind(when=when), on=BOOKING)
        with pytest.raises(raised):
            await domain.book(slot)
        found = await domain.found("Appointment", patient=ROBIN, date="ge2026-03-03T06:00:00Z", status="booked")
        stands = len(await there(domain, slot))

    assert (stands, len(found)) == ((0, 2) if when is When.BEFORE_COMMIT else (1, 3))
    assert [heard.status for heard in domain.simulator.heard if heard.call == BOOKING] == [0]


async def test_a_500_after_the_commit_leaves_the_visit_booked_and_trying_again_is_refused() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on=BOOKING)
        failed, again = await domain.book(slot), await domain.book(slot)
        stands = await there(domain, slot)

    assert (failed.status_code, again.status_code, len(stands)) == (500, 409, 1)


async def test_a_cancelling_whose_answer_is_lost_has_changed_the_version() -> None:
    async with a_domain() as domain:
        domain.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on=CHANGING)
        with pytest.raises(httpx.ReadError):
            await domain.patch("Appointment/20465901", CANCEL, version="0")
        again = await domain.patch("Appointment/20465901", CANCEL, version="0")
        visit = await domain.get("Appointment/20465901")

    assert (again.status_code, visit["status"]) == (409, "cancelled")


async def test_a_slow_call_is_late_and_carried_out() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.faults.plan(Slow(by=timedelta(seconds=40)), on=BOOKING)
        late = await domain.book(slot)

    assert (late.status_code, domain.hands.waited) == (201, [timedelta(seconds=40)])


async def test_a_token_may_run_out_while_a_slow_call_is_under_way() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.faults.plan(Slow(by=timedelta(minutes=10)), on=BOOKING)
        late = await domain.book(slot)

    assert (late.status_code, await there(domain, slot)) == (401, [])


async def test_stale_slots_still_show_what_was_booked_a_moment_ago_and_it_cannot_be_booked() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        await domain.book(slot)
        domain.hands.turn(seconds=30)
        domain.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)), on="GET /Slot")
        stale = [one["id"] for one in await domain.slots()]
        fresh = [one["id"] for one in await domain.slots()]
        booked = await domain.book(slot, patient=CAMERON)

    assert (slot in stale, slot in fresh, booked.status_code) == (True, False, 409)
    assert len(stale) > len(fresh)


async def test_stale_slots_do_not_show_what_opened_a_moment_ago() -> None:
    async with a_domain() as domain:
        before = len(await domain.slots())
        domain.simulator.front_desk.cancel("20465901")
        domain.hands.turn(seconds=30)
        domain.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)))
        stale, fresh = len(await domain.slots()), len(await domain.slots())

    assert (stale, fresh) == (before, before + 1)


@pytest.mark.parametrize(("when", "ours"), [(When.BEFORE_COMMIT, 409), (When.AFTER_COMMIT, 201)])
async def test_the_front_desk_can_take_the_same_time_around_a_booking(when: When, ours: int) -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.faults.plan(Overtaken(when=when, patient=CAMERON), on=BOOKING)
        booked = await domain.book(slot)
        whose = [patient_of(one) for one in await there(domain, slot)]

    assert (booked.status_code, whose) == (ours, [CAMERON] if ours == 409 else [ROBIN, CAMERON])


async def test_the_front_desk_can_take_the_slot_that_a_visit_is_to_move_to() -> None:
    async with a_domain() as domain:
        slot, later = await domain.riveras(), await domain.riveras(2)
        made = await domain.book(slot)
        domain.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on=CHANGING)
        move: Resource = {"op": "replace", "path": "/slot", "value": [{"reference": f"Slot/{later}"}]}
        moved = await domain.patch(made.headers["location"], [move])
        ours = [patient_of(one) for one in await there(domain, slot)]
        theirs = [patient_of(one) for one in await there(domain, later)]

    assert (moved.status_code, ours, len(theirs), ROBIN in theirs) == (409, [ROBIN], 1, False)


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_domain() as domain:
        domain.simulator.faults.plan(Maintenance(), on="GET /Patient/{id}", times=2, after=1)
        others = [(await domain.http.get("Location?type=OF")).status_code for _ in range(2)]
        these = [(await domain.http.get(f"Patient/{ROBIN}")).status_code for _ in range(4)]

    assert (others, these, domain.simulator.faults.waiting()) == ([200, 200], [200, 503, 503, 200], 0)


async def test_the_token_endpoint_has_faults_of_its_own() -> None:
    async with a_domain(scope="") as domain:
        domain.simulator.faults.plan(TooMany(), on=TOKEN_CALL)
        domain.simulator.faults.plan(KeyRefused(), on=TOKEN_CALL)
        answers = [(await domain.ask_for_token()).status_code for _ in range(3)]

    assert answers == [429, 401, 200]


async def test_a_key_that_is_switched_off_is_refused_until_it_is_switched_on() -> None:
    async with a_domain() as domain:
        domain.simulator.faults.key_enabled = False
        off = await domain.http.get(f"Patient/{ROBIN}")
        no_token = await domain.ask_for_token()
        domain.simulator.faults.clear()
        on = await domain.http.get(f"Patient/{ROBIN}")

    assert (off.status_code, no_token.status_code, on.status_code) == (401, 401, 200)


async def test_of_two_who_book_the_same_slot_at_once_one_gets_it() -> None:
    async with a_domain() as domain:
        slot = await domain.riveras()
        domain.simulator.front_desk.book(patient=CAMERON, slot=slot)
        ours = await domain.book(slot)

    assert (ours.status_code, [patient_of(one) for one in await there(domain, slot)]) == (409, [CAMERON])
