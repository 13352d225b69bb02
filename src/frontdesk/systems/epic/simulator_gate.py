"""What a request must be before the hospital sees it: a path that is played, headers, names and a body it takes."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from frontdesk.standards.simulating.fhir_search import NotSearchable, Trouble, read_search
from frontdesk.standards.simulating.fhir_values import Json
from frontdesk.standards.simulating.http import Request, decoded
from frontdesk.standards.simulating.refusals import Refusal
from frontdesk.systems.epic.simulator_calls import Asked, Call, Surface
from frontdesk.systems.epic.simulator_errors import not_fhir, not_layer2
from frontdesk.systems.epic.simulator_hospital import World
from frontdesk.systems.epic.simulator_reading import Given, read

KINDS = ("application/json", "application/fhir+json", "application/json+fhir")
OF_HTTP = frozenset(
    ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding")
)
OF_EPIC = frozenset(("authorization", "content-type", "epic-client-id", "epic-user-id", "epic-user-idtype"))
"""Seen [headers]."""

PUBLISHED = (
    r"/oauth2/authorize",
    r"/api/FHIR/DSTU2/.*",
    r"/api/FHIR/(R4|STU3)/(Encounter|Slot|Schedule|Coverage|Practitioner|PractitionerRole|Location|Patient)(/.*)?",
    r"/api/FHIR/R4/DocumentReference/.*",
    r"/api/epic/2012/Scheduling/Provider/GETPROVIDERAVAILABILITY/Availability",
    r"/api/epic/2015/Common/Patient/GetPatientDemographics/Patient/Demographics",
    r"/api/epic/2011/.*",
)
"""Paths that are known and not played; they are refused as such, not as unknown."""

PUBLISHED_NAMES = ("own-name", "partner-name")
"""Parameters of a patient search that are known and not played."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The call a request is for, and the id in its path; "" where there is none."""

    call: Call
    id: str


def below(world: World, request: Request) -> str:
    """A request's path below host and instance; "" where it names another instance. Documented [base-url]."""
    before = f"/{world.instance}/"
    return request.path.removeprefix(before[:-1]) if request.path.startswith(before) else ""


def find(calls: Sequence[Call], world: World, request: Request) -> Found | None:
    """The call a request names; None when it names none."""
    path = below(world, request)
    for call in calls:
        matched = _pattern(call.surface.value + call.path).fullmatch(path)
        if matched and call.method == request.method:
            return Found(call=call, id=matched.group(1) if matched.groups() else "")
    return None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{id\}", r"([A-Za-z0-9.\-]{1,64})"))


def speaks_fhir(world: World, request: Request) -> bool:
    """Whether a request's answer, whatever it is, is FHIR."""
    return below(world, request).startswith("/api/FHIR/")


def refused(world: World, request: Request, rule: str, status: int, kind: str, explained: str) -> Refusal:
    """A refusal in the words of the surface that was asked."""
    if speaks_fhir(world, request):
        return not_fhir(rule, status, kind, explained)
    return not_layer2(rule, explained, status=status)


def check_headers(world: World, request: Request) -> None:
    """Nothing, when only known headers came. Raises: Refusal.

    Guess [prefer-is-welcome]: FHIR's own Prefer is taken and changes nothing.
    """
    for name in request.headers:
        if name in OF_HTTP | OF_EPIC or (name == "prefer" and speaks_fhir(world, request)):
            continue
        raise refused(world, request, "unknown-header", 400, "value", f"The header {name} is not known.")


def admit(found: Found, request: Request, world: World) -> Asked:
    """The call's values, when everything about it is known. Raises: Refusal otherwise."""
    call = found.call
    if call.surface is Surface.LAYER2:
        address = read(call.address, _query(request))
        given = Given()
        # Guess [body-may-be-empty]: where the ids stand in the query, nothing has to stand in the body.
        if call.body is not None and (request.body or not call.address):
            given = read(call.body, _body(request, world))
        elif call.body is None and request.body.strip() not in (b"", b"{}"):
            raise not_layer2("body-where-none-belongs", "This call takes its fields in the query.")
        return Asked(surface=call.surface, address=address, given=given)
    # Seen [empty-parameter-is-none]: a parameter without a value is as if it had not been sent.
    query = "&".join(one for one in request.query.split("&") if one.partition("=")[2])
    if any(one.partition("=")[0] in PUBLISHED_NAMES for one in query.split("&")):
        raise not_simulated(world, request)
    try:
        search = read_search(query, call.parameters)
    except NotSearchable as why:
        explained = f"{why.name}: {why.explained}"
        if why.trouble is Trouble.UNKNOWN:
            raise not_fhir("unknown-parameter", 400, "value", explained) from None
        raise not_fhir("value-does-not-fit-search", 400, "value", explained) from None
    resource = _body(request, world) if call.body is not None else {}
    if call.body is None and request.body:
        raise not_fhir("body-where-none-belongs", 400, "structure", "This call takes no body.")
    kind = call.path.strip("/").partition("/")[0]
    return Asked(surface=call.surface, resource_kind=kind, id=found.id, query=query, search=search, resource=resource)


def no_such_call(world: World, request: Request) -> Refusal:
    """Why a request that names no call is refused."""
    path = below(world, request)
    if re.fullmatch(r"/api/FHIR/(R4|STU3)/Appointment(/.*)?", path) and request.method in ("PUT", "PATCH", "POST"):
        return not_fhir("no-update-by-fhir", 405, "not-supported", "An Appointment is not changed by FHIR.")
    if any(re.fullmatch(pattern, path) for pattern in PUBLISHED):
        return not_simulated(world, request)
    return refused(world, request, "no-such-path", 404, "not-found", "There is nothing at this path.")


def not_simulated(world: World, request: Request) -> Refusal:
    """What is known but not played here; 501 is a status that Epic does not use."""
    return refused(world, request, "not-simulated", 501, "not-supported", "Known, but this simulator does not play it.")


def _query(request: Request) -> dict[str, object]:
    given: dict[str, object] = {}
    for part in request.query.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        try:
            key, said = decoded(name), decoded(value)
        except UnicodeDecodeError:
            raise not_layer2("value-does-not-fit", "A query is percent-encoded UTF-8.") from None
        if key in given:
            raise not_layer2("repeated-name", f"{key} is given twice.")
        given[key] = said
    return given


def _body(request: Request, world: World) -> dict[str, Json]:
    """A body of JSON. Documented [media]: application/fhir+json for FHIR, application/json for layer 2; Seen
    [plain-json-for-fhir]: a client sends FHIR as application/json, and it is taken."""
    if request.headers.get("content-type", "").partition(";")[0].strip() not in KINDS:
        raise refused(world, request, "not-json", 415, "structure", "A body is JSON.")
    try:
        sent: dict[str, Json] | None = json.loads(request.body, object_pairs_hook=_once)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise refused(world, request, "not-json", 400, "structure", "A body is one JSON object, no name twice.")
    return sent


def _once(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for name, value in pairs:
        if name in values:
            raise ValueError(f"{name} is given twice")
        values[name] = value
    return values
