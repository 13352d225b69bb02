"""A person takes a conversation over, writes in it and gives it back; meanwhile the assistant is silent."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.state import Mode
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.ports.channel import Text
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.database import Db, Storage


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """It is as was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotPossible:
    """It is not, and nothing was changed. `because` is for the practice's people to read."""

    because: str


async def take_over(
    storage: Storage, practice: Practice, conversation: ConversationId, *, now: datetime
) -> Done | NotPossible:
    """From now on a person speaks for the clinic. Emergencies are answered all the same."""
    return await _change(storage, practice, conversation, Mode.PERSON, now=now)


async def give_back(
    storage: Storage, practice: Practice, conversation: ConversationId, *, now: datetime
) -> Done | NotPossible:
    """The assistant speaks again, and knows what it knew."""
    return await _change(storage, practice, conversation, Mode.ASSISTANT, now=now)


async def _change(
    storage: Storage, practice: Practice, id: ConversationId, mode: Mode, *, now: datetime
) -> Done | NotPossible:
    async with storage.alone(practice.id, f"speak {id}") as turn, turn.transaction() as db:
        conversation = await conversations.read_conversation(db, id)
        if conversation is None:
            return NotPossible(because="there is no such conversation")
        if conversation.state.mode is Mode.SILENT:
            return NotPossible(because="the patient ended messages; reach them another way")
        state = replace(conversation.state, mode=mode)
        await conversations.remember(db, id, state=state, patient=None, now=now)
        if mode is Mode.ASSISTANT:
            await tasks.close_for(db, id, Reason.HELD, now=now)
        db.announce("conversation", id)
        return Done()


async def write(
    storage: Storage, practice: Practice, id: ConversationId, text: str, *, message: UUID, now: datetime
) -> Done | NotPossible:
    """A person's own words go to the patient, by the conversation's channel. The same `message` twice is one."""
    async with storage.alone(practice.id, f"speak {id}") as turn, turn.transaction() as db:
        conversation = await conversations.read_conversation(db, id)
        if conversation is None:
            return NotPossible(because="there is no such conversation")
        if conversation.state.mode is not Mode.PERSON:
            return NotPossible(
                because="take the conversation over first, so that the assistant does not answer as well"
            )
        said = await conversations.messages(db, id)
        if any(one.id == message for one in said):
            return Done()
        answers = next((one.id for one in reversed(said) if one.author is Author.PATIENT), None)
        stored = await conversations.add_message(
            db, id, id=MessageId(message), author=Author.STAFF, text=text, now=now, answers=answers
        )
        assert stored is not None
        if conversation.channel is ChannelKind.SMS:
            out = Text(
                key=str(stored.id),
                sender=practice.locations[0].phone,
                to=conversation.address,
                body=text,
                answers=str(answers) if answers else None,
                kind=ContactKind.STAFF_WRITTEN,
            )
            await outbox.put_text(db, id, stored.id, out, now=now)
        await tasks.close_for(db, id, Reason.HELD, now=now)
        await conversations.let_go_of_what_is_left(db, id, now=now, only=None)  # it is answered by these words
        return Done()


async def is_held(db: Db, id: ConversationId) -> bool:
    """Whether a person holds the conversation."""
    conversation = await conversations.read_conversation(db, id)
    return conversation is not None and conversation.state.mode is Mode.PERSON
