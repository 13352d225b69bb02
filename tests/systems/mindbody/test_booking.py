"""A booking beside other people and under every fault: once, alone at its time, never told unless it stands."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.mindbody.a_desk import (
    BOOKING,
    BOTOX,
    CAMERON,
    CHANGING,
    DENVER,
    MARIA,
    ROBIN,
    VISITS,
    Desk,
    ShiftsAnHour,
    a_desk,
    a_slot,
    at,
    at_the_lake,
    day_of,
)

from frontdesk.domain.appointment import Cancellation, Slot
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Missing, Moved, Taken
from frontdesk.standards.simulating import faults
from frontdesk.standards.simulating.faults import When
from frontdesk.systems.mindbody import simulator_example as example
from frontdesk.systems.mindbody.mapping import mark_of

LAKE = at_the_lake("2026-03-05 09:00")
LAKE_BOTOX = replace(at_the_lake("2026-03-06 09:00"), service=BOTOX)
LATER = a_slot(at("2026-03-06 14:00"))
EVERY_FAULT: tuple[faults.Fault, ...] = (
    faults.Slow(by=timedelta(seconds=90)),
    faults.TooMany(retry_after=2),
    *(kind(when=when) for kind in (faults.Fails, faults.CutsConnection, faults.GoesSilent) for when in When),
    faults.StaleSlots(by=timedelta(minutes=30)),
    *(faults.Overtaken(when=when) for when in When),
    faults.KeyRefused(),
    faults.Maintenance(),
)


async def in_the_end(act: Callable[[], Awaitable[object]]) -> object:
    """What comes of asking until it is known: an unknown outcome is asked again with the same key."""
    for _ in range(4):
        try:
            return await act()
        except (OutcomeUnknown, Unreachable):
            continue
    raise AssertionError("it was never known")


async def test_the_same_key_acts_once_and_another_key_again() -> None:
    async with a_desk() as desk:
        first = await desk.book()
        again = await desk.book()
        other = await desk.book(LATER, key="book:2")

        assert first == again
        assert isinstance(other, Booked)
        assert len(desk.asked(BOOKING)) == 2


async def test_a_visit_bears_the_mark_of_its_key_and_is_found_by_it_wherever_staff_put_it() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.front_desk.move(int(visit), at="2026-03-19T15:00:00")
        again = await desk.book()
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

        assert (await desk.visit(visit))["PartnerExternalId"] == mark_of("book:1")
        assert isinstance(again, Booked)
        assert not isinstance(found, Missing)
        assert again.appointment == found
        assert (found.id, found.during) == (visit, at("2026-03-19 15:00"))


async def test_a_key_whose_visit_was_cancelled_since_finds_it_and_books_no_other() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.front_desk.cancel(int(visit))
        again = await desk.book()

        assert isinstance(again, Booked)
        assert (again.appointment.id, again.appointment.status.takes_time) == (visit, False)
        assert await desk.standing_at(a_slot()) == []


async def test_a_visit_that_staff_entered_for_the_patient_is_the_one_that_was_wanted() -> None:
    async with a_desk() as desk:
        entered = desk.simulator.front_desk.book(
            client=example.ROBIN, staff=example.DANA, session_type=example.BOTOX, location=1, at="2026-03-05T10:30:00"
        )
        outcome = await desk.book()

        assert isinstance(outcome, Booked)
        assert outcome.appointment.id == str(entered)
        assert desk.asked(BOOKING) == []


async def test_nothing_is_found_for_an_intent_that_was_never_carried_out() -> None:
    async with a_desk() as desk:
        await desk.booked()

        assert await desk.system.look_up(LATER, patient=ROBIN.id, key="book:9") == Missing()
        assert await desk.system.look_up(a_slot(), patient=MARIA.id, key="book:1") == Missing()


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
@pytest.mark.parametrize("slot", [a_slot(), LAKE], ids=["once", "twice"])
async def test_under_every_fault_at_the_booking_one_visit_stands_or_none_and_that_is_told(
    slot: Slot, fault: faults.Fault
) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=BOOKING)
        outcome = await in_the_end(lambda: desk.book(slot, MARIA))
        standing = await desk.standing_at(slot)

        mine = [one for one in standing if one["PartnerExternalId"] == mark_of("book:1")]
        assert isinstance(outcome, Booked | Taken)
        assert len(mine) == isinstance(outcome, Booked)
        assert len(await desk.clients(SearchText="Gonzalez")) == 1
        if not isinstance(fault, faults.Overtaken):
            assert isinstance(outcome, Booked)
            assert len(standing) == 1


@pytest.mark.parametrize(
    "call", [VISITS, "GET /client/clients", "POST /client/addclient", "GET /client/requiredclientfields"]
)
@pytest.mark.parametrize("fault", [one for one in EVERY_FAULT if not isinstance(one, faults.Overtaken)], ids=str)
@pytest.mark.parametrize("passing", [0, 1, 2])
async def test_under_every_fault_at_any_other_call_nothing_is_double(
    call: str, fault: faults.Fault, passing: int
) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=call, after=passing)
        outcome = await in_the_end(lambda: desk.book(patient=MARIA))
        desk.simulator.faults.clear()

        assert isinstance(outcome, Booked)
        assert len(await desk.standing_at(a_slot())) == 1
        assert len(await desk.clients(SearchText="Gonzalez")) == 1


async def test_whoever_was_first_keeps_a_time_that_may_be_booked_twice() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(faults.Overtaken(when=When.BEFORE_COMMIT), on=BOOKING)
        outcome = await desk.book(LAKE)
        [left] = await desk.standing_at(LAKE)

        assert isinstance(outcome, Taken)
        assert left["PartnerExternalId"] is None


async def test_who_comes_after_us_does_not_drive_us_out() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(faults.Overtaken(when=When.AFTER_COMMIT), on=BOOKING)
        outcome = await desk.book(LAKE)
        standing = await desk.standing_at(LAKE)

        assert isinstance(outcome, Booked)
        assert outcome.appointment.id in {str(one["Id"]) for one in standing}


@pytest.mark.parametrize("slot", [a_slot(), LAKE], ids=["once", "twice"])
async def test_of_two_of_ours_at_once_one_has_the_time(slot: Slot) -> None:
    async with a_desk() as desk:
        outcomes = await asyncio.gather(
            *(desk.book(slot, who, key=f"book:{number}") for number, who in enumerate((ROBIN, CAMERON, MARIA)))
        )

        assert [isinstance(one, Booked) for one in outcomes].count(True) == 1
        assert len(await desk.standing_at(slot)) == 1


async def test_what_one_key_has_entered_twice_is_taken_out_but_for_the_first() -> None:
    async with a_desk() as desk:
        fields = {
            "ClientId": "100000011", "LocationId": 2, "StaffId": 79, "SessionTypeId": 41, "ApplyPayment": False,
            "StartDateTime": "2026-03-05T09:00:00", "EndDateTime": "2026-03-05T10:00:00",
            "PartnerExternalId": mark_of("book:1"),
        }  # fmt: skip
        first = await desk.booked(LAKE)
        desk.simulator.front_desk.cancel(int(first))
        for client in ("100000011", "VIP-7"):  # as late answers of two runs would leave it
            again = await desk.staff.post("/appointment/addappointment", json=fields | {"ClientId": client})
            assert again.status_code == 200, again.text
        outcome = await desk.book(LAKE)
        standing = await desk.standing_at(LAKE)

        assert isinstance(outcome, Booked)
        assert [str(one["Id"]) for one in standing] == [outcome.appointment.id]


async def test_a_visit_entered_elsewhere_than_it_was_asked_for_is_taken_out() -> None:
    async with a_desk(between=ShiftsAnHour) as desk:
        with pytest.raises(Fault, match="at another time or place"):
            await desk.book()

        assert [one["Status"] for one in await desk.visits(ClientId="100000011") if one["PartnerExternalId"]] == [
            "Cancelled"
        ]


@pytest.mark.parametrize("fault", [one for one in EVERY_FAULT if not isinstance(one, faults.Overtaken)], ids=str)
@pytest.mark.parametrize("call", [CHANGING, VISITS])
@pytest.mark.parametrize("passing", [0, 1])
async def test_under_every_fault_a_moved_visit_stands_once(fault: faults.Fault, call: str, passing: int) -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.faults.plan(fault, on=call, after=passing)
        outcome = await in_the_end(lambda: desk.system.move(visit, LATER, key="move:1", held=None))
        desk.simulator.faults.clear()

        assert isinstance(outcome, Moved)
        assert [str(one["Id"]) for one in await desk.standing_at(LATER)] == [visit]
        assert await desk.standing_at(a_slot()) == []


@pytest.mark.parametrize("fault", [one for one in EVERY_FAULT if not isinstance(one, faults.Overtaken)], ids=str)
@pytest.mark.parametrize("call", [CHANGING, VISITS])
@pytest.mark.parametrize("passing", [0, 1, 2])
async def test_under_every_fault_a_cancelled_visit_is_cancelled(fault: faults.Fault, call: str, passing: int) -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.faults.plan(fault, on=call, after=passing)
        outcome = await in_the_end(lambda: desk.system.cancel(visit, reason=Cancellation.PATIENT))
        desk.simulator.faults.clear()

        assert isinstance(outcome, Cancelled)
        assert (await desk.visit(visit))["Status"] == "Cancelled"


async def test_two_visits_moved_to_one_time_at_once_do_not_share_it() -> None:
    target = at_the_lake("2026-03-06 10:00")
    async with a_desk() as desk:
        one = await desk.booked(at_the_lake("2026-03-05 08:00"), ROBIN, key="1")
        other = await desk.booked(at_the_lake("2026-03-05 10:00"), CAMERON, key="2")
        await asyncio.gather(
            *(desk.system.move(visit, target, key=f"move:{visit}", held=None) for visit in (one, other)),
            return_exceptions=True,
        )

        assert len(await desk.standing_at(target)) <= 1
        rows = [row for row in await desk.visits(StaffIds=79) if str(row["Id"]) in {one, other}]
        assert [row["Status"] for row in rows] == ["Booked", "Booked"]


@pytest.mark.parametrize("when", list(When))
async def test_a_visit_moved_onto_a_time_that_staff_gave_away_in_the_same_instant_goes_back(when: When) -> None:
    target = at_the_lake("2026-03-06 10:00")
    async with a_desk() as desk:
        visit = await desk.booked(LAKE)
        desk.simulator.faults.plan(faults.Overtaken(when=when), on=CHANGING)
        outcome = await desk.system.move(visit, target, key="move:1", held=None)

        assert isinstance(outcome, Taken)
        assert [str(one["Id"]) for one in await desk.standing_at(LAKE)] == [visit]
        assert visit not in {str(one["Id"]) for one in await desk.standing_at(target)}


async def test_a_move_to_another_location_that_was_interrupted_goes_on_where_it_stopped() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.faults.plan(faults.KeyRefused(), on=CHANGING, times=2)
        with pytest.raises(NotPermitted):
            await desk.system.move(visit, LAKE_BOTOX, key="move:1", held=None)
        again = await desk.system.move(visit, LAKE_BOTOX, key="move:1", held=None)

        assert isinstance(again, Moved)
        assert len(await desk.standing_at(LAKE_BOTOX)) == 1
        assert await desk.standing_at(a_slot()) == []


async def test_a_login_that_was_switched_off_is_for_a_person() -> None:
    async with a_desk() as desk:
        await desk.slots(day_of("2026-03-04"))
        desk.simulator.faults.key_enabled = False
        with pytest.raises(NotPermitted):
            await desk.book()

        desk.simulator.faults.key_enabled = True
        assert await desk.standing_at(a_slot()) == []


async def test_tokens_that_all_end_at_once_are_replaced_and_nobody_notices() -> None:
    async with a_desk() as desk:
        await desk.booked()
        desk.simulator.front_desk.end_tokens()
        desk.simulator.heard.clear()
        await desk.booked(LATER, key="book:2")

        assert len(desk.asked("POST /usertoken/issue")) == 1


async def test_after_a_day_a_new_token_is_asked_for_before_one_is_refused() -> None:
    async with a_desk() as desk:
        await desk.slots(day_of("2026-03-04"))
        desk.hands.turn(hours=25)
        desk.simulator.heard.clear()
        await desk.slots(day_of("2026-03-05"))

        assert len(desk.asked("POST /usertoken/issue")) == 1
        assert {one.status for one in desk.simulator.heard} == {200}


async def test_stale_times_are_looked_at_again_before_anything_is_written() -> None:
    async with a_desk() as desk:
        await desk.booked(a_slot(), CAMERON, key="other")
        desk.hands.turn(minutes=5)
        desk.simulator.faults.plan(faults.StaleSlots(by=timedelta(minutes=30)))
        found = await desk.slots(day_of("2026-03-05"), BOTOX)
        desk.simulator.heard.clear()
        outcome = await desk.book(patient=MARIA)

        assert isinstance(outcome, Taken)
        assert desk.asked(BOOKING) == []
        assert found
        assert {one.during.start.astimezone(DENVER).date().day for one in found} == {5}


async def test_what_identifies_a_patient_is_sent_only_where_it_cannot_be_left_out() -> None:
    async with a_desk() as desk:
        visit = await _a_whole_story(desk)
        telling = ("maria", "gonzalez", "3035550147", "1988-04-09")
        carrying = {
            one.call
            for one in desk.simulator.heard
            if any(word in f"{one.path}?{one.query}{one.body}".casefold() for word in telling)
        }

    assert carrying == {"GET /client/clients", "POST /client/addclient"}
    assert visit


async def _a_whole_story(desk: Desk) -> str:
    visit = await desk.booked(patient=MARIA)
    await desk.system.confirm(visit)
    await desk.system.move(visit, LATER, key="move:1", held=None)
    await desk.system.add_note(visit, "Comes with a wheelchair", key="n1")
    await desk.system.cancel(visit, reason=Cancellation.PATIENT)
    return visit
