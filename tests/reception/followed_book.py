"""A desk of the sample practice and a simulated system whose book it uses, with what changes in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from tests.clinic import at
from tests.conftest import AT, Postgres, smile_desk
from tests.reception.test_connected import PATIENT, PRACTICE

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.proving.simulator_server import served
from frontdesk.reception.joined import hears_notices
from frontdesk.sample.practice import SMILE_ID
from frontdesk.sample.visits import DEFAULT_SEED, plausible_visits
from frontdesk.settings import Settings
from frontdesk.standards.simulating.peer import OpensPeer, Peer
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.storage import conversations
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Work, take_all
from frontdesk.storage.mirror import mirrored_within
from frontdesk.web.pages.system_notices import notice_url
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES

MONTH = at("2026-05-25 00:00", minutes=30 * 24 * 60)


POLLED = timedelta(seconds=61)
"""So long after the last time the slowest of them looks for what it has to tell."""


@dataclass
class Wall:
    """The system's own clock, which runs ahead of the desk's."""

    ahead: timedelta = timedelta(0)


@dataclass
class Book:
    """A desk and the system of that key whose book it uses."""

    key: str
    desk: Frontdesk
    there: Peer
    wall: Wall

    async def says(self, *lines: str) -> str:
        for line in lines:
            received = await self.desk.reception.receive(SMILE_ID, ChannelKind.SMS, PATIENT, line, provider_id=None)
            await self.desk.reception.answer(SMILE_ID, received.conversation)
        return (await self.heard())[-1]

    async def heard(self) -> list[str]:
        async with self.desk.storage.practice(SMILE_ID) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
            assert thread is not None
            said = await conversations.messages(db, thread.id)
        return [one.text for one in said if one.author is Author.ASSISTANT]

    async def work(self) -> list[Work]:
        """The jobs about the calendar that are due now, and what those lead to."""
        await enqueue_due_in(self.desk, SMILE_ID)
        done: list[Work] = []
        while True:
            async with self.desk.storage.practice(SMILE_ID) as db:
                waiting = [job for job in await take_all(db.connection) if job.work in {Work.FOLLOW, Work.LOOK}]
            if not waiting:
                return done
            for job in waiting:
                done.append(job.work)
                await DOES[job.work](self.desk, job)

    async def told(self) -> int:
        """How many events the system sent, each heard by the connector as the page hears it."""
        joined = self.desk.joined_of(SMILE_ID)
        assert joined is not None
        hears = hears_notices(joined.connector)
        assert hears is not None
        url = notice_url("https://desk.example.com", "smile", self.key)
        self.wall.ahead += POLLED
        sent = await self.there.notices(url)
        for notice in sent:
            await self.desk.following.heard(SMILE_ID, self.key, hears.hear(notice))
        return len(sent)

    async def mirror(self) -> list[Appointment]:
        async with self.desk.storage.practice(SMILE_ID) as db:
            return await mirrored_within(db, self.key, MONTH)


@asynccontextmanager
async def a_book(key: str, server: Postgres, template: str, home: Path) -> AsyncIterator[Book]:
    """The sample practice, Tuesday evening, with its calendar in the simulated system of that key."""
    async with smile_desk(server, template, Settings(home=home)) as desk:
        visits = [one.slot for one in plausible_visits(PRACTICE, now=AT, seed=DEFAULT_SEED)]
        wall = Wall()
        opens: OpensPeer = import_module(f"frontdesk.systems.{key}.peer").peer
        there = opens(PRACTICE, clock=lambda: desk.clock.now() + wall.ahead, wait=sleep, visits=visits, days=64)
        async with served(there.application) as address:
            connection = Connection(system=key, settings=there.settings(address), numbers=there.numbers)
            async with desk.storage.practice(SMILE_ID) as db:
                await connect(db, connection, now=desk.clock.now())
                await db.run("delete from claim")
                await db.run("update appointment set status = 'cancelled' where status = 'booked'")
            url = desk.storage.url.replace("role=frontdesk_app", "role=frontdesk")
            database = Ready(url=url, entered=enter(url))
            async with open_frontdesk(desk.settings, database) as connected:
                yield Book(key, connected, there, wall)
            database.entered.leave()
