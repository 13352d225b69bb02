"""A mail that arrived: a reply goes into its conversation, a bounce is followed up, all else goes to people."""

import hashlib
from datetime import datetime, timedelta
from typing import assert_never
from uuid import uuid5

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.state import State
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.ids import ConversationId, MessageId, PracticeId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.language.cards import without_cards
from frontdesk.language.danger import Standing, danger_in
from frontdesk.language.script import folded
from frontdesk.ports.channel import Mail
from frontdesk.ports.clock import NewId
from frontdesk.ports.mailbox import Arrived, Bounce, Returned
from frontdesk.reception.drafting import UNSENT
from frontdesk.reception.handing_over import hand_over
from frontdesk.reception.reminded_by_mail import AboutReminder, ask_about, thread_about
from frontdesk.storage import conversations, notices, outbox
from frontdesk.storage.arrived_mail import Header, keep_header
from frontdesk.storage.contact_points import clear_returned, mark_returned
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.json_values import from_json
from frontdesk.storage.patients import patient_of_email

SENT_AT_MOST = 4
"""A mail that keeps coming back for now is sent so often; then a person hears of it."""
AGAIN_AFTER = timedelta(hours=2)
NOT_DELIVERED = "a message by email could not be delivered"


async def mail_came(
    storage: Storage,
    practice: PracticeId,
    mail: Arrived,
    new_id: NewId,
    *,
    now: datetime,
    about: AboutReminder | None = None,
) -> None:
    """Take in a mail of a practice's. The same Message-ID twice is one mail.

    `about`: the reminder that it answers, where it answers one.

    Only a reply to a mail of ours, from the address that got it, is answered by the assistant: its Message-ID is known
    to nobody else, while a sender's address alone can be forged. Whatever else people write waits for people.
    """
    by = Actor(kind=ActorKind.PATIENT, id="sender", via="email", address=mail.sender)
    async with storage.practice(practice, by=by) as db:
        for returned in mail.returned:
            await _came_back(db, returned, now=now)
        if mail.returned or mail.automatic or not mail.sender:
            return
        await clear_returned(db, mail.sender)
        if about is not None and mail.text:
            await _answers_reminder(db, practice, mail, about, new_id, now=now)
            return
        conversation = await _answered(db, mail)
        if conversation is not None and mail.text:
            if await _keep(db, conversation.id, mail, new_id, now=now) is not None:
                db.enqueue(Job(work=Work.ANSWER, practice=practice, on=conversation.id))
            return
        patient = await patient_of_email(db, mail.sender)
        reason = Reason.MESSAGE if conversation is not None else Reason.MAIL_BY_ADDRESS
        if conversation is None and patient is not None:
            conversation = await conversations.latest_of(db, patient)
        if conversation is None:
            reason = Reason.MAIL_OF_A_STRANGER
            conversation = await _begun(db, mail.sender, new_id, now=now)
        message = await _keep(db, conversation.id, mail, new_id, now=now)
        if message is not None:
            await conversations.leave_to_people(db, message, until=now + UNSENT)
            id = uuid5(message.id, "left to people")
            urgent = _is_urgent(message.text)
            await hand_over(db, conversation, reason, id=id, now=now, urgent=urgent, said=message.text)


def _is_urgent(text: str) -> bool:
    """Whether the words sound like an emergency that is here now: nobody but people hears of it."""
    alarm = danger_in(folded(text))
    return alarm is not None and alarm.standing is Standing.NOW


async def _answered(db: Db, mail: Arrived) -> Conversation | None:
    """The conversation of the mail of ours that this one answers, where it is from whoever got that."""
    out = await outbox.mail_sent_as(db, mail.answers)
    if out is None or from_json(out.payload, Mail).to.lower() != mail.sender:
        return None
    return await conversations.read_conversation(db, out.conversation)


async def _answers_reminder(
    db: Db, practice: PracticeId, mail: Arrived, about: AboutReminder, new_id: NewId, *, now: datetime
) -> None:
    there = await thread_about(db, mail.sender, about.patient.language, new_id, now=now)
    if await _keep(db, there.conversation.id, mail, new_id, now=now) is not None:
        await ask_about(db, there, about, now=now)
        db.enqueue(Job(work=Work.ANSWER, practice=practice, on=there.conversation.id))


async def _begun(db: Db, sender: str, new_id: NewId, *, now: datetime) -> Conversation:
    id = await conversations.open_conversation(
        db, ChannelKind.EMAIL, sender, id=ConversationId(new_id()), state=State(), now=now
    )
    begun = await conversations.read_conversation(db, id)
    assert begun is not None
    return begun


async def _keep(db: Db, conversation: ConversationId, mail: Arrived, new_id: NewId, *, now: datetime) -> Message | None:
    """The message as stored; None when the mail is known already."""
    message = await conversations.add_message(
        db,
        conversation,
        id=MessageId(new_id()),
        author=Author.PATIENT,
        text=without_cards(mail.text),
        now=now,
        provider_id=f"mail:{hashlib.sha256(mail.message_id.encode()).hexdigest()}",
    )
    if message is not None:
        header = Header(sender=mail.sender, message_id=mail.message_id)
        await keep_header(db, message.id, conversation, header, now=now)
    return message


async def _came_back(db: Db, returned: Returned, *, now: datetime) -> None:
    """A report that names no mail of ours may be anybody's invention, and changes nothing."""
    out = await outbox.mail_sent_as(db, (returned.message_id,)) if returned.message_id else None
    if out is None:
        return
    trouble = f"came back: {returned.code}"
    match returned.why:
        case Bounce.LATER if out.attempts < SENT_AT_MOST:
            await outbox.send_again(db, out.id, due=now + AGAIN_AFTER, trouble=trouble)
            return
        case Bounce.LATER:
            reason = NOT_DELIVERED
        case Bounce.ADDRESS:
            reason = Reason.MAIL_RETURNED
            await mark_returned(db, from_json(out.payload, Mail).to, code=returned.code, now=now)
        case Bounce.OTHER:
            reason = Reason.MAIL_NOT_WANTED
        case other:
            assert_never(other)
    if await notices.did_not_go(db, out.id, now=now):
        return
    conversation = await conversations.read_conversation(db, out.conversation)
    if conversation is not None:
        await hand_over(db, conversation, reason, id=uuid5(out.id, trouble), now=now)
