"""What a request must be before the site sees it: a published path, method, headers, key, site, token and fields."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from frontdesk.standards.simulating.http import Request, decoded
from frontdesk.systems.mindbody.simulator_calls import Api, Asked, Call, Token
from frontdesk.systems.mindbody.simulator_reading import Given, read_body, read_query
from frontdesk.systems.mindbody.simulator_refusals import Code, WebhookCode, documented, guess, seen, verbatim
from frontdesk.systems.mindbody.simulator_rows import Row
from frontdesk.systems.mindbody.simulator_site import SANDBOX, Permission, Site
from frontdesk.systems.mindbody.simulator_tokens import login_of, signed_in

SANDBOX_QUOTA = 1000
"""Seen [sandbox-quota]: calls a day of one key; live there is none, calls beyond it are paid for."""

PUBLISHED = (
    *("/class/", "/enrollment/", "/payroll/", "/pickaspot/", "/sale/", "/crosssite/", "/appointment/", "/client/"),
    *("/site/", "/staff/", "/usertoken/"),
)
"""What the vendor's paths begin with. One that is not played here is refused as such, not as unknown."""

SKIP = "x-requestdeduplication-skip"
OF_HTTP = frozenset(
    ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding")
)
OF_THE_API = frozenset(("api-key", "siteid", "authorization", "content-type", SKIP))
"""Documented [headers]. The last is on the vendor's Swagger page alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The call a request is for, and the id in its path; "" where there is none."""

    call: Call
    id: str


def find(calls: Sequence[Call], request: Request) -> Found | None:
    """The call a request names; None when it names none."""
    for call in calls:
        for base in call.api.value:
            matched = _pattern(base, call.path).fullmatch(request.path)
            if matched and call.method == request.method:
                return Found(call=call, id=matched.group(1) if matched.groups() else "")
    return None


@cache
def _pattern(base: str, path: str) -> re.Pattern[str]:
    return re.compile(base + re.sub(r"\{\w+\}", r"([0-9a-fA-F-]{1,64})", path))


def api_of(request: Request) -> Api:
    """Which API's manners a request is answered with: the Webhooks API's below its addresses, else the Public API's."""
    return Api.WEBHOOKS if request.path.startswith(Api.WEBHOOKS.value) else Api.PUBLIC


def admit(calls: Sequence[Call], found: Found | None, request: Request, site: Site, *, key_enabled: bool) -> Asked:
    """The call's values, when everything about it is published and allowed. Raises: Declined otherwise."""
    _check_headers(request)
    api = api_of(request)
    _check_key(request, api, site, key_enabled=key_enabled)
    if api is Api.PUBLIC:
        _check_site(request, site)
        _check_quota(site)
    if found is None:
        raise _no_such_call(calls, request)
    call = found.call
    token = None if api is Api.WEBHOOKS else _check_token(call, request, site)
    query = read_query(call.query, list(_pairs(request.query)), site.world.zone)
    body = read_body(call.body, _body(request), site.world.zone) if call.body is not None else _no_body(request)
    return Asked(id=found.id, query=query, body=body, token=token)


def _check_headers(request: Request) -> None:
    for name in request.headers:
        if name not in OF_HTTP and name not in OF_THE_API:
            raise guess("unknown-header", 400, f"The header {name} is not part of this API.")
    given = request.headers.get("content-type", "")
    # Documented [content-type]. Guess [content-type-of-a-get]: without a body none is needed; a charset is let pass.
    if (given or request.body) and given.partition(";")[0].strip().lower() != "application/json":
        raise documented("content-type", 400, "Content-Type must be application/json.")
    if request.headers.get(SKIP, "true") != "true":
        raise guess("unknown-header", 400, f"{SKIP} must be true.")


def _check_key(request: Request, api: Api, site: Site, *, key_enabled: bool) -> None:
    """Nothing, for the developer's key. Guess [key-refused]: the code and the status for another."""
    given = request.headers.get("api-key", "")
    if api is Api.WEBHOOKS:
        if not given:
            says = "An API-Key Header was expected in the request but was not provided."
            raise verbatim("webhook-key-missing", WebhookCode.MISSING_KEY, says)
        if given != site.world.api_key or not key_enabled:
            raise guess("webhook-key-refused", WebhookCode.FORBIDDEN, "The API key may not use this API.")
    elif given != site.world.api_key or not key_enabled:
        raise guess("key-refused", Code.INVALID_SOURCE_CREDENTIALS, "The source credentials are not valid.")


def _check_site(request: Request, site: Site) -> None:
    """Nothing, for the site that is activated. Documented [site-header]. Guess [site-refused]: another's code."""
    given = request.headers.get("siteid", "")
    if not re.fullmatch(r"-?[0-9]{1,18}", given):
        raise documented("site-header", Code.INVALID_SITE_ID, "A valid SiteId header is required.")
    if int(given) != site.world.site:
        raise guess("site-refused", Code.DENIED_ACCESS, f"Site {given} has not activated this integration.")


def _check_quota(site: Site) -> None:
    if site.count_call() > SANDBOX_QUOTA and site.world.site == SANDBOX:
        raise seen("sandbox-quota", Code.TOO_MANY_REQUESTS, "The daily limit of calls has been reached.")


def _check_token(call: Call, request: Request, site: Site) -> Row | None:
    """The token's row. Seen [no-token]: 401 without one. Guess [permission-missing]: the code and the status."""
    token = signed_in(site, request.headers.get("authorization", ""))
    if token is None:
        if call.token is Token.NEEDED:
            raise seen("no-token", 401, "A user token is required.")
        return None
    missing = call.needs - login_of(site, token).permissions
    if missing:
        names = ", ".join(sorted(one.value for one in missing))
        raise guess("permission-missing", Code.DENIED_ACCESS, f"The staff member lacks the permission to {names}.")
    return token


def may(site: Site, token: Row | None, permission: Permission) -> bool:
    """Whether whoever signed in may do something."""
    return token is not None and permission in login_of(site, token).permissions


def _no_such_call(calls: Sequence[Call], request: Request) -> Exception:
    api = api_of(request)
    path = next((request.path.removeprefix(base) for base in api.value if request.path.startswith(base + "/")), "")
    others = [call.method for call in calls if call.api is api and _fits(call, path)]
    if others:
        why: WebhookCode | int = WebhookCode.NOT_FOUND if api is Api.WEBHOOKS else 405
        return guess("no-such-method", why, f"{path} takes {', '.join(others)}.")
    if api is Api.WEBHOOKS:
        if path == "/metrics":
            return guess("not-simulated", 501, "The metrics are published, but this simulator does not play them.")
        return seen("webhook-no-such-path", WebhookCode.NOT_FOUND, "There is nothing at this address.")
    if path.startswith(PUBLISHED):
        return guess("not-simulated", 501, f"{path} is no published path, or none that this simulator plays.")
    return guess("no-such-path", 404, f"No HTTP resource was found that matches {request.path}.")


def _fits(call: Call, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", call.path), path) is not None


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        yield decoded(name), decoded(value)


def _no_body(request: Request) -> Given:
    if request.body:
        raise guess("body-where-none-belongs", Code.INVALID_PARAMETER, "This endpoint takes no body.")
    return Given()


def _body(request: Request) -> Mapping[str, object]:
    try:
        sent: object = json.loads(request.body, object_pairs_hook=_once)
    except ValueError:
        raise guess("body-not-json", Code.INVALID_PARAMETER, "The body is not valid JSON.") from None
    if not isinstance(sent, dict):
        raise guess("body-not-json", Code.INVALID_PARAMETER, "The body is not a JSON object.")
    return sent


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in pairs:
        if name in values:
            raise guess("repeated-name", Code.INVALID_PARAMETER, f"{name} is given twice.")
        values[name] = value
    return values
