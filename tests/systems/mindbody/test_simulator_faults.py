"""Faults on demand: what a caller meets, and what stands in the book afterwards."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests.systems.mindbody.simulated import ANY_DAY, a_site, code, why

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
from frontdesk.systems.mindbody.simulator_example import BOTOX, CAMERON, DANA, ROBIN, example_world
from frontdesk.systems.mindbody.simulator_rows import Json, number

BOOKING = "POST /appointment/addappointment"
WINDOWS = "/appointment/bookableitems"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TooMany(), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (KeyRefused(), 401),
        (Maintenance(), 503),
    ],
)
async def test_a_fault_before_the_commit_leaves_the_book_as_it_was(fault: Fault, status: int) -> None:
    async with a_site() as site:
        site.simulator.faults.plan(fault, on=BOOKING)

        failed = await site.book()
        before = len(site.simulator.site.appointments)
        again = await site.book()

    assert (failed.status_code, before, again.status_code) == (status, 5, 200)


async def test_too_many_requests_are_not_told_when_to_come_back_and_maintenance_is_a_page() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(TooMany(retry_after=7))
        site.simulator.faults.plan(Maintenance())
        many, page = await site.book(), await site.book()

    assert (code(many), "retry-after" in many.headers) == ("TooManyRequests", False)
    assert page.headers["content-type"] == "text/html"


@pytest.mark.parametrize(("when", "visits"), [(When.BEFORE_COMMIT, 5), (When.AFTER_COMMIT, 6)])
@pytest.mark.parametrize(("fault", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_lost_reply_leaves_the_visit_booked_only_after_the_commit(
    fault: type[CutsConnection] | type[GoesSilent], raised: type[httpx.TransportError], when: When, visits: int
) -> None:
    async with a_site() as site:
        site.simulator.faults.plan(fault(when=when), on=BOOKING)

        with pytest.raises(raised):
            await site.book()

        there = await site.rows("/appointment/staffappointments", "Appointments", **ANY_DAY)
    assert len(there) == visits
    assert [heard.status for heard in site.simulator.heard if heard.call == BOOKING] == [0]


async def test_a_500_after_the_commit_leaves_the_visit_booked_and_a_second_try_clashes() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on=BOOKING)

        failed, again = await site.book(), await site.book()

        assert (failed.status_code, code(failed), code(again)) == (500, "Unknown", "InvalidBookingTime")
        assert (await site.visit(306))["Status"] == "Booked"


async def test_the_same_booking_while_the_first_is_under_way_is_refused_unless_it_says_not_to() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(Slow(by=timedelta(seconds=30)), on=BOOKING)
        first, second = await asyncio.gather(site.book(), site.book())
        site.simulator.faults.plan(Slow(by=timedelta(seconds=30)), on=BOOKING)
        site.http.headers["X-RequestDeduplication-Skip"] = "true"
        third, fourth = await asyncio.gather(
            site.book(StartDateTime="2026-03-06T09:00:00"), site.book(StartDateTime="2026-03-06T09:00:00")
        )

    assert (first.status_code, second.status_code, why(second)) == (200, 409, "same-request-under-way")
    assert second.json() == {"Message": "Identical request is still in progress"}
    assert {third.status_code, fourth.status_code} == {200, 400}
    assert site.hands.waited == [timedelta(seconds=30)] * 2


async def test_the_same_booking_is_let_pass_when_the_first_takes_longer_than_two_minutes() -> None:
    async with a_site() as site:
        site.hands.held = asyncio.Event()
        site.simulator.faults.plan(Slow(by=timedelta(minutes=4)), on=BOOKING)
        first = asyncio.create_task(site.book())
        await site.hands.waiting.wait()
        site.hands.turn(seconds=119)
        early = await site.book()
        site.hands.turn(seconds=1)
        late = await site.book()
        site.hands.held.set()

        assert (early.status_code, late.status_code) == (409, 200)
        assert code(await first) == "InvalidBookingTime"


async def test_the_same_booking_after_the_first_is_done_is_a_new_one() -> None:
    world = example_world()
    always = tuple({**row, "AlwaysAllowDoubleBooking": True} for row in world.staff)

    async with a_site(replace(world, staff=always)) as site:
        first = await site.book(ClientId="100000016")
        second = await site.book(ClientId="100000016")

    assert first.json()["Appointment"]["Id"] == 306
    assert code(second) == "ClientIsAlreadyBooked"


async def test_stale_windows_still_show_what_was_booked_a_moment_ago() -> None:
    async with a_site() as site:
        await site.booked(StartDateTime="2026-03-05T09:00:00")
        site.hands.turn(seconds=30)
        asked: dict[str, Json] = {"SessionTypeIds": BOTOX, "StaffIds": DANA, "StartDate": "2026-03-05"}
        site.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)))
        [stale] = await site.rows(WINDOWS, "Availabilities", **asked)
        [fresh] = await site.rows(WINDOWS, "Availabilities", **asked)

    assert stale["StartDateTime"] == "2026-03-05T09:00:00"
    assert fresh["StartDateTime"] == "2026-03-05T09:55:00"


async def test_the_front_desk_takes_the_time_just_before_a_booking() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT, patient="VIP-7"), on=BOOKING)

        booked = await site.book()

        assert (booked.status_code, code(booked)) == (400, "InvalidBookingTime")
        assert (await site.visit(306))["ClientId"] == "VIP-7"


async def test_the_front_desk_takes_the_same_time_just_after_a_booking() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(Overtaken(when=When.AFTER_COMMIT), on=BOOKING)

        booked = await site.booked()

    both = [row for row in site.simulator.site.appointments if row["StartDateTime"] == "2026-03-05T10:30:00"]
    assert booked["Id"] == 306
    assert [number(row, "client") == ROBIN for row in both] == [True, False]


async def test_the_front_desk_takes_the_time_a_visit_is_moved_to() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on="POST /appointment/updateappointment")

        moved = await site.change(302, StartDateTime="2026-03-05T10:30:00")

        assert code(moved) == "InvalidBookingTime"
        assert (await site.visit(302))["StartDateTime"] == "2026-03-03T14:00:00"
        assert number(site.simulator.site.appointments.get(306) or {}, "client") != CAMERON


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(Maintenance(), on="GET /client/clients", times=2, after=1)

        others = [(await site.ask("/site/locations")).status_code for _ in range(2)]
        these = [(await site.ask("/client/clients")).status_code for _ in range(4)]

    assert (others, these) == ([200, 200], [200, 503, 503, 200])
    assert site.simulator.faults.waiting() == 0


async def test_a_key_that_is_switched_off_is_refused_until_it_is_switched_on() -> None:
    async with a_site() as site:
        site.simulator.faults.key_enabled = False
        off = await site.ask("/site/locations")
        webhooks = await site.http.get("/api/v1/subscriptions")
        site.simulator.faults.clear()
        on = await site.ask("/site/locations")

    assert (off.status_code, webhooks.status_code, on.status_code) == (401, 403, 200)


async def test_a_server_at_the_clinic_is_nothing_that_mindbody_has() -> None:
    async with a_site() as site:
        site.simulator.faults.plan(OfficeOffline())

        with pytest.raises(ValueError, match="plan another fault"):
            await site.ask("/site/locations")


async def test_the_front_desk_needs_somebody_else_to_book() -> None:
    world = example_world()
    alone = replace(world, clients=world.clients[:1], appointments=())

    async with a_site(alone) as site:
        with pytest.raises(LookupError):
            site.simulator.front_desk.somebody_else(ROBIN)
