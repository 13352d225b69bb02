"""Calls that the desk has placed: what to do when somebody picks up, and what follows from how they end.

A call that reached nobody is placed again a while later, or its reminder goes another way. What the carrier tells may
come twice, late or never; each call ends once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.domain.ids import PracticeId
from frontdesk.domain.placed_call import Became
from frontdesk.domain.practice import Practice
from frontdesk.ports.clock import Clock
from frontdesk.ports.phoning import AnsweredBy, Rang
from frontdesk.reception.called_out import call_in
from frontdesk.storage import outbox, placed_calls, reminders
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.placed_calls import PlacedCall, Stage
from frontdesk.storage.practices import Practices

RINGS_FOR = timedelta(seconds=25)
"""How long it rings: four rings, which is before most voicemail boxes pick up (a guess)."""
LASTS = timedelta(minutes=5)
"""How long a call may last before its carrier ends it (a guess)."""
AT_ONCE = 2
"""So many calls of a practice are placed at a time: each person is heard on this machine (a guess)."""
_ENDS = {Rang.BUSY: Became.BUSY, Rang.NO_ANSWER: Became.NO_ANSWER, Rang.FAILED: Became.FAILED}


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeUp:
    """The call is joined with the assistant. `number` is whose it is."""

    number: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class NobodyToTell:
    """It is hung up: a fax picked up, the visit is gone, or the call is none of ours or over."""


class Placing:
    """What becomes of the calls that the desk has placed."""

    def __init__(self, storage: Storage, practices: Practices, clock: Clock) -> None:
        self._storage = storage
        self._practices = practices
        self._clock = clock

    async def answered(self, practice: PracticeId, placed: str, call: str, by: AnsweredBy) -> TakeUp | NobodyToTell:
        """Somebody, or something, picked up. Told twice, the first word on who it is stands."""
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            one = await self._known(db, placed, call)
            to = await call_in(db, one) if one is not None else None
            if one is None or to is None or one.stage is Stage.OVER:
                return NobodyToTell()
            await outbox.mark_sent(db, one.id, receipt=call, now=now)  # where its answer was lost, this is the answer
            if one.stage is not Stage.ANSWERED:
                await placed_calls.answered(db, one, call, by, now=now)
            if (one.by or by) is AnsweredBy.FAX:
                await placed_calls.note(db, one, Became.FAX, now=now)
                return NobodyToTell()
            if not await _stands(db, one):
                await placed_calls.note(db, one, Became.GONE, now=now)
                return NobodyToTell()
        return TakeUp(number=to.number)

    async def ended(self, practice: PracticeId, placed: str, call: str, how: Rang) -> None:
        """The call is over."""
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            one = await self._known(db, placed, call)
            if one is None or one.stage is Stage.OVER:
                return
            await outbox.mark_sent(db, one.id, receipt=call, now=now)
            await self._over(db, one, _became(one, how), now=now)

    async def not_placed(self, practice: PracticeId, id: UUID, became: Became) -> None:
        """It will not ring, or nobody will ever know whether it has."""
        async with self._storage.practice(practice) as db:
            one = await placed_calls.read_placed(db, id)
            if one is not None and one.stage is not Stage.OVER:
                await self._over(db, one, became, now=self._clock.now())

    async def give_up_lost(self, practice: PracticeId) -> int:
        """How many calls were ended of which their carrier told nothing more."""
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            lost = await placed_calls.forgotten(db, now=now)
            for id in lost:
                one = await placed_calls.read_placed(db, id)
                if one is not None and one.stage is not Stage.OVER:
                    await self._over(db, one, one.became or Became.LOST, now=now)
        return len(lost)

    async def _known(self, db: Db, placed: str, call: str) -> PlacedCall | None:
        """The call of ours that a carrier tells of, where it is that very one."""
        try:
            one = await placed_calls.read_placed(db, UUID(placed))
        except ValueError:
            return None
        return one if one is not None and one.call in {None, call} else None

    async def _over(self, db: Db, one: PlacedCall, became: Became, *, now: datetime) -> None:
        await placed_calls.end_placed(db, one, became, now=now)
        if not became.reached:
            await _go_on(db, await self._practices.read(db), one, became, now=now)


def _became(one: PlacedCall, how: Rang) -> Became:
    """What came of it: what was said in it, else who picked up, else how the carrier says that it ended."""
    if one.became is not None:
        return one.became
    if how is not Rang.COMPLETED:
        return _ENDS[how]
    return Became.MACHINE if one.by in {AnsweredBy.MACHINE, AnsweredBy.MACHINE_ENDED} else Became.NO_ANSWER


async def _stands(db: Db, one: PlacedCall) -> bool:
    """Whether a visit that it is about stands, as far as is known without asking its calendar."""
    told = (await reminders.sent_as(db, [one.id]))[one.id]
    known = await reminders.ahead(db, [each.appointment for each in told]) if told else {}
    return any((visit := known.get(each.appointment)) is not None and reminders.is_of(each, visit) for each in told)


async def _go_on(db: Db, practice: Practice, one: PlacedCall, became: Became, *, now: datetime) -> None:
    """The reminders that nobody got are planned once more: by another call in a while, or at once another way."""
    calls = practice.reminding.calls
    for each in (await reminders.sent_as(db, [one.id]))[one.id]:
        due = now + calls.apart
        again = became.may_ring_again and each.calls + 1 < calls.tries and due < each.good_until
        await reminders.plan_after_call(db, each, due=due if again else now, called_out=not again, now=now)
