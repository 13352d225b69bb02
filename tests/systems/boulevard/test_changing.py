"""What staff and patients do to visits that stand: moved, confirmed, marked, noted, and told of as changes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.systems.boulevard.a_desk import DANA, DOWNTOWN, NEUROTOXIN, NEW, NOW, RILEY, Desk, a_desk

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Came
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Booked, Held, Missing, Moved, Taken
from frontdesk.standards.simulating.faults import CutsConnection, Fails, GoesSilent, When
from frontdesk.systems.boulevard import simulator_example as example
from frontdesk.systems.boulevard.simulator_world import appointment


async def a_visit(desk: Desk, shown: str = "10:30") -> Appointment:
    booked = await desk.book(await dana(desk, shown))
    assert isinstance(booked, Booked)
    return booked.appointment


async def dana(desk: Desk, shown: str, **rest: object) -> Slot:
    return await desk.slot(shown, practitioner=DANA, **rest)


async def test_a_visit_is_moved_in_place_and_its_old_time_is_free() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        moved = await desk.system.move(old.id, await dana(desk, "13:00"), key="move:1", held=None)
        again = await desk.system.move(old.id, await dana(desk, "10:30"), key="move:2", held=None)

    assert isinstance(moved, Moved)
    assert isinstance(again, Moved)
    assert moved.appointment.id == again.appointment.id == old.id
    assert again.appointment.during == old.during
    assert len(desk.standing()) == 1


async def test_a_move_out_of_a_hold_gives_the_hold_back_first() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        slot = await dana(desk, "13:00")
        held = await desk.system.hold(slot, key="hold:1", until=NOW)
        assert isinstance(held, Held)
        moved = await desk.system.move(old.id, slot, key="move:1", held=held.appointment.id)

    assert isinstance(moved, Moved)
    assert len(desk.standing()) == 1


async def test_where_the_new_time_is_taken_the_visit_stands_as_it_was() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        slot = await dana(desk, "13:00")
        assert isinstance(await desk.book(slot, NEW, key="book:2"), Booked)
        moved = await desk.system.move(old.id, slot, key="move:1", held=None)
        now = await desk.system.read(old.id)

    assert isinstance(moved, Taken)
    assert isinstance(now, Appointment)
    assert now.during == old.during


async def test_an_earlier_move_that_is_repeated_does_not_undo_a_later_one() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        first, second = await dana(desk, "13:00"), await dana(desk, "14:00")
        await desk.system.move(old.id, first, key="move:1", held=None)
        await desk.system.move(old.id, second, key="move:2", held=None)
        again = await desk.system.move(old.id, first, key="move:1", held=None)

    assert isinstance(again, Moved)
    assert again.appointment.during == second.during


async def test_a_move_that_is_repeated_leaves_a_visit_where_staff_put_it() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        slot = await dana(desk, "13:00")
        await desk.system.move(old.id, slot, key="move:1", held=None)
        desk.simulator.front_desk.move(old.id, at="2026-03-06T15:00:00")
        again = await desk.system.move(old.id, slot, key="move:1", held=None)
        now = await desk.system.read(old.id)

    assert isinstance(again, Moved)
    assert again.appointment == now
    assert again.appointment.during != slot.during


async def test_to_another_person_a_visit_is_booked_anew_and_then_cancelled() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        slot = next(one for one in await desk.slots(NEUROTOXIN) if one.practitioner != DANA)
        moved = await desk.system.move(old.id, slot, key="move:1", held=None)
        again = await desk.system.move(old.id, slot, key="move:1", held=None)
        before = await desk.system.read(old.id)

    assert isinstance(moved, Moved)
    assert moved == again
    assert moved.appointment.during == slot.during
    assert isinstance(before, Appointment)
    assert before.status is Status.CANCELLED
    assert len(desk.standing()) == 1


async def test_where_the_old_visit_cannot_be_cancelled_the_new_one_is_undone() -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        slot = next(one for one in await desk.slots(NEUROTOXIN) if one.practitioner != DANA)
        desk.simulator.faults.plan(Fails(when=When.BEFORE_COMMIT), on="admin cancelAppointment")
        with pytest.raises(OutcomeUnknown):
            await desk.system.move(old.id, slot, key="move:1", held=None)
        moved = await desk.system.move(old.id, slot, key="move:1", held=None)

    assert isinstance(moved, Moved)
    assert len(desk.standing()) == 1


async def test_a_visit_that_is_gone_or_has_begun_is_not_moved() -> None:
    async with a_desk() as desk:
        slot = await dana(desk, "13:00")
        gone = await desk.system.move(AppointmentId("urn:blvd:Appointment:no"), slot, key="m", held=None)
        off = await desk.system.move(AppointmentId(example.CALLED_OFF), slot, key="m", held=None)
        desk.simulator.front_desk.mark_arrived(example.ON_TUESDAY)
        with pytest.raises(Refused, match="has begun"):
            await desk.system.move(AppointmentId(example.ON_TUESDAY), slot, key="m", held=None)

    assert isinstance(gone, Missing)
    assert isinstance(off, Missing)


@pytest.mark.parametrize("kind", [Fails, CutsConnection, GoesSilent])
@pytest.mark.parametrize("when", When)
async def test_a_move_whose_answer_is_lost_is_looked_at_before_anything_else(
    kind: type[Fails | CutsConnection | GoesSilent], when: When
) -> None:
    async with a_desk() as desk:
        old = await a_visit(desk)
        slot = await dana(desk, "13:00")
        desk.simulator.faults.plan(kind(when=when), on="admin appointmentReschedule")
        try:
            outcome: object = await desk.system.move(old.id, slot, key="move:1", held=None)
        except Fault as fault:
            outcome = fault
        again = await desk.system.move(old.id, slot, key="move:1", held=None)

    assert isinstance(outcome, Moved if when is When.AFTER_COMMIT else OutcomeUnknown)
    assert isinstance(again, Moved)
    assert len(desk.standing()) == 1


async def test_a_confirmed_visit_is_confirmed_and_a_cancelled_one_is_not() -> None:
    async with a_desk() as desk:
        visit = await a_visit(desk)
        once, twice = await desk.system.confirm(visit.id), await desk.system.confirm(visit.id)
        with pytest.raises(Refused, match="not confirmed"):
            await desk.system.confirm(AppointmentId(example.CALLED_OFF))

    assert once == twice
    assert desk.standing()[0]["state"] == "CONFIRMED"


@pytest.mark.parametrize("when", When)
async def test_a_confirmation_whose_answer_is_lost_is_told_only_if_it_stands(when: When) -> None:
    async with a_desk() as desk:
        visit = await a_visit(desk)
        desk.simulator.faults.plan(CutsConnection(when=when), on="admin updateAppointment")
        try:
            outcome: object = await desk.system.confirm(visit.id)
        except OutcomeUnknown as fault:
            outcome = fault

    stands = desk.standing()[0]["state"] == "CONFIRMED"
    assert isinstance(outcome, Appointment) is stands is (when is When.AFTER_COMMIT)


async def test_who_came_has_arrived_and_who_did_not_was_missed_and_not_cancelled() -> None:
    async with a_desk() as desk:
        first, second = await a_visit(desk, "10:30"), await a_visit_of(desk, "13:00")
        came = await desk.system.mark(first.id, Came.ARRIVED)
        again = await desk.system.mark(first.id, Came.ARRIVED)
        with pytest.raises(Refused, match="was not missed"):
            await desk.system.mark(second.id, Came.MISSED)
        desk.hands.turn(days=5)
        missed = await desk.system.mark(second.id, Came.MISSED)
        twice = await desk.system.mark(second.id, Came.MISSED)

    assert isinstance(came, Appointment)
    assert isinstance(missed, Appointment)
    assert (came.status, missed.status) == (Status.ARRIVED, Status.NOSHOW)
    assert (came, missed) == (again, twice)


async def a_visit_of(desk: Desk, shown: str) -> Appointment:
    booked = await desk.book(await dana(desk, shown), NEW, key=f"book {shown}")
    assert isinstance(booked, Booked)
    return booked.appointment


async def test_nobody_arrives_for_a_visit_that_is_cancelled() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="nobody arrives"):
            await desk.system.mark(AppointmentId(example.CALLED_OFF), Came.ARRIVED)


async def test_a_note_is_added_once_and_what_stood_there_stays() -> None:
    async with a_desk() as desk:
        visit = await a_visit(desk)
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on="admin updateAppointment")
        for key in ("n1", "n1", "n2"):
            assert await desk.system.add_note(visit.id, "Uses a wheelchair", key=key)
        with pytest.raises(Refused, match="without words"):
            await desk.system.add_note(visit.id, "  ", key="n3")

    notes = str(desk.standing()[0]["notes"])
    assert notes.count("wheelchair") == 2
    assert notes.startswith("Booked by Frontdesk")


async def test_the_first_time_all_visits_from_a_day_ago_on_are_told() -> None:
    async with a_desk() as desk:
        first = await desk.system.changes(None)
        quiet = await desk.system.changes(first.next)

    assert {one.id for one in first.visits} >= {example.ON_TUESDAY, example.CALLED_OFF, example.BY_THE_LAKE}
    assert quiet.visits == ()
    assert quiet.gone == ()


async def test_what_is_booked_moved_cancelled_and_marked_is_told_and_asked_again_it_is_told_again() -> None:
    async with a_desk() as desk:
        mine = await a_visit(desk)
        begun = await desk.system.changes(None)
        staff = desk.simulator.front_desk
        staff.move(example.ON_TUESDAY, at="2026-03-20T10:00:00")
        staff.cancel(example.SECOND_ON_TUESDAY)
        staff.mark_arrived(example.BY_THE_LAKE)
        await desk.system.confirm(mine.id)
        told_now = await desk.system.changes(begun.next)
        again = await desk.system.changes(begun.next)

    seen = {one.id: one for one in told_now.visits}
    assert seen.keys() == {example.ON_TUESDAY, example.SECOND_ON_TUESDAY, example.BY_THE_LAKE, mine.id}
    assert seen[AppointmentId(example.SECOND_ON_TUESDAY)].status is Status.CANCELLED
    assert seen[mine.id].patient == RILEY.id
    assert again.visits == told_now.visits


async def test_a_visit_moved_out_of_sight_is_looked_at_by_itself() -> None:
    async with a_desk() as desk:
        begun = await desk.system.changes(None)
        desk.simulator.front_desk.move(example.ON_TUESDAY, at="2026-02-20T10:00:00")
        told_now = await desk.system.changes(begun.next)

    assert [one.id for one in told_now.visits] == [example.ON_TUESDAY]
    assert told_now.gone == ()


async def test_a_visit_that_is_not_there_any_more_is_gone() -> None:
    async with a_desk() as desk:
        begun = await desk.system.changes(None)
        desk.simulator.business.appointments.remove(example.ON_TUESDAY)
        told_now = await desk.system.changes(begun.next)

    assert told_now.gone == (example.ON_TUESDAY,)


async def test_whoever_asks_with_a_mark_that_is_not_remembered_is_told_everything() -> None:
    async with a_desk() as desk:
        everything = await desk.system.changes(None)
        unknown = await desk.system.changes("of another process")
        for _ in range(10):
            desk.hands.turn(minutes=1)
            await desk.system.changes(None)
        forgotten = await desk.system.changes(everything.next)

    assert unknown.visits == everything.visits == forgotten.visits


async def test_a_book_of_many_pages_is_read_whole() -> None:
    world = example.example_world()
    rows = [
        appointment(
            100 + number,
            client=example.CAMERON,
            staff=example.DANA,
            service=example.CONSULTATION,
            at=datetime.fromisoformat("2026-03-09T09:00") + timedelta(days=number // 16, minutes=30 * (number % 16)),
            minutes=30,
            location=example.DOWNTOWN,
            zone=example.DENVER,
        )
        for number in range(350)
    ]
    async with a_desk(replace(world, appointments=tuple(rows))) as desk:
        found = await desk.system.changes(None)
        offered = await desk.slots(day="2026-03-09", days=14, practitioner=DANA, location=DOWNTOWN)

    assert len({one.id for one in found.visits}) == 350
    busy = [one.during for one in found.visits]
    assert not any(slot.during.overlaps(one) for slot in offered for one in busy)
