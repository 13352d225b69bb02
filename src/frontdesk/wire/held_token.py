"""A token that every call bears: kept until it ends, asked for once for all who wait for it."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frontdesk.ports.clock import Clock

EARLY = timedelta(minutes=1)
"""A token is not used up to its end: their clock and ours differ, and calls take a while."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What is borne, and until when, by the desk's clock."""

    word: str = field(repr=False)
    until: datetime

    @staticmethod
    def lasting(word: str, lasts: timedelta, *, since: datetime) -> "Token":
        """A token that holds so long from the instant at which it was asked for; a short one for half of it."""
        return Token(word=word, until=since + max(lasts - EARLY, lasts / 2))


class HeldToken(ABC):
    """The token in use. One question for another is on its way at a time; who knows the system says how to put it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: Token | None = None
        self._asking: asyncio.Task[Token] | None = None

    async def current(self) -> str:
        """A token that holds. Raises: NotPermitted (we are not let in), Unreachable, Refused."""
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

    @abstractmethod
    async def _asked(self) -> Token:
        """Another token. Raises: NotPermitted, Unreachable, Refused."""

    def _done(self, task: asyncio.Task[Token]) -> None:
        self._asking = None
        if not task.cancelled() and task.exception() is None:
            self._held = task.result()
