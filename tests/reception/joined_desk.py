"""A desk whose practice's calendar is the one of `elsewhere`, its jobs done by hand on a clock that a test turns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.clinic import NOW, a_practice
from tests.reception.elsewhere import NAME, Quiet

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.time import Period
from frontdesk.language.model.engine import Engine
from frontdesk.language.understanding import understand
from frontdesk.reception.after_visits import AfterVisits
from frontdesk.reception.connected import Connected
from frontdesk.reception.desk import Reception
from frontdesk.reception.following import Following
from frontdesk.reception.joined import Joined
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.reminding import Reminding
from frontdesk.reception.writing_back import WritingBack
from frontdesk.settings import Settings
from frontdesk.storage import bookings, conversations, followed, mirror, tasks
from frontdesk.storage.bookings import Promise
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.clock import new_id
from frontdesk.storage.followed import Followed
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.jobs import Work, take_all
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.recorded_system import RecordedSystem
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES

PRACTICE = a_practice()
PATIENT = "+15125550147"
TALK = (
    "I'd like a Botox consultation",
    "First time",
    "Thursday evening",
    "the first one",
    "Maria Gonzalez, this number",
    "maria@example.com",
    "yes",
)


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.shows = NOW

    def now(self) -> datetime:
        return self.shows


class JoinedDesk:
    """The desk, and what there is to see of it."""

    def __init__(self, desk: Frontdesk, system: Quiet, *, fresh: timedelta = timedelta(0)) -> None:
        self.clock = Hands()
        storage, practices, clock = desk.storage, desk.practices, self.clock
        self.system = system
        self.calendar = Connected(
            RecordedSystem(system, storage, PRACTICE.id, name=NAME),
            Calendar(storage, practices, PRACTICE.id, clock),
            storage,
            PRACTICE.id,
            clock,
            name=NAME,
            fresh=fresh,
        )
        joined = Joined(key=NAME, connector=system, calendar=self.calendar)
        url = desk.settings.public_url
        self.desk = replace(
            desk,
            clock=clock,
            reception=Reception(
                storage,
                practices,
                clock,
                new_id,
                lambda _: self.calendar,
                understand=Engine(understand).understand,
                public_url=url,
            ),
            recovery=Recovery(storage, practices, clock, lambda _: self.calendar, public_url=url),
            reminding=Reminding(
                storage,
                practices,
                clock,
                lambda _: self.calendar,
                book=desk.book,
                new_id=new_id,
                public_url=desk.settings.public_url,
            ),
            after_visits=AfterVisits(storage, practices, clock, lambda _: self.calendar, book=desk.book, new_id=new_id),
            following=Following(storage, clock, lambda _: joined, lambda _: self.calendar),
            writing_back=WritingBack(storage, practices, clock, lambda _: joined),
            system_of=lambda _: self.calendar,
            joined_of=lambda _: joined,
        )

    async def says(self, *lines: str) -> str:
        """What the desk answers to the last of them."""
        for line in lines:
            received = await self.desk.reception.receive(PRACTICE.id, ChannelKind.SMS, PATIENT, line, provider_id=None)
            await self.desk.reception.answer(PRACTICE.id, received.conversation)
        return (await self.heard())[-1]

    async def heard(self) -> list[str]:
        """All that the patient was told."""
        async with self.desk.storage.practice(PRACTICE.id) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
            assert thread is not None
            said = await conversations.messages(db, thread.id)
        return [message.text for message in said if message.author is Author.ASSISTANT]

    async def later(self, **by: float) -> list[Work]:
        """Time goes on, and the jobs that are due then are done, in their order: which they were."""
        self.clock.shows += timedelta(**by)
        await enqueue_due_in(self.desk, PRACTICE.id)
        return await self.work()

    async def work(self) -> list[Work]:
        """Every job about the calendar that waits, and what those lead to."""
        done: list[Work] = []
        while True:
            async with self.desk.storage.practice(PRACTICE.id) as db:
                waiting = [job for job in await take_all(db.connection) if job.work in {Work.FOLLOW, Work.LOOK}]
            if not waiting:
                return done
            for job in waiting:
                done.append(job.work)
                await DOES[job.work](self.desk, job)

    async def mirror(self, within: Period) -> list[Appointment]:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            return await mirror.mirrored_within(db, NAME, within)

    async def stands(self) -> Followed:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            return await followed.read_followed(db, NAME)

    async def promises(self) -> list[Promise]:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            return await bookings.promises(db)

    async def tasks(self) -> list[str]:
        async with self.desk.storage.practice(PRACTICE.id) as db:
            return [task.reason for task in await tasks.open_tasks(db)]


@asynccontextmanager
async def joined_desk(
    database_url: str, home: Path, system: Quiet, *, settings: Settings | None = None, fresh: timedelta = timedelta(0)
) -> AsyncIterator[JoinedDesk]:
    """A desk joined to that system, Tuesday evening, with nothing known of it yet."""
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.become(Kind.DEMO)
    database.entered.turn(Pinned(at=NOW, words=NOW.isoformat()))
    async with open_frontdesk(settings or Settings(home=home), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=NOW)
        yield JoinedDesk(opened, system, fresh=fresh)
    database.entered.leave()
