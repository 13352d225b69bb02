"""HTTP as a simulator speaks it: one request read whole, one response sent whole, over plain ASGI.

No web framework stands between: it would read, complete or ignore what a simulator must see as it was sent.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request as it came. Header names are in lower case; `query` is still encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """A response as it goes out."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


async def read_request(scope: Message, receive: Receive) -> Request:
    """The whole request."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the caller hung up before the request was whole")
        part = message.get("body", b"")
        body += part if isinstance(part, bytes) else b""
        if not message.get("more_body", False):
            break
    return Request(
        method=_text(scope["method"]),
        path=_text(scope["path"]),
        query=_bytes(scope.get("query_string", b"")).decode("ascii"),
        headers=_headers(scope["headers"]),
        body=bytes(body),
    )


async def send_response(send: Send, response: Response) -> None:
    """Send it, with its length."""
    content = response.body.encode()
    headers = {"content-length": str(len(content)), **response.headers}
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": content, "more_body": False})


async def keep_silent(receive: Receive) -> None:
    """Nothing, until the caller hangs up; then ConnectionResetError, for there is nobody left to answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
    raise ConnectionResetError("the caller hung up")


async def live(receive: Receive, send: Send) -> None:
    """Tell the server that the application is up, and at the end that it is down: ASGI's lifespan."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def decoded(part: str) -> str:
    """A part of a query as text, with "+" and percent signs undone. Raises: UnicodeDecodeError for no UTF-8."""
    return unquote_to_bytes(part.replace("+", " ")).decode()


def _headers(given: object) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(given, list | tuple):
        for name, value in given:
            key = _bytes(name).decode("latin-1").lower()
            text = _bytes(value).decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
