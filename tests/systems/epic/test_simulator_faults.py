"""Faults on demand, at the simulated Epic."""

from datetime import timedelta

import httpx
import pytest
from tests.systems.epic.simulated import (
    BOOK,
    BOOK_2018,
    DAYS2,
    FIND,
    Reached,
    a_booking,
    a_hospital,
    finding,
    proposals,
    service,
    why,
)

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
from frontdesk.systems.epic.simulator import TOKEN_CALL
from frontdesk.systems.epic.simulator_example import AVERY, CONSULT, MAIN, MORGAN, OFFICE, OKAFOR
from frontdesk.systems.epic.simulator_rows import fhir_id

BOOKING = f"POST {BOOK_2018.removeprefix('/api')}"
BY_FHIR = f"POST {BOOK.removeprefix('/api')}"


async def stands(hospital: Reached) -> int:
    """How many visits LENA has that are to come."""
    return sum(row["AppointmentStatus"] == "Scheduled" for row in await hospital.visits())


@pytest.mark.parametrize(
    ("fault", "met"),
    [
        (TooMany(), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (KeyRefused(), 401),
        (Maintenance(), 503),
        (OfficeOffline(), 503),
    ],
)
async def test_a_fault_before_the_commit_leaves_the_book_as_it_was(fault: Fault, met: int) -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(fault, on=BOOKING)
        failed = await hospital.book()
        before = await stands(hospital)
        again = await hospital.book()

    assert (failed.status_code, before, again.status_code) == (met, 0, 200)
    assert "retry-after" not in failed.headers


async def test_faults_speak_the_language_of_the_surface() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(TooMany(), times=2)
        by_fhir = await hospital.http.get("/api/FHIR/R4/Location")
        by_layer_2 = await hospital.book()
        hospital.simulator.faults.plan(KeyRefused())
        refused = await hospital.http.get("/api/FHIR/R4/Location")
        hospital.simulator.faults.plan(Maintenance())
        page = await hospital.http.get("/api/FHIR/R4/Location")

    assert by_fhir.json()["issue"][0]["code"] == "throttled"
    assert by_layer_2.json()["ExceptionMessage"].endswith("Too Many Requests")
    assert (refused.json(), page.headers["content-type"], page.text[:15]) == (
        *("Unauthorized", "text/html"),
        "<!doctype html>",
    )


@pytest.mark.parametrize("when", [When.BEFORE_COMMIT, When.AFTER_COMMIT])
@pytest.mark.parametrize(("kind", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_connection_that_breaks_gives_no_answer_and_may_have_booked(
    kind: type[CutsConnection | GoesSilent], raised: type[httpx.TransportError], when: When
) -> None:
    async with a_hospital() as hospital:
        hospital.http.timeout = httpx.Timeout(0.05)
        hospital.simulator.faults.plan(kind(when=when), on=BOOKING)
        with pytest.raises(raised):
            await hospital.book()
        count = await stands(hospital)

    assert count == (0 if when is When.BEFORE_COMMIT else 1)
    assert [heard.status for heard in hospital.simulator.heard if heard.call == BOOKING] == [0]


async def test_a_500_after_the_commit_leaves_the_visit_booked() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on=BOOKING)
        failed = await hospital.book()
        count, again = await stands(hospital), await hospital.book()

    assert (failed.status_code, count, again.status_code) == (500, 1, 400)
    assert why(again) == "slottaken"


async def test_a_slow_call_is_late_and_carried_out() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Slow(by=timedelta(seconds=40)), on=BOOKING)
        late = await hospital.book()

    assert (late.status_code, hospital.hands.waited) == (200, [timedelta(seconds=40)])


async def test_stale_times_still_show_what_was_booked_a_moment_ago_and_it_cannot_be_booked() -> None:
    async with a_hospital() as hospital:
        first = proposals(await hospital.found(service(CONSULT)))[0]
        await hospital.book_by_fhir(str(first["id"]))
        hospital.hands.turn(seconds=30)
        hospital.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)), on=f"POST {FIND.removeprefix('/api')}")
        stale = proposals(await hospital.found(service(CONSULT)))[0]
        fresh = proposals(await hospital.found(service(CONSULT)))[0]
        booked = await hospital.book_by_fhir(str(stale["id"]), patient=fhir_id("Patient", MORGAN))

    assert (stale["start"], fresh["start"]) == (first["start"], "2027-03-09T16:15:00Z")
    assert (booked.status_code, why(booked)) == (400, "time-gone")


async def test_stale_times_do_not_show_what_opened_a_moment_ago() -> None:
    body = {
        "ProviderID": OKAFOR,
        "ProviderIDType": "External",
        "StartDate": "2027-03-09",
        "EndDate": "2027-03-09",
        "DepartmentIDs": [{"ID": MAIN, "Type": "External"}],
        "VisitTypeIDs": [{"ID": OFFICE, "Type": "External"}],
    }

    async def first_time(hospital: Reached) -> object:
        days = (await hospital.asked(DAYS2, body))["ScheduleDays"]
        assert isinstance(days, list)
        return days[0]["Slots"][0]["Time"]

    async with a_hospital() as hospital:
        hospital.simulator.front_desk.cancel("256594301")
        hospital.simulator.front_desk.block(provider=OKAFOR, at="2027-03-09T09:30")
        hospital.hands.turn(seconds=30)
        hospital.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)))
        stale, fresh = await first_time(hospital), await first_time(hospital)
        hospital.simulator.front_desk.unblock(provider=OKAFOR, at="2027-03-09T09:30")
        hospital.simulator.front_desk.close_day(provider=OKAFOR, day=hospital.hands.now.date() + timedelta(days=1))
        closed = await hospital.asked(DAYS2, body)

    assert (stale, fresh, closed["ScheduleDays"]) == ("09:30:00", "09:00:00", [])


@pytest.mark.parametrize(("when", "ours"), [(When.BEFORE_COMMIT, 400), (When.AFTER_COMMIT, 200)])
async def test_the_front_desk_can_take_the_same_time_around_a_booking(when: When, ours: int) -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Overtaken(when=when, patient=MORGAN), on=BOOKING)
        booked = await hospital.book()
        rows = await hospital.visits(MORGAN)
        count = await stands(hospital)

    assert (booked.status_code, count) == (ours, 1 if ours == 200 else 0)
    assert rows[0]["AppointmentStartTime"] == "10:00 AM"
    assert why(booked) == ("slottaken" if ours == 400 else "")


@pytest.mark.parametrize(("when", "ours"), [(When.BEFORE_COMMIT, 400), (When.AFTER_COMMIT, 200)])
async def test_the_front_desk_can_take_a_time_that_was_proposed(when: When, ours: int) -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Overtaken(when=when), on=BY_FHIR)
        proposal = str(proposals(await hospital.found(service(CONSULT)))[0]["id"])
        booked = await hospital.book_by_fhir(proposal)
        rows = await hospital.visits(AVERY)

    assert (booked.status_code, "9:30 AM" in str(rows)) == (ours, True)


async def test_a_dry_run_is_not_overtaken() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on=BOOKING)
        review = await hospital.book(IsReviewOnly="true")
        booked = await hospital.book()

    assert (review.status_code, booked.status_code) == (200, 200)


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Maintenance(), on="GET /FHIR/R4/Location", times=2, after=1)
        others = [(await hospital.http.get("/api/FHIR/R4/Practitioner")).status_code for _ in range(2)]
        these = [(await hospital.http.get("/api/FHIR/R4/Location")).status_code for _ in range(4)]

    assert (others, these, hospital.simulator.faults.waiting()) == ([200, 200], [200, 503, 503, 200], 0)


async def test_the_token_endpoint_has_faults_of_its_own() -> None:
    async with a_hospital(signed_in=False) as hospital:
        hospital.simulator.faults.plan(TooMany(), on=TOKEN_CALL)
        hospital.simulator.faults.plan(KeyRefused(), on=TOKEN_CALL)
        answers = [(await hospital.ask_for_token()).status_code for _ in range(3)]

    assert answers == [429, 400, 200]


async def test_a_key_that_is_switched_off_is_refused_until_it_is_switched_on() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.key_enabled = False
        off = await hospital.post(FIND, finding())
        no_token = await hospital.ask_for_token()
        hospital.simulator.faults.clear()
        on = await hospital.post(BOOK_2018, {}, **a_booking())

    assert (off.status_code, no_token.status_code, on.status_code) == (401, 400, 200)
