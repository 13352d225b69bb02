"""A call, from the pick-up on: the greeting, each thing that the caller says and what is said to it."""

from dataclasses import dataclass, field
from uuid import uuid5

from frontdesk.dialogue.says import AskHowToHelp, SayHello
from frontdesk.dialogue.state import Ask, State
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, MessageId, PracticeId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.language.aloud import aloud
from frontdesk.language.catalogue import catalogue
from frontdesk.ports.channel import Text
from frontdesk.ports.clock import Clock, NewId
from frontdesk.reception.desk import Reception
from frontdesk.reception.reply import Disclosed, Turned, nothing_more, worded
from frontdesk.storage import conversations, outbox
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.practices import Practices


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call as its carrier tells of it. `id` is unique among all calls; `caller` is E.164, None where withheld."""

    id: str
    caller: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """What is said now, sentence by sentence, and in which language. `asked`: what the caller is asked by it."""

    conversation: ConversationId
    sentences: tuple[str, ...] = field(repr=False)
    language: str
    asked: Ask | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBefore:
    """This very call was picked up already."""


class Calls:
    """The reception at the phone. Every call is a conversation of its own, whoever else calls from that number."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        new_id: NewId,
        reception: Reception,
        *,
        disclosed: Disclosed = nothing_more,
    ) -> None:
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._new_id = new_id
        self._reception = reception
        self._disclosed = disclosed

    async def pick_up(self, practice: PracticeId, call: Call) -> Spoken | TakenBefore:
        """The greeting, with what the law wants disclosed in it. The call's conversation begins.

        Raises: DatabaseFault, psycopg errors.
        """
        now = self._clock.now()
        address = call.caller or f"call:{call.id}"
        state = State(address=call.caller, greeted=True, asked=Ask.HOW_CAN_I_HELP)
        async with self._storage.practice(practice) as db:
            if await conversations.is_stored(db, f"call:{call.id}"):
                return TakenBefore()
            read = await self._practices.read(db)
            id = ConversationId(self._new_id())
            while (standing := await conversations.find_standing(db, ChannelKind.VOICE, address)) is not None:
                await conversations.close_conversation(db, standing.id, now=now)
            opened = await conversations.open_conversation(db, ChannelKind.VOICE, address, id=id, state=state, now=now)
            if opened != id:  # a second call from that number began in this very moment
                opened = await conversations.open_conversation(
                    db, ChannelKind.VOICE, f"call:{call.id}", id=ConversationId(self._new_id()), state=state, now=now
                )
            begun = await conversations.read_conversation(db, opened)
            assert begun is not None
            turned = Turned(state=state, says=(SayHello(), AskHowToHelp()))
            words = worded(read, begun, turned, now=now, disclosed=self._disclosed).reply.text
            await conversations.add_message(
                db,
                opened,
                id=MessageId(uuid5(opened, "greeting")),
                author=Author.ASSISTANT,
                text=words,
                now=now,
                provider_id=f"call:{call.id}",
            )
        return _spoken(begun, aloud(words, state.language).sentences)

    async def answer(
        self, practice: PracticeId, conversation: ConversationId, heard: str, *, turn: str, others: tuple[str, ...] = ()
    ) -> Spoken:
        """What is said to what was heard; `turn` names it among all turns of all calls.

        `others` are what else it may have been, best first.

        Links are texted to the caller. Raises: DatabaseFault, psycopg errors.
        """
        message = await self._reception.hear(practice, conversation, heard, provider_id=f"call:{turn}")
        await self._reception.answer(practice, conversation, others={message.id: others} if message else {})
        async with self._storage.practice(practice) as db:
            stands = await conversations.read_conversation(db, conversation)
            assert stands is not None
            replies = await conversations.replies_to(db, message.id) if message is not None else []
            read = await self._practices.read(db)
            said = await self._said(db, read, stands, replies)
        return _spoken(stands, said)

    async def hang_up(self, practice: PracticeId, conversation: ConversationId) -> None:
        """The call is over: the next one from that number is a conversation of its own."""
        async with self._storage.practice(practice) as db:
            await conversations.close_conversation(db, conversation, now=self._clock.now())

    async def _said(
        self, db: Db, practice: Practice, conversation: Conversation, replies: list[Message]
    ) -> tuple[str, ...]:
        told = catalogue(conversation.state.language)
        if not replies:  # a person of the practice has the word, who cannot take it on the phone
            return (told.say("call_passed_on"),)
        sentences: list[str] = []
        for reply in replies:
            said = aloud(reply.text, conversation.state.language)
            sentences += said.sentences
            if said.links:
                texted = await self._text(db, practice, conversation, reply, "\n".join(said.links))
                sentences.append(told.say("call_link_texted" if texted else "call_link_by_desk"))
        return tuple(sentences)

    async def _text(self, db: Db, practice: Practice, conversation: Conversation, reply: Message, links: str) -> bool:
        """Whether there is a number to text the links to."""
        to = conversation.state.address
        if to is None:
            return False
        id = uuid5(reply.id, "links")
        text = Text(
            key=str(id),
            sender=practice.locations[0].phone,
            to=to,
            body=links,
            answers=str(reply.answers) if reply.answers else None,
            kind=ContactKind.REPLY,
        )
        await outbox.put_text(db, conversation.id, id, text, now=self._clock.now())
        return True


def _spoken(conversation: Conversation, sentences: tuple[str, ...]) -> Spoken:
    return Spoken(
        conversation=conversation.id,
        sentences=sentences,
        language=conversation.state.language,
        asked=conversation.state.asked,
    )
