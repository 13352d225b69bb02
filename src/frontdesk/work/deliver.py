"""Job: hand over what waits in the outbox of a conversation, in order."""

from dataclasses import replace
from datetime import timedelta
from typing import assert_never
from uuid import uuid5

import structlog

from frontdesk.compliance.deciding import NotBefore
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.delivery import Delivery, Line, Trouble
from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.placed_call import Became as CallBecame
from frontdesk.ports.channel import Accepted, FindsTexts, Mail, NotTaken, Text, ToCall
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.reception.offering import is_over
from frontdesk.reception.undelivered import not_delivered
from frontdesk.storage import notices, outbox, placed_calls, tasks
from frontdesk.storage.contact_points import contact_point, keep_line, returns_mail
from frontdesk.storage.database import Turn
from frontdesk.storage.deliveries import Became, advance
from frontdesk.storage.jobs import Job
from frontdesk.storage.outbox import Outgoing
from frontdesk.wiring import Frontdesk
from frontdesk.work.deciding import decided_on, message_of
from frontdesk.work.ringing import place, rings_already, waits_for_others

_log = structlog.get_logger()

WAITS = tuple(timedelta(seconds=one) for one in (5, 30, 40, 300, 1800, 7200))
"""Between one try and the next. The third comes after the minute that a carrier is given to list what may have left in
the hands of a worker that died: whoever waits for an answer is not to wait five."""


async def deliver(desk: Frontdesk, job: Job) -> None:
    """Hand over everything that is due in one conversation; what fails for now is tried again later."""
    conversation = ConversationId(job.on)
    async with desk.storage.alone(job.practice, f"deliver {conversation}") as turn:
        await deliver_in(desk, turn, conversation)


async def deliver_in(desk: Frontdesk, turn: Turn, conversation: ConversationId) -> None:
    """The same for whoever has the right to deliver in that conversation."""
    out = await _first_due(desk, turn, conversation)
    while out is not None:
        out = await _deliver(desk, turn, out)


async def _first_due(desk: Frontdesk, turn: Turn, conversation: ConversationId) -> Outgoing | None:
    async with turn.transaction() as db:
        return await outbox.take_up(db, conversation, now=desk.clock.now())


async def _deliver(desk: Frontdesk, turn: Turn, out: Outgoing) -> Outgoing | None:
    """Hand one over; what is due next. What did not go is due later, and keeps only its own channel waiting."""
    try:
        if (left := await _left_before(desk, turn, out)) is not None:
            async with turn.transaction() as db:
                await outbox.mark_sent(db, out.id, receipt=left.receipt, now=desk.clock.now())
                return await outbox.take_up(db, out.conversation, now=desk.clock.now())
        if out.unasked and not await desk.reminding.still_wanted(turn, out.id):
            await _unwanted(turn, out, trouble="a reminder that was not needed any more")
            return await _first_due(desk, turn, out.conversation)
        if out.unasked and not await desk.after_visits.still_wanted(turn, out.id):
            await _unwanted(turn, out, trouble="what is said after a visit was not needed any more")
            return await _first_due(desk, turn, out.conversation)
        if await _is_over(desk, turn, out):
            await _unwanted(turn, out, trouble="an offer of a time that was over before it left")
            return await _first_due(desk, turn, out.conversation)
        if out.channel is ChannelKind.VOICE and await waits_for_others(desk, turn, out):
            return await _first_due(desk, turn, out.conversation)
        decided = await decided_on(desk, turn, out)
        if isinstance(decided, NotBefore):
            return await _first_due(desk, turn, out.conversation)
        outcome = await _hand_over(desk, turn, out, decided)
    except (Unreachable, OutcomeUnknown, NotPermitted, Refused) as fault:
        await after_fault(desk, turn, out, fault)
        return await _first_due(desk, turn, out.conversation)
    if isinstance(outcome, NotTaken):
        await not_taken(desk, turn, out, outcome)
        return await _first_due(desk, turn, out.conversation)
    async with turn.transaction() as db:
        await outbox.mark_sent(db, out.id, receipt=outcome.receipt, now=desk.clock.now())
        return await outbox.take_up(db, out.conversation, now=desk.clock.now())


async def _left_before(desk: Frontdesk, turn: Turn, out: Outgoing) -> Accepted | None:
    """Whether a text that nobody asked for has left already, in the hands of a worker that died; None: it has not.

    Asked before whether it is still wanted: of two visits that it tells of one may be gone since, and what is left of
    it would be told twice. A carrier that can only send is asked nothing.
    """
    if out.tried is None or not out.unasked:
        return None
    message, carrier = message_of(out), desk.carrier_of(turn.practice)
    if isinstance(message, ToCall):
        return await rings_already(desk, turn, out, message)
    if not isinstance(message, Text) or not isinstance(carrier, FindsTexts):
        return None
    return await carrier.found(replace(message, key=str(out.id), tried=out.tried))


async def _is_over(desk: Frontdesk, turn: Turn, out: Outgoing) -> bool:
    """Whether it is an offer of a time that nobody could take any more."""
    message = message_of(out)
    if not isinstance(message, Text) or message.purpose is not ContactKind.WAITLIST_OFFER:
        return False
    async with turn.transaction() as db:
        return await is_over(db, out, now=desk.clock.now())


async def _unwanted(turn: Turn, out: Outgoing, *, trouble: str) -> None:
    """A reminder whose visit is gone, or near, or an offer that is over: it does not go, and nobody misses it."""
    async with turn.transaction() as db:
        may_have_left = out.tried is not None
        if out.channel is ChannelKind.VOICE:
            await outbox.let_go(db, out.id, trouble=trouble)
            return
        await outbox.mark_refused(db, out.id, trouble=trouble, may_have_left=may_have_left)


async def _hand_over(desk: Frontdesk, turn: Turn, out: Outgoing, message: Text | Mail | ToCall) -> Accepted | NotTaken:
    match message:
        case ToCall():
            return await place(desk, turn, out, message)
        case Text():
            text = replace(message, key=str(out.id), tried=out.tried)
            if (trouble := await _known_trouble(desk, turn, text)) is not None:
                return trouble
            return await desk.carrier_of(turn.practice).send(text)
        case Mail():
            async with turn.transaction() as db:
                if message.answers is None and await returns_mail(db, message.to):
                    raise Refused("Mail to that address came back for good. Ask the patient for another.")
            return await desk.post_office_of(turn.practice).post(message)
        case other:
            assert_never(other)


async def _known_trouble(desk: Frontdesk, turn: Turn, text: Text) -> NotTaken | None:
    """Why it is known beforehand that a text will not arrive; whoever has just written from there can be answered."""
    if text.answers is not None or text.tried is not None:
        return None
    async with turn.transaction() as db:
        known = await contact_point(db, text.to)
    if known.trouble in {Trouble.LANDLINE, Trouble.UNKNOWN}:
        return NotTaken(trouble=known.trouble, code="known")
    if known.wrote:  # it can text, whatever its line is called
        return None
    texting = desk.texting_of(turn.practice)
    line = known.line
    if texting is not None and texting.account.looks_up and known.looked_up is None:
        try:
            line = await texting.account.line(text.to)
        except Fault as fault:  # the text goes all the same; the carrier will say what it knows
            _log.warning("a number could not be looked up", carrier=texting.carrier.key, fault=type(fault).__name__)
            return None
        async with turn.transaction() as db:
            await keep_line(db, text.to, line, now=desk.clock.now())
    return NotTaken(trouble=Trouble.LANDLINE, code="looked-up") if line is Line.LANDLINE else None


async def after_fault(desk: Frontdesk, turn: Turn, out: Outgoing, fault: Fault) -> None:
    """It was not handed over, or nobody knows: what follows from that. It is tried again where that is safe."""
    if isinstance(fault, Refused):
        await _never(desk, turn, out, trouble=str(fault), may_have_left=out.tried is not None)
        return
    # A repeat carries the same key, which the other side knows it by, or looks first; silence is not safe.
    if isinstance(fault, NotPermitted):
        await _tell_staff(desk, turn, out)  # a person must mend the account; meanwhile it waits
    await _later(desk, turn, out, fault)


async def not_taken(desk: Frontdesk, turn: Turn, out: Outgoing, outcome: NotTaken) -> None:
    """The carrier will never take it: what follows from that is done in the transaction that says so."""
    now = desk.clock.now()
    if out.channel is ChannelKind.VOICE:
        trouble = f"not taken: {outcome.trouble.value} ({outcome.code})"
        await _not_called(desk, turn, out, trouble=trouble, became=CallBecame.FAILED)
        return
    practice = await desk.practice(turn.practice)
    texting = desk.texting_of(turn.practice)
    told = Became(
        out=out.id,
        carrier=texting.carrier.key if texting else "none",
        became=Delivery.UNDELIVERED,
        trouble=outcome.trouble,
        code=outcome.code,
    )
    async with turn.transaction() as db:
        trouble = f"not taken: {outcome.trouble.value} ({outcome.code})"
        left = out.tried is not None
        refused = await outbox.mark_refused(db, out.id, trouble=trouble, may_have_left=left)
        if refused and await advance(db, told, now=now):
            await not_delivered(db, practice, out, outcome.trouble, code=outcome.code, now=now)


async def _later(desk: Frontdesk, turn: Turn, out: Outgoing, fault: Fault) -> None:
    # What may have left once stays so, whatever the later tries meet.
    may_have_left = out.tried is not None or isinstance(fault, OutcomeUnknown)
    if out.attempts >= len(WAITS):
        await _never(desk, turn, out, trouble=str(fault), may_have_left=may_have_left)
        return
    now = desk.clock.now()
    later = outbox.look_later if may_have_left else outbox.try_later
    async with turn.transaction() as db:
        await later(db, out.id, due=now + WAITS[out.attempts], trouble=str(fault), now=now)


async def _never(desk: Frontdesk, turn: Turn, out: Outgoing, *, trouble: str, may_have_left: bool) -> None:
    """It will not go: a person at the desk hears of it, and of what they themselves do not hear, the next of them."""
    if out.channel is ChannelKind.VOICE:
        became = CallBecame.LOST if may_have_left else CallBecame.NOT_PLACED
        await _not_called(desk, turn, out, trouble=trouble, became=became)
        return
    async with turn.transaction() as db:
        if not await outbox.mark_refused(db, out.id, trouble=trouble, may_have_left=may_have_left):
            return  # its carrier told meanwhile that it has it
    await _tell_staff(desk, turn, out)


async def _not_called(desk: Frontdesk, turn: Turn, out: Outgoing, *, trouble: str, became: CallBecame) -> None:
    """A call is not placed, or nobody knows whether it was: what it was to tell goes another way."""
    async with turn.transaction() as db:
        gone = await outbox.let_go(db, out.id, trouble=trouble)
        if gone:
            call = message_of(out)
            assert isinstance(call, ToCall)
            await placed_calls.begin(db, out.id, PatientId(out.subject), call.number, now=desk.clock.now())
    if gone:
        await desk.placing.not_placed(turn.practice, out.id, became)


async def _tell_staff(desk: Frontdesk, turn: Turn, out: Outgoing) -> None:
    async with turn.transaction() as db:
        if await notices.did_not_go(db, out.id, now=desk.clock.now()):
            return
    task = tasks.Task(
        id=uuid5(out.id, f"not delivered {out.retried.isoformat()}" if out.retried else "not delivered"),
        conversation=out.conversation,
        appointment=None,
        reason=f"a message by {out.channel.value} could not be delivered",
        urgent=False,
        opened=desk.clock.now(),
    )
    async with turn.transaction() as db:
        await tasks.open_task(db, task)
