"""Sagas at random: patients, staff, faults, crashes and lost replies in any order, and a look at what came of it.

A run is one saga that a patient has begun. Runs share a desk until it is looked at, and then another one is opened, so
that a wrong one is found near where it began; its seed shows it again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import Fault
from frontdesk.proving.certifying.check import Open
from frontdesk.proving.certifying.desk import Desk, NotProven, Setting
from frontdesk.proving.certifying.fault_checks import FAULTS
from frontdesk.proving.certifying.what_holds import MONDAY
from frontdesk.proving.interrupted import Blow, Boundary, Crashed
from frontdesk.reception.saga import Kept, Lost, Stands

EACH = 40
"""So many runs are begun on one desk before it is looked at."""
DAYS = 7
"""So many days lie open in the simulated book; the times that are fought for are in the first four."""
CRASH, SILENCE, STAFF, FAULT = 0.02, 0.03, 0.02, 0.5
"""How likely: a crash, a lost request or reply, staff who act at that moment, at each boundary; a fault in a run."""
PATIENTS = 12


@dataclass(kw_only=True)
class Tally:
    """What was done, and everything that must not be."""

    runs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Misfortune:
    """What strikes at each boundary, drawn by one seed. Implements `Strike`."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.counts: Counter[str] = Counter()
        self.staff: Callable[[], None] = lambda: None
        self.on = False

    async def __call__(self, boundary: Boundary) -> Blow:
        """The blow, if any."""
        if not self.on:
            return Blow.NONE
        drawn = self.chance.random()
        if drawn < CRASH:
            self.counts["crashes"] += 1
            return Blow.CRASH
        calls = boundary in {Boundary.BEFORE_CALL, Boundary.AFTER_CALL}
        if drawn < CRASH + SILENCE and calls:
            self.counts["requests and replies lost"] += 1
            return Blow.SILENCE
        if drawn < CRASH + SILENCE + STAFF:
            self.staff()
        return Blow.NONE

    async def twice_perhaps(self, ask: Callable[[], Awaitable[object]]) -> None:
        """The carrier sends some messages twice."""
        try:
            await ask()
        finally:
            if self.chance.random() < 0.15:
                self.counts["messages sent twice"] += 1
                with suppress(Crashed):
                    await ask()


async def held_and_asked(
    desk: Desk, chance: Random, slot: Slot, person: Patient, *, key: str
) -> Kept | Stands | Lost | Fault | None:
    """What comes of a yes to a time that was held: most give one, some once the hold is over. None: none was given."""
    until = desk.hands.now() + timedelta(minutes=15)
    kept = await desk.ask(key, person.id, lambda saga: saga.hold(slot, key=key, until=until))
    if not isinstance(kept, Kept) or chance.random() >= 0.85:
        return None
    if chance.random() < 0.1:
        desk.hands.turn(timedelta(minutes=20))
    yes = f"{key} yes"
    return await desk.ask(yes, person.id, lambda saga: saga.book(kept.slot, key=yes, patient=person.id, held=kept.held))


async def random_runs(open_desk: Open, *, seed: int, runs: int) -> Tally:
    """So many runs from that seed on; the same seed begins them anew."""
    done = Tally()
    while done.runs < runs:
        await _on_one_desk(open_desk, f"{seed}.{done.runs}", min(EACH, runs - done.runs), done)
    return done


async def _on_one_desk(open_desk: Open, seed: str, runs: int, done: Tally) -> None:
    misfortune = Misfortune(Random(seed))
    async with open_desk(Setting(now=MONDAY, days=DAYS, strike=misfortune)) as desk:
        trial = _Trial(desk, misfortune)
        await trial.begin()
        for _ in range(runs):
            await trial.run()
            done.runs += 1
        misfortune.on = False
        try:
            await desk.settle()
            wrong = await desk.wrong()
        except NotProven as seen:
            wrong = [str(seen)]
        done.counts += misfortune.counts
        done.counts += Counter(f"patients told {said}" for said in desk.said.values())
        done.wrong += [f"seed {seed}: {one}" for one in wrong]


class _Trial:
    """One desk and its patients."""

    def __init__(self, desk: Desk, misfortune: Misfortune) -> None:
        self._desk = desk
        self._misfortune = misfortune
        self._chance = misfortune.chance
        self._slots: Sequence[Slot] = ()
        self._number = 0
        misfortune.staff = self._staff_act

    async def begin(self) -> None:
        """Patients, and the times that are fought for: few, so that they clash."""
        for _ in range(PATIENTS):
            await self._desk.patient()
        found = await self._desk.slots(days=4)
        self._slots = found[:: max(1, len(found) // 24)][:24]

    async def run(self) -> None:
        """One patient wants one thing, while something goes wrong; sometimes the jobs run, and time passes."""
        desk, chance = self._desk, self._chance
        self._misfortune.on = True
        if chance.random() < FAULT:
            heard = desk.peer.heard()
            call = chance.choice(heard[-40:]).call if heard else ""
            desk.peer.faults.plan(chance.choice(FAULTS), on=call, after=chance.randrange(3))
            self._misfortune.counts["faults planned"] += 1
        act = chance.choices((self._book, self._hold_and_book, self._move, self._cancel), (30, 25, 30, 15))[0]
        with suppress(Crashed):
            await act()
        desk.peer.faults.clear()
        if chance.random() < 0.2:
            self._staff_act()
        if chance.random() < 0.3:
            desk.hands.turn(timedelta(minutes=chance.choice((1, 6, 16))))
            with suppress(Crashed):
                await desk.jobs()
        self._misfortune.on = False

    async def _book(self) -> None:
        slot, person, key = self._chance.choice(self._slots), self._person(), self._key()
        await self._misfortune.twice_perhaps(lambda: self._desk.book(slot, person, key=key))

    async def _hold_and_book(self) -> None:
        slot, person, key = self._chance.choice(self._slots), self._person(), self._key()
        await held_and_asked(self._desk, self._chance, slot, person, key=key)

    async def _move(self) -> None:
        found = self._a_visit()
        if found is not None:
            visit, person = found
            slot, key = self._chance.choice(self._slots), self._key()
            await self._misfortune.twice_perhaps(lambda: self._desk.move(visit, slot, person, key=key))

    async def _cancel(self) -> None:
        found = self._a_visit()
        if found is not None:
            visit, person = found
            key = self._key()
            await self._misfortune.twice_perhaps(lambda: self._desk.cancel(visit, person, key=key))

    def _staff_act(self) -> None:
        """Somebody at the front desk books, moves or cancels."""
        desk, chance = self._desk, self._chance
        self._misfortune.counts["changes by the front desk"] += 1
        slot, book = chance.choice(self._slots), [one for one in desk.peer.visits() if one.status.takes_time]
        taken = any(one.practitioner == slot.practitioner and one.whole.overlaps(slot.during) for one in book)
        ours = desk.ours()
        what = chance.randrange(3)
        if what == 0 and not taken:
            desk.peer.book(slot)
        elif what == 1 and ours and not taken:
            visit = chance.choice(sorted(ours))
            if desk.peer.move(str(visit), slot):
                desk.touched.add(str(visit))
        elif what == 2 and ours:
            desk.peer.cancel(str(chance.choice(sorted(ours))))

    def _a_visit(self) -> tuple[AppointmentId, Patient] | None:
        """One of ours that stands, with whose it is."""
        ours = self._desk.ours()
        if not ours:
            return None
        visit = self._chance.choice(sorted(ours))
        files = {one.chart.number: one.chart.family for one in self._desk.peer.files()}
        family = files[ours[visit].chart]
        return visit, next(one for one in self._desk.patients if one.family == family)

    def _person(self) -> Patient:
        return self._chance.choice(self._desk.patients)

    def _key(self) -> str:
        self._number += 1
        return f"run {self._number}"
