"""Signing in through a practice's own OpenID provider: authorization code with PKCE, and an id token that is checked.

Source: OpenID Connect Core 1.0 sections 3.1 and 5.1, Discovery 1.0, RFC 7636 (S256), RFC 8176 (`amr`).
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from frontdesk.ports.faults import Fault
from frontdesk.settings import LOOPBACK
from frontdesk.storage.openid import Journey, Provider
from frontdesk.wire.client import HttpClient
from frontdesk.wire.request import Does, Request

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
"""Signatures by a key that only the provider has. One made with our own secret would not do."""

SCOPE = "openid email"
SKEW = timedelta(minutes=1)
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Where to send a browser, and what has to be known when it comes back."""

    address: str
    state: str
    journey: Journey


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Somebody whom the provider has recognised. `email` None: it does not vouch for one.

    `two_factors`: it says that it asked for more than a password.
    """

    subject: str
    email: str | None
    two_factors: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NotKnown:
    """The provider's answer shows nobody; `because` is for the log, and names no person."""

    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Endpoints:
    authorization: str
    token: str
    keys: str


async def way_to(provider: Provider, *, back: str) -> Way | NotKnown:
    """The provider's page for signing in, which leads back to `back`."""
    endpoints = await _endpoints(provider)
    if isinstance(endpoints, NotKnown):
        return endpoints
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    joined = "&" if urlsplit(endpoints.authorization).query else "?"
    return Way(
        address=f"{endpoints.authorization}{joined}{query}",
        state=state,
        journey=Journey(nonce=nonce, verifier=verifier),
    )


async def recognised(provider: Provider, journey: Journey, code: str, *, back: str, now: datetime) -> Known | NotKnown:
    """Whom the provider recognised, by the code that a browser brought from it."""
    endpoints = await _endpoints(provider)
    if isinstance(endpoints, NotKnown):
        return endpoints
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": journey.verifier,
    }
    # RFC 6749 2.3.1: both parts are form-encoded before they are joined.
    basic = ":".join(urlencode({"": part})[1:] for part in (provider.client_id, provider.secret))
    headers = {"Authorization": f"Basic {base64.b64encode(basic.encode()).decode()}"}
    try:
        told = await _ask(endpoints.token, method="POST", does=Does.ACTS, form=form, headers=headers)
        keys = await _ask(endpoints.keys)
    except Fault as fault:
        return NotKnown(because=str(fault))
    token = told.get("id_token")
    if not isinstance(token, str):
        return NotKnown(because="the provider gave no id token")
    return read_id_token(token, keys, provider, nonce=journey.nonce, now=now)


def read_id_token(
    token: str, keys: Mapping[str, object], provider: Provider, *, nonce: str, now: datetime
) -> Known | NotKnown:
    """Who an id token is about, once it is sure that the provider made it: for us, now, for this very journey."""
    try:
        claims = jwt.decode(token, KeySet.import_key_set(_verifying(keys)), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return NotKnown(because="the id token has no signature of the provider's")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != provider.issuer:
        return NotKnown(because="the id token is from another provider")
    if provider.client_id not in audiences or claims.get("azp", provider.client_id) != provider.client_id:
        return NotKnown(because="the id token is for somebody else")
    if not _in_time(claims, now):
        return NotKnown(because="the id token is over, or not begun; compare both machines' clocks")
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        return NotKnown(because="the id token belongs to another journey")
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        return NotKnown(because="the id token names nobody")
    vouched = isinstance(email, str) and claims.get("email_verified") is True
    methods = claims.get("amr")
    return Known(
        subject=subject,
        email=email if vouched else None,
        two_factors=isinstance(methods, list) and "mfa" in methods,
    )


def _in_time(claims: Mapping[str, object], now: datetime) -> bool:
    ends, begun = claims.get("exp"), claims.get("iat")
    if not isinstance(ends, int | float) or not isinstance(begun, int | float):
        return False
    return begun - SKEW.total_seconds() <= now.timestamp() < ends + SKEW.total_seconds()


def _verifying(keys: Mapping[str, object]) -> KeySetSerialization:
    """The provider's keys that may sign; those of kinds that we do not read are left out."""
    listed = keys.get("keys")
    usable = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"
    ]
    return {"keys": usable}


async def _endpoints(provider: Provider) -> _Endpoints | NotKnown:
    try:
        told = await _ask(provider.issuer.rstrip("/") + DISCOVERY)
    except Fault as fault:
        return NotKnown(because=str(fault))
    named = {name: told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    if told.get("issuer") != provider.issuer:
        return NotKnown(because="the provider calls itself by another address than the one that was set")
    authorization, token, keys = (value if isinstance(value, str) else "" for value in named.values())
    if not all(_is_private(address) for address in (authorization, token, keys)):
        return NotKnown(because="the provider does not say by https where to sign in")
    return _Endpoints(authorization=authorization, token=token, keys=keys)


def _is_private(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


async def _ask(
    address: str,
    *,
    method: str = "GET",
    does: Does = Does.READS,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Mapping[str, object]:
    """What stands at an address of the provider's. Raises: the faults of ports."""
    parts = urlsplit(address)
    client = HttpClient(
        f"{parts.scheme}://{parts.netloc}", system="The OpenID provider", budget=_Rarely(), gate=_StaffAlone()
    )
    try:
        answer = await client.send(
            Request(
                method=method,
                path=(parts.path or "/").replace("{", "").replace("}", ""),
                does=does,
                query=dict(parse_qsl(parts.query)),
                headers=headers or {},
                form=form,
                seconds=8,
            )
        )
    finally:
        await client.close()
    return answer.json if isinstance(answer.json, dict) else {}


class _Rarely:
    """People sign in a few times a day, and each address has its pace: there is nothing to save."""

    async def acquire(self) -> None:
        """At once."""


class _StaffAlone:
    """Nothing of a patient goes to the provider, so no agreement is asked for."""

    async def pass_through(self) -> None:
        """At once."""

    async def saw(self, tls: str) -> None:
        """Kept nowhere: the provider processes nothing for the practice."""
