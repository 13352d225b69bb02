"""A simulator served over loopback, by a server that can break a connection where a web server would answer 500."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import unquote

import h11

from frontdesk.proving.simulator_transport import Application, Message

LARGEST_READ = 65_536


@asynccontextmanager
async def served(application: Application, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """The address at which an application answers, like "http://127.0.0.1:40123"; it stops at the end.

    Port 0 takes any that is free. One request after the other on a connection, HTTP/1.1. An application that raises
    ConnectionResetError has its connection aborted without a reply.
    """
    open_connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        work = asyncio.create_task(_serve(application, reader, writer))
        open_connections.add(work)
        work.add_done_callback(open_connections.discard)

    server = await asyncio.start_server(accept, host, port)
    try:
        bound = server.sockets[0].getsockname()
        yield f"http://{bound[0]}:{bound[1]}"
    finally:
        server.close()
        for work in list(open_connections):
            work.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)
        await server.wait_closed()


async def _serve(application: Application, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await _Connection(application, reader, writer).run()
    except (ConnectionResetError, h11.RemoteProtocolError):
        writer.transport.abort()
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


class _Connection:
    """One caller's connection."""

    def __init__(self, application: Application, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._application = application
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(our_role=h11.SERVER)

    async def run(self) -> None:
        """Answer until the caller has no more requests."""
        while True:
            event = await self._next()
            if not isinstance(event, h11.Request):
                return
            await self._application(_scope(event), self._receive, self._send)
            if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _receive(self) -> Message:
        if self._http.their_state is h11.DONE:
            await self._hung_up()
            return {"type": "http.disconnect"}
        event = await self._next()
        match event:
            case h11.Data():
                return {"type": "http.request", "body": bytes(event.data), "more_body": True}
            case h11.EndOfMessage():
                return {"type": "http.request", "body": b"", "more_body": False}
            case _:
                return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status, headers = message["status"], message["headers"]
            sent: list[tuple[bytes, bytes]] = list(headers) if isinstance(headers, list) else []
            await self._write(h11.Response(status_code=status if isinstance(status, int) else 500, headers=sent))
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            await self._write(h11.Data(data=part if isinstance(part, bytes) else b""))
            if not message.get("more_body", False):
                await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def _next(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            self._http.receive_data(await self._reader.read(LARGEST_READ))

    async def _hung_up(self) -> None:
        """Wait until the caller closes; whatever else they send meanwhile is for a request that never comes."""
        while await self._reader.read(LARGEST_READ):
            pass


def _scope(request: h11.Request) -> Message:
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": request.http_version.decode(),
        "method": request.method.decode(),
        "scheme": "http",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": list(request.headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 0),
    }
