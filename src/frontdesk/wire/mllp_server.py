"""The listening end of MLLP: a message is kept before it is acknowledged, so that none that was is ever lost."""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

import structlog

from frontdesk.wire.mllp_frames import Arrived, Commit, Frame, Frames, TooLong, framed
from frontdesk.wire.mllp_way import MOST_BYTES, Release, private_server

_log = structlog.get_logger()

_PIECE = 65536
_REMEMBERED = 10_000  # answers; a site sends what it has not heard an answer to within minutes
_GRACE = 10.0  # seconds that a message under way has to be kept when the listener closes

_Key = tuple[str, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Outcome:
    """Whether a message is stored now, and what is answered."""

    stored: bool
    answer: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """What is done with messages, by functions of whoever understands them.

    `keep` stores a message and gives what is to be answered, None: nothing; it is awaited before a word is said, and
    has to take the same message twice, since a restart forgets what was answered. `failed` is the answer where `keep`
    raises, `too_long` that to a message of which only the beginning came. `known_by` names sender and control id.
    """

    keep: Callable[[bytes], Awaitable[bytes | None]]
    failed: Callable[[bytes], bytes | None]
    too_long: Callable[[bytes], bytes | None]
    known_by: Callable[[bytes], str | None]


class MllpServer:
    """Listens for the messages of one site. Each connection is answered in the order in which its messages came.

    `patience` is how many seconds a sender may stand still within a message, or with its answer unread; between
    messages a connection may rest for days. `connections` is how many there may be at once.
    Raises: NotPermitted (other machines would be heard unencrypted, or without a certificate of theirs).
    """

    def __init__(
        self,
        hearing: Hearing,
        *,
        system: str,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        release: Release = Release.ONE,
        most: int = MOST_BYTES,
        patience: float = 60,
        connections: int = 32,
    ) -> None:
        private_server(tls, host, system)
        self._hearing = hearing
        self._system = system
        self._host, self._wanted_port = host, port
        self._tls = tls
        self._release = release
        self._most = most
        self._patience = patience
        self._connections = connections
        self._server: asyncio.Server | None = None
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._busy: set[asyncio.StreamWriter] = set()
        self._under_way: dict[_Key, asyncio.Task[_Outcome]] = {}
        self._said: OrderedDict[_Key, _Outcome] = OrderedDict()
        self._closing = False

    async def open(self) -> int:
        """Begin to listen; the port it is on."""
        self._server = await asyncio.start_server(self._connected, self._host, self._wanted_port, ssl=self._tls)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Stop listening. A message that is being kept is kept to its end and answered."""
        self._closing = True
        if self._server is not None:
            self._server.close()
        for writer in self._serving.values():
            if writer not in self._busy:
                writer.close()
        tasks = [*self._serving, *self._under_way.values()]
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=_GRACE)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._closing or len(self._serving) >= self._connections:
            _log.warning("a connection was turned away", system=self._system, open=len(self._serving))
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving[task] = writer
        task.add_done_callback(lambda done: self._serving.pop(done))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames, junk = Frames(most=self._most), 0
        try:
            while not self._closing:
                async with asyncio.timeout(self._patience if frames.is_inside else None):
                    arrived = await reader.read(_PIECE)
                if not arrived:
                    break
                self._busy.add(writer)
                for one in frames.of(arrived):
                    await self._answer(one, writer)
                self._busy.discard(writer)
                if frames.junk > junk:
                    junk = frames.junk
                    _log.warning("octets outside whole messages were left out", system=self._system, junk=junk)
        except TimeoutError:
            _log.warning("a sender stood still in the middle of a message or of its answer", system=self._system)
            writer.transport.abort()  # closing would wait for what it does not read
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        except OSError:  # the sender left; what was kept stays kept
            pass
        finally:
            self._busy.discard(writer)
            if frames.is_inside:
                _log.warning("a connection ended in the middle of a message", system=self._system)
            writer.close()

    async def _answer(self, arrived: Arrived, writer: asyncio.StreamWriter) -> None:
        match arrived:
            case Commit():
                return
            case TooLong(beginning=beginning):
                _log.warning("a message was longer than is taken", system=self._system, most=self._most)
                await self._say(_Outcome(stored=False, answer=self._hearing.too_long(beginning)), writer)
            case Frame(octets=octets):
                if octets.strip():  # an empty frame asks only whether anybody is there
                    await self._say(await self._kept_once(octets), writer)

    async def _say(self, outcome: _Outcome, writer: asyncio.StreamWriter) -> None:
        if self._release is Release.TWO:
            writer.write(framed((Commit.STORED if outcome.stored else Commit.NOT_STORED).value))
        if outcome.answer is not None:
            writer.write(framed(outcome.answer))
        async with asyncio.timeout(self._patience):
            await writer.drain()

    async def _kept_once(self, octets: bytes) -> _Outcome:
        """One that comes again, octet for octet, while it is remembered is not kept twice, and hears the same."""
        known = self._hearing.known_by(octets)
        if known is None:
            return await self._kept(octets, known)
        key = (known, sha256(octets).digest())
        if key in self._said:
            _log.info("a message came again", system=self._system, known=known)
            return self._said[key]
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._kept(octets, known))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._remember(key, done))
        return await asyncio.shield(task)  # the sender may leave; the message is kept all the same

    async def _kept(self, octets: bytes, known: str | None) -> _Outcome:
        try:
            return _Outcome(stored=True, answer=await self._hearing.keep(octets))
        except Exception as fault:
            _log.error("a message could not be kept", system=self._system, known=known, fault=type(fault).__name__)
            return _Outcome(stored=False, answer=self._hearing.failed(octets))

    def _remember(self, key: _Key, done: asyncio.Task[_Outcome]) -> None:
        del self._under_way[key]
        if not done.cancelled() and done.exception() is None and done.result().stored:
            self._said[key] = done.result()
            if len(self._said) > _REMEMBERED:
                self._said.popitem(last=False)
