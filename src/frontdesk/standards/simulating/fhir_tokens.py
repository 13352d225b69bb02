"""SMART Backend Services: an app proves who it is, by a signed assertion or a secret, and is given a short-lived token.

Source: HL7/smart-app-launch, backend-services and client-confidential-asymmetric.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from frontdesk.standards.simulating.http import decoded

BY_KEY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("RS384", "ES384")
LONGEST_ASSERTION = timedelta(minutes=5)


class TokenError(Enum):
    """OAuth's word for what is wrong with a request for a token."""

    REQUEST = "invalid_request"
    CLIENT = "invalid_client"
    GRANT = "unsupported_grant_type"
    SCOPE = "invalid_scope"


class NoToken(Exception):
    """No token is given, and why."""

    def __init__(self, error: TokenError, explained: str = "") -> None:
        super().__init__(error.value)
        self.error = error
        self.explained = explained

    @property
    def body(self) -> str:
        """The answer in JSON, as OAuth has it."""
        more = {"error_description": self.explained} if self.explained else {}
        return json.dumps({"error": self.error.value, **more})


class BadToken(Enum):
    """What is wrong with a token that came with a call."""

    NONE = "none came"
    FORGED = "it was not given by this server"
    EXPIRED = "its time is over"


class TokenRefused(Exception):
    """A call without a token that is good."""

    def __init__(self, why: BadToken) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """An app that a server knows. `keys` is its public JWK set as JSON, `secret` its secret; "" where it has none.

    `scopes` are what it was granted; None where tokens carry whatever is asked for, or nothing.
    """

    client_id: str
    secret: str = ""
    keys: str = ""
    scopes: frozenset[str] | None = frozenset()


class Tokens:
    """Gives tokens to one app, for `life`, and reads them again.

    `token_url` is the audience an assertion must name. `algorithms` are those its signature may have. A token is a JWT
    signed with a key of this run's, so one of another run is no token; callers must not look inside. One that was
    given by an earlier process can be read where both have the same `signing` key.
    """

    def __init__(
        self,
        app: App,
        *,
        token_url: str,
        life: timedelta,
        algorithms: tuple[str, ...] = ALGORITHMS,
        signing: bytes | None = None,
    ) -> None:
        self._app = app
        self._token_url = token_url
        self._life = life
        self._algorithms = list(algorithms)
        self._key = OctKey.import_key(signing or secrets.token_bytes(32))
        self._used: set[str] = set()

    def give(self, body: bytes, authorization: str, *, now: datetime, at: str = "") -> Mapping[str, str | int]:
        """The answer to a request for a token: access_token, token_type, expires_in, scope. Raises: NoToken.

        `body` is the form as it came, `authorization` the header, "" for none. A secret counts only in a Basic header.
        `at` is the audience an assertion must name where the server was reached under another address than its own.
        """
        form = _form(body)
        if form.get("grant_type") != "client_credentials":
            raise NoToken(TokenError.GRANT)
        if not (self._has_secret(form, authorization) or self._has_signed(form, authorization, now, at)):
            raise NoToken(TokenError.CLIENT)
        asked = form.get("scope", "").split()
        if self._app.scopes is not None and (not asked or not set(asked) <= self._app.scopes):
            raise NoToken(TokenError.SCOPE)
        scope = " ".join(asked)
        ends = int((now + self._life).timestamp())
        claims = {"sub": self._app.client_id, "scope": scope, "exp": ends, "jti": secrets.token_hex(8)}
        token = jwt.encode({"alg": "HS256"}, claims, self._key)
        seconds = int(self._life.total_seconds())
        return {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": scope}

    def scopes_of(self, authorization: str, *, now: datetime) -> frozenset[str]:
        """What the token in an Authorization header is good for. Raises: TokenRefused."""
        if not authorization.startswith("Bearer "):
            raise TokenRefused(BadToken.NONE)
        try:
            claims = jwt.decode(authorization.removeprefix("Bearer "), self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            raise TokenRefused(BadToken.FORGED) from None
        if claims["exp"] <= now.timestamp():
            raise TokenRefused(BadToken.EXPIRED)
        return frozenset(str(claims["scope"]).split())

    def _has_secret(self, form: Mapping[str, str], authorization: str) -> bool:
        kind, _, sent = authorization.partition(" ")
        try:
            given = base64.b64decode(sent, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        fits = given == f"{self._app.client_id}:{self._app.secret}"
        return kind == "Basic" and bool(self._app.secret) and "client_assertion" not in form and fits

    def _has_signed(self, form: Mapping[str, str], authorization: str, now: datetime, at: str) -> bool:
        """Whether the assertion is this app's, for this server, of five minutes at most, and new."""
        if authorization or form.get("client_assertion_type") != BY_KEY or not self._app.keys:
            return False
        try:
            keys = KeySet.import_key_set(json.loads(self._app.keys))
            read = jwt.decode(form.get("client_assertion", ""), keys, algorithms=self._algorithms)
            until, once = read.claims["exp"], str(read.claims["jti"])
        except (JoseError, ValueError, KeyError):
            return False
        claims = read.claims
        fits = claims.get("iss") == claims.get("sub") == self._app.client_id and bool(read.header.get("kid"))
        fits = fits and claims.get("aud") == (at or self._token_url) and once not in self._used
        if not isinstance(until, int) or not 0 < until - now.timestamp() <= LONGEST_ASSERTION.total_seconds():
            return False
        self._used.add(once)
        return fits


def permits(scopes: frozenset[str], kind: str, letter: str) -> bool:
    """Whether scopes allow an interaction with a type. `letter` is of SMART v2: c, r, u, d or s.

    Both forms count: `system/Slot.read` is rs and `system/Slot.write` is cud; `system/Slot.rs` is as it stands.
    """
    for scope in scopes:
        target, _, may = scope.partition(".")
        letters = {"read": "rs", "write": "cud", "*": "cruds"}.get(may, may)
        if target in (f"system/{kind}", "system/*") and letter in letters:
            return True
    return False


def _form(body: bytes) -> dict[str, str]:
    """The form of a request for a token. Raises: NoToken where a field comes twice or is none of OAuth's."""
    form: dict[str, str] = {}
    try:
        pairs = [part.partition("=") for part in body.decode("ascii").split("&") if part]
        for name, _, value in pairs:
            if decoded(name) in form:
                raise NoToken(TokenError.REQUEST, f"{decoded(name)} is given twice")
            form[decoded(name)] = decoded(value)
    except UnicodeDecodeError:
        raise NoToken(TokenError.REQUEST, "a form is percent-encoded UTF-8") from None
    unknown = set(form) - {"grant_type", "scope", "client_assertion_type", "client_assertion"}
    if unknown:
        raise NoToken(TokenError.REQUEST, f"{min(unknown)} is not known here")
    return form
