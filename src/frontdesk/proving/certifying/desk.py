"""A desk of ours connected to a simulated system in the same process, with patients, a saga and the jobs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from importlib import import_module
from itertools import count
from uuid import UUID, uuid4

from frontdesk.connecting.opening import Opened, calendar_in
from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PracticeId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.budget import Budget
from frontdesk.ports.connecting import Connector, Outside, StandIn
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import SlotRequest, System
from frontdesk.proving.certifying.hands import Hands
from frontdesk.proving.interrupted import Crashed, InterruptedSystem, Strike, interrupted
from frontdesk.proving.simulator_transport import Application, InProcess
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.saga import Kept, Lost, Overtaken, Saga, Stands, tell
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.simulating.peer import HearsMessages, OpensPeer, Peer, Standing
from frontdesk.storage import bookings
from frontdesk.storage.bookings import Step
from frontdesk.storage.charts import StoredCharts
from frontdesk.storage.database import Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.storage.visits import expire_holds
from frontdesk.systems.manifest import Ability, Manifest, connector

Ask = Callable[[Saga], Awaitable[Kept | Stands | Lost]]
ADDRESS = "http://localhost:1"
"""Where the connector believes the system to be; nothing is there."""
PATIENCE = 60
"""After so many rounds of the jobs, ten minutes each, everything must have ended."""
MOST_BUSY = 300.0
"""Real seconds that the simulated system may take to answer: on a busy machine it is slow, and that proves nothing."""
_numbers = count(1)


@dataclass(kw_only=True)
class Desk:
    """The desk of one trial. `said` are the answers patients got, by the key of what they asked for."""

    storage: Storage
    practice: Practice
    manifest: Manifest
    hands: Hands
    peer: Peer
    connector: Connector
    system: System
    recovery: Recovery
    charts: StoredCharts
    strike: Strike | None = None
    patients: list[Patient] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """The visits that staff moved themselves: where they put them is theirs to answer for."""

    def can(self, ability: Ability) -> bool:
        """Whether the manifest says so."""
        return ability in self.manifest.can

    async def patient(
        self, given: str = "Sam", *, born: date | None = date(1990, 4, 5), phone: str | None = None, family: str = ""
    ) -> Patient:
        """A new patient of the desk's, whom the system has not met. Their family name is theirs alone unless given."""
        number = next(_numbers)
        person = Patient(
            id=PatientId(uuid4()),
            given=given,
            family=family or f"Trial{_letters(number)}",
            phone=phone or f"+1512555{number % 10000:04d}",
            email=f"trial{number}@example.com",
            birth_date=born,
        )
        await self.enter(person)
        return person

    async def enter(self, person: Patient) -> None:
        """A patient becomes known to the desk."""
        async with self.storage.practice(self.practice.id) as db:
            await add_patient(db, person, now=self.hands.now())
        self.patients.append(person)

    async def slots(
        self,
        service: ServiceId | None = None,
        *,
        days: int = 7,
        start: datetime | None = None,
        practitioner: PractitionerId | None = None,
        location: LocationId | None = None,
    ) -> list[Slot]:
        """What may be offered of a service, by default the first that the system can take."""
        wanted = SlotRequest(
            service=service or self.peer.services[0],
            within=Period(start=start or self.hands.now(), end=(start or self.hands.now()) + timedelta(days=days)),
            practitioner=practitioner,
            location=location,
        )
        return await self.system.find_slots(wanted)

    async def ask(self, key: str, patient: PatientId, ask: Ask) -> Kept | Stands | Lost | Fault:
        """As the desk answers a message: alone with it, and the words in the transaction of the step.

        A fault is what the patient is told to wait for; the jobs go on with it.
        """
        outcome = await answered(
            self.storage, self.practice.id, self.system, self.hands, key, patient, ask, self.strike
        )
        match outcome:
            case Fault():
                self.said[key] = "wait"
            case Lost():
                self.said[key] = "no"
            case Stands():
                self.said[key] = "yes"
            case Kept():
                pass
        return outcome

    async def book(self, slot: Slot, patient: Patient, *, key: str | None = None) -> Kept | Stands | Lost | Fault:
        """A patient agrees to a time."""
        own = key or f"book {uuid4()}"
        return await self.ask(own, patient.id, lambda saga: saga.book(slot, key=own, patient=patient.id, held=None))

    async def booked(self, slot: Slot, patient: Patient) -> AppointmentId:
        """A visit that stands. Raises: NotProven."""
        outcome = await self.book(slot, patient)
        if not isinstance(outcome, Stands):
            raise NotProven(f"a free time could not be booked: {_told(outcome)}")
        return outcome.appointment.id

    async def move(
        self, visit: AppointmentId, slot: Slot, patient: Patient, *, key: str | None = None
    ) -> Kept | Stands | Lost | Fault:
        """A patient wants another time."""
        own = key or f"move {uuid4()}"
        return await self.ask(own, patient.id, lambda saga: saga.move(visit, slot, key=own, patient=patient.id))

    async def cancel(
        self, visit: AppointmentId, patient: Patient, *, key: str | None = None
    ) -> Kept | Stands | Lost | Fault:
        """A patient calls it off."""
        own = key or f"cancel {uuid4()}"
        return await self.ask(own, patient.id, lambda saga: saga.cancel(visit, key=own, patient=patient.id))

    async def jobs(self) -> None:
        """What is done when nobody writes: holds run out, idle intents are taken up, visits are looked at."""
        async with self.storage.practice(self.practice.id) as db:
            await expire_holds(db, now=self.hands.now())
        await self.recovery.recover(self.practice.id)
        await self.recovery.look(self.practice.id)

    async def settle(self) -> None:
        """Let time pass until nothing is left to be done. Raises: NotProven."""
        self.peer.faults.clear()
        strike, self.strike = self.strike, None
        try:
            for _ in range(PATIENCE):
                self.hands.turn(timedelta(minutes=10))
                await self.jobs()
                if not await self._left():
                    return
        finally:
            self.strike = strike
        raise NotProven("after ten hours something is still not ended")

    async def _left(self) -> bool:
        async with self.storage.practice(self.practice.id) as db:
            return any(step.goes_on for step in (await bookings.steps(db)).values())

    def ours(self) -> dict[AppointmentId, Standing]:
        """The visits in the system's own book that stand and are those of our patients, by name and not by number."""
        families = {one.family for one in self.patients}
        charts = {one.chart.number for one in self.peer.files() if one.chart.family in families}
        standing = [one for one in self.peer.visits() if one.status.takes_time and one.chart in charts]
        return {AppointmentId(one.number): one for one in standing}

    async def wrong(self) -> list[str]:
        """Everything that must not be, [] where all is well; once nothing is left to be done."""
        async with self.storage.practice(self.practice.id) as db:
            promises = await bookings.promises(db)
            steps = await bookings.steps(db)
        told = {one.appointment: one.during for one in promises if one.status.takes_time}
        standing = self.ours()
        found = [f"double booking: {one} and {other}" for one, other in self._doubles(standing)]
        for visit in sorted({*told, *standing}):
            was, there = told.get(visit), standing.get(visit)
            if there is None:
                found.append(f"untrue: visit {visit} was told, and does not stand")
            elif was is None:
                found.append(f"lost: visit {visit} stands, and nobody was told")
            elif was != there.during:
                found.append(f"untrue: visit {visit} was told for {was}, and stands at {there.during}")
        found += [f"untrue: {key} was answered yes and ended {steps[key].value}" for key in self._yes_without(steps)]
        found += [f"lost: {key} ended unknown" for key, step in steps.items() if step is Step.UNKNOWN]
        files = [one.chart for one in self.peer.files() if one.chart.visits]
        for person in self.patients:
            many = [one.number for one in files if one.is_of(person)]
            if len(many) > 1:
                found.append(f"double file: one patient has {len(many)}")
        return found

    def _yes_without(self, steps: dict[str, Step]) -> list[str]:
        return [key for key, said in self.said.items() if said == "yes" and steps.get(key) not in {Step.TOLD, None}]

    def _doubles(self, ours: dict[AppointmentId, Standing]) -> list[tuple[str, str]]:
        """Ours that share a practitioner's time with a visit that is in the book; where staff put one is theirs."""
        book = [one for one in self.peer.visits() if one.status.takes_time and one.number not in self.touched]
        return [
            (mine.number, other.number)
            for mine in ours.values()
            for other in book
            if mine.number not in self.touched
            and other.number != mine.number
            and mine.practitioner is not None
            and mine.practitioner == other.practitioner
            and mine.during.overlaps(other.during)
            and (AppointmentId(other.number) not in ours or mine.number < other.number)
        ]


async def answered(
    storage: Storage,
    practice: PracticeId,
    system: System,
    hands: Hands,
    key: str,
    patient: PatientId,
    ask: Ask,
    strike: Strike | None = None,
) -> Kept | Stands | Lost | Fault:
    """What comes of one message, as the desk answers it: alone, and the words in the transaction of the step."""
    async with storage.alone(practice, f"intent {key}") as turn:
        begin = interrupted(turn.transaction, strike) if strike else turn.transaction
        saga = Saga(begin, system, hands)
        for _ in range(5):
            try:
                outcome = await ask(saga)
            except Fault as fault:
                async with begin() as db:
                    await bookings.tell_trouble(db, key)
                return fault
            if not isinstance(outcome, Stands):
                return outcome
            with suppress(Overtaken):
                async with begin() as db:
                    await tell(db, outcome, conversation=None, patient=patient, now=hands.now())
                return outcome
    raise AssertionError("the front desk was faster five times")


async def times_of(system: System, service: ServiceId, *, now: datetime, days: int) -> list[Slot]:
    """What may be offered of a service from now on."""
    within = Period(start=now, end=now + timedelta(days=days))
    return await system.find_slots(SlotRequest(service=service, within=within))


class NotProven(Exception):
    """What was to be shown is not so; the text says what was seen."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How a trial begins. `visits`: how the book is filled before. `change`: what of the sample practice is other.

    `as_it_is`: the practice keeps its id and key, since somebody else knows it by them.
    """

    now: datetime
    days: int = 30
    visits: Callable[[Practice], Sequence[Slot]] = lambda _: ()
    change: Callable[[Practice], Practice] = lambda practice: practice
    budget: Callable[[Hands, Manifest], Budget] = lambda _hands, _manifest: NoLimit()
    between: Callable[[Application, Peer], Application] = lambda application, _: application
    strike: Strike | None = None
    as_it_is: bool = False


@asynccontextmanager
async def a_desk(storage: Storage, system: str, sample: Practice, setting: Setting) -> AsyncIterator[Desk]:
    """A desk whose practice's calendar lives in a simulated system of that name. Raises: LookupError."""
    manifest, connect = connector(system)
    opens: OpensPeer = import_module(f"frontdesk.systems.{system}.peer").peer
    number = next(_numbers)
    hands = Hands(setting.now)
    own = sample if setting.as_it_is else _renamed(setting.change(sample), system, number)
    peer = opens(own, clock=hands.now, wait=hands.wait, visits=setting.visits(own), days=setting.days)
    practice = peer.practice
    await apply_practice(storage, practice, [], now=hands.now())

    async def read_practice() -> Practice:
        return practice

    charts = StoredCharts(storage, practice.id, system)
    transport = InProcess(setting.between(peer.application, peer))
    hears = peer if isinstance(peer, HearsMessages) else None
    outside = Outside(
        budget=setting.budget(hands, manifest),
        practice=read_practice,
        charts=charts,
        free_times=find_slots,
        clock=hands,
        gate=None,
        stand_in=StandIn(
            transport=transport,
            pause=hands.pause,
            seconds=hands.seconds,
            patience=MOST_BUSY,
            line=hears.receive if hears else None,
        ),
    )
    defaults = {one.key: one.default for one in manifest.settings if one.default is not None}
    settings = {**defaults, **peer.settings(ADDRESS), **(hears.line if hears else {})}
    opened = connect(settings, peer.numbers, outside)
    manifest = manifest.given(settings)
    there = Opened(manifest=manifest, system=opened)
    calendar = calendar_in(there, storage, Practices(), practice.id, hands)
    if setting.strike is not None:
        calendar = InterruptedSystem(system=calendar, strike=setting.strike)
    try:
        yield Desk(
            storage=storage,
            practice=practice,
            manifest=manifest,
            hands=hands,
            peer=peer,
            connector=opened,
            system=calendar,
            recovery=Recovery(storage, Practices(), hands, lambda _: calendar, public_url="http://localhost:8000"),
            charts=charts,
            strike=setting.strike,
        )
    finally:
        await opened.close()


def _renamed(practice: Practice, system: str, number: int) -> Practice:
    """The sample practice under an id and a key of its own: one database holds the practices of all trials."""
    return replace(practice, id=PracticeId(UUID(int=uuid4().int)), key=f"{system}-{number}-{uuid4().hex[:6]}")


def _letters(number: int) -> str:
    """A number in letters, since a name has no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number}")


def _told(outcome: object) -> str:
    return f"{type(outcome).__name__}: {outcome}" if isinstance(outcome, Fault) else type(outcome).__name__


__all__ = ["ADDRESS", "Ask", "Crashed", "Desk", "NotProven", "Setting", "a_desk", "answered", "times_of"]
