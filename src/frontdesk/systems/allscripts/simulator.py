"""A small Veradigm Practice Management behind its Unity interface, and its HL7 v2 interface: faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
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
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.allscripts import (
    simulator_appointments,
    simulator_booking,
    simulator_catalogue,
    simulator_ehr,
    simulator_patients,
    simulator_sessions,
    simulator_times,
)
from frontdesk.systems.allscripts.simulator_calls import Action
from frontdesk.systems.allscripts.simulator_front_desk import FrontDesk
from frontdesk.systems.allscripts.simulator_gate import (
    EHR_ROOT,
    OWN_ROOT,
    ROUTER_ROOT,
    Door,
    Found,
    admit,
    enter,
    find,
    name_of,
)
from frontdesk.systems.allscripts.simulator_notices import Mail, Post, deliver
from frontdesk.systems.allscripts.simulator_orders import call_of, failed, hear
from frontdesk.systems.allscripts.simulator_overtaking import overtake
from frontdesk.systems.allscripts.simulator_page import page
from frontdesk.systems.allscripts.simulator_practice import Flavour, Practice, World
from frontdesk.systems.allscripts.simulator_refusals import Declined, Form, guess
from frontdesk.systems.allscripts.simulator_sessions import issue, retire

ACTIONS: Mapping[Flavour, tuple[Action, ...]] = {
    Flavour.PM: (
        *simulator_sessions.ACTIONS,
        *simulator_catalogue.ACTIONS,
        *simulator_times.ACTIONS,
        *simulator_appointments.ACTIONS,
        *simulator_booking.ACTIONS,
        *simulator_patients.ACTIONS,
    ),
    Flavour.EHR: (*simulator_sessions.ACTIONS, *simulator_ehr.ACTIONS),
}
"""Every action it plays, of each product."""

MAINTENANCE = "<!doctype html><html><title>Maintenance</title><h1>We will be back shortly</h1></html>"
HL7 = "hl7"
"""What stands for a path where an order came by HL7."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request the simulator answered, for tests that ask what was sent. `status` is 0 where no reply went out.

    `call` is the action, GetToken or RetireToken; for an order by HL7 its type and event, and `path` is "hl7". The
    status of an order is its acknowledgement's: 200 for AA, 400 for AE, 503 for AR.
    """

    call: str
    path: str
    query: str
    body: str
    status: int


class Simulator:
    """A simulated practice: Unity as one ASGI application, and beside it the HL7 v2 interface.

    `clock` gives the present in UTC; the server shows it as its wall clock. `wait` lets time pass: real time unless
    told otherwise. `keep` names a file for the state.

    `practice` is what the book now holds, `faults` what is to go wrong, `mail` how badly notices travel, `front_desk`
    what people there do, and `heard` every request so far. `hear` takes an order by HL7, `deliver` sends notices.
    """

    def __init__(self, world: World, *, clock: Clock, wait: Wait = sleep, keep: Path | None = None) -> None:
        self.practice = Practice(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.mail = Mail()
        self.front_desk = FrontDesk(self.practice)
        self.heard: list[Heard] = []
        self._wait = wait

    @property
    def base_path(self) -> str:
        """The service root of the practice management system."""
        return ROUTER_ROOT if self.practice.world.ubiquity else OWN_ROOT

    @property
    def ehr_path(self) -> str:
        """The service root of the EHR."""
        return EHR_ROOT

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith("/__"):
            await send_response(send, page(self.practice, self.front_desk, request))
            return
        found = find(request)
        name = name_of(found, request)
        try:
            response = await self._serve(request, found, name, receive)
        except Declined as declined:
            response = _refused(declined.of(name))
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def deliver(self, post: Post) -> int:
        """How many notices were sent that were due, those sent again among them. `post` sends one by HL7."""
        return await deliver(self.practice, self.mail, post, times=self.faults.repeated_events)

    async def hear(self, octets: bytes) -> bytes | None:
        """The acknowledgement of an order by HL7; None where a fault lets nothing come back.

        Raises: ValueError for a fault that an order cannot meet.
        """
        name = call_of(octets)
        fault = self.faults.due(name)
        answer: bytes | None = None
        match fault:
            case Slow(by=by):
                await self._wait(by)
                answer = self._order(octets)
            case CutsConnection(when=When.BEFORE_COMMIT) | GoesSilent(when=When.BEFORE_COMMIT):
                pass
            case CutsConnection() | GoesSilent():
                self._order(octets)
            case Fails(when=when):
                if when is When.AFTER_COMMIT:
                    self._order(octets)
                answer = failed(self.practice, octets)
            case None:
                answer = self._order(octets)
            case _:
                raise ValueError(f"an order by HL7 cannot meet {fault}; plan another fault")
        code = answer.partition(b"\rMSA|")[2][:2].decode() if answer else ""
        status = {"AA": 200, "AE": 400, "AR": 503}.get(code, 0)
        self.heard.append(Heard(call=name, path=HL7, query="", body=octets.decode("utf-8", "replace"), status=status))
        return answer

    def _order(self, octets: bytes) -> bytes:
        answer = hear(self.practice, octets)
        self.practice.write()
        return answer

    async def _serve(self, request: Request, found: Found | None, name: str, receive: Receive) -> Response:
        fault = self.faults.due(name)
        match fault:
            case Slow(by=by):
                await self._wait(by)
            case CutsConnection(when=When.BEFORE_COMMIT):
                raise ConnectionResetError("a fault cut the connection before anything was done")
            case GoesSilent(when=When.BEFORE_COMMIT):
                await keep_silent(receive)
            case Fails(when=When.BEFORE_COMMIT):
                raise self._failed()
            case TooMany():
                raise guess("too-many-requests", "Too many requests.", form=Form.STATUS, status=429)
            case Maintenance():
                return Response(status=503, headers={"content-type": "text/html"}, body=MAINTENANCE)
            case OfficeOffline():
                raise guess("office-offline", "The client's server cannot be reached.", form=Form.STATUS, status=502)
            case _:
                pass
        response = self._carried_out(request, found, name, fault)
        match fault:
            case CutsConnection():
                raise ConnectionResetError("a fault cut the connection after the call was carried out")
            case GoesSilent():
                await keep_silent(receive)
            case Fails():
                raise self._failed()
            case _:
                pass
        return response

    def _carried_out(self, request: Request, found: Found | None, name: str, fault: Fault | None) -> Response:
        try:
            sent = enter(found, request, self.practice.world)
            assert found is not None  # enter refuses an address that is none
            enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
            return self._answered(found, sent, name, fault, enabled=enabled)
        except Declined as declined:
            return _refused(declined.of(name))
        finally:
            self.practice.write()

    def _answered(
        self, found: Found, sent: Mapping[str, str], name: str, fault: Fault | None, *, enabled: bool
    ) -> Response:
        practice = self.practice
        if found.door is Door.TOKEN:
            return _octets(issue(practice, sent, found.flavour, router=found.router, enabled=enabled))
        if found.door is Door.RETIRE:
            retire(practice, sent)
            return _octets("")
        action, asked = admit(ACTIONS[found.flavour], sent, practice, found.flavour, enabled=enabled)
        if isinstance(fault, StaleSlots):
            asked = replace(asked, behind=fault.by)
        if isinstance(fault, Overtaken) and fault.when is When.BEFORE_COMMIT:
            overtake(fault, practice, self.front_desk, asked)
        rows = list(action.answer(practice, asked))
        if isinstance(fault, Overtaken) and fault.when is When.AFTER_COMMIT:
            overtake(fault, practice, self.front_desk, asked)
        # Seen [reply-wrapper]. Guess [empty-list]: where there is nothing, the wrapper holds an empty list.
        return Response(
            status=200, headers={"content-type": "application/json"}, body=json.dumps([{f"{name.lower()}info": rows}])
        )

    def _failed(self) -> Declined:
        """Seen [error-forms]. Guess [failing-form]: which of them an unforeseen failure has; `World.failing`."""
        form = self.practice.world.failing
        status = 500 if form is Form.STATUS else 200
        return guess("server-error", "The server has failed.", form=form, status=status)

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


def _octets(body: str) -> Response:
    """A token, or nothing. Guess [retire-answer]: a session that is ended gets an empty answer."""
    return Response(status=200, headers={"content-type": "application/octet-stream"}, body=body)


def _refused(declined: Declined) -> Response:
    """A refusal. One that no request should see names its rule in x-simulator."""
    headers = {"content-type": declined.content_type, "x-simulator": f"{declined.rule}; {declined.known.value}"}
    return Response(status=declined.status, headers=headers, body=declined.body)
