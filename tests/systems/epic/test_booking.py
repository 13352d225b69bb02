"""On bad days: whatever breaks at whichever call, nothing is double and nobody is told something untrue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.epic.a_desk import (
    BOOKING,
    CANCELLING,
    FINDING,
    LENA,
    LISTING,
    MARIA,
    MATCHING,
    NUMBERING,
    ONE,
    OPENING,
    a_desk,
    a_slot,
    at,
)
from tests.systems.epic.simulated import LENA_ID, a_world

from frontdesk.domain.appointment import Appointment, Cancellation, Status
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
from frontdesk.systems.epic import simulator_example as example
from frontdesk.systems.epic.simulator import TOKEN_CALL

BEFORE, AFTER = When.BEFORE_COMMIT, When.AFTER_COMMIT
EVERY_FAULT: tuple[Fault, ...] = (
    Slow(by=timedelta(seconds=40)),
    TooMany(),
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
CHART = "GET /FHIR/R4/Patient/{id}"
CALLS_OF_A_BOOKING = (
    (TOKEN_CALL, 0),
    (MATCHING, 0),
    (MATCHING, 1),
    (FINDING, 0),
    (FINDING, 1),
    (OPENING, 0),
    (CHART, 0),
    (LISTING, 0),
    (BOOKING, 0),
    (ONE, 0),
)
"""Each with how many of its kind go before."""
NOT_BOOKED = (our.Unreachable, our.NotPermitted, our.Refused)


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(("call", "passing"), CALLS_OF_A_BOOKING)
async def test_a_booking_that_meets_a_fault_is_one_visit_or_none_and_the_same_key_ends_with_one(
    call: str, passing: int, fault: Fault, times: int
) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=call, times=times, after=passing)
        outcome: object
        try:
            outcome = await desk.book(patient=MARIA)
        except our.Fault as raised:
            outcome = raised
        desk.mend()
        then = len(desk.visits())
        again = await desk.book(patient=MARIA)
        files = [row for row in desk.simulator.hospital.patients if row["last"] == "Gonzalez"]

    assert isinstance(outcome, Booked | our.Fault)
    if isinstance(outcome, Booked):
        assert then == 1
    if isinstance(outcome, NOT_BOOKED):
        assert then == 0
    assert isinstance(again, Booked)
    assert len(desk.visits()) == 1
    assert len(files) == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=AFTER), GoesSilent(when=AFTER), Fails(when=AFTER)], ids=repr)
async def test_a_booking_whose_answer_was_lost_is_found_at_once_and_sent_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=BOOKING)
        booked = await desk.booked()

    assert booked.appointment.status is Status.BOOKED
    assert desk.asked(BOOKING) == 1


@pytest.mark.parametrize("fault", [CutsConnection(when=BEFORE), Fails(when=BEFORE), Maintenance()], ids=repr)
async def test_a_booking_of_which_nothing_shows_is_unknown_and_sent_once(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=BOOKING)
        with pytest.raises(our.OutcomeUnknown):
            await desk.book()
        found = await desk.system.look_up(a_slot(), patient=LENA.id, key="book:1")

    assert desk.asked(BOOKING) == 1
    assert found == Missing()


async def test_a_booking_that_cannot_be_read_back_is_unknown_and_found_later() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Maintenance(), on=ONE, times=9)
        with pytest.raises(our.OutcomeUnknown, match="could not be read since"):
            await desk.book()
        desk.mend()
        found = await desk.system.look_up(a_slot(), patient=LENA.id, key="book:1")

    assert isinstance(found, Appointment)
    assert found.status is Status.BOOKED


@pytest.mark.parametrize("fault", [CutsConnection(when=AFTER), GoesSilent(when=AFTER), Fails(when=AFTER)], ids=repr)
async def test_a_file_whose_answer_was_lost_is_not_opened_twice(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(fault, on=OPENING)
        await desk.booked(patient=MARIA)

    assert desk.asked(OPENING) == 1


async def test_whoever_is_faster_keeps_the_time() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Overtaken(when=BEFORE, patient=example.MORGAN), on=BOOKING)
        outcome = await desk.book()

    assert isinstance(outcome, Taken)
    assert [row["patient"] for row in desk.visits()] == [example.MORGAN]


async def test_staff_who_overbook_after_us_do_not_take_our_time() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Overtaken(when=AFTER, patient=example.MORGAN), on=BOOKING)
        booked = await desk.booked()
        again = await desk.booked()

    assert again == booked
    assert sorted(str(row["patient"]) for row in desk.visits()) == sorted((example.LENA, example.MORGAN))


async def test_a_list_that_is_out_of_date_leads_to_taken_and_not_to_two() -> None:
    async with a_desk() as desk:
        desk.hands.turn(minutes=10)
        desk.simulator.front_desk.book(
            patient=example.MORGAN,
            provider=example.OKAFOR,
            department=example.MAIN,
            visit_type=example.OFFICE,
            at="2027-03-09T10:00",
        )
        desk.simulator.faults.plan(StaleSlots(by=timedelta(minutes=15)), on=FINDING)
        outcome = await desk.book()

    assert isinstance(outcome, Taken)
    assert [row["patient"] for row in desk.visits()] == [example.MORGAN]


async def test_a_time_that_staff_closed_a_second_ago_is_taken() -> None:
    async with a_desk() as desk:
        desk.hands.turn(minutes=10)
        desk.simulator.front_desk.block(provider=example.OKAFOR, at="2027-03-09T10:00")
        desk.simulator.faults.plan(StaleSlots(by=timedelta(minutes=15)), on=FINDING)
        outcome = await desk.book()

    assert isinstance(outcome, Taken)
    assert desk.visits() == []


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(("call", "passing"), [(CANCELLING, 0), (NUMBERING, 0), (ONE, 1), (ONE, 2)])
async def test_a_cancellation_that_meets_a_fault_is_told_only_where_it_happened(
    call: str, passing: int, fault: Fault, times: int
) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.faults.plan(fault, on=call, times=times, after=passing - (call == ONE))
        outcome: object
        try:
            outcome = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        except our.Fault as raised:
            outcome = raised
        desk.mend()
        after = len(desk.visits())
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

    assert isinstance(outcome, Cancelled | our.Fault)
    if isinstance(outcome, Cancelled):
        assert after == 0
    if isinstance(outcome, NOT_BOOKED):
        assert after == 1
    assert isinstance(again, Cancelled)
    assert desk.visits() == []


async def test_a_key_that_is_refused_for_good_books_nothing() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.key_enabled = False
        with pytest.raises(our.NotPermitted):
            await desk.book()

    assert desk.visits() == []


@pytest.mark.parametrize("lacking", ["Appointment.book", "Patient.match", "Appointment.find"])
async def test_a_call_that_the_hospital_has_not_allowed_is_for_a_person_before_anything_is_booked(lacking: str) -> None:
    usual = a_world()
    async with a_desk(replace(usual, scopes=usual.scopes - {lacking})) as desk:
        with pytest.raises(our.NotPermitted):
            await desk.book()

    assert desk.visits() == []


async def test_where_epics_own_services_are_not_allowed_visits_are_booked_and_cancelled_by_a_person() -> None:
    usual = a_world()
    async with a_desk(replace(usual, scopes=usual.scopes - {"EMPI.read", "Scheduling.write"})) as desk:
        booked = await desk.booked()
        with pytest.raises(our.NotPermitted):
            await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

    assert len(desk.visits()) == 1


async def test_a_patient_who_is_elsewhere_at_that_time_is_booked_all_the_same_by_fhir() -> None:
    async with a_desk() as desk:
        desk.charts.kept[LENA.id] = LENA_ID
        desk.simulator.front_desk.book(
            patient=example.LENA,
            provider=example.LINDQVIST,
            department=example.MAIN,
            visit_type=example.OFFICE,
            at="2027-03-09T10:00",
        )
        outcome = await desk.book(a_slot(at("2027-03-09 10:00")))

    assert isinstance(outcome, Booked)
    assert outcome.appointment.practitioner == "okafor"
