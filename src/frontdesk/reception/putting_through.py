"""A caller on the way to a person: whose phone rings, who takes the call, and who has the caller when nobody does.

The task that a person is wanted for was opened in the transaction that told the caller so, and is closed only once
they have spoken with somebody: whatever breaks off in between, it stands.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.domain.ids import ConversationId, PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.language.handing_over import whispered
from frontdesk.ports.clock import Clock
from frontdesk.reception.handing_over import hand_over
from frontdesk.storage import calls, conversations, tasks
from frontdesk.storage.calls import PhoneCall, Stage
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.practices import Practices

MOST_RETURNS = 5
"""So often one call comes back to the assistant; one that breaks off more often is let go."""
RINGS, BRIEFS = "call sound of a ring", "call sound of a brief"
"""What the links to both sounds are signed for."""
SOUND_HOLDS = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class DialThat:
    """That number rings next, so long. `key` names this very dialling."""

    key: str
    number: str
    rings_for: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeBack:
    """The assistant has the caller again."""

    caller: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class LetGo:
    """The call is over, or is somebody else's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whisper:
    """What is said to whoever picks up, and in which language."""

    words: str = field(repr=False)
    language: str


WhatNext = DialThat | TakeBack | LetGo
Closing = Callable[[Db, Practice, PhoneCall, datetime], Awaitable[None]]
"""What is done when a call is over, beside closing its conversation."""


async def nothing_else(_db: Db, _practice: Practice, _call: PhoneCall, _now: datetime) -> None:
    """The conversation is closed, and that is all."""


class PuttingThrough:
    """What is to be done with a call that the assistant does not hold just now."""

    def __init__(
        self, storage: Storage, practices: Practices, clock: Clock, *, closing: Closing = nothing_else
    ) -> None:
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._closing = closing

    async def stream_ended(self, practice: PracticeId, id: str, *, gone: bool) -> WhatNext:
        """The assistant has the call no more: the caller left for a person, or the line to us broke."""
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            call, read = await calls.read_call(db, id), await self._practices.read(db)
            if call is None or call.stage is Stage.OVER:
                return LetGo()
            if gone:
                return await self._over(db, read, call, now=now)
            if call.stage is Stage.WANTED:
                return await self._dial(db, read, call, now=now)
            if call.stage is Stage.DIALLING:  # asked once more
                return _dialling(read, call)
            if call.stage is Stage.WITH_A_PERSON:
                return LetGo()
            if call.returns >= MOST_RETURNS:
                return await self._over(db, read, call, now=now)
            await calls.resume(db, call, now=now)
            return await _back(db, call)

    async def dial_ended(self, practice: PracticeId, id: str, *, joined: bool, gone: bool) -> WhatNext:
        """The number rings no more. Where its holder spoke with the caller, that is the end of the call."""
        now = self._clock.now()
        async with self._storage.practice(practice) as db:
            call, read = await calls.read_call(db, id), await self._practices.read(db)
            if call is None or call.stage is Stage.OVER:
                return LetGo()
            if call.stage is Stage.WITH_A_PERSON and joined:
                await tasks.close_for(db, call.conversation, call.reason, now=now)
                return await self._over(db, read, call, now=now)
            if gone:
                return await self._over(db, read, call, now=now)
            if call.stage is Stage.TALKING:  # told twice
                return await _back(db, call)
            if call.tried < len(read.transfer.numbers):
                return await self._dial(db, read, call, now=now)
            await calls.come_back(db, call, now=now)
            await self._nobody(db, call, now=now)
            return await _back(db, call)

    async def rings(self, practice: PracticeId, id: str, leg: str) -> ConversationId | None:
        """Somebody picked up that end; None: the caller is not on their way to them."""
        async with self._storage.practice(practice) as db:
            call = await calls.read_call(db, id)
            if call is None or call.stage is not Stage.DIALLING:
                return None
            await calls.note_leg(db, call, leg)
        return call.conversation

    async def took(self, practice: PracticeId, id: str, leg: str) -> ConversationId | None:
        """They take the call; None: it is not theirs to take."""
        async with self._storage.practice(practice) as db:
            call = await calls.read_call(db, id)
            if call is None or call.leg != leg or call.stage not in {Stage.DIALLING, Stage.WITH_A_PERSON}:
                return None
            if call.stage is Stage.DIALLING:
                await calls.taken(db, call, now=self._clock.now())
        return call.conversation

    async def joined(self, practice: PracticeId, id: str, leg: str) -> None:
        """They and the caller hear each other: what the caller was put through for is done."""
        async with self._storage.practice(practice) as db:
            call = await calls.read_call(db, id)
            if call is not None and call.stage is Stage.WITH_A_PERSON and call.leg == leg:
                await tasks.close_for(db, call.conversation, call.reason, now=self._clock.now())

    async def over(self, practice: PracticeId, id: str) -> None:
        """The caller has hung up, or was hung up on."""
        async with self._storage.practice(practice) as db:
            call = await calls.read_call(db, id)
            if call is not None and call.stage is not Stage.OVER:
                await self._over(db, await self._practices.read(db), call, now=self._clock.now())

    async def conversation_over(self, practice: PracticeId, conversation: ConversationId) -> None:
        """The same, by the call's conversation."""
        async with self._storage.practice(practice) as db:
            call, now = await calls.call_of(db, conversation), self._clock.now()
            if call is not None and call.stage is not Stage.OVER:
                await self._over(db, await self._practices.read(db), call, now=now)
            await conversations.close_conversation(db, conversation, now=now)

    async def whisper(self, practice: PracticeId, conversation: ConversationId, purpose: str) -> Whisper | None:
        """What is said to whoever picks up, in the practice's own language; None: there is no such call any more.

        Until they have taken the call it says nothing of the caller: a machine may have picked up.
        """
        async with self._storage.practice(practice) as db:
            read = await self._practices.read(db)
            call = await calls.call_of(db, conversation)
            stands = await conversations.read_conversation(db, conversation)
        if call is None or stands is None or call.stage not in {Stage.DIALLING, Stage.WITH_A_PERSON}:
            return None
        language = read.languages[0]
        rings, brief = whispered(read, stands.state, call.reason, language=language, now=self._clock.now())
        return Whisper(words=rings if purpose == RINGS else brief, language=language)

    async def _dial(self, db: Db, practice: Practice, call: PhoneCall, *, now: datetime) -> WhatNext:
        if call.tried >= len(practice.transfer.numbers):  # the numbers were taken out meanwhile
            await calls.come_back(db, call, now=now)
            await self._nobody(db, call, now=now)
            return await _back(db, call)
        await calls.dial_next(db, call, now=now)
        dialled = await calls.read_call(db, call.id)
        assert dialled is not None
        return _dialling(practice, dialled)

    async def _nobody(self, db: Db, call: PhoneCall, *, now: datetime) -> None:
        """Whoever looks after tasks hears that somebody waits to be called back."""
        stands = await conversations.read_conversation(db, call.conversation)
        assert stands is not None
        id: UUID = uuid5(call.conversation, f"nobody took it {call.returns}")
        await hand_over(db, stands, call.reason, id=id, now=now, urgent=True)

    async def _over(self, db: Db, practice: Practice, call: PhoneCall, *, now: datetime) -> LetGo:
        await calls.end_call(db, call, now=now)
        await self._closing(db, practice, call, now)
        await conversations.close_conversation(db, call.conversation, now=now)
        return LetGo()


def _dialling(practice: Practice, call: PhoneCall) -> DialThat:
    transfer = practice.transfer
    number = transfer.numbers[min(call.tried, len(transfer.numbers)) - 1]
    return DialThat(key=f"{call.id}:{call.returns}:{call.tried}", number=number, rings_for=transfer.rings_for)


async def _back(db: Db, call: PhoneCall) -> TakeBack:
    stands = await conversations.read_conversation(db, call.conversation)
    return TakeBack(caller=stands.state.address if stands else None)
