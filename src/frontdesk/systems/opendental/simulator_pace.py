"""How fast a key may ask: the throttle of the Remote mode."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from frontdesk.standards.simulating.refusals import seen
from frontdesk.standards.simulating.waiting import Clock, Wait
from frontdesk.systems.opendental.simulator_office import Permission

LONGEST_QUEUE = 10
"""Guess [queue-length]: calls that may wait at once; the facts say "too many"."""


def interval_of(permissions: frozenset[Permission]) -> timedelta:
    """How far apart the calls of a key begin. Documented [throttle]: by what the key may do."""
    if Permission.ENTERPRISE in permissions:
        return timedelta(milliseconds=500)
    return timedelta(seconds=5 if permissions <= {Permission.READ_ALL} else 1)


class Pace:
    """The turns of one Customer Key's calls, one after the other.

    Guess [throttle-holds-back]: a call that comes too soon waits for its turn, and is refused only when too many wait.
    """

    def __init__(self, *, interval: timedelta, clock: Clock, wait: Wait) -> None:
        self._interval = interval
        self._clock = clock
        self._wait = wait
        self._turns = asyncio.Lock()
        self._waiting = 0
        self._begun = clock() - interval

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """This call's turn. Raises: Refusal 429 when too many wait already. Documented [throttle-counts-execution]."""
        if self._waiting > LONGEST_QUEUE:
            seconds = max(1, int(self._interval.total_seconds() * LONGEST_QUEUE))
            raise seen("too-many-requests", 429, "Too many requests.", retry_after=seconds)
        self._waiting += 1
        try:
            async with self._turns:
                left = self._begun + self._interval - self._clock()
                if left > timedelta(0):
                    await self._wait(left)
                self._begun = self._clock()
                yield
        finally:
            self._waiting -= 1
