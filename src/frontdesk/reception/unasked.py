"""A text that nobody asked for: whether it may begin now, and how it gets into the outbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from frontdesk.compliance.book import Book
from frontdesk.compliance.deciding import Allowed, Contact, NotBefore, Stopped
from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.reception.allowed import known_of
from frontdesk.reception.reply import Turned, Worded, remembered, send
from frontdesk.reception.whom import NO_PHONE, SPEAKING, WRONG_NUMBER, Stays, Waits, Whom
from frontdesk.storage import contact_decisions, conversations, tasks
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.outbox import Outgoing


async def thread_to(db: Db, whom: Whom, *, new_id: Callable[[], UUID], now: datetime) -> Conversation | Waits | Stays:
    """The conversation that it belongs in, which may not have begun yet; or why it may not go now."""
    if whom.phone is None:
        return Stays(why=NO_PHONE)
    state = State(language=whom.patient.language, address=whom.phone, greeted=True)
    if whom.thread is not None:
        state = (await conversations.read_conversation(db, whom.thread.id) or whom.thread).state
        last = await conversations.last_spoken(db, whom.thread.id)
        if state.flow is not None and state.asked is not None and last is not None and now - last < SPEAKING:
            return Waits(until=now + SPEAKING)
        if await tasks.is_open(db, whom.thread.id, Reason.WRONG_NUMBER):
            return Stays(why=WRONG_NUMBER)
    thread = ConversationId(whom.thread.id if whom.thread else new_id())
    return Conversation(
        id=thread, channel=ChannelKind.SMS, address=whom.phone, state=state, patient=whom.patient.id, started=now
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Unasked:
    """What is to be said, `turned` and in `words`. `good_until`, UTC: later it says nothing. `id` is its place."""

    id: UUID
    kind: ContactKind
    turned: Turned
    words: Worded
    good_until: datetime


async def put_out(
    db: Db, book: Book, practice: Practice, whom: Whom, conversation: Conversation, said: Unasked, *, now: datetime
) -> Waits | Stays | None:
    """Put it into the outbox with the state that its answer is read in, where the rules allow it; None: it is there."""
    assert whom.phone is not None  # `thread_to` has looked
    contact = Contact(
        kind=said.kind,
        channel=ChannelKind.SMS,
        where=book.where(state=None, phone=whom.phone),
        words=said.words.reply.text,
        sender=practice.name,
        part2=practice.policies.substance_use_program,
    )
    thread, state = conversation.id, conversation.state
    out = Outgoing(id=said.id, conversation=thread, channel=ChannelKind.SMS, subject=thread, payload="")
    known = replace(await known_of(db, whom.phone), texts=await contact_decisions.counted_texts(db, out, now=now))
    decision = book.decide(contact, known, now=now)
    match decision.verdict:
        case Stopped():
            return Stays(why=decision.reason)
        case NotBefore(at=at):
            return Waits(until=at) if at < said.good_until else Stays(why=decision.reason)
        case Allowed():
            pass
    if whom.thread is None:
        opened = await conversations.open_conversation(db, ChannelKind.SMS, whom.phone, id=thread, state=state, now=now)
        if opened != thread:
            return Waits(until=now)
    await send(db, practice, conversation, said.words, id=said.id, answers=None, now=now, kind=said.kind)
    if state.mode is Mode.ASSISTANT:
        after = remembered(said.turned, said.words)
        await conversations.remember(db, thread, state=after, patient=whom.patient.id, now=now)
    return None
