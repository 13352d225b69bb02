"""A text that does not reach a phone: the number is marked, the desk told, and the patient written to by e-mail."""

from datetime import datetime
from typing import assert_never
from uuid import uuid5

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.delivery import Delivery, Trouble
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.letters import text_letter
from frontdesk.ports.carrying import Receipt
from frontdesk.ports.channel import Mail, Text
from frontdesk.reception.handing_over import hand_over
from frontdesk.storage import conversations, notices, outbox
from frontdesk.storage.consents import Whose, latest_at, record_consent
from frontdesk.storage.contact_points import clear_trouble, mark_trouble
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.deliveries import Became, advance
from frontdesk.storage.json_values import from_json
from frontdesk.storage.outbox import Outgoing
from frontdesk.storage.patients import read_patient
from frontdesk.storage.tasks import close_for

OTHERWISE = "a message by sms could not be delivered"
_REASONS = {
    Trouble.LANDLINE: Reason.LANDLINE,
    Trouble.BLOCKED: Reason.BLOCKED,
    Trouble.UNKNOWN: Reason.NO_NUMBER,
    Trouble.ACCOUNT: Reason.CARRIER_ACCOUNT,
}


async def receipt_came(db: Db, practice: Practice, receipt: Receipt, *, carrier: str, now: datetime) -> bool:
    """Whether a receipt is about a text of ours. The same again, or an older one that comes late, changes nothing."""
    out = await outbox.sent_as(db, key=receipt.key, receipt=receipt.id)
    if out is None:
        return False
    await outbox.mark_sent(db, out.id, receipt=receipt.id, now=now)  # where its answer was lost, this is the answer
    told = Became(out=out.id, carrier=carrier, became=receipt.became, trouble=receipt.trouble, code=receipt.code)
    if not await advance(db, told, now=now):
        return True
    match receipt.became:
        case Delivery.SENT:
            pass
        case Delivery.DELIVERED:
            await clear_trouble(db, from_json(out.payload, Text).to)
            await close_for(db, out.conversation, OTHERWISE, now=now)
        case Delivery.UNDELIVERED:
            await not_delivered(db, practice, out, receipt.trouble or Trouble.OTHER, code=receipt.code, now=now)
        case other:
            assert_never(other)
    return True


async def not_delivered(
    db: Db, practice: Practice, out: Outgoing, trouble: Trouble, *, code: str | None, now: datetime
) -> None:
    """Do what follows from a text that did not reach a phone. What follows once, follows once."""
    if await notices.did_not_go(db, out.id, now=now):
        return
    text = from_json(out.payload, Text)
    conversation = await conversations.read_conversation(db, out.conversation)
    if conversation is None:
        return
    if trouble is Trouble.BLOCKED and not await _is_news(db, conversation, out, text.to, now=now):
        return
    if trouble.lasts:
        await mark_trouble(db, text.to, trouble, code=code, now=now)
        await _by_mail(db, practice, conversation, out, text, now=now)
    reason = _REASONS.get(trouble, OTHERWISE)
    urgent = trouble is Trouble.ACCOUNT
    await hand_over(
        db, conversation, reason, id=uuid5(out.id, f"not delivered: {trouble.value}"), now=now, urgent=urgent
    )


async def _is_news(db: Db, conversation: Conversation, out: Outgoing, phone: str, *, now: datetime) -> bool:
    """Whether the patient did not end texts in words that we heard: then the carrier alone knows of it, and now we."""
    last = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, phone)
    if last is not None and not last.allowed:
        return last.source is Source.CARRIER
    ended = Consent(
        id=uuid5(out.id, "ended at the carrier"),
        use=Use.MESSAGES,
        allowed=False,
        source=Source.CARRIER,
        recorded=now,
        said="",
    )
    whose = Whose(subject=conversation.id, channel=ChannelKind.SMS, address=phone, patient=conversation.patient)
    await record_consent(db, ended, whose)
    return True


async def _by_mail(
    db: Db, practice: Practice, conversation: Conversation, out: Outgoing, text: Text, *, now: datetime
) -> None:
    patient = await read_patient(db, conversation.patient) if conversation.patient else None
    if patient is None or not patient.email:
        return
    letter = text_letter(practice, text.body, language=conversation.state.language)
    mail = Mail(key=f"text-{out.id}", sender=practice.email, to=patient.email, subject=letter.subject, body=letter.body)
    await outbox.put_mail(db, conversation.id, patient.id, mail, now=now)
