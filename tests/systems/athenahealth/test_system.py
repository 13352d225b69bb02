"""A desk beside the simulated practice: found, booked, moved, cancelled, read, on good days."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from tests.systems.athenahealth.a_desk import (
    ARIZONA,
    BOOKING,
    EASTERN,
    FIRST_VISIT,
    FOLLOW_UP,
    MARIA,
    NATICK,
    NUMBERS,
    ORTIZ,
    PARK,
    PHYSICAL,
    RIVERA,
    ROBIN,
    TEMPE,
    a_desk,
    a_practice,
    a_slot,
    at,
    day_of,
    people,
    with_service,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.ids import AppointmentId, PatientId, ServiceId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime
from frontdesk.domain.visitor import Visitor
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.system import Booked, Missing, System, Taken
from frontdesk.standards.simulating.faults import CutsConnection, Maintenance, When
from frontdesk.systems.athenahealth import simulator_example as example
from frontdesk.systems.athenahealth.simulator_practice import World
from frontdesk.systems.athenahealth.simulator_world import slot
from frontdesk.systems.athenahealth.system import Athenahealth

THURSDAY = day_of("2026-03-05")
TWO_WEEKS = day_of("2026-03-02", 14)


async def test_it_is_a_system() -> None:
    async with a_desk() as desk:
        system: System = desk.system

    assert isinstance(system, Athenahealth)


async def test_what_is_free_is_what_the_practice_shows_as_open() -> None:
    async with a_desk() as desk:
        found = await desk.slots(THURSDAY, practitioner=RIVERA)

    shown = [f"{one.during.start.astimezone(EASTERN):%H:%M}" for one in found]
    assert shown[:5] == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert "11:30" not in shown  # for staff alone
    assert all(one.during.length >= timedelta(minutes=15) for one in found)
    assert {(one.practitioner, one.location, one.room) for one in found} == {(RIVERA, NATICK, None)}


async def test_what_is_free_in_arizona_is_on_arizonas_clock() -> None:
    async with a_desk() as desk:
        found = await desk.slots(day_of("2026-03-09"), location=TEMPE)

    assert found[0].during == at("2026-03-09 09:00", zone=ARIZONA)
    assert {(one.practitioner, one.location) for one in found} == {(PARK, TEMPE)}


@pytest.mark.parametrize("service", [FOLLOW_UP, PHYSICAL, FIRST_VISIT])
async def test_every_slot_found_can_be_booked_as_it_stands(service: ServiceId) -> None:
    async with a_desk() as desk:
        found = await desk.slots(TWO_WEEKS, service)
        for number, (one, patient) in enumerate(zip(found[::5], people(100), strict=False)):
            desk.charts.people[patient.id] = patient
            booked = await desk.booked(one, patient, key=f"book:{number}")

            assert booked.appointment.during == one.during
            assert (booked.appointment.practitioner, booked.appointment.location) == (one.practitioner, one.location)
            assert (booked.appointment.service, booked.appointment.patient) == (service, patient.id)

    assert len(found) > 10


async def test_a_booked_slot_is_not_found_again() -> None:
    async with a_desk() as desk:
        before = await desk.slots(THURSDAY)
        await desk.booked()
        after = await desk.slots(THURSDAY)

    assert [one for one in before if one not in after] == [a_slot()]


async def test_only_what_is_asked_for_is_found() -> None:
    async with a_desk() as desk:
        one_person = await desk.slots(TWO_WEEKS, practitioner=ORTIZ)
        exactly = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA, location=NATICK)
        nowhere = await desk.slots(TWO_WEEKS, practitioner=PARK, location=NATICK)

    assert {one.practitioner for one in one_person} == {ORTIZ}
    assert exactly == [a_slot()]
    assert nowhere == []


async def test_the_practices_own_rules_say_less_than_athena() -> None:
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


async def test_who_may_not_have_a_service_is_offered_none() -> None:
    rules = replace(a_practice().service(FOLLOW_UP).rules, from_age=18)
    async with a_desk(practice=with_service(rules=rules)) as desk:
        child = await desk.slots(THURSDAY, visitor=Visitor(born=date(2015, 6, 30)))
        grown = await desk.slots(THURSDAY, visitor=Visitor(born=date(1991, 4, 17)))

    assert (child, grown != []) == ([], True)


async def test_a_course_reaches_beyond_how_far_ahead_one_may_book_otherwise() -> None:
    near = replace(a_practice().policies, horizon=timedelta(days=5))
    async with a_desk(practice=a_practice(policies=near)) as desk:
        usual = await desk.slots(day_of("2026-03-12"))
        course = await desk.slots(day_of("2026-03-12"), until=datetime(2026, 4, 1, tzinfo=UTC))

    assert (usual, course != []) == ([], True)


@pytest.mark.parametrize(
    ("changed", "numbers", "says"),
    [
        ({}, {"types": {}, "reasons": {}}, "neither a reason nor a type"),
        ({"device_kinds": ("laser",)}, {}, "needs a device"),
        ({"assistants": ("nurse",)}, {}, "needs a device or an assistant"),
    ],
)
async def test_a_service_that_athena_cannot_book_says_what_a_person_must_do(
    changed: dict[str, object], numbers: dict[str, object], says: str
) -> None:
    async with a_desk(practice=with_service(**changed), numbers=replace(NUMBERS, **numbers)) as desk:
        for asked in (desk.slots(THURSDAY), desk.book()):
            with pytest.raises(NotPermitted, match=says):
                await asked

    assert desk.asked(BOOKING) == 0


async def test_a_department_on_another_clock_than_the_practices_files_is_for_a_person() -> None:
    elsewhere = tuple(replace(one, zone=ARIZONA) for one in a_practice().locations)
    async with a_desk(practice=a_practice(locations=elsewhere)) as desk:
        with pytest.raises(NotPermitted, match="US/Eastern"):
            await desk.slots(THURSDAY)
        with pytest.raises(NotPermitted, match="US/Eastern"):
            await desk.book()


async def test_the_clocks_are_compared_once() -> None:
    async with a_desk() as desk:
        await desk.slots(THURSDAY)
        await desk.slots(THURSDAY)
        await desk.booked()

    assert desk.asked("GET /departments") == 1


async def test_nothing_is_held_and_nothing_is_given_back() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="hold it on the desk's own side"):
            await desk.system.hold(a_slot(), key="hold:1", until=desk.hands.now)
        await desk.system.release(AppointmentId("hold:1"))

    assert desk.simulator.heard == []


async def test_slots_are_found_beyond_three_pages() -> None:
    async with a_desk() as whole, a_desk(page=7) as paged:
        everything = await whole.slots(TWO_WEEKS)
        by_pages = await paged.slots(TWO_WEEKS)

    assert by_pages == everything
    assert paged.asked("GET /appointments/open") > 20


@pytest.mark.parametrize(
    ("night", "plain"),
    [
        (date(2026, 11, 1), ["00:00", "02:00", "02:30", "03:00"]),
        (date(2027, 3, 14), ["00:00", "00:30", "01:00", "03:00"]),
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

    assert [f"{one.during.start.astimezone(EASTERN):%H:%M}" for one in found] == plain


def a_night(night: date) -> World:
    """The example's practice with half hours of Dr. Rivera from midnight on, in one night alone."""
    half_hours = [f"{hour:02}:{minute:02}" for hour in range(4) for minute in (0, 30)][:7]
    return replace(
        example.example_world(),
        appointments=tuple(
            slot(
                900 + place,
                department=example.NATICK,
                provider=example.RIVERA,
                day=night,
                at=shown,
                kind=example.ANY_30,
                minutes=30,
            )
            for place, shown in enumerate(half_hours)
        ),
    )


async def test_a_new_patient_gets_a_file_and_a_visit() -> None:
    async with a_desk() as desk:
        booked = await desk.booked(a_slot(service=FIRST_VISIT), MARIA)
        row = await desk.row(int(booked.appointment.id))

    assert row["patientid"] == desk.charts.kept[MARIA.id]
    assert (booked.appointment.service, booked.appointment.status) == (FIRST_VISIT, Status.BOOKED)
    assert desk.asked("POST /patients") == 1


async def test_a_known_patient_is_booked_on_the_file_that_is_there() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        row = await desk.row(int(booked.appointment.id))

    assert (row["patientid"], row["appointmentstatus"], row["starttime"]) == ("4011", "f", "09:30")
    assert booked.appointment.during == at("2026-03-05 09:30")
    assert desk.asked("POST /patients") == 0


async def test_the_same_key_again_finds_the_same_visit() -> None:
    async with a_desk() as desk:
        first, again = await desk.booked(), await desk.booked()
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert (first, first.appointment) == (again, found)
    assert desk.asked(BOOKING) == 1


async def test_a_time_that_is_gone_is_taken_and_no_file_is_opened_for_it() -> None:
    async with a_desk() as desk:
        desk.simulator.front_desk.book(patient=4012, slot=1204475)
        outcome = await desk.book(patient=MARIA)

    assert isinstance(outcome, Taken)
    assert (desk.asked("POST /patients"), desk.asked(BOOKING)) == (0, 0)


async def test_desks_racing_for_one_slot_have_one_winner() -> None:
    async with a_desk() as desk:
        racing = list(people(8))
        desk.charts.people |= {one.id: one for one in racing}
        outcomes = await asyncio.gather(*(desk.book(patient=one, key=f"book:{one.id}") for one in racing))
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 7
    assert len(there) == 1
    assert desk.asked(BOOKING) > 1


async def test_two_runs_of_one_key_at_once_are_one_visit() -> None:
    async with a_desk() as desk:
        outcomes = await asyncio.gather(*(desk.booked() for _ in range(6)))
        there = await desk.visits_at(at("2026-03-05 09:30"))

    assert len({outcome.appointment.id for outcome in outcomes}) == 1
    assert len(there) == 1


async def test_a_visit_that_staff_moved_meanwhile_is_told_as_it_stands() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        await desk.client.reschedule(int(booked.appointment.id), {"patientid": "4011", "newappointmentid": "1204503"})
        again = await desk.booked()
        found = await desk.system.look_up(a_slot(), patient=ROBIN.id, key="book:1")

    assert again.appointment.during == at("2026-03-06 10:00")
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

    assert desk.asked("POST /patients") == 0


@pytest.mark.parametrize("id", ["99", "not-a-number", "", "٣", "-1", "1204476"])
async def test_what_is_no_visit_is_missing(id: str) -> None:
    async with a_desk() as desk:
        assert await desk.system.read(AppointmentId(id)) == Missing()
        assert await desk.system.cancel(AppointmentId(id), reason=Cancellation.PATIENT) == Missing()


async def test_the_visits_of_a_patient_come_soonest_first_and_cancelled_ones_too() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        found = await desk.system.appointments_of([ROBIN.id, PatientId(UUID(int=5))])

    assert [(one.during.start.astimezone(EASTERN).isoformat()[:16], one.status) for one in found] == [
        ("2026-03-04T09:30", Status.BOOKED),
        ("2026-03-05T09:30", Status.CANCELLED),
        ("2026-03-10T10:30", Status.BOOKED),
    ]
    assert {one.patient for one in found} == {ROBIN.id}


async def test_a_visit_of_somebody_the_desk_has_not_met_is_nobodys() -> None:
    async with a_desk() as desk:
        found = await desk.system.read(AppointmentId("1204424"))

    assert not isinstance(found, Missing)
    assert (found.patient, found.status, found.service) == (None, Status.BOOKED, FOLLOW_UP)


async def test_where_the_practice_cannot_be_read_nothing_is_offered() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="GET /appointments/open", times=9)
        with pytest.raises(Unreachable):
            await desk.slots(THURSDAY)
        desk.simulator.faults.clear()
        desk.simulator.faults.plan(Maintenance(), on="GET /appointments/open", times=1)
        found = await desk.slots(THURSDAY)

    assert found
