"""The token that every call bears: asked for once an hour, once for all who wait for it."""

import asyncio
import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.request import Does, Request

SCOPE = "athena/service/Athenanet.MDP.*"
_EARLY = timedelta(minutes=1)
"""Others' clients meet a stray 401 shortly before the end, so a token is not used up to it."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    word: str = field(repr=False)
    until: datetime


class Tokens:
    """Client credentials of OAuth 2.0 (RFC 6749 4.4): there is no refresh token, one simply asks again.

    The vendor takes 50 requests a minute in production and 5 in preview, so one is on its way at a time. When a token
    ends is judged by the desk's clock; one that ends sooner than it should is told by `refused`.
    """

    def __init__(self, http: HttpClient, keys: Keys, clock: Clock) -> None:
        self._http = http
        self._keys = keys
        self._clock = clock
        self._held: _Token | None = None
        self._asking: asyncio.Task[_Token] | None = None

    async def current(self) -> str:
        """A token that holds. Raises: NotPermitted (the keys are not taken), Unreachable, Refused."""
        held = self._held
        if held is not None and self._clock.now() < held.until:
            return held.word
        if self._asking is None:
            self._asking = asyncio.create_task(self._asked())
            self._asking.add_done_callback(self._done)
        return (await asyncio.shield(self._asking)).word  # whoever gives up leaves it to the others

    def refused(self, word: str) -> None:
        """A call with this token met 401; the next one asks for another, unless somebody has by now."""
        if self._held is not None and self._held.word == word:
            self._held = None

    def _done(self, task: "asyncio.Task[_Token]") -> None:
        self._asking = None
        if not task.cancelled() and task.exception() is None:
            self._held = task.result()

    async def _asked(self) -> _Token:
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
        return _Token(word=row.text("access_token"), until=since + max(lasts - _EARLY, lasts / 2))
