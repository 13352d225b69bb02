"""A person takes a conversation over, writes in it and gives it back; meanwhile the assistant is silent."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.state import Mode
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.ports.channel import Text
from frontdesk.reception.by_mail import goes_by_mail
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.holding import held_by, hold

ENDED = "the patient ended messages; reach them another way"
NOT_THERE = "there is no such conversation"
NOT_TAKEN = "take the conversation over first, so that the assistant does not answer as well"
ANOTHER_HOLDS_IT = "somebody else holds the conversation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """It is as was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotPossible:
    """It is not, and nothing was changed. `because` is for the practice's people to read."""

    because: str


async def take_over(
    storage: Storage,
    practice: Practice,
    conversation: ConversationId,
    *,
    now: datetime,
    by: UUID | None = None,
    instead_of: UUID | None = None,
) -> Done | NotPossible:
    """From now on a person speaks for the clinic. Emergencies are answered all the same.

    `by`: the account of whoever it is, where it is one. What another account holds stays theirs unless they are named
    by `instead_of`: of two who take it at once the first has it.
    """
    return await _change(storage, practice, conversation, Mode.PERSON, now=now, by=by, instead_of=instead_of)


async def give_back(
    storage: Storage, practice: Practice, conversation: ConversationId, *, now: datetime
) -> Done | NotPossible:
    """The assistant speaks again, and knows what it knew."""
    return await _change(storage, practice, conversation, Mode.ASSISTANT, now=now, by=None, instead_of=None)


async def assign(
    storage: Storage, practice: Practice, id: ConversationId, *, to: UUID, now: datetime
) -> Done | NotPossible:
    """A colleague holds the conversation from now on, whoever did before."""
    async with storage.practice(practice.id) as db:
        before = await held_by(db, id)
    return await _change(storage, practice, id, Mode.PERSON, now=now, by=to, instead_of=before)


async def _change(
    storage: Storage,
    practice: Practice,
    id: ConversationId,
    mode: Mode,
    *,
    now: datetime,
    by: UUID | None,
    instead_of: UUID | None,
) -> Done | NotPossible:
    async with storage.alone(practice.id, f"speak {id}") as turn, turn.transaction() as db:
        conversation = await conversations.read_conversation(db, id)
        if conversation is None:
            return NotPossible(because=NOT_THERE)
        if conversation.state.mode is Mode.SILENT:
            return NotPossible(because=ENDED)
        holder = await held_by(db, id)
        if by is not None and holder not in {None, by, instead_of}:
            return NotPossible(because=ANOTHER_HOLDS_IT)
        state = replace(conversation.state, mode=mode)
        await conversations.remember(db, id, state=state, patient=None, now=now)
        if mode is Mode.ASSISTANT:
            await tasks.close_for(db, id, Reason.HELD, now=now)
        if holder != by:
            await hold(db, id, by, now=now)
        db.announce("conversation", id)
        return Done()


async def write(
    storage: Storage,
    practice: Practice,
    id: ConversationId,
    text: str,
    *,
    message: UUID,
    now: datetime,
    by: UUID | None = None,
) -> Done | NotPossible:
    """A person's own words go to the patient, by the conversation's channel. The same `message` twice is one.

    `by`: the account of whoever writes; what another account holds is not written in.
    """
    async with storage.alone(practice.id, f"speak {id}") as turn, turn.transaction() as db:
        conversation = await conversations.read_conversation(db, id)
        if conversation is None:
            return NotPossible(because=NOT_THERE)
        if conversation.state.mode is not Mode.PERSON:
            return NotPossible(because=NOT_TAKEN)
        if by is not None and await held_by(db, id) not in {None, by}:
            return NotPossible(because=ANOTHER_HOLDS_IT)
        said = await conversations.messages(db, id)
        if any(one.id == message for one in said):
            return Done()
        await put_words(db, practice, conversation, said, text, message=message, now=now)
        await tasks.close_for(db, id, Reason.HELD, now=now)
        await conversations.let_go_of_what_is_left(db, id, now=now, only=None)  # it is answered by these words
        return Done()


async def put_words(
    db: Db,
    practice: Practice,
    conversation: Conversation,
    said: list[Message],
    text: str,
    *,
    message: UUID,
    now: datetime,
) -> None:
    """A person's words, stored and on their way. `said` is all that was said before."""
    answers = next((one.id for one in reversed(said) if one.author is Author.PATIENT), None)
    stored = await conversations.add_message(
        db, conversation.id, id=MessageId(message), author=Author.STAFF, text=text, now=now, answers=answers
    )
    assert stored is not None
    by_mail = await goes_by_mail(db, practice, conversation, stored, now=now)
    if not by_mail and conversation.channel is ChannelKind.SMS:
        out = Text(
            key=str(stored.id),
            sender=practice.locations[0].phone,
            to=conversation.address,
            body=text,
            answers=str(answers) if answers else None,
            kind=ContactKind.STAFF_WRITTEN,
        )
        await outbox.put_text(db, conversation.id, stored.id, out, now=now)


async def is_held(db: Db, id: ConversationId) -> bool:
    """Whether a person holds the conversation."""
    conversation = await conversations.read_conversation(db, id)
    return conversation is not None and conversation.state.mode is Mode.PERSON
