"""A practice whose book is in a simulated Open Dental: what its front desk changes is told, and copied."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinic import at
from tests.conftest import AT, Postgres, smile_desk
from tests.reception.test_connected import PATIENT, PRACTICE, TALK

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.proving.simulator_server import served
from frontdesk.reception.joined import hears_notices
from frontdesk.sample.practice import SMILE_ID
from frontdesk.sample.visits import DEFAULT_SEED, plausible_visits
from frontdesk.settings import Settings
from frontdesk.standards.simulating.waiting import sleep
from frontdesk.storage import conversations
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Work, take_all
from frontdesk.storage.mirror import mirrored_within
from frontdesk.systems.opendental.peer import OfficePeer, peer
from frontdesk.web.pages.system_notices import notice_url
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES

MONTH = at("2026-05-25 00:00", minutes=30 * 24 * 60)


POLLED = timedelta(seconds=31)
"""So long after the last time the office looks for events to send."""


@dataclass
class Wall:
    """The office's own clock, which runs ahead of the desk's."""

    ahead: timedelta = timedelta(0)


@dataclass
class Book:
    """A desk and the office whose book it uses."""

    desk: Frontdesk
    office: OfficePeer
    wall: "Wall"

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
        """How many events the office sent, each heard by the connector as the page hears it."""
        joined = self.desk.joined_of(SMILE_ID)
        assert joined is not None
        hears = hears_notices(joined.connector)
        assert hears is not None
        url = notice_url(self.desk.settings.public_url, "smile", "opendental")
        self.wall.ahead += POLLED
        sent = await self.office.notices(url)
        for notice in sent:
            await self.desk.following.heard(SMILE_ID, "opendental", hears.hear(notice))
        return len(sent)

    async def mirror(self) -> list[Appointment]:
        async with self.desk.storage.practice(SMILE_ID) as db:
            return await mirrored_within(db, "opendental", MONTH)


@pytest.fixture
async def book(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Book]:
    async with smile_desk(server, smile_template, Settings(home=master_home)) as desk:
        visits = [one.slot for one in plausible_visits(PRACTICE, now=AT, seed=DEFAULT_SEED)]
        wall = Wall()
        office = peer(PRACTICE, clock=lambda: desk.clock.now() + wall.ahead, wait=sleep, visits=visits, days=64)
        async with served(office.application) as address:
            connection = Connection(system="opendental", settings=office.settings(address), numbers=office.numbers)
            async with desk.storage.practice(SMILE_ID) as db:
                await connect(db, connection, now=desk.clock.now())
                await db.run("delete from claim")
                await db.run("update appointment set status = 'cancelled' where status = 'booked'")
            url = desk.storage.url.replace("role=frontdesk_app", "role=frontdesk")
            database = Ready(url=url, entered=enter(url))
            async with open_frontdesk(desk.settings, database) as connected:
                yield Book(connected, office, wall)
            database.entered.leave()


async def test_the_whole_book_is_copied_with_our_patients_and_no_one_elses(book: Book) -> None:
    await book.says(*TALK)

    await book.work()

    copied = await book.mirror()
    coming = [one for one in book.office.visits() if one.status.takes_time and MONTH.overlaps(one.during)]
    assert {one.id for one in copied} >= {one.number for one in coming if one.during.start > AT}
    assert len([one for one in copied if one.patient is not None]) == 1


async def test_a_move_and_a_deletion_reach_patient_and_copy_by_an_event(book: Book) -> None:
    await book.says(*TALK)
    await book.work()
    [visit] = [one for one in await book.mirror() if one.patient is not None]
    await book.told()

    book.office.simulator.front_desk.move(int(visit.id), at="2026-05-28 19:00:00")
    events = await book.told()
    done = await book.work()
    moved = (await book.heard())[-1]
    book.office.simulator.front_desk.delete_appointment(int(visit.id))
    await book.told()
    await book.work()

    assert (events > 0, done) == (True, [Work.FOLLOW, Work.LOOK])
    assert "is now Thursday, May 28 at 7:00 PM" in moved
    assert "is cancelled" in (await book.heard())[-1]
    assert [one for one in await book.mirror() if one.patient is not None] == []
