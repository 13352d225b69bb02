"""A small Cerner Millennium behind the FHIR surface it publishes: its rules, its oddities, faults on demand.

Written from the published facts alone; SIMULATOR.md lists each behaviour, with its source or as our guess.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
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
from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.fhir_pages import Pages
from frontdesk.standards.simulating.fhir_store import etag
from frontdesk.standards.simulating.fhir_values import (
    Json,
    Resource,
    element_at,
    elements_at,
    id_in,
    instant_of,
    reference_to,
    text_at,
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
from frontdesk.standards.simulating.refusals import Refusal, documented, guess
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep
from frontdesk.systems.cerner import (
    simulator_appointments,
    simulator_beside,
    simulator_booking,
    simulator_catalogue,
    simulator_changing,
    simulator_demographics,
    simulator_patients,
    simulator_slots,
)
from frontdesk.systems.cerner.simulator_addresses import base_of, base_path, token_path, token_url
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Created, Listed, Read
from frontdesk.systems.cerner.simulator_discovery import capabilities, smart
from frontdesk.systems.cerner.simulator_domain import Domain, patient_of
from frontdesk.systems.cerner.simulator_front_desk import FrontDesk
from frontdesk.systems.cerner.simulator_gate import (
    FHIR_JSON,
    Found,
    admit,
    check_headers,
    check_tenant,
    find,
    no_such_call,
    overridden,
)
from frontdesk.systems.cerner.simulator_page import page
from frontdesk.systems.cerner.simulator_pages import bundle, turned
from frontdesk.systems.cerner.simulator_tokens import AuthorizationServer
from frontdesk.systems.cerner.simulator_world import World

CALLS: tuple[Call, ...] = (
    *simulator_catalogue.CALLS,
    *simulator_slots.CALLS,
    *simulator_appointments.CALLS,
    *simulator_booking.CALLS,
    *simulator_changing.CALLS,
    *simulator_patients.CALLS,
    *simulator_demographics.CALLS,
    *simulator_beside.CALLS,
)
"""Every call it plays on a resource."""

TOKEN_CALL, METADATA_CALL, SMART_CALL = "POST /token", "GET /metadata", "GET /.well-known/smart-configuration"
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
    """A simulated Millennium domain, as an ASGI application.

    `clock` gives the present in UTC. `wait` lets time pass: real time unless told otherwise. `keep` names a file for
    the state.

    `domain` is what the book now holds, `faults` what is to go wrong, `front_desk` what people there do, and `heard`
    every request so far.
    """

    def __init__(self, world: World, *, clock: Clock, wait: Wait = sleep, keep: Path | None = None) -> None:
        self.domain = Domain(world, clock=clock, keep=keep)
        self.faults = Faults()
        self.front_desk = FrontDesk(self.domain)
        self.heard: list[Heard] = []
        self._wait = wait
        self._pages = Pages()
        self._authorization = AuthorizationServer(world)

    @property
    def base_path(self) -> str:
        """What every address of the FHIR server begins with, after its host."""
        return base_path(self.domain.world)

    @property
    def token_path(self) -> str:
        """Where tokens are asked for, on the authorization server's host."""
        return token_path(self.domain.world)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = overridden(await read_request(scope, receive))
        if request.path.startswith("/__"):
            await send_response(send, page(self.domain, self.front_desk, request))
            return
        found = find(CALLS, request)
        name = found.call.name if found.call else self._other_call(request)
        try:
            response = await self._serve(request, name, found, receive)
        except ConnectionResetError:
            self._hear(name, request, 0)
            raise
        self._hear(name, request, response.status)
        await send_response(send, response)

    async def _serve(self, request: Request, name: str, found: Found, receive: Receive) -> Response:
        fault = self.faults.due(name)
        match fault:
            case Slow(by=by):
                await self._wait(by)
            case CutsConnection(when=When.BEFORE_COMMIT):
                raise ConnectionResetError("a fault cut the connection before anything was done")
            case GoesSilent(when=When.BEFORE_COMMIT):
                await keep_silent(receive)
            case Fails(when=When.BEFORE_COMMIT):
                return self._told(Response(status=500, body="Internal Server Error"))
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
                return self._told(Response(status=500, body="Internal Server Error"))
            case _:
                pass
        return self._told(response)

    def _carried_out(self, request: Request, name: str, found: Found, fault: Fault | None) -> Response:
        enabled = self.faults.key_enabled and not isinstance(fault, KeyRefused)
        if isinstance(fault, TooMany):
            raise guess("too-many-requests", 429, outcome_text("throttled", "Too many requests"))
        if isinstance(fault, OfficeOffline):
            raise guess("domain-offline", 503, "Service Unavailable")
        if name == TOKEN_CALL:
            given = self._authorization.give(request, now=self.domain.now(), enabled=enabled)
            return _json(dict(given), kind="application/json")
        if not found.tenant:
            raise documented("not-found", 404, "")
        check_tenant(self.domain, found.tenant)
        world, now = self.domain.world, self.domain.now()
        base, token = base_of(world, request), token_url(world, request)
        if name == METADATA_CALL:
            statement = capabilities(CALLS, base=base, token=token, on=now.date())
            return _json(statement, kind="application/json+fhir")
        if name == SMART_CALL:
            return _json(smart(world, token=token), kind="application/json")
        scopes = self._authorization.scopes(request, now=now, enabled=enabled)
        check_headers(request)
        if found.call is None:
            raise no_such_call(CALLS, request, found.path)
        self.domain.end_holds()
        return self._respond(found, found.call, request, scopes, fault)

    def _respond(
        self, found: Found, call: Call, request: Request, scopes: frozenset[str], fault: Fault | None
    ) -> Response:
        place, request = turned(self._pages, call, request)
        asked = admit(found, call, request, self.domain, scopes)
        if isinstance(fault, StaleSlots):
            asked = replace(asked, at=self.domain.now() - fault.by)
        if isinstance(fault, Overtaken) and fault.when is When.BEFORE_COMMIT:
            self._overtake(fault, asked)
        answer = call.answer(self.domain, asked)
        if isinstance(fault, Overtaken) and fault.when is When.AFTER_COMMIT:
            self._overtake(fault, asked)
        if call.writes:
            self.domain.store.write()
        return self._response(call, asked, request, place, answer)

    def _response(self, call: Call, asked: Asked, request: Request, place: str, answer: Answer) -> Response:
        base = base_of(self.domain.world, request)
        match answer:
            case Listed():
                page_of = bundle(self._pages, call, asked, request, place, answer, base)
                self._check_whole([element_at(one, "resource") for one in elements_at(page_of, "entry")])
                return _json(page_of)
            case Read(resource=resource):
                self._check_whole([resource])
                # Guess [etag-on-read]: the version stands in the header as well as in meta.
                return _json(resource, headers={"etag": etag(resource), "last-modified": _modified(resource)})
            case _:
                made = answer.resource
                # Documented [empty-media-types]: an empty answer is called text/html, that of a patient's patch JSON.
                kind = FHIR_JSON if (call.method, call.type) == ("PATCH", "Patient") else "text/html"
                headers = {"content-type": kind, "etag": etag(made), "last-modified": _modified(made)}
                if isinstance(answer, Created):
                    headers["location"] = f"{base}/{reference_to(made)}"
                return Response(status=201 if isinstance(answer, Created) else 200, headers=headers)

    def _check_whole(self, resources: Sequence[Resource]) -> None:
        """Nothing, when all can be shown. Documented [required-field-missing]. Raises: Refusal 500."""
        for one in resources:
            if reference_to(one) in self.domain.spoiled:
                place = [f"/f:{text_at(one, 'resourceType')}/f:status"]
                told = outcome_text("required", severity="fatal", location=place)
                raise documented("required-field-missing", 500, told)

    def _overtake(self, fault: Overtaken, asked: Asked) -> None:
        slots = [*elements_at(asked.body, "slot")]
        for one in asked.patch:
            if one.path == "/slot":
                slots += elements_at(one.value)
        visit = self.domain.store.get("Appointment", asked.id)
        people = [text_at(one, "actor", "reference") for one in elements_at(asked.body, "participant")]
        whose = patient_of(visit) if visit else id_in(people[0], "Patient") if people else ""
        other = fault.patient or self.front_desk.somebody_else(whose)
        for slot in slots:
            self.front_desk.overtake(patient=other, slot=id_in(text_at(slot, "reference"), "Slot"))

    def _refused(self, refusal: Refusal) -> Response:
        headers = {"x-simulator": f"{refusal.rule}; {refusal.known.value}"}
        if refusal.says.startswith('{"resourceType"'):
            headers["content-type"] = FHIR_JSON
        elif refusal.says:
            headers["content-type"] = "application/json" if refusal.says.startswith("{") else "text/plain"
        if refusal.status == 401:
            headers["www-authenticate"] = "Bearer"
        return Response(status=refusal.status, headers=headers, body=refusal.says)

    def _told(self, response: Response) -> Response:
        """Documented [request-ids]: each answer names itself, for support."""
        ids = {"x-request-id": str(uuid.uuid4()), "opc-request-id": uuid.uuid4().hex}
        headers = {"cache-control": "no-cache", "vary": "Origin", **ids, **response.headers}
        return Response(status=response.status, headers=headers, body=response.body)

    def _other_call(self, request: Request) -> str:
        if request.method == "POST" and request.path.startswith("/tenants/") and request.path.endswith("/token"):
            return TOKEN_CALL
        for name in (METADATA_CALL, SMART_CALL):
            method, _, path = name.partition(" ")
            if request.method == method and request.path.endswith(path):
                return name
        return ""

    def _hear(self, call: str, request: Request, status: int) -> None:
        body = request.body.decode("utf-8", "replace")
        self.heard.append(Heard(call=call, path=request.path, query=request.query, body=body, status=status))


def _modified(resource: Resource) -> str:
    return format_datetime(instant_of(text_at(resource, "meta", "lastUpdated")), usegmt=True)


def _json(value: Json, *, kind: str = FHIR_JSON, headers: Mapping[str, str] | None = None) -> Response:
    """Documented [media-types-wander]: JSON goes out as one of several media types."""
    return Response(status=200, headers={"content-type": kind, **(headers or {})}, body=json.dumps(value))
