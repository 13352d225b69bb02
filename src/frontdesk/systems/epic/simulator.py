"""A small Epic behind the interfaces that a hospital opens: FHIR, layer 2, tokens, HL7 both ways; faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from frontdesk.standards.hl7.message import read_message
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
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.epic import (
    simulator_booking,
    simulator_charts,
    simulator_days,
    simulator_empi,
    simulator_fhir_book,
    simulator_find,
    simulator_lists,
    simulator_searches,
)
from frontdesk.systems.epic.simulator_about import told_to_anybody
from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call
from frontdesk.systems.epic.simulator_front_desk import FrontDesk
from frontdesk.systems.epic.simulator_gate import (
    Found,
    admit,
    below,
    check_headers,
    find,
    no_such_call,
    refused,
    speaks_fhir,
)
from frontdesk.systems.epic.simulator_hospital import Hospital, World
from frontdesk.systems.epic.simulator_notices import NOTATION, Courier, due, sent
from frontdesk.systems.epic.simulator_orders import acted_on, call_name
from frontdesk.systems.epic.simulator_page import page
from frontdesk.systems.epic.simulator_tokens import Gatekeeper, no_client
from frontdesk.systems.epic.simulator_xml import TYPE, as_xml

TOKEN_CALL = "POST /oauth2/token"  # noqa: S105 - a path
CALLS: tuple[Call, ...] = (
    *simulator_find.CALLS,
    *simulator_fhir_book.CALLS,
    *simulator_charts.CALLS,
    *simulator_searches.CALLS,
    *simulator_days.CALLS,
    *simulator_lists.CALLS,
    *simulator_booking.CALLS,
    *simulator_empi.CALLS,
)
"""Every call it plays, but the one for a token and what it says of itself."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MAINTENANCE = "<!doctype html><html><title>Maintenance</title><h1>We will be back shortly</h1></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request the simulator answered, for tests that ask what was sent. `status` is 0 where no reply went out.

    Of HL7, `call` is like "MLLP SIU^S12", `body` the message, and `status` 200 where an acknowledgement went out.
    """

    call: str
    path: str
    query: str
    body: str
    status: int


class Simulator:
    """A simulated Epic, as an ASGI application, with an ear and a mouth for HL7.

    `clock` gives the present in UTC; each department shows it as its wall clock. `wait` lets time pass: real time
    unless told otherwise. `keep` names a file for the state.

    `hospital` is what the book now holds, `faults` what is to go wrong, `front_desk` what people there do, `courier`
    how notices travel, and `heard` every request so far.
    """

    def __init__(self, world: World, *, clock: Clock, wait: Wait = sleep, keep: Path | None = None) -> None:
        self.hospital = Hospital(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.front_desk = FrontDesk(self.hospital)
        self.courier = Courier()
        self.heard: list[Heard] = []
        self._wait = wait
        self._world = world
        self._gatekeeper = Gatekeeper(world)

    @property
    def base_path(self) -> str:
        """What every address begins with."""
        return f"/{self.hospital.world.instance}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith("/__"):
            await send_response(send, page(self.hospital, self.front_desk, request))
            return
        found = find(CALLS, self.hospital.world, request)
        token = (request.method, below(self.hospital.world, request)) == ("POST", "/oauth2/token")
        name = found.call.name if found else TOKEN_CALL if token else ""
        try:
            response = await self._serve(request, name, found, receive)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def deliver(self, post: Callable[[bytes], Awaitable[bytes]]) -> int:
        """How many notices were sent by HL7 just now, one after the other.

        `post` sends one message and gives the acknowledgement, or raises ConnectionError or TimeoutError. Documented
        [one-at-a-time]: the next goes out when the one before is acknowledged.
        """
        count = 0
        for notice in list(due(self.hospital, self.courier)):
            answered = True
            for _ in range(self.faults.repeated_events):
                count += 1
                answered = await sent(self.hospital, notice, post)
            if not answered:
                break
        self.hospital.write()
        return count

    async def receive(self, octets: bytes) -> bytes | None:
        """The acknowledgement of a message that came by HL7; None where a fault keeps it back.

        Whoever listens by MLLP passes messages here. A connection that is cut is one without an answer.
        Raises: Unreadable (it is no message).
        """
        message = read_message(octets, unmarked=NOTATION.codec)
        name = call_name(message)
        fault = self.faults.due(name)
        if isinstance(fault, Slow):
            await self._wait(fault.by)
        answer: bytes | None = None
        silent = isinstance(fault, CutsConnection | GoesSilent)
        if not (isinstance(fault, CutsConnection | GoesSilent) and fault.when is When.BEFORE_COMMIT):
            answer = acted_on(self.hospital, self.front_desk, octets, fault)
        written = octets.decode(NOTATION.codec, "replace")
        self.heard.append(Heard(call=name, path="", query="", body=written, status=0 if silent else 200))
        return None if silent else answer

    async def _serve(self, request: Request, name: str, found: Found | None, receive: Receive) -> Response:
        fault = self.faults.due(name)
        match fault:
            case Slow(by=by):
                await self._wait(by)
            case CutsConnection(when=When.BEFORE_COMMIT):
                raise ConnectionResetError("a fault cut the connection before anything was done")
            case GoesSilent(when=When.BEFORE_COMMIT):
                await keep_silent(receive)
            case Fails(when=When.BEFORE_COMMIT):
                return self._failed(request)
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body=MAINTENANCE)
            case _:
                pass
        try:
            response = self._carried_out(request, name, found, fault)
        except Refusal as refusal:
            response = self._refused(request, refusal)
        match fault:
            case CutsConnection():
                raise ConnectionResetError("a fault cut the connection after the call was carried out")
            case GoesSilent():
                await keep_silent(receive)
            case Fails():
                return self._failed(request)
            case _:
                pass
        return response

    def _carried_out(self, request: Request, name: str, found: Found | None, fault: Fault | None) -> Response:
        world, now = self._world_at(request), self.hospital.now()
        self.hospital.world = world
        enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
        check_headers(world, request)
        # Guess [too-many]: nothing is published of limits; 429 without a Retry-After.
        if isinstance(fault, TooMany):
            raise refused(world, request, "too-many", 429, "throttled", "Too Many Requests")
        # Guess [downtime]: 503, from whatever stands before Epic.
        if isinstance(fault, OfficeOffline):
            raise refused(world, request, "downtime", 503, "transient", "Service Unavailable")
        if name == TOKEN_CALL:
            if not enabled:
                raise no_client()
            body = self._gatekeeper.give(request, world, now=now, enabled=enabled)
            return Response(status=200, headers={"content-type": "application/json"}, body=body)
        told = told_to_anybody(CALLS, world, request)
        if told is not None:
            return self._written(request, json.dumps(told), 200, {})
        self._gatekeeper.check(request, found.call.scope if found else "", now=now, enabled=enabled)
        if found is None:
            raise no_such_call(world, request)
        return self._respond(found.call, admit(found, request, world), request, fault)

    def _world_at(self, request: Request) -> World:
        """The world under the address that it was reached at.

        Guess [addresses-of-loopback]: links and audience are at the world's address, but on this machine at the one
        that the request came to.
        """
        host = request.headers.get("host", "")
        if host.rpartition(":")[0] not in LOOPBACK:
            return self._world
        return replace(self._world, address=f"http://{host}")

    def _respond(self, call: Call, asked: Asked, request: Request, fault: Fault | None) -> Response:
        if isinstance(fault, StaleSlots):
            asked = replace(asked, behind=fault.by)
        place = call.takes(self.hospital, asked) if isinstance(fault, Overtaken) else None
        if isinstance(fault, Overtaken) and place and fault.when is When.BEFORE_COMMIT:
            self.front_desk.overtake(fault, place)
        answer = call.answer(self.hospital, asked)
        if isinstance(fault, Overtaken) and place and fault.when is When.AFTER_COMMIT:
            self.front_desk.overtake(fault, place)
        if call.writes or call.path.endswith("$find"):
            self.hospital.write()
        return self._response(request, answer)

    def _response(self, request: Request, answer: Answer) -> Response:
        if answer.body is None:
            return Response(status=answer.status, headers=answer.headers)
        return self._written(request, json.dumps(answer.body), answer.status, answer.headers)

    def _written(self, request: Request, body: str, status: int, headers: Mapping[str, str]) -> Response:
        """Documented [media-of-answers]: FHIR's own kind of JSON for FHIR, JSON for layer 2."""
        if not speaks_fhir(self.hospital.world, request):
            return Response(status=status, headers={"content-type": "application/json", **headers}, body=body)
        if "json" in request.headers.get("accept", "") or not body.startswith("{"):
            return Response(status=status, headers={"content-type": "application/fhir+json", **headers}, body=body)
        return Response(status=status, headers={"content-type": TYPE, **headers}, body=as_xml(json.loads(body)))

    def _failed(self, request: Request) -> Response:
        """Guess [fails-with-500]."""
        why = refused(self.hospital.world, request, "fails-with-500", 500, "exception", "Internal Server Error")
        return self._refused(request, why)

    def _refused(self, request: Request, refusal: Refusal) -> Response:
        told = {"x-simulator": f"{refusal.rule}; {refusal.known.value}"}
        if not refusal.says.startswith('{"resourceType"'):
            headers = {"content-type": "application/json", **told}
            return Response(status=refusal.status, headers=headers, body=refusal.says)
        return self._written(request, refusal.says, refusal.status, told)

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))
