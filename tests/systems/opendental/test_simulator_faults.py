"""Faults on demand: what a caller meets, and what stands in the book afterwards."""

from datetime import timedelta

import httpx
import pytest
from tests.systems.opendental.simulated import an_office

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

BOOKING = "POST /appointments"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TooMany(retry_after=7), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (KeyRefused(), 401),
        (Maintenance(), 503),
        (OfficeOffline(), 400),
    ],
)
async def test_a_fault_before_the_commit_leaves_the_book_as_it_was(fault: Fault, status: int) -> None:
    async with an_office() as office:
        office.simulator.faults.plan(fault, on=BOOKING)

        failed = await office.book()
        before = len(office.simulator.office.appointments)
        again = await office.book()

    assert (failed.status_code, before, again.status_code) == (status, 5, 201)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (CutsConnection(when=When.BEFORE_COMMIT), httpx.ReadError),
        (GoesSilent(when=When.BEFORE_COMMIT), httpx.ReadTimeout),
    ],
)
async def test_a_connection_that_breaks_before_the_commit_books_nothing(
    fault: Fault, raised: type[httpx.TransportError]
) -> None:
    async with an_office() as office:
        office.simulator.faults.plan(fault, on=BOOKING)

        with pytest.raises(raised):
            await office.book()

        assert len(await office.rows("/appointments")) == 5


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (CutsConnection(when=When.AFTER_COMMIT), httpx.ReadError),
        (GoesSilent(when=When.AFTER_COMMIT), httpx.ReadTimeout),
    ],
)
async def test_a_lost_reply_leaves_the_visit_booked(fault: Fault, raised: type[httpx.TransportError]) -> None:
    async with an_office() as office:
        office.simulator.faults.plan(fault, on=BOOKING)

        with pytest.raises(raised):
            await office.book()

        assert (await office.row("/appointments/106"))["AptDateTime"] == "2026-03-05 09:00:00"
    assert [heard.status for heard in office.simulator.heard] == [0, 200]


async def test_a_500_after_the_commit_leaves_the_visit_booked() -> None:
    async with an_office() as office:
        office.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on=BOOKING)

        failed = await office.book()

        assert failed.status_code == 500
        assert (await office.row("/appointments/106"))["PatNum"] == 11


async def test_a_slow_call_is_late_and_past_a_minute_it_is_carried_out_behind_a_504() -> None:
    async with an_office() as office:
        office.simulator.faults.plan(Slow(by=timedelta(seconds=20)), on=BOOKING)
        office.simulator.faults.plan(Slow(by=timedelta(minutes=5)), on=BOOKING)

        late = await office.book()
        too_late = await office.book(AptDateTime="2026-03-05 10:00:00")

        assert (late.status_code, too_late.status_code) == (201, 504)
        assert office.hands.waited == [timedelta(seconds=20), timedelta(seconds=60)]
        assert len(await office.rows("/appointments", date="2026-03-05", AptStatus="Scheduled")) == 2


async def test_stale_slots_still_show_what_was_booked_a_moment_ago() -> None:
    async with an_office() as office:
        await office.book(AptDateTime="2026-03-05 08:00:00")
        office.hands.turn(seconds=30)
        office.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)))

        stale = await office.rows("/appointments/Slots", date="2026-03-05", OpNum=1)
        fresh = await office.rows("/appointments/Slots", date="2026-03-05", OpNum=1)

    assert stale[0]["DateTimeStart"] == "2026-03-05 08:00:00"
    assert fresh[0]["DateTimeStart"] == "2026-03-05 08:30:00"


@pytest.mark.parametrize(("when", "ours"), [(When.BEFORE_COMMIT, 107), (When.AFTER_COMMIT, 106)])
async def test_the_front_desk_can_take_the_same_time_around_a_booking(when: When, ours: int) -> None:
    async with an_office() as office:
        office.simulator.faults.plan(Overtaken(when=when), on=BOOKING)

        booked = await office.book()

        there = await office.rows("/appointments", date="2026-03-05", AptStatus="Scheduled")
    assert (booked.status_code, booked.json()["AptNum"]) == (201, ours)
    assert {row["AptDateTime"] for row in there} == {"2026-03-05 09:00:00"}
    assert [row["AptNum"] for row in there] == [106, 107]


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with an_office() as office:
        office.simulator.faults.plan(Maintenance(), on="GET /appointments/{AptNum}", times=2, after=1)

        others = [(await office.http.get("/providers")).status_code for _ in range(2)]
        these = [(await office.http.get("/appointments/101")).status_code for _ in range(4)]

    assert (others, these) == ([200, 200], [200, 503, 503, 200])
    assert office.simulator.faults.waiting() == 0


async def test_a_key_that_is_switched_off_is_refused_until_it_is_switched_on() -> None:
    async with an_office() as office:
        office.simulator.faults.key_enabled = False
        off = await office.http.get("/providers")
        office.simulator.faults.clear()
        on = await office.http.get("/providers")

    assert (off.status_code, on.status_code) == (401, 200)
