"""What is written on a visit: confirmed, arrived, missed, noted; and the list of all that can be mapped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.systems.athenahealth.a_desk import Desk, a_desk, a_slot, at

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import (
    Came,
    ConfirmsVisits,
    FindsPatients,
    HearsNotices,
    ListsCatalogue,
    MarksVisits,
    TakesCoverage,
    TakesDocuments,
    TakesNotes,
    TellsBusyTimes,
    TellsChanges,
    UpdatesPatients,
)
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Missing
from frontdesk.standards.simulating.faults import CutsConnection, Maintenance, When
from frontdesk.systems.athenahealth import simulator_example as example

NOBODY = AppointmentId("99")
CONFIRM = "PUT /appointments/{appointmentid}/confirmationstatus"
CHECK_IN = "POST /appointments/{appointmentid}/startcheckin"
NOTE = "POST /appointments/{appointmentid}/notes"


async def a_visit(desk: Desk) -> AppointmentId:
    return (await desk.booked()).appointment.id


async def status_of(desk: Desk, id: AppointmentId) -> Status:
    found = await desk.system.read(id)
    assert isinstance(found, Appointment)
    return found.status


async def notes_of(desk: Desk, id: AppointmentId) -> list[str]:
    return [note.text("notetext") for note in await desk.client.notes(int(id))]


async def test_it_has_the_abilities_that_its_manifest_names() -> None:
    has = (
        ListsCatalogue,
        FindsPatients,
        UpdatesPatients,
        ConfirmsVisits,
        MarksVisits,
        TakesNotes,
        TakesCoverage,
        TellsChanges,
        HearsNotices,
    )
    async with a_desk() as desk:
        assert all(isinstance(desk.system, ability) for ability in has)
        assert not any(isinstance(desk.system, ability) for ability in (TellsBusyTimes, TakesDocuments))


async def test_a_confirmed_visit_bears_the_practices_own_status_and_is_confirmed_once() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        first, again = await desk.system.confirm(id), await desk.system.confirm(id)
        row = await desk.row(int(id))

    assert first == again
    assert isinstance(first, Appointment)
    assert first.status is Status.BOOKED
    assert str(row["appointmentconfirmationid"]) == str(example.CONFIRMED)
    assert desk.asked(CONFIRM) == 1


@pytest.mark.parametrize(("when", "done"), [(When.AFTER_COMMIT, True), (When.BEFORE_COMMIT, False)])
async def test_a_confirmation_whose_answer_was_lost_is_read_back(when: When, done: bool) -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        desk.simulator.faults.plan(CutsConnection(when=when), on=CONFIRM)
        try:
            outcome: object = await desk.system.confirm(id)
        except OutcomeUnknown as fault:
            outcome = fault

    assert isinstance(outcome, Appointment) is done


async def test_what_is_cancelled_is_neither_confirmed_nor_checked_in() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        await desk.system.cancel(id, reason=Cancellation.PATIENT)
        with pytest.raises(Refused, match="not to come any more"):
            await desk.system.confirm(id)
        with pytest.raises(Refused, match="not to come any more"):
            await desk.system.mark(id, Came.ARRIVED)


async def test_a_practice_without_such_a_status_or_reason_must_add_one() -> None:
    usual = example.example_world()
    unconfirmed = ({"statusid": 1, "name": "Unconfirmed"},)
    bare = replace(usual, confirmations=unconfirmed, cancel_reasons=usual.cancel_reasons[:2])
    async with a_desk(bare) as desk:
        id = await a_visit(desk)
        with pytest.raises(NotPermitted, match="0 confirmation statuses"):
            await desk.system.confirm(id)
        desk.hands.turn(days=4)
        with pytest.raises(NotPermitted, match="means a missed visit"):
            await desk.system.mark(id, Came.MISSED)


async def test_who_has_come_is_being_checked_in_once() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        first, again = await desk.system.mark(id, Came.ARRIVED), await desk.system.mark(id, Came.ARRIVED)

    assert isinstance(first, Appointment)
    assert (first.status, again) == (Status.ARRIVED, first)
    assert desk.asked(CHECK_IN) == 1


async def test_an_arrival_whose_answer_was_lost_is_read_back() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        desk.simulator.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on=CHECK_IN)
        marked = await desk.system.mark(id, Came.ARRIVED)

    assert isinstance(marked, Appointment)
    assert marked.status is Status.ARRIVED


async def test_who_has_not_come_is_a_no_show_and_their_past_slot_stays_closed() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        desk.hands.now = at("2026-03-05 09:45").start
        first, again = await desk.system.mark(id, Came.MISSED), await desk.system.mark(id, Came.MISSED)
        row = await desk.row(int(id))

    assert isinstance(first, Appointment)
    assert (first.status, again) == (Status.NOSHOW, first)
    assert str(row["cancelreasonid"]) == str(example.MISSED)


async def test_nobody_has_missed_a_visit_before_its_time() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        desk.hands.now = a_slot().during.start - timedelta(minutes=1)
        with pytest.raises(Refused, match="yet to come"):
            await desk.system.mark(id, Came.MISSED)
        assert await status_of(desk, id) is Status.BOOKED


async def test_a_note_is_written_once_for_each_key_beside_what_stands_there() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        assert await desk.system.add_note(id, "Uses a wheelchair.", key="note:1")
        assert await desk.system.add_note(id, "Uses a wheelchair.", key="note:1")
        assert await desk.system.add_note(id, "Runs ten minutes late.", key="note:2")
        notes = await notes_of(desk, id)

    assert [note.partition(" [Frontdesk")[0] for note in notes][1:] == ["Uses a wheelchair.", "Runs ten minutes late."]
    assert "Booked by Frontdesk" in notes[0]


@pytest.mark.parametrize("when", list(When))
async def test_a_note_whose_answer_was_lost_is_written_once(when: When) -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        desk.simulator.faults.plan(CutsConnection(when=when), on=NOTE)
        try:
            await desk.system.add_note(id, "Uses a wheelchair.", key="note:1")
        except OutcomeUnknown:
            assert when is When.BEFORE_COMMIT
        await desk.system.add_note(id, "Uses a wheelchair.", key="note:1")
        notes = await notes_of(desk, id)

    assert sum("wheelchair" in note for note in notes) == 1


async def test_a_note_without_words_is_not_written() -> None:
    async with a_desk() as desk:
        id = await a_visit(desk)
        with pytest.raises(Refused, match="without words"):
            await desk.system.add_note(id, "  ", key="note:1")


async def test_nothing_is_written_on_a_visit_that_is_none() -> None:
    async with a_desk() as desk:
        assert await desk.system.confirm(NOBODY) == Missing()
        assert await desk.system.mark(NOBODY, Came.ARRIVED) == Missing()
        assert await desk.system.mark(NOBODY, Came.MISSED) == Missing()
        assert not await desk.system.add_note(NOBODY, "Hello.", key="note:1")

    assert not any(heard.call.startswith(("PUT", "POST /app")) for heard in desk.simulator.heard)


async def test_everything_that_can_be_mapped_is_listed() -> None:
    async with a_desk() as desk:
        listed = await desk.system.catalogue()

    assert {(one.number, one.name) for one in listed.locations} >= {
        ("1", "Riverbend Natick"),
        ("21", "Riverbend Tempe"),
    }
    assert ("71", "ULTRASOUND ROOM") in {(one.number, one.name) for one in listed.practitioners}
    services = {one.number: one for one in listed.services}
    assert (services["type 42"].name, services["type 42"].length) == ("Established", timedelta(minutes=15))
    assert not services["type 44"].active  # a template, replaced when it is booked
    assert (services["reason 563"].name, services["reason 563"].practitioners) == ("Follow Up", ("58", "59", "60"))
    assert services["reason 563"].bookable
    assert (listed.rooms, listed.payers) == ((), ())


async def test_a_list_that_cannot_be_read_lists_nothing() -> None:
    async with a_desk() as desk:
        desk.simulator.faults.plan(Maintenance(), on="GET /patientappointmentreasons", times=9)
        with pytest.raises(Unreachable):
            await desk.system.catalogue()
