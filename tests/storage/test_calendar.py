"""The built-in calendar: holds, bookings, and the double bookings that the database refuses."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import psycopg
import pytest
from tests.clinic import ALEX, BOTOX, MAIN, NOW, ROOM_2, ZONE, a_practice, a_slot, at

from frontdesk.domain.appointment import Cancellation, Status, Subject
from frontdesk.domain.booking_rules import BookingRules
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import Visitor
from frontdesk.domain.wish import Window, Wish
from frontdesk.ports.system import Booked, Cancelled, Choice, Held, Missing, SlotRequest, Taken
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source, appointments_within, claims_within, expire_holds, standing_within

PRACTICE = a_practice()


class ClockThatIsSet:
    """Shows what it was set to."""

    def __init__(self, now: datetime) -> None:
        self.shows = now

    def now(self) -> datetime:
        return self.shows


@pytest.fixture
def clock() -> ClockThatIsSet:
    return ClockThatIsSet(NOW)


@pytest.fixture
async def calendar(storage: Storage, clock: ClockThatIsSet) -> Calendar:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    return Calendar(storage, Practices(), PRACTICE.id, clock)


@pytest.fixture
async def patient(storage: Storage, calendar: Calendar) -> PatientId:
    maria = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")
    async with storage.practice(PRACTICE.id) as db:
        await add_patient(db, maria, now=NOW)
    return maria.id


IN_A_QUARTER = NOW + timedelta(minutes=15)


async def test_a_held_time_is_taken_for_everyone_else(calendar: Calendar) -> None:
    first = await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)

    second = await calendar.hold(a_slot(), key="second", until=IN_A_QUARTER)

    assert isinstance(first, Held)
    assert second == Taken(by=Subject.PRACTITIONER)


async def test_what_is_in_the_way_is_named(calendar: Calendar) -> None:
    await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)

    same_room = await calendar.hold(a_slot(practitioner=ALEX), key="second", until=IN_A_QUARTER)

    assert same_room == Taken(by=Subject.ROOM)


async def test_the_same_intent_twice_holds_once(calendar: Calendar) -> None:
    first = await calendar.hold(a_slot(), key="same", until=IN_A_QUARTER)

    again = await calendar.hold(a_slot(), key="same", until=IN_A_QUARTER)

    assert first == again


async def test_a_hold_becomes_the_visit(calendar: Calendar, patient: PatientId) -> None:
    held = await calendar.hold(a_slot(), key="hold", until=IN_A_QUARTER)
    assert isinstance(held, Held)

    booked = await calendar.book(a_slot(), patient=patient, key="book", held=held.appointment.id)

    assert isinstance(booked, Booked)
    assert booked.appointment.id == held.appointment.id
    assert booked.appointment.status is Status.BOOKED
    assert booked.appointment.patient == patient


async def test_booking_twice_with_one_key_books_once(calendar: Calendar, patient: PatientId) -> None:
    first = await calendar.book(a_slot(), patient=patient, key="book", held=None)

    again = await calendar.book(a_slot(), patient=patient, key="book", held=None)

    assert first == again
    assert len(await calendar.appointments_of([patient])) == 1


async def test_a_hold_that_ran_out_gives_way(calendar: Calendar, clock: ClockThatIsSet) -> None:
    await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)
    clock.shows = IN_A_QUARTER

    second = await calendar.hold(a_slot(), key="second", until=IN_A_QUARTER + timedelta(minutes=15))

    assert isinstance(second, Held)


async def test_whoever_held_too_long_is_told_that_the_time_is_taken(
    calendar: Calendar, clock: ClockThatIsSet, patient: PatientId
) -> None:
    mine = await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)
    assert isinstance(mine, Held)
    clock.shows = IN_A_QUARTER
    await calendar.hold(a_slot(), key="second", until=IN_A_QUARTER + timedelta(minutes=15))

    late = await calendar.book(a_slot(), patient=patient, key="book", held=mine.appointment.id)

    assert late == Taken(by=Subject.PRACTITIONER)


async def test_whoever_held_too_long_still_gets_a_time_that_nobody_took(
    calendar: Calendar, clock: ClockThatIsSet, patient: PatientId, storage: Storage
) -> None:
    mine = await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)
    assert isinstance(mine, Held)
    clock.shows = IN_A_QUARTER + timedelta(minutes=1)
    async with storage.practice(PRACTICE.id) as db:
        assert await expire_holds(db, now=clock.now()) == 1

    late = await calendar.book(a_slot(), patient=patient, key="book", held=mine.appointment.id)

    assert isinstance(late, Booked)


async def test_a_released_time_is_free(calendar: Calendar) -> None:
    held = await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)
    assert isinstance(held, Held)

    await calendar.release(held.appointment.id)

    assert isinstance(await calendar.hold(a_slot(), key="second", until=IN_A_QUARTER), Held)


async def test_a_cancelled_visit_frees_everything_and_stays_on_record(calendar: Calendar, patient: PatientId) -> None:
    booked = await calendar.book(a_slot(), patient=patient, key="book", held=None)
    assert isinstance(booked, Booked)

    cancelled = await calendar.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

    assert isinstance(cancelled, Cancelled)
    assert [visit.status for visit in await calendar.appointments_of([patient])] == [Status.CANCELLED]
    assert isinstance(await calendar.hold(a_slot(), key="second", until=IN_A_QUARTER), Held)


async def test_a_visit_that_never_was_is_missing(calendar: Calendar) -> None:
    nobody = AppointmentId(str(uuid4()))

    assert await calendar.read(nobody) == Missing()
    assert await calendar.cancel(nobody, reason=Cancellation.PATIENT) == Missing()


async def test_busy_times_are_not_found_free(calendar: Calendar) -> None:
    thursday = at("2026-05-28 18:00", minutes=30)
    wanted = SlotRequest(service=BOTOX, within=thursday)
    assert [slot.during for slot in await calendar.find_slots(wanted)] == [thursday]

    await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)

    assert await calendar.find_slots(wanted) == []


EVENING = Window(earliest=time(17))


async def test_of_a_few_times_wanted_only_those_come_and_they_fit_the_wish(calendar: Calendar) -> None:
    fortnight = at("2026-05-27 00:00", minutes=14 * 24 * 60)
    evenings = Choice(wish=Wish(windows=(EVENING,)), count=3, passed_over=(at("2026-05-27 17:00").start,))

    found = await calendar.find_slots(SlotRequest(service=BOTOX, within=fortnight, few=evenings))

    assert [f"{slot.during.start.astimezone(ZONE):%a %H:%M}" for slot in found] == [
        "Wed 17:15",
        "Thu 17:00",
        "Fri 17:00",
    ]


async def test_where_nothing_fits_the_nearest_few_come(calendar: Calendar) -> None:
    saturday = Choice(wish=Wish(windows=(Window(weekdays=frozenset({Weekday.SATURDAY}), at=time(10)),)), count=2)
    week = at("2026-05-28 00:00", minutes=5 * 24 * 60)

    found = await calendar.find_slots(SlotRequest(service=BOTOX, within=week, few=saturday))

    assert [f"{slot.during.start.astimezone(ZONE):%a %H:%M}" for slot in found] == ["Thu 10:00", "Fri 10:00"]


async def test_an_overlap_that_staff_want_stands_and_keeps_others_out(calendar: Calendar, storage: Storage) -> None:
    await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)

    async with storage.practice(PRACTICE.id) as db:
        on_purpose = await claim(
            db, a_slot(), id=uuid4(), status=Status.BOOKED, source=Source.STAFF, now=NOW, guarded=False
        )
        busy = await claims_within(db, at("2026-05-28 18:00"), now=NOW)

    assert on_purpose is None
    assert len(busy) == 4


async def test_the_constraint_refuses_what_slipped_past_the_function(storage: Storage, calendar: Calendar) -> None:
    held = await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)
    assert isinstance(held, Held)

    with pytest.raises(psycopg.errors.ExclusionViolation):
        async with storage.practice(PRACTICE.id) as db:
            await db.run(
                "insert into claim (practice_id, appointment_id, kind, subject, lane, during) "
                "select practice_id, appointment_id, kind, subject, lane, "
                "tstzrange(lower(during) + interval '1 minute', upper(during)) from claim"
            )


async def test_a_race_for_one_time_has_one_winner(calendar: Calendar, storage: Storage) -> None:
    outcomes = await asyncio.gather(
        *(calendar.hold(a_slot(), key=f"racer {number}", until=IN_A_QUARTER) for number in range(24))
    )

    async with storage.practice(PRACTICE.id) as db:
        standing = await appointments_within(db, at("2026-05-28 18:00"), now=NOW)
    assert sum(isinstance(outcome, Held) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 23
    assert len(standing) == 1


async def test_racers_for_overlapping_times_never_overlap(calendar: Calendar, storage: Storage) -> None:
    starts = [at("2026-05-28 18:00").start + timedelta(minutes=5 * step) for step in range(12)]
    slots = [a_slot(Period(start=start, end=start + timedelta(minutes=30))) for start in starts] * 3

    await asyncio.gather(
        *(calendar.hold(slot, key=f"racer {number}", until=IN_A_QUARTER) for number, slot in enumerate(slots))
    )

    async with storage.practice(PRACTICE.id) as db:
        standing = await appointments_within(db, at("2026-05-28 18:00", minutes=120), now=NOW)
    assert len(standing) >= 2
    assert not any(one.during.overlaps(other.during) for one in standing for other in standing if one.id != other.id)


async def test_two_rooms_and_two_practitioners_can_be_taken_at_once(calendar: Calendar) -> None:
    first = await calendar.hold(a_slot(), key="first", until=IN_A_QUARTER)
    second = await calendar.hold(a_slot(practitioner=ALEX, room=ROOM_2), key="second", until=IN_A_QUARTER)

    assert isinstance(first, Held)
    assert isinstance(second, Held)


THURSDAY = at("2026-05-28 09:00", minutes=660)


async def with_rules(storage: Storage, rules: BookingRules) -> None:
    """The same practice, whose consultations have rules."""
    ruled = tuple(replace(one, rules=rules) if one.id == BOTOX else one for one in PRACTICE.services)
    await apply_practice(storage, replace(PRACTICE, services=ruled), [], now=NOW)


async def test_a_day_that_is_full_by_the_rules_is_not_offered(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    await with_rules(storage, BookingRules(daily=1))
    before = await calendar.find_slots(SlotRequest(service=BOTOX, within=THURSDAY))
    await calendar.book(a_slot(), patient=patient, key="book", held=None)

    after = await calendar.find_slots(SlotRequest(service=BOTOX, within=THURSDAY))

    assert before
    assert after == []


@pytest.mark.parametrize(("born", "offered"), [(date(2010, 1, 1), False), (date(1990, 1, 1), True), (None, True)])
async def test_whoever_is_too_young_is_offered_nothing(
    calendar: Calendar, storage: Storage, born: date | None, offered: bool
) -> None:
    await with_rules(storage, BookingRules(from_age=18))

    found = await calendar.find_slots(SlotRequest(service=BOTOX, within=THURSDAY, visitor=Visitor(born=born)))

    assert bool(found) is offered


async def test_who_is_busy_is_busy_at_a_location(calendar: Calendar, storage: Storage) -> None:
    await calendar.hold(a_slot(), key="hold", until=IN_A_QUARTER)

    async with storage.practice(PRACTICE.id) as db:
        claims = await claims_within(db, THURSDAY, now=NOW)

    assert {one.location for one in claims} == {MAIN}


async def test_to_look_for_a_time_is_not_to_look_at_patients(
    calendar: Calendar, storage: Storage, patient: PatientId
) -> None:
    await with_rules(storage, BookingRules(daily=5))
    await calendar.book(a_slot(), patient=patient, key="book", held=None)

    async with storage.practice(PRACTICE.id) as db:
        standing = await standing_within(db, THURSDAY, now=NOW)

    assert [(one.service, one.patient) for one in standing] == [(BOTOX, None)]


async def test_a_visit_that_is_to_be_moved_does_not_stand_in_its_own_way(
    calendar: Calendar, patient: PatientId
) -> None:
    visit = await calendar.book(a_slot(), patient=patient, key="own", held=None)
    assert isinstance(visit, Booked)
    start = a_slot().during.start
    soon_after = Period(start=start, end=start + timedelta(hours=1))
    wanted = SlotRequest(service=BOTOX, within=soon_after, practitioner=a_slot().practitioner)

    others = await calendar.find_slots(wanted)
    its_own = await calendar.find_slots(replace(wanted, moving=visit.appointment.id))

    overlapping = [slot for slot in its_own if slot.during.overlaps(a_slot().during)]
    assert overlapping
    assert not [slot for slot in others if slot.during.overlaps(a_slot().during)]
    moved = await calendar.move(visit.appointment.id, overlapping[-1], key="moved", held=None)
    assert not isinstance(moved, Taken | Missing)
