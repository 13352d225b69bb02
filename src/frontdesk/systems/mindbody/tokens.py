"""The staff user token that every call bears: asked for when the last one ends, once for all who wait for it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.held_token import EARLY, HeldToken, Token
from frontdesk.wire.request import Does, Request

_NO_SOONER = timedelta(minutes=1)
"""So long a token is borne whatever end it names, or a clock that is wrong would have us ask for one with each call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """The developer's key, the business's number, and a staff login that the business made for the desk alone."""

    api_key: str = field(repr=False)
    site: int
    username: str = field(repr=False)
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.api_key or " " in self.api_key or not (self.api_key.isascii() and self.api_key.isprintable()):
            raise Impossible("systems.mindbody.api_key must be one word of plain letters and digits.")
        for name, word in (("username", self.username), ("password", self.password)):
            if not word:
                raise Impossible(f"systems.mindbody.{name} is missing. Make a staff login for the desk in Mindbody.")

    @property
    def headers(self) -> dict[str, str]:
        """What every call bears beside the token."""
        return {"Api-Key": self.api_key, "SiteId": str(self.site)}


class Tokens(HeldToken):
    """Staff user tokens of `POST /usertoken/issue`. A new one is asked for rather than the old one renewed.

    When a token ends is judged by its `Expires` and the desk's clock; one that ends sooner is told by `refused`.
    """

    def __init__(self, http: HttpClient, login: Login, clock: Clock) -> None:
        super().__init__(clock)
        self._http = http
        self._login = login

    async def _asked(self) -> Token:
        since = self._clock.now()
        answer = await self._http.send(
            Request(
                method="POST",
                path="/usertoken/issue",
                headers=self._login.headers,
                json={"Username": self._login.username, "Password": self._login.password},
                does=Does.READS,  # a second token does no harm
                answers=frozenset({400, 401, 403}),
            )
        )
        if answer.status >= 400:
            raise NotPermitted(
                f"Mindbody answered {answer.status} to the staff login of site {self._login.site}. Check the key, the "
                "login, and that the business has activated the integration."
            )
        row = Foreign.of(answer.json, what="token", id="Expires")
        return Token(word=row.text("AccessToken"), until=max(_utc(row, "Expires") - EARLY, since + _NO_SOONER))


def _utc(row: Foreign, key: str) -> datetime:
    """An instant that is in UTC whether it says so or not."""
    try:
        told = datetime.fromisoformat(row.text(key))
    except ValueError:
        raise Unreadable(row.row, key, "is no date and time") from None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
