"""A desk and an office, over a real socket: found, booked, given way, cancelled, on good days and bad."""

from dataclasses import replace
from datetime import time as clock_time
from datetime import timedelta
from uuid import UUID

import pytest
from tests.clinic import ALEX, BOTOX, DANA, HAIR, ROOM_1, ROOM_2, a_practice, a_slot, at
from tests.systems.opendental.a_book import (
    MARIA,
    NUMBERS,
    Book,
    a_known_office,
    a_row,
    a_schedule,
    an_office,
    book,
    once,
    payload,
)
from tests.wire.loopback import Asked, HangsUp, Reply, Says

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.practice import Practice, Practitioner, Service, Weekday
from frontdesk.domain.time import DayTime
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Missing, SlotRequest, System
from frontdesk.systems.opendental.numbers import Numbers
from frontdesk.systems.opendental.system import OpenDental
from frontdesk.wire.foreign import Unreadable

THURSDAY = SlotRequest(service=BOTOX, within=at("2026-05-28 00:00", minutes=24 * 60))


async def test_it_is_a_system() -> None:
    async with an_office() as office:
        system: System = office.system

    assert isinstance(system, OpenDental)


async def test_what_is_free_is_worked_out_from_hours_and_visits() -> None:
    busy = Book(appointments=[a_row(AptDateTime="2026-05-28 18:00:00")])
    async with an_office(busy) as office:
        found = await office.system.find_slots(THURSDAY)

    starts = [slot.during for slot in found]
    assert starts[0] == at("2026-05-28 09:00", minutes=30)
    assert at("2026-05-28 17:30", minutes=30) in starts
    assert not any(during.overlaps(at("2026-05-28 18:00", minutes=30)) for during in starts)
    assert {(slot.practitioner, slot.room) for slot in found} == {(DANA, ROOM_1)}


async def test_every_slot_found_can_be_booked_as_it_stands() -> None:
    async with an_office(a_known_office()) as office:
        for number, slot in enumerate(await office.system.find_slots(THURSDAY)):
            if number % 4 == 0:
                assert isinstance(await book(office, slot, key=f"book:{number}"), Booked)


async def test_only_the_practitioner_asked_for_is_found() -> None:
    async with an_office() as office:
        assert await office.system.find_slots(replace(THURSDAY, practitioner=ALEX)) == []
        assert await office.system.find_slots(replace(THURSDAY, practitioner=DANA)) != []


async def test_two_practitioners_at_one_start_come_in_the_order_of_the_practice() -> None:
    practice = a_practice()
    eve = replace(practice.practitioners[0], id="eve", name="Eve Park")
    rooms = (practice.rooms[0], replace(practice.rooms[1], kinds=practice.rooms[0].kinds))
    practice = replace(practice, practitioners=(eve, *practice.practitioners), rooms=rooms)
    numbers = replace(NUMBERS, practitioners={DANA: NUMBERS.practitioners[DANA], "eve": NUMBERS.practitioners[ALEX]})

    async with an_office(practice=practice, numbers=numbers) as office:
        found = await office.system.find_slots(replace(THURSDAY, within=at("2026-05-28 10:00", minutes=45)))

    assert [(slot.during, slot.practitioner, slot.room) for slot in found] == [
        (at("2026-05-28 10:00"), "eve", ROOM_2),
        (at("2026-05-28 10:00"), DANA, ROOM_1),
        (at("2026-05-28 10:15"), "eve", ROOM_2),
        (at("2026-05-28 10:15"), DANA, ROOM_1),
    ]


@pytest.mark.parametrize(
    ("service", "numbers", "says"),
    [
        (None, {"services": {HAIR: 4}}, "no appointment type"),
        ({"room_kinds": frozenset()}, {}, "needs no room"),
        ({"length": timedelta(minutes=32)}, {}, "counts in five minutes"),
    ],
)
async def test_a_service_that_open_dental_cannot_book_says_what_a_person_must_do(
    service: dict[str, object] | None, numbers: dict[str, object], says: str
) -> None:
    practice = a_practice()
    botox: Service = replace(practice.service(BOTOX), **(service or {}))
    practice = replace(practice, services=(botox, practice.service(HAIR)))

    async with an_office(practice=practice, numbers=replace(NUMBERS, **numbers)) as office:
        with pytest.raises(NotPermitted, match=says):
            await office.system.find_slots(THURSDAY)
        with pytest.raises(NotPermitted, match=says):
            await book(office)

    assert office.book.appointments == []


async def test_nothing_is_held_and_nothing_is_given_back() -> None:
    async with an_office() as office:
        with pytest.raises(Refused, match="hold it on the desk's own side"):
            await office.system.hold(a_slot(), key="hold:1", until=office.clock.now())
        await office.system.release(AppointmentId("hold:1"))

    assert office.server.asked == []


async def test_a_time_that_the_wall_clock_shows_twice_is_neither_found_nor_booked() -> None:
    practice = a_practice()
    always = dict.fromkeys(Weekday, (DayTime(start=clock_time(0), end=clock_time(0)),))
    location = replace(practice.locations[0], hours=always)
    practice = replace(practice, locations=(location,))
    sunday = a_schedule(SchedDate="2026-11-01", StartTime="00:00:00", StopTime="06:00:00")
    night = at("2026-11-01 00:00", minutes=8 * 60)

    async with an_office(Book(schedules=[sunday], patients=[payload("patient")]), practice=practice) as office:
        office.clock.shows = at("2026-10-31 12:00").start
        found = await office.system.find_slots(SlotRequest(service=BOTOX, within=night))
        with pytest.raises(Refused, match="the clock is changed"):
            await book(office, a_slot(at("2026-11-01 01:15", minutes=30)))

    shown = [f"{slot.during.start.astimezone(location.zone):%H:%M}" for slot in found]
    assert shown == ["00:00", "00:15", *(f"{h:02}:{m:02}" for h in range(2, 6) for m in (0, 15, 30, 45))][:-1]
    assert office.book.appointments == []


async def test_a_visit_is_read_as_it_stands() -> None:
    async with an_office(Book(appointments=[a_row(AptNum=18, PatNum=48)])) as office:
        office.charts.kept[MARIA.id] = "48"
        found = await office.system.read(AppointmentId("18"))

    assert not isinstance(found, Missing)
    assert (found.service, found.practitioner, found.room, found.patient) == (BOTOX, DANA, ROOM_1, MARIA.id)


@pytest.mark.parametrize("id", ["4711", "not-a-number", "", "٣", "-1", "22", "23"])
async def test_what_is_no_visit_is_missing(id: str) -> None:
    async with an_office(Book(appointments=payload("appointments"))) as office:
        assert await office.system.read(AppointmentId(id)) == Missing()
        assert await office.system.cancel(AppointmentId(id), reason=Cancellation.PATIENT) == Missing()


async def test_a_status_that_nobody_knows_is_reported_and_not_guessed() -> None:
    async with an_office(Book(appointments=[a_row(AptNum=18, AptStatus="Teleported")])) as office:
        with pytest.raises(Unreadable, match="appointment 18"):
            await office.system.read(AppointmentId("18"))
        with pytest.raises(Unreadable, match="appointment 18"):
            await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)


async def test_the_visits_of_a_patient_come_soonest_first_and_cancelled_ones_too() -> None:
    rows = [
        a_row(AptNum=3, PatNum=48, AptDateTime="2026-06-04 10:00:00"),
        a_row(AptNum=4, PatNum=48, AptDateTime="2026-05-20 10:00:00", AptStatus="Complete"),
        a_row(AptNum=5, PatNum=48, AptDateTime="2026-05-28 10:00:00", AptStatus="Broken"),
        a_row(AptNum=6, PatNum=48, AptDateTime="0001-01-01 00:00:00", AptStatus="Planned"),
        a_row(AptNum=7, PatNum=48, AptDateTime="2026-05-28 10:00:00", AptStatus="PtNote"),
        a_row(AptNum=8, PatNum=99),
    ]
    async with an_office(Book(appointments=rows)) as office:
        office.charts.kept[MARIA.id] = "48"
        found = await office.system.appointments_of([MARIA.id, PatientId(UUID(int=5))])

    assert [(one.id, one.status) for one in found] == [
        ("4", Status.FULFILLED),
        ("5", Status.CANCELLED),
        ("3", Status.BOOKED),
    ]
    assert {one.patient for one in found} == {MARIA.id}


async def test_a_cancelled_visit_leaves_the_book_and_frees_its_time() -> None:
    async with an_office(a_known_office()) as office:
        booked = await book(office)
        assert isinstance(booked, Booked)
        cancelled = await office.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        free = await office.system.find_slots(replace(THURSDAY, within=at("2026-05-28 18:00")))

    gone = replace(booked.appointment, status=Status.CANCELLED, reason=Cancellation.PATIENT)
    assert cancelled == Cancelled(appointment=gone)
    assert office.book.row(int(booked.appointment.id))["AptStatus"] == "UnschedList"
    assert "Cancelled through Frontdesk: patient" in office.book.appointments[0]["Note"]
    assert len(free) == 1


async def test_cancelled_twice_is_cancelled() -> None:
    async with an_office(a_known_office(appointments=[a_row(AptNum=18)])) as office:
        first = await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)
        again = await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)

    assert first == again
    assert office.asked("PUT", "/appointments/18/Break") == 1


async def test_a_cancellation_whose_reply_was_lost_is_read_back() -> None:
    lost = once("PUT", "/appointments/18/Break", HangsUp())
    async with an_office(Book(appointments=[a_row(AptNum=18)], after=lost)) as office:
        cancelled = await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)

    assert isinstance(cancelled, Cancelled)
    assert office.asked("PUT", "/appointments/18/Break") == 1


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (HangsUp(), OutcomeUnknown),
        (Says(), OutcomeUnknown),
        (Says(status=400), Refused),
        (Says(status=403), NotPermitted),
    ],
)
async def test_a_visit_that_still_stands_is_not_told_as_cancelled(reply: Reply, fault: type[Fault]) -> None:
    refused = once("PUT", "/appointments/18/Break", reply)
    async with an_office(Book(appointments=[a_row(AptNum=18)], before=refused)) as office:
        with pytest.raises(fault):
            await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)

    assert office.book.row(18)["AptStatus"] == "Scheduled"


async def test_a_note_that_is_not_taken_does_not_undo_the_cancellation() -> None:
    refused = once("PUT", "/appointments/18/Note", Says(status=403))
    async with an_office(Book(appointments=[a_row(AptNum=18)], before=refused)) as office:
        cancelled = await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)

    assert isinstance(cancelled, Cancelled)


async def test_a_visit_that_has_taken_place_is_not_cancelled() -> None:
    async with an_office(Book(appointments=[a_row(AptNum=18, AptStatus="Complete")])) as office:
        with pytest.raises(Refused, match="has taken place"):
            await office.system.cancel(AppointmentId("18"), reason=Cancellation.PATIENT)


@pytest.mark.parametrize("path", ["/appointments", "/schedules", "/operatories", "/appointmenttypes"])
async def test_where_one_list_cannot_be_read_nothing_is_offered(path: str) -> None:
    def silent(asked: Asked) -> Reply | None:
        return HangsUp() if asked.path == f"/api/v1{path}" else None

    async with an_office(Book(before=silent)) as office:
        with pytest.raises(Unreachable):
            await office.system.find_slots(THURSDAY)


async def test_wrong_keys_are_for_a_person() -> None:
    async with an_office(Book(before=lambda _: Says(status=401))) as office:
        with pytest.raises(NotPermitted):
            await office.system.find_slots(THURSDAY)


async def test_two_weeks_of_a_large_office_are_read_in_few_calls() -> None:
    practice, numbers, busy = a_large_office()
    async with an_office(busy, practice=practice, numbers=numbers) as office:
        found = await office.system.find_slots(
            SlotRequest(service=BOTOX, within=at("2026-05-27 00:00", minutes=14 * 24 * 60))
        )

    assert len(found) > 1000
    assert len(office.server.asked) <= 20  # 1,020 visits and 340 rows of hours, a hundred a page


def a_large_office() -> tuple[Practice, Numbers, Book]:
    """20 practitioners in 20 rooms, 14 days, 60 visits a day, an answer every 100 ms."""
    practice = a_practice()
    people: list[Practitioner] = [
        replace(practice.practitioners[0], id=f"person-{number}", name=f"Person {number}") for number in range(1, 21)
    ]
    rooms = [replace(practice.rooms[0], id=f"room-{number}", name=f"Room {number}") for number in range(1, 21)]
    practice = replace(practice, practitioners=tuple(people), rooms=tuple(rooms))
    numbers = replace(
        NUMBERS,
        practitioners={f"person-{n}": replace(NUMBERS.practitioners[DANA], number=n) for n in range(1, 21)},
        rooms={f"room-{n}": (n,) for n in range(1, 21)},
    )
    days = [f"2026-05-{day}" for day in range(26, 32)] + [f"2026-06-{day:02}" for day in range(1, 12)]
    busy = Book(seconds=0.1)
    busy.operatories = [payload("operatories")[0] | {"OperatoryNum": number} for number in range(1, 21)]
    busy.schedules = [
        a_schedule(ScheduleNum=str(20 * place + n), SchedDate=day, ProvNum=str(n), operatories=str(n))
        for place, day in enumerate(days)
        for n in range(1, 21)
    ]
    busy.appointments = [
        a_row(
            AptNum=1000 * place + number,
            AptDateTime=f"{day} {9 + number // 20 * 3:02}:{number % 4 * 15:02}:00",
            Op=number % 20 + 1,
            ProvNum=number % 20 + 1,
        )
        for place, day in enumerate(days)
        for number in range(60)
    ]
    return practice, numbers, busy
