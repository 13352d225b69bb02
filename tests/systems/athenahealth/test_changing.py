"""Visits moved and cancelled at the simulated practice, and what is left as it stands."""

from dataclasses import replace

import pytest
from tests.systems.athenahealth.a_desk import (
    CANCELLING,
    ORTIZ,
    RIVERA,
    ROBIN,
    a_desk,
    a_slot,
    at,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import Refused
from frontdesk.ports.system import Cancelled, Missing, Moved, Taken


async def test_a_visit_is_moved_in_place_and_its_old_time_is_free() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        later = a_slot(at("2026-03-06 10:00"))
        moved = await desk.system.move(booked.appointment.id, later, key="move:1", held=None)
        again = await desk.system.move(booked.appointment.id, later, key="move:1", held=None)
        by_its_old_id = await desk.system.read(booked.appointment.id)
        old = await desk.row(int(booked.appointment.id))
        free = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA)

    assert isinstance(moved, Moved)
    assert moved.appointment.during == later.during
    assert (moved.appointment.status, moved.appointment.patient) == (Status.BOOKED, ROBIN.id)
    assert moved == again
    assert by_its_old_id == moved.appointment
    assert old["appointmentstatus"] == "x"
    assert [one.during for one in free] == [at("2026-03-05 09:30")]


async def test_a_visit_is_moved_to_another_practitioner() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        elsewhere = a_slot(at("2026-03-06 09:15", minutes=15), practitioner=ORTIZ)
        moved = await desk.system.move(booked.appointment.id, elsewhere, key="move:1", held=None)

    assert isinstance(moved, Moved)
    assert (moved.appointment.practitioner, moved.appointment.during) == (ORTIZ, elsewhere.during)


async def test_a_visit_that_stands_at_its_new_time_already_is_left_there() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        moved = await desk.system.move(booked.appointment.id, a_slot(), key="move:1", held=None)

    assert moved == Moved(appointment=booked.appointment)
    assert desk.asked("PUT /appointments/{appointmentid}/reschedule") == 0


async def test_where_the_new_time_is_taken_the_old_one_stands() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.book(patient=4012, slot=1204503)
        outcome = await desk.system.move(booked.appointment.id, a_slot(at("2026-03-06 10:00")), key="m", held=None)
        stands = await desk.system.read(booked.appointment.id)

    assert isinstance(outcome, Taken)
    assert stands == booked.appointment


async def test_what_is_cancelled_is_not_moved_and_who_has_come_is_for_a_person() -> None:
    async with a_desk() as desk:
        first, second = await desk.booked(), await desk.booked(a_slot(at("2026-03-05 10:00")), key="book:2")
        await desk.system.cancel(first.appointment.id, reason=Cancellation.PATIENT)
        await desk.client.start_check_in(int(second.appointment.id))
        later = a_slot(at("2026-03-06 10:00"))

        assert await desk.system.move(first.appointment.id, later, key="m:1", held=None) == Missing()
        assert await desk.system.move(AppointmentId("99"), later, key="m:2", held=None) == Missing()
        with pytest.raises(Refused, match="has come"):
            await desk.system.move(second.appointment.id, later, key="m:3", held=None)


async def test_a_cancelled_visit_leaves_the_schedule_and_its_time_is_open() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        first = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT_FEELS_BETTER)
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT_FEELS_BETTER)
        row = await desk.row(int(booked.appointment.id))
        free = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA)

    gone = replace(booked.appointment, status=Status.CANCELLED, reason=Cancellation.PATIENT_FEELS_BETTER)
    assert first == again == Cancelled(appointment=gone)
    assert row["appointmentstatus"] == "x"
    assert any("patient feels better" in note["text"] for note in row["appointmentnotes"])
    assert len(free) == 1
    assert desk.asked(CANCELLING) == 1


async def test_who_has_been_checked_in_is_not_cancelled() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.mark_arrived(int(booked.appointment.id))
        with pytest.raises(Refused, match="checked in"):
            await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        stands = await desk.system.read(booked.appointment.id)

    assert stands == replace(booked.appointment, status=Status.CHECKED_IN)


async def test_whose_check_in_has_begun_is_not_cancelled_either() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.start_check_in(int(booked.appointment.id))
        outcome: object
        try:
            outcome = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        except Refused as fault:
            outcome = fault
        stands = await desk.system.read(booked.appointment.id)

    assert isinstance(outcome, Cancelled | Refused)
    assert not isinstance(stands, Missing)
    assert stands.status.takes_time is isinstance(outcome, Refused)


async def test_a_visit_that_staff_moved_is_read_and_cancelled_by_its_old_id_and_not_confirmed() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.move(int(booked.appointment.id), slot=1204503)
        found = await desk.system.read(booked.appointment.id)
        with pytest.raises(Refused, match="not to come any more"):  # they would come to the time they know
            await desk.system.confirm(booked.appointment.id)
        cancelled = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        row = await desk.row(1204503)

    assert not isinstance(found, Missing)
    assert (found.id, found.during, found.status) == ("1204503", at("2026-03-06 10:00"), Status.BOOKED)
    assert isinstance(cancelled, Cancelled)
    assert (cancelled.appointment.id, row["appointmentstatus"]) == ("1204503", "x")
