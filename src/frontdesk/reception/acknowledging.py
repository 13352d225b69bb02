"""Somebody of the practice says that they look after a task; of an emergency the patient hears that they do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.effects import ClinicAlerted, Reason
from frontdesk.dialogue.says import SayAlerted
from frontdesk.dialogue.state import Mode
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.language.handing_over import means_on_it
from frontdesk.reception.reply import Turned, send, worded
from frontdesk.storage import conversations, notices, tasks
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.notices import Notice
from frontdesk.storage.practices import Practices
from frontdesk.storage.tasks import Task
from frontdesk.storage.text_looks import is_settled, settle

SKEW = timedelta(minutes=2)
"""How far our clock may be ahead of a carrier's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnIt:
    """The task is theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotNeeded:
    """It is done, or somebody else has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The text that a contact answered by, as its carrier knows it, and when it was sent."""

    provider_id: str
    sent: datetime


async def acknowledge(
    storage: Storage,
    practices: Practices,
    practice: PracticeId,
    notice: UUID,
    *,
    now: datetime,
    via: str,
    text: Answer | None = None,
) -> OnIt | NotNeeded:
    """What became of a notice that its contact answers. The same answer twice is one, and the same `text` is, too.

    Where it told of several tasks, each that nobody has is theirs. The text counts as read with the last of them:
    broken off before, it is read again and finds the others.
    """
    async with storage.practice(practice) as db:
        found = await notices.read_notice(db, notice)
        together = await notices.told_with(db, found) if found else []
    answers = [
        await _take(storage, practices, practice, one, now=now, via=via, text=text if one is together[-1] else None)
        for one in together
    ]
    return OnIt() if any(isinstance(one, OnIt) for one in answers) else NotNeeded()


async def _take(
    storage: Storage,
    practices: Practices,
    practice: PracticeId,
    found: Notice,
    *,
    now: datetime,
    via: str,
    text: Answer | None,
) -> OnIt | NotNeeded:
    async with storage.practice(practice) as db:
        task = await tasks.read_task(db, found.task)
    if task is None:
        return NotNeeded()
    by = Actor(kind=ActorKind.STAFF, id=f"contact:{found.contact}", via=via)
    about = task.conversation or task.id
    async with storage.alone(practice, f"speak {about}", by=by) as turn, turn.transaction() as db:
        if text is not None:
            await settle(db, text.provider_id, sent=text.sent)
        if not await tasks.take_task(db, task.id, by=found.contact, now=now):
            return NotNeeded()
        first = await notices.acknowledge(db, found, now=now)
        if first and task.reason == Reason.EMERGENCY and task.conversation is not None:
            await _tell_patient(db, await practices.read(db), task.conversation, task, now=now)
    return OnIt()


async def acknowledged_by_text(
    storage: Storage,
    practices: Practices,
    practice: PracticeId,
    phone: str,
    text: str,
    *,
    provider_id: str,
    sent: datetime | None = None,
    now: datetime,
) -> bool:
    """Whether a text is a contact's answer to what they had been told last, and no patient's message.

    `sent` is when they sent it, None: just now. Whatever they were told since then is not what they answered. A text
    that was such an answer is one for good, however often it comes.
    """
    if not means_on_it(text):
        return False
    async with storage.practice(practice) as db:
        if await is_settled(db, provider_id):
            return True
        known = await practices.read(db)
        waiting = await _told_last(db, known, phone, by=sent + SKEW if sent else None)
    if waiting is None:
        return False
    answer = Answer(provider_id=provider_id, sent=sent or now)
    await acknowledge(storage, practices, practice, waiting.id, now=now, via="sms", text=answer)
    return True


async def _told_last(db: Db, practice: Practice, phone: str, *, by: datetime | None) -> Notice | None:
    for contact in practice.telling.contacts:
        if contact.phone == phone:
            told = [one for one in await notices.waiting_for(db, contact.id) if by is None or one.told <= by]
            if told:
                return told[0]
    return None


async def _tell_patient(db: Db, practice: Practice, id: ConversationId, task: Task, *, now: datetime) -> None:
    """Only now it is true that somebody was alerted. Whoever ended messages gets none."""
    conversation = await conversations.read_conversation(db, id)
    if conversation is None or conversation.state.mode is Mode.SILENT:
        return
    turned = Turned(state=conversation.state, says=(SayAlerted(),), happened=(ClinicAlerted(),))
    words = worded(practice, conversation, turned, now=now)
    message = uuid5(task.id, f"alerted {task.times}")
    await send(db, practice, conversation, words, id=message, answers=None, now=now, kind=ContactKind.EMERGENCY)
