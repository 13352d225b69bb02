"""A small Skeleton behind the same HTTP surface: its limits, its oddities, faults on demand.

SIMULATOR.md lists each behaviour, with its source or as our guess. It is written from the facts alone, by another hand
than the connector: what one of the two misread, the other then shows.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    Fault,
    Faults,
    GoesSilent,
    KeyRefused,
    Maintenance,
    Slow,
    TooMany,
    When,
)
from frontdesk.standards.simulating.http import (
    Message,
    Receive,
    Request,
    Response,
    Send,
    keep_silent,
    live,
    read_request,
    send_response,
)
from frontdesk.standards.simulating.waiting import Wait, sleep

VISIT = "GET /visits/{id}"
_VISIT = re.compile(r"/visits/([^/]+)")
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request, for tests that ask what was sent. `call` "": no call of that name is known."""

    call: str
    path: str


class Simulator:
    """A simulated Skeleton, as an ASGI application. `visits` is its book by id, `faults` what goes wrong."""

    def __init__(self, visits: Mapping[str, object], *, key: str, wait: Wait = sleep) -> None:
        self.visits = dict(visits)
        self.faults = Faults()
        self.heard: list[Heard] = []
        self._key = key
        self._wait = wait

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        known = request.method == "GET" and _VISIT.fullmatch(request.path)
        call = VISIT if known else ""
        self.heard.append(Heard(call=call, path=request.path))
        await send_response(send, await self._serve(request, self.faults.due(call), receive))

    async def _serve(self, request: Request, fault: Fault | None, receive: Receive) -> Response:
        match fault:
            case None:
                return self._answer(request)
            case Slow(by=by):
                await self._wait(by)
                return self._answer(request)
            case TooMany(retry_after=seconds):
                return Response(status=429, headers={"retry-after": f"{seconds}"})
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body="<h1>We will be back</h1>")
            case KeyRefused():
                return _json(401, {"error": "unknown key"})
            case Fails() | CutsConnection() | GoesSilent():
                if fault.when is When.AFTER_COMMIT:
                    self._answer(request)
                return await _spoiled(fault, receive)
            case _:
                raise ValueError(f"Skeleton's simulator does not know {type(fault).__name__} yet; write it here")

    def _answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self._key}":
            return _json(401, {"error": "unknown key"})
        wanted = _VISIT.fullmatch(request.path)
        found = self.visits.get(wanted.group(1)) if wanted and request.method == "GET" else None
        return _json(404, {"error": "no such thing"}) if found is None else _json(200, found)


async def _spoiled(fault: Fails | CutsConnection | GoesSilent, receive: Receive) -> Response:
    if isinstance(fault, CutsConnection):
        raise ConnectionResetError("a fault cut the connection")
    if isinstance(fault, GoesSilent):
        await keep_silent(receive)
    return _json(500, {"error": "something went wrong"})


def _json(status: int, body: object) -> Response:
    return Response(status=status, headers=_JSON, body=json.dumps(body))
