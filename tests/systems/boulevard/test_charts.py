"""Clients' files: found by e-mail or phone and name, opened once, followed when staff merge them, updated."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.systems.boulevard.a_desk import NEW, RILEY, a_desk

from frontdesk.domain.chart import charts_of
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Booked
from frontdesk.standards.simulating.faults import CutsConnection, When
from frontdesk.systems.boulevard import simulator_example as example
from frontdesk.systems.boulevard.simulator_business import World
from frontdesk.systems.boulevard.simulator_world import client

AVERY = Patient(
    id=PatientId(UUID(int=3)), given="Avery", family="Sample", phone="+13035550143", email="someone@example.com"
)


def many_clients(count: int, *, last: Patient) -> World:
    """The example with so many clients more, the last of whom is that patient."""
    world = example.example_world()
    others = [
        client(number, "Other", f"Person{number}", phone=f"+1720555{number:04d}") for number in range(100, 100 + count)
    ]
    theirs = client(100 + count, last.given, last.family, phone=last.phone)
    return replace(world, clients=(*world.clients, *others, theirs))


async def test_a_file_is_found_by_email_and_by_phone() -> None:
    async with a_desk() as desk:
        by_email = await desk.system.find_patients(replace(RILEY, phone=None))
        by_phone = await desk.system.find_patients(replace(RILEY, email=None))
        stranger = await desk.system.find_patients(NEW)

    assert [one.number for one in charts_of(RILEY, by_email)] == [example.RILEY]
    assert [one.number for one in charts_of(RILEY, by_phone)] == [example.RILEY]
    assert stranger == []


async def test_those_who_share_a_phone_are_all_candidates_and_one_is_theirs() -> None:
    morgan = replace(AVERY, given="Morgan", family="Madeup")
    async with a_desk() as desk:
        found = await desk.system.find_patients(morgan)

    assert len(found) == 3
    assert [one.number for one in charts_of(morgan, found)] == [example.MORGAN]


async def test_two_files_that_fit_are_for_staff_and_nothing_is_booked() -> None:
    async with a_desk() as desk:
        desk.charts.people[AVERY.id] = AVERY
        before = len(list(desk.simulator.business.clients))
        with pytest.raises(Refused, match="2 files"):
            await desk.book(await desk.slot(), AVERY)

    assert desk.standing() == []
    assert len(list(desk.simulator.business.clients)) == before


async def test_a_phone_on_the_fifth_page_is_found() -> None:
    async with a_desk(many_clients(450, last=NEW)) as desk:
        found = await desk.system.find_patients(replace(NEW, email=None))

    assert len(charts_of(NEW, found)) == 1
    assert desk.calls().count("admin clients") == 5


async def test_all_clients_are_read_once_in_a_while_and_new_ones_are_seen_at_once() -> None:
    async with a_desk(many_clients(450, last=RILEY)) as desk:
        await desk.system.find_patients(NEW)
        begun = len(desk.calls())
        desk.simulator.business.clients.add(client(999, NEW.given, NEW.family, phone=NEW.phone))
        found = await desk.system.find_patients(replace(NEW, email=None))
        calls = desk.calls()[begun:]

    assert len(charts_of(NEW, found)) == 1
    assert len(calls) <= 3


async def test_a_phone_that_staff_changed_is_found_after_half_a_day() -> None:
    async with a_desk(many_clients(450, last=NEW)) as desk:
        await desk.system.find_patients(RILEY)
        moved = replace(RILEY, phone="+13035550177", email=None)
        desk.simulator.front_desk.change_client(example.RILEY, {"mobilePhone": moved.phone})
        desk.hands.turn(hours=13)

        assert [one.number for one in charts_of(moved, await desk.system.find_patients(moved))] == [example.RILEY]


async def test_of_many_who_share_a_phone_only_those_of_the_name_are_read() -> None:
    world = example.example_world()
    others = [client(number, "Other", f"Person{number}", phone=NEW.phone) for number in range(100, 150)]
    theirs = client(200, NEW.given, NEW.family, phone=NEW.phone)

    async with a_desk(replace(world, clients=(*world.clients, *others, theirs))) as desk:
        found = await desk.system.find_patients(replace(NEW, email=None))

    assert [one.number for one in found] == [theirs["id"]]
    assert desk.calls().count("admin client") == 1


async def test_a_file_whose_phone_is_another_by_now_is_not_theirs() -> None:
    async with a_desk() as desk:
        await desk.system.find_patients(RILEY)
        desk.simulator.front_desk.change_client(example.RILEY, {"mobilePhone": "+13035550178"})
        found = await desk.system.find_patients(replace(RILEY, email=None))

    assert charts_of(replace(RILEY, email=None), found) == []


async def test_an_inactive_file_is_not_booked_on() -> None:
    jordan = Patient(
        id=PatientId(UUID(int=4)), given="Jordan", family="Longgone", phone=None, email="jordan@example.com"
    )
    async with a_desk() as desk:
        desk.charts.people[jordan.id] = jordan
        booked = await desk.book(await desk.slot(), jordan)

    assert isinstance(booked, Booked)
    assert desk.standing()[0]["clientId"] != example.JORDAN


async def test_a_file_that_staff_merged_is_followed_to_the_one_that_stays() -> None:
    async with a_desk() as desk:
        first = await desk.book(await desk.slot("10:30"), NEW, key="book:1")
        assert isinstance(first, Booked)
        old = desk.charts.kept[NEW.id]
        other = client(999, NEW.given, NEW.family, phone=NEW.phone)
        desk.simulator.business.clients.add(other)
        desk.simulator.front_desk.merge_clients(into=str(other["id"]), gone=old)
        found = await desk.system.look_up(await desk.slot("10:45"), patient=NEW.id, key="book:1")
        listed = await desk.system.appointments_of([NEW.id])
        second = await desk.book(await desk.slot("13:00"), NEW, key="book:2")

    assert getattr(found, "id", None) == first.appointment.id
    assert [one.id for one in listed] == [first.appointment.id]
    assert isinstance(second, Booked)
    assert desk.charts.kept[NEW.id] == other["id"]


async def test_what_is_learned_reaches_the_file_and_the_name_stays() -> None:
    async with a_desk() as desk:
        nobody = await desk.system.update_patient(NEW.id)
        desk.charts.kept[RILEY.id] = example.RILEY
        desk.charts.people[RILEY.id] = replace(RILEY, given="Ry", email="new@example.com", birth_date=NEW.birth_date)
        written = await desk.system.update_patient(RILEY.id)

    row = desk.simulator.business.clients.get(example.RILEY)
    assert row is not None
    assert (nobody, written) == (False, True)
    assert (row["firstName"], row["email"]) == ("Riley", "new@example.com")
    assert f"{NEW.birth_date}" in str(row)


async def test_what_the_file_says_already_is_not_written_again() -> None:
    async with a_desk() as desk:
        desk.charts.kept[RILEY.id] = example.RILEY

        assert await desk.system.update_patient(RILEY.id)

    assert "client updateClient" not in desk.calls()


async def test_an_update_whose_answer_is_lost_is_sent_once_more() -> None:
    async with a_desk() as desk:
        desk.charts.kept[RILEY.id] = example.RILEY
        desk.charts.people[RILEY.id] = replace(RILEY, email="new@example.com")
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on="client updateClient")

        assert await desk.system.update_patient(RILEY.id)


async def test_a_file_that_may_have_been_opened_is_looked_for_before_another_is() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        desk.simulator.faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="admin createClient")
        with pytest.raises(OutcomeUnknown):
            await desk.book(slot, NEW)
        desk.hands.turn(seconds=timedelta(minutes=1).total_seconds())
        booked = await desk.book(slot, NEW)

    assert isinstance(booked, Booked)
    assert len([row for row in desk.simulator.business.clients if row["lastName"] == NEW.family]) == 1


async def test_a_patient_without_a_family_name_is_for_staff() -> None:
    async with a_desk() as desk:
        desk.charts.people[NEW.id] = replace(NEW, family=" ")
        with pytest.raises(Refused, match="family name"):
            await desk.book(await desk.slot(), NEW)
