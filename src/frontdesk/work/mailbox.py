"""Looks into the mailbox every half minute and has each mail taken in by the practice that it is for."""

import asyncio

import structlog

from frontdesk.channels.email.arriving import read_mail
from frontdesk.domain.ids import PracticeId
from frontdesk.ports.faults import Fault
from frontdesk.ports.mailbox import Arrived
from frontdesk.reception.arriving import mail_came
from frontdesk.reception.reminded_by_mail import about_reminder
from frontdesk.storage.clock import new_id
from frontdesk.storage.outbox import mail_sent_as
from frontdesk.wiring import Frontdesk

LOOK_EVERY = 30.0
"""Seconds."""
_log = structlog.get_logger()


async def watch_mailbox(desk: Frontdesk, stop: asyncio.Event) -> None:
    """Look until `stop` is set, where there is a mailbox. What is in the way is told in the log; nothing is lost."""
    while desk.mailbox is not None and not stop.is_set():
        try:
            await empty_mailbox(desk)
        except Fault as fault:
            _log.error("the mailbox could not be read", trouble=str(fault))
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue


async def empty_mailbox(desk: Frontdesk) -> int:
    """How many mails were taken in. Raises: Unreachable, NotPermitted."""
    if desk.mailbox is None:
        return 0

    async def take(raw: bytes) -> None:
        try:
            mail = read_mail(raw)
        except Exception as fault:  # one mail that nobody can read must not hold up all behind it
            _log.error("a mail could not be read; it stays in the mailbox, read it there", fault=type(fault).__name__)
            return
        practice = await _whose(desk, mail)
        if practice is None:
            _log.error("a mail is for no practice of this desk; it stays in the mailbox, read it there")
            return
        now = desk.clock.now()
        about = None if mail.automatic else await about_reminder(desk.storage, desk.system_of, practice, mail, now=now)
        await mail_came(desk.storage, practice, mail, new_id, now=now, about=about)

    return await desk.mailbox.empty(take)


async def _whose(desk: Frontdesk, mail: Arrived) -> PracticeId | None:
    """The practice whose address a mail is for; else the one whose mail it answers or returns; else the only one."""
    async with desk.storage.directory() as directory:
        practices = [id for id, _, _ in await directory.practices()]
    for id in practices:
        if (await desk.practice(id)).email.lower() in mail.recipients:
            return id
    ours = (*mail.answers, *(one.message_id for one in mail.returned if one.message_id))
    for id in practices:
        async with desk.storage.practice(id) as db:
            if await mail_sent_as(db, ours) is not None:
                return id
    return practices[0] if len(practices) == 1 else None
