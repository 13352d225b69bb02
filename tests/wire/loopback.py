"""A real HTTP server on this machine, as well or as ill behaved as a test asks for."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

from frontdesk.ports.budget import Budget
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.gate import Gate
from frontdesk.wire.breaker import Breaker
from frontdesk.wire.client import HttpClient, Trace


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Says:
    """An answer; `seconds` is how long it takes to begin, `pace` how long each octet takes then.

    `whole` False: the connection ends in the middle of it.
    """

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    pace: float = 0
    whole: bool = True

    @property
    def octets(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class HangsUp:
    """The connection ends without an answer."""


Reply = Says | HangsUp
Answers = Callable[[Asked], Reply | Awaitable[Reply]]


@dataclass(kw_only=True)
class Loopback:
    """Where the server is, what it was asked, in order, and how many connections were made to it."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def a_server(answers: Answers, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Loopback]:
    """A server that answers each request as told; gone, with all its connections, at the end."""
    loopback = Loopback(address="")
    open_connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _one(reader, writer, loopback.asked, answers):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loopback.connections += 1
        task = asyncio.create_task(serve(reader, writer))
        open_connections.add(task)
        task.add_done_callback(open_connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    loopback.address = f"{'https' if tls else 'http'}://localhost:{port}"
    try:
        yield loopback
    finally:
        server.close()
        for task in list(open_connections):
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: list[Asked], answers: Answers
) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    asked = Asked(method=method, target=target, headers=headers, body=body)
    heard.append(asked)
    reply = answers(asked)
    if isinstance(reply, Awaitable):
        reply = await reply
    if isinstance(reply, HangsUp):
        return False
    await asyncio.sleep(reply.seconds)
    octets = reply.octets
    told = {"Content-Length": str(len(octets)), **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", *(f"{k}: {v}" for k, v in told.items())]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
    sent = octets if reply.whole else octets[: len(octets) // 2]
    for piece in (bytes((octet,)) for octet in sent) if reply.pace else (sent,):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(reply.pace)
    return reply.whole


class NoLimit:
    """A budget that never ends, and counts."""

    def __init__(self) -> None:
        self.spent = 0

    async def acquire(self) -> None:
        self.spent += 1


class Waiting:
    """Waits without waiting: how long it was asked to, and a clock that goes on by as much."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.shows = 0.0

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.shows += seconds

    def seconds(self) -> float:
        return self.shows


@asynccontextmanager
async def a_client(
    address: str,
    *,
    budget: Budget | None = None,
    gate: Gate | None = None,
    breaker: Breaker | None = None,
    traces: list[Trace] | None = None,
    trusts: ssl.SSLContext | None = None,
    waiting: Waiting | None = None,
) -> AsyncIterator[HttpClient]:
    """A client that closes at the end."""
    waiting = waiting or Waiting()
    client = HttpClient(
        address,
        system="Testland",
        budget=budget or NoLimit(),
        gate=gate,
        breaker=breaker,
        trace=(traces if traces is not None else []).append,
        trusts=trusts,
        stand_in=StandIn(pause=waiting.pause, seconds=waiting.seconds),
    )
    try:
        yield client
    finally:
        await client.close()
