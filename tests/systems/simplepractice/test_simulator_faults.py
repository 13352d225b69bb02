"""Faults on demand: what the reader of a feed meets, and what it must not believe."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from tests.systems.simplepractice.simulated import a_practice, why

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
from frontdesk.systems.simplepractice.simulator_example import (
    DANA,
    HARBOR_STREET,
    LINK_OF_BROOKS,
    ORTEGA,
    SESSION,
    example_world,
)
from frontdesk.systems.simplepractice.simulator_practice import Revoked

FEED = "GET /ical/{secret}"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TooMany(), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (Fails(when=When.AFTER_COMMIT), 500),
        (KeyRefused(), 404),
        (Maintenance(), 503),
    ],
)
async def test_a_fault_is_met_once_and_is_a_page(fault: Fault, status: int) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(fault, on=FEED)
        failed, again = await practice.read(), await practice.read()

    assert (failed.status_code, again.status_code) == (status, 200)
    assert failed.headers["content-type"].startswith("text/html")
    assert "BEGIN:VCALENDAR" not in failed.text


@pytest.mark.parametrize("when", list(When))
@pytest.mark.parametrize(("fault", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_connection_can_break_or_stay_half_open(
    fault: type[CutsConnection] | type[GoesSilent], raised: type[httpx.TransportError], when: When
) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(fault(when=when), on=FEED)

        with pytest.raises(raised):
            await practice.read()

    assert [heard.status for heard in practice.simulator.heard] == [0]


async def test_a_slow_feed_is_late_and_whole() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Slow(by=timedelta(seconds=40)))
        events = await practice.events()

    assert (practice.hands.waited, len(events)) == ([timedelta(seconds=40)], 17)


async def test_a_stale_feed_shows_the_calendar_as_it_was_before_the_last_changes() -> None:
    async with a_practice() as practice:
        practice.hands.turn(minutes=30)
        visit = practice.desk.book(
            client=DANA, clinician=ORTEGA, service=SESSION, office=HARBOR_STREET, at="2026-03-05T10:00"
        )
        practice.desk.cancel(5550000101)
        practice.hands.turn(minutes=5)
        practice.simulator.faults.plan(StaleSlots(by=timedelta(minutes=10)), on=FEED)
        stale, fresh = await practice.events(), await practice.events()

    assert (str(visit) in stale, "5550000101" in stale) == (False, True)
    assert (str(visit) in fresh, "5550000101" in fresh) == (True, False)


async def test_the_past_is_remembered_for_a_day() -> None:
    async with a_practice() as practice:
        practice.desk.cancel(5550000101)
        practice.hands.turn(days=2)
        practice.desk.cancel(5550000103)
        practice.hands.turn(hours=1)
        practice.desk.cancel(5550000105)
        practice.simulator.faults.plan(StaleSlots(by=timedelta(hours=2)))
        practice.simulator.faults.plan(StaleSlots(by=timedelta(days=3)))
        recent, ancient = await practice.events(), await practice.events()

    visits = ("5550000101", "5550000103", "5550000105")
    assert [[one in events for one in visits] for events in (recent, ancient)] == [[False, True, True]] * 2


async def test_a_torn_feed_is_a_good_answer_that_ends_within_an_event() -> None:
    async with a_practice() as practice:
        practice.simulator.spoiling.torn = 1
        torn, whole = await practice.read(), await practice.read()

    assert (torn.status_code, torn.headers["content-length"]) == (200, str(len(torn.content)))
    assert "END:VCALENDAR" not in torn.text
    assert 0 < torn.text.count("END:VEVENT") < torn.text.count("BEGIN:VEVENT") < whole.text.count("BEGIN:VEVENT")
    assert whole.text.startswith(torn.text)


async def test_an_empty_feed_is_whole_and_holds_no_event() -> None:
    async with a_practice() as practice:
        practice.simulator.spoiling.empty = 2
        texts = [await practice.text() for _ in range(3)]

    read = [len(Calendar.from_ical(text).events) for text in texts]  # type: ignore[union-attr]
    assert read == [0, 0, 17]
    assert texts[0].endswith("END:VTIMEZONE\r\nEND:VCALENDAR\r\n")


async def test_a_feed_without_events_can_be_torn_and_emptied_too() -> None:
    async with a_practice(replace(example_world(), appointments=(), events=())) as practice:
        practice.simulator.spoiling.torn = practice.simulator.spoiling.empty = 1
        torn, empty = await practice.text(), await practice.text()

    assert torn.endswith("END:VTIMEZONE\r\n")
    assert empty == torn + "END:VCALENDAR\r\n"


async def test_all_links_are_dead_until_they_are_switched_on_again() -> None:
    async with a_practice(replace(example_world(), revoked=Revoked.SIGN_IN_PAGE)) as practice:
        practice.simulator.faults.key_enabled = False
        off = [await practice.read(), await practice.read(LINK_OF_BROOKS)]
        offices = await practice.ask("/offices")
        practice.simulator.faults.clear()
        on = await practice.read()

    assert [(one.status_code, why(one), "Sign in" in one.text) for one in off] == [(200, "link-revoked", True)] * 2
    assert (offices.status_code, on.headers["content-type"]) == (200, "text/calendar; charset=utf-8")


async def test_too_many_requests_do_not_say_when_to_come_back() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(TooMany(retry_after=7), times=2)
        feed, portal = await practice.read(), await practice.ask("/offices")

    assert ("retry-after" in feed.headers, why(feed)) == (False, "too-many-requests")
    assert (portal.status_code, portal.json()) == (429, {"errors": [{"title": "Too many requests"}]})


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Maintenance(), on=FEED, times=2, after=1)
        others = [(await practice.ask("/offices")).status_code for _ in range(2)]
        these = [(await practice.read()).status_code for _ in range(4)]

    assert (others, these) == ([200, 200], [200, 503, 503, 200])
    assert practice.simulator.faults.waiting() == 0


@pytest.mark.parametrize("fault", [OfficeOffline(), Overtaken(when=When.BEFORE_COMMIT)])
async def test_a_fault_that_this_system_cannot_have_is_an_error_of_the_plan(fault: Fault) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(fault)

        with pytest.raises(ValueError, match="SimplePractice has no"):
            await practice.read()


@pytest.mark.parametrize("fault", [KeyRefused(), StaleSlots(by=timedelta(minutes=1))])
async def test_the_booking_page_has_no_secret_and_does_not_grow_old(fault: Fault) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(fault)

        with pytest.raises(ValueError, match="plan this fault on a feed"):
            await practice.ask("/offices")
