"""A small SimplePractice behind the HTTP surface that others were seen to use: its feeds, its oddities, faults.

There is no public API. What is played is the iCalendar feed of each clinician and the vocabulary of the booking page.
SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    Fault,
    Faults,
    GoesSilent,
    KeyRefused,
    Maintenance,
    OfficeOffline,
    Overtaken,
    Slow,
    StaleSlots,
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
from frontdesk.standards.simulating.refusals import Refusal, guess
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.simplepractice import simulator_links, simulator_portal
from frontdesk.systems.simplepractice.simulator_calls import Call, Door
from frontdesk.systems.simplepractice.simulator_front_desk import FrontDesk
from frontdesk.systems.simplepractice.simulator_gate import JSON_API, Found, admit, find
from frontdesk.systems.simplepractice.simulator_links import revoked
from frontdesk.systems.simplepractice.simulator_page import page
from frontdesk.systems.simplepractice.simulator_practice import Practice, World
from frontdesk.systems.simplepractice.simulator_spoiling import Spoiling

CALLS: tuple[Call, ...] = (*simulator_links.CALLS, *simulator_portal.CALLS)
"""Every call it plays."""

MAINTENANCE = "<!doctype html><html><title>Maintenance</title><h1>We will be back shortly</h1></html>"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request the simulator answered, for tests that ask what was sent. `status` is 0 where no reply went out."""

    call: str
    path: str
    query: str
    body: str
    status: int


class Simulator:
    """A simulated SimplePractice, as an ASGI application.

    `clock` gives the present in UTC. `wait` lets time pass: real time unless told otherwise. `keep` names a file for
    the state.

    `practice` is what the calendar now holds, `faults` what is to go wrong, `spoiling` how badly the next
    feeds are written, `front_desk` what people there do, and `heard` every request so far.
    """

    def __init__(self, world: World, *, clock: Clock, wait: Wait = sleep, keep: Path | None = None) -> None:
        self.practice = Practice(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.spoiling = Spoiling()
        self.front_desk = FrontDesk(self.practice)
        self.heard: list[Heard] = []
        self._wait = wait

    @property
    def base_path(self) -> str:
        """What the address of every feed begins with."""
        return Door.FEED.value.rstrip("/")

    @property
    def portal_path(self) -> str:
        """What every address of the booking page's vocabulary begins with."""
        return Door.PORTAL.value.rstrip("/")

    @property
    def portal_headers(self) -> Mapping[str, str]:
        """The headers with which that vocabulary is given."""
        return {
            "Accept": JSON_API,
            "Api-Version": "2019-01-17",
            "Application-Build-Version": "0.0.0",
            "Application-Platform": "web",
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith("/__"):
            await send_response(send, page(self.practice, self.front_desk, request))
            return
        found = find(CALLS, request)
        name = found.call.name if found else ""
        try:
            response = await self._serve(found, request, self.faults.due(name), receive)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def _serve(self, found: Found | None, request: Request, fault: Fault | None, receive: Receive) -> Response:
        match fault:
            case Slow(by=by):
                await self._wait(by)
            case CutsConnection(when=When.BEFORE_COMMIT):
                raise ConnectionResetError("a fault cut the connection before anything was read")
            case GoesSilent(when=When.BEFORE_COMMIT):
                await keep_silent(receive)
            case Fails(when=When.BEFORE_COMMIT):
                return _failed()
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body=MAINTENANCE)
            case OfficeOffline():
                raise ValueError("SimplePractice has no server at the clinic that could be off; plan another fault")
            case Overtaken():
                raise ValueError("SimplePractice has no call that books; let `front_desk` book instead")
            case KeyRefused() | StaleSlots() if found and found.call.door is Door.PORTAL:
                raise ValueError("only feeds have a secret and grow old; plan this fault on a feed")
            case _:
                pass
        response = self._carried_out(found, request, fault)
        match fault:
            case CutsConnection():
                raise ConnectionResetError("a fault cut the connection after the calendar was read")
            case GoesSilent():
                await keep_silent(receive)
            case Fails():
                return _failed()
            case _:
                pass
        return response

    def _carried_out(self, found: Found | None, request: Request, fault: Fault | None) -> Response:
        """The answer, or the refusal. Guess [too-many-requests]: no limit is published; 429 comes as a fault alone."""
        try:
            asked = admit(found, request, at=self.practice.now())
            assert found is not None  # admit refuses a request that names no call
            if isinstance(fault, TooMany):
                raise guess("too-many-requests", 429, "Too many requests")
            if found.call.door is Door.FEED and (isinstance(fault, KeyRefused) or not self.faults.key_enabled):
                raise revoked(self.practice)
            if isinstance(fault, StaleSlots):
                asked = replace(asked, at=asked.at - fault.by)
            response = found.call.answer(self.practice, asked)
            return self.spoiling.spoiled(response) if found.call.door is Door.FEED else response
        except Refusal as refusal:
            return _refused(refusal, request)

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


def _refused(refusal: Refusal, request: Request) -> Response:
    """A refusal. Seen [portal-errors]: those of the portal have a title. Guess [pages-for-errors]: others are pages."""
    headers = {"x-simulator": f"{refusal.rule}; {refusal.known.value}"}
    if request.path.startswith(Door.PORTAL.value) and refusal.status >= 400:
        body = json.dumps({"errors": [{"title": refusal.says}]})
        return Response(status=refusal.status, headers={"content-type": JSON_API, **headers}, body=body)
    says = refusal.says if refusal.says.startswith("<") else f"<!doctype html><html><h1>{refusal.says}</h1></html>"
    return Response(status=refusal.status, headers={"content-type": HTML, **headers}, body=says)


def _failed() -> Response:
    """Guess [server-error]: a page."""
    return Response(
        status=500,
        headers={"content-type": HTML, "x-simulator": "server-error; our guess"},
        body="<!doctype html><html><h1>We're sorry, but something went wrong.</h1></html>",
    )
