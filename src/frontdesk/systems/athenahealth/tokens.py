"""The token that every call bears: asked for once an hour, once for all who wait for it."""

import base64
from dataclasses import dataclass, field
from datetime import timedelta

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.held_token import HeldToken, Token
from frontdesk.wire.request import Does, Request

SCOPE = "athena/service/Athenanet.MDP.*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """What the Developer Portal gives an app."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, key in (("client_id", self.client_id), ("client_secret", self.client_secret)):
            if not key or " " in key or not (key.isascii() and key.isprintable()):
                raise Impossible(f"systems.athenahealth.{name} must be one word of plain letters and digits.")
        if ":" in self.client_id:
            raise Impossible("systems.athenahealth.client_id holds a colon, and no client id does. Copy it anew.")


class Tokens(HeldToken):
    """Client credentials of OAuth 2.0 (RFC 6749 4.4): there is no refresh token, one simply asks again.

    The vendor takes 50 requests a minute in production and 5 in preview, so one is on its way at a time. When a token
    ends is judged by the desk's clock; one that ends sooner than it should is told by `refused`.
    """

    def __init__(self, http: HttpClient, keys: Keys, clock: Clock) -> None:
        super().__init__(clock)
        self._http = http
        self._keys = keys

    async def _asked(self) -> Token:
        pair = f"{self._keys.client_id}:{self._keys.client_secret}"
        since = self._clock.now()
        answer = await self._http.send(
            Request(
                method="POST",
                path="/oauth2/v1/token",
                headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
                form={"grant_type": "client_credentials", "scope": SCOPE},
                does=Does.READS,  # a second token does no harm
            )
        )
        row = Foreign.of(answer.json, what="token", id="scope")
        lasts = timedelta(seconds=row.integer("expires_in"))
        return Token.lasting(row.text("access_token"), lasts, since=since)
