"""How often another system lets us ask, counted for all processes together. Implements `ports.Budget`."""

import asyncio
from datetime import timedelta

from frontdesk.domain.ids import PracticeId
from frontdesk.ports.faults import Unreachable
from frontdesk.storage.clock import real_now
from frontdesk.storage.database import Storage

PATIENCE = timedelta(seconds=20)
"""A patient waits no longer than this for our turn to ask."""


class VendorPace:
    """One request every so often. By real time, since it is the vendor's clock that counts."""

    def __init__(self, storage: Storage, practice: PracticeId, system: str, every: timedelta) -> None:
        self._storage = storage
        self._practice = practice
        self._system = system
        self._every = every

    async def acquire(self) -> None:
        """Come back when one more request may leave. Raises: Unreachable (the wait would be too long)."""
        now = real_now()
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "insert into vendor_pace as p (practice_id, system, next_at) "
                "values (%(practice)s, %(system)s, %(now)s + %(every)s) on conflict (practice_id, system) "
                "do update set next_at = greatest(p.next_at, %(now)s) + %(every)s "
                "where p.next_at <= %(now)s + %(patience)s returning p.next_at - %(every)s as turn",
                {
                    "practice": self._practice,
                    "system": self._system,
                    "now": now,
                    "every": self._every,
                    "patience": PATIENCE,
                },
            )
        if row is None:
            raise Unreachable("Too much is being asked of the other system already; try again in a minute.")
        await asyncio.sleep(max(0.0, (row["turn"] - now).total_seconds()))


class NoLimit:
    """The vendor sets no limit at this address."""

    async def acquire(self) -> None:
        """Come back at once."""
