"""A desk with visits that patients were told of, its jobs done by hand on a clock that goes from one due time on."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from tests.clinic import MAIN, a_practice, a_slot

from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.language.model.engine import Engine
from frontdesk.language.understanding import understand
from frontdesk.ports.channel import Accepted, Text
from frontdesk.reception.after_visits import AfterVisits
from frontdesk.reception.desk import Reception
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.reminding import Reminding
from frontdesk.settings import Settings
from frontdesk.storage import bookings, conversations, reminders, visits
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.clock import VirtualClock, new_id
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.jobs import Work, take_all
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.reminders import Reminder
from frontdesk.storage.taking import claim, move_visit
from frontdesk.storage.visits import By, Source
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES

PHONE = "+15125550147"
MARIA = Patient(id=PatientId(UUID(int=71)), given="Maria", family="Gonzalez", phone=PHONE)
DONE = {Work.REMIND, Work.DELIVER, Work.DELIVER_UNASKED, Work.LOOK, Work.NEWS, Work.ANSWER}


class Carrier:
    """Keeps each text with what the clinic's wall showed when it went."""

    def __init__(self, wall_shows: Callable[[], str]) -> None:
        self._wall_shows = wall_shows
        self.took: list[tuple[str, Text]] = []

    async def send(self, text: Text) -> Accepted:
        self.took.append((self._wall_shows(), text))
        return Accepted(receipt=f"receipt-{len(self.took)}")


class RemindedDesk:
    """The desk, what happens at it, and what Maria's phone shows."""

    def __init__(self, desk: Frontdesk, practice: Practice, clock: VirtualClock) -> None:
        self.clock = clock
        self.carrier = Carrier(lambda: f"{wall(clock.at, self.zone):%Y-%m-%d %H:%M}")
        self.practice = practice
        storage, practices = desk.storage, desk.practices
        self.system = Calendar(storage, practices, practice.id, clock)
        self.desk = replace(
            desk,
            clock=clock,
            reception=Reception(
                storage,
                practices,
                clock,
                new_id,
                lambda _: self.system,
                understand=Engine(understand).understand,
                public_url=desk.settings.public_url,
                meant=desk.book.meant,
            ),
            recovery=Recovery(storage, practices, clock, lambda _: self.system, public_url=desk.settings.public_url),
            reminding=Reminding(
                storage,
                practices,
                clock,
                lambda _: self.system,
                book=desk.book,
                new_id=new_id,
                public_url=desk.settings.public_url,
            ),
            after_visits=AfterVisits(storage, practices, clock, lambda _: self.system, book=desk.book, new_id=new_id),
            carrier_of=lambda _: self.carrier,
            system_of=lambda _: self.system,
        )

    @property
    def zone(self) -> ZoneInfo:
        return self.practice.locations[0].zone

    def instant(self, words: str) -> datetime:
        return datetime.fromisoformat(words).replace(tzinfo=self.zone).astimezone(UTC)

    async def opens_thread(self, *, language: str = "en") -> ConversationId:
        """Maria is on file, and has written from her number before."""
        async with self.desk.storage.practice(self.practice.id) as db:
            await add_patient(db, replace(MARIA, language=language), now=self.clock.at)
            return await conversations.open_conversation(
                db,
                ChannelKind.SMS,
                PHONE,
                id=ConversationId(uuid5(self.practice.id, "thread")),
                state=State(greeted=True, address=PHONE, language=language),
                now=self.clock.at,
            )

    async def books(self, when: str, thread: ConversationId | None) -> AppointmentId:
        """A visit that she is told of now."""
        start = self.instant(when)
        slot = a_slot(Period(start=start, end=start + timedelta(minutes=30)))
        async with self.desk.storage.practice(self.practice.id) as db:
            id = uuid5(self.practice.id, when)
            now = self.clock.at
            await claim(db, slot, id=id, patient=MARIA.id, status=Status.BOOKED, source=Source.STAFF, now=now)
        await self.tells(AppointmentId(str(id)), thread)
        return AppointmentId(str(id))

    async def tells(
        self, visit: AppointmentId, thread: ConversationId | None, *, patient: PatientId = MARIA.id
    ) -> None:
        """She, or another patient, hears how it stands."""
        standing = await self.system.read(visit)
        assert isinstance(standing, Appointment)
        async with self.desk.storage.practice(self.practice.id) as db:
            await bookings.promise(db, standing, conversation=thread, patient=patient, now=self.clock.at)

    async def moves(self, visit: AppointmentId, when: str) -> None:
        """The front desk moves it; that she is told follows by the job of the news."""
        start = self.instant(when)
        slot = a_slot(Period(start=start, end=start + timedelta(minutes=30)))
        async with self.desk.storage.practice(self.practice.id) as db:
            await move_visit(db, UUID(visit), slot, now=self.clock.at)
            await bookings.look_now(db, [visit], now=self.clock.at)

    async def cancels(self, visit: AppointmentId, *, quietly: bool = False) -> None:
        """The front desk takes it out; quietly: nobody has looked yet."""
        async with self.desk.storage.practice(self.practice.id) as db:
            now = self.clock.at
            await visits.cancel_appointment(db, UUID(visit), reason=Cancellation.PROVIDER, by=By.STAFF, now=now)
            if quietly:
                await take_all(db.connection)
            else:
                await bookings.look_now(db, [visit], now=now)

    async def moves_house(self, zone: str) -> None:
        """The location is in another zone from now on."""
        there = replace(self.practice.location(MAIN), zone=ZoneInfo(zone))
        self.practice = replace(self.practice, locations=(there,))
        await apply_practice(self.desk.storage, self.practice, [], now=self.clock.at)

    async def says(self, text: str) -> str:
        """What the desk answers to her."""
        received = await self.desk.reception.receive(self.practice.id, ChannelKind.SMS, PHONE, text, provider_id=None)
        await self.desk.reception.answer(self.practice.id, received.conversation)
        async with self.desk.storage.practice(self.practice.id) as db:
            said = await conversations.messages(db, received.conversation)
        return next((one.text for one in reversed(said) if one.author is not Author.PATIENT), "")

    async def works(self) -> None:
        """Everything that is due now is done."""
        while True:
            await enqueue_due_in(self.desk, self.practice.id)
            async with self.desk.storage.practice(self.practice.id) as db:
                waiting = [job for job in await take_all(db.connection) if job.work in DONE]
            if not waiting:
                return
            for job in waiting:
                await DOES[job.work](self.desk, job)

    async def lives_until(self, end: datetime) -> None:
        """The clock goes from one due time to the next, and what is due is done."""
        await self.works()
        while (due := await self._next_due()) is not None and due < end:
            self.clock.at = max(self.clock.at, due)
            await self.works()
        self.clock.at = max(self.clock.at, end)

    async def _next_due(self) -> datetime | None:
        async with self.desk.storage.practice(self.practice.id) as db:
            row = await db.one(
                "select least((select min(due_at) from reminder where state = 'planned'), "
                "(select min(due_at) from after_visit where state = 'planned'), "
                "(select min(due_at) from outbox where state = 'waiting')) as due"
            )
        return row["due"] if row else None

    def texts(self) -> list[tuple[str, str]]:
        """Each text with what the wall of the clinic showed when it went."""
        return [(when, text.body) for when, text in self.carrier.took]

    async def reminders(self, visit: AppointmentId) -> list[Reminder]:
        async with self.desk.storage.practice(self.practice.id) as db:
            return await reminders.reminders_of(db, visit)


@asynccontextmanager
async def reminded_desk(
    database_url: str, home: Path, told: str, *, practice: Practice | None = None
) -> AsyncIterator[RemindedDesk]:
    """A desk at that moment of its clinic's wall."""
    practice = practice or a_practice()
    at = datetime.fromisoformat(told).replace(tzinfo=practice.locations[0].zone).astimezone(UTC)
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.become(Kind.DEMO)
    database.entered.turn(Pinned(at=at, words=at.isoformat()))
    try:
        async with open_frontdesk(Settings(home=home), database) as opened:
            await apply_practice(opened.storage, practice, [], now=at)
            yield RemindedDesk(opened, practice, VirtualClock(at=at))
    finally:
        database.entered.leave()
