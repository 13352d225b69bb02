"""One desk process of the campaign: patients and staff at random, until it is told to stop or is killed."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import psycopg

from benchmarks.campaign_ledger import Count, Tally
from benchmarks.scheduling_world import HERE, VISIT, a_clinic
from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot, Status, Subject
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault
from frontdesk.proving.interrupted import Blow, Boundary, Crashed, InterruptedSystem, interrupted
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.saga import Kept, Lost, Overtaken, Saga, Stands, tell
from frontdesk.storage import bookings
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.jobs import Job, Work, Worker
from frontdesk.storage.practices import Practices
from frontdesk.storage.taking import claim, move_visit
from frontdesk.storage.visits import By, Source, appointments_within, cancel_appointment, change_status, expire_holds
from frontdesk.vault.master import MasterKey

PRACTICE = a_clinic(visits=0).practice
PATIENTS = 64
PATIENTS_AT_ONCE = 5
SPEED = 600.0
"""Virtual seconds in a real one: a hold of fifteen minutes lasts for a second and a half."""
WINDOW = timedelta(days=12)
GRID = timedelta(minutes=15)
CRASHES, SILENCES, KILLS = 0.006, 0.015, 0.0004
"""How likely each strikes at a boundary: a raised crash, a lost request or reply, SIGKILL of the own process."""


Ask = Callable[[Saga], Awaitable[Kept | Stands | Lost]]


@dataclass(frozen=True, kw_only=True, slots=True)
class FastClock:
    """Shows `virtual` at the real instant `real` and runs faster from there."""

    virtual: datetime
    real: float

    def now(self) -> datetime:
        """The present instant of the campaign."""
        return self.virtual + timedelta(seconds=(time.time() - self.real) * SPEED)


def patient_id(number: int) -> PatientId:
    """One of the campaign's patients."""
    return PatientId(UUID(int=1000 + number))


class Desk:
    """A desk with its patients. Whatever it keeps in its head may be gone at any boundary."""

    def __init__(self, storage: Storage, clock: Clock, tally: Tally, chance: Random, *, struck: bool = True) -> None:
        self.storage = storage
        self.clock = clock
        self.tally = tally
        self.chance = chance
        self.struck = struck
        self.calendar = InterruptedSystem(
            system=Calendar(storage, Practices(), PRACTICE.id, clock), strike=self._strike
        )
        self.recovery = Recovery(
            storage, Practices(), clock, lambda _: self.calendar, public_url="http://localhost:8000"
        )

    async def _strike(self, boundary: Boundary) -> Blow:
        if boundary is Boundary.AFTER_TRANSACTION:
            self.tally.add(Count.STORED)
        if boundary is Boundary.AFTER_CALL:
            self.tally.add(Count.CALLS)
        drawn = self.chance.random() if self.struck else 1.0
        if drawn < KILLS:
            self.tally.add(Count.KILLS_AT_A_BOUNDARY)
            os.kill(os.getpid(), signal.SIGKILL)
        if drawn < KILLS + CRASHES:
            self.tally.add(Count.CRASHES_RAISED)
            return Blow.CRASH
        if drawn < KILLS + CRASHES + SILENCES and boundary is Boundary.BEFORE_CALL:
            self.tally.add(Count.REQUESTS_LOST)
            return Blow.SILENCE
        if drawn < KILLS + CRASHES + SILENCES and boundary is Boundary.AFTER_CALL:
            self.tally.add(Count.REPLIES_LOST)
            return Blow.SILENCE
        return Blow.NONE

    async def do_something(self) -> None:
        """One patient or one of the staff does one thing; a raised crash leaves it where it was."""
        (act,) = self.chance.choices(
            (self.books, self.books_after_a_hold, self.moves, self.cancels, self.staff_act), (12, 34, 24, 14, 16)
        )
        self.tally.add(Count.ACTS)
        with suppress(Crashed):
            await act()

    async def books_after_a_hold(self) -> None:
        """A patient picks a time and mostly says yes, sometimes after the hold ran out."""
        key, slot, until = f"{uuid4()}", self._slot(), self.clock.now() + timedelta(minutes=15)
        patient = self._patient()

        async def hold(saga: Saga) -> Kept | Lost:
            return await saga.hold(slot, key=key, until=until)

        kept = await self._answer(hold, key, patient)
        if not isinstance(kept, Kept) or self.chance.random() < 0.15:
            return
        if self.chance.random() < 0.05:
            await asyncio.sleep(900 / SPEED * 1.2)

        async def book(saga: Saga) -> Stands | Lost:
            return await saga.book(kept.slot, key=f"{key} yes", patient=patient, held=kept.held)

        await self._answer(book, key, patient)

    async def books(self) -> None:
        """A patient books without having held."""
        key, slot, patient = f"{uuid4()}", self._slot(), self._patient()

        async def book(saga: Saga) -> Stands | Lost:
            return await saga.book(slot, key=key, patient=patient, held=None)

        await self._answer(book, key, patient)

    async def moves(self) -> None:
        """A patient wants another time."""
        visit = await self._a_visit()
        if visit is None or visit.patient is None:
            return
        key, slot, patient = f"{uuid4()}", self._slot(), visit.patient

        async def move(saga: Saga) -> Stands | Lost:
            return await saga.move(visit.id, slot, key=key, patient=patient)

        await self._answer(move, key, patient)

    async def cancels(self) -> None:
        """A patient wants out."""
        visit = await self._a_visit()
        if visit is None or visit.patient is None:
            return
        key, patient = f"{uuid4()}", visit.patient

        async def cancel(saga: Saga) -> Stands | Lost:
            return await saga.cancel(visit.id, key=key, patient=patient)

        await self._answer(cancel, key, patient)

    async def staff_act(self) -> None:
        """The front desk enters, moves, cancels or ticks off a visit."""
        now, slot = self.clock.now(), self._slot()
        visit = await self._a_visit()
        guarded = self.chance.random() < 0.8
        self.tally.add(Count.STAFF_ACTS)
        with suppress(psycopg.errors.ExclusionViolation):  # staff see that it is taken
            async with self.storage.practice(PRACTICE.id) as db:
                await self._staff_act(db, visit, slot, guarded=guarded, now=now)

    async def _staff_act(self, db: Db, visit: Appointment | None, slot: Slot, *, guarded: bool, now: datetime) -> None:
        drawn = self.chance.random()
        if visit is None or drawn < 0.4:
            status, source = Status.BOOKED, Source.STAFF
            await claim(db, slot, id=uuid4(), status=status, source=source, now=now, guarded=guarded)
        elif drawn < 0.7:
            await move_visit(db, UUID(visit.id), slot, now=now, guarded=guarded)
        elif drawn < 0.9:
            await cancel_appointment(db, UUID(visit.id), reason=Cancellation.PROVIDER, by=By.STAFF, now=now)
        else:
            status = self.chance.choice((Status.ARRIVED, Status.ENTERED_IN_ERROR))
            await change_status(db, UUID(visit.id), status, by=By.STAFF, now=now)

    async def _answer(self, ask: Ask, key: str, patient: PatientId) -> Kept | None:
        """What comes of a message, which the carrier may send twice; a hold is handed on, all else was told."""
        drawn = self.chance.random()
        if drawn < 0.86:
            return await self._answer_once(ask, key, patient)
        self.tally.add(Count.DUPLICATES)
        if drawn < 0.93:
            await self._answer_once(ask, key, patient)
            return await self._answer_once(ask, key, patient)
        both = await asyncio.gather(*(self._answer_once(ask, key, patient) for _ in range(2)), return_exceptions=True)
        for one in both:
            if isinstance(one, BaseException):
                raise one
        return both[0] if not isinstance(both[0], BaseException) else None

    async def _answer_once(self, ask: Ask, key: str, patient: PatientId) -> Kept | None:
        """One at a time for each intent, as the desk answers one message of a conversation at a time."""
        async with self.storage.alone(PRACTICE.id, f"intent {key}") as turn:
            begin = interrupted(turn.transaction, self._strike)
            saga = Saga(begin, self.calendar, self.clock)
            for _ in range(20):
                try:
                    outcome = await ask(saga)
                except Fault:
                    async with begin() as db:
                        await bookings.tell_trouble(db, key)
                    return None
                if isinstance(outcome, Kept):
                    return outcome
                try:
                    async with begin() as db:
                        await self._tell(db, outcome, patient)
                    return None
                except Overtaken:  # answered anew, as the desk does
                    self.tally.add(Count.OVERTAKEN)
        return None

    async def _tell(self, db: Db, outcome: Stands | Lost, patient: PatientId) -> None:
        """The words are stored with the step, as the reply of the desk is."""
        if isinstance(outcome, Lost):
            await db.run("insert into campaign_said (key, said) values (%s, 'no')", (outcome.key,))
            self.tally.add(Count.TOLD_NO)
            return
        visit = outcome.appointment
        await tell(db, outcome, conversation=None, patient=patient, now=self.clock.now())
        await db.run(
            "insert into campaign_said (key, said, visit, starts_at, practitioner) values (%s, %s, %s, %s, %s)",
            (
                outcome.key,
                "yes" if visit.status.takes_time else "out",
                visit.id,
                visit.during.start,
                visit.practitioner,
            ),
        )
        self.tally.add(Count.TOLD_YES)

    def _patient(self) -> PatientId:
        return patient_id(self.chance.randrange(PATIENTS))

    def _slot(self) -> Slot:
        """Any time in the next days; half of them one of a few that everybody wants at this moment."""
        now = self.clock.now()
        chance = self.chance
        if chance.random() < 0.5:
            chance = Random(f"{int(now.timestamp() // 1800)} {chance.randrange(12)}")
        start = datetime.fromtimestamp(now.timestamp() // 900 * 900, UTC) + GRID * chance.randrange(4, WINDOW // GRID)
        during = Period(start=start, end=start + GRID * chance.choice((1, 2, 2, 3)))
        person, room = chance.choice(PRACTICE.practitioners).id, chance.choice(PRACTICE.rooms).id
        device = chance.choice(PRACTICE.devices).id if chance.random() < 0.2 else None
        cleaned = during.widened(before=timedelta(0), after=timedelta(minutes=5))
        claims = [
            Claim(subject=Subject.PRACTITIONER, id=person, during=during),
            Claim(subject=Subject.ROOM, id=room, during=cleaned),
        ]
        if device is not None:
            claims.append(Claim(subject=Subject.DEVICE, id=device, during=cleaned))
        return Slot(
            service=VISIT,
            location=HERE,
            practitioner=person,
            room=room,
            devices=(device,) if device else (),
            during=during,
            claims=tuple(claims),
        )

    async def _a_visit(self) -> Appointment | None:
        """Some visit to come that was booked for a patient."""
        start = self.clock.now() + self.chance.random() * WINDOW
        async with self.storage.practice(PRACTICE.id) as db:
            soon = await appointments_within(db, Period(start=start, end=start + GRID), now=self.clock.now())
        there = [one for one in soon if one.status is Status.BOOKED and one.patient is not None]
        return self.chance.choice(there) if there else None

    async def recover(self) -> None:
        """The jobs that go on with what was left, once round."""
        with suppress(Crashed):
            async with self.storage.practice(PRACTICE.id) as db:
                await expire_holds(db, now=self.clock.now())
            self.tally.add(Count.RECOVERED, await self.recovery.recover(PRACTICE.id))
            await self.recovery.look(PRACTICE.id)

    async def news(self, job: Job) -> None:
        """Tell a patient what the front desk made of their visit; a crash leaves the job to whoever comes next."""
        try:
            await self.recovery.tell_news(job.practice, AppointmentId(str(job.on)))
        except Crashed:
            async with self.storage.practice(job.practice) as db:
                db.enqueue(job)
        self.tally.add(Count.NEWS)


async def run_desk(url: str, home: Path, clock: FastClock, tally: Tally, seed: str, *, is_worker: bool) -> None:
    """Patients and staff, or the jobs, until the tally says stop."""
    storage = Storage(url, master=MasterKey.load(home), clock=clock, most_connections=PATIENTS_AT_ONCE)
    await storage.open()
    desk = Desk(storage, clock, tally, Random(seed))

    async def patients() -> None:
        while not tally.stopped:
            await desk.do_something()

    async def jobs() -> None:
        while not tally.stopped:
            await desk.recover()
            await asyncio.sleep(0.1)
        worker.stop()

    worker = Worker(storage.url, {Work.NEWS: desk.news})
    leaving = asyncio.create_task(_leave_with(os.getppid()))
    async with asyncio.TaskGroup() as together:
        if is_worker:
            together.create_task(worker.run(at_once=20))
            together.create_task(jobs())
        else:
            for _ in range(PATIENTS_AT_ONCE):
                together.create_task(patients())
    leaving.cancel()
    await storage.close()


async def _leave_with(parent: int) -> None:
    """A desk whose campaign is gone would race on without being counted."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.5)
    os._exit(1)


async def settle(url: str, home: Path, clock: FastClock, tally: Tally) -> None:
    """Let the jobs end whatever was left, undisturbed: holds, intents, and news to be told."""
    storage = Storage(url, master=MasterKey.load(home), clock=clock)
    await storage.open()
    desk = Desk(storage, clock, tally, Random(0), struck=False)
    worker = Worker(storage.url, {Work.NEWS: desk.news})
    working = asyncio.create_task(worker.run(at_once=20))
    while await _left(storage):
        await desk.recover()
        await asyncio.sleep(0.2)
    worker.stop()
    await working
    await storage.close()


async def _left(storage: Storage) -> bool:
    async with storage.practice(PRACTICE.id) as db:
        row = await db.one(
            "select exists (select from booking where practice_id = %(practice)s "
            "and step in ('intended', 'held', 'agreed', 'booked', 'verified')) "
            "or exists (select from appointment where practice_id = %(practice)s and status = 'pending') "
            "or exists (select from promise where practice_id = %(practice)s and look_at is not null) "
            "or exists (select from queue.pgqueuer) as left",
            {"practice": PRACTICE.id},
        )
    return bool(row and row["left"])
