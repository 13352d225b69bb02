"""Faults on demand, and the page: what a caller meets, and what stands in the book afterwards."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests.systems.allscripts.simulated import a_practice, error, why

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
from frontdesk.systems.allscripts.simulator_example import ASH, CAMERON, GRAYS, example_world


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TooMany(), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (KeyRefused(), 200),
        (Maintenance(), 503),
        (OfficeOffline(), 502),
    ],
)
async def test_a_fault_before_the_commit_leaves_the_book_as_it_was(fault: Fault, status: int) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(fault, on="SaveAppointment")

        failed = await practice.book()
        before = len(practice.simulator.practice.appointments)
        again = await practice.book()

    assert (failed.status_code, before, why(again)) == (status, 5, "")


async def test_a_token_that_is_refused_once_is_logged_out_and_maintenance_is_a_page() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(KeyRefused())
        practice.simulator.faults.plan(Maintenance())
        refused, page = await practice.book(), await practice.book()

    assert "logged out due to inactivity" in error(refused)
    assert page.headers["content-type"] == "text/html"


@pytest.mark.parametrize(("when", "visits"), [(When.BEFORE_COMMIT, 5), (When.AFTER_COMMIT, 6)])
@pytest.mark.parametrize(("fault", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_lost_reply_leaves_the_visit_booked_only_after_the_commit(
    fault: type[CutsConnection] | type[GoesSilent], raised: type[httpx.TransportError], when: When, visits: int
) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(fault(when=when), on="SaveAppointment")

        with pytest.raises(raised):
            await practice.book()

        assert len(await practice.changes()) == visits
    assert [heard.status for heard in practice.simulator.heard if heard.call == "SaveAppointment"] == [0]


async def test_a_failure_after_the_commit_leaves_the_visit_booked_and_a_second_try_clashes() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on="SaveAppointment")

        failed, again = await practice.book(), await practice.book()

        assert (failed.status_code, why(again)) == (500, "not-available")
        assert (await practice.visit(9_906))["Status"] == "S"


async def test_a_slow_answer_takes_its_time() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Slow(by=timedelta(seconds=40)), on="GetResources")
        await practice.rows("GetResources")

    assert practice.hands.waited == [timedelta(seconds=40)]


async def test_stale_times_still_show_what_was_booked_a_moment_ago() -> None:
    async with a_practice() as practice:
        await practice.booked()
        practice.hands.turn(seconds=30)
        practice.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)))
        stale, fresh = await practice.open_times(), await practice.open_times()

    assert ("10:30" in stale, "10:30" in fresh) == (True, False)


async def test_the_front_desk_takes_the_time_just_before_a_booking() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT, patient=str(CAMERON)), on="SaveAppointment")

        booked = await practice.book()

        assert (why(booked), (await practice.visit(9_906))["patientID"]) == ("not-available", str(CAMERON))


async def test_the_front_desk_takes_the_same_time_just_after_a_booking() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Overtaken(when=When.AFTER_COMMIT), on="SaveAppointment")
        booked = await practice.booked()
        both = [
            row["patientID"] == str(ASH)
            for row in await practice.rows("GetSchedule", p1="03/05/2026")
            if row["ApptTime"] == "10:30"
        ]

    assert (booked, both) == ("9906", [True, False])


async def test_the_front_desk_takes_the_time_a_visit_is_moved_to() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on="SaveAppointment")

        moved = await practice.book(AppointmentID=9_901, PatientID=33_761)

        assert why(moved) == "not-available"
        assert (await practice.visit(9_901))["ApptTime2"] == "3/3/2026 10:00:00 AM"


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Maintenance(), on="GetSchedule", times=2, after=1)

        others = [(await practice.ask("GetResources")).status_code for _ in range(2)]
        these = [(await practice.ask("GetSchedule", p1="03/03/2026")).status_code for _ in range(4)]

    assert (others, these) == ([200, 200], [200, 503, 503, 200])
    assert practice.simulator.faults.waiting() == 0


async def test_a_service_user_that_is_switched_off_gets_no_token_and_none_of_theirs_is_good() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.key_enabled = False
        off, token = await practice.ask("GetResources"), await practice.take_token()
        practice.simulator.faults.clear()
        on = await practice.sign_in()

    assert (why(off), token.text[:5], on) == ("logged-out", "error", "YES")


async def test_everybody_is_signed_out_when_the_server_starts_anew() -> None:
    async with a_practice() as practice:
        practice.simulator.front_desk.end_sessions()

        assert why(await practice.ask("GetResources")) == "logged-out"


async def test_the_front_desk_needs_somebody_else_to_book() -> None:
    world = example_world()

    async with a_practice(replace(world, patients=world.patients[:1], appointments=())) as practice:
        with pytest.raises(LookupError):
            practice.simulator.front_desk.somebody_else(ASH)


async def test_the_page_shows_the_week_and_moves_and_cancels_as_the_front_desk_would() -> None:
    async with a_practice() as practice:
        week = await practice.http.get("/__page")
        form = {"id": "9901", "act": "move", "at": "2026-03-05T11:00", "resource": str(GRAYS)}
        moved = await practice.http.post("/__page", data=form)
        cancelled = await practice.http.post("/__page", data={"id": "9902", "act": "cancel", "back": "2026-03-03"})
        visits = [await practice.visit(one) for one in (9_901, 9_902)]

    assert "Sample, Robin T" in week.text
    assert "Team meeting" in week.text
    assert (moved.status_code, moved.headers["location"]) == (303, "/__page?date=2026-03-05")
    assert cancelled.headers["location"] == "/__page?date=2026-03-03"
    assert (visits[0]["ApptTime2"], visits[1]["Status"]) == ("3/5/2026 11:00:00 AM", "X")


@pytest.mark.parametrize(
    ("method", "path", "form", "status"),
    [
        ("GET", "/__page?date=soon", {}, 400),
        ("POST", "/__page", {"id": "1", "act": "cancel", "back": "2026-03-03"}, 400),
        ("POST", "/__page", {"id": "9901", "act": "move", "at": "2026-03-05T11:00", "resource": "1"}, 400),
        ("POST", "/__page", {"id": "9901", "act": "cancel", "back": "soon"}, 400),
        ("GET", "/__state", {}, 404),
        ("DELETE", "/__page", {}, 404),
    ],
)
async def test_the_page_says_what_it_cannot_do(method: str, path: str, form: dict[str, str], status: int) -> None:
    async with a_practice() as practice:
        answer = await practice.http.request(method, path, data=form or None)

        assert answer.status_code == status
        assert (await practice.visit(9_901))["Status"] == "S"
