"""Talking in a web chat: the same conversation, said and heard in place of written. All that is said stands in it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from uuid import uuid5

from frontdesk.dialogue.acts import ConfirmBy
from frontdesk.dialogue.by_ear import ASKS
from frontdesk.dialogue.says import AskHowToHelp, SayHello
from frontdesk.dialogue.state import Ask, Mode, State
from frontdesk.domain.ids import ConversationId, MessageId, PracticeId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.language.aloud import aloud
from frontdesk.language.catalogue import catalogue
from frontdesk.ports.clock import Clock, NewId
from frontdesk.reception.calling import Spoken
from frontdesk.reception.desk import Reception
from frontdesk.reception.reply import Disclosed, Turned, nothing_more, worded
from frontdesk.storage import conversations
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.pauses import pauses
from frontdesk.storage.practices import Practices


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """Somebody talks in the web chat of that address; `language` is their page's, `speaks` what the voice can."""

    id: str
    address: str = field(repr=False)
    language: str
    speaks: frozenset[str]


class NotNow(Enum):
    """Why a chat cannot be talked in just now, which is no reason not to write in it."""

    PAUSED = "paused"
    WITH_A_PERSON = "with_a_person"
    NO_VOICE = "no_voice"


class Talks:
    """The reception in a chat that is talked in."""

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

    async def hindered(self, practice: PracticeId, talk: Talk) -> NotNow | None:
        """Why nothing would be said; None: it can begin. Raises: DatabaseFault, psycopg errors."""
        async with self._storage.practice(practice) as db:
            if any(one.channel in _SILENCE for one in await pauses(db, now=self._clock.now())):
                return NotNow.PAUSED
            stands = await conversations.find_open(db, ChannelKind.WEBCHAT, talk.address)
        if stands is not None and stands.state.mode is not Mode.ASSISTANT:
            return NotNow.WITH_A_PERSON
        language = stands.state.language if stands is not None else talk.language
        return None if language in talk.speaks else NotNow.NO_VOICE

    async def pick_up(self, practice: PracticeId, talk: Talk) -> Spoken:
        """The greeting, with what the law wants disclosed in it, and what was asked last where something was.

        Raises: DatabaseFault, psycopg errors.
        """
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            read = await self._practices.read(db)
            opened = await conversations.open_conversation(
                db,
                ChannelKind.WEBCHAT,
                talk.address,
                id=ConversationId(self._new_id()),
                state=State(language=talk.language),
                now=now,
            )
            stands = await conversations.read_conversation(db, opened)
            assert stands is not None
            last = await _last_said(db, stands)
            state, words = self._greeting(read, stands, last, now=now)
            greeted = await conversations.add_message(
                db,
                opened,
                id=MessageId(uuid5(opened, f"greeting {talk.id}")),
                author=Author.ASSISTANT,
                text=words,
                now=now,
                buttons=last.buttons if last is not None else (),
                provider_id=f"{conversations.SAID}{talk.id}",
            )
            await conversations.remember(db, opened, state=state, patient=None, now=now)
        sentences = aloud(words, state.language).sentences
        if last is not None:
            again = aloud(last.text, state.language).sentences
            sentences += tuple(one for one in again if one not in sentences)  # it may have greeted, too
        return _spoken(replace(stands, state=state), sentences, upto=greeted.seq if greeted is not None else 0)

    async def answer(
        self, practice: PracticeId, before: Spoken, heard: str, *, turn: str, others: tuple[str, ...] = ()
    ) -> Spoken:
        """What is said to what was heard, and whatever else came meanwhile; `turn` names it among all of all talks.

        `others` are what else it may have been, best first. Raises: DatabaseFault, psycopg errors.
        """
        id = f"{conversations.SAID}{turn}"
        message = await self._reception.hear(practice, before.conversation, heard, provider_id=id)
        await self._reception.answer(practice, before.conversation, others={message.id: others} if message else {})
        news = await self.news(practice, before)
        if news is not None:
            return news
        return replace(before, sentences=(catalogue(before.language).say("call_passed_on"),))

    async def news(self, practice: PracticeId, before: Spoken) -> Spoken | None:
        """What the desk or its people have said since, to something that was written; None: nothing.

        Raises: DatabaseFault, psycopg errors.
        """
        async with self._storage.practice(practice) as db:
            written = await conversations.messages(db, before.conversation, after=before.upto)
            said = [one for one in written if one.author is not Author.PATIENT]
            stands = await conversations.read_conversation(db, before.conversation) if said else None
        if stands is None:
            return None
        sentences = [sentence for one in said for sentence in _aloud(one, stands.state.language)]
        return _spoken(stands, tuple(sentences), upto=said[-1].seq)

    def _greeting(
        self, practice: Practice, stands: Conversation, last: Message | None, *, now: datetime
    ) -> tuple[State, str]:
        """What is known once they were greeted, and the words of it."""

        def disclosed(of: Practice, _: ChannelKind, at: datetime) -> tuple[str, ...]:
            by_channel = (self._disclosed(of, channel, at) for channel in (ChannelKind.VOICE, ChannelKind.WEBCHAT))
            return tuple(dict.fromkeys(key for keys in by_channel for key in keys))

        begins = last is None or stands.state.asked is None
        state = replace(stands.state, greeted=True)
        if begins:
            state = replace(state, asked=Ask.HOW_CAN_I_HELP)
        turned = Turned(state=state, says=(SayHello(), AskHowToHelp()) if begins else (SayHello(),))
        words = worded(practice, stands, turned, now=now, disclosed=disclosed).reply.text
        return state, words if begins else f"{words} {catalogue(state.language).say('talk_goes_on')}"


_SILENCE = frozenset({None, ChannelKind.WEBCHAT, ChannelKind.VOICE})
"""A pause of any of these is one of talking."""


async def _last_said(db: Db, stands: Conversation) -> Message | None:
    """The question that waits for an answer; None where none does."""
    if stands.state.asked is None:
        return None
    before = await conversations.messages(db, stands.id)
    return next((one for one in reversed(before) if one.author is Author.ASSISTANT), None)


def _aloud(message: Message, language: str) -> tuple[str, ...]:
    told, said = catalogue(language), aloud(message.text, language)
    first = (told.say("talk_team_writes"),) if message.author is Author.STAFF else ()
    return (*first, *said.sentences, *((told.say("talk_link_here"),) if said.links else ()))


def _spoken(stands: Conversation, sentences: tuple[str, ...], *, upto: int) -> Spoken:
    doubt = stands.state.doubts[0] if stands.state.doubts else None
    types = doubt is not None and doubt.by is ConfirmBy.KEYPAD and stands.state.asked is ASKS[doubt.part]
    return Spoken(
        conversation=stands.id,
        sentences=sentences,
        language=stands.state.language,
        asked=stands.state.asked,
        doubt=doubt,
        types=types,
        followed=True,
        upto=upto,
    )
