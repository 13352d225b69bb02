"""What a request must be before the office sees it: a published path, method, headers, key, permission and fields."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from frontdesk.standards.simulating.http import Request, decoded
from frontdesk.standards.simulating.refusals import documented, guess, seen
from frontdesk.systems.opendental.simulator_calls import Asked, Call
from frontdesk.systems.opendental.simulator_office import Office
from frontdesk.systems.opendental.simulator_reading import Given, Place, reached, read
from frontdesk.systems.opendental.simulator_rows import Scalar

BASE = "/api/v1"
"""Documented [base-path]."""

SCHEME = "ODFHIR"
LARGEST_BODY = 16_800_000

PUBLISHED = (
    *("employees", "procedurecodes", "fees", "feescheds", "asapcomms", "recalls", "familymodules", "queries"),
    *("patfields", "patfielddefs", "apptfields", "chartmodules", "tasks"),
    *("sheets", "sheetfields", "apikeys"),
)
"""Resources the facts name and the simulator does not play; they are refused as such, not as unknown."""

PUBLISHED_CALLS = (
    *("appointments/SlotsWebSched", "appointments/WebSched", "appointments/Planned", "appointments/SchedulePlanned"),
    *("documents/UploadSftp", "documents/SetByUrl"),
)
PUBLISHED_NAMES = {
    "*": ("DateFormatString", "DateTimeFormatString"),
    "/patients": ("SubscriberId", "SiteNum", "Country", "invoiceNumber", "clinicAbbr"),
    "/patients/Simple": ("EmployerNum", "FeeSched"),
}
OF_HTTP = frozenset(
    ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding")
)
"""Headers that any HTTP client sends. What they say is for the connection, not for Open Dental."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The call a request is for, and the number in its path; 0 where there is none."""

    call: Call
    number: int


def find(calls: Sequence[Call], request: Request) -> Found | None:
    """The call a request names; None when it names none. A path's own words go before a number in their place."""
    path = request.path.removeprefix(BASE)
    for call in sorted(calls, key=lambda one: "{" in one.path):
        matched = _pattern(call.path).fullmatch(path)
        if matched and call.method == request.method and request.path.startswith(f"{BASE}/"):
            return Found(call=call, number=int(matched.group(1)) if matched.groups() else 0)
    return None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", r"([0-9]{1,18})", path))


def admit(calls: Sequence[Call], found: Found | None, request: Request, office: Office, *, key_enabled: bool) -> Asked:
    """The call's values, when everything about it is published and allowed. Raises: Refusal otherwise."""
    _check_headers(request.headers)
    key = _check_key(request.headers.get("authorization", ""), office, key_enabled=key_enabled)
    if found is None:
        raise _no_such_call(calls, request)
    call = found.call
    if call.permission not in office.world.permissions:
        raise documented("permission-missing", 401, f"The key lacks the API permission {call.permission.value}.")
    version = office.world.version
    if not reached(version, call.since):
        raise documented("version-of-method", 400, f"This method requires Open Dental version {call.since}.")
    query = read(call.query, _query(call, request.query), Place.QUERY, version=version)
    body = read(call.body or {}, _body(call, request), Place.BODY, version=version)
    return Asked(number=found.number, query=query, body=body, key=key)


def page_of(rows: Sequence[object], query: Given, *, largest: int) -> Sequence[object]:
    """The rows of one page. Documented [paging]. Guess [limit-is-capped]: a Limit above the hard limit is that."""
    start = query.number("Offset") or 0
    limit = query.number("Limit")
    return rows[start : start + min(largest, largest if limit is None else limit)]


def _check_headers(headers: Mapping[str, str]) -> None:
    for name in headers:
        if name not in OF_HTTP and name not in ("authorization", "content-type"):
            raise guess("unknown-header", 400, f"The header {name} is not part of this API.")
    if headers.get("content-type") != "application/json":
        raise documented("content-type", 400, 'A Content-Type header of "application/json" is required.')


def _check_key(given: str, office: Office, *, key_enabled: bool) -> str:
    """The Customer Key. Documented [key-pair]: both keys on every call, and nothing else signs a call in.

    Documented [key-switched-off]: a key lasts until the office or the developer switches it off.
    """
    known = f"{SCHEME} {office.world.developer_key}/{office.world.customer_key}"
    if given != known or not key_enabled:
        raise documented("key-pair", 401, "Either the Customer or Developer key is invalid or has been disabled.")
    return office.world.customer_key


def _no_such_call(calls: Sequence[Call], request: Request) -> Exception:
    path = request.path.removeprefix(f"{BASE}/")
    resource = path.partition("/")[0]
    if not request.path.startswith(f"{BASE}/"):
        return documented("no-such-path", 404, "The specified API resource does not exist.")
    if resource in PUBLISHED or path in PUBLISHED_CALLS:
        return guess("not-simulated", 501, f"{resource} is published, but this simulator does not play it.")
    others = [call.method for call in calls if re.fullmatch(re.sub(r"\{\w+\}", r"\\d+", call.path[1:]), path)]
    if others:
        return guess("no-such-method", 404, f"{resource} has {', '.join(sorted(set(others)))} here, nothing else.")
    if any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", call.path[1:]), path) for call in calls):
        return documented("number-in-path", 400, "The number in the URL is not a number.")
    return documented("no-such-path", 404, "The specified API resource does not exist.")


def _query(call: Call, query: str) -> Mapping[str, object]:
    values: dict[str, object] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name = decoded(name)
        if name in values:
            raise guess("repeated-name", 400, f"{name} is given twice.")
        if name in (*PUBLISHED_NAMES["*"], *PUBLISHED_NAMES.get(call.path, ())) and call.method == "GET":
            raise guess("not-simulated", 501, f"{name} is published, but this simulator does not play it.")
        # Seen [no-stamp-in-search]: the patient search answers 400 to a DateTStamp.
        if call.path == "/patients" and name == "DateTStamp":
            raise seen("no-stamp-in-search", 400, "DateTStamp is not a valid parameter; use patients/Simple.")
        values[name] = decoded(value)
    return values


def _body(call: Call, request: Request) -> Mapping[str, object]:
    if call.body is None:
        if request.body:
            raise guess("body-where-none-belongs", 400, "This method takes no body.")
        return {}
    if len(request.body) > LARGEST_BODY:
        raise documented("body-size", 400, "The body is longer than 16.8M characters.")
    try:
        sent: object = json.loads(request.body, object_pairs_hook=_once)
    except ValueError:
        raise guess("body-not-json", 400, "The body is not valid JSON.") from None
    if not isinstance(sent, dict):
        raise guess("body-not-json", 400, "The body is not a JSON object.")
    return sent


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in pairs:
        if name in values:
            raise guess("repeated-name", 400, f"{name} is given twice.")
        values[name] = value
    return values


def as_sent(value: Mapping[str, Scalar] | Sequence[object]) -> str:
    """Rows as JSON. Documented [carriage-returns]: line ends inside a text go out as spaces."""
    return json.dumps(value).replace("\\r\\n", " ")
