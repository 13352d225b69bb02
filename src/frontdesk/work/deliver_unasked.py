"""Job: hand over what nobody asked for: reminders and what is said after visits, many at a time.

What is ordinary goes together: looked at once more, decided on and marked in one transaction, handed over side by
side, and marked as sent in another. Whatever is not (a mail, an offer, a calendar that has to be asked again, a rule
that adds words or moves it) goes its own way, as an answer does.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from frontdesk.compliance.deciding import Allowed
from frontdesk.domain.delivery import Trouble
from frontdesk.domain.ids import PracticeId
from frontdesk.ports.channel import Accepted, NotTaken, Text
from frontdesk.ports.faults import Fault
from frontdesk.reception.allowed import known_of_each
from frontdesk.reception.reminding import stands_as_read
from frontdesk.storage import contact_decisions, outbox, reminders
from frontdesk.storage.contact_decisions import Made
from frontdesk.storage.contact_points import contact_points
from frontdesk.storage.database import Db, Turn
from frontdesk.storage.jobs import Job
from frontdesk.storage.outbox import Outgoing
from frontdesk.wiring import Frontdesk
from frontdesk.work.deciding import contact_of, decision_id, message_of
from frontdesk.work.deliver import after_fault, deliver_in, not_taken

TOGETHER = 25
"""So many are in one worker's hands at once: of each that may have left when it dies, its carrier is asked first."""

STALE = timedelta(seconds=10)
"""What waits longer for its turn than this is left: somebody else may have found it marked, and be at it."""
SIDE_BY_SIDE = 5
"""So many are handed over at once: an answer waits for its turn at the carrier behind no more of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """A text that may go as it stands."""

    out: Outgoing
    text: Text


async def deliver_unasked(desk: Frontdesk, job: Job) -> None:
    """Hand over what nobody asked for in a practice, until none of it is due."""
    while await _hand_some_over(desk, job.practice):
        pass


async def _hand_some_over(desk: Frontdesk, practice: PracticeId) -> int:
    """How many were looked at."""
    async with desk.storage.turn(practice) as turn:
        async with turn.transaction() as db:
            taken = await outbox.take_alone(db, now=desk.clock.now(), most=TOGETHER)
        if not taken:
            return 0
        async with turn.transaction() as db:
            marked = desk.clock.now()
            ready = await _ready(desk, db, taken, now=marked)
            await outbox.mark_tried(db, [one.out for one in ready], now=marked)
        beside = asyncio.Semaphore(SIDE_BY_SIDE)
        outcomes = await asyncio.gather(*(_hand_over(desk, practice, one, beside, marked=marked) for one in ready))
        sent = {
            one.out.id: outcome.receipt
            for one, outcome in zip(ready, outcomes, strict=True)
            if isinstance(outcome, Accepted)
        }
        if sent:
            async with turn.transaction() as db:
                await outbox.mark_all_sent(db, sent, now=desk.clock.now())
        for one, outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, NotTaken):
                await not_taken(desk, turn, one.out, outcome)
            elif isinstance(outcome, Fault):
                await after_fault(desk, turn, one.out, outcome)
        handed = {one.out.id for one in ready}
        await _one_by_one(desk, turn, [out for out in taken if out.id not in handed])
    return len(taken)


async def _one_by_one(desk: Frontdesk, turn: Turn, outs: Sequence[Outgoing]) -> None:
    for conversation in dict.fromkeys(out.conversation for out in outs):
        await deliver_in(desk, turn, conversation)


async def _hand_over(
    desk: Frontdesk, practice: PracticeId, one: _Ready, beside: asyncio.Semaphore, *, marked: datetime
) -> Accepted | NotTaken | Fault | None:
    """What came of it; None: it stays marked, and is found again as what may have left."""
    async with beside:
        if desk.clock.now() - marked > STALE:
            return None
        try:
            return await desk.carrier_of(practice).send(replace(one.text, key=str(one.out.id)))
        except Fault as fault:
            return fault


async def _ready(desk: Frontdesk, db: Db, taken: Sequence[Outgoing], *, now: datetime) -> list[_Ready]:
    """Those that may go as they stand, each with the decision kept that lets it."""
    waiting = await outbox.still_waiting(db, taken)
    told = await reminders.sent_as(db, [out.id for out in taken])
    visits = [one.appointment for all_ in told.values() for one in all_]
    known = await reminders.ahead(db, visits) if visits else {}
    ordinary = [
        _Ready(out=out, text=message)
        for out in taken
        if out.id in waiting
        and told[out.id]
        and all(stands_as_read(one, known.get(one.appointment), now=now) for one in told[out.id])
        and isinstance(message := message_of(out), Text)
    ]
    reachable = await _reachable(desk, db, ordinary)
    return await _decided_on(desk, db, reachable, now=now)


async def _reachable(desk: Frontdesk, db: Db, ready: Sequence[_Ready]) -> list[_Ready]:
    """Those of which nothing is known that would keep them from arriving, and nothing has to be looked up."""
    texting = desk.texting_of(db.practice)
    looks_up = texting is not None and texting.account.looks_up
    points = await contact_points(db, [one.text.to for one in ready])
    return [
        one
        for one in ready
        if points[one.text.to].trouble not in {Trouble.LANDLINE, Trouble.UNKNOWN}
        and (points[one.text.to].wrote or not (looks_up or points[one.text.to].line is not None))
    ]


async def _decided_on(desk: Frontdesk, db: Db, ready: Sequence[_Ready], *, now: datetime) -> list[_Ready]:
    if not ready:
        return []
    practice = await desk.practices.read(db)
    outs = [one.out for one in ready]
    known = await known_of_each(db, [one.text.to for one in ready])
    before = await contact_decisions.counted_texts_beside(db, outs, now=now)
    first = await contact_decisions.first_texts(db, outs)
    allowed: list[_Ready] = []
    made: list[Made] = []
    for one in ready:
        of_them = replace(known[one.text.to], texts=before[one.out.id], first=one.out.id in first)
        contact = contact_of(desk, practice, one.text, one.out)
        decision = desk.book.decide(contact, of_them, now=now)
        if isinstance(decision.verdict, Allowed) and not decision.adds:
            allowed.append(one)
            id = decision_id(one.out, now=now)
            made.append(Made(id=id, out=one.out, kind=contact.kind, decision=decision))
    await contact_decisions.keep_decisions(db, made, now=now)
    return allowed
