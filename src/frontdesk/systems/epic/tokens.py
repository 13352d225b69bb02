"""The token that every call bears: asked for by a signed assertion, once an hour, once for all who wait for it."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.held_token import HeldToken, Token
from frontdesk.wire.request import Does, Request

TOKEN = "/oauth2/token"  # noqa: S105 - where one is asked for
_BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_BEFORE, _AHEAD = timedelta(seconds=30), timedelta(minutes=4)
"""An assertion is dated back for clocks that differ; Epic takes five minutes in all."""
_LEAST_BITS = 2048
_PEM = re.compile(r"\s*-----BEGIN ([A-Z ]+)-----(.+)-----END \1-----\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """What proves who we are: the client id of the registration, our private key (PEM), and its id in our key set.

    A key that lost its line ends on the way is understood. `key_id` "": the public key was uploaded, not published.
    Raises: Impossible (there is no client id), NotPermitted (the key cannot be used).
    """

    client_id: str = field(repr=False)
    private_key: str = field(repr=False)
    key_id: str = ""
    key: RSAKey = field(init=False, repr=False, compare=False)
    """The private key, read."""

    def __post_init__(self) -> None:
        if (
            not self.client_id
            or " " in self.client_id
            or not (self.client_id.isascii() and self.client_id.isprintable())
        ):
            raise Impossible("systems.epic.client_id must be one word, as fhir.epic.com shows it with the app.")
        object.__setattr__(self, "key", self._read())  # once: an RSA key is checked when it is read, and that is slow

    def _read(self) -> RSAKey:
        """The private key. Raises: NotPermitted."""
        found = _PEM.fullmatch(self.private_key)
        if found:
            body = "".join(found[2].split())
            lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
            try:
                key = RSAKey.import_key(f"-----BEGIN {found[1]}-----\n{lines}\n-----END {found[1]}-----\n")
            except (JoseError, ValueError, TypeError):
                key = None
            if key is not None and key.is_private and key.raw_value.key_size >= _LEAST_BITS:
                return key
        raise NotPermitted("systems.epic.private_key must be an RSA private key of 2048 bits or more, as PEM text.")


class Tokens(HeldToken):
    """SMART Backend Services: a signed assertion for a token; there is no refresh token, one simply asks again.

    One request is on its way at a time. When a token ends is judged by the desk's clock; one that ends sooner than it
    should is told by `refused`. `address` is that of the instance: the assertion names the token address below it.
    """

    def __init__(self, http: HttpClient, keys: Keys, clock: Clock, *, address: str) -> None:
        super().__init__(clock)
        self._http = http
        self._keys = keys
        self._key = keys.key
        self._audience = address.rstrip("/") + TOKEN

    async def _asked(self) -> Token:
        since = self._clock.now()
        answer = await self._http.send(
            Request(
                method="POST",
                path=TOKEN,
                form={
                    "grant_type": "client_credentials",
                    "client_assertion_type": _BY_ASSERTION,
                    "client_assertion": self._assertion(since),
                },
                does=Does.READS,  # a second token does no harm
                answers=frozenset({400}),
            )
        )
        if answer.status == 400:
            raise NotPermitted(
                "Epic gives no token and tells no reason. Check client id, key and address, that this machine's clock "
                "is right, and that the hospital has mapped the client to a user; a new key takes up to two days."
            )
        row = Foreign.of(answer.json, what="token", id="scope")
        lasts = timedelta(seconds=row.integer("expires_in"))
        return Token.lasting(row.text("access_token"), lasts, since=since)

    def _assertion(self, now: datetime) -> str:
        header = {"alg": "RS384", "typ": "JWT", **({"kid": self._keys.key_id} if self._keys.key_id else {})}
        claims = {
            "iss": self._keys.client_id,
            "sub": self._keys.client_id,
            "aud": self._audience,
            "jti": uuid.uuid4().hex,
            "iat": int((now - _BEFORE).timestamp()),
            "exp": int((now + _AHEAD).timestamp()),
        }
        return jwt.encode(header, claims, self._key, algorithms=["RS384"])
