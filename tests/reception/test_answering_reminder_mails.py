"""Answers to reminders that went by mail, over real sockets: out by SMTP, in by IMAP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.channels.email.a_mailbox_server import PASSWORD, USER, MailboxServer, a_mailbox_server
from tests.channels.email.test_smtp import an_smtp
from tests.reception.reminded_desk import MARIA, RemindedDesk, reminded_desk

from frontdesk.channels.email.imap import Imap
from frontdesk.channels.email.local import LocalPostOffice, Received
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.message import ChannelKind
from frontdesk.storage import conversations, tasks
from frontdesk.storage.patients import add_patient
from frontdesk.storage.reminders import Stage
from frontdesk.work.mailbox import empty_mailbox

ADDRESS = "maria@example.com"


@dataclass
class Letters:
    """Maria's mailbox at her provider, the clinic's, and the desk between them."""

    at: RemindedDesk
    clinics: MailboxServer
    received: list[EmailMessage] = field(default_factory=list)
    numbers: count = field(default_factory=count)  # type: ignore[type-arg]

    async def keep(self, mail: Received) -> None:
        self.received.append(message_from_bytes(mail.raw, policy=default))

    async def answers(self, text: str, *, to: EmailMessage, sender: str = ADDRESS) -> list[str]:
        """What the desk answers to her answer to one of its mails."""
        before = len(self.received)
        reply = (
            f"From: Maria Gonzalez <{sender}>\r\nTo: <{self.at.practice.email}>\r\nSubject: Re: {to['Subject']}\r\n"
            f"Message-ID: <reply-{next(self.numbers)}@mail.example.com>\r\nIn-Reply-To: {to['Message-ID']}\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\r\n"
            f"On Tue, Jun 9, 2026 at 3:00 PM Test Clinic <{self.at.practice.email}> wrote:\r\n> See you then\r\n"
        )
        self.clinics.put(reply.encode())
        await empty_mailbox(self.at.desk)
        await self.at.works()
        return [_body(mail) for mail in self.received[before:]]

    async def tasks(self) -> list[str]:
        async with self.at.desk.storage.practice(self.at.practice.id) as db:
            return [one.reason for one in await tasks.open_tasks(db)]

    async def status(self, visit: AppointmentId) -> Status:
        found = await self.at.system.read(visit)
        assert isinstance(found, Appointment)
        return found.status


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@asynccontextmanager
async def reminded_by_mail(database_url: str, home: Path) -> AsyncIterator[tuple[Letters, AppointmentId, EmailMessage]]:
    """Maria, who never allowed texts, has the reminder of tomorrow's visit in her mailbox."""
    async with (
        reminded_desk(database_url, home, "2026-06-01 10:00") as at,
        a_mailbox_server() as clinics,
    ):
        letters = Letters(at=at, clinics=clinics)
        async with LocalPostOffice(letters.keep, port=0) as office:
            mailbox = Imap.at(f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@localhost:{clinics.port}")
            at.desk = replace(
                at.desk,
                post_office_of=lambda _: an_smtp(office.port),
                mailbox=mailbox,
            )
            async with at.desk.storage.practice(at.practice.id) as db:
                await add_patient(db, replace(MARIA, email=ADDRESS), now=at.clock.at)
            visit = await at.books("2026-06-10 15:00", None)
            await at.works()
            at.clock.at = at.instant("2026-06-09 15:00")
            await at.works()
            yield letters, visit, letters.received[-1]


async def test_a_c_by_mail_confirms_the_visit_and_is_answered_by_mail(database_url: str, tmp_path: Path) -> None:
    async with reminded_by_mail(database_url, tmp_path) as (letters, visit, reminder):
        answer = await letters.answers("C", to=reminder)
        async with letters.at.desk.storage.practice(letters.at.practice.id) as db:
            row = await db.one("select count(*) as confirmed from confirmation where appointment_id = %s", (visit,))

        assert len(answer) == 1
        assert answer[0].startswith("Thank you! I've noted that you're coming")
        assert await letters.tasks() == []
        assert row == {"confirmed": 1}


async def test_a_visit_is_moved_by_mail(database_url: str, tmp_path: Path) -> None:
    async with reminded_by_mail(database_url, tmp_path) as (letters, visit, reminder):
        [offered] = await letters.answers("I can't make Wednesday. Could I come Friday at 10 am instead?", to=reminder)
        await letters.answers("yes please", to=letters.received[-1])

        moved = await letters.at.system.read(visit)
        assert "10" in offered
        assert isinstance(moved, Appointment)
        assert moved.during.start == letters.at.instant("2026-06-12 10:00")


async def test_who_is_late_is_told_to_people(database_url: str, tmp_path: Path) -> None:
    async with reminded_by_mail(database_url, tmp_path) as (letters, visit, reminder):
        answer = await letters.answers("running 10 late", to=reminder)

        assert len(answer) == 1
        assert await letters.tasks() == [Reason.LATE]
        assert await letters.status(visit) is Status.BOOKED


@pytest.mark.parametrize(("said", "reasons"), [("wrong person, I'm not Maria", [Reason.WRONG_NUMBER]), ("STOP", [])])
async def test_whoever_is_not_meant_or_wants_no_more_gets_no_other_reminder_by_mail(
    said: str, reasons: list[str], database_url: str, tmp_path: Path
) -> None:
    async with reminded_by_mail(database_url, tmp_path) as (letters, visit, reminder):
        answer = await letters.answers(said, to=reminder)
        before = len(letters.received)
        await letters.at.lives_until(letters.at.instant("2026-06-10 15:00"))

        assert len(answer) == 1
        assert await letters.tasks() == reasons
        assert len(letters.received) == before
        assert {one.stage for one in await letters.at.reminders(visit)} == {Stage.SENT, Stage.SKIPPED}


async def test_whoever_says_nothing_is_reminded_again_on_the_day(database_url: str, tmp_path: Path) -> None:
    async with reminded_by_mail(database_url, tmp_path) as (letters, _, reminder):
        await letters.at.lives_until(letters.at.instant("2026-06-10 15:00"))

        assert letters.received[-1]["Message-ID"] != reminder["Message-ID"]


async def test_an_answer_from_another_address_waits_for_people(database_url: str, tmp_path: Path) -> None:
    async with reminded_by_mail(database_url, tmp_path) as (letters, visit, reminder):
        answer = await letters.answers("Cancel my visit please", to=reminder, sender="sam@elsewhere.example")
        async with letters.at.desk.storage.practice(letters.at.practice.id) as db:
            thread = await conversations.find_open(db, ChannelKind.EMAIL, ADDRESS)

        assert answer == []
        assert thread is None
        assert await letters.status(visit) is Status.BOOKED
