"""The demo's own post office: a real SMTP server on this machine that keeps what it is given and sends nothing on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from weakref import WeakSet

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST = 10_000_000  # bytes
_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A mail as it came in. `message_id` is the same when the same mail is sent again."""

    raw: bytes
    message_id: str
    recipient: str


class LocalPostOffice:
    """Takes mail at 127.0.0.1 and hands it on, once for each recipient; a mail that is not kept is not taken."""

    def __init__(self, keep: Callable[[Received], Awaitable[None]], *, port: int) -> None:
        self._keep = keep
        self._port = port
        self._server: asyncio.Server | None = None
        self._sessions: WeakSet[SMTP] = WeakSet()

    @property
    def port(self) -> int:
        """Where it listens; with port 0, the one it was given once it was opened."""
        return self._server.sockets[0].getsockname()[1] if self._server else self._port

    async def open(self) -> None:
        """Begin to take mail. Raises: OSError where the port is taken."""
        # aiosmtpd tells its log who writes to whom.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self._port)

    async def close(self) -> None:
        """Take no more mail; whoever is in the middle of handing one in tries again later."""
        if self._server is not None:
            self._server.close()
            for session in self._sessions:
                if session.transport is not None:
                    session.transport.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> "LocalPostOffice":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _session(self) -> SMTP:
        loop = asyncio.get_running_loop()
        session = SMTP(_Clerk(self._keep), hostname="localhost", data_size_limit=_LARGEST, loop=loop)
        self._sessions.add(session)
        return session


class _Clerk:
    """What aiosmtpd asks while a mail is handed in; it finds these by name."""

    def __init__(self, keep: Callable[[Received], Awaitable[None]]) -> None:
        self._keep = keep

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        message_id = str(message_from_bytes(raw, policy=default)["Message-ID"] or "")
        for recipient in envelope.rcpt_tos:
            await self._keep(Received(raw=raw, message_id=message_id, recipient=recipient))
        return "250 Kept"

    async def handle_exception(self, error: Exception) -> str:
        _log.error("local mail not kept", fault=type(error).__name__)
        return "451 Not kept; send it again"
