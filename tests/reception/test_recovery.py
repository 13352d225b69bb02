"""What was left half done is finished, and what the front desk changes is told; nothing is double, nothing untrue."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from tests.clinic import ALEX, NOW, a_practice, a_slot, at
from tests.reception.faulty import Faulty

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.language.model.engine import Engine
from frontdesk.language.understanding import understand
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import Missing
from frontdesk.reception.desk import Reception
from frontdesk.reception.recovery import LEFT_BEHIND, Recovery
from frontdesk.reception.saga import Lost, Saga, Stands
from frontdesk.settings import Settings
from frontdesk.storage import bookings, conversations, tasks
from frontdesk.storage.bookings import WAITS, Step
from frontdesk.storage.clock import new_id
from frontdesk.storage.installation import Pinned, enter
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.taking import claim, move_visit
from frontdesk.storage.visits import By, Source, appointments_within, cancel_appointment
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk

PRACTICE = a_practice()
PATIENT = "+15125550147"
BEFORE_THE_YES = [
    "I'd like a Botox consultation",
    "First time",
    "Thursday evening",
    "the first one",
    "Maria Gonzalez, this number",
    "maria@example.com",
]
SIX, SEVEN = a_slot(at("2026-05-28 18:00")), a_slot(at("2026-05-28 19:00"))


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.shows = NOW

    def now(self) -> object:
        return self.shows


class Clinic:
    """A desk on a calendar that can fail."""

    def __init__(self, desk: Frontdesk) -> None:
        self.desk = desk
        self.clock = Hands()
        self.calendar = Faulty(desk.system_of(PRACTICE.id))
        parts = (desk.storage, desk.practices, self.clock)
        self.reception = Reception(
            *parts,  # type: ignore[arg-type]
            new_id,
            lambda _: self.calendar,
            understand=Engine(understand).understand,
            public_url="http://localhost:8000",
        )
        self.recovery = Recovery(*parts, lambda _: self.calendar, public_url="http://localhost:8000")  # type: ignore[arg-type]

    async def says(self, *lines: str) -> str:
        """What the desk answers to the last of them."""
        for line in lines:
            received = await self.reception.receive(PRACTICE.id, ChannelKind.SMS, PATIENT, line, provider_id=None)
            await self.reception.answer(PRACTICE.id, received.conversation)
        return (await self.heard())[-1]

    async def heard(self) -> list[str]:
        """All that the patient was told."""
        async with self.desk.storage.practice(PRACTICE.id) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
            assert thread is not None
            said = await conversations.messages(db, thread.id)
        return [message.text for message in said if message.author is Author.ASSISTANT]

    async def recover(self, after: timedelta = timedelta(hours=3)) -> None:
        """The job's rounds, as time goes on."""
        for wait in (timedelta(minutes=1), *(after / 8,) * 8):
            self.clock.shows += wait
            await self.recovery.recover(PRACTICE.id)

    async def visits(self) -> list[Status]:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            found = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        return [visit.status for visit in found]

    async def count(self, table: str) -> int:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            row = await db.one(f"select count(*) as n from {table}")  # type: ignore[arg-type]
        return int(row["n"]) if row else 0

    def saga(self) -> Saga:
        return Saga(lambda: self.desk.storage.practice(PRACTICE.id), self.calendar, self.clock)  # type: ignore[arg-type]

    async def patient(self) -> PatientId:
        sam = Patient(id=PatientId(uuid4()), given="Sam", family="Lee", phone="+15125550148")
        async with self.desk.storage.practice(PRACTICE.id) as db:
            await add_patient(db, sam, now=NOW)
        return sam.id

    async def step(self, key: str) -> Step | None:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            return await bookings.step_of(db, key)


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[Clinic]:
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.turn(Pinned(at=NOW, words=NOW.isoformat()))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=NOW)
        yield Clinic(opened)
    database.entered.leave()


async def test_a_booking_whose_reply_was_lost_is_found_and_told(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.after.append("book")
    told_first = await clinic.says("yes")

    await clinic.recover()

    told = await clinic.heard()
    assert "nothing is confirmed" in told_first
    assert told[-1].startswith("You're booked!")
    assert "/intake/" in told[-1]
    assert await clinic.visits() == [Status.BOOKED]
    assert (await clinic.count("intake"), await clinic.count("promise")) == (1, 1)


async def test_a_booking_that_never_arrived_is_not_made_behind_the_patients_back(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.before.append("book")
    await clinic.says("yes")

    await clinic.recover()

    assert "nothing is confirmed" in (await clinic.heard())[-1]
    assert await clinic.visits() == []


async def test_a_request_that_comes_in_after_everybody_gave_up_is_put_before_a_person_once(clinic: Clinic) -> None:
    """A queue on the way held it for an hour: by then the patient had been told that nothing is confirmed."""
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.before.append("book")
    await clinic.says("yes")
    await clinic.recover(after=timedelta(minutes=20))
    early = [await clinic.recovery.look_back(PRACTICE.id) for _ in range(2)]
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        row = await db.one("select key, patient_id from booking where step = 'undone'")
        assert row is not None
        intent = await bookings.read_intent(db, row["key"])
    assert intent is not None
    assert intent.slot is not None
    patient = PatientId(row["patient_id"])
    await clinic.calendar.system.book(intent.slot, patient=patient, key=intent.key, held=None)
    clinic.calendar.before.append("look_up")

    late = []
    for _ in range(3):
        clinic.clock.shows += timedelta(hours=2)
        late.append(await clinic.recovery.look_back(PRACTICE.id))

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        told = [task.reason for task in await tasks.open_tasks(db)]
    assert (early, late) == ([1, 0], [1, 1, 0])
    assert told.count(LEFT_BEHIND) == 1
    assert await clinic.visits() == [Status.BOOKED]


async def test_what_ended_without_a_visit_is_looked_at_three_times_and_no_more(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.before.append("book")
    await clinic.says("yes")
    await clinic.recover(after=timedelta(minutes=8))

    looked = 0
    for _ in range(40):
        clinic.clock.shows += timedelta(hours=1)
        looked += await clinic.recovery.look_back(PRACTICE.id)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        told = [task.reason for task in await tasks.open_tasks(db)]
    assert (looked, LEFT_BEHIND in told) == (3, False)


async def test_a_second_yes_after_a_lost_reply_finds_the_visit_of_the_first(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.after.append("book")
    await clinic.says("yes")

    told = await clinic.says("yes")
    await clinic.recover()

    assert told.startswith("You're booked!")
    assert await clinic.visits() == [Status.BOOKED]
    assert sum(words.startswith("You're booked!") for words in await clinic.heard()) == 1


async def test_a_calendar_that_never_says_is_put_before_a_person(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.after.append("book")
    await clinic.says("yes")
    clinic.calendar.before += ["look_up"] * len(WAITS)

    await clinic.recover(after=timedelta(days=2))

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        open_ones = [task.reason for task in await tasks.open_tasks(db)]
    assert any("never said whether a visit stands" in reason for reason in open_ones)


async def test_a_visit_that_staff_moved_before_it_was_told_is_told_as_it_stands(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    clinic.calendar.after.append("book")
    await clinic.says("yes")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        await move_visit(db, UUID(visit.id), a_slot(at("2026-05-28 11:00")), now=NOW)

    await clinic.recover()

    assert "11:00 AM" in (await clinic.heard())[-1]


@pytest.mark.parametrize(
    ("change", "words"), [("moved", "is now Thursday, May 28 at 11:00 AM"), ("cancelled", "is cancelled")]
)
async def test_what_the_front_desk_changes_is_told_once(clinic: Clinic, change: str, words: str) -> None:
    assert "You're booked!" in await clinic.says(*BEFORE_THE_YES, "yes")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        if change == "moved":
            await move_visit(db, UUID(visit.id), a_slot(at("2026-05-28 11:00")), now=NOW)
        else:
            await cancel_appointment(db, UUID(visit.id), reason=Cancellation.PROVIDER, by=By.STAFF, now=NOW)

    for _ in range(3):
        await clinic.recovery.tell_news(PRACTICE.id, visit.id)

    told = await clinic.heard()
    assert words in told[-1]
    assert sum(words in one for one in told) == 1


class Renumbering(Faulty):
    """A calendar in which a moved visit gets another number, and the old one leads to it."""

    numbers: dict[AppointmentId, AppointmentId]

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        first = next((was for was, now in self.numbers.items() if now == id), id)
        found = await super().read(first)
        return replace(found, id=self.numbers.get(first, first)) if isinstance(found, Appointment) else found


@pytest.mark.parametrize("told_of_both", [False, True])
async def test_a_visit_moved_away_and_back_under_another_number_is_one_promise(
    clinic: Clinic, *, told_of_both: bool
) -> None:
    assert "You're booked!" in await clinic.says(*BEFORE_THE_YES, "yes")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        fresh = replace(visit, id=AppointmentId("16761"))
        assert visit.patient is not None
        if told_of_both:
            await bookings.promise(db, fresh, conversation=None, patient=visit.patient, now=NOW)
    renumbering = Renumbering(clinic.calendar.system)
    renumbering.numbers = {visit.id: fresh.id}
    clinic.calendar = renumbering
    before = await clinic.heard()

    await clinic.recovery.tell_news(PRACTICE.id, visit.id)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        kept = [(one.appointment, one.during) for one in await bookings.promises(db)]
    assert kept == [(fresh.id, visit.during)]
    assert await clinic.heard() == before


async def test_a_visit_that_is_moved_under_another_number_and_then_called_off_is_told_of_both_times(
    clinic: Clinic,
) -> None:
    assert "You're booked!" in await clinic.says(*BEFORE_THE_YES, "yes")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        await move_visit(db, UUID(visit.id), a_slot(at("2026-05-28 10:00")), now=NOW)
    renumbering = Renumbering(clinic.calendar.system)
    renumbering.numbers = {visit.id: AppointmentId("16761")}
    clinic.calendar = renumbering

    await clinic.recovery.tell_news(PRACTICE.id, visit.id)
    moved = (await clinic.heard())[-1]
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await cancel_appointment(db, UUID(visit.id), reason=Cancellation.PROVIDER, by=By.STAFF, now=NOW)
    await clinic.recovery.tell_news(PRACTICE.id, AppointmentId("16761"))
    ended = (await clinic.heard())[-1]

    assert "is now Thursday, May 28 at 10:00 AM" in moved
    assert "is cancelled" in ended


@pytest.mark.parametrize("trouble", ["its job was lost", "the calendar was silent"])
async def test_news_is_told_whatever_became_of_its_job(clinic: Clinic, trouble: str) -> None:
    assert "You're booked!" in await clinic.says(*BEFORE_THE_YES, "yes")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        await cancel_appointment(db, UUID(visit.id), reason=Cancellation.PROVIDER, by=By.STAFF, now=NOW)
        await db.run("delete from queue.pgqueuer")
    if trouble == "the calendar was silent":
        clinic.calendar.before.append("read")
        await clinic.recovery.tell_news(PRACTICE.id, visit.id)

    clinic.clock.shows += timedelta(minutes=2)
    looked = [await clinic.recovery.look(PRACTICE.id) for _ in range(2)]

    assert looked == [1, 0]
    assert "is cancelled" in (await clinic.heard())[-1]


async def test_another_practitioner_at_the_same_time_is_news(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES, "yes")
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        await move_visit(db, UUID(visit.id), a_slot(visit.during, practitioner=ALEX), now=NOW)

    await clinic.recovery.tell_news(PRACTICE.id, visit.id)

    assert "Alex" in (await clinic.heard())[-1]


STEPS = ["before hold", "after hold", "before book", "after book", "before read"]


@pytest.mark.parametrize("fault", STEPS)
async def test_a_fault_at_any_step_of_a_booking_ends_in_one_visit(clinic: Clinic, fault: str) -> None:
    saga, patient = clinic.saga(), await clinic.patient()
    moment, call = fault.split()
    getattr(clinic.calendar, moment).append(call)

    for _ in range(2):
        try:
            kept = await saga.hold(SIX, key="k", until=NOW + timedelta(minutes=15))
            held = None if isinstance(kept, Lost) else kept.held
            await saga.book(SIX, key="k", patient=patient, held=held)
        except Fault:
            continue
    await clinic.recover()

    assert await clinic.visits() == [Status.BOOKED]
    assert await clinic.step("k") is Step.TOLD


@pytest.mark.parametrize("fault", ["before move", "after move", "before read"])
async def test_a_fault_at_any_step_of_a_move_never_loses_the_visit(clinic: Clinic, fault: str) -> None:
    saga, patient = clinic.saga(), await clinic.patient()
    stands = await saga.book(SIX, key="k", patient=patient, held=None)
    assert isinstance(stands, Stands)
    moment, call = fault.split()
    getattr(clinic.calendar, moment).append(call)

    with pytest.raises(Fault):
        await saga.move(stands.appointment.id, SEVEN, key="m", patient=patient)
    between = await clinic.visits()
    await clinic.recover()

    assert between == [Status.BOOKED]
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [visit] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
    assert visit.during == SEVEN.during
    assert await clinic.step("m") is Step.TOLD


@pytest.mark.parametrize("fault", ["before cancel", "after cancel", "before read"])
async def test_a_fault_at_any_step_of_a_cancellation_ends_with_everything_free(clinic: Clinic, fault: str) -> None:
    saga, patient = clinic.saga(), await clinic.patient()
    stands = await saga.book(SIX, key="k", patient=patient, held=None)
    assert isinstance(stands, Stands)
    moment, call = fault.split()
    getattr(clinic.calendar, moment).append(call)

    with pytest.raises(Fault):
        await saga.cancel(stands.appointment.id, key="c", patient=patient)
    await clinic.recover()

    assert await clinic.visits() == []
    assert await clinic.count("claim") == 0
    assert await clinic.step("c") is Step.TOLD


async def test_a_hold_whose_patient_never_came_back_lapses(clinic: Clinic) -> None:
    await clinic.saga().hold(SIX, key="k", until=NOW + timedelta(minutes=15))

    await clinic.recover()

    assert await clinic.step("k") is Step.LAPSED
    assert await clinic.visits() == []


async def test_a_time_that_staff_took_from_under_a_hold_is_lost_and_said_so(clinic: Clinic) -> None:
    await clinic.says(*BEFORE_THE_YES)
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        [hold] = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=NOW)
        await claim(
            db, a_slot(hold.during), id=uuid4(), status=Status.BOOKED, source=Source.STAFF, now=NOW, guarded=False
        )

    told = await clinic.says("yes")

    assert "was just taken" in told
    assert "You're booked!" not in told


async def test_news_of_a_visit_that_nobody_was_told_of_is_told_to_nobody(clinic: Clinic) -> None:
    patient = await clinic.patient()
    stands = await clinic.saga().book(SIX, key="k", patient=patient, held=None)
    assert isinstance(stands, Stands)

    await clinic.recovery.tell_news(PRACTICE.id, stands.appointment.id)

    assert await clinic.count("message") == 0
