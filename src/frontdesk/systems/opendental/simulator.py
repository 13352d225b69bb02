"""A small Open Dental behind the HTTP surface that its published API has: its limits, its oddities, faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
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
from frontdesk.standards.simulating.refusals import Refusal, documented, seen
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.opendental import (
    simulator_appointments,
    simulator_booking,
    simulator_catalogue,
    simulator_insurance,
    simulator_notes,
    simulator_patients,
    simulator_slots,
    simulator_subscriptions,
)
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call
from frontdesk.systems.opendental.simulator_front_desk import FrontDesk
from frontdesk.systems.opendental.simulator_gate import admit, as_sent, find, page_of
from frontdesk.systems.opendental.simulator_office import Mode, Office, Permission, World
from frontdesk.systems.opendental.simulator_overtaking import overtake
from frontdesk.systems.opendental.simulator_pace import Pace, interval_of
from frontdesk.systems.opendental.simulator_page import page
from frontdesk.systems.opendental.simulator_reading import Given
from frontdesk.systems.opendental.simulator_subscriptions import Event, due_events, polled

CALLS: tuple[Call, ...] = (
    *simulator_catalogue.CALLS,
    *simulator_slots.CALLS,
    *simulator_appointments.CALLS,
    *simulator_booking.CALLS,
    *simulator_patients.CALLS,
    *simulator_notes.CALLS,
    *simulator_insurance.CALLS,
    *simulator_subscriptions.CALLS,
)
"""Every call it plays."""

HOME = "https://api.opendental.com/api/v1"
"""Documented [created-with-location]: what the `location` of something created begins with."""

LONGEST_CALL = timedelta(seconds=60)
MAINTENANCE = "<!doctype html><html><title>Maintenance</title><h1>We will be back shortly</h1></html>"


class ErrorBody(Enum):
    """How an explanation is wrapped. Guess [error-body]: the facts say there is one, and not in what."""

    PLAIN_TEXT = "plain text"
    JSON_STRING = "a JSON string"
    JSON_OBJECT = "a JSON object"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request the simulator answered, for tests that ask what was sent. `status` is 0 where no reply went out."""

    call: str
    path: str
    query: str
    body: str
    status: int


class Simulator:
    """A simulated Open Dental, as an ASGI application.

    `clock` gives the present in UTC; the office shows it as its wall clock. `wait` lets time pass: real time unless
    told otherwise. `mode` is how the API runs: only Remote is throttled. `keep` names a file for the state.

    `office` is what the book now holds, `faults` what is to go wrong, `front_desk` what people there do, and `heard`
    every request so far.
    """

    def __init__(
        self,
        world: World,
        *,
        clock: Clock,
        wait: Wait = sleep,
        mode: Mode = Mode.SERVICE,
        error_body: ErrorBody = ErrorBody.PLAIN_TEXT,
        keep: Path | None = None,
    ) -> None:
        self.office = Office(world, clock=clock, mode=mode, keep=keep)
        self.faults = Faults()
        self.front_desk = FrontDesk(self.office)
        self.heard: list[Heard] = []
        self._wait = wait
        self._error_body = error_body
        self._pace = Pace(interval=interval_of(world.permissions), clock=clock, wait=wait)

    @property
    def base_path(self) -> str:
        """What every address of the API begins with."""
        return "/api/v1"

    @property
    def authorization(self) -> str:
        """The Authorization header that is accepted."""
        return f"ODFHIR {self.office.world.developer_key}/{self.office.world.customer_key}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith("/__"):
            await send_response(send, page(self.office, self.front_desk, request))
            return
        found = find(CALLS, request)
        name = found.call.name if found else ""
        try:
            response = await self._serve(request, name, receive)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def deliver(self, post: Callable[[Event], Awaitable[int]]) -> int:
        """How many events the office's machines sent for the subscriptions whose poll is due.

        `post` sends one and gives the status that came back, or raises ConnectionError. Guess [event-not-taken]: a
        status other than 2xx counts as not reached, like a dead endpoint.
        """
        sent = 0
        for subscription, events in list(due_events(self.office)):
            reached = True
            for event in events:
                for _ in range(self.faults.repeated_events):
                    sent += 1
                    reached = reached and await _taken(post, event)
            polled(self.office, subscription, reached=reached)
        self.office.write()
        return sent

    async def _serve(self, request: Request, name: str, receive: Receive) -> Response:
        fault = self.faults.due(name)
        match fault:
            case Slow(by=by):
                await self._wait(min(by, LONGEST_CALL))
            case CutsConnection(when=When.BEFORE_COMMIT):
                raise ConnectionResetError("a fault cut the connection before anything was done")
            case GoesSilent(when=When.BEFORE_COMMIT):
                await keep_silent(receive)
            case Fails(when=When.BEFORE_COMMIT):
                return Response(status=500, body="Internal Server Error")
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body=MAINTENANCE)
            case _:
                pass
        try:
            response = await self._carried_out(request, fault)
        except Refusal as refusal:
            response = self._refused(refusal)
        match fault:
            case Slow(by=by) if by >= LONGEST_CALL:
                # Documented [sixty-seconds]. Guess [carried-out-all-the-same]: the office goes on behind the time-out.
                return Response(status=504, headers={"content-type": "text/html"}, body="504 Gateway Time-out")
            case CutsConnection():
                raise ConnectionResetError("a fault cut the connection after the call was carried out")
            case GoesSilent():
                await keep_silent(receive)
            case Fails():
                return Response(status=500, body="Internal Server Error")
            case _:
                pass
        return response

    async def _carried_out(self, request: Request, fault: Fault | None) -> Response:
        async with AsyncExitStack() as turn:
            if self.office.mode is Mode.REMOTE:
                await turn.enter_async_context(self._pace.turn())
            found = find(CALLS, request)
            enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
            asked = admit(CALLS, found, request, self.office, key_enabled=enabled)
            if isinstance(fault, TooMany):
                raise seen("too-many-requests", 429, "Too many requests.", retry_after=fault.retry_after)
            if isinstance(fault, OfficeOffline):
                raise documented("office-offline", 400, "The eConnector of the dental office is not running.")
            assert found is not None  # admit refuses a request that names no call
            return self._respond(found.call, asked, fault)

    def _respond(self, call: Call, asked: Asked, fault: Fault | None) -> Response:
        if isinstance(fault, StaleSlots):
            asked = Asked(number=asked.number, query=asked.query, body=asked.body, behind=fault.by, key=asked.key)
        if isinstance(fault, Overtaken) and fault.when is When.BEFORE_COMMIT:
            overtake(fault, self.front_desk, asked.body)
        answer = call.answer(self.office, asked)
        if isinstance(fault, Overtaken) and fault.when is When.AFTER_COMMIT:
            overtake(fault, self.front_desk, asked.body)
        if call.writes:
            self.office.write()
        return _response(answer, asked.query, largest=self._largest_page())

    def _largest_page(self) -> int:
        """Rows a page holds at most. Documented [hard-limit]."""
        enterprise = Permission.ENTERPRISE in self.office.world.permissions
        match self.office.mode:
            case Mode.REMOTE:
                return 1000 if enterprise else 100
            case Mode.SERVICE:
                return 10_000 if enterprise else 100
            case Mode.LOCAL:
                return 10_000 if enterprise else 1000

    def _refused(self, refusal: Refusal) -> Response:
        says = {
            ErrorBody.PLAIN_TEXT: refusal.says,
            ErrorBody.JSON_STRING: json.dumps(refusal.says),
            ErrorBody.JSON_OBJECT: json.dumps({"message": refusal.says}),
        }[self._error_body]
        plain = self._error_body is ErrorBody.PLAIN_TEXT
        headers = {
            "content-type": "text/plain" if plain else "application/json",
            "x-simulator": f"{refusal.rule}; {refusal.known.value}",
        }
        if refusal.retry_after:
            headers["retry-after"] = str(refusal.retry_after)
        return Response(status=refusal.status, headers=headers, body=says)

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


def _response(answer: Answer, query: Given, *, largest: int) -> Response:
    headers = {"content-type": "application/json"}
    if answer.location:
        headers["location"] = HOME + answer.location
    if answer.body is None:
        return Response(status=answer.status)  # Documented [empty-answers]: 200 and nothing else.
    body = answer.body if isinstance(answer.body, dict) else page_of(list(answer.body), query, largest=largest)
    return Response(status=answer.status, headers=headers, body=as_sent(body))


async def _taken(post: Callable[[Event], Awaitable[int]], event: Event) -> bool:
    try:
        return 200 <= await post(event) < 300
    except ConnectionError:
        return False
