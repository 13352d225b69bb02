"""OAuth as athenahealth has it for two parties: client credentials in, a signed token of an hour out."""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from frontdesk.standards.simulating.http import decoded
from frontdesk.standards.simulating.refusals import Refusal, documented, guess, seen
from frontdesk.systems.athenahealth.simulator_errors import not_permitted
from frontdesk.systems.athenahealth.simulator_practice import World

LIFE = timedelta(hours=1)
"""Documented [token-hour]."""

LONGEST_ASSERTION = timedelta(minutes=5)
BY_KEY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PERMITTED = frozenset({"grant_type", "scope", "client_assertion_type", "client_assertion"})


class Tokens:
    """Gives tokens to the one app the world knows, and reads them again.

    Guess [token-is-signed]: a token is a JWT signed with a key of this run's, so that a token of another run is
    refused; callers must not look inside.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._key = OctKey.import_key(secrets.token_bytes(32))
        self._used: set[str] = set()

    def give(self, form: Mapping[str, str], authorization: str, *, now: datetime, key_enabled: bool) -> str:
        """The answer to a token request, as JSON. Documented [token-answer]: no refresh token.

        Raises: Refusal for other credentials, another grant, a scope the app was not granted.
        """
        for name in form:
            if name not in PERMITTED:
                raise guess("unknown-token-field", 400, _oauth("invalid_request", f"{name} is not known here."))
        if form.get("grant_type") != "client_credentials":
            raise documented("client-credentials", 400, _oauth("unsupported_grant_type"))
        if not key_enabled or not (self._has_secret(authorization) or self._has_signed(form, authorization, now)):
            raise documented("client-credentials", 401, _oauth("invalid_client"))
        scopes = form.get("scope", "").split()
        if not scopes or not set(scopes) <= self._world.scopes:
            raise documented("scopes-are-granted", 400, _oauth("invalid_scope"))
        ends = int((now + LIFE).timestamp())
        claims = {"sub": self._world.client_id, "scope": " ".join(scopes), "exp": ends, "jti": secrets.token_hex(8)}
        answer = {"access_token": jwt.encode({"alg": "HS256"}, claims, self._key), "token_type": "Bearer"}
        return json.dumps({**answer, "expires_in": int(LIFE.total_seconds()), "scope": " ".join(scopes)})

    def check(self, authorization: str, scope: str, *, now: datetime, key_enabled: bool) -> None:
        """Nothing, when the header holds a token that is good for this. Raises: Refusal otherwise.

        Documented [bearer-token]: on each call, and of this app.
        """
        if not authorization:
            raise seen("developer-inactive", 401, "Developer Inactive")
        if not authorization.startswith("Bearer ") or not key_enabled:
            raise not_permitted("bearer-token")
        try:
            claims = jwt.decode(authorization.removeprefix("Bearer "), self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            raise not_permitted("bearer-token") from None
        if claims["exp"] <= now.timestamp():
            raise not_permitted("token-hour")
        if scope not in str(claims["scope"]).split():
            raise _lacks(scope)

    def _has_secret(self, authorization: str) -> bool:
        kind, _, sent = authorization.partition(" ")
        try:
            given = base64.b64decode(sent, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        # Documented [basic-credentials]: the id and the secret in a Basic header, and nowhere else.
        return kind == "Basic" and given == f"{self._world.client_id}:{self._world.client_secret}"

    def _has_signed(self, form: Mapping[str, str], authorization: str, now: datetime) -> bool:
        """Whether an assertion stands for the secret. Documented [signed-assertion]. Guess [assertion-as-in-smart].

        What it must say is published by SMART, not by athenahealth: RS384 or ES384, the app as issuer and subject,
        the token URL as audience, five minutes at most, and each `jti` once.
        """
        if authorization or form.get("client_assertion_type") != BY_KEY or not self._world.client_keys:
            return False
        try:
            keys = KeySet.import_key_set(json.loads(self._world.client_keys))
            claims = jwt.decode(form.get("client_assertion", ""), keys, algorithms=["RS384", "ES384"]).claims
            until, once = claims["exp"], str(claims["jti"])
        except (JoseError, ValueError, KeyError):
            return False
        fits = claims.get("iss") == claims.get("sub") == self._world.client_id
        fits = fits and claims.get("aud") == self._world.token_url and once not in self._used
        self._used.add(once)
        return fits and 0 < until - now.timestamp() <= LONGEST_ASSERTION.total_seconds()


def form_of(text: str) -> list[tuple[str, str]]:
    """The names and values of a form or a query, in order."""
    parts = (part.partition("=") for part in text.split("&") if part)
    return [(decoded(name), decoded(value)) for name, _, value in parts]


def _oauth(error: str, description: str = "") -> str:
    return json.dumps({"error": error, **({"error_description": description} if description else {})})


def _lacks(scope: str) -> Refusal:
    if scope.startswith("system/"):
        return documented("scopes-of-subscriptions", 403, "Insufficient scope")
    return not_permitted("bearer-token")
