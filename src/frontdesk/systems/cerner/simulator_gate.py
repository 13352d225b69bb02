"""What a request must be before the domain sees it: a published path, headers, a token, scopes, parameters, a body."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.fhir_patch import NotApplied, read_patch
from frontdesk.standards.simulating.fhir_search import NotSearchable, Trouble, read_search
from frontdesk.standards.simulating.fhir_store import matches
from frontdesk.standards.simulating.fhir_tokens import permits
from frontdesk.standards.simulating.fhir_values import Json, Resource
from frontdesk.standards.simulating.http import Request
from frontdesk.standards.simulating.refusals import Refusal, documented, guess, seen, verbatim
from frontdesk.systems.cerner.simulator_calls import Asked, Call
from frontdesk.systems.cerner.simulator_domain import Domain

FHIR_JSON, PATCH_JSON, FORM = (
    "application/fhir+json",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
)
JSON_TYPES = frozenset({FHIR_JSON, "application/json+fhir", "application/json"})
OF_HTTP = frozenset(
    ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding")
)
"""Headers that any HTTP client sends. What they say is for the connection, but for Accept."""

KNOWN = OF_HTTP | {"authorization", "content-type", "if-match", "x-http-method-override", "prefer"}
OVERRIDE = re.compile(r"_method=(patch)", re.IGNORECASE)
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
PUBLISHED = ("Encounter", "QuestionnaireResponse", "Organization", "DocumentReference", "RelatedPerson", "Person")
"""Types the vendor publishes and the simulator does not play; they are refused as such, not as unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The tenant a request names ("" where none), and the call it is for, with the id in its path."""

    tenant: str
    call: Call | None = None
    id: str = ""
    path: str = ""


def overridden(request: Request) -> Request:
    """The request as it is meant. Documented [method-override]: PATCH may come as POST with `_method` or a header."""
    if request.method != "POST":
        return request
    named = OVERRIDE.fullmatch(request.query)
    by_header = request.headers.get("x-http-method-override", "").lower() == "patch"
    if not named and not by_header:
        return request
    return Request(
        method="PATCH",
        path=request.path,
        query="" if named else request.query,
        headers=request.headers,
        body=request.body,
    )


def find(calls: Sequence[Call], request: Request) -> Found:
    """The call a request names."""
    matched = re.fullmatch(r"/r4/([0-9A-Za-z-]{1,64})(/.*)", request.path)
    if matched is None:
        return Found(tenant="")
    tenant, path = matched.groups()
    kind, _, id = path.removeprefix("/").partition("/")
    for call in calls:
        fits = (call.method, call.type, call.single) == (request.method, kind, bool(id))
        if fits and (not id or ID.fullmatch(id)):
            return Found(tenant=tenant, call=call, id=id, path=path)
    return Found(tenant=tenant, path=path)


def check_tenant(domain: Domain, tenant: str) -> None:
    """Nothing, for the domain's own tenant while the hospital lets the app in. Raises: Refusal 403."""
    if tenant != domain.world.tenant or not domain.world.enabled:
        raise verbatim("unknown-tenant", 403, "Tenant not valid or accessible")


def check_headers(request: Request) -> None:
    """Nothing, when only published headers came, and JSON is wanted. Raises: Refusal."""
    headers = request.headers
    if "x-http-method-override" in headers and request.method != "PATCH":
        raise guess("override-is-patch", 400, "X-HTTP-Method-Override turns a POST into a PATCH, and nothing else")
    if "if-none-exist" in headers:
        raise seen("no-conditional-create", 400, "If-None-Exist is not supported")
    for name in headers:
        if name not in KNOWN:
            raise guess("unknown-header", 400, f"The header {name} is not known")
    # Guess [strict-is-welcome]: FHIR's own Prefer: handling=strict is taken, and changes nothing.
    if headers.get("prefer", "handling=strict") != "handling=strict":
        raise guess("unknown-header", 400, "Prefer is not supported")
    wanted = {one.partition(";")[0].strip() for one in headers.get("accept", "").split(",")}
    if not wanted & JSON_TYPES:
        # Guess [accept-names-json]: an Accept that names no type, or any, is no wish for JSON.
        raise documented("json-only", 406, "")


def no_such_call(calls: Sequence[Call], request: Request, path: str) -> Refusal:
    """Why a path is none: published and not played, another method, or nothing at all."""
    kind, _, id = path.removeprefix("/").partition("/")
    if id and not ID.fullmatch(id):
        return documented("not-found", 404, "")
    if any(call.type == kind for call in calls) and not (kind == "DocumentReference" and request.method == "GET"):
        # Documented [no-put]: PUT is not offered; the status is a guess.
        return guess("method-not-offered", 405, outcome_text("not-supported", f"{request.method} is not offered"))
    if kind in PUBLISHED:
        return guess("not-simulated", 501, f"{kind} is published, and not simulated")
    return documented("not-found", 404, "")


def admit(found: Found, call: Call, request: Request, domain: Domain, scopes: frozenset[str]) -> Asked:
    """The call's values, when everything about it is published and allowed. Raises: Refusal otherwise."""
    if not permits(scopes, call.type, call.letter):
        word = "write" if call.writes else "read"
        raise documented("scope-missing", 403, f"system/{call.type}.{word} is needed")
    if call.method == "GET":
        if request.body or "if-match" in request.headers:
            raise guess("body-where-none-belongs", 400, "A GET has neither a body nor If-Match")
        return _reading(found, call, request, scopes)
    if request.query:
        raise guess("no-query-on-writes", 400, "A write takes no parameters")
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != (PATCH_JSON if call.method == "PATCH" else FHIR_JSON):
        raise guess("content-type", 415, f"{kind} is not taken here")
    if call.method == "PATCH":
        return _patching(found, call, request, domain, scopes)
    if "if-match" in request.headers:
        raise guess("no-version-on-create", 400, "A create has no If-Match")
    return Asked(body=_json(request.body), scopes=scopes)


def unreadable(wrong: NotSearchable) -> Refusal:
    """Documented [bad-parameter]: 400, in plain text; which text is not published.

    Guess [unknown-parameter]: one that the search does not know is refused too; whether it is ignored is not published.
    """
    if wrong.trouble is Trouble.UNKNOWN:
        return guess("unknown-parameter", 400, f"{wrong.name}: {wrong.explained}")
    return documented("bad-parameter", 400, f"{wrong.name}: {wrong.explained}")


def _reading(found: Found, call: Call, request: Request, scopes: frozenset[str]) -> Asked:
    try:
        search = read_search(request.query, call.parameters)
    except NotSearchable as wrong:
        raise unreadable(wrong) from None
    return Asked(id=found.id, search=search, scopes=scopes)


def _patching(found: Found, call: Call, request: Request, domain: Domain, scopes: frozenset[str]) -> Asked:
    held = domain.get(call.type, found.id)
    sent = request.headers.get("if-match", "")
    if not sent:
        raise documented("if-match-needed", 412, "")
    if f"{call.type}/{found.id}" in domain.locked:
        raise documented("locked", 423, "")
    if not matches(sent, held):
        raise documented("wrong-version", 409, "")
    try:
        patch = read_patch(request.body)
    except NotApplied as wrong:
        raise guess("not-a-patch", 400, outcome_text("structure", wrong.explained)) from None
    return Asked(id=found.id, patch=patch, if_match=sent, scopes=scopes)


def _json(body: bytes) -> Resource:
    try:
        sent: Json = json.loads(body, object_pairs_hook=_once)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise guess("not-json", 400, outcome_text("structure", "the body is one JSON object"))
    return sent


def _once(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for name, value in pairs:
        if name in values:
            raise guess("not-json", 400, outcome_text("structure", f"{name} is given twice"))
        values[name] = value
    return values
