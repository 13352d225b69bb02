"""The token that every call bears: one for nine minutes, one question for all who wait for it.

Source: Oracle's authorization guide: client credentials of a system account, whose token endpoint is to be discovered.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.held_token import HeldToken, Token
from frontdesk.wire.request import Does, Request

SCOPES = (
    *("Slot.read", "Schedule.read", "Appointment.read", "Appointment.write"),
    *("Patient.read", "Patient.write", "Practitioner.read", "Location.read", "Coverage.read", "Coverage.write"),
)
"""No more than is used: a token that covers too much outgrows a header, and is refused."""
_SCOPE = " ".join(f"system/{one}" for one in SCOPES)
_REFUSED = 400
_REASONS = frozenset(("invalid_client", "invalid_scope", "invalid_grant", "unauthorized_client", "invalid_request"))
"""OAuth's words (RFC 6749 5.2); any other text of theirs is not repeated."""

Opens = Callable[[str], HttpClient]
"""A client for the address of the authorization server, "https://host"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """What the System Accounts application shows of an account."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, key in (("client_id", self.client_id), ("client_secret", self.client_secret)):
            if not key or " " in key or not (key.isascii() and key.isprintable()):
                raise Impossible(f"systems.cerner.{name} must be one word of plain letters and digits.")
        if ":" in self.client_id:
            raise Impossible("systems.cerner.client_id holds a colon, and no client id does. Copy it anew.")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Endpoint:
    http: HttpClient
    path: str


class Tokens(HeldToken):
    """Client credentials (RFC 6749 4.4), asked for where the domain says (SMART's well-known configuration).

    One request is on its way at a time. When a token ends is judged by the desk's clock; one that ends sooner than it
    should is told by `refused`.
    """

    def __init__(self, fhir: HttpClient, opens: Opens, keys: Keys, clock: Clock) -> None:
        super().__init__(clock)
        self._fhir = fhir
        self._opens = opens
        self._keys = keys
        self._endpoint: _Endpoint | None = None

    async def close(self) -> None:
        """Part from the authorization server."""
        if self._endpoint is not None:
            await self._endpoint.http.close()

    async def _asked(self) -> Token:
        endpoint = self._endpoint = self._endpoint or await self._discovered()
        pair = f"{self._keys.client_id}:{self._keys.client_secret}"
        since = self._clock.now()
        answer = await endpoint.http.send(
            Request(
                method="POST",
                path="/token",
                link=endpoint.path,
                headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
                form={"grant_type": "client_credentials", "scope": _SCOPE},
                does=Does.READS,  # a second token does no harm
                answers=frozenset({_REFUSED}),
            )
        )
        if answer.status == _REFUSED:
            raise NotPermitted(
                f"The authorization server gives no token ({_why(answer.json)}). Check the client ID, the secret, and "
                "that the app has all the scopes that docs/systems/cerner.md lists."
            )
        row = Foreign.of(answer.json, what="token", id="")
        word, lasts = row.text("access_token"), timedelta(seconds=row.integer("expires_in"))
        if not re.fullmatch(r"[\x21-\x7E]+", word):
            raise Refused("The authorization server gave a token that no header can carry. Tell the vendor's support.")
        return Token.lasting(word, lasts, since=since)

    async def _discovered(self) -> _Endpoint:
        """Where tokens are asked for. The client for it refuses an address that is neither https nor this machine."""
        asked = Request(method="GET", path="/.well-known/smart-configuration", does=Does.READS)
        told = Foreign.of((await self._fhir.send(asked)).json, what="SMART configuration", id="")
        parts = urlsplit(told.text("token_endpoint"))
        return _Endpoint(http=self._opens(f"{parts.scheme}://{parts.netloc}"), path=parts.path or "/")


def _why(said: object) -> str:
    word = said.get("error") if isinstance(said, dict) else None
    return word if isinstance(word, str) and word in _REASONS else "it does not say why"
