"""A desk beside the simulated practice: found, booked, cancelled, marked, listed and read, on good days."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.systems.allscripts.a_desk import (
    ASH,
    FOLLOW_UP,
    GRAY,
    HALE,
    IRIS,
    MAIN,
    MARIA,
    NEW,
    NORTH,
    PHYSICAL,
    WRITTEN,
    a_desk,
    a_practice,
    a_slot,
    at,
    day_of,
    people,
    with_service,
)

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, ServiceId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime
from frontdesk.ports.abilities import (
    Came,
    ConfirmsVisits,
    FindsPatients,
    HearsNotices,
    ListsCatalogue,
    MarksVisits,
    TellsChanges,
    UpdatesPatients,
)
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.system import Cancelled, Missing, System, Taken
from frontdesk.systems.allscripts import simulator_example as example
from frontdesk.systems.allscripts.simulator_practice import World
from frontdesk.systems.allscripts.simulator_world import hours

THURSDAY = day_of("2026-03-05")
TWO_WEEKS = day_of("2026-03-02", 14)


async def test_it_is_a_system_with_the_abilities_of_its_manifest() -> None:
    async with a_desk() as desk:
        system: System = desk.system

        assert isinstance(system, ListsCatalogue)
        assert isinstance(system, FindsPatients)
        assert isinstance(system, UpdatesPatients)
        assert isinstance(system, ConfirmsVisits)
        assert isinstance(system, MarksVisits)
        assert isinstance(system, TellsChanges)
        assert isinstance(system, HearsNotices)


async def test_what_is_free_is_what_unity_shows_as_open_for_a_visit_of_that_type() -> None:
    async with a_desk() as desk:
        found = await desk.slots(day_of("2026-03-04"), practitioner=GRAY)

    shown = [f"{one.during.start:%H:%M}" for one in found]  # UTC; Denver is seven hours behind
    assert shown[0] == "16:00"
    assert "19:30" in shown  # 12:30 to 13:00
    assert not {"19:45", "20:00", "20:45"} & set(shown)  # the meeting from 13:00 to 14:00
    assert {(one.practitioner, one.location, one.room, one.devices) for one in found} == {(GRAY, MAIN, None, ())}
    assert {one.during.length for one in found} == {timedelta(minutes=30)}


async def test_soonest_come_first_and_at_one_start_in_the_order_of_the_practice() -> None:
    async with a_desk() as desk:
        found = await desk.slots(THURSDAY, FOLLOW_UP)

    starts = [one.during.start for one in found]
    assert starts == sorted(starts)
    together = [one.practitioner for one in found if one.during.start == at("2026-03-05 10:00").start]
    assert together == [GRAY, HALE, IRIS]


@pytest.mark.parametrize("service", [NEW, FOLLOW_UP, PHYSICAL])
async def test_every_slot_found_can_be_booked_as_it_stands(service: ServiceId) -> None:
    async with a_desk() as desk:
        found = [one for one in await desk.slots(TWO_WEEKS, service) if one.during.start.minute == 0][::4]
        for number, (one, patient) in enumerate(zip(found, people(100), strict=False)):
            desk.charts.people[patient.id] = patient
            booked = (await desk.booked(one, patient, key=f"book:{number}")).appointment

            assert (booked.during, booked.practitioner, booked.location) == (
                one.during,
                one.practitioner,
                one.location,
            )
            assert (booked.service, booked.patient, booked.status) == (service, patient.id, Status.BOOKED)

    assert len(found) > 10


async def test_a_booked_time_is_not_found_again_and_a_cancelled_one_is() -> None:
    async with a_desk() as desk:
        before = await desk.slots(THURSDAY)
        booked = await desk.booked()
        between = await desk.slots(THURSDAY)
        await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        after = await desk.slots(THURSDAY)

    assert a_slot() in before
    assert not any(one.during.overlaps(a_slot().during) for one in between if one.practitioner == GRAY)
    assert after == before


async def test_only_what_is_asked_for_is_found() -> None:
    async with a_desk() as desk:
        one_person = await desk.slots(TWO_WEEKS, practitioner=IRIS)
        exactly = await desk.slots(at("2026-03-05 10:30"), practitioner=GRAY, location=MAIN)
        nowhere = await desk.slots(TWO_WEEKS, practitioner=IRIS, location=MAIN)
        north = await desk.slots(TWO_WEEKS, location=NORTH)

    assert {one.practitioner for one in one_person} == {IRIS}
    assert exactly == [a_slot()]
    assert nowhere == []
    assert {one.location for one in north} == {NORTH}


async def test_the_practices_own_rules_say_less_than_unity() -> None:
    away = tuple(
        replace(person, away=((date(2026, 3, 5), date(2026, 3, 5)),)) if person.id == GRAY else person
        for person in a_practice().practitioners
    )
    shut = tuple(replace(one, closures={date(2026, 3, 6): "moving"}) for one in a_practice().locations)
    async with a_desk(practice=a_practice(practitioners=away, locations=shut)) as desk:
        thursday, friday = await desk.slots(THURSDAY), await desk.slots(day_of("2026-03-06"))
        soon = await desk.slots(at("2026-03-02 08:00", minutes=180), FOLLOW_UP)

    assert {one.practitioner for one in thursday} == {IRIS}
    assert friday == []
    assert soon[0].during.start == at("2026-03-02 10:00").start  # two hours of lead time


async def test_a_longer_visit_of_ours_than_the_types_is_found_where_all_of_it_is_open() -> None:
    async with a_desk(practice=with_service(length=timedelta(minutes=75))) as desk:
        found = await desk.slots(day_of("2026-03-04"), practitioner=GRAY)
        slot = next(one for one in found if one.during.start >= at("2026-03-04 14:00").start)
        booked = await desk.booked(slot)

    ends = [one.during.end for one in found if one.during.start < at("2026-03-04 13:00").start]
    assert max(ends) == at("2026-03-04 13:00").start
    assert booked.appointment.during.length == timedelta(minutes=75)


@pytest.mark.parametrize(
    ("service", "written", "says"),
    [
        ({}, {"types": {FOLLOW_UP: "FU"}}, "no appointment type"),
        ({"device_kinds": ("laser",)}, {}, "needs a device"),
        ({"assistants": ("nurse",)}, {}, "needs a device or an assistant"),
        ({"length": timedelta(seconds=90)}, {}, "whole minutes"),
        ({}, {"locations": {}}, "No location"),
        ({}, {"locations": {MAIN: "GONE"}}, "lists no scheduling location GONE"),
    ],
)
async def test_what_cannot_be_booked_says_what_a_person_must_do(
    service: dict[str, object], written: dict[str, object], says: str
) -> None:
    async with a_desk(practice=with_service(**service), numbers=WRITTEN | written) as desk:
        with pytest.raises(NotPermitted, match=says):
            await desk.slots(THURSDAY)
        with pytest.raises(NotPermitted, match=says):
            await desk.book()

        assert desk.asked("SaveAppointment") == 0


async def test_whom_unity_does_not_know_is_neither_found_nor_booked() -> None:
    async with a_desk(numbers=WRITTEN | {"resources": {HALE: "HALE"}}) as desk:
        assert {one.practitioner for one in await desk.slots(THURSDAY)} <= {HALE}
        with pytest.raises(NotPermitted, match="no abbreviation"):
            await desk.book()


async def test_nothing_is_held_moved_in_place_or_given_back() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="desk's own side"):
            await desk.system.hold(a_slot(), key="hold:1", until=desk.hands.now)
        with pytest.raises(Refused, match="book the new time"):
            await desk.system.move(AppointmentId("9901"), a_slot(), key="move:1", held=None)
        await desk.system.release(AppointmentId("1"))

        assert desk.simulator.heard == []


def nights(*days: date) -> World:
    """The example's practice, where Dr. Gray also works through some nights."""
    world = example.example_world()
    more = [
        hours(900 + number, day, time(0), time(6), resource=example.GRAYS, location=example.MAIN)
        for number, day in enumerate(days)
    ]
    return replace(world, hours=(*world.hours, *more))


ALWAYS = tuple(
    replace(one, hours=dict.fromkeys(Weekday, (DayTime(start=time(0), end=time(0)),))) for one in a_practice().locations
)


async def test_in_the_night_of_autumn_the_hour_that_is_shown_twice_is_neither_found_nor_booked() -> None:
    sunday = date(2026, 11, 1)
    async with a_desk(
        nights(sunday), practice=a_practice(locations=ALWAYS), now=datetime(2026, 10, 31, 15, tzinfo=UTC)
    ) as desk:
        found = await desk.slots(day_of("2026-11-01"), FOLLOW_UP)
        with pytest.raises(Refused, match="the clock is changed"):
            await desk.book(a_slot(at("2026-11-01 01:15", minutes=15), service=FOLLOW_UP))
        booked = [(await desk.booked(one, key=f"book:{number}")).appointment.during for number, one in enumerate(found)]

    shown = [one.during.start for one in found]
    assert at("2026-11-01 00:30").start in shown
    assert at("2026-11-01 02:15").start in shown
    first, second = datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert not [one for one in shown if first <= one < second]
    assert booked == [one.during for one in found]


async def test_in_the_night_of_spring_the_hour_that_is_skipped_is_not_found() -> None:
    sunday = date(2026, 3, 8)
    async with a_desk(nights(sunday), practice=a_practice(locations=ALWAYS)) as desk:
        found = await desk.slots(day_of("2026-03-08"), FOLLOW_UP)
        booked = [(await desk.booked(one, key=f"book:{number}")).appointment.during for number, one in enumerate(found)]

    shown = {f"{one.during.start.astimezone(a_practice().locations[0].zone):%H:%M}" for one in found}
    assert {"01:30", "03:00"} <= shown
    assert not [one for one in shown if one.startswith("02")]
    assert booked == [one.during for one in found]


async def test_a_new_patient_gets_a_file_and_a_known_one_theirs() -> None:
    async with a_desk() as desk:
        await desk.booked(patient=MARIA, key="book:1")
        await desk.booked(a_slot(at("2026-03-06 09:00")), key="book:2")

        assert desk.files(MARIA) == 1
        assert desk.charts.kept == {MARIA.id: "33765", ASH.id: "33760"}
        assert desk.sent("SavePatient")[0]["Parameter1"] == (
            "<patient><FirstName>Maria</FirstName><LastName>Gonzalez</LastName><DOB>04/09/1988</DOB>"
            "<CellPhone>8015550147</CellPhone><Email>maria@example.com</Email></patient>"
        )


async def test_the_same_key_books_once_and_is_looked_up() -> None:
    async with a_desk() as desk:
        first = await desk.booked(patient=MARIA)
        again = await desk.booked(patient=MARIA)
        found = await desk.system.look_up(a_slot(), patient=MARIA.id, key="book:1")

        assert first == again
        assert found == first.appointment
        assert desk.stands(MARIA) == [("2026-03-05 10:30", "GRAY")]


async def test_a_key_that_booked_what_was_cancelled_since_gives_the_cancelled_visit() -> None:
    async with a_desk() as desk:
        first = await desk.booked()
        await desk.system.cancel(first.appointment.id, reason=Cancellation.PATIENT)
        again = await desk.booked()
        anew = await desk.booked(key="book:2")

        assert (again.appointment.id, again.appointment.status) == (first.appointment.id, Status.CANCELLED)
        assert anew.appointment.id != first.appointment.id
        assert desk.stands(ASH)[1:] == [("2026-03-05 10:30", "GRAY")]


async def test_a_visit_that_staff_moved_is_found_by_its_mark_and_left_where_it_is() -> None:
    async with a_desk() as desk:
        first = await desk.booked()
        desk.simulator.front_desk.move(int(first.appointment.id), at=datetime.fromisoformat("2026-03-05 15:00"))
        again = await desk.booked()

        assert again.appointment.id == first.appointment.id
        assert again.appointment.during == at("2026-03-05 15:00")


async def test_a_time_that_somebody_else_has_is_taken_and_opens_no_file() -> None:
    async with a_desk() as desk:
        await desk.booked()
        outcome = await desk.book(patient=MARIA, key="book:2")
        overlapping = await desk.book(a_slot(at("2026-03-05 10:45")), MARIA, key="book:3")

        assert isinstance(outcome, Taken)
        assert isinstance(overlapping, Taken)
        assert desk.files(MARIA) == 0
        assert desk.asked("SaveAppointment") == 1


async def test_of_many_who_want_one_time_one_gets_it() -> None:
    async with a_desk() as desk:
        wanting = list(people(6))
        desk.charts.people |= {one.id: one for one in wanting}
        outcomes = await asyncio.gather(
            *(desk.book(patient=one, key=f"book:{number}") for number, one in enumerate(wanting))
        )

        assert [type(one).__name__ for one in outcomes].count("Booked") == 1
        assert len([one for one in desk.stands() if one == ("2026-03-05 10:30", "GRAY")]) == 1


async def test_a_visit_is_read_as_it_stands() -> None:
    async with a_desk() as desk:
        read = await desk.system.read(AppointmentId("9901"))

        assert isinstance(read, Appointment)
        assert (read.service, read.practitioner, read.location) == (FOLLOW_UP, GRAY, MAIN)
        assert read.during == at("2026-03-03 10:00", minutes=15)
        assert await desk.system.read(AppointmentId("1")) == Missing()
        assert await desk.system.read(AppointmentId("no number")) == Missing()


async def test_all_visits_of_a_patient_are_listed_soonest_first_cancelled_ones_too() -> None:
    async with a_desk() as desk:
        await desk.booked(a_slot(at("2026-03-09 09:00")), key="book:1")
        early = await desk.booked(key="book:2")
        await desk.system.cancel(early.appointment.id, reason=Cancellation.PATIENT)
        listed = await desk.system.appointments_of([ASH.id, MARIA.id])

    assert [(one.during, one.status) for one in listed] == [
        (at("2026-03-04 11:00", minutes=60), Status.BOOKED),
        (a_slot().during, Status.CANCELLED),
        (at("2026-03-09 09:00"), Status.BOOKED),
    ]
    assert {one.patient for one in listed} == {ASH.id}


async def test_a_cancellation_tells_the_practices_reason_and_the_visits_time() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        out = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT_FEELS_BETTER)
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        missing = await desk.system.cancel(AppointmentId("1"), reason=Cancellation.PATIENT)

        assert isinstance(out, Cancelled)
        assert (out.appointment.status, out.appointment.reason) == (
            Status.CANCELLED,
            Cancellation.PATIENT_FEELS_BETTER,
        )
        assert isinstance(again, Cancelled)
        assert missing == Missing()
        [sent] = desk.sent("SetAppointmentStatus")
        assert [sent[f"Parameter{place}"] for place in range(1, 7)] == ["9906", "X", "0305", "1030", "", "4"]


async def test_a_visit_that_has_taken_place_is_not_cancelled() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.mark_arrived(int(booked.appointment.id))
        desk.simulator.front_desk.check_out(int(booked.appointment.id))
        with pytest.raises(Refused, match="has taken place"):
            await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)


async def test_a_visit_is_confirmed_once() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        for _ in range(2):
            now = await desk.system.confirm(booked.appointment.id)
            assert isinstance(now, Appointment)
            assert now.status is Status.BOOKED

        [sent] = desk.sent("SetAppointmentStatus")
        assert (sent["Parameter2"], sent["Parameter5"]) == ("C", "2")
        await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        with pytest.raises(Refused, match="not to come any more"):
            await desk.system.confirm(booked.appointment.id)
        assert await desk.system.confirm(AppointmentId("1")) == Missing()


async def test_who_has_come_and_who_has_not_is_marked_and_read_back() -> None:
    async with a_desk() as desk:
        first = (await desk.booked()).appointment
        second = (await desk.booked(a_slot(at("2026-03-05 14:00")), MARIA, key="book:2")).appointment
        with pytest.raises(Refused, match="yet to come"):
            await desk.system.mark(second.id, Came.MISSED)
        desk.hands.turn(days=4)
        came = [await desk.system.mark(first.id, Came.ARRIVED) for _ in range(2)]
        missed = [await desk.system.mark(second.id, Came.MISSED) for _ in range(2)]
        with pytest.raises(Refused, match="nobody has arrived"):
            await desk.system.mark(second.id, Came.ARRIVED)

        assert [one.status for one in came if isinstance(one, Appointment)] == [Status.ARRIVED] * 2
        assert [one.status for one in missed if isinstance(one, Appointment)] == [Status.NOSHOW] * 2
        assert [one["Parameter2"] for one in desk.sent("SetAppointmentStatus")] == ["A", "N"]
        assert await desk.system.mark(AppointmentId("1"), Came.ARRIVED) == Missing()


async def test_what_staff_do_is_read() -> None:
    async with a_desk() as desk:
        visits = [
            (await desk.booked(a_slot(at(f"2026-03-05 {hour}:00")), key=f"book:{hour}")).appointment.id
            for hour in ("09", "10", "11", "12", "13")
        ]
        staff = desk.simulator.front_desk
        staff.cancel(int(visits[0]))
        staff.bump(int(visits[1]))
        staff.mark_missed(int(visits[2]))
        staff.mark_arrived(int(visits[3]))
        staff.mark_arrived(int(visits[4]))
        staff.check_out(int(visits[4]))
        read = [await desk.system.read(one) for one in visits]

    assert [(one.status, one.reason) for one in read if isinstance(one, Appointment)] == [
        (Status.CANCELLED, None),
        (Status.CANCELLED, Cancellation.PROVIDER),
        (Status.NOSHOW, None),
        (Status.ARRIVED, None),
        (Status.FULFILLED, None),
    ]


async def test_the_catalogue_lists_what_is_mapped() -> None:
    async with a_desk() as desk:
        catalogue = await desk.system.catalogue()

    assert {one.number for one in catalogue.locations} == {"MAIN", "NORTH"}
    assert ("IRIS", "Lou Iris") in {(one.number, one.name) for one in catalogue.practitioners}
    assert ("NEWPAT", timedelta(minutes=30)) in {(one.number, one.length) for one in catalogue.services}
