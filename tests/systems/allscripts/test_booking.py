"""On bad days: whatever breaks at whichever call, nothing is double and nobody is told something untrue."""

from datetime import datetime, timedelta

import pytest
from tests.systems.allscripts.a_desk import ASH, GRAY, MARIA, Desk, a_desk, a_slot, day_of

from frontdesk.domain.appointment import Appointment, Cancellation
from frontdesk.domain.patient import Patient
from frontdesk.ports import faults as our
from frontdesk.ports.system import Booked, Cancelled, Missing, Taken
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
from frontdesk.systems.allscripts import simulator_example as example

BEFORE, AFTER = When.BEFORE_COMMIT, When.AFTER_COMMIT
EVERY_FAULT: tuple[Fault, ...] = (
    Slow(by=timedelta(seconds=40)),
    TooMany(retry_after=5),
    Fails(when=BEFORE),
    Fails(when=AFTER),
    CutsConnection(when=BEFORE),
    CutsConnection(when=AFTER),
    GoesSilent(when=BEFORE),
    GoesSilent(when=AFTER),
    KeyRefused(),
    Maintenance(),
    OfficeOffline(),
)
CALLS_OF_A_BOOKING = (
    ("GetToken", 0),
    ("GetUserAuthentication", 0),
    ("GetServerInfo", 0),
    ("GetResources", 0),
    ("GetAvailableSchedule", 0),
    ("GetSchedule", 0),
    ("GetSchedule", 1),
    ("SearchPatients", 0),
    ("SavePatient", 0),
    ("GetPatientDemographics", 0),
    ("GetScheduleByPatientID", 0),
    ("SaveAppointment", 0),
    ("GetAppointmentById", 0),
)
"""Each with how many of its kind go before."""
CALLS_OF_A_CANCELLATION = (("SetAppointmentStatus", 0), ("GetAppointmentById", 0), ("GetAppointmentById", 1))
NOT_BOOKED = (our.Unreachable, our.NotPermitted, our.Refused)
HERE = ("2026-03-05 10:30", "GRAY")


def mended(desk: Desk) -> None:
    """Nothing is wrong any more, and the while is over for which a system that fails is left alone."""
    desk.simulator.faults.clear()
    desk.hands.turn(minutes=2)


def stands_here(desk: Desk, patient: Patient | None = None) -> int:
    return desk.stands(patient).count(HERE)


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(("call", "after"), CALLS_OF_A_BOOKING)
async def test_a_booking_that_meets_a_fault_books_once_and_tells_the_truth(
    call: str, after: int, fault: Fault, times: int
) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=call, times=times, after=after)
        outcome: object
        try:
            outcome = await desk.book(patient=MARIA)
        except our.Fault as raised:
            outcome = raised
        mended(desk)
        then = stands_here(desk, MARIA)
        again = await desk.book(patient=MARIA)

        assert isinstance(outcome, Booked | our.Fault)
        if isinstance(outcome, Booked):
            assert then == 1
        if isinstance(outcome, NOT_BOOKED):
            assert then == 0
        assert isinstance(again, Booked)
        assert stands_here(desk, MARIA) == 1
        assert desk.files(MARIA) == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=AFTER), GoesSilent(when=AFTER), Fails(when=AFTER)], ids=repr)
async def test_a_booking_whose_answer_was_lost_is_found_at_once_and_sent_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on="SaveAppointment")
        booked = await desk.booked()

        assert booked.appointment.during == a_slot().during
        assert desk.asked("SaveAppointment") == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=BEFORE), Fails(when=BEFORE), Maintenance()], ids=repr)
async def test_a_booking_of_which_nothing_shows_is_unknown_and_sent_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on="SaveAppointment")
        with pytest.raises(our.OutcomeUnknown):
            await desk.book()
        found = await desk.system.look_up(a_slot(), patient=ASH.id, key="book:1")

        assert desk.asked("SaveAppointment") == 1
        assert found == Missing()


async def test_a_booking_that_arrives_late_is_found_by_who_asks_again() -> None:
    """The call is carried out after the desk has given up on it."""
    async with a_desk() as desk:
        desk.simulator.faults.plan(GoesSilent(when=AFTER), on="SaveAppointment")
        desk.simulator.faults.plan(Maintenance(), on="GetScheduleByPatientID", times=9, after=1)
        with pytest.raises(our.Fault):
            await desk.book()
        mended(desk)
        found = await desk.system.look_up(a_slot(), patient=ASH.id, key="book:1")
        again = await desk.booked()

        assert isinstance(found, Appointment)
        assert again.appointment == found
        assert stands_here(desk) == 1


@pytest.mark.parametrize("when", When)
async def test_who_was_there_first_keeps_the_time(when: When) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Overtaken(when=when), on="SaveAppointment")
        outcome = await desk.book()

        assert isinstance(outcome, Taken if when is BEFORE else Booked)
        assert stands_here(desk, ASH) == (0 if when is BEFORE else 1)


async def test_open_times_of_an_hour_ago_are_not_believed() -> None:
    async with a_desk() as desk:
        desk.hands.turn(hours=2)
        desk.simulator.front_desk.book(
            patient=example.CAMERON,
            resource=example.GRAYS,
            location=example.MAIN,
            type=example.NEW_PATIENT,
            at=datetime.fromisoformat("2026-03-05 10:30"),
        )
        desk.simulator.faults.plan(StaleSlots(by=timedelta(hours=1)), on="GetAvailableSchedule", times=9)
        shown = await desk.slots(day_of("2026-03-05"), practitioner=GRAY)
        outcome = await desk.book()

        assert a_slot() in shown
        assert isinstance(outcome, Taken)
        assert desk.asked("SaveAppointment") == 0


async def test_a_visit_that_stands_twice_by_one_key_is_taken_out_but_for_the_first() -> None:
    async with a_desk() as desk:
        first = await desk.booked()
        twin = desk.simulator.practice.appointments
        row = next(row for row in twin if row["Appointment_ID"] == int(first.appointment.id))
        twin.add({**row, "Appointment_ID": 9_950})
        again = await desk.booked()

        assert again.appointment.id == first.appointment.id
        assert stands_here(desk, ASH) == 1


async def test_a_visit_of_somebody_who_came_first_makes_ours_give_way() -> None:
    """Unity may let two at one time, when both ask at once: who has the lower number was first."""
    async with a_desk() as desk:
        first = await desk.booked()
        book = desk.simulator.practice.appointments
        row = next(row for row in book if row["Appointment_ID"] == int(first.appointment.id))
        book.add({**row, "Appointment_ID": 9_800, "Patient_ID": example.CAMERON, "comments": ""})
        outcome = await desk.book()

        assert isinstance(outcome, Taken)
        assert stands_here(desk, ASH) == 0


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(
    ("call", "after"), [("SetAppointmentStatus", 0), ("GetAppointmentById", 0), ("GetAppointmentById", 1)]
)
async def test_a_cancellation_that_meets_a_fault_tells_the_truth(
    call: str, after: int, fault: Fault, times: int
) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.faults.plan(fault, on=call, times=times, after=after)
        outcome: object
        try:
            outcome = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        except our.Fault as raised:
            outcome = raised
        mended(desk)
        then = stands_here(desk, ASH)
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

        assert isinstance(outcome, Cancelled | our.Fault)
        if isinstance(outcome, Cancelled):
            assert then == 0
        if isinstance(outcome, NOT_BOOKED):
            assert then == 1
        assert isinstance(again, Cancelled)
        assert stands_here(desk, ASH) == 0
