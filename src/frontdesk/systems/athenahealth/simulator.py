"""A small athenaOne behind the HTTP surface that its published API has: its limits, its oddities, faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

from collections.abc import Awaitable, Callable
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
from frontdesk.standards.simulating.refusals import Refusal, guess, seen
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.athenahealth import (
    simulator_appointments,
    simulator_booking,
    simulator_catalogue,
    simulator_changes,
    simulator_notes,
    simulator_patients,
    simulator_slots,
    simulator_webhooks,
)
from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, Rows, Surface
from frontdesk.systems.athenahealth.simulator_encoding import as_sent
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, not_permitted, says
from frontdesk.systems.athenahealth.simulator_front_desk import FrontDesk
from frontdesk.systems.athenahealth.simulator_gate import FORM, Found, admit, check_headers, find, no_such_call, page_of
from frontdesk.systems.athenahealth.simulator_pace import Limits, Pace
from frontdesk.systems.athenahealth.simulator_page import page
from frontdesk.systems.athenahealth.simulator_practice import Practice, World
from frontdesk.systems.athenahealth.simulator_reading import gathered
from frontdesk.systems.athenahealth.simulator_tokens import Tokens, form_of
from frontdesk.systems.athenahealth.simulator_webhooks import Courier, Event, due, sent

TOKEN = "/oauth2/v1/token"  # noqa: S105 - a path
TOKEN_CALL = f"POST {TOKEN}"

CALLS: tuple[Call, ...] = (
    *simulator_catalogue.CALLS,
    *simulator_slots.CALLS,
    *simulator_appointments.CALLS,
    *simulator_booking.CALLS,
    *simulator_patients.CALLS,
    *simulator_notes.CALLS,
    *simulator_changes.CALLS,
    *simulator_webhooks.CALLS,
)
"""Every call it plays, but the one for a token."""

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
    """A simulated athenaOne, as an ASGI application.

    `clock` gives the present in UTC; each department shows it as its wall clock. `wait` lets time pass: real time
    unless told otherwise. `limits` is how much an app may ask. `keep` names a file for the state.

    `practice` is what the book now holds, `faults` what is to go wrong, `front_desk` what people there do, `courier`
    how notices travel, and `heard` every request so far.
    """

    def __init__(
        self,
        world: World,
        *,
        clock: Clock,
        wait: Wait = sleep,
        limits: Limits | None = None,
        keep: Path | None = None,
    ) -> None:
        self.practice = Practice(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.front_desk = FrontDesk(self.practice)
        self.courier = Courier()
        self.heard: list[Heard] = []
        self._wait = wait
        self._tokens = Tokens(world)
        self._pace = Pace(limits or Limits(), clock)
        self._turn = 0

    @property
    def base_path(self) -> str:
        """What every address of the REST API begins with."""
        return f"/v1/{self.practice.world.practice_id}"

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
        token = (request.method, request.path) == ("POST", TOKEN)
        name = found.call.name if found else TOKEN_CALL if token else ""
        try:
            response = await self._serve(request, name, found, receive)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def deliver(self, post: Callable[[Event], Awaitable[int]]) -> int:
        """How many notices were sent to webhooks just now.

        `post` sends one and gives the status that came back, or raises ConnectionError or TimeoutError. Documented
        [two-seconds]: it should give up after two seconds. Documented [taken-by-2xx]: all else is tried again.
        """
        count = 0
        for notice, event in list(due(self.practice, self.courier)):
            reached = True
            for _ in range(self.faults.repeated_events):
                count += 1
                reached = await _taken(post, event) and reached
            if reached:
                sent(self.practice, notice)
        self.practice.write()
        return count

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
                return Response(status=500, body="Internal Server Error")
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body=MAINTENANCE)
            case _:
                pass
        try:
            response = self._carried_out(request, name, found, fault)
        except Refusal as refusal:
            response = self._refused(refusal)
        match fault:
            case CutsConnection():
                raise ConnectionResetError("a fault cut the connection after the call was carried out")
            case GoesSilent():
                await keep_silent(receive)
            case Fails():
                return Response(status=500, body="Internal Server Error")
            case _:
                pass
        return response

    def _carried_out(self, request: Request, name: str, found: Found | None, fault: Fault | None) -> Response:
        enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
        check_headers(request.headers, found.call.surface if found else Surface.REST)
        if name == TOKEN_CALL:
            return self._token(request, fault, key_enabled=enabled)
        if isinstance(fault, TooMany):
            raise seen("too-many-requests", 429, "Too Many Requests")
        if isinstance(fault, OfficeOffline):
            raise guess("office-offline", 503, "Service Unavailable")
        scope = found.call.scope if found else "athena/service/Athenanet.MDP.*"
        authorization = request.headers.get("authorization", "")
        self._tokens.check(authorization, scope, now=self.practice.now(), key_enabled=enabled)
        self._pace.call()
        if found is None:
            raise no_such_call(request)
        return self._respond(found.call, admit(found, request, self.practice), request, fault)

    def _respond(self, call: Call, asked: Asked, request: Request, fault: Fault | None) -> Response:
        if isinstance(fault, StaleSlots):
            asked = replace(asked, behind=fault.by)
        if isinstance(fault, Overtaken) and fault.when is When.BEFORE_COMMIT:
            self._overtake(fault, asked)
        answer = call.answer(self.practice, asked)
        if isinstance(fault, Overtaken) and fault.when is When.AFTER_COMMIT:
            self._overtake(fault, asked)
        if call.writes:
            self.practice.write()
        return self._response(call, asked, request, answer)

    def _response(self, call: Call, asked: Asked, request: Request, answer: Answer) -> Response:
        headers = {"content-type": "application/json", **self._pace.headers()}
        if answer.body is None:
            return Response(status=answer.status, headers=self._pace.headers())
        body = answer.body
        if isinstance(body, Rows):
            body = page_of(call, asked, request, body.plural, body.rows)
        self._turn += 1
        text = as_sent(body, self.practice.encoding(), turn=self._turn)
        return Response(status=answer.status, headers=headers, body=text)

    def _overtake(self, fault: Overtaken, asked: Asked) -> None:
        if not asked.ids:
            return
        slot = asked.given.number("newappointmentid") or asked.number
        self.front_desk.overtake(fault, patient=asked.given.number("patientid"), slot=slot)

    def _token(self, request: Request, fault: Fault | None, *, key_enabled: bool) -> Response:
        if isinstance(fault, TooMany):
            raise seen("too-many-requests", 429, "Too Many Requests")
        self._pace.token()
        if request.query or request.headers.get("content-type", "").partition(";")[0] != FORM:
            raise guess("not-a-form", 415, says(NOT_VALID, detailedmessage=f"A token request is {FORM}."))
        try:
            form = gathered(form_of(request.body.decode("ascii")))
        except UnicodeDecodeError:
            raise not_permitted("bearer-token") from None
        authorization = request.headers.get("authorization", "")
        body = self._tokens.give(form, authorization, now=self.practice.now(), key_enabled=key_enabled)
        return Response(status=200, headers={"content-type": "application/json"}, body=body)

    def _refused(self, refusal: Refusal) -> Response:
        """Seen [gateway-in-plain-text]: what the gateway refuses is often plain text, not JSON."""
        as_json = refusal.says.startswith("{")
        headers = {
            "content-type": "application/json" if as_json else "text/plain",
            "x-simulator": f"{refusal.rule}; {refusal.known.value}",
            **self._pace.headers(),
        }
        return Response(status=refusal.status, headers=headers, body=refusal.says)

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


async def _taken(post: Callable[[Event], Awaitable[int]], event: Event) -> bool:
    try:
        return 200 <= await post(event) < 300
    except (ConnectionError, TimeoutError):
        return False
