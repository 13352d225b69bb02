"""Requests at random, of a system that can be read and not written: a card for each, and "booked" only once it is seen.

A run is one wish that a patient has. Staff type cards in when they come to it, and book others beside; the desk must
ask for each visit by one card, close it by itself, and say "booked" or "cancelled" of nothing that nobody has done.
"""

from collections import Counter
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import Fault
from frontdesk.proving.certifying.check import Open
from frontdesk.proving.certifying.desk import PATIENCE, Desk, NotProven, Setting
from frontdesk.proving.certifying.fault_checks import FAULTS
from frontdesk.proving.certifying.random_runs import DAYS, EACH, FAULT, PATIENTS, Misfortune, Tally, held_and_asked
from frontdesk.proving.certifying.what_holds import MONDAY
from frontdesk.proving.interrupted import Crashed
from frontdesk.reception.saga import Kept, Lost, Stands
from frontdesk.storage import bookings, tasks
from frontdesk.storage.requests import Request, request_for

TIMES = 60
"""So many times are wished for, far more than staff ever enter; clashes come of the few days that they lie in."""


async def random_requests(open_desk: Open, *, seed: int, runs: int) -> Tally:
    """So many runs from that seed on; the same seed begins them anew."""
    done = Tally()
    while done.runs < runs:
        await _on_one_desk(open_desk, f"{seed}.{done.runs}", min(EACH, runs - done.runs), done)
    return done


async def ended(desk: Desk) -> list[str]:
    """Everything that must not be, [] where all is well: now, and once staff have typed in every card that is open."""
    try:
        await desk.settle()
        wrong = await _wrong(desk)
        if not wrong:
            for visit, _ in await _open_cards(desk):
                type_in(desk, visit)
            await _until_no_card_is_open(desk)
            wrong = await _wrong(desk)
    except NotProven as seen:
        return [str(seen)]
    return wrong


def type_in(desk: Desk, visit: Appointment) -> None:
    """Staff enter what a card says."""
    assert visit.slot is not None
    desk.peer.book(visit.slot)


async def _on_one_desk(open_desk: Open, seed: str, runs: int, done: Tally) -> None:
    misfortune = Misfortune(Random(seed))
    async with open_desk(Setting(now=MONDAY, days=DAYS, strike=misfortune)) as desk:
        trial = _Trial(desk, misfortune)
        await trial.begin()
        for _ in range(runs):
            await trial.run()
            done.runs += 1
        done.counts += misfortune.counts
        done.counts += Counter(f"patients told {said}" for said in desk.said.values())
        done.wrong += [f"seed {seed}: {one}" for one in (*trial.wrong, *await ended(desk))]


class _Trial:
    """One desk, its patients, and the people at the front desk."""

    def __init__(self, desk: Desk, misfortune: Misfortune) -> None:
        self.wrong: list[str] = []
        self._desk = desk
        self._misfortune = misfortune
        self._chance = misfortune.chance
        self._slots: Sequence[Slot] = ()
        self._wished: list[Slot] = []
        self._number = 0

    async def begin(self) -> None:
        """Patients, and the times that they wish for."""
        for _ in range(PATIENTS):
            await self._desk.patient()
        found = await self._desk.slots(days=4)
        self._slots = found[:: max(1, len(found) // TIMES)][:TIMES]

    async def run(self) -> None:
        """One patient wants one thing, while something goes wrong; sometimes staff work, jobs run, and time passes."""
        desk, chance, misfortune = self._desk, self._chance, self._misfortune
        misfortune.on = True
        if chance.random() < FAULT:
            heard = desk.peer.heard()
            desk.peer.faults.plan(chance.choice(FAULTS), on=heard[-1].call if heard else "", after=chance.randrange(3))
            misfortune.counts["faults planned"] += 1
        act = chance.choices((self._ask, self._hold_and_ask, self._change), (45, 25, 30))[0]
        with suppress(Crashed):
            await act()
        desk.peer.faults.clear()
        if chance.random() < 0.3:
            desk.hands.turn(timedelta(minutes=chance.choice((1, 6, 16))))
            with suppress(Crashed):
                await desk.jobs()
        misfortune.on = False
        if chance.random() < 0.2:
            self._staff_book_another()
        if chance.random() < 0.3:
            await self._staff_type_in()

    async def _ask(self) -> None:
        slot, person, key = self._slot(), self._person(), self._key("book")
        await self._misfortune.twice_perhaps(lambda: self._heard(self._desk.book(slot, person, key=key)))

    async def _hold_and_ask(self) -> None:
        slot, person, key = self._slot(), self._person(), self._key("hold")
        self._judge(await held_and_asked(self._desk, self._chance, slot, person, key=key))

    async def _change(self) -> None:
        """A wish to move or to cancel is for staff."""
        async with self._desk.storage.practice(self._desk.practice.id) as db:
            told = [one for one in await bookings.promises(db) if one.status.takes_time]
        if not told:
            return
        visit = self._chance.choice(told)
        person = next(one for one in self._desk.patients if one.id == visit.patient)
        slot, id = self._chance.choice(self._slots), AppointmentId(visit.appointment)
        if self._chance.random() < 0.5:
            key = self._key("move")
            outcome = await self._desk.move(id, slot, person, key=key)
        else:
            key = self._key("cancel")
            outcome = await self._desk.cancel(id, person, key=key)
        if isinstance(outcome, Stands):
            self.wrong.append(f"untrue: {key} was told as done, and only staff can do it")
        elif isinstance(outcome, Lost) and outcome.by_staff:
            self._misfortune.counts["wishes handed to staff"] += 1

    async def _heard(self, asking: Awaitable[Kept | Stands | Lost | Fault]) -> None:
        self._judge(await asking)

    def _judge(self, outcome: Kept | Stands | Lost | Fault | None) -> None:
        """What a patient is told of a time: that it is requested, unless staff have entered it already."""
        if not isinstance(outcome, Stands):
            return
        visit = outcome.appointment
        self._misfortune.counts["told as requested" if visit.is_requested else "told as booked"] += 1
        if not visit.is_requested and visit.status.takes_time and not _is_there(self._desk, visit):
            self.wrong.append(f"untrue: {outcome.key} was told as {visit.status.value}, and nobody has entered it")

    def _staff_book_another(self) -> None:
        """Somebody of theirs, at a time that no card speaks of and nobody has."""
        slot = self._chance.choice(self._slots)
        in_the_way = _takes(slot, self._wished) or any(
            one.practitioner == slot.practitioner and one.during.overlaps(slot.during)
            for one in self._desk.peer.visits()
            if one.status.takes_time
        )
        if not in_the_way:
            self._desk.peer.book(slot)
            self._misfortune.counts["changes by the front desk"] += 1

    async def _staff_type_in(self) -> None:
        cards = await _open_cards(self._desk)
        if cards:
            type_in(self._desk, self._chance.choice(cards)[0])
            self._misfortune.counts["cards typed in"] += 1

    def _slot(self) -> Slot:
        slot = self._chance.choice(self._slots)
        self._wished.append(slot)
        return slot

    def _person(self) -> Patient:
        return self._chance.choice(self._desk.patients)

    def _key(self, what: str) -> str:
        self._number += 1
        return f"{what} {self._number}"


def _takes(slot: Slot, others: Sequence[Slot]) -> bool:
    """Whether one of them takes the practitioner's time."""
    return any(one.practitioner == slot.practitioner and one.during.overlaps(slot.during) for one in others)


async def _asked_for(desk: Desk) -> list[tuple[Appointment, Request | None]]:
    """Each visit that the desk keeps a time for, with what staff were asked."""
    kept = [
        one for one in await desk.system.appointments_of([one.id for one in desk.patients]) if one.status.takes_time
    ]
    async with desk.storage.practice(desk.practice.id) as db:
        return [(one, await request_for(db, UUID(one.id))) for one in kept]


async def _open_cards(desk: Desk) -> list[tuple[Appointment, Request]]:
    """What staff have not typed in yet."""
    return [
        (visit, request)
        for visit, request in await _asked_for(desk)
        if request is not None and request.entered is None and not _is_there(desk, visit)
    ]


async def _until_no_card_is_open(desk: Desk) -> None:
    """Let time pass until each card has closed itself. Raises: NotProven."""
    for _ in range(PATIENCE):
        desk.hands.turn(timedelta(minutes=10))
        await desk.jobs()
        if all(request is None or request.entered is not None for _, request in await _asked_for(desk)):
            return
    raise NotProven("ten hours after staff had typed in every card, one is still open")


async def _wrong(desk: Desk) -> list[str]:
    asked = await _asked_for(desk)
    async with desk.storage.practice(desk.practice.id) as db:
        promises = {one.appointment: one for one in await bookings.promises(db) if one.status.takes_time}
        cards = {one.id for one in await tasks.open_tasks(db)}
    found = [f"lost: visit {id} was told, and no time is kept for it" for id in {*promises} - {a.id for a, _ in asked}]
    for visit, request in asked:
        promise = promises.get(visit.id)
        if request is None:
            found.append(f"lost: visit {visit.id} is kept, and staff have no card")
            continue
        if (request.task in cards) == (request.entered is not None):
            found.append(f"the card of visit {visit.id} is open although it was entered, or closed before it was")
        if request.entered is not None and not _is_there(desk, visit):
            found.append(f"untrue: visit {visit.id} counts as entered, and nobody has entered it")
        if promise is None:
            found.append(f"lost: visit {visit.id} is kept, and nobody was told")
        elif promise.during != visit.during or (promise.status is Status.BOOKED and request.entered is None):
            found.append(f"untrue: visit {visit.id} was told as {promise.status.value} for {promise.during}")
    found += _doubles(desk, [visit for visit, _ in asked])
    written = sorted({one.call for one in desk.peer.heard() if not one.call.startswith("GET ")})
    return found + [f"the desk has written: {call}" for call in written]


def _doubles(desk: Desk, kept: Sequence[Appointment]) -> list[str]:
    """Times kept for two of ours, or for one of ours beside somebody else's visit."""
    book = [one for one in desk.peer.visits() if one.status.takes_time]
    pairs = [(a, b) for place, a in enumerate(kept) for b in kept[place + 1 :] if a.practitioner == b.practitioner]
    found = [f"double: visits {a.id} and {b.id}" for a, b in pairs if a.during.overlaps(b.during)]
    return found + [
        f"double: visit {visit.id} beside {one.number}"
        for visit in kept
        for one in book
        if one.practitioner == visit.practitioner and one.during != visit.during and one.during.overlaps(visit.during)
    ]


def _is_there(desk: Desk, visit: Appointment) -> bool:
    """Whether somebody has entered it in the system's own book."""
    return any(
        one.status.takes_time and (one.practitioner, one.during) == (visit.practitioner, visit.during)
        for one in desk.peer.visits()
    )
