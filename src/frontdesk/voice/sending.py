"""A carrier's socket that gives up: what cannot be sent to a caller within seconds is not waited for."""

import asyncio

from starlette.types import Message, Send
from starlette.websockets import WebSocket

SENDS_WITHIN = 5.0
"""Seconds for 20 ms of sound: a carrier that reads nothing for so long has no caller any more. A guess."""


def giving_up(socket: WebSocket, *, within: float = SENDS_WITHIN) -> WebSocket:
    """The same accepted socket; to send on it ends within so many seconds, or the socket counts as closed."""
    own = WebSocket(socket.scope, socket.receive, _bounded(socket.send, within))
    own.client_state, own.application_state = socket.client_state, socket.application_state
    return own


def _bounded(send: Send, within: float) -> Send:
    """Raises OSError once the time is over, which starlette takes for a connection that was lost."""

    async def bounded(message: Message) -> None:
        sending = asyncio.ensure_future(send(message))
        try:
            done, _ = await asyncio.wait({sending}, timeout=within)
        finally:
            sending.cancel()
        if not done:
            raise OSError("the other side reads nothing any more")
        sending.result()

    return bounded
