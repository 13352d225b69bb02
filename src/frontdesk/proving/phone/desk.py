"""The desk behind a web server of its own on this machine, with a number that takes calls."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from granian.constants import Interfaces
from granian.server.embed import Server

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.proving.phone.carrying import Dialled
from frontdesk.storage.conversations import find_standing, messages
from frontdesk.storage.practices import Endpoint, claim_endpoint
from frontdesk.web.app import create_app, let_go
from frontdesk.wiring import Frontdesk


@asynccontextmanager
async def at_the_phone(desk: Frontdesk, practice: Practice) -> AsyncIterator[None]:
    """The desk takes calls for the practice's number, at its own port on this machine, until the block ends."""
    await take_calls(desk, practice, practice.locations[0].phone)
    async with answering(desk):
        yield


async def take_calls(desk: Frontdesk, practice: Practice, number: str) -> None:
    """Have the number lead to the practice."""
    async with desk.storage.practice(practice.id) as db:
        await claim_endpoint(db, Endpoint(channel="voice", address=number))


@asynccontextmanager
async def answering(desk: Frontdesk) -> AsyncIterator[None]:
    """The desk answers at its own port on this machine until the block ends."""
    app = create_app(desk)
    server = Server(app, address="127.0.0.1", port=desk.settings.port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    await _until_open(desk.settings.port)
    try:
        yield
    finally:
        let_go(app)
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
        await asyncio.wait([serving], timeout=3)
        serving.cancel()


def a_call(desk: Frontdesk, practice: Practice, caller: str, *, number: str | None = None) -> Dialled:
    """A new call to the practice, by the carrier of this machine; `number` where it is not the one in its files."""
    number = number or practice.locations[0].phone
    return Dialled(
        url=f"{desk.settings.public_url}/voice/local/{quote(number)}",
        token=desk.settings.carrier_secret.hex(),
        call=f"CA{secrets.token_hex(16)}",
        caller=caller,
        number=number,
    )


async def thread_of(desk: Frontdesk, practice: Practice, caller: str) -> ConversationId | None:
    """The conversation of the call that this caller holds."""
    async with desk.storage.practice(practice.id) as db:
        standing = await find_standing(db, ChannelKind.VOICE, caller)
    return standing.id if standing else None


async def written(desk: Frontdesk, practice: Practice, thread: ConversationId) -> list[Message]:
    """All that was said in a call, as the desk has it."""
    async with desk.storage.practice(practice.id) as db:
        return await messages(db, thread)


async def _until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
