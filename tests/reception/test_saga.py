"""The saga under anything that may happen, in any order: every patient hears the truth, and nobody's time is lost.

Hypothesis draws what patients and staff do, and what strikes at which boundary: a crash, a lost request or reply, or
somebody else who acts at that very moment. The same machine is run on both calendars.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.clinic import NOW, a_practice, a_slot, at
from tests.reception.books import Book, an_offices_book, built_in

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import Period
from frontdesk.ports.faults import Fault
from frontdesk.proving.interrupted import Blow, Boundary, Crashed, InterruptedSystem, interrupted
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.saga import Kept, Lost, Overtaken, Saga, Stands, tell
from frontdesk.storage import bookings
from frontdesk.storage.bookings import Step
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.visits import expire_holds
from frontdesk.vault.master import MasterKey

STARTS = ["10:00", "10:15", "10:30", "11:00", "16:00"]
SLOTS: list[Slot] = [a_slot(at(f"2026-05-28 {start}")) for start in STARTS]
SLOT = st.sampled_from(SLOTS)
WHICH = st.integers(0, 5)
_numbers = count(100)


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else does at a boundary."""

    what: str
    slot: Slot
    which: int


HAPPENING = st.sampled_from([Blow.CRASH, Blow.SILENCE]) | st.builds(
    Meanwhile, st.sampled_from(["staff book", "staff move", "staff cancel", "another books"]), SLOT, WHICH
)
PLAN = st.dictionaries(st.integers(0, 14), HAPPENING, max_size=2)
Plan = dict[int, Blow | Meanwhile]


@dataclass(frozen=True)
class Message:
    """What a patient asked for; answered again, it asks for the same."""

    key: str
    patient: PatientId
    ask: Callable[[Saga], Awaitable[Kept | Stands | Lost]]
    visit: AppointmentId | None = None


class Hands:
    """A clock that the machine turns."""

    def __init__(self) -> None:
        self.shows = NOW

    def now(self) -> object:
        return self.shows


class Clinic(RuleBasedStateMachine):
    """A clinic whose desk may fall over at every boundary."""

    runner: ClassVar[asyncio.Runner]
    storage: ClassVar[Storage]
    of_an_office: ClassVar[bool]
    moves_there: ClassVar[bool]

    @initialize()
    def opens(self) -> None:
        self.runner.run(self._open())

    async def _open(self) -> None:
        number = next(_numbers)
        self.clock = Hands()
        self.practice = a_practice(key=f"clinic-{number}", number=number)
        await apply_practice(self.storage, self.practice, [], now=NOW)
        self.open = AsyncExitStack()
        where = (self.storage, self.practice, self.clock)
        self.book: Book = (
            await self.open.enter_async_context(an_offices_book(*where, moves_there=self.moves_there))  # type: ignore[arg-type]
            if self.of_an_office
            else built_in(*where)  # type: ignore[arg-type]
        )
        self.calendar = InterruptedSystem(system=self.book.system, strike=self._strike)
        self.recovery = Recovery(
            self.storage,
            Practices(),
            self.clock,  # type: ignore[arg-type]
            lambda _: self.calendar,
            public_url="http://localhost:8000",
        )
        self.plan: Plan = {}
        self.boundary = 0
        self.keys = count(1)
        self.patients: list[Patient] = []
        self.messages: list[Message] = []
        self.kept: list[tuple[Kept, PatientId]] = []
        self.said_yes: list[str] = []
        self.changed_by_others: set[AppointmentId] = set()
        for one, name in enumerate(("Gonzalez", "Lee", "Okafor")):
            patient = Patient(
                id=PatientId(UUID(int=number * 10 + one)), given="Sam", family=name, phone=f"+1512555014{one}"
            )
            async with self.storage.practice(self.practice.id) as db:
                await add_patient(db, patient, now=NOW)
            self.patients.append(patient)

    @rule(slot=SLOT, who=WHICH, plan=PLAN)
    def a_patient_picks_a_time(self, slot: Slot, who: int, plan: Plan) -> None:
        key, patient = self._key(), self._patient(who)
        until = self.clock.shows + timedelta(minutes=15)

        async def hold(saga: Saga) -> Kept | Lost:
            return await saga.hold(slot, key=key, until=until)

        self._receive(Message(key, patient, hold), plan)

    @precondition(lambda self: self.kept)
    @rule(which=WHICH, plan=PLAN)
    def a_patient_says_yes(self, which: int, plan: Plan) -> None:
        kept, patient = self.kept[which % len(self.kept)]
        key = self._key()

        async def book(saga: Saga) -> Stands | Lost:
            return await saga.book(kept.slot, key=key, patient=patient, held=kept.held)

        self._receive(Message(key, patient, book), plan)

    @rule(slot=SLOT, who=WHICH, plan=PLAN)
    def a_patient_books_at_once(self, slot: Slot, who: int, plan: Plan) -> None:
        self._receive(self._booking(slot, who), plan)

    @rule(slot=SLOT, which=WHICH, plan=PLAN)
    def a_patient_moves_a_visit(self, slot: Slot, which: int, plan: Plan) -> None:
        if (found := self._told_visit(which)) is None:
            return
        visit, patient = found
        key = self._key()

        async def move(saga: Saga) -> Stands | Lost:
            return await saga.move(visit, slot, key=key, patient=patient)

        self._receive(Message(key, patient, move, visit), plan)

    @rule(which=WHICH, plan=PLAN)
    def a_patient_cancels(self, which: int, plan: Plan) -> None:
        if (found := self._told_visit(which)) is None:
            return
        visit, patient = found
        key = self._key()

        async def cancel(saga: Saga) -> Stands | Lost:
            return await saga.cancel(visit, key=key, patient=patient)

        self.changed_by_others.add(visit)
        self._receive(Message(key, patient, cancel, visit), plan)

    @precondition(lambda self: self.messages)
    @rule(which=WHICH, plan=PLAN)
    def the_carrier_sends_a_message_again(self, which: int, plan: Plan) -> None:
        message = self.messages[-1 - which % len(self.messages)]
        self._run(self._answer(message), plan)

    @rule(slot=SLOT, which=WHICH, what=st.sampled_from(["staff book", "staff move", "staff cancel"]))
    def the_front_desk_acts(self, slot: Slot, which: int, what: str) -> None:
        self.runner.run(self._happen(Meanwhile(what, slot, which)))

    @rule(how=WHICH)
    def the_next_call_goes_wrong_inside(self, how: int) -> None:
        self.book.stumble(how)

    @rule(minutes=st.sampled_from([1, 6, 16, 40]))
    def time_passes(self, minutes: int) -> None:
        self.clock.shows += timedelta(minutes=minutes)

    @rule(plan=PLAN)
    def the_jobs_run(self, plan: Plan) -> None:
        self._run(self._jobs(), plan)

    @invariant()
    def no_time_is_given_to_two(self) -> None:
        if hasattr(self, "book"):
            assert self.runner.run(self._doubles()) == []

    async def _doubles(self) -> list[object]:
        async with self.storage.practice(self.practice.id) as db:
            told = {one.appointment for one in await bookings.promises(db)}
        return await self.book.doubles(told)

    def teardown(self) -> None:
        if hasattr(self, "book"):
            self.runner.run(self._close())

    async def _close(self) -> None:
        try:
            self.plan = {}
            await self._settle()
            await self._check()
        finally:
            await self.open.aclose()

    async def _settle(self) -> None:
        for _ in range(60):
            self.clock.shows += timedelta(minutes=10)
            await self._jobs()
            if not await self._left():
                return
        raise AssertionError("after ten hours something is still not ended")

    async def _left(self) -> bool:
        going_on = [step.value for step in Step if step.goes_on]
        async with self.storage.practice(self.practice.id) as db:
            open_ones = await db.one("select from booking where step = any(%s)", (going_on,))
            news = await db.one(
                "select from promise where look_at is not null and told_at > look_at - interval '4 minutes'"
            )
        return open_ones is not None or (news is not None and not self.of_an_office)

    async def _check(self) -> None:
        """What must be so once nothing is left to be done."""
        standing = await self.book.standing(self.patients)
        async with self.storage.practice(self.practice.id) as db:
            promises = await bookings.promises(db)
            steps = {row["key"]: Step(row["step"]) for row in await db.all("select key, step from booking")}
        told = {one.appointment: one.during for one in promises if one.status.takes_time}

        assert told == standing, "each patient's last word is what stands, and nothing stands that nobody was told of"
        assert Step.UNKNOWN not in steps.values()
        assert not any(step.goes_on for step in steps.values())
        assert {steps[key] for key in self.said_yes} <= {Step.TOLD}

    async def _jobs(self) -> None:
        async with self.storage.practice(self.practice.id) as db:
            await expire_holds(db, now=self.clock.shows)
        await self.recovery.recover(self.practice.id)
        await self.recovery.look(self.practice.id)

    def _receive(self, message: Message, plan: Plan) -> None:
        self.messages.append(message)
        self._run(self._answer(message), plan)

    def _run(self, doing: Awaitable[None], plan: Plan) -> None:
        async def struck() -> None:
            self.plan, self.boundary = dict(plan), 0
            with suppress(Crashed):
                await doing
            self.plan = {}

        self.runner.run(struck())

    async def _answer(self, message: Message) -> None:
        """As the desk answers: alone with it, and the words in the transaction of the step."""
        before = (await self.book.standing(self.patients)).get(message.visit) if message.visit else None
        async with self.storage.alone(self.practice.id, f"intent {message.key}") as turn:
            begin = interrupted(turn.transaction, self._strike)
            saga = Saga(begin, self.calendar, self.clock)  # type: ignore[arg-type]
            for _ in range(5):
                try:
                    outcome = await message.ask(saga)
                except Fault:
                    async with begin() as db:
                        await bookings.tell_trouble(db, message.key)
                    return
                if isinstance(outcome, Kept):
                    self.kept.append((outcome, message.patient))
                    return
                if isinstance(outcome, Lost):
                    await self._check_the_old_time(message, before)
                    return
                with suppress(Overtaken):
                    async with begin() as db:
                        await tell(db, outcome, conversation=None, patient=message.patient, now=self.clock.shows)
                    self.said_yes.append(outcome.key)
                    return

    async def _check_the_old_time(self, message: Message, before: Period | None) -> None:
        alone = sum(one.visit == message.visit for one in self.messages) == 1
        if before is not None and alone and message.visit not in self.changed_by_others:
            assert message.visit is not None
            after = await self.book.standing(self.patients)
            assert after.get(message.visit) == before, "a move that came to nothing leaves the old time as it was"

    async def _strike(self, boundary: Boundary) -> Blow:
        happening = self.plan.pop(self.boundary, Blow.NONE)
        self.boundary += 1
        if isinstance(happening, Blow):
            return happening
        plan, self.plan = self.plan, {}
        boundary_before = self.boundary
        await self._happen(happening)
        self.plan, self.boundary = plan, boundary_before
        return Blow.NONE

    async def _happen(self, happening: Meanwhile) -> None:
        if happening.what == "another books":
            message = self._booking(happening.slot, happening.which)
            self.messages.append(message)
            await self._answer(message)
            return
        if happening.what == "staff book":
            await self.book.staff_book(happening.slot)
            return
        standing = sorted(await self.book.standing(self.patients))
        if not standing:
            return
        visit = standing[happening.which % len(standing)]
        self.changed_by_others.add(visit)
        if happening.what == "staff move":
            await self.book.staff_move(visit, happening.slot)
        else:
            await self.book.staff_cancel(visit)

    def _booking(self, slot: Slot, who: int) -> Message:
        key, patient = self._key(), self._patient(who)

        async def book(saga: Saga) -> Stands | Lost:
            return await saga.book(slot, key=key, patient=patient, held=None)

        return Message(key, patient, book)

    def _told_visit(self, which: int) -> tuple[AppointmentId, PatientId] | None:
        async def told() -> list[tuple[AppointmentId, PatientId]]:
            async with self.storage.practice(self.practice.id) as db:
                return [(one.appointment, one.patient) for one in await bookings.promises(db) if one.status.takes_time]

        known = self.runner.run(told())
        return known[which % len(known)] if known else None

    def _key(self) -> str:
        return f"message {next(self.keys)}"

    def _patient(self, who: int) -> PatientId:
        return self.patients[who % len(self.patients)].id


@pytest.mark.timeout(400)  # 40 seconds where nobody else has the machine
@pytest.mark.parametrize(
    ("of_an_office", "moves_there", "examples"),
    [(False, True, 30), (True, False, 8), (True, True, 8)],
    ids=["built-in", "open-dental in two steps", "open-dental"],
)
def test_whatever_happens_every_patient_hears_the_truth(
    database_url: str, master: MasterKey, of_an_office: bool, moves_there: bool, examples: int
) -> None:
    with asyncio.Runner() as runner:
        storage = Storage(database_url, master=master)
        runner.run(storage.open())

        class Tried(Clinic):
            pass

        Tried.runner, Tried.storage = runner, storage
        Tried.of_an_office, Tried.moves_there = of_an_office, moves_there
        run_state_machine_as_test(
            Tried,
            settings=settings(
                max_examples=examples,
                stateful_step_count=20,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            ),
        )
        runner.run(storage.close())


@pytest.mark.parametrize("boundary", range(10))
def test_a_hold_asked_for_again_after_a_yes_that_broke_off_forgets_no_visit(
    database_url: str, master: MasterKey, boundary: int
) -> None:
    with asyncio.Runner() as runner:
        storage = Storage(database_url, master=master)
        runner.run(storage.open())

        class Tried(Clinic):
            pass

        Tried.runner, Tried.storage, Tried.of_an_office, Tried.moves_there = runner, storage, False, True
        clinic = Tried()
        clinic.opens()
        clinic.a_patient_picks_a_time(slot=SLOTS[0], who=0, plan={})
        clinic.a_patient_says_yes(which=0, plan={boundary: Blow.CRASH})

        clinic.the_carrier_sends_a_message_again(which=1, plan={})

        clinic.teardown()  # what stands is what was told
        runner.run(storage.close())
