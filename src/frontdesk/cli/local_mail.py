"""The demo's post office, with its mailbox in the demo's database: no mail leaves the machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from frontdesk.channels.email.local import LocalPostOffice, Received
from frontdesk.domain.ids import PracticeId
from frontdesk.settings import Settings
from frontdesk.storage.clock import new_id
from frontdesk.storage.local_post import keep_mail
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk


@asynccontextmanager
async def local_post_office(settings: Settings, database: Ready, *, port: int = 0) -> AsyncIterator[Settings]:
    """The settings with this post office in them, while it is open. Port 0: any that is free."""
    async with open_frontdesk(replace(settings, smtp_url=None), database) as desk:

        async def keep(received: Received) -> None:
            await _keep(desk, received)

        async with LocalPostOffice(keep, port=port) as office:
            yield replace(settings, smtp_url=f"smtp://127.0.0.1:{office.port}")


async def _keep(desk: Frontdesk, received: Received) -> None:
    practice = await _sender(desk, received.raw)
    async with desk.storage.practice(practice) as db:
        await keep_mail(
            db,
            id=new_id(),
            message_id=received.message_id or str(new_id()),
            raw=received.raw,
            now=desk.clock.now(),
        )


async def _sender(desk: Frontdesk, raw: bytes) -> PracticeId:
    """The practice that a mail comes from, by its address; with none of that address, the first one."""
    address = parseaddr(str(message_from_bytes(raw, policy=default)["From"]))[1].lower()
    async with desk.storage.directory() as directory:
        practices = [id for id, _, _ in await directory.practices()]
    for id in practices:
        if (await desk.practice(id)).email.lower() == address:
            return id
    if not practices:
        raise LookupError("a mail came in before there was a practice")
    return practices[0]
