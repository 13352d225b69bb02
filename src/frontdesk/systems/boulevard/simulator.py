"""A small Boulevard behind the GraphQL surface that its two APIs are known to have: limits, oddities, faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
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
from frontdesk.systems.boulevard.simulator_business import Business, World
from frontdesk.systems.boulevard.simulator_calls import Caller
from frontdesk.systems.boulevard.simulator_front_desk import FrontDesk
from frontdesk.systems.boulevard.simulator_gate import (
    ADMIN_PATH,
    VERSION,
    Bucket,
    api_of,
    check_headers,
    client_of,
    read_body,
    too_many,
)
from frontdesk.systems.boulevard.simulator_graphql import Answered, carry_out, error_of, name_of, read
from frontdesk.systems.boulevard.simulator_overtaking import Overtaking
from frontdesk.systems.boulevard.simulator_page import page
from frontdesk.systems.boulevard.simulator_refusals import Code, Declined, guess
from frontdesk.systems.boulevard.simulator_webhooks import Event, Mail, due, event_of, sent

MAINTENANCE = "<!doctype html><html><title>Maintenance</title><h1>We will be back shortly</h1></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request the simulator answered, for tests that ask what was sent. `status` is 0 where no reply went out."""

    call: str
    path: str
    query: str
    body: str
    status: int


class Simulator:
    """A simulated business at Boulevard, with both its APIs, as one ASGI application.

    `clock` gives the present in UTC. `wait` lets time pass: real time unless told otherwise. `keep` names a file for
    the state.

    `business` is what the book now holds, `faults` what is to go wrong, `mail` how badly messages travel, `front_desk`
    what people there do, and `heard` every request so far.
    """

    def __init__(self, world: World, *, clock: Clock, wait: Wait = sleep, keep: Path | None = None) -> None:
        self.business = Business(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.mail = Mail()
        self.front_desk = FrontDesk(self.business)
        self.heard: list[Heard] = []
        self.bucket = Bucket(at=clock())
        self._wait = wait

    @property
    def admin_path(self) -> str:
        """The address of the Admin API."""
        return ADMIN_PATH

    @property
    def client_path(self) -> str:
        """The address of the Client API."""
        return f"{VERSION}/{self.business.world.id}/client"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith("/__"):
            await send_response(send, page(self.business, self.front_desk, request))
            return
        name = self._name(request)
        try:
            response = await self._serve(request, name, receive)
        except Declined as declined:
            response = self._refused(declined)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def deliver(self, post: Callable[[Event], Awaitable[int]]) -> int:
        """How many messages were sent that were due, those sent again among them.

        `post` sends one and gives the status that came back, or raises ConnectionError, or TimeoutError where none
        came in time.
        """
        count = 0
        for message in due(self.business, self.mail):
            event = event_of(self.business, message)
            status = 200
            if event is not None:
                for _ in range(self.faults.repeated_events):
                    count += 1
                    status = await _posted(post, event)
            sent(self.business, message, status)
        self.business.write()
        return count

    def _name(self, request: Request) -> str:
        try:
            return name_of(api_of(request, self.business), read_body(request)[0])
        except Declined:
            return ""

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
                raise ValueError("Boulevard has no server at the clinic that could be off; plan another fault")
            case TooMany(retry_after=seconds):
                raise too_many(1000 * seconds, status=429)
            case _:
                pass
        response = self._carried_out(request, fault)
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

    def _carried_out(self, request: Request, fault: Fault | None) -> Response:
        try:
            api = api_of(request, self.business)
            check_headers(request)
            enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
            client = client_of(request, api, self.business, enabled=enabled)
            query, variables = read_body(request)
            asked = read(api, query, variables)
            self.bucket.take(asked.cost, self.business.now())
        except Declined as declined:
            return self._refused(declined)
        behind = fault.by if isinstance(fault, StaleSlots) else timedelta(0)
        caller = Caller(business=self.business, api=api, client=client, behind=behind)
        if isinstance(fault, Overtaken):
            quicker = Overtaking(fault, self.business, self.front_desk)
            caller = Caller(business=self.business, api=api, client=client, before=quicker.before, after=quicker.after)
        answered = carry_out(asked, caller)
        if asked.writes:
            self.business.write()
        return _response(answered)

    def _refused(self, declined: Declined) -> Response:
        """Documented [error-body]: `data` is null, and `errors` says why. Guess [body-of-other-statuses]: so too."""
        body = {"data": None, "errors": [error_of(declined, self.business.world.code_place)]}
        headers = {"content-type": "application/json", **_why(declined)}
        return Response(status=declined.status, headers=headers, body=json.dumps(body))

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


def _response(answered: Answered) -> Response:
    headers = {"content-type": "application/json", **(_why(answered.refusals[0]) if answered.refusals else {})}
    return Response(status=200, headers=headers, body=json.dumps(answered.body))


def _why(declined: Declined) -> dict[str, str]:
    return {"x-simulator": f"{declined.rule}; {declined.known.value}"}


def _failed() -> Declined:
    return guess("server-error", Code.NONE, "Internal server error", status=500)


async def _posted(post: Callable[[Event], Awaitable[int]], event: Event) -> int:
    try:
        return await post(event)
    except (ConnectionError, TimeoutError):
        return 0
