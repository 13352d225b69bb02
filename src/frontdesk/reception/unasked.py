"""Texts that nobody asked for: whether they may begin now, and how they get into the outbox, several together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from frontdesk.compliance.book import Book
from frontdesk.compliance.deciding import Allowed, Contact, Known, NotBefore, Stopped
from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.ports.channel import Text
from frontdesk.reception.allowed import known_of_each
from frontdesk.reception.reply import Turned, Worded, remembered, tell_of_held
from frontdesk.reception.whom import NO_PHONE, SPEAKING, WRONG_NUMBER, Stays, Waits, Whom
from frontdesk.storage import contact_decisions, conversations, outbox, placed_calls, tasks
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.outbox import Outgoing


async def thread_to(db: Db, whom: Whom, *, new_id: Callable[[], UUID], now: datetime) -> Conversation | Waits | Stays:
    """The conversation that it belongs in, which may not have begun yet; or why it may not go now."""
    return (await threads_to(db, [whom], new_id=new_id, now=now))[0]


async def threads_to(
    db: Db, whoms: Sequence[Whom], *, new_id: Callable[[], UUID], now: datetime
) -> list[Conversation | Waits | Stays]:
    """The same for several, in their order."""
    begun = [whom.thread.id for whom in whoms if whom.thread is not None and whom.phone is not None]
    spoken = await conversations.read_conversations(db, begun) if begun else {}
    wrong = await tasks.open_about(db, begun, Reason.WRONG_NUMBER) if begun else frozenset[UUID]()
    said_in_calls = await placed_calls.calls_to(
        db, [whom.phone for whom in whoms if whom.phone], reason=Reason.WRONG_NUMBER
    )
    found: list[Conversation | Waits | Stays] = []
    for whom in whoms:
        if whom.phone is None:
            found.append(Stays(why=NO_PHONE))
            continue
        if whom.phone in said_in_calls:
            found.append(Stays(why=WRONG_NUMBER))
            continue
        state = State(language=whom.patient.language, address=whom.phone, greeted=True)
        if whom.thread is not None:
            there = spoken.get(whom.thread.id)
            state = (there.conversation if there else whom.thread).state
            if state.flow is not None and state.asked is not None and there is not None and now - there.last < SPEAKING:
                found.append(Waits(until=now + SPEAKING))
                continue
            if whom.thread.id in wrong:
                found.append(Stays(why=WRONG_NUMBER))
                continue
        thread = ConversationId(whom.thread.id if whom.thread else new_id())
        found.append(
            Conversation(
                id=thread,
                channel=ChannelKind.SMS,
                address=whom.phone,
                state=state,
                patient=whom.patient.id,
                started=now,
            )
        )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Unasked:
    """What is to be said to somebody, `turned` and in `words`. `good_until`, UTC: later it says nothing.

    `id` is its place in the outbox.
    """

    id: UUID
    whom: Whom
    conversation: Conversation
    kind: ContactKind
    turned: Turned
    words: Worded
    good_until: datetime


async def put_out(db: Db, book: Book, practice: Practice, said: Unasked, *, now: datetime) -> Waits | Stays | None:
    """Put it into the outbox with the state that its answer is read in, where the rules allow it; None: it is there."""
    return (await put_all_out(db, book, practice, [said], now=now))[0]


async def put_all_out(
    db: Db, book: Book, practice: Practice, said: Sequence[Unasked], *, now: datetime
) -> list[Waits | Stays | None]:
    """The same for several, each in a conversation of its own, in their order."""
    if not said:
        return []
    known = await known_of_each(db, [one.conversation.address for one in said])
    before = await contact_decisions.counted_texts_beside(db, [_place_of(one) for one in said], now=now)
    outcomes: list[Waits | Stays | None] = []
    goes: list[Unasked] = []
    for one in said:
        outcome = _decided(book, practice, one, replace(known[one.conversation.address], texts=before[one.id]), now=now)
        if outcome is None and one.whom.thread is None and not await _begin(db, one, now=now):
            outcome = Waits(until=now)
        if outcome is None:
            goes.append(one)
        outcomes.append(outcome)
    await _say(db, practice, goes, now=now)
    return outcomes


def _place_of(said: Unasked) -> Outgoing:
    thread = said.conversation.id
    return Outgoing(id=said.id, conversation=thread, channel=ChannelKind.SMS, subject=thread, payload="")


def _decided(book: Book, practice: Practice, said: Unasked, known: Known, *, now: datetime) -> Waits | Stays | None:
    contact = Contact(
        kind=said.kind,
        channel=ChannelKind.SMS,
        where=book.where(state=None, phone=said.conversation.address),
        words=said.words.reply.text,
        sender=practice.name,
        part2=practice.policies.substance_use_program,
    )
    decision = book.decide(contact, known, now=now)
    match decision.verdict:
        case Stopped():
            return Stays(why=decision.reason)
        case NotBefore(at=at):
            return Waits(until=at) if at < said.good_until else Stays(why=decision.reason)
        case Allowed():
            return None


async def _begin(db: Db, said: Unasked, *, now: datetime) -> bool:
    """Whether the conversation is begun by these words; somebody may have begun one meanwhile."""
    thread = said.conversation
    opened = await conversations.open_conversation(
        db, ChannelKind.SMS, thread.address, id=thread.id, state=thread.state, now=now
    )
    return opened == thread.id


async def _say(db: Db, practice: Practice, said: Sequence[Unasked], *, now: datetime) -> None:
    """The words, what is remembered with them, and their way out."""
    if not said:
        return
    await conversations.say_unasked(
        db,
        [
            conversations.Unasked(
                id=MessageId(one.id),
                conversation=one.conversation.id,
                text=one.words.reply.text,
                buttons=one.words.reply.buttons,
                state=remembered(one.turned, one.words) if one.conversation.state.mode is Mode.ASSISTANT else None,
                patient=one.whom.patient.id,
            )
            for one in said
        ],
        now=now,
    )
    texts = [
        outbox.text_out(
            one.conversation.id,
            one.id,
            Text(
                key=str(one.id),
                sender=practice.locations[0].phone,
                to=one.conversation.address,
                body=one.words.reply.text,
                kind=one.kind,
            ),
        )
        for one in said
    ]
    await outbox.put_all(db, texts, now=now)
    for one in said:
        await tell_of_held(db, one.conversation, one.words, id=one.id, now=now)
