"""A small OpenID provider on this machine, which does what the standard asks and checks what it is told."""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.wire.loopback import Asked, Says, a_server

from frontdesk.storage.openid import Provider

CLIENT = "the desk"
SECRET = "a secret: with + and %"
AT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)


@dataclass(kw_only=True)
class AnOpenIdProvider:
    """Whoever comes to sign in is `claims`; what was asked of it stands in `asked`."""

    claims: dict[str, object]
    now: datetime = AT
    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signs_with: RSAKey | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    calls_itself: str | None = None

    @property
    def provider(self) -> Provider:
        """As the practice has set it."""
        return Provider(issuer=self.address, client_id=CLIENT, secret=SECRET)

    def answers(self, asked: Asked) -> Says:
        match asked.method, asked.path:
            case "GET", "/.well-known/openid-configuration":
                return Says(body=self._configuration())
            case "GET", "/keys":
                return Says(body={"keys": [self.key.as_dict(private=False), {"kty": "oct", "k": "c2VjcmV0"}]})
            case "GET", "/authorize":
                return self._authorize(asked.query)
            case "POST", "/token":
                return self._token(asked)
            case _:
                return Says(status=404)

    def id_token(self, nonce: str, /, **changed: object) -> str:
        """Signed, about `claims`; `changed` are claims to differ, None to leave out."""
        claims: dict[str, object] = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(minutes=5)).timestamp()),
            "nonce": nonce,
            **self.claims,
            **changed,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, given, self.signs_with or self.key)

    def keys(self) -> dict[str, object]:
        return {"keys": [self.key.as_dict(private=False)]}

    def _configuration(self) -> dict[str, str]:
        return {
            "issuer": self.calls_itself or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def _authorize(self, query: dict[str, str]) -> Says:
        """It knows its one guest without asking."""
        self.asked.append(query)
        fits = query["response_type"] == "code" and query["client_id"] == CLIENT and "openid" in query["scope"].split()
        if not fits or query["code_challenge_method"] != "S256":
            return Says(status=400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = urlencode({"code": code, "state": query["state"]})
        return Says(status=303, headers={"Location": f"{query['redirect_uri']}?{back}"})

    def _token(self, asked: Asked) -> Says:
        form = dict(parse_qsl(asked.body.decode()))
        told = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
        client, _, secret = told.partition(":")
        if (unquote_plus(client), unquote_plus(secret)) != (CLIENT, SECRET):
            return Says(status=401, body={"error": "invalid_client"})
        begun = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if (
            begun is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != begun["redirect_uri"]
            or challenge.rstrip("=") != begun["code_challenge"]
        ):
            return Says(status=400, body={"error": "invalid_grant"})
        return Says(body={"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(begun["nonce"])})


@asynccontextmanager
async def an_openid_provider(now: datetime = AT, **claims: object) -> AsyncIterator[AnOpenIdProvider]:
    """A provider that answers for as long as the block lasts, and recognises everybody as `claims`."""
    provider = AnOpenIdProvider(claims=claims, now=now)
    async with a_server(provider.answers) as server:
        provider.address = server.address
        yield provider
