"""How often another system lets us ask, counted for all processes together. Implements `ports.Budget`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.domain.ids import PracticeId
from frontdesk.ports.faults import Unreachable
from frontdesk.storage.clock import real_now
from frontdesk.storage.database import Storage

PATIENCE = timedelta(seconds=20)
"""A patient waits no longer than this for our turn to ask."""


@dataclass(kw_only=True, slots=True)
class _Together:
    """Who asks at the same moment, and when the first of them has their turn."""

    count: int = 0
    first: asyncio.Task[datetime | None] | None = None


class VendorPace:
    """One request every so often. By real time, since it is the vendor's clock that counts."""

    def __init__(self, storage: Storage, practice: PracticeId, system: str, every: timedelta) -> None:
        self._storage = storage
        self._practice = practice
        self._system = system
        self._every = every
        self._together: _Together | None = None

    async def acquire(self) -> None:
        """Come back when one more request may leave. Raises: Unreachable (the wait would be too long).

        Those who ask at the same moment get their turns by one question.
        """
        together = self._together
        if together is None:
            together = self._together = _Together()
            together.first = asyncio.create_task(self._ask(together))
        place, together.count = together.count, together.count + 1
        assert together.first is not None
        first = await asyncio.shield(together.first)
        if first is None:
            raise Unreachable("Too much is being asked of the other system already; try again in a minute.")
        await asyncio.sleep(max(0.0, (first + place * self._every - real_now()).total_seconds()))

    async def _ask(self, together: _Together) -> datetime | None:
        """When the first of so many turns is, which follow each other; None: too late for anybody."""
        self._together = None  # whoever asks from here on asks anew
        now = real_now()
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "insert into vendor_pace as p (practice_id, system, next_at) "
                "values (%(practice)s, %(system)s, %(now)s + %(all)s) on conflict (practice_id, system) "
                "do update set next_at = greatest(p.next_at, %(now)s) + %(all)s "
                "where p.next_at <= %(now)s + %(patience)s returning p.next_at - %(all)s as turn",
                {
                    "practice": self._practice,
                    "system": self._system,
                    "now": now,
                    "all": together.count * self._every,
                    "patience": PATIENCE,
                },
            )
        return row["turn"] if row else None


class NoLimit:
    """The vendor sets no limit at this address."""

    async def acquire(self) -> None:
        """Come back at once."""
