"""What is odd about Epic: a match that is no search, ids that expire, moves that are two visits, notes of its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.systems.epic.a_desk import (
    BOOKING,
    CANCELLING,
    FINDING,
    LENA,
    MARIA,
    MATCHING,
    NUMBERING,
    NUMBERS,
    OFFICE,
    OKAFOR,
    OPENING,
    Desk,
    a_desk,
    a_practice,
    a_slot,
    at,
    day_of,
)
from tests.systems.epic.simulated import LENA_ID, a_world

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Missing
from frontdesk.standards.simulating.faults import Maintenance
from frontdesk.systems.epic import simulator_example as example
from frontdesk.systems.epic.marking import mark_of
from frontdesk.systems.epic.simulator_world import patient

TUESDAY = day_of("2027-03-09")


async def test_a_patient_is_matched_by_epic_and_stands_in_no_address() -> None:
    async with a_desk() as desk:
        found = await desk.system.find_patients(LENA)
        heard = desk.simulator.heard

    assert [one.number for one in found if one.is_of(LENA)] == [LENA_ID]
    assert desk.asked(MATCHING) == 1
    assert not any("Rivera" in f"{one.path}?{one.query}" for one in heard)


async def test_a_namesake_of_another_birth_date_is_offered_and_not_taken() -> None:
    async with a_desk() as desk:
        mother = replace(LENA, birth_date=date(1961, 2, 3))
        desk.charts.people[LENA.id] = mother
        await desk.booked(patient=mother)

    assert desk.asked(OPENING) == 1
    assert desk.charts.kept[LENA.id] != LENA_ID


async def test_a_file_that_was_found_is_known_from_then_on() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        now = await desk.system.read(booked.appointment.id)
        listed = await desk.system.appointments_of([LENA.id])

    assert isinstance(now, Appointment)
    assert now.patient == LENA.id
    assert booked.appointment.id in {one.id for one in listed}
    assert desk.asked(MATCHING) == 1


async def test_somebody_of_whom_only_a_name_is_known_is_not_looked_for() -> None:
    nobody = replace(LENA, birth_date=None, phone=None, email=None)
    async with a_desk() as desk:
        with pytest.raises(Refused, match="none of them is known"):
            await desk.system.find_patients(nobody)

    assert desk.simulator.heard == []


async def test_two_files_that_fit_are_for_staff_and_none_is_opened() -> None:
    usual = a_world()
    twin = patient("3258599", "Lena", "Rivera", born="1988-04-12", mobile="512-555-0148")
    async with a_desk(replace(usual, patients=(*usual.patients, twin))) as desk:
        with pytest.raises(Refused, match="2 files"):
            await desk.book()

    assert (desk.asked(OPENING), desk.asked(BOOKING)) == (0, 0)


async def test_no_file_is_opened_for_a_time_that_is_gone() -> None:
    async with a_desk() as desk:
        desk.simulator.front_desk.book(
            patient=example.AVERY,
            provider=example.OKAFOR,
            department=example.MAIN,
            visit_type=example.OFFICE,
            at="2027-03-09T10:00",
        )
        await desk.book(patient=MARIA)

    assert (desk.asked(OPENING), desk.asked(BOOKING)) == (0, 0)


async def test_a_name_in_capitals_is_the_same_name() -> None:
    usual = a_world()
    there = patient("3258599", "MARIA", "GONZALEZ", born="1988-04-09", gender="unknown")
    async with a_desk(replace(usual, patients=(*usual.patients, there))) as desk:
        booked = await desk.booked(patient=MARIA)

    assert desk.asked(OPENING) == 0
    assert booked.appointment.patient == MARIA.id


async def test_what_the_search_gave_may_be_over_and_is_looked_for_once_more() -> None:
    async with a_desk(replace(a_world(), proposal_life=timedelta(0))) as desk:
        with pytest.raises(Refused, match="Staff can book it"):
            await desk.book()

    assert (desk.asked(FINDING), desk.asked(BOOKING)) == (2, 2)
    assert desk.visits() == []


async def test_each_booking_finds_its_time_anew_and_for_that_patient() -> None:
    async with a_desk() as desk:
        [slot, *_] = await desk.slots(TUESDAY, practitioner=OKAFOR)
        desk.hands.turn(minutes=40)  # what the first search gave has expired by now
        booked = await desk.booked(slot)
        asked = [one.body for one in desk.simulator.heard if one.call == FINDING]

    assert booked.appointment.during == slot.during
    assert [LENA_ID in body for body in asked] == [False] * (len(asked) - 1) + [True]


async def test_the_visit_bears_our_mark_and_nothing_of_the_patient() -> None:
    async with a_desk() as desk:
        await desk.booked(key="book:7")
        [row] = desk.visits()

    assert row["notes"] == f"Booked by {mark_of('book:7')}"
    assert "book:7" not in str(row["notes"])


def moved_by_staff(desk: Desk, booked: Booked, *, to: str) -> str:
    """Staff move a visit; the id of the one that is made."""
    csn = desk.simulator.front_desk.move(desk.csn(booked.appointment.id), at=to)
    return str(desk.simulator.hospital.row(desk.simulator.hospital.visits, csn)["fhirid"])


async def test_a_visit_that_staff_moved_is_read_where_it_is_now() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        first = moved_by_staff(desk, booked, to="2027-03-10T09:30")
        [row] = desk.visits()
        second = desk.simulator.front_desk.move(str(row["csn"]), at="2027-03-11T09:30")
        now = await desk.system.read(booked.appointment.id)
        looked_up = await desk.system.look_up(a_slot(), patient=LENA.id, key="book:1")
        again = await desk.booked()

    assert isinstance(now, Appointment)
    assert now.during == at("2027-03-11 09:30")
    assert now.id not in {booked.appointment.id, first, second}
    assert looked_up == again.appointment == now
    assert desk.asked(BOOKING) == 1


async def test_a_visit_that_staff_moved_is_cancelled_where_it_is_now() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        moved_by_staff(desk, booked, to="2027-03-10T09:30")
        gone = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

    assert isinstance(gone, Cancelled)
    assert desk.visits() == []


async def test_a_visit_that_staff_moved_and_that_was_cancelled_then_has_its_last_number() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        first = moved_by_staff(desk, booked, to="2027-03-10T09:30")
        [row] = desk.visits()
        csn = desk.simulator.front_desk.move(str(row["csn"]), at="2027-03-11T09:30")
        second = str(desk.simulator.hospital.row(desk.simulator.hospital.visits, csn)["fhirid"])
        await desk.system.cancel(AppointmentId(second), reason=Cancellation.PATIENT)
        read = [await desk.system.read(AppointmentId(id)) for id in (booked.appointment.id, first, second)]

    found = [(one.id, one.status) for one in read if isinstance(one, Appointment)]
    assert found == [(second, Status.CANCELLED)] * 3


async def test_where_the_note_does_not_go_with_a_moved_visit_it_is_told_as_cancelled() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        moved_by_staff(desk, booked, to="2027-03-10T09:30")
        [row] = desk.visits()
        desk.simulator.hospital.visits.change(str(row["csn"]), {"notes": "called by phone"})
        now = await desk.system.read(booked.appointment.id)

    assert isinstance(now, Appointment)
    assert now.status is Status.CANCELLED


async def test_where_notes_may_not_be_read_a_cancelled_visit_is_told_as_cancelled() -> None:
    usual = a_world()
    async with a_desk(replace(usual, scopes=usual.scopes - {"EMPI.read", "Scheduling.read"})) as desk:
        booked = await desk.booked()
        moved_by_staff(desk, booked, to="2027-03-10T09:30")
        now = await desk.system.read(booked.appointment.id)

    assert isinstance(now, Appointment)
    assert now.status is Status.CANCELLED


async def test_where_notes_cannot_be_read_for_now_nothing_is_told_of_a_cancelled_visit() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        moved_by_staff(desk, booked, to="2027-03-10T09:30")
        desk.simulator.faults.plan(Maintenance(), on=NUMBERING, times=9)
        with pytest.raises(Unreachable):
            await desk.system.read(booked.appointment.id)


async def test_another_visit_of_the_patient_is_not_taken_for_a_moved_one() -> None:
    async with a_desk() as desk:
        booked = await desk.booked(key="book:1")
        await desk.booked(a_slot(at("2027-03-10 09:30")), key="book:2")
        desk.simulator.front_desk.cancel(desk.csn(booked.appointment.id))
        now = await desk.system.read(booked.appointment.id)

    assert isinstance(now, Appointment)
    assert now.status is Status.CANCELLED


async def test_a_visit_that_was_cancelled_since_is_known_by_its_mark_and_not_booked_again() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        desk.simulator.front_desk.cancel(desk.csn(booked.appointment.id))
        again = await desk.booked()
        another = await desk.booked(key="book:2")

    assert (again.appointment.id, again.appointment.status) == (booked.appointment.id, Status.CANCELLED)
    assert another.appointment.id != booked.appointment.id
    assert desk.asked(BOOKING) == 2


@pytest.mark.parametrize(
    "late",
    [
        lambda desk: desk.hands.turn(hours=25.5),
        lambda desk: desk.simulator.front_desk.mark_arrived(str(desk.visits()[0]["csn"])),
    ],
    ids=["an hour and a half before", "checked in"],
)
async def test_what_epic_does_not_cancel_from_outside_is_for_staff_and_stands(late: Callable[[Desk], None]) -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        late(desk)
        with pytest.raises(Refused):
            await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

        assert len(desk.visits()) == 1


async def test_a_visit_without_a_contact_number_of_the_settings_system_says_what_to_correct() -> None:
    async with a_desk(numbers=replace(NUMBERS, contacts="urn:oid:1.2.3")) as desk:
        booked = await desk.booked()
        with pytest.raises(NotPermitted, match="system of contact numbers"):
            await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)

    assert desk.asked(CANCELLING) == 0


async def test_a_visit_type_of_another_site_is_for_a_person() -> None:
    async with a_desk(numbers=replace(NUMBERS, visit_types="urn:oid:1.2.3")) as desk:
        with pytest.raises(NotPermitted, match="no visit type"):
            await desk.slots(TUESDAY)


async def test_a_service_without_a_visit_type_says_what_a_person_must_do() -> None:
    async with a_desk(numbers=replace(NUMBERS, services={})) as desk:
        for asked in (desk.slots(TUESDAY), desk.book()):
            with pytest.raises(NotPermitted, match="Service office-visit has no visit type"):
                await asked

    assert desk.simulator.heard == []


async def test_a_patient_whose_file_was_merged_is_booked_on_the_one_it_was_merged_into() -> None:
    async with a_desk() as desk:
        await desk.booked()
        twin = desk.simulator.front_desk.register(
            first="Lena", last="Rivera", born="1988-04-12", gender="unknown", mobile="512-555-0148"
        )
        desk.simulator.front_desk.merge_patients(into=twin, gone=example.LENA)
        found = await desk.system.look_up(a_slot(), patient=LENA.id, key="book:1")
        visits = await desk.system.appointments_of([LENA.id])
        await desk.booked(a_slot(at("2027-03-10 09:30")), key="book:2")

    assert isinstance(found, Appointment)
    assert found.id in {one.id for one in visits}
    assert {str(row["patient"]) for row in desk.visits()} == {twin}


async def test_a_booking_on_a_merged_file_goes_to_the_other() -> None:
    async with a_desk() as desk:
        desk.charts.kept[LENA.id] = LENA_ID
        twin = desk.simulator.front_desk.register(
            first="Lena", last="Rivera", born="1988-04-12", gender="unknown", mobile="512-555-0148"
        )
        desk.simulator.front_desk.merge_patients(into=twin, gone=example.LENA)
        await desk.booked()

    assert [row["patient"] for row in desk.visits()] == [twin]
    assert desk.charts.kept[LENA.id] != LENA_ID


async def test_a_merged_file_that_leads_nowhere_plain_is_for_staff() -> None:
    async with a_desk() as desk:
        desk.charts.kept[LENA.id] = LENA_ID
        desk.simulator.front_desk.merge_patients(into=example.AVERY, gone=example.LENA)
        with pytest.raises(Refused):
            await desk.book()

    assert desk.visits() == []


async def test_a_visit_elsewhere_in_the_hospital_is_none_of_ours() -> None:
    only_desert = {id: there for id, there in NUMBERS.locations.items() if id == "desert"}
    async with a_desk() as desk:
        booked = await desk.booked()
        row = desk.simulator.hospital.visits.find(fhirid=booked.appointment.id)[0]
    async with a_desk(replace(a_world(), visits=(row,)), numbers=replace(NUMBERS, locations=only_desert)) as desk:
        found = await desk.system.read(booked.appointment.id)

    assert found == Missing()


async def test_a_visit_that_is_none_is_missing() -> None:
    async with a_desk() as desk:
        assert await desk.system.read(AppointmentId("eNone")) == Missing()
        assert await desk.system.cancel(AppointmentId("eNone"), reason=Cancellation.PATIENT) == Missing()


async def test_a_service_of_the_practice_that_its_files_no_longer_hold_is_not_read_by_name() -> None:
    fewer = a_practice(services=tuple(one for one in a_practice().services if one.id != OFFICE))
    async with a_desk() as desk:
        booked = await desk.booked()
        row = desk.simulator.hospital.visits.find(fhirid=booked.appointment.id)[0]
    world = replace(a_world(), visits=(row,))
    async with a_desk(world, practice=fewer) as desk:
        found = await desk.system.read(booked.appointment.id)

    assert isinstance(found, Appointment)
    assert found.service is None
