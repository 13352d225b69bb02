"""On bad days: whatever breaks at whichever call, nothing is double and nobody is told something untrue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.cerner.a_desk import (
    BOOKING,
    CHANGING,
    MARIA,
    ONE,
    RIVERA,
    ROBIN,
    Desk,
    a_desk,
    a_slot,
    at,
    people,
)

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.patient import Patient
from frontdesk.ports import faults as our
from frontdesk.ports.system import Booked, Cancelled, Missing, Moved, Taken
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
from frontdesk.standards.simulating.fhir_values import text_at
from frontdesk.systems.cerner import simulator_example as example
from frontdesk.systems.cerner.simulator import SMART_CALL, TOKEN_CALL
from frontdesk.systems.cerner.simulator_domain import patient_of

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
VISITS = "GET /Appointment"
CALLS_OF_A_BOOKING = (
    (SMART_CALL, 0),
    (TOKEN_CALL, 0),
    ("GET /Slot", 0),
    ("GET /Patient", 0),
    ("POST /Patient", 0),
    (VISITS, 0),
    (BOOKING, 0),
    (ONE, 0),
)
"""Each with how many of its kind go before."""
NEW_TIME = a_slot(at("2026-03-06 10:00"))
NOT_BOOKED = (our.Unreachable, our.NotPermitted, our.Refused)


def mended(desk: Desk) -> None:
    """Nothing is wrong any more, and the while is over for which a system that fails is left alone."""
    desk.simulator.faults.clear()
    desk.hands.turn(minutes=2)


def files_of(desk: Desk, patient: Patient) -> list[str]:
    """The files of that family name."""
    return [
        text_at(one, "id")
        for one in desk.simulator.domain.store.all("Patient")
        if text_at(one, "name", 0, "family") == patient.family
    ]


def times_of(desk: Desk, *times: str) -> list[str]:
    """The starts, of these, at which Dr. Rivera has ROBIN; each as often as they come."""
    return [time for time in times for whose in desk.charts_at(at(time)) if whose == example.ROBIN]


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
        then = desk.charts_at(a_slot().during)
        again = await desk.book(patient=MARIA)
        at_last = desk.charts_at(a_slot().during)

    assert isinstance(outcome, Booked | our.Fault)
    if isinstance(outcome, Booked):
        assert len(then) == 1
    if isinstance(outcome, NOT_BOOKED):
        assert then == []
    assert isinstance(again, Booked)
    assert at_last == files_of(desk, MARIA)
    assert len(at_last) == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=AFTER), GoesSilent(when=AFTER), Fails(when=AFTER)], ids=repr)
async def test_a_booking_whose_answer_was_lost_is_found_at_once_and_sent_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=BOOKING)
        booked = await desk.booked()

    assert booked.appointment.status is Status.BOOKED
    assert desk.asked(BOOKING) == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=BEFORE), Fails(when=BEFORE), GoesSilent(when=BEFORE)], ids=repr)
async def test_a_booking_of_which_nothing_shows_is_unknown_and_sent_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=BOOKING)
        with pytest.raises(our.OutcomeUnknown):
            await desk.book()
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert desk.asked(BOOKING) == 1
    assert found == Missing()


async def test_a_booking_that_cannot_be_read_back_is_unknown_and_found_later() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Maintenance(), on=ONE, times=9)
        with pytest.raises(our.OutcomeUnknown, match="could not be read since"):
            await desk.book()
        mended(desk)
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert isinstance(found, Appointment)
    assert found.status is Status.BOOKED


async def test_a_file_whose_answer_was_lost_is_not_opened_twice() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=AFTER), on="POST /Patient")
        await desk.booked(patient=MARIA)

    assert desk.asked("POST /Patient") == 1
    assert len(files_of(desk, MARIA)) == 1


@pytest.mark.parametrize("status", [409, 422])
async def test_whoever_is_faster_keeps_the_time_by_whichever_status_that_is_told(status: int) -> None:
    async with a_desk(replace(example.example_world(), taken_status=status)) as desk:
        desk.simulator.faults.plan(Overtaken(when=BEFORE, patient=example.AVERY), on=BOOKING)
        outcome = await desk.book()

    assert isinstance(outcome, Taken)
    assert desk.charts_at(a_slot().during) == [example.AVERY]


async def test_staff_who_overbook_after_us_do_not_take_our_time() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.overbook(patient=example.AVERY, slot=desk.slot_at(a_slot().during))
        again = await desk.booked()

    assert again == booked
    assert sorted(desk.charts_at(a_slot().during)) == [example.ROBIN, example.AVERY]


async def test_a_list_that_is_out_of_date_leads_to_taken_and_not_to_two() -> None:
    async with a_desk() as desk:
        desk.hands.turn(minutes=10)
        desk.simulator.front_desk.book(patient=example.AVERY, slot=desk.slot_at(a_slot().during))
        desk.simulator.faults.plan(StaleSlots(by=timedelta(minutes=5)), on="GET /Slot")
        outcome = await desk.book()

    assert isinstance(outcome, Taken)
    assert desk.charts_at(a_slot().during) == [example.AVERY]


async def test_a_slot_whose_schedule_is_made_anew_is_booked_under_its_new_id() -> None:
    async with a_desk() as desk:
        found = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA)
        desk.simulator.front_desk.rebuild(location=example.DOWNTOWN)
        booked = await desk.booked(found[0])

    assert booked.appointment.during == a_slot().during


async def test_a_time_that_is_free_and_refused_all_the_same_is_for_staff() -> None:
    async with a_desk() as desk:
        await desk.slots(at("2026-03-05 09:30"))
        desk.charts.kept[ROBIN.id] = example.ROBIN
        desk.simulator.domain.store.change(desk.simulator.domain.get("Patient", example.ROBIN), {"active": False})
        with pytest.raises(our.Refused, match="Staff can book it"):
            await desk.book()

    assert desk.charts_at(a_slot().during) == []


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(("call", "passing"), [(CHANGING, 0), ("GET /Slot", 0), (ONE, 0), (ONE, 1)])
async def test_a_move_that_meets_a_fault_moves_whole_or_not_at_all(
    call: str, passing: int, fault: Fault, times: int
) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.faults.plan(fault, on=call, times=times, after=passing)
        outcome: object
        try:
            outcome = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)
        except our.Fault as raised:
            outcome = raised
        mended(desk)
        after = times_of(desk, "2026-03-05 09:30", "2026-03-06 10:00")
        again = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)
        at_last = times_of(desk, "2026-03-05 09:30", "2026-03-06 10:00")

    assert isinstance(outcome, Moved | our.Fault)
    assert len(after) == 1
    if isinstance(outcome, Moved):
        assert after == ["2026-03-06 10:00"]
    if isinstance(outcome, NOT_BOOKED):
        assert after == ["2026-03-05 09:30"]
    assert isinstance(again, Moved)
    assert at_last == ["2026-03-06 10:00"]


async def test_a_move_that_somebody_was_faster_than_leaves_the_visit_where_it_was() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.faults.plan(Overtaken(when=BEFORE, patient=example.AVERY), on=CHANGING)
        outcome = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)

    assert isinstance(outcome, Taken)
    assert times_of(desk, "2026-03-05 09:30", "2026-03-06 10:00") == ["2026-03-05 09:30"]


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(("call", "passing"), [(CHANGING, 0), (ONE, 0), (ONE, 1)])
async def test_a_cancellation_that_meets_a_fault_is_told_only_where_it_happened(
    call: str, passing: int, fault: Fault, times: int
) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.faults.plan(fault, on=call, times=times, after=passing)
        outcome: object
        try:
            outcome = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        except our.Fault as raised:
            outcome = raised
        mended(desk)
        after = times_of(desk, "2026-03-05 09:30")
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

    assert isinstance(outcome, Cancelled | our.Fault)
    if isinstance(outcome, Cancelled):
        assert after == []
    if isinstance(outcome, NOT_BOOKED):
        assert len(after) == 1
    assert isinstance(again, Cancelled)
    assert times_of(desk, "2026-03-05 09:30") == []


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
async def test_a_confirmation_that_meets_a_fault_is_told_only_where_it_happened(fault: Fault) -> None:
    async with a_desk() as desk:
        id = desk.simulator.front_desk.book(patient=example.ROBIN, slot=desk.slot_at(a_slot().during))
        desk.simulator.faults.plan(fault, on=CHANGING)
        outcome: object
        try:
            outcome = await desk.system.confirm(AppointmentId(id))
        except our.Fault as raised:
            outcome = raised
        mended(desk)
        again = await desk.system.confirm(AppointmentId(id))

    assert isinstance(outcome, Appointment | our.Fault)
    assert isinstance(again, Appointment)
    assert desk.asked(CHANGING) <= 3


async def test_a_patient_whose_file_was_merged_is_booked_on_the_one_it_was_merged_into() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = example.MORGAN
        desk.simulator.front_desk.merge_patients(into=example.ROBIN, gone=example.MORGAN)
        booked = await desk.booked()
        visits = await desk.system.appointments_of([ROBIN.id])

    assert (patient_of(desk.row(booked.appointment.id)), desk.charts.kept[ROBIN.id]) == (example.ROBIN, example.ROBIN)
    assert booked.appointment.id in {one.id for one in visits}


async def test_a_merge_after_the_booking_does_not_hide_the_visit() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = example.MORGAN
        booked = await desk.booked()
        desk.simulator.front_desk.merge_patients(into=example.ROBIN, gone=example.MORGAN)
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert isinstance(found, Appointment)
    assert found.id == booked.appointment.id


async def test_two_of_the_desk_on_one_slot_are_two_answers() -> None:
    first, second = list(people(2))
    async with a_desk() as desk:
        desk.charts.people |= {first.id: first, second.id: second}
        one = await desk.book(patient=first, key="book:1")
        other = await desk.book(patient=second, key="book:2")

    assert isinstance(one, Booked)
    assert isinstance(other, Taken)
