"""What changes while pages are open: one connection listens to the database and tells every open page.

A change names what and which, never what it says now: a page that is told reads again.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import structlog

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.database import Storage
from frontdesk.storage.faults import DatabaseFault

MOST_WAITING = 200
RETRY_SECONDS = 1.0

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something of a practice is not as it was: "message" and a conversation's id, "appointment" and its id..."""

    what: str
    id: str


READ_ALL = Change(what="again", id="-")
"""Changes may have been missed: everything shown has to be read again."""

GOODBYE = Change(what="goodbye", id="-")
"""The process is about to stop: the page should come back in a moment."""


class Watch:
    """One page's ear. Changes wait here until the page asks, each once."""

    def __init__(self, wants: Callable[[Change], bool]) -> None:
        self._wants = wants
        self._waiting: dict[Change, None] = {}
        self._told = asyncio.Event()

    def tell(self, change: Change) -> None:
        """Note a change, if it is one this page shows."""
        if not (change is READ_ALL or change is GOODBYE or self._wants(change)):
            return
        if len(self._waiting) >= MOST_WAITING:  # the page is slow; one note replaces the many
            self._waiting = dict.fromkeys(one for one in (READ_ALL, GOODBYE) if one in {*self._waiting, READ_ALL})
        self._waiting[change] = None
        self._told.set()

    async def next(self) -> list[Change]:
        """What has changed since the last time, once there is something."""
        await self._told.wait()
        self._told.clear()
        changes, self._waiting = list(self._waiting), {}
        return changes


class Changes:
    """Every page's changes, from one connection. `listen` runs as long as the process serves."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._watches: dict[PracticeId, set[Watch]] = {}
        self._stopping = False

    @contextmanager
    def watch(self, practice: PracticeId, wants: Callable[[Change], bool] = lambda _: True) -> Iterator[Watch]:
        """An ear for one practice's changes. Read what is shown after this has begun, and nothing is missed."""
        watch = Watch(wants)
        if self._stopping:
            watch.tell(GOODBYE)
        watches = self._watches.setdefault(practice, set())
        watches.add(watch)
        try:
            yield watch
        finally:
            watches.discard(watch)

    async def listen(self) -> None:
        """Pass changes on until cancelled; a lost database is tried again each second."""
        while True:
            try:
                async with self._storage.every_change() as changes:
                    self._tell_all(READ_ALL)  # whatever happened while nobody listened
                    async for practice, what, id in changes:
                        change = Change(what=what, id=id)  # once: a thousand pages may be open
                        for watch in tuple(self._watches.get(practice, ())):
                            watch.tell(change)
            except (psycopg.Error, DatabaseFault, OSError):
                log.warning("live pages wait for the database")
            await asyncio.sleep(RETRY_SECONDS)

    def stop(self) -> None:
        """Let every open page go, so that the process can end."""
        self._stopping = True
        self._tell_all(GOODBYE)

    def _tell_all(self, change: Change) -> None:
        for watches in tuple(self._watches.values()):
            for watch in tuple(watches):
                watch.tell(change)
