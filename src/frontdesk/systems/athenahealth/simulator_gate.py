"""What a request must be before the practice sees it: a published path, token, headers, practice and fields."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from frontdesk.standards.simulating.http import Request
from frontdesk.standards.simulating.refusals import Refusal, guess, seen
from frontdesk.systems.athenahealth.simulator_calls import Asked, Call, Surface
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, not_permitted, not_valid, says
from frontdesk.systems.athenahealth.simulator_practice import Practice
from frontdesk.systems.athenahealth.simulator_reading import gathered, read
from frontdesk.systems.athenahealth.simulator_tokens import form_of

FORM = "application/x-www-form-urlencoded"
JSON = ("application/json", "application/fhir+json")
OF_HTTP = frozenset(
    ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding")
)
"""Headers that any HTTP client sends. What they say is for the connection, not for athenaOne."""

PUBLISHED = (
    r"/appointments/(expedited|[0-9]+/healthhistoryforms/[0-9]+)",
    r"/patients/(search|changed(/.*)?|[0-9]+/(privacyinformationverified|insurances/[0-9]+/image|documents(/clinicaldocument)?))",
    r"/(providers|documents/patientcase)/changed(/.*)?",
    r"/(misc|chart/configuration)/patientlocations",
    r"/oauth2/v1/(authorize|revoke|introspect|keys)",
    r"/fhir/r4/(?!Subscription).*",
)
"""Paths the facts name and the simulator does not play; they are refused as such, not as unknown."""

PUBLISHED_NAMES = {
    "GET /departments": ("hospitalonly",),
    "GET /providers": ("providertype", "showusualdepartmentguessthreshold"),
    "GET /patients": (
        *("ssn", "upcomingappointmenthours", "appointmentdepartmentid", "appointmentproviderid"),
        *("guarantorfirstname", "guarantormiddlename", "guarantorlastname", "guarantorsuffix"),
    ),
    "GET /patients/enhancedbestmatch": ("ssn", "guarantoremail", "guarantorphone", "usesoundexsearch"),
    "GET /patients/{patientid}": ("showportalstatus", "showallpatientdepartmentstatus", "showlocalpatientid"),
    "GET /appointments/{appointmentid}": ("showtelehealth", "showexpectedprocedurecodes"),
    "GET /patients/{patientid}/appointments": ("showtelehealth", "sortorder"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The call a request is for, the practice it names ("" where none), and what stands in its path."""

    call: Call
    practice: str
    ids: tuple[str, ...]


def find(calls: Sequence[Call], request: Request) -> Found | None:
    """The call a request names; None when it names none. A path's own words go before a number in their place."""
    practice, path = _below(request.path)
    for call in sorted(calls, key=lambda one: one.path.count("{")):
        matched = _pattern(call.surface, call.path).fullmatch(path)
        if matched and call.method == request.method and bool(practice) == (call.surface is Surface.REST):
            return Found(call=call, practice=practice, ids=matched.groups())
    return None


@cache
def _pattern(surface: Surface, path: str) -> re.Pattern[str]:
    full = path if surface is Surface.REST else f"{surface.value}{path}"
    return re.compile(re.sub(r"\{\w+\}", "([0-9a-f-]{36})" if surface is Surface.FHIR else "([0-9]{1,12})", full))


def check_headers(headers: Mapping[str, str], surface: Surface) -> None:
    """Nothing, when only published headers came. Raises: Refusal for another, and for an X-Request-Id that is no UUID.

    Documented [request-id]: a UUID that the caller sets, for tracing.
    """
    known = OF_HTTP | {"authorization", "content-type", "x-request-id"}
    for name in headers:
        if name not in known and not (surface is Surface.FHIR and name == "x-hub-secret"):
            raise guess("unknown-header", 400, says(NOT_VALID, detailedmessage=f"The header {name} is not known."))
    try:
        uuid.UUID(headers.get("x-request-id", str(uuid.UUID(int=0))))
    except ValueError:
        raise guess("request-id-is-a-uuid", 400, says(NOT_VALID, detailedmessage="X-Request-Id: no UUID")) from None


def admit(found: Found, request: Request, practice: Practice) -> Asked:
    """The call's values, when everything about it is published and allowed. Raises: Refusal otherwise."""
    call = found.call
    # Seen [practice-one]: /v1/1/practiceinfo lists the practices of an app.
    allowed = {str(practice.world.practice_id), *(("1",) if call.path == "/practiceinfo" else ())}
    if call.surface is Surface.REST and found.practice not in allowed:
        explained = "The practice ID does not exist."
        raise seen("invalid-practice", 404, says("Invalid practice.", detailedmessage=explained))
    if call.rollout is not None and call.rollout not in practice.world.rolled_out:
        raise not_permitted("permissioned-rollout")
    if call.surface is Surface.FHIR:
        return Asked(ids=found.ids, body=_json(call, request), secret=request.headers.get("x-hub-secret", ""))
    sent = gathered([*_query(call, request), *_form(call, request)])
    for name in sent:
        if name in PUBLISHED_NAMES.get(call.name, ()):
            raise not_simulated(name)
    given = read(call.fields, sent)
    if given.number("limit") > call.largest or given.number("limit") < 0 or given.number("offset") < 0:
        raise guess("limit-above-largest", 400, says(NOT_VALID, detailedmessage=f"limit is {call.largest} at most."))
    return Asked(ids=found.ids, given=given)


def no_such_call(request: Request) -> Refusal:
    """Why a request that names no call is refused. The gateway knows paths, and answers in plain text."""
    _, path = _below(request.path)
    if any(re.fullmatch(pattern, path) for pattern in PUBLISHED):
        return not_simulated(path)
    return seen("no-such-path", 404, "Service not registered with API gateway.")


def not_simulated(what: str) -> Refusal:
    """What is published but not played here; 501 is a status athenaOne does not use."""
    return guess("not-simulated", 501, says(f"{what} is published, but this simulator does not play it."))


def page_of(call: Call, asked: Asked, request: Request, plural: str, rows: Sequence[object]) -> dict[str, object]:
    """One page of a list. Documented [paging]: `totalcount` counts all; `next` and `previous` are relative addresses.

    Guess [links-carry-the-query]: they hold the path and every other parameter too.
    """
    limit = asked.given.number("limit") or call.usual
    offset = asked.given.number("offset")
    page: dict[str, object] = {"totalcount": len(rows), plural: list(rows[offset : offset + limit])}
    if offset + limit < len(rows):
        page["next"] = _link(request, limit, offset + limit)
    if offset > 0:
        page["previous"] = _link(request, limit, max(0, offset - limit))
    return page


def _link(request: Request, limit: int, offset: int) -> str:
    others = [part for part in request.query.split("&") if part and part.partition("=")[0] not in ("limit", "offset")]
    return f"{request.path}?{'&'.join([*others, f'limit={limit}', f'offset={offset}'])}"


def _below(path: str) -> tuple[str, str]:
    """The practice a path names, and what comes after it."""
    matched = re.fullmatch(r"/v1/([0-9]{1,12})(/.*)", path)
    return (matched.group(1), matched.group(2)) if matched else ("", path)


def _query(call: Call, request: Request) -> list[tuple[str, str]]:
    """What stands in the address. Seen [put-by-query]: a PUT may carry its fields there; a POST may not."""
    try:
        pairs = form_of(request.query)
    except UnicodeDecodeError:
        raise not_valid("query", "parameters are percent-encoded UTF-8") from None
    if pairs and call.method in ("POST", "DELETE"):
        raise guess("no-query-on-post", 400, says(NOT_VALID, detailedmessage="The fields of a POST are a form."))
    return pairs


def _form(call: Call, request: Request) -> list[tuple[str, str]]:
    """What stands in the body. Documented [form-bodies]."""
    if not request.body:
        return []
    kind = request.headers.get("content-type", "").partition(";")[0]
    if call.method in ("GET", "DELETE"):
        raise guess("body-where-none-belongs", 400, says(NOT_VALID, detailedmessage="This call takes no body."))
    if kind == "multipart/form-data" and call.path.endswith("/documents/admin"):
        raise not_simulated("multipart/form-data")
    if kind != FORM:
        raise guess("not-a-form", 415, says(NOT_VALID, detailedmessage=f"A body is {FORM}."))
    try:
        return form_of(request.body.decode("ascii"))
    except UnicodeDecodeError:
        raise not_valid("body", "a form is percent-encoded UTF-8") from None


def _json(call: Call, request: Request) -> Mapping[str, object]:
    if request.query:
        raise guess("no-query-on-post", 400, says(NOT_VALID, detailedmessage="Subscriptions take no parameters."))
    if call.method != "POST":
        return {}
    if request.headers.get("content-type", "").partition(";")[0] not in JSON:
        raise guess("not-json", 415, says(NOT_VALID, detailedmessage="A Subscription is JSON."))
    try:
        sent: object = json.loads(request.body, object_pairs_hook=_once)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise guess("not-json", 400, says(NOT_VALID, detailedmessage="A Subscription is one JSON object."))
    return sent


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in pairs:
        if name in values:
            raise guess("repeated-name", 400, says(NOT_VALID, detailedmessage=f"{name} is given twice."))
        values[name] = value
    return values
