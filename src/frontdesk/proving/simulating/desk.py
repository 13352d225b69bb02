"""The real desk of one practice on a clock that is turned by hand: its jobs, its texts, its front desk's hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.audit import Actor, ActorKind, Purpose
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.system import SlotRequest
from frontdesk.proving.simulating.judging import Reminded
from frontdesk.proving.simulating.people import Someone
from frontdesk.reception.by_hand import Entered, Hand
from frontdesk.reception.taking_over import give_back
from frontdesk.storage import openings, reminders, waitlist
from frontdesk.storage.audit import acting
from frontdesk.storage.clock import VirtualClock, new_id
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.inventory import every_waiting
from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.storage.openings import Became
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.reminders import Reminder
from frontdesk.storage.taking import block_time
from frontdesk.storage.tasks import close_task, open_tasks
from frontdesk.wiring import Frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES

LEFT_ALONE = frozenset({Work.ROTATE})
"""What is done for nobody who is simulated: keys are not rotated."""


@dataclass(kw_only=True)
class Post:
    """What left the desk and was not looked at yet. Implements `ports.Carrier` and `ports.PostOffice`."""

    texts: list[Text] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    async def send(self, text: Text) -> Accepted:
        """Keep a text; a known key once."""
        if text.key not in self.known:
            self.known.add(text.key)
            self.texts.append(text)
        return Accepted(receipt=text.key)

    async def post(self, mail: Mail) -> Accepted:
        """Keep a mail; a known key once."""
        if mail.key not in self.known:
            self.known.add(mail.key)
            self.mails.append(mail)
        return Accepted(receipt=mail.key)

    def taken(self) -> tuple[list[Text], list[Mail]]:
        """What came since the last time, in the order it came."""
        texts, mails, self.texts, self.mails = self.texts, self.mails, [], []
        return texts, mails


class SimulatedDesk:
    """One practice at the desk. What becomes due is done whenever `due` is called, and not by itself."""

    def __init__(self, desk: Frontdesk, clock: VirtualClock, practice: Practice) -> None:
        self.post = Post()
        self.clock = clock
        self.practice = practice
        self.desk = replace(desk, carrier_of=lambda _: self.post, post_office_of=lambda _: self.post)
        self.system = desk.system_of(practice.id)
        self._hand = Hand(storage=desk.storage, practice=practice, system=self.system, clock=clock, connected=False)

    async def open(self, people: Iterable[Someone]) -> None:
        """The practice, and everybody on file; who allowed texts did so on the clinic's form."""
        now = self.clock.now()
        await apply_practice(self.desk.storage, self.practice, [], now=now)
        async with self.desk.storage.practice(self.practice.id) as db:
            for one in people:
                id = self.patient(one).id
                await add_patient(db, self.patient(one), now=now)
                if one.allowed_texts:
                    said = Consent(
                        id=uuid5(id, "texts"),
                        use=Use.MESSAGES,
                        allowed=True,
                        source=Source.FORM,
                        recorded=now,
                        said="yes",
                    )
                    await record_consent(
                        db, said, Whose(subject=id, channel=ChannelKind.SMS, address=one.phone, patient=id)
                    )

    def patient(self, one: Someone) -> Patient:
        """Their file."""
        return Patient(
            id=PatientId(uuid5(self.practice.id, f"patient {one.number}")),
            given=one.given,
            family=one.family,
            phone=one.phone,
            email=one.email,
            language=one.language,
            birth_date=one.born,
        )

    async def due(self, *, fills: bool) -> None:
        """Do what has become due, and what follows from it. `fills`: the waitlist is looked at too."""
        await enqueue_due_in(self.desk, self.practice.id)
        await self.work(leaving=LEFT_ALONE if fills else LEFT_ALONE | {Work.FILL})

    async def work(self, *, leaving: frozenset[Work] = LEFT_ALONE) -> None:
        """Every job there is but those left alone, until none is left."""
        while waiting := [job for job in await self._taken() if job.work not in leaving]:
            for job in waiting:
                desk = Actor(kind=ActorKind.DESK, id=job.work.value, purpose=Purpose.TREATMENT, via="job")
                with acting(desk):
                    await DOES[job.work](self.desk, job)

    async def _taken(self) -> Sequence[Job]:
        async with self.desk.storage.directory() as directory:  # the queue is nobody's, and holds ids only
            return await take_all(directory.connection)

    async def hears(self, phone: str, text: str) -> None:
        """A text comes in from that phone and is answered."""
        await self.desk.reception.receive(self.practice.id, ChannelKind.SMS, phone, text, provider_id=None)
        await self.work()

    async def free(self, service: ServiceId, within: Period) -> list[Slot]:
        """Times that the front desk sees free, soonest first."""
        return await self.system.find_slots(SlotRequest(service=service, within=within))

    async def books(self, one: Someone, slot: Slot) -> AppointmentId | None:
        """The front desk enters a visit for somebody on the phone; None: the time is gone."""
        person = next(each for each in self.practice.practitioners if each.id == slot.practitioner)
        location, service = self.practice.location(slot.location), self.practice.service(slot.service)
        outcome = await self._hand.book(service, person, location, slot.during.start, self.patient(one))
        await self.work()
        return outcome.id if isinstance(outcome, Entered) else None

    async def cancels(self, visit: AppointmentId) -> bool:
        """Whether the front desk took a visit out; its patient is told."""
        outcome = await self._hand.cancel(visit)
        await self.work()
        return isinstance(outcome, Entered)

    async def marks(self, visit: AppointmentId, status: Status) -> bool:
        """Whether the front desk marked what came of a visit."""
        return isinstance(await self._hand.mark(visit, status), Entered)

    async def keeps_free(self, days: Iterable[date], *, part: float, chance: Random) -> None:
        """So much of everybody's shifts on those days has no visits, at the beginning or the end of each by chance."""
        place, now = self.practice.locations[0], self.clock.now()
        async with self.desk.storage.practice(self.practice.id) as db:
            for day in days:
                for person in self.practice.practitioners:
                    shifts = [one for one in person.shifts if one.location == place.id and one.works_on(day)]
                    for whole in (each for one in shifts if (each := one.during.on(day, place.zone))):
                        kept = _part_of(whole, part, at_the_end=chance.random() < 0.5)
                        if kept is not None:
                            await block_time(db, person.id, place.id, kept, id=new_id(), now=now, guarded=False)

    async def are_away(self, people: Iterable[PractitionerId], during: Period) -> None:
        """These have no visits then."""
        place, now = self.practice.locations[0], self.clock.now()
        async with self.desk.storage.practice(self.practice.id) as db:
            for person in people:
                await block_time(db, person, place.id, during, id=new_id(), now=now, guarded=False)

    async def visits_of(self, one: Someone) -> list[Appointment]:
        """Every visit of theirs, cancelled ones too."""
        return await self.system.appointments_of([self.patient(one).id])

    async def sees_to_its_tasks(self) -> None:
        """People do what waits for them, and give the conversations back to the assistant."""
        now = self.clock.now()
        async with self.desk.storage.practice(self.practice.id) as db:
            waiting = await open_tasks(db)
            for task in waiting:
                await close_task(db, task.id, now=now)
        for task in waiting:
            if task.conversation is not None:
                await give_back(self.desk.storage, self.practice, ConversationId(task.conversation), now=now)

    async def takes_off_the_list(self, one: Someone, *, joined: datetime) -> None:
        """Whoever waits for what is past, by what they asked for until then, waits no more."""
        now = self.clock.now()
        async with self.desk.storage.practice(self.practice.id) as db:
            for entry in await every_waiting(db):
                if entry.patient == self.patient(one).id and entry.joined <= joined:
                    await waitlist.take_off(db, entry.id, now=now)

    async def reminds_of(self, outbox: UUID) -> tuple[Reminded, ...]:
        """The reminders that something in the outbox stands for, each with whether its visit stands so now."""
        async with self.desk.storage.practice(self.practice.id) as db:
            told = (await reminders.sent_as(db, [outbox]))[outbox]
        return tuple([await self._reminded(one) for one in told])

    async def _reminded(self, one: Reminder) -> Reminded:
        visit = await self.system.read(one.appointment)
        stood = (
            isinstance(visit, Appointment)
            and visit.status is Status.BOOKED
            and visit.during.start == one.start
            and one.start > self.clock.at
        )
        return Reminded(visit=one.appointment, start=one.start, before=one.before, stood=stood)

    async def next_steps(self) -> list[datetime]:
        """When more may be asked for times that are offered: where one is kept for somebody, not before its end."""
        async with self.desk.storage.practice(self.practice.id) as db:
            standing = await openings.asking(db)
            made = await openings.offers_of(db, [one.id for one in standing])
        kept = [one for one in made if one.kept and one.became is Became.ASKED and one.open_until > self.now]
        held = {one.opening for one in kept}
        return [*(one.next_at for one in standing if one.id not in held), *(one.open_until for one in kept)]

    def turn(self, to: datetime) -> None:
        """The clock goes on, never back."""
        self.clock.at = max(self.clock.at, to)

    @property
    def now(self) -> datetime:
        """What the clock shows, without its going on."""
        return self.clock.at

    def later(self, minutes: float) -> datetime:
        """So many minutes from now."""
        return self.clock.at + timedelta(minutes=minutes)


def _part_of(shift: Period, part: float, *, at_the_end: bool) -> Period | None:
    """That part of a shift in whole quarters of an hour; None: it is none."""
    length = timedelta(minutes=15 * round(part * (shift.length / timedelta(minutes=15))))
    if not length:
        return None
    return (
        Period(start=shift.end - length, end=shift.end)
        if at_the_end
        else Period(start=shift.start, end=shift.start + length)
    )
