"""OAuth as Epic has it for a backend: a signed assertion in, a token of an hour out; and the older way by password."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from frontdesk.standards.simulating.fhir_tokens import App, BadToken, NoToken, TokenError, TokenRefused, Tokens
from frontdesk.standards.simulating.http import Request
from frontdesk.standards.simulating.refusals import Refusal, documented, guess, seen
from frontdesk.systems.epic.simulator_errors import unauthorized
from frontdesk.systems.epic.simulator_hospital import World

LIFE = timedelta(hours=1)
"""Seen [token-hour]: typical, and to be read from `expires_in`."""

LONGEST_JTI = 151
LONGEST = timedelta(minutes=5)
FORM = "application/x-www-form-urlencoded"


class Gatekeeper:
    """Lets the one client in that the world knows, by token or by the older password.

    Documented [assertion]: RS384, the client as `iss` and `sub`, the token URL as `aud`, `exp` five minutes ahead at
    most. Documented [kid-in-key-sets]: the header names the key. Guess [es384-too]: of the variants that depend on the
    version ES384 is taken. Guess [jti-never-again]: a `jti` is not taken twice, even once it is over.
    Guess [assertion-alone]: an Authorization header beside it is refused.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        app = App(client_id=world.client_id, keys=world.client_keys, scopes=None)
        self._tokens = Tokens(app, token_url=f"{world.base}/oauth2/token", life=LIFE)

    def give(self, request: Request, world: World, *, now: datetime, enabled: bool) -> str:
        """The answer to a token request, as JSON; `world` is under the address it was reached at. Raises: Refusal."""
        if request.query or request.headers.get("content-type", "").partition(";")[0] != FORM:
            raise guess("token-is-a-form", 400, _oauth("invalid_request"))
        try:
            authorization, at = request.headers.get("authorization", ""), f"{world.base}/oauth2/token"
            given = self._tokens.give(request.body, authorization, now=now, at=at)
        except NoToken as why:
            raise self._refused(why) from None
        assertion = _claims(request.body)
        if not enabled or not self._is_mapped(now) or not _keeps_to_epics_rules(assertion, now):
            raise no_client()
        asked = frozenset(str(given["scope"]).split())
        # Seen [no-scope-needed]: what the client was registered for is granted, in words like "Patient.read".
        # Guess [scope-may-narrow]: a scope that is sent grants no more than it names, and no other.
        if not asked <= self._world.scopes:
            raise guess("scope-not-registered", 400, _oauth("invalid_scope"))
        scope = " ".join(sorted(asked or self._world.scopes))
        # Seen [token-answer]: in small letters, and how long it lasts.
        return json.dumps({**given, "token_type": "bearer", "scope": scope})

    def check(self, request: Request, scope: str, *, now: datetime, enabled: bool) -> None:
        """Nothing, when the request may do this; scope "" is anything. Raises: Refusal."""
        sent = request.headers.get("authorization", "")
        if not enabled:
            raise unauthorized("key-refused")
        if sent.startswith("Basic "):
            self._check_password(request, sent)
            return
        kind, _, token = sent.partition(" ")
        try:
            scopes = self._tokens.scopes_of(f"Bearer {token}" if kind.lower() == "bearer" else "", now=now)
        except TokenRefused as why:
            if why.why is BadToken.EXPIRED:
                raise unauthorized("token-over") from None
            raise unauthorized("token-needed") from None
        if scope and scope not in (scopes or self._world.scopes) & self._world.scopes:
            raise guess("scope-lacks", 403, json.dumps("Forbidden"))

    def _check_password(self, request: Request, sent: str) -> None:
        """Seen [older-password]: "emp$USER:PASSWORD", with headers that name client and user."""
        world, headers = self._world, request.headers
        try:
            given = base64.b64decode(sent.removeprefix("Basic "), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            given = ""
        named = (headers.get("epic-client-id"), headers.get("epic-user-id"))
        fits = given == f"emp${world.user}:{world.password}" and named == (world.client_id, world.user_id)
        if not world.user or not fits or headers.get("epic-user-idtype", "External") not in ("External", "Internal"):
            raise unauthorized("older-password")

    def _is_mapped(self, now: datetime) -> bool:
        """Documented [mapped-to-a-user]: without a background user there is no token. Seen [key-takes-time]: nor while
        a new client or key has not arrived."""
        return self._world.mapped and now >= self._world.known_from

    def _refused(self, why: NoToken) -> Refusal:
        if why.error is TokenError.CLIENT:
            return no_client()
        if why.error is TokenError.GRANT:
            return documented("client-credentials", 400, _oauth(why.error.value))
        return guess("unknown-token-field", 400, _oauth(why.error.value))


def no_client() -> Refusal:
    """Whatever is wrong with client or assertion."""
    return seen("invalid-client-without-reason", 400, _oauth("invalid_client"))


def _oauth(error: str) -> str:
    """Seen [no-description]: `error_description` is null."""
    return json.dumps({"error": error, "error_description": None})


def _keeps_to_epics_rules(claims: Mapping[str, object], now: datetime) -> bool:
    """Documented [jti-length]: 151 characters at most. Documented [iat-and-nbf]: not to come, and `exp` at most five
    minutes after `iat`."""
    jti, ends = claims.get("jti"), claims.get("exp")
    times = [claims.get(name, 0) for name in ("iat", "nbf")]
    if not isinstance(jti, str) or not jti or len(jti) > LONGEST_JTI or not isinstance(ends, int):
        return False
    if not all(isinstance(one, int) and one <= now.timestamp() for one in times):
        return False
    issued = claims.get("iat", ends)
    return isinstance(issued, int) and ends - issued <= LONGEST.total_seconds()


def _claims(body: bytes) -> Mapping[str, object]:
    """What the assertion of a form says; its signature was looked at before."""
    assertion = body.decode("ascii").partition("client_assertion=")[2].partition("&")[0]
    part = assertion.split(".")[1]
    claims: object = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims if isinstance(claims, Mapping) else {}
