"""What stands before the schema: paths, headers, keys and tokens, the body's form, and the bucket of points."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from frontdesk.standards.simulating.http import Request
from frontdesk.systems.boulevard.simulator_business import Business
from frontdesk.systems.boulevard.simulator_calls import Api
from frontdesk.systems.boulevard.simulator_refusals import Code, Declined, documented, guess, seen

VERSION = "/api/2020-01"
ADMIN_PATH = f"{VERSION}/admin"
PUBLISHED = {"authorization", "content-type", "book-sdk-version"}
"""Documented [headers]. Book-SDK-Version says what the official SDK is, and does nothing."""

OF_HTTP = {
    *("accept", "accept-encoding", "accept-language", "connection", "content-length", "host", "user-agent"),
    *("traceparent", "tracestate", "via", "x-forwarded-for", "x-forwarded-proto"),
}
BUCKET, REFILL = 10_000, 50
MAC = 44
"""How long an HMAC-SHA256 is in base64."""


@dataclass(kw_only=True, slots=True)
class Bucket:
    """Points left, as of an instant. Seen [leaky-bucket]: 10,000 of them, 50 come back every second."""

    left: float = BUCKET
    at: datetime

    def take(self, cost: int, now: datetime) -> None:
        """Pay for a query. Seen [api-limit]: its message says `API limit` and how many ms to wait. Raises: Declined.

        Guess [limit-with-200]: the status stays 200, as for other errors.
        """
        self.left = min(BUCKET, self.left + REFILL * (now - self.at).total_seconds())
        self.at = now
        if cost > self.left:
            raise too_many(ceil(1000 * (cost - self.left) / REFILL))
        self.left -= cost


def too_many(milliseconds: int, *, status: int = 200) -> Declined:
    """The refusal of a caller who asks too much. Seen [too-many-requests]: 429 occurs as well, without Retry-After."""
    says = f"API limit exceeded, please wait {milliseconds}ms"
    if status == 200:
        return seen("api-limit", Code.NONE, says)
    return seen("too-many-requests", Code.NONE, says, status=status)


def api_of(request: Request, business: Business) -> Api:
    """Which API a request is for. Documented [paths]: the Client API's has the business in it. Raises: Declined."""
    if request.path not in (ADMIN_PATH, f"{VERSION}/{business.world.id}/client"):
        raise guess("no-such-path", Code.NONE, "There is nothing at this path.", status=404)
    if request.method != "POST":
        raise documented("post-only", Code.NONE, "Every call is a POST.", status=405)
    if request.query:
        raise guess("no-query-part", Code.NONE, "An address has no query part.", status=400)
    return Api.ADMIN if request.path == ADMIN_PATH else Api.CLIENT


def check_headers(request: Request) -> None:
    """Refuse a header that nothing is published of. Documented [content-type]: JSON."""
    for name in request.headers:
        if name not in PUBLISHED | OF_HTTP:
            raise guess("unknown-header", Code.NONE, f"The header {name} is not published.", status=400)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise documented("content-type", Code.NONE, "Content-Type must be application/json.", status=415)


def client_of(request: Request, api: Api, business: Business, *, enabled: bool) -> str:
    """The known client's id, "" for a guest or the Admin API. Raises: Declined.

    Documented [basic-auth]: the key and a token. Guess [key-refused]: 401 for a key or a token that is not good, with
    the code UNAUTHENTICATED. Guess [guest-of-admin]: so is a key alone at the Admin API.
    """
    key, token = _basic(request.headers.get("authorization", ""))
    if not enabled or key != business.world.api_key:
        raise guess("key-refused", Code.UNAUTHENTICATED, "The API key is not known.", status=401)
    if not token and api is Api.CLIENT:
        return ""
    if not token:
        raise guess("guest-of-admin", Code.UNAUTHENTICATED, "The Admin API needs a token.", status=401)
    mac, payload = token[:MAC], token[MAC:]
    secret = base64.b64decode(business.world.api_secret)
    wanted = base64.b64encode(hmac.new(secret, payload.encode(), hashlib.sha256).digest()).decode()
    if not hmac.compare_digest(mac.encode(), wanted.encode()):
        raise seen("token-signed", Code.UNAUTHENTICATED, "The token is not signed by the secret.", status=401)
    prefix = f"blvd-{api.value}-v1{business.world.id}"
    if not payload.startswith(prefix):
        says = f"The token is not one for the {api.value} API."
        raise seen("token-payload", Code.UNAUTHENTICATED, says, status=401)
    return _client(payload.removeprefix(prefix), api, business)


def read_body(request: Request) -> tuple[str, Mapping[str, object]]:
    """The query and its variables. Documented [body]: these two, in one JSON object. Raises: Declined."""
    try:
        sent: object = json.loads(request.body, object_pairs_hook=_once)
    except ValueError:
        raise guess("body-not-json", Code.NONE, "The body is not valid JSON.", status=400) from None
    query = sent.get("query") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not isinstance(query, str):
        raise guess("body-not-json", Code.NONE, "The body is no JSON object with a query.", status=400)
    for name in sent:
        if name not in ("query", "variables"):
            raise guess("unknown-name", Code.NONE, f"The body has no {name}.", status=400)
    variables = sent.get("variables") or {}
    if not isinstance(variables, dict):
        raise guess("body-not-json", Code.NONE, "variables is no JSON object.", status=400)
    return query, variables


def _client(rest: str, api: Api, business: Business) -> str:
    """Seen [token-seconds]: the end of a token is its second. Seen [token-short-lived]. Guess [token-window].

    Guess [client-of-token]: a token for nobody, or for who is inactive, is not good.
    """
    uuid, seconds = (rest[:36], rest[36:]) if api is Api.CLIENT else ("", rest)
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 11:
        raise seen("token-seconds", Code.UNAUTHENTICATED, "The token ends in no second.", status=401)
    made = datetime.fromtimestamp(int(seconds), UTC)
    if abs(business.now() - made) > business.world.token_window:
        raise seen("token-short-lived", Code.UNAUTHENTICATED, "The token has expired.", status=401)
    if api is Api.ADMIN:
        return ""
    client = business.clients.get(f"urn:blvd:Client:{uuid}")
    if client is None or client["active"] is not True:
        raise guess("client-of-token", Code.UNAUTHENTICATED, "The token is for no client.", status=401)
    return f"urn:blvd:Client:{uuid}"


def _basic(header: str) -> tuple[str, str]:
    kind, _, encoded = header.partition(" ")
    try:
        key, colon, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        kind = key = colon = token = ""
    if kind != "Basic" or not colon:
        raise documented("basic-auth", Code.UNAUTHENTICATED, "Authorization must be Basic, key and token.", status=401)
    return key, token


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in pairs:
        if name in values:
            raise guess("repeated-name", Code.NONE, f"{name} is given twice.", status=400)
        values[name] = value
    return values
