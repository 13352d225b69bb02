"""Times that open up are offered to those who wait for them: to one at a time while that leaves enough of the notice,
then to a few at once, in an order that can be told.

Nothing has to say that a time opened up: every two minutes is looked what is free for those who wait, so that it does
not matter who freed it, nor where. Who is asked next is decided and stored in one transaction; the asking follows, and
is taken up again by whoever comes next where it was broken off.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from frontdesk.compliance.book import Book
from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PracticeId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import System
from frontdesk.reception.experimenting import order_for
from frontdesk.reception.fitting import fitting, is_free, visit_to_move, who_may_be_asked
from frontdesk.reception.offering import Offering
from frontdesk.scheduling.ranking import Candidate, Ranked, fit_of, part_of_each, rank
from frontdesk.scheduling.waves import TO_COME, One, Over, Wave, next_step, time_to_ask
from frontdesk.storage import openings, waitlist
from frontdesk.storage.database import Storage
from frontdesk.storage.openings import CLAIM_STANDS, Offer, Opening, Stands
from frontdesk.storage.practices import Practices
from frontdesk.storage.waitlist import Waiting

LOOK_EVERY = timedelta(minutes=2)
"""How often a time is looked for, for each who waits."""
TOGETHER = timedelta(minutes=1)
"""Whoever was looked for longer ago than this is looked for with those who are due, so that all are ranked together."""
FIRST, LAST = time(8), time(20)
"""Texts that nobody asked for go out between these, on the practice's wall clock (47 CFR 64.1200(c)(1): 8 to 21)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Tells times apart."""

    start: datetime
    practitioner: PractitionerId
    service: ServiceId


@dataclass(kw_only=True, slots=True)
class Round:
    """One look at everything: the times with those whom they fit, and who is asked already.

    `able`: who may be asked at all. `racing`: times for which several were asked, the first of whom gets it.
    """

    practice: Practice
    now: datetime
    slots: dict[Key, Slot] = field(default_factory=dict)
    fits: dict[Key, list[Waiting]] = field(default_factory=dict)
    standing: list[Opening] = field(default_factory=list)
    asked: set[UUID] = field(default_factory=set)
    able: frozenset[UUID] = frozenset()
    racing: set[UUID] = field(default_factory=set)


class Filling:
    """What is done for those on the waitlist when no message of theirs is being answered."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        system_of: Callable[[PracticeId], System],
        *,
        public_url: str,
        book: Book,
    ) -> None:
        """`book`: whether somebody may be written to, and when."""
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._system_of = system_of
        self._book = book
        self._offering = Offering(storage, clock, system_of, public_url=public_url)

    async def fill(self, id: PracticeId) -> int:
        """How many offers were made. Safe to repeat at any time, by several workers at once."""
        now = self._clock.now()
        async with self._storage.practice(id) as db:
            practice = await self._practices.read(db)
            await openings.close_past(db, before=now + TO_COME, now=now)
            standing = [one for one in await openings.asking(db) if one.stands is Stands.ASKING]
            made = await openings.offers_of(db, [one.id for one in standing])
            gone = await openings.to_tell(db)
        racing = {offer.opening for offer in made if not offer.kept and offer.open_until > now}
        if await self._close_what_is_gone(practice, [one for one in standing if one.id in racing], now=now):
            async with self._storage.practice(id) as db:
                gone = await openings.to_tell(db)
        for opening, offer in gone:
            await self._offering.tell_gone(practice, opening, offer)
        zone = practice.locations[0].zone
        if not FIRST <= wall(now, zone).time() < LAST:
            return 0
        await self._begin(practice, now=now)
        async with self._storage.practice(id) as db:
            begun = await openings.begun(db)
        return sum([await self._offering.ask(practice, opening, offer) for opening, offer in begun])

    async def _close_what_is_gone(self, practice: Practice, racing: Iterable[Opening], *, now: datetime) -> int:
        """How many of the times that several were asked for the front desk has filled meanwhile: they hear of it."""
        closed = 0
        for opening in racing:
            try:
                free = await is_free(self._system_of(practice.id), opening.slot)
            except Fault:
                continue
            if not free:
                async with self._storage.practice(practice.id) as db:
                    await openings.lose(db, opening, now=now)
                closed += 1
        return closed

    async def _begin(self, practice: Practice, *, now: datetime) -> None:
        """Decide for every time that is free whom to ask next."""
        async with self._storage.practice(practice.id) as db:
            if not await waitlist.any_to_look_for(db, since=now - LOOK_EVERY, now=now):
                return
            entries = await waitlist.take_up(db, since=now - TOGETHER, now=now)
            standing = await openings.asking(db)
        round = Round(practice=practice, now=now, standing=standing)
        for entry in entries:
            await self._look(round, entry)
        if not round.fits:
            return
        fitting = {one.id: one for each in round.fits.values() for one in each}
        async with self._storage.practice(practice.id) as db:
            round.able = await who_may_be_asked(db, self._book, practice, [*fitting.values()], now=now)
            made = await openings.offers_of(db, [one.id for one in standing])
        round.racing = {offer.opening for offer in made if not offer.kept}
        for key in sorted(round.fits, key=lambda key: (key.start, key.practitioner, key.service)):
            await self._step(round, key)

    async def _look(self, round: Round, entry: Waiting) -> None:
        system = self._system_of(round.practice.id)
        try:
            visit = await visit_to_move(system, entry, now=round.now)
            if entry.instead is not None and visit is None:
                entry = await self._without_visit(entry, round.practice)
            slots = await fitting(system, round.practice, entry, visit, now=round.now)
        except Fault:
            return
        for slot in slots:
            key = Key(start=slot.during.start, practitioner=slot.practitioner, service=slot.service)
            round.slots.setdefault(key, slot)
            round.fits.setdefault(key, []).append(entry)

    async def _without_visit(self, entry: Waiting, practice: Practice) -> Waiting:
        """The visit that a sooner time was wanted instead of is gone: any time that fits will do."""
        async with self._storage.practice(practice.id) as db:
            await waitlist.forget_visit(db, entry.id)
            return await waitlist.read_entry(db, entry.id) or entry

    async def _step(self, round: Round, key: Key) -> None:
        slot, now = round.slots[key], round.now
        opening = next((one for one in round.standing if _key(one.slot) == key), None)
        if any(_in_the_way(one, slot, opening) for one in round.standing):
            return
        if opening is not None and not _may_go_on(opening, now=now):
            return
        id = opening.id if opening else uuid5(round.practice.id, f"{key} {now.isoformat()}")
        able = _one_each(one for one in round.fits[key] if one.id in round.able and one.id not in round.asked)
        zone = round.practice.locations[0].zone
        lead = _lead(round.practice, key.service)
        left = time_to_ask(now, key.start, zone=zone, first=FIRST, last=LAST, lead=lead)
        step = next_step(left=left, people=len(able), racing=id in round.racing)
        if isinstance(step, Over):
            return
        then = now + (LOOK_EVERY if isinstance(step, One) else step.then)
        begun = Opening(id=id, slot=slot, opened=now, next_at=then)
        known = {one.id: one for one in able}
        async with self._storage.practice(round.practice.id) as db:
            by = await order_for(db, round.practice, id, now=now)
            asked = rank([_candidate(one) for one in able], now=now, by=by)[: 1 if isinstance(step, One) else step.size]
            offers = [_offer(id, known[one.id], one, step, now=now) for one in asked]
            part = part_of_each(asked=len(offers), among=len(able))
            if await openings.begin(db, begun, offers, among=list(known), part=part, now=now):
                round.asked |= {one.waiting for one in offers}
                round.standing = [one for one in round.standing if one.id != id] + [begun]


def _lead(practice: Practice, service: ServiceId) -> timedelta:
    own = practice.service(service).rules.lead_time
    return practice.policies.lead_time if own is None else own


def _key(slot: Slot) -> Key:
    return Key(start=slot.during.start, practitioner=slot.practitioner, service=slot.service)


def _in_the_way(other: Opening, slot: Slot, opening: Opening | None) -> bool:
    """Whether another time that is being offered would need the same person at the same hour."""
    if opening is not None and other.id == opening.id:
        return False
    return other.slot.practitioner == slot.practitioner and other.slot.during.overlaps(slot.during)


def _may_go_on(opening: Opening, *, now: datetime) -> bool:
    """Whether more may be asked. Who was first and has not booked loses the time again after a while."""
    if opening.stands is Stands.CLAIMED:
        return opening.settled is not None and now - opening.settled >= CLAIM_STANDS
    return opening.next_at <= now


def _one_each(able: Iterable[Waiting]) -> list[Waiting]:
    """Nobody is asked twice for a time, though they be on the list twice."""
    return list({one.patient: one for one in reversed(list(able))}.values())[::-1]


def _candidate(entry: Waiting) -> Candidate:
    return Candidate(id=entry.id, joined=entry.joined, fit=fit_of(entry.wish), urgency=entry.urgency, owed=entry.owed)


def _offer(opening: UUID, entry: Waiting, ranked: Ranked, step: One | Wave, *, now: datetime) -> Offer:
    return Offer(
        opening=opening,
        waiting=entry.id,
        conversation=entry.conversation,
        kept=isinstance(step, One),
        reasons=ranked.reasons,
        asked=now,
        open_until=now + (step.keep if isinstance(step, One) else step.open_for),
    )
