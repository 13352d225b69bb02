"""A call, from the pick-up on: the greeting, each thing that the caller says and what is said to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid5

from frontdesk.dialogue.by_ear import awaits_typing
from frontdesk.dialogue.effects import StaffTold
from frontdesk.dialogue.putting_through import calls_back_by
from frontdesk.dialogue.says import AskHowToHelp, SayHello, SayNobodyFree
from frontdesk.dialogue.state import Ask, Doubt, Part, State
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, MessageId, PracticeId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.language.aloud import aloud
from frontdesk.language.catalogue import catalogue
from frontdesk.ports.channel import Text
from frontdesk.ports.clock import Clock, NewId
from frontdesk.ports.phoning import AnsweredBy
from frontdesk.reception.called_out import call_in, opening_to, state_of_call
from frontdesk.reception.desk import Reception
from frontdesk.reception.putting_through import PuttingThrough
from frontdesk.reception.reply import Disclosed, Turned, nothing_more, worded
from frontdesk.storage import calls, conversations, outbox, placed_calls
from frontdesk.storage.calls import PhoneCall, Stage
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.placed_calls import PlacedCall
from frontdesk.storage.placed_calls import Stage as Placed
from frontdesk.storage.practices import Practices


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call as its carrier tells of it. `id` is unique among all calls; `caller` is E.164, None where withheld.

    `number` is the practice's, which was called.
    """

    id: str
    caller: str | None = field(repr=False)
    carrier: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """What is said now, sentence by sentence, and in which language. `asked`: what the caller is asked by it.

    `through`: once it was heard, the caller leaves for a person. `returns`: how often they have come back by now.
    `doubt` is the detail that is being made sure of. `types`: something is to be typed in, which takes a while.
    `followed`: others may say something in the conversation meanwhile; all up to `upto` has been said.
    `picked_up`: the desk has placed the call, and so far it is known that this is who picked up: what is said first
    is asked for once that is sure. `ends`: the desk hangs up once it was heard.
    """

    conversation: ConversationId
    sentences: tuple[str, ...] = field(repr=False)
    language: str
    asked: Ask | None
    through: bool = False
    returns: int = 0
    doubt: Doubt | None = None
    types: bool = False
    followed: bool = False
    upto: int = 0
    picked_up: AnsweredBy | None = None
    ends: bool = False


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
        putting_through: PuttingThrough,
        *,
        disclosed: Disclosed = nothing_more,
    ) -> None:
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._new_id = new_id
        self._reception = reception
        self._putting_through = putting_through
        self._disclosed = disclosed

    async def pick_up(self, practice: PracticeId, call: Call) -> Spoken | TakenBefore:
        """The greeting, with what the law wants disclosed in it. The call's conversation begins.

        A call that comes back to the assistant goes on where it was. Raises: DatabaseFault, psycopg errors.
        """
        now = self._clock.now()
        address = call.caller or f"call:{call.id}"
        state = State(address=call.caller, greeted=True, asked=Ask.HOW_CAN_I_HELP, by_ear=True)
        async with self._storage.practice(practice) as db:
            if (known := await calls.read_call(db, call.id)) is not None:
                return await self._have_back(db, known)
            if (placed := await placed_calls.placed_as(db, call.id)) is not None:
                return await self._begin_placed(db, placed, call, now=now)
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
            await calls.begin_call(db, call.id, opened, carrier=call.carrier, number=call.number, now=now)
        return _spoken(begun, aloud(words, state.language).sentences)

    async def picked_up_by(self, practice: PracticeId, conversation: ConversationId, by: AnsweredBy) -> Spoken | None:
        """What is said first in a call that the desk has placed, once it is known who picked up; None: nothing is.

        Raises: DatabaseFault, psycopg errors.
        """
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            one = await placed_calls.placed_in(db, conversation)
            to = await call_in(db, one) if one is not None else None
            stands = await conversations.read_conversation(db, conversation)
            if one is None or to is None or stands is None:
                return None
            opening = await opening_to(db, one, to, conversation, by, now=now)
            if opening is None:
                return None
        return replace(_spoken(stands, aloud(opening.words, to.language).sentences), ends=opening.ends)

    async def _begin_placed(self, db: Db, placed: PlacedCall, call: Call, *, now: datetime) -> Spoken | TakenBefore:
        """The conversation of a call that the desk has placed; nothing was said in it yet."""
        to = await call_in(db, placed)
        if to is None or placed.by is None or placed.conversation is not None or placed.stage is Placed.OVER:
            return TakenBefore()
        opened = await conversations.open_conversation(
            db,
            ChannelKind.VOICE,
            f"call:{call.id}",
            id=ConversationId(self._new_id()),
            state=state_of_call(to),
            now=now,
        )
        await placed_calls.held_in(db, placed, opened, now=now)
        await calls.begin_call(db, call.id, opened, carrier=call.carrier, number=call.number, now=now)
        begun = await conversations.read_conversation(db, opened)
        assert begun is not None
        return replace(_spoken(begun, aloud(to.opening, to.language).sentences), picked_up=placed.by)

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
            through = await self._leaves(db, conversation, message)
        return replace(_spoken(stands, said), through=through)

    async def type_in(self, practice: PracticeId, conversation: ConversationId, text: str) -> Part | None:
        """The detail that was typed in behind the link of a call, which the call takes up; None: none is waited for.

        Raises: DatabaseFault, psycopg errors.
        """
        if (part := await self.typed_for(practice, conversation)) is None:
            return None
        id = f"typed:{self._new_id()}"
        message = await self._reception.hear(practice, conversation, text, provider_id=id)
        await self._reception.answer(practice, conversation, typed=message.id if message else None)
        return part

    async def typed_for(self, practice: PracticeId, conversation: ConversationId) -> Part | None:
        """The detail that a call waits for to be typed in; None: it waits for none, or is over."""
        async with self._storage.practice(practice) as db:
            stands = await conversations.read_conversation(db, conversation)
            standing = stands and await conversations.find_standing(db, ChannelKind.VOICE, stands.address)
        over = stands is None or standing is None or standing.id != conversation
        if stands is None or over or not awaits_typing(stands.state.asked, stands.state.doubts):
            return None
        return stands.state.doubts[0].part

    async def news(self, practice: PracticeId, last: Spoken) -> Spoken | None:
        """What is to be said since something was typed in; None: nothing was.

        `last` is what was said last. Raises: DatabaseFault, psycopg errors.
        """
        if last.doubt is None or not awaits_typing(last.asked, (last.doubt,)):
            return None
        async with self._storage.practice(practice) as db:
            stands = await conversations.read_conversation(db, last.conversation)
            if stands is None or awaits_typing(stands.state.asked, stands.state.doubts):
                return None
            written = await conversations.messages(db, last.conversation)
            replies = [one for one in written if one.author is Author.ASSISTANT][-1:]
            said = await self._said(db, await self._practices.read(db), stands, replies)
        return _spoken(stands, said)

    async def hang_up(self, practice: PracticeId, conversation: ConversationId) -> None:
        """The call is over: the next one from that number is a conversation of its own."""
        await self._putting_through.conversation_over(practice, conversation)

    async def keep_times(
        self, practice: PracticeId, conversation: ConversationId, times: Sequence[dict[str, float]]
    ) -> None:
        """How long the caller waited, in seconds, for people to see. Raises: DatabaseFault, psycopg errors."""
        async with self._storage.practice(practice) as db:
            await calls.keep_times(db, conversation, times)

    async def _leaves(self, db: Db, conversation: ConversationId, message: Message | None) -> bool:
        """Whether this message is what the caller is put through for; who says more before that stays."""
        call = await calls.call_of(db, conversation)
        if call is None or call.stage is not Stage.WANTED or message is None:
            return False
        if call.wanted_by != message.id:
            await calls.talk_on(db, call, now=self._clock.now())
        return call.wanted_by == message.id

    async def _have_back(self, db: Db, known: PhoneCall) -> Spoken | TakenBefore:
        """What is said to a caller whom nobody could take, or whose line to us broke: once for each time."""
        now, provider_id = self._clock.now(), f"call:{known.id}:back:{known.returns}"
        stands = await conversations.read_conversation(db, known.conversation)
        if known.stage is not Stage.TALKING or known.returns == 0 or stands is None:
            return TakenBefore()
        placed = await placed_calls.placed_in(db, known.conversation)
        if placed is not None and placed.by is not AnsweredBy.HUMAN:  # a machine is told nothing twice
            return TakenBefore()
        if await conversations.is_stored(db, provider_id):
            return TakenBefore()
        read, told = await self._practices.read(db), catalogue(stands.state.language)
        if known.tried:
            says = (SayNobodyFree(by=calls_back_by(read, now=now)),)
            happened = (StaffTold(reason=known.reason),)
            words = worded(read, stands, Turned(state=stands.state, says=says, happened=happened), now=now).reply.text
        else:
            before = await conversations.messages(db, known.conversation)
            last = next((one.text for one in reversed(before) if one.author is Author.ASSISTANT), "")
            words = f"{told.say('call_cut_off')} {last}".strip()
        await conversations.add_message(
            db,
            known.conversation,
            id=MessageId(uuid5(known.conversation, provider_id)),
            author=Author.ASSISTANT,
            text=words,
            now=now,
            provider_id=provider_id,
        )
        return replace(_spoken(stands, aloud(words, stands.state.language).sentences), returns=known.returns)

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
    types = awaits_typing(conversation.state.asked, conversation.state.doubts)
    return Spoken(
        types=types,
        followed=types,
        conversation=conversation.id,
        sentences=sentences,
        language=conversation.state.language,
        asked=conversation.state.asked,
        doubt=conversation.state.doubts[0] if conversation.state.doubts else None,
        ends=conversation.state.called is not None and conversation.state.called.hangs_up,
    )
