"""Faults on demand: what a caller meets, and what stands in the book afterwards."""

from datetime import timedelta

import httpx
import pytest
from tests.systems.athenahealth.simulated import TUESDAY_10, TUESDAY_930, Reached, a_practice

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
from frontdesk.systems.athenahealth.simulator import TOKEN_CALL

BOOKING = "PUT /appointments/{appointmentid}"


async def status(office: Reached) -> object:
    return (await office.visit(TUESDAY_930))["appointmentstatus"]


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
    async with a_practice() as office:
        office.simulator.faults.plan(fault, on=BOOKING)
        failed = await office.book()
        before = await status(office)
        again = await office.book()

    assert (failed.status_code, before, again.status_code) == (met, "o", 200)
    assert "retry-after" not in failed.headers


async def test_maintenance_is_a_page_in_html() -> None:
    async with a_practice() as office:
        office.simulator.faults.plan(Maintenance())
        answer = await office.http.get("/ping")

    assert (answer.headers["content-type"], answer.text[:15]) == ("text/html", "<!doctype html>")


@pytest.mark.parametrize("when", [When.BEFORE_COMMIT, When.AFTER_COMMIT])
@pytest.mark.parametrize(("kind", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_connection_that_breaks_gives_no_answer_and_may_have_booked(
    kind: type[CutsConnection | GoesSilent], raised: type[httpx.TransportError], when: When
) -> None:
    async with a_practice() as office:
        office.http.timeout = httpx.Timeout(0.05)
        office.simulator.faults.plan(kind(when=when), on=BOOKING)
        with pytest.raises(raised):
            await office.book()
        stands = await status(office)

    assert stands == ("o" if when is When.BEFORE_COMMIT else "f")
    assert [heard.status for heard in office.simulator.heard if heard.call == BOOKING] == [0]


async def test_a_500_after_the_commit_leaves_the_visit_booked() -> None:
    async with a_practice() as office:
        office.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on=BOOKING)
        failed = await office.book()
        stands, again = await status(office), await office.book()

    assert (failed.status_code, stands, again.status_code) == (500, "f", 409)


async def test_a_slow_call_is_late_and_carried_out() -> None:
    async with a_practice() as office:
        office.simulator.faults.plan(Slow(by=timedelta(seconds=40)), on=BOOKING)
        late = await office.book()

    assert (late.status_code, office.hands.waited) == (200, [timedelta(seconds=40)])


async def test_stale_slots_still_show_what_was_booked_a_moment_ago_and_it_cannot_be_booked() -> None:
    async with a_practice() as office:
        await office.book()
        office.hands.turn(seconds=30)
        office.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)), on="GET /appointments/open")
        stale = [one["appointmentid"] for one in await office.open_slots()]
        fresh = [one["appointmentid"] for one in await office.open_slots()]
        booked = await office.book(patientid=4012)

    assert (TUESDAY_930 in stale, TUESDAY_930 in fresh, booked.status_code) == (True, False, 409)


async def test_stale_slots_do_not_show_what_opened_a_moment_ago() -> None:
    async with a_practice() as office:
        await office.book()
        office.hands.turn(minutes=10)
        office.simulator.front_desk.cancel(TUESDAY_930)
        office.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)))
        stale = [one["starttime"] for one in await office.open_slots(enddate="03/03/2026")]
        fresh = [one["starttime"] for one in await office.open_slots(enddate="03/03/2026")]

    assert ("09:30" in stale, "09:30" in fresh) == (False, True)


@pytest.mark.parametrize(("when", "ours"), [(When.BEFORE_COMMIT, 409), (When.AFTER_COMMIT, 200)])
async def test_the_front_desk_can_take_the_same_time_around_a_booking(when: When, ours: int) -> None:
    async with a_practice() as office:
        office.simulator.faults.plan(Overtaken(when=when, patient="4014"), on=BOOKING)
        booked = await office.book()
        there = await office.rows(
            "/appointments/booked", "appointments", providerid=58, startdate="03/03/2026", enddate="03/03/2026"
        )

    at_that_time = [row["patientid"] for row in there if row["starttime"] == "09:30"]
    assert (booked.status_code, at_that_time) == (ours, ["4014"] if ours == 409 else ["4011", "4014"])


async def test_the_front_desk_can_take_the_slot_that_a_visit_is_to_move_to() -> None:
    async with a_practice() as office:
        await office.book()
        office.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on=f"{BOOKING}/reschedule")
        moved = await office.put(f"/appointments/{TUESDAY_930}/reschedule", patientid=4011, newappointmentid=TUESDAY_10)
        stands, taken = await status(office), await office.visit(TUESDAY_10)

    assert (moved.status_code, stands, taken["patientid"]) == (409, "f", "4012")


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_practice() as office:
        office.simulator.faults.plan(Maintenance(), on="GET /providers", times=2, after=1)
        others = [(await office.http.get("/ping")).status_code for _ in range(2)]
        these = [(await office.http.get("/providers")).status_code for _ in range(4)]

    assert (others, these, office.simulator.faults.waiting()) == ([200, 200], [200, 503, 503, 200], 0)


async def test_the_token_endpoint_has_faults_of_its_own() -> None:
    async with a_practice(scope="") as office:
        office.simulator.faults.plan(TooMany(), on=TOKEN_CALL)
        office.simulator.faults.plan(KeyRefused(), on=TOKEN_CALL)
        answers = [(await office.ask_for_token()).status_code for _ in range(3)]

    assert answers == [429, 401, 200]


async def test_a_key_that_is_switched_off_is_refused_until_it_is_switched_on() -> None:
    async with a_practice() as office:
        office.simulator.faults.key_enabled = False
        off = await office.http.get("/providers")
        no_token = await office.ask_for_token()
        office.simulator.faults.clear()
        on = await office.http.get("/providers")

    assert (off.status_code, no_token.status_code, on.status_code) == (401, 401, 200)
