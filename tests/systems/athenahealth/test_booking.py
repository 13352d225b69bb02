"""On bad days: whatever breaks at whichever call, nothing is double and nobody is told something untrue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.systems.athenahealth.a_desk import (
    BOOKING,
    CANCELLING,
    MARIA,
    MOVING,
    RIVERA,
    ROBIN,
    Desk,
    a_desk,
    a_practice,
    a_slot,
    at,
    people,
)

from frontdesk.domain.appointment import Appointment, Cancellation, Status
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
from frontdesk.systems.athenahealth.simulator import TOKEN_CALL

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
ONE = "GET /appointments/{appointmentid}"
BOOKED = "GET /appointments/booked"
CALLS_OF_A_BOOKING = (
    (TOKEN_CALL, 0),
    ("GET /departments", 0),
    ("GET /appointments/open", 0),
    (BOOKED, 0),
    ("GET /patients", 0),
    ("POST /patients", 0),
    ("GET /patients/{patientid}", 0),
    ("GET /patients/{patientid}/appointments", 0),
    (ONE, 0),
    (BOOKING, 0),
    (ONE, 1),
    (BOOKED, 2),
)
CALLS_OF_A_MOVE = ((MOVING, 0), ("GET /appointments/open", 0), (ONE, 0), (ONE, 1), (ONE, 2))
"""Each with how many of its kind go before."""
NEW_TIME = a_slot(at("2026-03-06 10:00"))
NOT_BOOKED = (our.Unreachable, our.NotPermitted, our.Refused)


async def ours_at(desk: Desk, patient: Patient, *words: str) -> list[str]:
    """The starts, of these, at which the patient has a visit that stands; each as often as they have one."""
    chart = desk.charts.kept.get(patient.id, "none")
    return [start for start in words for row in await desk.visits_at(at(start)) if row["patientid"] == chart]


def mended(desk: Desk) -> None:
    """Nothing is wrong any more, and the while is over for which a system that fails is left alone."""
    desk.simulator.faults.clear()
    desk.hands.turn(minutes=2)


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(
    ("call", "after"), [*((call, 0) for call in CALLS_OF_A_BOOKING), (ONE, 1), ("GET /appointments/booked", 2)]
)
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
        then = await ours_at(desk, MARIA, "2026-03-05 09:30")
        again = await desk.book(patient=MARIA)
        at_last = await ours_at(desk, MARIA, "2026-03-05 09:30")
        files = await desk.client.patients({"lastname": "Gonzalez", "dob": "04/09/1988"})

    assert isinstance(outcome, Booked | our.Fault)
    if isinstance(outcome, Booked):
        assert len(then) == 1
    if isinstance(outcome, NOT_BOOKED):
        assert then == []
    assert isinstance(again, Booked)
    assert len(at_last) == 1
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
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert desk.asked(BOOKING) == 1
    assert found == Missing()


async def test_a_booking_that_cannot_be_read_back_is_unknown_and_found_later() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Maintenance(), on=ONE, times=9, after=1)
        with pytest.raises(our.OutcomeUnknown, match="could not be read since"):
            await desk.book()
        mended(desk)
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert isinstance(found, Appointment)
    assert found.status is Status.BOOKED


async def test_a_file_whose_answer_was_lost_is_not_opened_twice() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=AFTER), on="POST /patients")
        await desk.booked(patient=MARIA)

    assert desk.asked("POST /patients") == 1


async def test_whoever_is_faster_keeps_the_time() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Overtaken(when=BEFORE, patient="4014"), on=BOOKING)
        outcome = await desk.book()
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert isinstance(outcome, Taken)
    assert [row["patientid"] for row in there] == ["4014"]


async def test_where_staff_overbook_in_the_very_second_ours_gives_way() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Overtaken(when=AFTER, patient="4014"), on=BOOKING)
        outcome = await desk.book()
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert isinstance(outcome, Taken)
    assert [row["patientid"] for row in there] == ["4014"]


async def test_staff_who_overbook_after_us_do_not_take_our_time() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.hands.turn(minutes=1)
        desk.simulator.front_desk.overbook(patient=4014, beside=int(booked.appointment.id))
        again = await desk.booked()
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert again == booked
    assert sorted(row["patientid"] for row in there) == ["4011", "4014"]


async def test_a_slot_that_was_freed_beneath_an_overbooked_visit_is_neither_offered_nor_booked() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.overbook(patient=4014, beside=int(booked.appointment.id))
        await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        offered = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA)
        outcome = await desk.book(patient=MARIA, key="book:2")

    assert offered == []
    assert isinstance(outcome, Taken)


async def test_a_list_that_is_out_of_date_leads_to_taken_and_not_to_two() -> None:
    async with a_desk() as desk:
        desk.hands.turn(minutes=10)
        desk.simulator.front_desk.book(patient=4014, slot=1204475)
        desk.simulator.faults.plan(StaleSlots(by=timedelta(minutes=5)), on="GET /appointments/open")
        outcome = await desk.book()
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert isinstance(outcome, Taken)
    assert [row["patientid"] for row in there] == ["4014"]


async def test_a_slot_that_staff_closed_a_second_ago_is_taken() -> None:
    async with a_desk() as desk:
        desk.hands.turn(minutes=10)
        desk.simulator.front_desk.block(1204475)
        desk.simulator.faults.plan(StaleSlots(by=timedelta(minutes=5)), on="GET /appointments/open")
        outcome = await desk.book()

    assert isinstance(outcome, Taken)


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
async def test_our_visit_gives_way_even_where_that_meets_a_fault(fault: Fault) -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Overtaken(when=AFTER, patient="4014"), on=BOOKING)
        desk.simulator.faults.plan(fault, on=CANCELLING)
        outcome: object
        try:
            outcome = await desk.book()
        except our.Fault as raised:
            outcome = raised
        mended(desk)
        again = await desk.book()
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert isinstance(outcome, Taken | our.OutcomeUnknown)
    assert isinstance(again, Taken) or again.appointment.status is Status.CANCELLED
    assert [row["patientid"] for row in there] == ["4014"]


@pytest.mark.parametrize(("columns", "stand"), [(1, ["4014"]), (2, ["4011", "4014"])])
async def test_a_second_slot_at_one_time_is_had_beside_the_first_only_by_who_sees_two_at_once(
    columns: int, stand: list[str]
) -> None:
    people = tuple(replace(one, columns=columns) for one in a_practice().practitioners)
    async with a_desk(practice=a_practice(practitioners=people)) as desk:
        desk.simulator.front_desk.add_slot(
            {"departmentid": 1, "providerid": 58, "day": "2026-03-05", "time": "09:30", "duration": 30,
             "appointmenttypeid": 640, "opened": "web"}
        )  # fmt: skip
        desk.simulator.faults.plan(Overtaken(when=BEFORE, patient="4014"), on=BOOKING)
        outcome = await desk.book()
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert isinstance(outcome, Booked) is (columns == 2)
    assert sorted(row["patientid"] for row in there) == stand


@pytest.mark.parametrize(
    ("start", "minutes", "free"), [("09:45", 30, False), ("09:00", 60, False), ("10:00", 30, True)]
)
async def test_a_slot_that_overlaps_a_visit_is_not_offered(start: str, minutes: int, free: bool) -> None:
    async with a_desk() as desk:
        if minutes > 30 or start == "09:45":
            desk.simulator.front_desk.add_slot(
                {"departmentid": 1, "providerid": 58, "day": "2026-03-05", "time": start, "duration": minutes,
                 "appointmenttypeid": 640, "opened": "web"}
            )  # fmt: skip
        during = at(f"2026-03-05 {start}", minutes=minutes)
        before = await desk.client.open_slots(
            date(2026, 3, 5), date(2026, 3, 5), departments=[1], providers=[58], which={"appointmenttypeid": "42"}
        )
        await desk.booked()
        after = await desk.slots(during, practitioner=RIVERA)

    assert (start, minutes) in [(row.text("starttime"), row.integer("duration")) for row in before]
    assert (during in [one.during for one in after]) is free


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(
    ("call", "passing"), [(MOVING, 0), ("GET /appointments/open", 0), (ONE, 0), (ONE, 1), (ONE, 2)]
)
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
        after = await ours_at(desk, ROBIN, "2026-03-05 09:30", "2026-03-06 10:00")
        again = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)
        at_last = await ours_at(desk, ROBIN, "2026-03-05 09:30", "2026-03-06 10:00")

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
        desk.simulator.faults.plan(Overtaken(when=BEFORE, patient="4014"), on=MOVING)
        outcome = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)
        ours = await ours_at(desk, ROBIN, "2026-03-05 09:30", "2026-03-06 10:00")

    assert isinstance(outcome, Taken)
    assert ours == ["2026-03-05 09:30"]


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=repr)
@pytest.mark.parametrize(("call", "passing"), [(CANCELLING, 0), (ONE, 0), (ONE, 1)])
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
        after = await ours_at(desk, ROBIN, "2026-03-05 09:30")
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        at_last = await ours_at(desk, ROBIN, "2026-03-05 09:30")

    assert isinstance(outcome, Cancelled | our.Fault)
    if isinstance(outcome, Cancelled):
        assert after == []
    if isinstance(outcome, NOT_BOOKED):
        assert len(after) == 1
    assert isinstance(again, Cancelled)
    assert at_last == []


async def test_a_patient_whose_file_was_merged_is_booked_on_the_one_it_was_merged_into() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = "4013"
        desk.simulator.front_desk.merge_patients(into=4011, gone=4013)
        booked = await desk.booked()
        row = await desk.row(int(booked.appointment.id))
        visits = await desk.system.appointments_of([ROBIN.id])

    assert (row["patientid"], desk.charts.kept[ROBIN.id]) == ("4011", "4011")
    assert booked.appointment.id in {one.id for one in visits}


async def test_a_merge_after_the_booking_does_not_hide_the_visit() -> None:
    async with a_desk() as desk:
        desk.charts.kept[ROBIN.id] = "4013"
        booked = await desk.booked()
        desk.simulator.front_desk.merge_patients(into=4011, gone=4013)
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
