"""A desk beside the simulated hospital: found, booked, cancelled, read, on good days."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from tests.systems.desk_parts import DeskCharts, DeskClock
from tests.systems.epic.a_desk import (
    ARIZONA,
    BOOKING,
    CENTRAL,
    CONSULT,
    CONTACTS,
    DESERT,
    FINDING,
    LENA,
    LINDQVIST,
    MAIN,
    MARIA,
    NEW,
    NUMBERS,
    OFFICE,
    OKAFOR,
    OPENING,
    PATEL,
    VISIT_TYPES,
    a_desk,
    a_practice,
    a_slot,
    at,
    day_of,
    people,
    the_keys,
)
from tests.systems.epic.simulated import LENA_ID, NOW, Hands, a_world
from tests.wire.loopback import NoLimit

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice, Practitioner, Weekday
from frontdesk.domain.time import DayTime
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Missing, SlotRequest, System, Taken
from frontdesk.proving.simulator_server import served
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.simulating.faults import CutsConnection, Maintenance, When
from frontdesk.systems.epic import simulator_example as example
from frontdesk.systems.epic.mapping import Numbers
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_hospital import World
from frontdesk.systems.epic.simulator_rows import Row, fhir_id
from frontdesk.systems.epic.simulator_world import does, openings, provider, visit, weekdays_from
from frontdesk.systems.epic.system import Epic, connect

TUESDAY, WEDNESDAY = day_of("2027-03-09"), day_of("2027-03-10")
TWO_WEEKS = day_of("2027-03-08", 14)
ALWAYS = dict.fromkeys(Weekday, (DayTime(start=time(0), end=time(0)),))


async def test_it_is_a_system() -> None:
    async with a_desk() as desk:
        system: System = desk.system

    assert isinstance(system, Epic)


async def test_what_is_free_is_what_epic_offers() -> None:
    async with a_desk() as desk:
        found = await desk.slots(TUESDAY, practitioner=OKAFOR)

    shown = [f"{one.during.start.astimezone(CENTRAL):%H:%M}" for one in found]
    assert shown[:4] == ["09:30", "09:45", "10:00", "10:15"]  # at nine somebody else comes
    assert shown[-1] == "14:30"
    assert {(one.practitioner, one.location, one.room, one.during.length) for one in found} == {
        (OKAFOR, MAIN, None, timedelta(minutes=30))
    }


async def test_what_is_held_for_staff_or_not_for_the_web_is_not_offered() -> None:
    async with a_desk() as desk:
        wednesday = await desk.slots(WEDNESDAY, practitioner=OKAFOR)
        friday = await desk.slots(day_of("2027-03-12"), practitioner=OKAFOR)

    assert not any(at("2027-03-10 11:00", minutes=60).overlaps(one.during) for one in wednesday)
    assert max(one.during.end for one in friday) == at("2027-03-12 11:30").end


async def test_what_is_free_in_arizona_is_on_arizonas_clock() -> None:
    async with a_desk() as desk:
        found = await desk.slots(TUESDAY, location=DESERT)

    assert found[0].during == at("2027-03-09 09:00", zone=ARIZONA)
    assert {(one.practitioner, one.location) for one in found} == {(PATEL, DESERT)}


@pytest.mark.parametrize("service", [OFFICE, CONSULT, NEW])
async def test_every_slot_found_can_be_booked_as_it_stands(service: ServiceId) -> None:
    async with a_desk() as desk:
        found = await desk.slots(TWO_WEEKS, service)
        for number, (one, patient) in enumerate(zip(found[::24], people(100), strict=False)):
            desk.charts.people[patient.id] = patient
            booked = await desk.booked(one, patient, key=f"book:{number}")

            assert booked.appointment.during == one.during
            assert (booked.appointment.practitioner, booked.appointment.location) == (one.practitioner, one.location)
            assert (booked.appointment.service, booked.appointment.patient) == (service, patient.id)

    assert len(desk.visits()) > 5


async def test_a_booked_slot_is_not_found_again() -> None:
    async with a_desk() as desk:
        before = await desk.slots(TUESDAY, practitioner=OKAFOR)
        await desk.booked()
        after = await desk.slots(TUESDAY, practitioner=OKAFOR)

    gone = [one for one in before if one not in after]
    assert a_slot() in gone
    assert all(one.during.overlaps(a_slot().during) for one in gone)


async def test_only_what_is_asked_for_is_found() -> None:
    async with a_desk() as desk:
        one_person = await desk.slots(TWO_WEEKS, practitioner=LINDQVIST)
        exactly = await desk.slots(a_slot().during, practitioner=OKAFOR, location=MAIN)
        nowhere = await desk.slots(TWO_WEEKS, practitioner=PATEL, location=MAIN)
        past = await desk.slots(day_of("2027-03-01"))

    assert {one.practitioner for one in one_person} == {LINDQVIST}
    assert exactly == [a_slot()]
    assert (nowhere, past) == ([], [])


async def test_the_practices_own_rules_say_less_than_epic() -> None:
    away = tuple(
        replace(person, away=((date(2027, 3, 9), date(2027, 3, 9)),)) if person.id == OKAFOR else person
        for person in a_practice().practitioners
    )
    shut = tuple(replace(one, closures={date(2027, 3, 10): "moving"}) for one in a_practice().locations)
    async with a_desk(practice=a_practice(practitioners=away, locations=shut)) as desk:
        tuesday, wednesday = await desk.slots(TUESDAY), await desk.slots(WEDNESDAY)

    assert OKAFOR not in {one.practitioner for one in tuesday}
    assert LINDQVIST in {one.practitioner for one in tuesday}
    assert wednesday == []


async def test_somebody_whose_number_is_not_given_is_not_offered() -> None:
    fewer = {id: there for id, there in NUMBERS.practitioners.items() if id != OKAFOR}
    async with a_desk(numbers=replace(NUMBERS, practitioners=fewer)) as desk:
        found = await desk.slots(TUESDAY)
        with pytest.raises(NotPermitted, match="has no id in Epic"):
            await desk.book()

    assert {one.practitioner for one in found} == {LINDQVIST, PATEL}
    assert desk.asked(BOOKING) == 0


async def test_times_are_asked_for_to_the_second_whatever_the_clock_shows() -> None:
    async with a_desk(now=NOW + timedelta(microseconds=123_456)) as desk:
        found = await desk.slots(TWO_WEEKS)
        heard = [one.body for one in desk.simulator.heard if one.call == FINDING]

    assert found
    assert '"2027-03-08T13:00:01Z"' in "".join(heard)


async def test_slots_are_found_beyond_three_pages() -> None:
    async with a_desk(replace(a_world(), find_page=200)) as whole, a_desk(replace(a_world(), find_page=3)) as paged:
        everything = await whole.slots(TWO_WEEKS)
        by_pages = await paged.slots(TWO_WEEKS)

    assert by_pages == everything
    assert len(everything) > 200
    assert paged.asked(FINDING) > 80


@pytest.mark.parametrize(
    ("night", "hours", "plain"),
    [
        (date(2027, 11, 7), (("00:00", "05:00"),), ["00:00", "00:15", "02:00", "02:15"]),
        (date(2028, 3, 12), (("00:00", "02:00"), ("03:00", "05:00")), ["00:00", "00:15", "00:30", "00:45"]),
    ],
)
async def test_in_the_nights_when_the_clock_is_changed_what_is_offered_can_be_booked(
    night: date, hours: Sequence[tuple[str, str]], plain: list[str]
) -> None:
    practice = a_practice(locations=tuple(replace(one, hours=ALWAYS) for one in a_practice().locations))
    asleep = datetime.combine(night, time(12), tzinfo=UTC) - timedelta(days=5)
    pieces = tuple(
        piece
        for first, last in hours
        for piece in openings(example.OKAFOR, example.MAIN, night, first=first, last=last)
    )

    async with a_desk(replace(a_world(), openings=pieces, visits=()), now=asleep, practice=practice) as desk:
        found = await desk.slots(day_of(f"{night}"))
        apart = [one for number, one in enumerate(found) if number % 2 == 0]
        for number, (one, patient) in enumerate(zip(apart, people(9), strict=False)):
            desk.charts.people[patient.id] = patient
            booked = await desk.booked(one, patient, key=f"book:{number}")
            assert booked.appointment.during == one.during

    shown = [f"{one.during.start.astimezone(CENTRAL):%H:%M}" for one in found]
    assert [one for one in shown if one in plain] == plain
    assert night.month != 11 or not any("01:00" <= one < "02:00" for one in shown)  # shown twice that night


async def test_nothing_is_held_moved_or_given_back() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="hold it on the desk's own side"):
            await desk.system.hold(a_slot(), key="hold:1", until=desk.hands.now)
        with pytest.raises(Refused, match="book the new time, then cancel the old"):
            await desk.system.move(AppointmentId("e1"), a_slot(), key="move:1", held=None)
        await desk.system.release(AppointmentId("hold:1"))

    assert desk.simulator.heard == []


async def test_a_new_patient_gets_one_file_and_a_known_one_none() -> None:
    async with a_desk() as desk:
        await desk.booked(patient=MARIA)
        await desk.booked(a_slot(at("2027-03-10 09:30")), MARIA, key="book:2")
        await desk.booked(a_slot(at("2027-03-11 09:30")), LENA, key="book:3")
        files = [row for row in desk.simulator.hospital.patients if row["last"] == "Gonzalez"]

    assert desk.asked(OPENING) == 1
    assert [(row["born"], row["mobile"], row["email"]) for row in files] == [
        ("1988-04-09", "512-555-0147", "maria@example.com")
    ]
    assert desk.charts.kept[LENA.id] == LENA_ID


async def test_a_time_that_somebody_has_is_taken() -> None:
    async with a_desk() as desk:
        outcome = await desk.book(a_slot(at("2027-03-09 09:00")))

    assert isinstance(outcome, Taken)
    assert desk.asked(BOOKING) == 0


async def test_desks_racing_for_one_slot_have_one_winner() -> None:
    async with a_desk() as desk:
        racing = list(people(8))
        desk.charts.people |= {one.id: one for one in racing}
        outcomes = await asyncio.gather(*(desk.book(patient=one, key=f"book:{one.id}") for one in racing))

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 7
    assert len(desk.visits()) == 1


async def test_the_same_key_once_more_finds_the_same_visit() -> None:
    async with a_desk() as desk:
        first, again = await desk.booked(), await desk.booked()
        found = await desk.system.look_up(a_slot(), patient=LENA.id, key="book:1")

    assert first == again
    assert found == first.appointment
    assert desk.asked(BOOKING) == 1


async def test_nothing_is_found_of_what_was_never_booked() -> None:
    async with a_desk() as desk:
        assert await desk.system.look_up(a_slot(), patient=LENA.id, key="book:1") == Missing()
        assert await desk.system.look_up(a_slot(), patient=MARIA.id, key="book:1") == Missing()

    assert desk.asked(OPENING) == 0


async def test_a_cancelled_visit_is_cancelled_again_and_its_time_is_free() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        first = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        free = await desk.slots(a_slot().during, practitioner=OKAFOR)
        [row] = desk.visits(standing=False)

    assert isinstance(first, Cancelled)
    assert isinstance(again, Cancelled)
    assert (first.appointment.status, row["status"], row["reason"]) == (
        Status.CANCELLED,
        "cancelled",
        "Through Frontdesk: patient",
    )
    assert free == [a_slot()]


async def test_a_visit_is_booked_anew_at_its_new_time_beside_the_old_until_that_is_cancelled() -> None:
    async with a_desk() as desk:
        old = await desk.booked()
        new = await desk.booked(a_slot(at("2027-03-10 09:30")), key="move:1")
        gone = await desk.system.cancel(old.appointment.id, reason=Cancellation.PATIENT)
        read = await desk.system.read(new.appointment.id)

    assert isinstance(gone, Cancelled)
    assert gone.appointment.id == old.appointment.id
    assert read == new.appointment


@pytest.mark.parametrize("id", ["eNone", "", "../x", "٣", "a/b"])
async def test_what_is_no_visit_is_missing(id: str) -> None:
    async with a_desk() as desk:
        assert await desk.system.read(AppointmentId(id)) == Missing()
        assert await desk.system.cancel(AppointmentId(id), reason=Cancellation.PATIENT) == Missing()


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.FULFILLED, Status.NOSHOW])
async def test_what_staff_note_of_a_visit_is_read(status: Status) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        csn, staff = desk.csn(booked.appointment.id), desk.simulator.front_desk
        if status is Status.NOSHOW:
            staff.mark_missed(csn)
        else:
            staff.mark_arrived(csn)
        if status is Status.FULFILLED:
            staff.mark_completed(csn)
        found = await desk.system.read(booked.appointment.id)

    assert not isinstance(found, Missing)
    assert found.status is status


async def test_the_visits_of_a_patient_come_soonest_first_and_cancelled_ones_too() -> None:
    async with a_desk() as desk:
        later = await desk.booked(a_slot(at("2027-03-10 09:30")), key="book:1")
        await desk.booked(key="book:2")
        await desk.system.cancel(later.appointment.id, reason=Cancellation.PATIENT)
        found = await desk.system.appointments_of([LENA.id, PatientId(UUID(int=5))])

    assert [(one.during.start.astimezone(CENTRAL).isoformat()[:16], one.status) for one in found] == [
        ("2026-11-30T10:00", Status.FULFILLED),
        ("2027-03-09T10:00", Status.BOOKED),
        ("2027-03-10T09:30", Status.CANCELLED),
    ]
    assert {one.patient for one in found} == {LENA.id}


async def test_visits_of_a_patient_are_listed_beyond_three_pages() -> None:
    usual = a_world()
    days = [date(2027, 4, 1) + timedelta(days=day) for day in range(170)]
    many = tuple(
        visit(
            str(300_000_000 + number),
            patient=example.LENA,
            provider=example.OKAFOR,
            department=example.MAIN,
            visit_type=example.OFFICE,
            at=f"{day}T10:00",
            minutes=30,
        )
        for number, day in enumerate(days)
    )
    async with a_desk(replace(usual, visits=many)) as desk:
        desk.charts.kept[LENA.id] = LENA_ID
        found = await desk.system.appointments_of([LENA.id])

    assert len(found) == 170
    assert desk.asked("GET /FHIR/STU3/Appointment") == 4


async def test_a_visit_of_somebody_the_desk_has_not_met_is_nobodys() -> None:
    async with a_desk() as desk:
        found = await desk.system.read(AppointmentId(fhir_id("Appointment", "256594301")))

    assert not isinstance(found, Missing)
    assert (found.patient, found.status, found.service) == (None, Status.BOOKED, OFFICE)


async def test_where_the_hospital_cannot_be_read_nothing_is_offered() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on=FINDING, times=99)
        with pytest.raises(Unreachable):
            await desk.slots(TUESDAY)
    async with a_desk() as desk:
        desk.simulator.faults.plan(Maintenance(), on=FINDING, times=1)
        found = await desk.slots(TUESDAY)

    assert found


async def test_two_weeks_of_a_large_department_are_asked_for_by_days_side_by_side() -> None:
    world, practice, numbers = a_large_department()
    async with a_desk(world, practice=practice, numbers=numbers) as desk:
        found = await desk.slots(TWO_WEEKS)

    assert len(found) > 650
    assert desk.asked(FINDING) <= 2 * 14 + 5 * 2  # both places of each day, and two more pages of five working days


def a_large_department() -> tuple[World, Practice, Numbers]:
    """20 practitioners in one place, from 9 to 11 on the weekdays of the first week."""
    ids = [f"E{number}" for number in range(3000, 3020)]
    days = weekdays_from(example.MONDAY, 1)
    pieces: list[Row] = [
        piece for who in ids for day in days for piece in openings(who, example.MAIN, day, first="09:00", last="11:00")
    ]
    world = replace(
        a_world(),
        find_page=50,
        providers=tuple(provider(who, "Robin", f"Invented{who}") for who in ids),
        does=tuple(
            does(number, provider=who, visit_type=example.OFFICE, department=example.MAIN)
            for number, who in enumerate(ids)
        ),
        openings=tuple(pieces),
        visits=(),
    )
    files = a_practice()
    staff: list[Practitioner] = [
        replace(files.practitioners[0], id=PractitionerId(f"person-{who.lower()}"), name=f"Person {who}") for who in ids
    ]
    there = {PractitionerId(f"person-{who.lower()}"): fhir_id("Practitioner", who) for who in ids}
    return world, replace(files, practitioners=tuple(staff)), replace(NUMBERS, practitioners=there)


SETTINGS = {
    "client_id": the_keys().client_id,
    "private_key": the_keys().private_key,
    "key_id": "simulated",
    "user": "SIMULATED",
    "visit_types": VISIT_TYPES,
    "contacts": CONTACTS,
    "address": "http://localhost:1/interconnect-simulated-oauth",
}
WRITTEN = {
    "locations": dict(NUMBERS.locations),
    "practitioners": dict(NUMBERS.practitioners),
    "services": dict(NUMBERS.services),
}


def outside(hands: Hands) -> Outside:
    """What the desk hands over, at a practice of its own files."""

    async def read_practice() -> Practice:
        return a_practice()

    return Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=DeskCharts(LENA, MARIA),
        free_times=find_slots,
        clock=DeskClock(hands),
        gate=None,
    )


async def test_over_a_real_socket_it_is_opened_by_its_settings_and_numbers() -> None:
    hands = Hands(NOW)
    simulator = Simulator(a_world(), clock=hands, wait=hands.wait)

    async with served(simulator) as address:
        where = f"{address}/{simulator.hospital.world.instance}"
        system = connect(SETTINGS | {"address": where}, WRITTEN, outside(hands))
        found = await system.find_slots(SlotRequest(service=OFFICE, within=a_slot().during, practitioner=OKAFOR))
        booked = await system.book(found[0], patient=LENA.id, key="book:1", held=None)
        await system.close()

    assert found == [a_slot()]
    assert isinstance(booked, Booked)
    assert booked.appointment.during == a_slot().during


@pytest.mark.parametrize(
    ("settings", "fault", "says"),
    [
        *(({name: ""}, Impossible, f"epic.{name} is missing") for name in ("address", "client_id", "user", "contacts")),
        ({"private_key": "secret"}, NotPermitted, "RSA private key"),
        ({"address": "http://epic.example.com/prd"}, NotPermitted, "https://"),
        ({"address": "https://epic.example.com/prd"}, NotPermitted, "no gate asks"),
    ],
)
def test_settings_that_lead_nowhere_are_told_before_anything_is_asked(
    settings: dict[str, str], fault: type[Exception], says: str
) -> None:
    with pytest.raises(fault, match=says):
        connect(SETTINGS | settings, WRITTEN, outside(Hands()))
