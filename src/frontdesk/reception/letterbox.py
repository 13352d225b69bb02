"""Where patients' messages arrive: those that come at about the same time are stored in one transaction.

A transaction costs the database and this process about the same for thirty messages as for one. Nobody waits for a
message that might come: whatever has arrived is stored at once, and what comes meanwhile is stored together next.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.arrivals import Arrival, Received, store_arrivals
from frontdesk.storage.audit import ITSELF
from frontdesk.storage.database import Storage
from frontdesk.storage.faults import DatabaseFault

AT_ONCE = 50
"""So many are stored in one transaction at most; a patient's words stay locked no longer than that takes."""
MOST_WAITING = 1000
"""Whoever comes while so many wait in this process is sent away while they still listen, and may come again."""
AGAIN_AFTER = 0.05
"""Seconds."""
AGAIN_UNTIL = 5.0
"""Seconds that the first of them may have waited when a database that went away is still tried anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Waiting:
    arrival: Arrival
    since: float
    stored: asyncio.Future[Received] = field(repr=False)


class Letterbox:
    """One process's; several do not disturb each other."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: dict[PracticeId, deque[_Waiting]] = {}
        self._emptying: set[asyncio.Task[None]] = set()
        self._count = 0

    async def put(self, practice: PracticeId, arrival: Arrival) -> Received:
        """What became of it, once that stands. It is stored also where whoever brought it does not wait.

        Raises: DatabaseFault (also where too much waits), psycopg errors; LookupError where it cannot be stored.
        Then it may be brought again.
        """
        if self._count >= MOST_WAITING:
            raise DatabaseFault("More arrives than the database can store. Nothing of this was; bring it again.")
        loop = asyncio.get_running_loop()
        one = _Waiting(arrival=arrival, since=loop.time(), stored=loop.create_future())
        self._count += 1
        if practice in self._waiting:
            self._waiting[practice].append(one)
        else:
            self._waiting[practice] = deque([one])
            emptying = loop.create_task(self._empty(practice))
            self._emptying.add(emptying)
            emptying.add_done_callback(self._emptying.discard)
        return await one.stored

    async def _empty(self, practice: PracticeId) -> None:
        """Until nothing waits; whoever is the next to come begins anew."""
        waiting = self._waiting[practice]
        try:
            while waiting:
                together = [waiting.popleft() for _ in range(min(len(waiting), AT_ONCE))]
                self._count -= len(together)
                await self._store(practice, together)
        finally:
            del self._waiting[practice]
            self._count -= len(waiting)
            for left in waiting:
                left.stored.cancel()

    async def _store(self, practice: PracticeId, together: Sequence[_Waiting]) -> None:
        """Each is told what became of it. One that cannot be stored keeps no other out."""
        outcome = await self._outcome(practice, together)
        if isinstance(outcome, BaseException):
            if len(together) > 1 and not _is_away(outcome):
                for one in together:
                    await self._store(practice, [one])
                return
            for one in together:
                if not one.stored.done():
                    one.stored.set_exception(outcome)
            return
        for one, received in zip(together, outcome, strict=True):
            if not one.stored.done():
                one.stored.set_result(received)

    async def _outcome(self, practice: PracticeId, together: Sequence[_Waiting]) -> list[Received] | BaseException:
        """A database that has gone away is tried anew for a while: what it may have stored, it knows again."""
        loop = asyncio.get_running_loop()
        while True:
            arrivals = [one.arrival for one in together]
            (outcome,) = await asyncio.gather(self._stored(practice, arrivals), return_exceptions=True)
            in_time = loop.time() - together[0].since < AGAIN_UNTIL
            if not (isinstance(outcome, BaseException) and _is_away(outcome) and in_time):
                return outcome
            await asyncio.sleep(AGAIN_AFTER)

    async def _stored(self, practice: PracticeId, arrivals: Sequence[Arrival]) -> list[Received]:
        by = {one.by for one in arrivals}
        async with self._storage.practice(practice, by=by.pop() if len(by) == 1 else ITSELF) as db:
            return await store_arrivals(db, arrivals)


def _is_away(fault: BaseException) -> bool:
    """Whether it was the database that failed, and not what it was given."""
    if isinstance(fault, psycopg.OperationalError):
        return fault.sqlstate is None or fault.sqlstate.startswith(("57P", "08"))
    return isinstance(fault, DatabaseFault)
