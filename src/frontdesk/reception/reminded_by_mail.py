"""An answer to a reminder that went by mail: a conversation in which "C" and "can't make Thursday" mean its visits.

The mail itself has no conversation, since most are never answered. It is begun by the answer, with the visits as their
calendar has them then; the next reminder that is answered asks about its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.dialogue.reminded import asked_about
from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import ConversationId, PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.ports.channel import Mail
from frontdesk.ports.faults import Fault
from frontdesk.ports.mailbox import Arrived
from frontdesk.ports.system import System
from frontdesk.storage import conversations, outbox, reminders
from frontdesk.storage.conversations import Spoken
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.json_values import from_json
from frontdesk.storage.patients import read_patient
from frontdesk.storage.reminders import Reminder

SPEAKING = timedelta(days=1)
"""A question that was asked so lately is what a mail answers, though it be sent as an answer to the reminder before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AboutReminder:
    """Whom a reminder went to that a mail answers, and those of its visits that stand; there is one at least."""

    patient: Patient
    visits: tuple[Appointment, ...]


async def about_reminder(
    storage: Storage, system_of: Callable[[PracticeId], System], practice: PracticeId, mail: Arrived, *, now: datetime
) -> AboutReminder | None:
    """The reminder that a mail answers, from the address which got that.

    None: it answers none, or a calendar does not tell how the visits stand, or none stands: people answer it.
    """
    async with storage.practice(practice) as db:
        out = await outbox.mail_sent_as(db, mail.answers) if mail.answers else None
        if out is None or from_json(out.payload, Mail).to.lower() != mail.sender:
            return None
        told = (await reminders.sent_as(db, [out.id]))[out.id]
        patient = await read_patient(db, told[0].patient) if told else None
    visits = await _standing(system_of(practice), told, now=now)
    return AboutReminder(patient=patient, visits=visits) if patient is not None and visits else None


async def thread_about(db: Db, sender: str, language: str, new_id: Callable[[], UUID], *, now: datetime) -> Spoken:
    """The conversation with that address by mail, begun if there is none."""
    id = await conversations.open_conversation(
        db,
        ChannelKind.EMAIL,
        sender,
        id=ConversationId(new_id()),
        state=State(language=language, address=sender, greeted=True),
        now=now,
    )
    return (await conversations.read_conversations(db, [id]))[id]


async def ask_about(db: Db, there: Spoken, about: AboutReminder, *, now: datetime) -> None:
    """Have what comes next in a conversation answer the reminder, unless they were asked something else about it."""
    if not _is_asked(there, about.visits, now=now):
        state = asked_about(there.conversation.state, about.patient, about.visits, names=())
        await conversations.remember(db, there.conversation.id, state=state, patient=about.patient.id, now=now)


async def _standing(system: System, told: Sequence[Reminder], *, now: datetime) -> tuple[Appointment, ...]:
    found: list[Appointment] = []
    for one in told:
        try:
            visit = await system.read(one.appointment)
        except Fault:
            return ()
        if isinstance(visit, Appointment) and visit.status is Status.BOOKED and visit.during.start > now:
            found.append(visit)
    return tuple(found)


def _is_asked(there: Spoken, visits: Sequence[Appointment], *, now: datetime) -> bool:
    """Whether they were asked something about these visits lately, and have not answered it."""
    state = there.conversation.state
    open_question = state.flow is not None and state.asked is not None and now - there.last < SPEAKING
    return open_question and {visit.id for visit in visits} <= {*state.booked, *(one.id for one in state.visits or ())}
