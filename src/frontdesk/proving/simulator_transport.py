"""A simulator reached in-process by an httpx client, with the ways a real connection can fail."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping

import httpx

Message = MutableMapping[str, object]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
"""An ASGI application. One that raises ConnectionResetError has broken the connection; one that keeps receiving after
the request is whole, and sends nothing, leaves it half open."""


class InProcess(httpx.AsyncBaseTransport):
    """Carries requests to an application in this process.

    httpx's own ASGI transport waits for ever and raises what the application raises; this one gives what a caller
    across a network meets: ReadError for a connection cut, ReadTimeout for one that stays silent. The application
    goes on behind the time-out, as a real system does. A half-open connection is known at once, so that simulated
    years need not wait for it.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._left_behind: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response. Raises: httpx.ReadError, httpx.ReadTimeout."""
        exchange = _Exchange(await _body_of(request))
        work = asyncio.create_task(self._run(exchange, request))
        silence = asyncio.create_task(exchange.silent.wait())
        done, _ = await asyncio.wait((work, silence), timeout=_patience(request), return_when=asyncio.FIRST_COMPLETED)
        silence.cancel()
        if work not in done:
            exchange.hung_up.set()
            self._left_behind.add(work)
            work.add_done_callback(self._forget)
            raise httpx.ReadTimeout("no answer came in time", request=request)
        try:
            work.result()
        except ConnectionResetError as cut:
            raise httpx.ReadError("the connection was cut", request=request) from cut
        return httpx.Response(exchange.status, headers=exchange.headers, content=bytes(exchange.content))

    async def aclose(self) -> None:
        """Wait for the calls whose callers gave up."""
        await asyncio.gather(*self._left_behind, return_exceptions=True)

    async def _run(self, exchange: "_Exchange", request: httpx.Request) -> None:
        scope: Message = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": (request.url.host, request.url.port or 80),
        }
        await self._application(scope, exchange.receive, exchange.send)

    def _forget(self, work: asyncio.Task[None]) -> None:
        self._left_behind.discard(work)
        if not work.cancelled():
            work.exception()  # whoever asked is gone; a fault of theirs is nobody's news


class _Exchange:
    """One request and response on the application's side."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self.silent = asyncio.Event()
        self.hung_up = asyncio.Event()
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = bytearray()

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self.status == 0:
            self.silent.set()
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status, headers = message["status"], message["headers"]
            self.status = status if isinstance(status, int) else 500
            self.headers = [(bytes(name), bytes(value)) for name, value in headers] if isinstance(headers, list) else []
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            self.content += part if isinstance(part, bytes) else b""


async def _body_of(request: httpx.Request) -> bytes:
    return (
        b"".join([part async for part in request.stream]) if isinstance(request.stream, httpx.AsyncByteStream) else b""
    )


def _patience(request: httpx.Request) -> float | None:
    """How long the client waits for an answer, in seconds; None for ever."""
    times = request.extensions.get("timeout")
    read = times.get("read") if isinstance(times, dict) else None
    return read if isinstance(read, int | float) else None
