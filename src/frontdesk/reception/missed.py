"""Texts that never came in, since the desk or its line was away for longer than the carrier tries: it lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import structlog

from frontdesk.domain.ids import PracticeId
from frontdesk.ports.carrying import Came, ListsTexts
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, NotPermitted
from frontdesk.reception.desk import Reception
from frontdesk.reception.texted import known_as, text_came
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.practices import Practices
from frontdesk.storage.tasks import Task, close_task, open_task
from frontdesk.storage.text_looks import (
    Look,
    begin_look,
    end_look,
    known_texts,
    note_failure,
    note_told,
)

ON_ITS_WAY = timedelta(minutes=1)
"""So young a text is left to its webhook, which may be under way, and looked for again in a minute."""
PATIENCE = timedelta(minutes=30)
"""A list that cannot be read for so long is told to a person: what comes in by itself is not touched by it."""
UNLISTED = "texts that came in may be missing: the carrier's list cannot be read"
NOT_LOOKED_FOR = "texts that came in more than three days ago were not looked for"
_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A practice's account whose carrier lists what came in. `carrier` is the carrier's key."""

    carrier: str
    texts: ListsTexts


class Missed:
    """Brings in what a practice's numbers were sent and never got, in the order in which it was sent."""

    def __init__(self, storage: Storage, practices: Practices, reception: Reception, clock: Clock) -> None:
        self._storage = storage
        self._practices = practices
        self._reception = reception
        self._clock = clock

    async def look(self, practice: PracticeId, listing: Listing) -> int:
        """How many texts were brought in, of all numbers that are due. Safe to repeat and to break off at any time.

        Raises: as `Letterbox.put`; what was not brought in yet is found by the next look.
        """
        async with self._storage.practice(practice) as db:
            known = await self._practices.read(db)
        numbers = dict.fromkeys(place.phone for place in known.locations)
        return sum([await self._look_through(practice, listing, number) for number in numbers])

    async def _look_through(self, practice: PracticeId, listing: Listing, number: str) -> int:
        async with self._storage.practice(practice) as db:
            look = await begin_look(db, listing.carrier, number, now=self._clock.now())
        if look is None:
            return 0
        try:
            known = _Known(self._storage, practice, listing.carrier)
            found = await listing.texts.came_since(number, look.since, known=known)
        except Fault as fault:
            await self._failed(practice, look, fault)
            return 0
        ripe, young = _parted(found, now=self._clock.now())
        for came in ripe:
            await text_came(
                self._storage,
                self._practices,
                self._reception,
                practice,
                came,
                carrier=listing.carrier,
                now=self._clock.now(),
            )
        if ripe:
            _log.warning("texts were found that never came in", carrier=listing.carrier, count=len(ripe))
        await self._ended(practice, look, soon=bool(young))
        return len(ripe)

    async def _ended(self, practice: PracticeId, look: Look, *, soon: bool) -> None:
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            failing = await end_look(db, look, soon=soon)
            if failing is not None and failing.told:
                await close_task(db, _unlisted(practice, look, failing.since), now=now)
            if look.unseen_from is not None:
                id = uuid5(practice, f"texts to {look.number} not looked for since {look.unseen_from.isoformat()}")
                await _open(db, id, NOT_LOOKED_FOR, now=now)

    async def _failed(self, practice: PracticeId, look: Look, fault: Fault) -> None:
        """A person hears of it once it lasts, and at once where nobody else can mend it."""
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            failing = await note_failure(db, look)
            if failing.since == look.asked:
                _log.error("the list of texts could not be read", carrier=look.carrier, trouble=str(fault))
            lasts = isinstance(fault, NotPermitted) or now - failing.since >= PATIENCE
            if lasts and not failing.told:
                await _open(db, _unlisted(practice, look, failing.since), UNLISTED, now=now)
                await note_told(db, look)


class _Known:
    """Which of a carrier's ids have come in before. Implements `ports.carrying.Known`."""

    def __init__(self, storage: Storage, practice: PracticeId, carrier: str) -> None:
        self._storage = storage
        self._practice = practice
        self._carrier = carrier

    async def __call__(self, ids: Sequence[str]) -> frozenset[str]:
        named = {known_as(self._carrier, id): id for id in ids}
        async with self._storage.practice(self._practice) as db:
            return frozenset(named[one] for one in await known_texts(db, list(named)))


def _parted(found: Sequence[Came], *, now: datetime) -> tuple[list[Came], list[Came]]:
    """What is taken in now, and what may still come by itself."""
    ripe = [one for one in found if one.at is None or now - one.at >= ON_ITS_WAY]
    return ripe, [one for one in found if one not in ripe]


def _unlisted(practice: PracticeId, look: Look, since: datetime) -> UUID:
    return uuid5(practice, f"texts to {look.number} unlisted since {since.isoformat()}")


async def _open(db: Db, id: UUID, reason: str, *, now: datetime) -> None:
    await open_task(db, Task(id=id, conversation=None, appointment=None, reason=reason, urgent=False, opened=now))
