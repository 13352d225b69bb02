"""The whole conversation with the calendar in a simulated Open Dental: on good days, and with each step going wrong."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import AT, Postgres, smile_desk

from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import Moved, SlotRequest, System, Taken
from frontdesk.proving.simulator_server import served
from frontdesk.reception.connected import Connected
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.saga import Saga
from frontdesk.sample.practice import SMILE_ID, smile
from frontdesk.sample.visits import DEFAULT_SEED, plausible_visits
from frontdesk.scheduling.slots import find_slots
from frontdesk.settings import Settings
from frontdesk.standards.simulating.faults import CutsConnection, Fails, Overtaken, When
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.storage import bookings, conversations, local_post, tasks
from frontdesk.storage.audit import read_row
from frontdesk.storage.bookings import Step
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.charts import StoredCharts
from frontdesk.storage.connections import Connection, connect, read_connection
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.key_rotation import Progress, Rotating, begin_rotation
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.systems.opendental.peer import peer
from frontdesk.systems.opendental.simulator import Simulator
from frontdesk.systems.opendental.system import connect as reach
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver

PATIENT = "+15125550147"
TALK = [
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Evenings would be great",
    "Thursday",
    "Maria Gonzalez, 512 555 0147",
    "maria@example.com",
    "yes",
]
THURSDAY_SIX = "2026-05-28 18:00:00"
PRACTICE = smile()
Broken = Fails | CutsConnection


class Clinic:
    """A desk whose calendar is the office's book."""

    def __init__(self, desk: Frontdesk, office: Simulator, in_two_steps: System) -> None:
        self.desk = desk
        self.office = office
        self.system = desk.system_of(SMILE_ID)
        self.in_two_steps = in_two_steps
        self.heard: list[str] = []

    def moves_in_two_steps(self) -> None:
        """From now on as with a system that cannot move a visit: the new time is booked, the old one cancelled."""
        self.system = self.in_two_steps

    async def says(self, *lines: str) -> str:
        for line in lines:
            received = await self.desk.reception.receive(SMILE_ID, ChannelKind.SMS, PATIENT, line, provider_id=None)
            await self.desk.reception.answer(SMILE_ID, received.conversation)
            await deliver(self.desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=received.conversation))
            async with self.desk.storage.practice(SMILE_ID) as db:
                said = await conversations.messages(db, received.conversation)
            self.heard = [one.text for one in said if one.author is Author.ASSISTANT]
        return self.heard[-1]

    def saga(self) -> Saga:
        """What a patient's wish to move or cancel is carried out by."""
        return Saga(lambda: self.desk.storage.practice(SMILE_ID), self.system, self.desk.clock)

    async def asked(self) -> dict[str, Any]:
        """Whose wish it is, and where it was said."""
        async with self.desk.storage.practice(SMILE_ID) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
            assert thread is not None
            said = await conversations.messages(db, thread.id)
        message = next(one.id for one in reversed(said) if one.author is Author.PATIENT)
        return {"patient": thread.patient, "conversation": thread.id, "message": message}

    def rows(self) -> list[dict[str, object]]:
        """Maria's visits on the book."""
        marias = {row["PatNum"] for row in self.office.office.patients if row["LName"] == "Gonzalez"}
        on_the_book = [row for row in self.office.office.appointments if row["AptStatus"] == "Scheduled"]
        return [dict(row) for row in on_the_book if row["PatNum"] in marias]

    async def later(self, **by: float) -> None:
        """The recovery job and the look at other systems, some time from now."""
        clock = Later(self.desk, timedelta(**by))
        recovery = Recovery(
            self.desk.storage, self.desk.practices, clock, lambda _: self.system, public_url="http://localhost:8000"
        )
        await recovery.recover(SMILE_ID)
        await recovery.look(SMILE_ID)
        async with self.desk.storage.practice(SMILE_ID) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
            assert thread is not None
            said = await conversations.messages(db, thread.id)
        self.heard = [one.text for one in said if one.author is Author.ASSISTANT]


class Later:
    """The desk's clock, some time ahead."""

    def __init__(self, desk: Frontdesk, ahead: timedelta) -> None:
        self._desk, self._ahead = desk, ahead

    def now(self) -> object:
        return self._desk.clock.now() + self._ahead


@pytest.fixture
async def clinic(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Clinic]:
    async with a_clinic(server, smile_template, master_home) as made:
        yield made


@asynccontextmanager
async def a_clinic(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Clinic]:
    async with smile_desk(server, smile_template, Settings(home=master_home)) as desk:
        visits = [one.slot for one in plausible_visits(PRACTICE, now=AT, seed=DEFAULT_SEED)]
        book = peer(PRACTICE, clock=desk.clock.now, wait=sleep, visits=visits, days=64)
        office = book.simulator
        async with served(office) as address:
            connection = Connection(system="opendental", settings=book.settings(address), numbers=book.numbers)
            async with desk.storage.practice(SMILE_ID) as db:
                await connect(db, connection, now=desk.clock.now())
                await db.run("delete from claim")
                await db.run("update appointment set status = 'cancelled' where status = 'booked'")
            url = desk.storage.url.replace("role=frontdesk_app", "role=frontdesk")
            database = Ready(url=url, entered=enter(url))
            async with (
                open_frontdesk(desk.settings, database) as connected,
                in_two_steps(connected, connection) as calendar,
            ):
                yield Clinic(connected, office, calendar)
            database.entered.leave()


@asynccontextmanager
async def in_two_steps(desk: Frontdesk, connection: Connection) -> AsyncIterator[System]:
    """The same office for a desk that does not know that it moves visits."""

    async def read_practice() -> Practice:
        return PRACTICE

    outside = Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=StoredCharts(desk.storage, SMILE_ID, "opendental"),
        free_times=find_slots,
        clock=desk.clock,
        gate=None,
    )
    connector = reach(connection.settings, connection.numbers, outside)
    holds = Calendar(desk.storage, desk.practices, SMILE_ID, desk.clock)
    try:
        yield Connected(connector, holds, desk.storage, SMILE_ID, desk.clock)
    finally:
        await connector.close()


async def test_the_conversation_books_in_open_dental(clinic: Clinic) -> None:
    told = await clinic.says(*TALK)

    offered = next(words for words in clinic.heard if "6:00 PM" in words)
    assert "Thursday" in offered
    assert told.startswith("You're booked! Botox consultation on Thursday, May 28 at 6:00 PM")
    [row] = clinic.rows()
    assert (row["AptDateTime"], row["Pattern"]) == (THURSDAY_SIX, "XXXXXX")
    async with clinic.desk.storage.practice(SMILE_ID) as db:
        assert len(await local_post.mails(db)) == 1


async def test_every_call_of_the_other_calendar_stands_in_the_audit(clinic: Clinic) -> None:
    await clinic.says(*TALK)

    async with clinic.desk.storage.practice(SMILE_ID) as db:
        rows = await db.all("select * from audit_event where what = 'system.called' order by id")
    asked = [json.loads(read_row(row).recorded.detail)["codes"] for row in rows]
    assert {"asked": "find_slots", "system": "opendental"} in asked
    assert {"asked": "book", "system": "opendental"} in asked


@pytest.mark.parametrize("call", ["POST /appointments", "POST /patients", "GET /appointments/{AptNum}"])
@pytest.mark.parametrize("fault", [Fails(when=When.BEFORE_COMMIT), CutsConnection(when=When.AFTER_COMMIT)], ids=str)
async def test_a_fault_at_any_call_ends_with_one_visit_or_none_and_the_truth(
    clinic: Clinic, call: str, fault: Broken
) -> None:
    await clinic.says(*TALK[:-1])
    clinic.office.faults.plan(fault, on=call)

    told = await clinic.says("yes")
    await clinic.later(minutes=2)
    await clinic.later(minutes=10)

    booked = any(words.startswith("You're booked!") for words in clinic.heard)
    assert len(clinic.rows()) == int(booked)
    assert booked or "nothing is confirmed" in told


async def test_a_time_that_the_office_gave_away_meanwhile_is_not_told_as_booked(clinic: Clinic) -> None:
    await clinic.says(*TALK[:-1])
    clinic.office.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on="POST /appointments")

    told = await clinic.says("yes")

    assert "was just taken" in told
    assert clinic.rows() == []


async def test_what_the_office_changes_in_its_own_system_is_told(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    [row] = clinic.rows()
    clinic.office.front_desk.move(int(str(row["AptNum"])), at="2026-05-28 19:00:00")

    await clinic.later(minutes=6)

    assert "is now Thursday, May 28 at 7:00 PM" in clinic.heard[-1]


@pytest.mark.parametrize("again", ["once", "after a lost reply", "where the old one cannot be cancelled"])
async def test_a_move_books_the_new_time_and_then_cancels_the_old_one(clinic: Clinic, again: str) -> None:
    await clinic.says(*TALK)
    system = clinic.in_two_steps
    patient = await marias_id(clinic)
    [visit] = await system.appointments_of([patient])
    slot = (await free(clinic, visit))[0]
    if again == "after a lost reply":
        clinic.office.faults.plan(
            CutsConnection(when=When.AFTER_COMMIT), on="PUT /appointments/{AptNum}/Break", times=3
        )
    if again == "where the old one cannot be cancelled":
        slot_row = {"AptStatus": "Complete"}
        clinic.office.front_desk.change_appointment(int(visit.id), slot_row)

    outcome: object = None
    for _ in range(3):
        try:
            outcome = await system.move(visit.id, slot, key="move", held=None)
            break
        except Fault:
            continue

    if again == "where the old one cannot be cancelled":
        assert not isinstance(outcome, Moved)
        assert clinic.rows() == []
    else:
        assert isinstance(outcome, Moved)
        [row] = clinic.rows()
        assert row["AptNum"] == int(outcome.appointment.id)
        assert outcome.appointment.during == slot.during


@pytest.mark.parametrize("call", ["PUT /appointments/{AptNum}", "PUT /appointments/{AptNum}/Break"])
@pytest.mark.parametrize(
    "fault", [None, Fails(when=When.BEFORE_COMMIT), CutsConnection(when=When.AFTER_COMMIT)], ids=str
)
async def test_a_move_through_the_saga_is_told_once_the_book_shows_it(
    clinic: Clinic, call: str, fault: Broken | None
) -> None:
    await clinic.says(*TALK)
    if call.endswith("/Break"):
        clinic.moves_in_two_steps()
    [visit] = await clinic.desk.system_of(SMILE_ID).appointments_of([await marias_id(clinic)])
    slot = (await free(clinic, visit))[0]
    if fault is not None:
        clinic.office.faults.plan(fault, on=call)

    with suppress(Fault):
        await clinic.saga().move(visit.id, slot, key="move", **await clinic.asked())
    before = clinic.heard[-1]
    await clinic.later(minutes=2)

    [row] = clinic.rows()
    assert (str(row["AptNum"]) == visit.id) is not call.endswith("/Break")
    assert "You're booked!" in before
    assert " is now " in clinic.heard[-1]
    assert row["AptDateTime"] == wall(slot.during.start, PRACTICE.locations[0].zone).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("lost", [False, True])
async def test_a_move_in_place_keeps_the_visit_and_its_number(clinic: Clinic, lost: bool) -> None:
    await clinic.says(*TALK)
    [visit] = await clinic.system.appointments_of([await marias_id(clinic)])
    slot = (await free(clinic, visit))[0]
    if lost:
        clinic.office.faults.plan(CutsConnection(when=When.AFTER_COMMIT), on="PUT /appointments/{AptNum}")

    outcome = await clinic.system.move(visit.id, slot, key="move", held=None)
    again = await clinic.system.move(visit.id, slot, key="move", held=None)

    assert isinstance(outcome, Moved)
    assert outcome == again
    assert (outcome.appointment.id, outcome.appointment.during) == (visit.id, slot.during)
    assert [str(row["AptNum"]) for row in clinic.rows()] == [visit.id]


async def test_a_visit_that_the_office_took_out_while_it_was_to_be_moved_is_not_told_as_moved(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    [visit] = await clinic.system.appointments_of([await marias_id(clinic)])
    slot = (await free(clinic, visit))[0]
    clinic.office.faults.plan(Fails(when=When.BEFORE_COMMIT), on="PUT /appointments/{AptNum}")
    with pytest.raises(Fault):
        await clinic.saga().move(visit.id, slot, key="move", **await clinic.asked())
    clinic.office.front_desk.delete_appointment(int(visit.id))

    await clinic.later(minutes=2)
    await clinic.later(minutes=10)

    assert clinic.rows() == []
    assert not any(" is now " in words for words in clinic.heard)


async def test_a_visit_moved_to_the_time_that_it_has_stays(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    system = clinic.desk.system_of(SMILE_ID)
    [visit] = await system.appointments_of([await marias_id(clinic)])
    assert visit.service is not None
    within = Period(start=visit.during.start, end=visit.during.end)
    clinic.office.front_desk.cancel(int(visit.id))
    [slot, *_] = await system.find_slots(SlotRequest(service=visit.service, within=within))
    clinic.office.front_desk.move(int(visit.id), at=THURSDAY_SIX)

    outcome = await system.move(visit.id, slot, key="move", held=None)

    assert isinstance(outcome, Moved)
    assert [row["AptDateTime"] for row in clinic.rows()] == [THURSDAY_SIX]


async def test_a_visit_deleted_in_the_middle_of_its_move_leaves_the_new_one_and_is_told_so(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    clinic.moves_in_two_steps()
    [visit] = await clinic.desk.system_of(SMILE_ID).appointments_of([await marias_id(clinic)])
    slot = (await free(clinic, visit))[0]
    clinic.office.faults.plan(Fails(when=When.BEFORE_COMMIT), on="PUT /appointments/{AptNum}/Break")
    with pytest.raises(Fault):
        await clinic.saga().move(visit.id, slot, key="move", **await clinic.asked())
    clinic.office.front_desk.delete_appointment(int(visit.id))

    await clinic.later(minutes=2)

    assert len(clinic.rows()) == 1
    assert " is now " in clinic.heard[-1]


async def test_a_patient_who_came_to_the_old_time_while_it_was_moved_is_left_to_a_person(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    clinic.moves_in_two_steps()
    [visit] = await clinic.desk.system_of(SMILE_ID).appointments_of([await marias_id(clinic)])
    slot = (await free(clinic, visit))[0]
    clinic.office.faults.plan(Fails(when=When.BEFORE_COMMIT), on="PUT /appointments/{AptNum}/Break")
    with pytest.raises(Fault):
        await clinic.saga().move(visit.id, slot, key="move", **await clinic.asked())
    clinic.office.front_desk.change_appointment(int(visit.id), {"AptStatus": "Complete"})

    for again in range(1, 10):
        await clinic.later(hours=3 * again)

    async with clinic.desk.storage.practice(SMILE_ID) as db:
        reasons = [task.reason for task in await tasks.open_tasks(db)]
        assert await bookings.step_of(db, "move") is Step.UNKNOWN
    assert any("never said whether a visit stands" in reason for reason in reasons)


async def test_a_cancellation_through_the_saga_frees_the_time_and_is_told(clinic: Clinic) -> None:
    await clinic.says(*TALK)
    [visit] = await clinic.desk.system_of(SMILE_ID).appointments_of([await marias_id(clinic)])
    clinic.office.faults.plan(Fails(when=When.AFTER_COMMIT), on="GET /appointments/{AptNum}", after=2)

    with suppress(Fault):
        await clinic.saga().cancel(visit.id, key="cancel", **await clinic.asked())
    await clinic.later(minutes=2)

    assert clinic.rows() == []
    assert "is cancelled" in clinic.heard[-1]
    assert sum("is cancelled" in words for words in clinic.heard) == 1


async def test_the_keys_of_a_connection_outlive_a_change_of_the_practices_keys(clinic: Clinic) -> None:
    storage, now = clinic.desk.storage, clinic.desk.clock.now()
    async with storage.practice(SMILE_ID) as db:
        before = await read_connection(db)
        sealed = await db.one("select settings_sealed from connection")

    await begin_rotation(storage, SMILE_ID, now=now)
    rotating = Rotating(storage=storage, practice=SMILE_ID)
    while await rotating.step(now=now) is Progress.MORE:
        continue

    async with storage.practice(SMILE_ID) as db:
        assert await read_connection(db) == before
        assert await db.one("select settings_sealed from connection") != sealed


async def test_two_of_our_patients_never_hold_one_time(clinic: Clinic) -> None:
    system = clinic.desk.system_of(SMILE_ID)
    now = clinic.desk.clock.now()
    request = SlotRequest(service=PRACTICE.services[0].id, within=Period(start=now, end=now + timedelta(days=3)))
    slot = (await system.find_slots(request))[0]

    first = await system.hold(slot, key="first", until=now + timedelta(minutes=15))
    second = await system.hold(slot, key="second", until=now + timedelta(minutes=15))

    assert isinstance(second, Taken)
    assert not isinstance(first, Taken)
    assert slot not in await system.find_slots(request)


async def marias_id(clinic: Clinic) -> PatientId:
    async with clinic.desk.storage.practice(SMILE_ID) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
    assert thread is not None
    assert thread.patient is not None
    return thread.patient


async def free(clinic: Clinic, visit: Appointment) -> list[Slot]:
    now = clinic.desk.clock.now()
    assert visit.service is not None
    within = Period(start=visit.during.end, end=now + timedelta(days=9))
    return list(await clinic.desk.system_of(SMILE_ID).find_slots(SlotRequest(service=visit.service, within=within)))
