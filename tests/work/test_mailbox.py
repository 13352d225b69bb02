"""The mailbox of the settings is emptied into the practice that each mail is for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.channels.email.a_mailbox_server import PASSWORD, USER, MailboxServer, a_mailbox_server
from tests.channels.email.test_arriving import a_mail
from tests.clinic import NOW, a_practice

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.ports.channel import Mail
from frontdesk.settings import Settings
from frontdesk.storage import conversations, outbox
from frontdesk.storage.clock import new_id
from frontdesk.storage.contact_points import mark_returned
from frontdesk.storage.installation import Pinned, enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver
from frontdesk.work.mailbox import empty_mailbox, watch_mailbox

NEAR, FAR = a_practice(), a_practice("far", 2)
MARIA = "maria@example.com"


@pytest.fixture
async def mailbox() -> AsyncIterator[MailboxServer]:
    async with a_mailbox_server() as server:
        yield server


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, mailbox: MailboxServer) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.turn(Pinned(at=NOW, words=NOW.isoformat()))
    url = f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@localhost:{mailbox.port}"
    async with open_frontdesk(Settings(home=tmp_path, imap_url=url), database) as opened:
        for practice in (NEAR, FAR):
            await apply_practice(opened.storage, practice, [], now=NOW)
        yield opened
    database.entered.leave()


async def said(desk: Frontdesk, practice: Practice) -> list[str]:
    async with desk.storage.practice(practice.id) as db:
        thread = await conversations.find_open(db, ChannelKind.EMAIL, MARIA)
        return [one.text for one in await conversations.messages(db, thread.id)] if thread else []


async def test_each_mail_comes_to_the_practice_that_it_is_for_and_once(desk: Frontdesk, mailbox: MailboxServer) -> None:
    mailbox.put(a_mail("To the near one"))
    mailbox.put(a_mail("To the far one").replace(b"desk@clinic.", b"Desk@far.").replace(b"<m1@", b"<m2@"))
    mailbox.put(a_mail("To the near one"))  # the same Message-ID, delivered twice

    took = [await empty_mailbox(desk), await empty_mailbox(desk)]

    assert took == [3, 0]
    assert await said(desk, NEAR) == ["To the near one"]
    assert await said(desk, FAR) == ["To the far one"]


async def test_a_mail_for_nobody_here_stays_for_people_to_read(desk: Frontdesk, mailbox: MailboxServer) -> None:
    mailbox.put(a_mail("Hello").replace(b"desk@clinic.", b"desk@nowhere."))

    assert [await empty_mailbox(desk), await empty_mailbox(desk)] == [1, 0]
    assert await said(desk, NEAR) == await said(desk, FAR) == []


async def test_a_mailbox_that_breaks_off_is_read_the_next_time(desk: Frontdesk, mailbox: MailboxServer) -> None:
    mailbox.put(a_mail("Hello"))
    mailbox.cuts_off_at = "FETCH"
    stop = asyncio.Event()

    watching = asyncio.create_task(watch_mailbox(desk, stop))
    await mailbox.cut_off.wait()
    stop.set()
    await watching
    before = await said(desk, NEAR)
    await empty_mailbox(desk)

    assert (before, await said(desk, NEAR)) == ([], ["Hello"])


async def test_no_mail_goes_to_an_address_that_it_came_back_from(desk: Frontdesk) -> None:
    mail = Mail(key="m", sender=NEAR.email, to=MARIA, subject="Your visit", body="Hi")
    thread = ConversationId(new_id())
    async with desk.storage.practice(NEAR.id) as db:
        await db.new_subject(thread)
        await mark_returned(db, MARIA, code="5.1.1", now=NOW)
        await outbox.put_mail(db, thread, thread, mail, now=NOW)
    await deliver(desk, Job(work=Work.DELIVER, practice=NEAR.id, on=thread))

    async with desk.storage.practice(NEAR.id) as db:
        row = await db.one("select state, trouble from outbox")
    assert row is not None
    assert (row["state"], "came back" in row["trouble"]) == ("refused", True)
