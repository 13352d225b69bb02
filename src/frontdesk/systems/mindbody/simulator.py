"""A small Mindbody behind the HTTP surface that its published APIs have: its limits, its oddities, faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.mindbody import (
    simulator_appointments,
    simulator_booking,
    simulator_catalogue,
    simulator_changing,
    simulator_clients,
    simulator_notes,
    simulator_times,
    simulator_tokens,
    simulator_webhooks,
)
from frontdesk.systems.mindbody.simulator_calls import Answer, Asked, Call, page_of
from frontdesk.systems.mindbody.simulator_front_desk import FrontDesk
from frontdesk.systems.mindbody.simulator_gate import SKIP, admit, find
from frontdesk.systems.mindbody.simulator_overtaking import overtake
from frontdesk.systems.mindbody.simulator_page import page
from frontdesk.systems.mindbody.simulator_refusals import Code, Declined, guess, seen
from frontdesk.systems.mindbody.simulator_site import Site, World
from frontdesk.systems.mindbody.simulator_webhooks import Event, Mail, address_of, due, event_of, sent

CALLS: tuple[Call, ...] = (
    *simulator_tokens.CALLS,
    *simulator_catalogue.CALLS,
    *simulator_times.CALLS,
    *simulator_appointments.CALLS,
    *simulator_booking.CALLS,
    *simulator_changing.CALLS,
    *simulator_clients.CALLS,
    *simulator_notes.CALLS,
    *simulator_webhooks.CALLS,
)
"""Every call it plays."""

ONCE_AT_A_TIME = "POST /appointment/addappointment"
LONGEST_WATCH = timedelta(minutes=2)
MAINTENANCE = "<!doctype html><html><title>Maintenance</title><h1>We will be back shortly</h1></html>"

Probe = Callable[[str], Awaitable[int]]
"""Asks an address by HEAD; gives the status, or raises ConnectionError or TimeoutError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request the simulator answered, for tests that ask what was sent. `status` is 0 where no reply went out."""

    call: str
    path: str
    query: str
    body: str
    status: int


class Simulator:
    """A simulated Mindbody site and the Webhooks API beside it, as one ASGI application.

    `clock` gives the present in UTC; the site shows it as its wall clock. `wait` lets time pass: real time unless told
    otherwise. `keep` names a file for the state. `probe` asks a webhook's address by HEAD; without one every address
    counts as answering.

    `site` is what the book now holds, `faults` what is to go wrong, `mail` how badly messages travel, `front_desk`
    what people there do, and `heard` every request so far.
    """

    def __init__(
        self,
        world: World,
        *,
        clock: Clock,
        wait: Wait = sleep,
        keep: Path | None = None,
        probe: Probe | None = None,
    ) -> None:
        self.site = Site(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.mail = Mail()
        self.front_desk = FrontDesk(self.site)
        self.heard: list[Heard] = []
        self._wait = wait
        self._probe = probe
        self._under_way: dict[str, datetime] = {}

    @property
    def base_path(self) -> str:
        """What every address of the Public API begins with."""
        return "/public/v6"

    @property
    def webhooks_path(self) -> str:
        """What every address of the Webhooks API begins with."""
        return "/api/v1"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith("/__"):
            await send_response(send, page(self.site, self.front_desk, request))
            return
        found = find(CALLS, request)
        name = found.call.name if found else ""
        try:
            async with self._once(request, name):
                response = await self._serve(request, name, receive)
        except Declined as declined:
            response = _refused(declined)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def deliver(self, post: Callable[[Event], Awaitable[int]]) -> int:
        """How many messages were sent that were due, those sent again among them.

        `post` sends one and gives the status that came back, or raises ConnectionError, or TimeoutError where none
        came within ten seconds.
        """
        count = 0
        for message in due(self.site, self.mail):
            event = event_of(self.site, message)
            taken = event is None
            for _ in range(self.faults.repeated_events if event else 0):
                count += 1
                taken = await _taken(post, event)
            sent(self.site, message, taken=taken)
        self.site.write()
        return count

    @asynccontextmanager
    async def _once(self, request: Request, name: str) -> AsyncIterator[None]:
        """A booking's turn. Raises: Declined while the same is under way.

        Seen [same-request-under-way]: a booking that is the same to the letter gets 409 until the first is done, for
        two minutes at most. Documented [deduplication-skipped]: not with its header. Guess [conflict-body].
        """
        same = f"{request.headers.get('siteid')} {request.headers.get('api-key')} {request.body!r}"
        now = self.site.now()
        if name != ONCE_AT_A_TIME or request.headers.get(SKIP) == "true":
            yield
            return
        begun = self._under_way.get(same)
        if begun is not None and now - begun < LONGEST_WATCH:
            raise seen("same-request-under-way", 409, "Identical request is still in progress")
        self._under_way[same] = now
        try:
            yield
        finally:
            self._under_way.pop(same, None)

    async def _serve(self, request: Request, name: str, receive: Receive) -> Response:
        fault = self.faults.due(name)
        match fault:
            case Slow(by=by):
                await self._wait(by)
            case CutsConnection(when=When.BEFORE_COMMIT):
                raise ConnectionResetError("a fault cut the connection before anything was done")
            case GoesSilent(when=When.BEFORE_COMMIT):
                await keep_silent(receive)
            case Fails(when=When.BEFORE_COMMIT):
                raise _failed()
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body=MAINTENANCE)
            case OfficeOffline():
                raise ValueError("Mindbody has no server at the clinic that could be off; plan another fault")
            case _:
                pass
        response = await self._carried_out(request, fault)
        match fault:
            case CutsConnection():
                raise ConnectionResetError("a fault cut the connection after the call was carried out")
            case GoesSilent():
                await keep_silent(receive)
            case Fails():
                raise _failed()
            case _:
                pass
        return response

    async def _carried_out(self, request: Request, fault: Fault | None) -> Response:
        try:
            found = find(CALLS, request)
            enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
            asked = admit(CALLS, found, request, self.site, key_enabled=enabled)
            if isinstance(fault, TooMany):
                raise seen("too-many-requests", Code.TOO_MANY_REQUESTS, "Too many requests.")
            assert found is not None  # admit refuses a request that names no call
            if found.call.probes:
                asked = replace(asked, reached=await self._reach(address_of(self.site, asked)))
            return self._respond(found.call, asked, fault)
        except Declined as declined:
            return _refused(declined)

    def _respond(self, call: Call, asked: Asked, fault: Fault | None) -> Response:
        if isinstance(fault, StaleSlots):
            asked = replace(asked, behind=fault.by)
        if isinstance(fault, Overtaken) and fault.when is When.BEFORE_COMMIT:
            overtake(fault, self.site, self.front_desk, asked.body)
        answer = call.answer(self.site, asked)
        if isinstance(fault, Overtaken) and fault.when is When.AFTER_COMMIT:
            overtake(fault, self.site, self.front_desk, asked.body)
        if call.writes:
            self.site.write()
        return _response(answer, asked)

    async def _reach(self, address: str) -> int:
        if self._probe is None or not address.startswith("https://"):
            return 200
        try:
            return await self._probe(address)
        except (ConnectionError, TimeoutError):
            return 0

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


def _response(answer: Answer, asked: Asked) -> Response:
    body = page_of(answer, asked.query) if answer.listed else answer.body
    if body is None:
        return Response(status=answer.status)
    return Response(status=answer.status, headers={"content-type": "application/json"}, body=json.dumps(body))


def _refused(declined: Declined) -> Response:
    headers = {"content-type": "application/json", "x-simulator": f"{declined.rule}; {declined.known.value}"}
    return Response(status=declined.status, headers=headers, body=declined.body)


def _failed() -> Declined:
    return guess("server-error", Code.UNKNOWN, "An error has occurred.")


async def _taken(post: Callable[[Event], Awaitable[int]], event: Event | None) -> bool:
    if event is None:
        return True
    try:
        return 200 <= await post(event) < 300
    except (ConnectionError, TimeoutError):
        return False
