"""The other end of MLLP on this machine, as well or as ill behaved as a test asks for. Messages are plain words."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from frontdesk.ports.gate import Gate
from frontdesk.wire.mllp_client import MllpClient, Reading
from frontdesk.wire.mllp_frames import Frame, Frames, framed
from frontdesk.wire.mllp_server import Hearing, MllpServer
from frontdesk.wire.mllp_way import Release

READING = Reading(
    control_id=lambda octets: octets.split()[0].decode() if octets.split() else None,
    answers=lambda octets: octets.split()[1].decode() if octets.startswith(b"ACK ") else None,
)
"""A message begins with its id; "ACK 7 ..." answers message 7."""


def answered(octets: bytes) -> bytes:
    """The frame that acknowledges a message."""
    return framed(b"ACK " + octets.split()[0])


@dataclass(kw_only=True)
class Peer:
    """A listener: where it is, what it heard in order, and how many connections were made to it."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0


Behaves = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def a_listener(behaves: Behaves, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A listener that does as told with each message it hears; gone, with its connections, at the end."""
    peer = Peer()
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = Frames(most=1_000_000)
        try:
            while arrived := await reader.read(65536):
                for one in frames.of(arrived):
                    assert isinstance(one, Frame)
                    peer.heard.append(one.octets)
                    await behaves(one.octets, writer)
                    await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer.connections += 1
        task = asyncio.create_task(serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


@asynccontextmanager
async def a_client(
    port: int,
    *,
    host: str = "localhost",
    reading: Reading = READING,
    gate: Gate | None = None,
    tls: ssl.SSLContext | None = None,
    release: Release = Release.ONE,
    most: int = 1_000_000,
) -> AsyncIterator[MllpClient]:
    """A client that closes at the end."""
    client = MllpClient(host, port, system="Testland", reading=reading, gate=gate, tls=tls, release=release, most=most)
    try:
        yield client
    finally:
        await client.close()


@dataclass(kw_only=True)
class Desk:
    """What a server of ours does with messages: keeps them, one after the other; fails while `fails` is set."""

    kept: list[bytes] = field(default_factory=list)
    fails: Exception | None = None
    until: asyncio.Event | None = None

    async def keep(self, octets: bytes) -> bytes | None:
        if self.until is not None:
            await self.until.wait()
        if self.fails is not None:
            raise self.fails
        self.kept.append(octets)
        return None if octets.endswith(b"quietly") else b"ACK " + octets.split()[0]

    @property
    def hearing(self) -> Hearing:
        return Hearing(
            keep=self.keep,
            failed=lambda octets: b"FAILED " + octets.split()[0],
            too_long=lambda beginning: b"LONG " + beginning.split()[0],
            known_by=READING.control_id,
        )


@asynccontextmanager
async def a_server(
    desk: Desk,
    *,
    tls: ssl.SSLContext | None = None,
    release: Release = Release.ONE,
    most: int = 1_000_000,
    patience: float = 60,
    connections: int = 32,
) -> AsyncIterator[int]:
    """The port of a server of ours that keeps what it hears on this desk."""
    server = MllpServer(
        desk.hearing, system="Testland", tls=tls, release=release, most=most, patience=patience, connections=connections
    )
    port = await server.open()
    try:
        yield port
    finally:
        await server.close()


class Line:
    """A bare connection to a server: octets out, octets in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._frames = Frames(most=1_000_000)

    @staticmethod
    async def to(port: int) -> "Line":
        return Line(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, octets: bytes) -> None:
        self._writer.write(octets)
        await self._writer.drain()

    async def hear(self, count: int = 1, *, seconds: float = 5) -> list[bytes]:
        """The next so many messages; fewer where the connection ends."""
        heard: list[bytes] = []
        async with asyncio.timeout(seconds):
            while len(heard) < count and (arrived := await self._reader.read(65536)):
                heard += [one.octets if isinstance(one, Frame) else one.value for one in self._frames.of(arrived)]
        return heard

    async def is_ended(self, *, seconds: float = 5) -> bool:
        """Whether the other end leaves within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                return await self._reader.read(1) == b""
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True

    def leave(self) -> None:
        self._writer.transport.abort()
