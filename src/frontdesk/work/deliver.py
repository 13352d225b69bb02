"""Job: hand over what waits in the outbox of a conversation, in order."""

from datetime import timedelta
from typing import assert_never
from uuid import uuid5

from frontdesk.compliance.deciding import NotBefore
from frontdesk.domain.ids import ConversationId
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.storage import notices, outbox, tasks
from frontdesk.storage.database import Turn
from frontdesk.storage.jobs import Job
from frontdesk.storage.outbox import Outgoing
from frontdesk.wiring import Frontdesk
from frontdesk.work.deciding import decided_on

WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


async def deliver(desk: Frontdesk, job: Job) -> None:
    """Hand over everything that is due in one conversation; what fails for now is tried again later."""
    conversation = ConversationId(job.on)
    async with desk.storage.alone(job.practice, f"deliver {conversation}") as turn:
        out = await _first_due(desk, turn, conversation)
        while out is not None:
            out = await _deliver(desk, turn, out)


async def _first_due(desk: Frontdesk, turn: Turn, conversation: ConversationId) -> Outgoing | None:
    async with turn.transaction() as db:
        return await outbox.first_due(db, conversation, now=desk.clock.now())


async def _deliver(desk: Frontdesk, turn: Turn, out: Outgoing) -> Outgoing | None:
    """Hand one over; what is due next. What did not go is due later, and keeps only its own channel waiting."""
    try:
        decided = await decided_on(desk, turn, out)
        if isinstance(decided, NotBefore):
            return await _first_due(desk, turn, out.conversation)
        accepted = await _hand_over(desk, turn, decided)
    except (Unreachable, OutcomeUnknown, NotPermitted) as fault:
        # A repeat carries the same key, which the other side knows it by; so it is safe, and silence is not.
        if isinstance(fault, NotPermitted):
            await _tell_staff(desk, turn, out)  # a person must mend the account; meanwhile it waits
        await _later(desk, turn, out, trouble=str(fault))
        return await _first_due(desk, turn, out.conversation)
    except Refused as fault:
        await _never(desk, turn, out, trouble=str(fault))
        return await _first_due(desk, turn, out.conversation)
    async with turn.transaction() as db:
        await outbox.mark_sent(db, out.id, receipt=accepted.receipt, now=desk.clock.now())
        return await outbox.first_due(db, out.conversation, now=desk.clock.now())


async def _hand_over(desk: Frontdesk, turn: Turn, message: Text | Mail) -> Accepted:
    match message:
        case Text():
            return await desk.carrier_of(turn.practice).send(message)
        case Mail():
            return await desk.post_office_of(turn.practice).post(message)
        case other:
            assert_never(other)


async def _later(desk: Frontdesk, turn: Turn, out: Outgoing, *, trouble: str) -> None:
    if out.attempts >= len(WAITS):
        await _never(desk, turn, out, trouble=trouble)
        return
    due = desk.clock.now() + WAITS[out.attempts]
    async with turn.transaction() as db:
        await outbox.try_later(db, out.id, due=due, trouble=trouble)


async def _never(desk: Frontdesk, turn: Turn, out: Outgoing, *, trouble: str) -> None:
    """It will not go: a person at the desk hears of it, and of what they themselves do not hear, the next of them."""
    async with turn.transaction() as db:
        await outbox.mark_refused(db, out.id, trouble=trouble)
    await _tell_staff(desk, turn, out)


async def _tell_staff(desk: Frontdesk, turn: Turn, out: Outgoing) -> None:
    async with turn.transaction() as db:
        if await notices.did_not_go(db, out.id, now=desk.clock.now()):
            return
    task = tasks.Task(
        id=uuid5(out.id, "not delivered"),
        conversation=out.conversation,
        appointment=None,
        reason=f"a message by {out.channel.value} could not be delivered",
        urgent=False,
        opened=desk.clock.now(),
    )
    async with turn.transaction() as db:
        await tasks.open_task(db, task)
