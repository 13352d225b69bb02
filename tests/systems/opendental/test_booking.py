"""A booking over a real socket: once, alone at its time, and never told unless it stands."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.clinic import BOTOX, HAIR, a_practice, a_slot, at
from tests.systems.opendental.a_book import (
    MARIA,
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

from frontdesk.domain.appointment import Status, Subject
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Booked, Taken


async def test_a_booked_visit_stands_in_the_book_and_is_what_was_read_back() -> None:
    async with an_office(a_known_office()) as office:
        booked = await book(office)

    assert isinstance(booked, Booked)
    [row] = office.book.standing()
    assert (row["PatNum"], row["Op"], row["ProvNum"]) == (48, 5, 1)
    assert (row["AptDateTime"], row["Pattern"], row["AppointmentTypeNum"]) == ("2026-05-28 18:00:00", "XXXXXX", 3)
    assert booked.appointment.id == str(row["AptNum"])
    assert booked.appointment.during == at("2026-05-28 18:00", minutes=30)
    assert (booked.appointment.status, booked.appointment.patient) == (Status.BOOKED, MARIA.id)


async def test_the_room_is_kept_for_set_up_and_staff_are_told_when_the_patient_comes() -> None:
    practice = a_practice()
    service = replace(practice.service(BOTOX), before=timedelta(minutes=10), after=timedelta(minutes=5))
    practice = replace(practice, services=(service, practice.service(HAIR)))

    async with an_office(a_known_office(), practice=practice) as office:
        booked = await book(office)

    [row] = office.book.standing()
    assert (row["AptDateTime"], row["Pattern"]) == ("2026-05-28 17:50:00", "//XXXXXX/")
    assert row["Note"].endswith("the patient comes at 18:00")
    assert isinstance(booked, Booked)
    assert booked.appointment.during == at("2026-05-28 18:00", minutes=30)


async def test_the_same_key_again_finds_the_same_visit() -> None:
    async with an_office(a_known_office()) as office:
        first = await book(office)
        again = await book(office)

    assert first == again
    assert office.asked("POST", "/appointments") == 1


async def test_a_visit_that_staff_moved_meanwhile_is_told_as_it_stands() -> None:
    async with an_office(a_known_office()) as office:
        await book(office)
        office.book.standing()[0]["AptDateTime"] = "2026-05-29 11:00:00"
        again = await book(office)

    assert isinstance(again, Booked)
    assert again.appointment.during == at("2026-05-29 11:00", minutes=30)
    assert len(office.book.appointments) == 1


@pytest.mark.parametrize(
    ("there", "by"),
    [
        ({"Op": 5, "ProvNum": 77}, Subject.ROOM),
        ({"Op": 99, "ProvNum": 1}, Subject.PRACTITIONER),
        ({"AptDateTime": "2026-05-28 17:45:00"}, Subject.PRACTITIONER),
    ],
)
async def test_a_time_that_was_taken_a_second_ago_is_not_booked(there: dict[str, object], by: Subject) -> None:
    async with an_office(a_known_office()) as office:
        office.book.enter(**{"AptDateTime": "2026-05-28 18:00:00", **there})
        outcome = await book(office)

    assert outcome == Taken(by=by)
    assert office.asked("POST", "/appointments") == 0


async def test_hours_that_ended_a_second_ago_are_not_booked() -> None:
    async with an_office(a_known_office()) as office:
        office.book.schedules = [a_schedule(StopTime="18:15:00")]
        outcome = await book(office)

    assert outcome == Taken(by=Subject.PRACTITIONER)
    assert office.book.appointments == []


async def test_a_blockout_drawn_a_second_ago_is_honoured() -> None:
    async with an_office(a_known_office()) as office:
        office.book.schedules.append(payload("schedules")[4] | {"StartTime": "17:30:00", "StopTime": "18:30:00"})
        outcome = await book(office)

    assert outcome == Taken(by=Subject.ROOM)


async def test_a_reply_that_was_lost_after_the_visit_was_entered_books_once() -> None:
    async with an_office(a_known_office(after=once("POST", "/appointments", HangsUp()))) as office:
        booked = await book(office)

    assert isinstance(booked, Booked)
    assert len(office.book.appointments) == 1
    assert office.asked("POST", "/appointments") == 1


@pytest.mark.parametrize("reply", [HangsUp(), Says(status=500), Says(status=504), Says(body=b"<html>")], ids=str)
async def test_a_write_of_which_nothing_shows_is_unknown_and_not_sent_again(reply: Reply) -> None:
    async with an_office(a_known_office(before=once("POST", "/appointments", reply))) as office:
        with pytest.raises(OutcomeUnknown):
            await book(office)
        posted = office.asked("POST", "/appointments")
        again = await book(office)

    assert posted == 1
    assert isinstance(again, Booked)
    assert len(office.book.appointments) == 1


async def test_a_write_that_lands_late_is_found_and_the_second_taken_out() -> None:
    late: list[Asked] = []

    def withheld(asked: Asked) -> Reply | None:
        if asked.method == "POST" and asked.path == "/api/v1/appointments" and not late:
            late.append(asked)
            return Says(status=504)
        return None

    async with an_office(a_known_office(before=withheld)) as office:
        with pytest.raises(OutcomeUnknown):
            await book(office)
        first = await book(office)
        office.book.enter(**late[0].json)
        again = await book(office)

    assert isinstance(first, Booked)
    assert first == again
    assert [str(row["AptNum"]) for row in office.book.standing()] == [first.appointment.id]


async def test_whoever_is_in_the_book_first_keeps_the_time_and_ours_is_taken_out() -> None:
    def overtaken(asked: Asked) -> None:
        if asked.method == "POST" and asked.path == "/api/v1/appointments":
            office.book.enter(AptDateTime="2026-05-28 18:15:00", PatNum=99)

    async with an_office(a_known_office(before=overtaken)) as office:
        outcome = await book(office)

    assert outcome == Taken(by=Subject.PRACTITIONER)
    [left] = office.book.standing()
    assert left["PatNum"] == 99
    assert "somebody else had this time first" in office.book.appointments[1]["Note"]


async def test_whoever_comes_after_us_does_not_take_our_time() -> None:
    def overrun(asked: Asked) -> None:
        if asked.method == "POST" and asked.path == "/api/v1/appointments":
            office.book.enter(AptDateTime="2026-05-28 18:00:00", PatNum=99)

    async with an_office(a_known_office(after=overrun)) as office:
        outcome = await book(office)

    assert isinstance(outcome, Booked)
    assert outcome.appointment.id in {str(row["AptNum"]) for row in office.book.standing()}


async def test_two_desks_racing_for_one_time_have_one_winner() -> None:
    people = [
        Patient(id=PatientId(UUID(int=number)), given=f"Robin{number}", family="Testcase", phone=f"+1512555{number:04}")
        for number in range(100, 108)
    ]
    async with an_office(Book(seconds=0.1)) as office:
        office.charts.people |= {person.id: person for person in people}
        outcomes = await asyncio.gather(
            *(office.system.book(a_slot(), patient=one.id, key=f"book:{one.id}", held=None) for one in people)
        )

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1
    assert len(office.book.standing()) == 1
    assert office.asked("POST", "/appointments") > 1


async def test_our_visit_is_taken_out_even_where_the_reply_to_that_is_lost() -> None:
    def overtaken(asked: Asked) -> None:
        if asked.method == "POST" and asked.path == "/api/v1/appointments":
            office.book.enter(AptDateTime="2026-05-28 18:00:00", PatNum=99)

    spoiled = once("PUT", r"/appointments/\d+/Break", Says(status=504))
    async with an_office(a_known_office(before=overtaken, after=spoiled)) as office:
        outcome = await book(office)

    assert outcome == Taken(by=Subject.PRACTITIONER)
    assert [row["PatNum"] for row in office.book.standing()] == [99]


async def test_what_staff_entered_for_the_patient_at_that_time_is_left_in_the_book() -> None:
    async with an_office(a_known_office()) as office:
        office.book.enter(AptDateTime="2026-05-28 18:00:00", PatNum=99, Op=7)
        office.book.enter(AptDateTime="2026-05-28 18:00:00", PatNum=48, Note="entered by hand")
        outcome = await book(office)

    assert isinstance(outcome, Booked)
    assert len(office.book.standing()) == 2
    assert office.asked("POST", "/appointments") == 0


async def test_a_booking_that_the_book_does_not_show_is_not_told_as_booked() -> None:
    forgets = once("POST", "/appointments", Says(status=201, body=a_row(AptNum=777)))
    async with an_office(a_known_office(before=forgets)) as office:
        with pytest.raises(OutcomeUnknown, match="does not show it"):
            await book(office)


async def test_a_no_is_passed_on() -> None:
    refuses = once("POST", "/appointments", Says(status=400, body=b"PatNum is not valid."))
    async with an_office(a_known_office(before=refuses)) as office:
        with pytest.raises(Refused):
            await book(office)
