"""The practice's people hear of what waits, one after the other until somebody takes it; nothing of a patient."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.clinic import a_practice
from tests.dialogue.test_telling import TELLING, WEDNESDAY_NOON

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.handing_over import Story
from frontdesk.dialogue.state import State
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.faults import Refused
from frontdesk.settings import Settings
from frontdesk.storage import conversations, tasks
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.tasks import Task
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES, work

PRACTICE = replace(a_practice(), telling=TELLING)


class Outside:
    """What went out, in order, to whom; and a clock that is turned by hand."""

    def __init__(self) -> None:
        self.at = WEDNESDAY_NOON
        self.went: list[tuple[str, str]] = []
        self.dead: set[str] = set()
        self.heard = asyncio.Event()

    def now(self) -> datetime:
        return self.at

    async def send(self, text: Text) -> Accepted:
        return self._take(text.to, text.body)

    async def post(self, mail: Mail) -> Accepted:
        return self._take(mail.to, f"{mail.subject}\n{mail.body}")

    def _take(self, to: str, words: str) -> Accepted:
        if to in self.dead:
            raise Refused("no such number")
        self.went.append((to, words))
        self.heard.set()
        return Accepted(receipt="taken")


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, outside: Outside) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=outside.now())
        yield replace(opened, carrier_of=lambda _: outside, post_office_of=lambda _: outside, clock=outside)
    database.entered.leave()


async def open_one(desk: Frontdesk, reason: str, *, urgent: bool = False) -> Task:
    async with desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.open_conversation(
            db, ChannelKind.SMS, "+15125550147", id=ConversationId(uuid4()), state=State(), now=desk.clock.now()
        )
        task = Task(
            id=uuid4(),
            conversation=thread,
            appointment=None,
            reason=reason,
            urgent=urgent,
            opened=desk.clock.now(),
            story=Story(said="my lips went white", given="Maria", family="Gonzalez", phone="+15125550147"),
        )
        await tasks.open_task(db, task)
    return task


async def run_due(desk: Frontdesk) -> None:
    """Everything that is due now, as a worker does it, until nothing is left."""
    await enqueue_due_in(desk, PRACTICE.id)
    while jobs := await queued(desk):
        for job in jobs:
            await DOES[job.work](desk, job)


async def queued(desk: Frontdesk) -> list[Job]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return [job for job in await take_all(db.connection) if job.work in {Work.TELL, Work.DELIVER}]


async def test_the_next_is_told_until_somebody_takes_it(desk: Frontdesk, outside: Outside) -> None:
    task = await open_one(desk, Reason.ASKED)
    await run_due(desk)
    await run_due(desk)
    at_once = [to for to, _ in outside.went]
    outside.at += timedelta(minutes=59)
    await run_due(desk)
    before = [to for to, _ in outside.went]
    outside.at += timedelta(minutes=1)
    await run_due(desk)
    after_an_hour = [to for to, _ in outside.went]
    outside.at += timedelta(minutes=60)
    await run_due(desk)
    after_two = [to for to, _ in outside.went]

    async with desk.storage.practice(PRACTICE.id) as db:
        await tasks.take_task(db, task.id, by="dana", now=outside.at)
    outside.at += timedelta(days=1)
    await run_due(desk)

    mail, phone = "desk@clinic.example.com", "+15125550190"
    assert at_once == before == [mail]
    assert after_an_hour == [mail, phone]
    assert sorted(after_two) == sorted([mail, phone, phone, mail])
    assert [to for to, _ in outside.went] == after_two
    async with desk.storage.practice(PRACTICE.id) as db:
        audited = await db.all("select from audit_event where what = %s", (Happened.STAFF_TOLD.code,))
    assert len(audited) == len(after_two)


async def test_nothing_of_a_patient_leaves(desk: Frontdesk, outside: Outside) -> None:
    await open_one(desk, Reason.CLINICAL, urgent=True)
    await run_due(desk)
    outside.at += timedelta(minutes=5)
    await run_due(desk)

    words = "\n".join(words for _, words in outside.went)
    assert len(outside.went) == 2
    assert "/desk/clinic" in words
    for secret in ("Maria", "Gonzalez", "0147", "lips"):
        assert secret not in words


async def test_whoever_cannot_be_reached_is_passed_over_at_once_and_never_in_a_circle(
    desk: Frontdesk, outside: Outside
) -> None:
    outside.dead = {"+15125550190"}
    task = await open_one(desk, Reason.TROUBLE, urgent=True)

    await run_due(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        waiting = await tasks.open_tasks(db)
    assert [to for to, _ in outside.went] == ["desk@clinic.example.com"]
    assert [one.id for one in waiting] == [task.id]


async def test_what_became_urgent_is_told_anew(desk: Frontdesk, outside: Outside) -> None:
    task = await open_one(desk, Reason.ASKED)
    await run_due(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        again = replace(task, id=uuid4(), urgent=True, opened=outside.at)
        await tasks.open_task(db, again)

    await run_due(desk)

    assert [to for to, _ in outside.went] == ["desk@clinic.example.com", "+15125550190"]
    assert outside.went[-1][1].startswith("URGENT")


async def test_the_worker_tells_and_a_killed_one_has_told_once(desk: Frontdesk, outside: Outside) -> None:
    await open_one(desk, Reason.TROUBLE, urgent=True)
    jobs = await queued(desk)
    await DOES[Work.TELL](desk, jobs[0])  # and the worker dies before it could hand anything over

    stop = asyncio.Event()
    working = asyncio.create_task(work(desk, stop))
    async with asyncio.timeout(20):
        await outside.heard.wait()
    stop.set()
    await working

    assert [to for to, _ in outside.went] == ["+15125550190"]
