"""What a request must be before the practice sees it: a known path, method, headers, query and secret."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.standards.simulating.http import Request, decoded
from frontdesk.standards.simulating.refusals import guess, seen
from frontdesk.systems.simplepractice.simulator_calls import Asked, Call, Door

OF_HTTP = frozenset(("host", "accept", "accept-encoding", "connection", "user-agent"))
OF_A_READER = frozenset(("if-none-match", "if-modified-since", "cache-control", "pragma"))
"""What readers of feeds send besides. Guess [no-validators]: none of it changes the answer."""

JSON_API = "application/vnd.api+json"
BUILD, VERSION, PLATFORM = "application-build-version", "api-version", "application-platform"
OF_THE_PORTAL = frozenset((VERSION, BUILD, PLATFORM))
"""Seen [portal-headers]: all three, and Accept, are sent by whoever was answered."""

KNOWN_PAGES = ("/", "/request/service", "/contact-widget", "/sign-in", "/sign-in/token")
OF_THE_CLIENT = frozenset(
    (
        "environment",
        "clients",
        "appointments",
        "billing-items",
        "document-requests",
        "documents",
        "announcements",
        "sign-in-tokens",
        "sessions",
    )
)
"""Calls of the client's own portal. They are the client's login, never the practice's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The call a request is for, and the id in its path; "" where there is none."""

    call: Call
    id: str


def find(calls: Sequence[Call], request: Request) -> Found | None:
    """The call a request names; None when it names none."""
    for call in calls:
        matched = re.fullmatch(re.sub(r"\{\w+\}", r"([A-Za-z0-9_-]{1,128})", call.path), request.path)
        if matched:
            return Found(call=call, id=matched.group(1) if matched.groups() else "")
    return None


def admit(found: Found | None, request: Request, *, at: datetime) -> Asked:
    """The call's values, when everything about it is known. Raises: Refusal otherwise."""
    if found is None:
        raise _no_such_call(request)
    if request.method != "GET":
        raise guess("read-only", 405, f"{found.call.path} is only read, by GET.")
    if request.body:
        raise guess("body-where-none-belongs", 400, "A read takes no body.")
    if found.call.door is Door.FEED:
        _only(request.headers, OF_HTTP | OF_A_READER)
    else:
        _check_portal_headers(request.headers)
    return Asked(id=found.id, query=_query(found.call, request.query), at=at)


def _only(headers: Mapping[str, str], known: frozenset[str]) -> None:
    for name in headers:
        if name not in known:
            raise guess("unknown-header", 400, f"The header {name} is not known here.")


def _check_portal_headers(headers: Mapping[str, str]) -> None:
    _only(headers, OF_HTTP | OF_THE_PORTAL)
    if BUILD not in headers:
        raise seen("build-version-missing", 400, "Application build version is missing")
    # Guess [other-portal-headers]: what answers where another header is missing or holds something else.
    if headers.get("accept") != JSON_API:
        raise guess("other-portal-headers", 400, f"Accept must be {JSON_API}")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", headers.get(VERSION, "")):
        raise guess("other-portal-headers", 400, "Api-Version must be a day, like 2019-01-17")
    if headers.get(PLATFORM) != "web":
        raise guess("other-portal-headers", 400, "Application-Platform must be web")


def _query(call: Call, query: str) -> Mapping[str, int]:
    values: dict[str, int] = {}
    for name, value in _pairs(query):
        if name not in call.query:
            raise guess("unknown-parameter", 400, f"{name} is no parameter of {call.path}")
        if name in values:
            raise guess("repeated-parameter", 400, f"{name} is given twice")
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise guess("value-of-wrong-kind", 400, f"{name} must be a whole number")
        values[name] = int(value)
    return values


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        yield decoded(name), decoded(value)


def _no_such_call(request: Request) -> Exception:
    first = request.path.removeprefix(Door.PORTAL.value).partition("/")[0]
    if request.path.startswith(Door.PORTAL.value) and first in OF_THE_CLIENT:
        return guess("not-simulated", 501, f"/{first} is the client's own portal, which this simulator does not play.")
    if request.path.startswith(Door.PORTAL.value):
        return seen("shell-for-any-path", 200, "The portal")
    if request.path in KNOWN_PAGES or re.fullmatch(r"/appointments/\d+", request.path):
        return guess("not-simulated", 501, f"{request.path} is a page for people, which this simulator does not play.")
    return guess("no-such-path", 404, "The page you were looking for doesn't exist.")
