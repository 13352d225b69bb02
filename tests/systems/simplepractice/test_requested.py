"""A visit is asked for, staff enter it in the simulated SimplePractice, and only then it stands."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import Fault, Unreachable
from frontdesk.ports.system import ByStaff
from frontdesk.proving.certifying.desk import Desk, a_desk
from frontdesk.proving.certifying.what_holds import USUAL
from frontdesk.reception.saga import Lost, Stands
from frontdesk.sample.practice import smile
from frontdesk.standards.simulating.faults import CutsConnection, Fails, GoesSilent, KeyRefused, Maintenance, When
from frontdesk.standards.simulating.faults import Fault as Planned
from frontdesk.storage import tasks
from frontdesk.storage.database import Storage


@pytest.fixture
async def desk(storage: Storage) -> AsyncIterator[Desk]:
    async with a_desk(storage, "simplepractice", smile(), USUAL) as opened:
        yield opened


async def cards(desk: Desk) -> list[str]:
    async with desk.storage.practice(desk.practice.id) as db:
        return [card.reason for card in await tasks.open_tasks(db)]


async def asked_for(desk: Desk, slot: Slot) -> AppointmentId:
    outcome = await desk.book(slot, await desk.patient())
    assert isinstance(outcome, Stands)
    assert outcome.appointment.is_requested
    return outcome.appointment.id


async def read(desk: Desk, visit: AppointmentId) -> Appointment:
    found = await desk.system.read(visit)
    assert isinstance(found, Appointment)
    return found


async def test_it_stands_once_staff_have_entered_it_and_its_card_closes_itself(desk: Desk) -> None:
    slot = (await desk.slots())[0]
    visit = await asked_for(desk, slot)
    before = (await read(desk, visit)).is_requested
    [card] = await cards(desk)

    desk.peer.book(slot)
    desk.hands.turn(timedelta(minutes=10))
    after = await read(desk, visit)

    assert before
    assert "in SimplePractice; this closes itself once it is there" in card
    assert after.status is Status.BOOKED
    assert await cards(desk) == []


async def test_a_visit_at_another_time_or_with_somebody_else_does_not_close_it(desk: Desk) -> None:
    slots = await desk.slots()
    slot = slots[0]
    visit = await asked_for(desk, slot)
    later = next(one for one in slots if one.practitioner == slot.practitioner and one.during.start >= slot.during.end)
    other = next(one.id for one in desk.practice.practitioners if one.id != slot.practitioner)

    desk.peer.book(later)
    desk.peer.book(replace(slot, practitioner=other))
    desk.hands.turn(timedelta(minutes=10))

    assert (await read(desk, visit)).is_requested
    assert len(await cards(desk)) == 1


async def test_a_feed_that_cannot_be_read_closes_no_card(desk: Desk) -> None:
    visit = await asked_for(desk, (await desk.slots())[0])
    desk.hands.turn(timedelta(minutes=10))
    desk.peer.faults.plan(Maintenance(), times=100)

    with pytest.raises(Unreachable):
        await desk.system.read(visit)
    desk.peer.faults.clear()
    desk.hands.turn(timedelta(minutes=10))

    assert (await read(desk, visit)).is_requested
    assert len(await cards(desk)) == 1


async def test_a_time_that_staff_gave_away_meanwhile_is_not_asked_for(desk: Desk) -> None:
    slot = (await desk.slots())[0]
    desk.peer.book(slot)

    outcome = await desk.book(slot, await desk.patient())

    assert isinstance(outcome, Lost)
    assert await cards(desk) == []


@pytest.mark.parametrize(
    "fault",
    [
        CutsConnection(when=When.BEFORE_COMMIT),
        CutsConnection(when=When.AFTER_COMMIT),
        GoesSilent(when=When.AFTER_COMMIT),
        Fails(when=When.BEFORE_COMMIT),
        Maintenance(),
        KeyRefused(),
    ],
)
async def test_where_the_feed_fails_just_then_nothing_is_asked_for_and_no_card_is_left(
    desk: Desk, fault: Planned
) -> None:
    slot = (await desk.slots())[0]
    desk.peer.faults.plan(fault, times=100)

    outcome = await desk.book(slot, await desk.patient())
    during = await cards(desk)
    await desk.settle()

    assert isinstance(outcome, Fault)
    assert during == []
    assert await cards(desk) == []
    assert desk.peer.visits() == []


async def test_to_move_or_cancel_it_is_for_staff(desk: Desk) -> None:
    slots = await desk.slots()
    visit = await asked_for(desk, slots[0])

    cancelled = await desk.cancel(visit, desk.patients[0])
    moved = await desk.system.move(visit, slots[-1], key="move", held=None)

    assert not isinstance(cancelled, Stands)
    assert isinstance(moved, ByStaff)
    assert (await read(desk, visit)).is_requested
