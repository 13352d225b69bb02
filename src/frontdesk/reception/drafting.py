"""Replies that a person sends: what the assistant would say, looked at, sent or dropped."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.effects import (
    CheckAge,
    Effect,
    FindCourse,
    FindForms,
    FindSlots,
    FindVisits,
    HoldSlot,
    Reason,
    ReleaseSlot,
    Result,
    SlotHeld,
    SlotReleased,
    StaffTold,
    TellStaff,
)
from frontdesk.dialogue.state import Mode
from frontdesk.dialogue.step import Step
from frontdesk.domain.ids import AppointmentId, ConversationId
from frontdesk.domain.message import Message
from frontdesk.domain.practice import Practice
from frontdesk.language.phrasing import Reply
from frontdesk.reception.effects import Effects
from frontdesk.reception.reply import Disclosed, Turned, carry_out, nothing_more, what_happened, worded
from frontdesk.reception.taking_over import ENDED, Done, NotPossible, put_words
from frontdesk.storage import conversations
from frontdesk.storage.conversations import Why
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.tasks import close_for

NO_DRAFT = "no draft waits in this conversation"
UNSENT = timedelta(days=365)
"""So long a draft waits for somebody to send it; long before, its task has been told to everybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What would be said to `message`, and done. `reply` is None where it depends on what comes of the last thing done.

    `does` are effects as the record has them; what is only read is not among them.
    """

    message: Message
    reply: Reply | None
    does: tuple[dict[str, object], ...]


class _Undone(Exception):
    """What the reply depends on is done when the draft is sent, and not before."""


@dataclass(kw_only=True, slots=True)
class _Looking:
    """Runs what only reads; what is done is noted, and taken to go well where the reply needs no more of it."""

    effects: Effects
    does: list[dict[str, object]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The instant that the whole turn happens at."""
        return self.effects.now

    async def run(self, effect: Effect) -> Result:
        """What came of it, or most likely will. Raises: _Undone."""
        match effect:
            case FindSlots() | CheckAge() | FindVisits() | FindCourse() | FindForms():
                return await self.effects.run(effect)
            case ReleaseSlot():
                return SlotReleased()
            case HoldSlot():
                self._note(effect)
                until = self.now + self.effects.practice.policies.hold
                return SlotHeld(
                    slot=effect.slot, held=AppointmentId(f"{uuid5(self.effects.message.id, 'draft')}"), until=until
                )
            case TellStaff():
                self._note(effect)
                return StaffTold(reason=effect.reason)
            case _:
                self._note(effect)
                raise _Undone

    def _note(self, effect: Effect) -> None:
        self.does.append(what_happened(effect, None))


async def drafted(step: Step, effects: Effects, *, said: Message, disclosed: Disclosed = nothing_more) -> Draft:
    """The draft that a step leads to."""
    looking = _Looking(effects=effects)
    try:
        turned: Turned | None = await carry_out(step, looking)
    except _Undone:
        turned = None
    words = None
    if turned is not None and turned.says:
        conversation = replace(effects.conversation, state=turned.state)
        words = worded(effects.practice, conversation, turned, now=effects.now, disclosed=disclosed)
    return Draft(message=said, reply=words.reply if words else None, does=tuple(looking.does))


async def send_draft(
    storage: Storage, practice: Practice, conversation: ConversationId, *, now: datetime
) -> Done | NotPossible:
    """The oldest draft of a conversation goes out: its message is answered now, by what is true now."""
    async with storage.practice(practice.id) as db:
        if not await conversations.let_go_of_what_is_left(db, conversation, now=now, only=1):
            return NotPossible(because=NO_DRAFT)
    return Done()


async def drop_draft(
    storage: Storage, practice: Practice, conversation: ConversationId, *, now: datetime
) -> Done | NotPossible:
    """The oldest draft of a conversation is not sent, and its message needs no answer."""
    async with storage.alone(practice.id, f"speak {conversation}") as turn, turn.transaction() as db:
        waiting = await conversations.waiting_for_people(db, conversation, now=now)
        if waiting is None:
            return NotPossible(because=NO_DRAFT)
        why = Why(acts=[], effects=[], because="a person dropped the draft", at=now)
        more = await conversations.mark_answered(
            db, waiting.message, state=waiting.conversation.state, patient=None, why=why, now=now
        )
        await no_longer_left(db, conversation, more=more, now=now)
    return Done()


async def send_other_words(
    storage: Storage, practice: Practice, conversation: ConversationId, text: str, *, message: UUID, now: datetime
) -> Done | NotPossible:
    """A person's own words go out in place of whatever drafts there are, and nothing else is done.

    The assistant goes on speaking. The same `message` twice is one.
    """
    async with storage.alone(practice.id, f"speak {conversation}") as turn, turn.transaction() as db:
        said = await conversations.messages(db, conversation)
        if any(one.id == message for one in said):
            return Done()
        waiting = await conversations.waiting_for_people(db, conversation, now=now)
        if waiting is None:
            return NotPossible(because=NO_DRAFT)
        if waiting.conversation.state.mode is Mode.SILENT:
            return NotPossible(because=ENDED)
        await put_words(db, practice, waiting.conversation, said, text, message=message, now=now)
        why = Why(acts=[], effects=[], because="a person wrote in place of the draft", at=now)
        while waiting is not None:
            await conversations.mark_answered(
                db, waiting.message, state=waiting.conversation.state, patient=None, why=why, now=now
            )
            waiting = await conversations.waiting_for_people(db, conversation, now=now)
        await no_longer_left(db, conversation, more=False, now=now)
    return Done()


async def no_longer_left(db: Db, conversation: ConversationId, *, more: bool, now: datetime) -> None:
    """A message that was people's is answered: their task is done, unless another message waits behind it."""
    await close_for(db, conversation, Reason.OVERFLOW, now=now)
    if not more:
        await close_for(db, conversation, Reason.DRAFT, now=now)
        await close_for(db, conversation, Reason.LATE_TEXT, now=now)
