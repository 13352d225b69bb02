"""A desk beside the simulated domain: found, booked, moved, cancelled, read, on good days."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from tests.systems.cerner.a_desk import (
    BOOKING,
    CHANGING,
    CHICAGO,
    DOWNTOWN,
    FIRST_VISIT,
    FOLLOW_UP,
    LAKESIDE,
    LASER,
    MARIA,
    NUMBERS,
    ORTIZ,
    PARK,
    PHYSICAL,
    RIVERA,
    ROBIN,
    a_desk,
    a_practice,
    a_slot,
    at,
    day_of,
    people,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.ids import AppointmentId, PatientId, ServiceId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Missing, Moved, System, Taken
from frontdesk.standards.simulating.faults import CutsConnection, Maintenance, When
from frontdesk.standards.simulating.fhir_values import text_at
from frontdesk.systems.cerner import simulator_example as example
from frontdesk.systems.cerner.simulator_domain import patient_of
from frontdesk.systems.cerner.simulator_world import World, slot
from frontdesk.systems.cerner.system import Cerner

THURSDAY = day_of("2026-03-05")
TWO_WEEKS = day_of("2026-03-02", 14)
NEW_TIME = a_slot(at("2026-03-06 10:00"))


async def test_it_is_a_system() -> None:
    async with a_desk() as desk:
        system: System = desk.system

    assert isinstance(system, Cerner)


async def test_what_is_free_is_what_the_domain_shows() -> None:
    async with a_desk() as desk:
        found = await desk.slots(THURSDAY, practitioner=RIVERA)

    shown = [f"{one.during.start.astimezone(CHICAGO):%H:%M}" for one in found]
    assert shown == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert {one.during.length for one in found} == {timedelta(minutes=30)}
    assert {(one.practitioner, one.location, one.room) for one in found} == {(RIVERA, DOWNTOWN, None)}


@pytest.mark.parametrize("service", [FOLLOW_UP, FIRST_VISIT, PHYSICAL, LASER])
async def test_every_slot_found_can_be_booked_as_it_stands(service: ServiceId) -> None:
    async with a_desk() as desk:
        found = await desk.slots(TWO_WEEKS, service)
        for number, (one, patient) in enumerate(zip(found[::7], people(20), strict=False)):
            desk.charts.people[patient.id] = patient
            booked = await desk.booked(one, patient, key=f"book:{number}")

            assert booked.appointment.during == one.during
            assert (booked.appointment.practitioner, booked.appointment.location) == (one.practitioner, one.location)
            assert (booked.appointment.service, booked.appointment.patient) == (service, patient.id)

    assert len(found) > 3


async def test_a_booked_slot_and_those_that_overlap_it_are_not_found_again() -> None:
    async with a_desk() as desk:
        before = [*await desk.slots(THURSDAY), *await desk.slots(THURSDAY, FIRST_VISIT)]
        await desk.booked()
        after = [*await desk.slots(THURSDAY), *await desk.slots(THURSDAY, FIRST_VISIT)]

    hour = a_slot(at("2026-03-05 09:00", minutes=60), service=FIRST_VISIT)
    assert [one for one in before if one not in after] == [a_slot(), hour]


async def test_only_what_is_asked_for_is_found() -> None:
    async with a_desk() as desk:
        one_person = await desk.slots(TWO_WEEKS, practitioner=ORTIZ)
        exactly = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA, location=DOWNTOWN)
        elsewhere = await desk.slots(TWO_WEEKS, location=LAKESIDE)
        nowhere = await desk.slots(TWO_WEEKS, practitioner=PARK, location=DOWNTOWN)

    assert {one.practitioner for one in one_person} == {ORTIZ}
    assert exactly == [a_slot()]
    assert {(one.practitioner, one.location) for one in elsewhere} == {(PARK, LAKESIDE)}
    assert nowhere == []


async def test_the_practices_own_rules_say_less_than_the_domain() -> None:
    away = tuple(
        replace(person, away=((date(2026, 3, 5), date(2026, 3, 5)),)) if person.id == RIVERA else person
        for person in a_practice().practitioners
    )
    shut = tuple(replace(one, closures={date(2026, 3, 6): "moving"}) for one in a_practice().locations)
    async with a_desk(practice=a_practice(practitioners=away, locations=shut)) as desk:
        thursday, friday = await desk.slots(THURSDAY), await desk.slots(day_of("2026-03-06"))

    assert RIVERA not in {one.practitioner for one in thursday}
    assert ORTIZ in {one.practitioner for one in thursday}
    assert friday == []


async def test_a_visit_lasts_as_long_as_its_slot_whatever_the_practices_files_say() -> None:
    async with a_desk() as desk:
        found = await desk.slots(THURSDAY)

    lengths = {one.practitioner: one.during.length // timedelta(minutes=1) for one in found}
    assert lengths == {RIVERA: 30, ORTIZ: 15, PARK: 30}


async def test_a_service_without_a_code_says_what_a_person_must_do() -> None:
    async with a_desk(numbers={**NUMBERS, "services": {}}) as desk:
        for asked in (desk.slots(THURSDAY), desk.book()):
            with pytest.raises(NotPermitted, match="14249"):
                await asked

    assert desk.asked(BOOKING) == 0


async def test_nothing_is_held_and_nothing_is_given_back() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="hold it on the desk's own side"):
            await desk.system.hold(a_slot(), key="hold:1", until=desk.hands.now)
        await desk.system.release(AppointmentId("hold:1"))

    assert desk.simulator.heard == []


async def test_slots_are_found_beyond_three_pages() -> None:
    async with a_desk(many_slots(700)) as desk:
        found = await desk.slots(day_of("2026-03-05"))
        pages = desk.asked("GET /Slot")

    assert len(found) == 700
    assert pages == 4


def many_slots(count: int) -> World:
    """The example's domain with so many one-minute slots of Dr. Rivera on Thursday instead of the others."""
    kept = [one for one in example.example_world().resources if one["resourceType"] not in ("Slot", "Schedule")]
    made = (
        slot(
            kind=example.TYPES[example.FOLLOW_UP],
            location=example.DOWNTOWN,
            practitioner=example.RIVERA,
            number=place,
            at=at("2026-03-05 07:00").start + timedelta(minutes=place),
            minutes=15,
            zone=CHICAGO,
        )
        for place in range(count)
    )
    return replace(example.example_world(), resources=(*kept, *(one for pair in made for one in pair)))


async def test_two_weeks_of_twenty_people_take_few_questions_one_after_another() -> None:
    async with a_desk() as desk:
        await desk.slots(TWO_WEEKS)
        asked = desk.asked("GET /Slot")

    assert asked == 14  # side by side, each of a day that fits on one or two pages


@pytest.mark.parametrize(
    ("night", "plain"),
    [
        (date(2026, 11, 1), ["00:00", "02:00", "02:30"]),
        (date(2027, 3, 14), ["00:00", "00:30", "01:00", "03:00", "03:30", "04:00", "04:30"]),
    ],
)
async def test_in_the_nights_when_the_clock_is_changed_what_is_offered_can_be_booked(
    night: date, plain: list[str]
) -> None:
    always = dict.fromkeys(Weekday, (DayTime(start=time(0), end=time(0)),))
    practice = a_practice(locations=tuple(replace(one, hours=always) for one in a_practice().locations))
    asleep = datetime.combine(night, time(12), tzinfo=UTC) - timedelta(days=5)

    async with a_desk(a_night(night), now=asleep, practice=practice) as desk:
        found = await desk.slots(day_of(f"{night}"))
        for number, (one, patient) in enumerate(zip(found, people(9), strict=False)):
            desk.charts.people[patient.id] = patient
            booked = await desk.booked(one, patient, key=f"book:{number}")
            assert booked.appointment.during == one.during

    assert [f"{one.during.start.astimezone(CHICAGO):%H:%M}" for one in found] == plain


def a_night(night: date) -> World:
    """The example's domain with half hours of Dr. Rivera from midnight on, in one night alone: by elapsed time."""
    kept = [one for one in example.example_world().resources if one["resourceType"] not in ("Slot", "Schedule")]
    midnight = datetime.combine(night, time(0), tzinfo=CHICAGO).astimezone(UTC)
    made = (
        slot(
            kind=example.TYPES[example.FOLLOW_UP],
            location=example.DOWNTOWN,
            practitioner=example.RIVERA,
            number=place,
            at=midnight + timedelta(minutes=30 * place),
            minutes=30,
            zone=CHICAGO,
        )
        for place in range(8)
    )
    return replace(example.example_world(), resources=(*kept, *(one for pair in made for one in pair)))


async def test_a_new_patient_gets_a_file_and_a_visit() -> None:
    async with a_desk() as desk:
        booked = await desk.booked(patient=MARIA)
        row = desk.row(booked.appointment.id)

    assert patient_of(row) == desk.charts.kept[MARIA.id]
    assert (booked.appointment.service, booked.appointment.status) == (FOLLOW_UP, Status.BOOKED)
    assert desk.asked("POST /Patient") == 1


async def test_a_known_patient_is_booked_on_the_file_that_is_there() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        row = desk.row(booked.appointment.id)

    assert (patient_of(row), row["status"]) == (example.ROBIN, "booked")
    assert booked.appointment.during == at("2026-03-05 09:30")
    assert desk.asked("POST /Patient") == 0


async def test_the_same_key_again_finds_the_same_visit() -> None:
    async with a_desk() as desk:
        first, again = await desk.booked(), await desk.booked()
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert (first, first.appointment) == (again, found)
    assert desk.asked(BOOKING) == 1


async def test_a_time_that_is_gone_is_taken_and_no_file_is_opened_for_it() -> None:
    async with a_desk() as desk:
        desk.simulator.front_desk.book(patient=example.AVERY, slot=desk.slot_at(a_slot().during))
        outcome = await desk.book(patient=MARIA)

    assert isinstance(outcome, Taken)
    assert (desk.asked("POST /Patient"), desk.asked(BOOKING)) == (0, 0)


async def test_desks_racing_for_one_slot_have_one_winner() -> None:
    async with a_desk() as desk:
        racing = list(people(8))
        desk.charts.people |= {one.id: one for one in racing}
        outcomes = await asyncio.gather(*(desk.book(patient=one, key=f"book:{one.id}") for one in racing))
        there = desk.visits_at(a_slot().during)

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 7
    assert len(there) == 1
    assert desk.asked(BOOKING) > 1


async def test_two_runs_of_one_key_at_once_are_one_visit() -> None:
    async with a_desk() as desk:
        outcomes = await asyncio.gather(*(desk.booked() for _ in range(6)))
        there = desk.visits_at(a_slot().during)

    assert len({outcome.appointment.id for outcome in outcomes}) == 1
    assert len(there) == 1


async def test_a_visit_that_staff_moved_meanwhile_is_told_as_it_stands() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.move(booked.appointment.id, slot=desk.slot_at(NEW_TIME.during))
        again = await desk.booked()
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert again.appointment.during == NEW_TIME.during
    assert found == again.appointment
    assert desk.asked(BOOKING) == 1


async def test_a_visit_that_was_cancelled_since_is_told_so_to_its_key_and_does_not_stop_another() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        again = await desk.booked()
        anew = await desk.booked(key="book:2")

    assert (again.appointment.id, again.appointment.status) == (booked.appointment.id, Status.CANCELLED)
    assert anew.appointment.status is Status.BOOKED
    assert anew.appointment.id != booked.appointment.id


async def test_nothing_is_found_of_what_was_never_booked() -> None:
    async with a_desk() as desk:
        assert await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1") == Missing()
        assert await desk.system.look_up(a_slot(), patient=MARIA.id, key="book:1") == Missing()

    assert desk.asked("POST /Patient") == 0


@pytest.mark.parametrize("id", ["99", "not/an/id", "", "٣", "?_id=20465901"])
async def test_what_is_no_visit_is_missing(id: str) -> None:
    async with a_desk() as desk:
        assert await desk.system.read(AppointmentId(id)) == Missing()
        assert await desk.system.cancel(AppointmentId(id), reason=Cancellation.PATIENT) == Missing()
        assert await desk.system.move(AppointmentId(id), NEW_TIME, key="move:1", held=None) == Missing()
        assert await desk.system.confirm(AppointmentId(id)) == Missing()


async def test_a_visit_is_moved_in_place_and_moving_it_again_finds_it_there() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        outcome = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)
        again = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)

    assert isinstance(outcome, Moved)
    assert (outcome.appointment.id, outcome.appointment.during) == (booked.appointment.id, NEW_TIME.during)
    assert again == outcome
    assert desk.asked(CHANGING) == 1
    assert desk.charts_at(a_slot().during) == []


async def test_a_visit_is_not_moved_to_a_time_that_somebody_has() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.book(patient=example.AVERY, slot=desk.slot_at(NEW_TIME.during))
        outcome = await desk.system.move(booked.appointment.id, NEW_TIME, key="move:1", held=None)

    assert isinstance(outcome, Taken)
    assert desk.charts_at(a_slot().during) == [example.ROBIN]


@pytest.mark.parametrize(
    ("reason", "code"), [(Cancellation.PATIENT, "pat"), (Cancellation.PATIENT_BY_PORTAL, "pat-cpp")]
)
async def test_a_cancelled_visit_says_why_and_its_time_is_free_again(reason: Cancellation, code: str) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        outcome = await desk.system.cancel(booked.appointment.id, reason=reason)
        again = await desk.system.cancel(booked.appointment.id, reason=reason)
        read = await desk.system.read(booked.appointment.id)
        found = await desk.slots(THURSDAY)

    assert isinstance(outcome, Cancelled)
    assert (outcome.appointment.status, outcome) == (Status.CANCELLED, again)
    assert read == outcome.appointment
    assert text_at(desk.row(booked.appointment.id), "cancelationReason", "coding", 0, "code") == code
    assert a_slot() in found
    assert desk.asked(CHANGING) == 1


async def test_what_staff_booked_is_confirmed_once() -> None:
    async with a_desk() as desk:
        id = desk.simulator.front_desk.book(patient=example.ROBIN, slot=desk.slot_at(a_slot().during))
        for _ in range(2):
            confirmed = await desk.system.confirm(AppointmentId(id))
            assert not isinstance(confirmed, Missing)
            assert confirmed.status is Status.BOOKED

    assert desk.asked(CHANGING) == 1


async def test_the_visits_of_a_patient_come_soonest_first_and_cancelled_ones_too() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        found = await desk.system.appointments_of([ROBIN.id, PatientId(UUID(int=5))])

    assert [(one.during.start.astimezone(CHICAGO).isoformat()[:16], one.status) for one in found] == [
        ("2026-03-04T09:30", Status.BOOKED),
        ("2026-03-05T09:30", Status.CANCELLED),
        ("2026-03-10T10:30", Status.BOOKED),
    ]
    assert {one.patient for one in found} == {ROBIN.id}


async def test_a_visit_of_somebody_the_desk_has_not_met_is_nobodys() -> None:
    async with a_desk() as desk:
        id = desk.simulator.front_desk.book(patient=example.AVERY, slot=desk.slot_at(a_slot().during))
        found = await desk.system.read(AppointmentId(id))

    assert not isinstance(found, Missing)
    assert (found.patient, found.status, found.service) == (None, Status.BOOKED, FOLLOW_UP)


async def test_where_the_domain_cannot_be_read_nothing_is_offered() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="GET /Slot", times=99)
        with pytest.raises(Unreachable):
            await desk.slots(THURSDAY)
        desk.simulator.faults.clear()
        desk.hands.turn(minutes=2)
        desk.simulator.faults.plan(Maintenance(), on="GET /Slot", times=1)
        found = await desk.slots(THURSDAY)

    assert found


async def test_the_catalogue_lists_places_people_types_and_payers() -> None:
    async with a_desk() as desk:
        listed = await desk.system.catalogue()

    assert {one.number: one.name for one in listed.locations}[example.DOWNTOWN] == "Riverbend Downtown Clinic"
    assert {example.RIVERA, example.ORTIZ, example.PARK} <= {one.number for one in listed.practitioners}
    assert {one.number: one.name for one in listed.services} == {
        example.FOLLOW_UP: "Established Patient",
        example.NEW_PATIENT: "New Patient",
        example.PHYSICAL: "Annual Physical",
        example.LASER_SESSION: "Laser Session",
    }
    assert [(one.number, one.name) for one in listed.payers] == [(example.PAYER, "Invented Health")]
