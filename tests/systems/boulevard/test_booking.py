"""A booking on bad days: every fault at every call leaves at most one visit, and nobody is told what is not so."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.boulevard.a_desk import NEUROTOXIN, NEW, NOW, NUMBERS, RILEY, Desk, a_desk

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Booked, Held, Missing, Taken
from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    GoesSilent,
    KeyRefused,
    Maintenance,
    Overtaken,
    Slow,
    StaleSlots,
    TooMany,
    When,
)
from frontdesk.standards.simulating.faults import Fault as Planned
from frontdesk.systems.boulevard import simulator_example as example
from frontdesk.systems.boulevard.booking import Booking
from frontdesk.systems.boulevard.simulator_world import service

CALLS = (
    "admin clients",
    "admin client",
    "admin service",
    "admin appointments",
    "admin createClient",
    "client createCart",
    "client addCartSelectedBookableItem",
    "client cartBookableTimes",
    "client reserveCartBookableItems",
    "client takeCartOwnership",
    "client updateCart",
    "client checkoutCart",
    "admin appointment",
)
FAULTS: tuple[Planned, ...] = (
    Slow(by=timedelta(seconds=30)),
    TooMany(),
    *(kind(when=when) for kind in (Fails, CutsConnection, GoesSilent) for when in When),
    KeyRefused(),
    Maintenance(),
)


async def asked(desk: Desk, slot: Slot, patient: Patient, key: str = "book:1") -> Booked | Taken | Fault:
    try:
        return await desk.book(slot, patient, key=key)
    except Fault as fault:
        return fault


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("call", CALLS)
async def test_one_fault_leaves_at_most_one_visit_and_the_next_run_finds_it(call: str, fault: Planned) -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.simulator.faults.plan(fault, on=call, times=1)
        first = await asked(desk, slot, NEW)
        stood = len(desk.standing())
        if isinstance(first, Unreachable | NotPermitted | Refused | Taken):
            assert stood == 0
        if isinstance(first, Booked):
            assert stood == 1
        desk.simulator.faults.clear()
        desk.hands.turn(minutes=1)
        again = await asked(desk, slot, NEW)
        found = await desk.system.look_up(slot, patient=NEW.id, key="book:1")

    assert isinstance(again, Booked)
    assert len(desk.standing()) == 1
    assert isinstance(found, Appointment)
    assert found.id == again.appointment.id
    files = [row for row in desk.simulator.business.clients if row["lastName"] == NEW.family]
    assert len(files) == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=When.AFTER_COMMIT), GoesSilent(when=When.AFTER_COMMIT)], ids=str)
async def test_a_lost_reply_to_the_checkout_is_looked_up_and_told_as_booked(fault: Planned) -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.simulator.faults.plan(fault, on="client checkoutCart")
        booked = await desk.book(slot)

    assert isinstance(booked, Booked)
    assert len(desk.standing()) == 1
    assert desk.calls().count("client checkoutCart") == 1


async def test_a_checkout_that_was_never_heard_is_asked_once_more_of_the_same_cart() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="client checkoutCart")
        booked = await desk.book(slot)

    assert isinstance(booked, Booked)
    assert len(desk.standing()) == 1
    assert desk.calls().count("client checkoutCart") == 2


async def test_a_checkout_that_is_lost_again_and_again_is_unknown_and_ends_with_one_visit() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="client checkoutCart", times=2)
        with pytest.raises(OutcomeUnknown):
            await desk.book(slot)
        looked = await desk.system.look_up(slot, patient=RILEY.id, key="book:1")
        again = await desk.book(slot)

    assert isinstance(looked, Missing)
    assert isinstance(again, Booked)
    assert len(desk.standing()) == 1


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("call", ["client reserveCartBookableItems", "client checkoutCart"])
async def test_whoever_was_first_keeps_the_time(call: str, when: When) -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.simulator.faults.plan(Overtaken(when=when), on=call)
        outcome = await asked(desk, slot, RILEY)
        mine = [row for row in desk.standing() if row["clientId"] == example.RILEY]

    assert isinstance(outcome, Booked | Taken)
    assert len(mine) == isinstance(outcome, Booked)
    if when is When.BEFORE_COMMIT:
        assert isinstance(outcome, Taken)


async def test_times_that_are_shown_stale_are_taken_when_they_are_booked() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.hands.turn(minutes=1)
        assert isinstance(await desk.book(slot, RILEY), Booked)
        desk.simulator.faults.plan(StaleSlots(by=timedelta(minutes=1)), on="client cartBookableTimes", times=1)
        outcome = await asked(desk, slot, NEW, key="book:2")

    assert not isinstance(outcome, Booked)
    assert len(desk.standing()) == 1


async def test_of_two_at_once_one_has_the_time() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        both = await asyncio.gather(asked(desk, slot, RILEY, "book:1"), asked(desk, slot, NEW, "book:2"))

    assert sorted(type(one).__name__ for one in both) == ["Booked", "Taken"]
    assert len(desk.standing()) == 1


async def test_one_intent_run_twice_at_once_is_one_visit_in_both() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.charts.kept[RILEY.id] = example.RILEY
        both = await asyncio.gather(asked(desk, slot, RILEY), asked(desk, slot, RILEY))

    assert len(desk.standing()) == 1
    assert all(isinstance(one, Booked) for one in both)


async def test_a_visit_that_was_cancelled_since_is_found_by_its_key_and_not_booked_again() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        booked = await desk.book(slot)
        assert isinstance(booked, Booked)
        desk.simulator.front_desk.cancel(booked.appointment.id)
        again = await desk.book(slot)
        looked = await desk.system.look_up(slot, patient=RILEY.id, key="book:1")
        other = await desk.book(slot, key="book:2")

    assert isinstance(again, Booked)
    assert (again.appointment.id, again.appointment.status) == (booked.appointment.id, Status.CANCELLED)
    assert looked == again.appointment
    assert isinstance(other, Booked)
    assert other.appointment.id != booked.appointment.id


async def test_a_cart_that_was_checked_out_is_never_filled_anew_even_where_no_mark_is_kept() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        booked = await desk.book(slot)
        assert isinstance(booked, Booked)
        desk.simulator.business.appointments.change(booked.appointment.id, {"notes": None})
        desk.simulator.front_desk.cancel(booked.appointment.id)
        again = await desk.book(slot)

    assert isinstance(again, Booked)
    assert again.appointment.id == booked.appointment.id
    assert desk.standing() == []


async def test_what_is_booked_and_is_not_what_was_asked_for_is_cancelled_at_once() -> None:
    world = example.example_world()
    namesake = service(6, "Neurotoxin 30", 15, 0, category=1)
    services = tuple(namesake if one["id"] == namesake["id"] else one for one in world.services)
    numbers = replace(NUMBERS, services={NEUROTOXIN: example.TOUCH_UP})

    async with a_desk(replace(world, services=services), numbers=numbers) as desk:
        with pytest.raises(Refused, match="another time, person, service or client"):
            await desk.book(await desk.slot())

    assert desk.standing() == []
    made = [row for row in desk.simulator.business.appointments if row["clientId"] == example.RILEY]
    assert "MISTAKE" in str(made[-1]["cancellation"])


async def test_a_hold_lost_in_a_crash_is_free_again_when_its_cart_has_run_out() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        held = await desk.system.hold(slot, key="hold:1", until=NOW)
        assert isinstance(held, Held)
        assert held.appointment.held_until is not None
        desk.hands.shows = held.appointment.held_until + timedelta(seconds=1)
        again = await desk.system.hold(slot, key="hold:2", until=NOW)

    assert isinstance(again, Held)


async def test_a_time_that_ran_out_before_its_cart_was_checked_out_may_be_asked_for_again() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        kept = await desk.system._baskets.kept("book:1", slot, await desk.system._known(), whose=RILEY_BARE)
        assert not isinstance(kept, Taken)
        desk.hands.turn(hours=2)
        booking = Booking(
            schedule=await desk.system._known(),
            baskets=desk.system._baskets,
            slot=slot,
            client=example.RILEY,
            key="book:1",
            now=desk.hands.now(),
        )
        with pytest.raises(Unreachable, match="let go of a time"):
            await booking._checked_out(kept.basket)
        assert desk.standing() == []
        assert isinstance(await desk.book(slot), Booked)


RILEY_BARE = example.RILEY.rpartition(":")[2]
