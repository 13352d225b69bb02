"""The session that every action needs: a token, and a user of the practice who is known by it. One for all who wait."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frontdesk.domain.faults import Impossible
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.wire.client import HttpClient
from frontdesk.wire.request import Does, Request, Takes

_TOKEN = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_IDLE = timedelta(minutes=18)
"""A token ends about 20 minutes after its last use; one that rested this long is not tried any more."""

_OF_SESSIONS = re.compile(r"licen[cs]e|sessions?|concurrent", re.IGNORECASE)
"""An error of GetToken that speaks of these is of how many there may be at once. Guess: its words are not published."""

_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The three sets of credentials. `ubiquity` is the prefix that picks a client at the cloud router; "" elsewhere."""

    service_user: str
    service_password: str = field(repr=False)
    app: str
    user: str
    user_password: str = field(repr=False)
    ubiquity: str = ""

    def __post_init__(self) -> None:
        for name, value in (
            ("service_user", self.service_user),
            ("service_password", self.service_password),
            ("app_name", self.app),
            ("user", self.user),
            ("user_password", self.user_password),
        ):
            if not value.strip() or not value.isprintable():
                raise Impossible(f"systems.allscripts.{name} is missing, or holds what cannot be typed.")


LogIn = Callable[[str], Awaitable[bool]]
"""Whether the user of the keys is known by a token from now on. It is asked once for each token, never again."""


class Sessions:
    """Asks for a token and logs in, one at a time; how long a token rested is judged by the desk's clock.

    Repeated attempts may lock the user: one who was refused is not tried again by this process, and after a log-in that
    was answered with neither yes nor no there is a pause.
    """

    def __init__(self, http: HttpClient, keys: Keys, clock: Clock, log_in: LogIn) -> None:
        self._http = http
        self._keys = keys
        self._clock = clock
        self._log_in = log_in
        self._held: str | None = None
        self._used: datetime | None = None
        self._asking: asyncio.Task[str] | None = None
        self._locked_out = False
        self._not_before: datetime | None = None

    async def current(self) -> str:
        """A token by which the user is known. Raises: NotPermitted (a name or password is not taken), Unreachable."""
        if self._held is not None and self._used is not None and self._clock.now() - self._used < _IDLE:
            return self._held
        if self._asking is None:
            self._asking = asyncio.create_task(self._begun())
            self._asking.add_done_callback(self._done)
        return await asyncio.shield(self._asking)  # whoever gives up leaves it to the others

    def used(self, token: str) -> None:
        """An action was answered by this token: it lives on."""
        if self._held == token:
            self._used = self._clock.now()

    def ended(self, token: str) -> None:
        """An action met the end of this token; the next one begins another, unless somebody has by now."""
        if self._held == token:
            self._held = None

    async def retire(self) -> None:
        """Give the session back, since the licence counts them. One that cannot be given back ends by itself."""
        token, self._held = self._held, None
        if token is None:
            return
        try:
            await self._http.send(
                Request(
                    method="POST",
                    path="/json/RetireToken",
                    json={"Token": token, "Appname": self._keys.app},
                    does=Does.ACTS,
                    takes=Takes.OCTETS,
                    seconds=5,
                )
            )
        except Fault:
            return

    def _done(self, task: "asyncio.Task[str]") -> None:
        self._asking = None
        if not task.cancelled() and task.exception() is None:
            self._held, self._used = task.result(), self._clock.now()

    async def _begun(self) -> str:
        if self._locked_out:
            raise NotPermitted(
                "Unity did not take the user's name and password, and is not asked again, so that the user is not "
                "locked out. Correct them in the settings and start Frontdesk anew."
            )
        if self._not_before is not None and self._clock.now() < self._not_before:
            raise Unreachable("Unity answered a log-in minutes ago with an error; it is left alone a while.")
        answer = await self._http.send(
            Request(
                method="POST",
                path="/json/GetToken",
                json={
                    "Username": self._keys.ubiquity + self._keys.service_user,
                    "Password": self._keys.service_password,
                },
                does=Does.READS,  # a second token does no harm; it ends by itself
                takes=Takes.OCTETS,
            )
        )
        token = _token_in(answer.octets)
        try:
            valid = await self._log_in(token)
        except OutcomeUnknown as lost:  # not asked again at once: each attempt may count towards a lock
            raise Unreachable("Unity did not say whether it took the user; nothing else was asked.") from lost
        except Refused:
            self._not_before = self._clock.now() + _PAUSE
            raise
        if not valid:
            self._locked_out = True
            raise NotPermitted(
                "Unity does not take the user's name and password. They expire about every 90 days; renew them in the "
                "practice's system, then enter them in the settings and start Frontdesk anew."
            )
        return token


def _token_in(octets: bytes) -> str:
    said = octets.decode("utf-8", "replace").strip().strip('"').strip()
    if _TOKEN.fullmatch(said):
        return said
    if said.lower().startswith("error") and _OF_SESSIONS.search(said):
        raise Unreachable(
            "Unity gives no more sessions at once. Those that were not given back, as a desk that was killed leaves "
            "them, end by themselves within about 20 minutes; it is asked again."
        )
    if said.lower().startswith("error"):
        raise NotPermitted(
            "Unity does not take the service user's name and password. They expire after six months; the vendor renews "
            "them. Enter the new ones in the settings."
        )
    raise Unreachable("Unity answered GetToken with neither a token nor an error; nothing was asked.")
