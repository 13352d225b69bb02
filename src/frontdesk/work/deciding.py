"""Whether what waits in the outbox may go now: decided by the rules and kept, before it is handed over."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.compliance.deciding import Contact, Decision, Known, NotBefore, Stopped
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.catalogue import catalogue
from frontdesk.ports.channel import Mail, Text, ToCall
from frontdesk.ports.faults import Refused
from frontdesk.reception.allowed import known_of
from frontdesk.reception.whom_to_call import contact_by_call
from frontdesk.storage import contact_decisions, outbox
from frontdesk.storage.conversations import find_open_at, read_conversation
from frontdesk.storage.database import Db, Turn
from frontdesk.storage.json_values import from_json
from frontdesk.storage.outbox import Outgoing
from frontdesk.wiring import Frontdesk


async def decided_on(desk: Frontdesk, turn: Turn, out: Outgoing) -> Text | Mail | ToCall | NotBefore:
    """The message as it may go now, with the words that the rules add; or when it may, which the outbox knows by now.

    What was decided is kept in the same transaction. Raises: Refused, where it may not go at all.
    """
    message = message_of(out)
    now = desk.clock.now()
    async with turn.transaction() as db:
        practice = await desk.practices.read(db)
        contact, known = await _contact(desk, db, practice, out, message, now=now)
        decision = desk.book.decide(contact, known, now=now)
        id = decision_id(out, now=now)
        await contact_decisions.keep_decision(db, out, contact.kind, decision, id=id, now=now)
        match decision.verdict:
            case NotBefore(at=at):
                await outbox.move(db, out, due=at, reason=f"moved: {decision.reason}")
                return decision.verdict
            case Stopped():
                stopped = decision
            case _:
                return await _with_words(db, practice, out, message, decision)
    raise Refused(_told(stopped))


def decision_id(out: Outgoing, *, now: datetime) -> UUID:
    """The name of what is decided now on this try."""
    return uuid5(out.id, f"{now.isoformat()} {out.attempts}")


def message_of(out: Outgoing) -> Text | Mail | ToCall:
    """What the channel needs. Raises: Refused (nothing is handed over on that channel)."""
    match out.channel:
        case ChannelKind.SMS:
            return from_json(out.payload, Text)
        case ChannelKind.EMAIL:
            return from_json(out.payload, Mail)
        case ChannelKind.VOICE:
            return from_json(out.payload, ToCall)
        case _:
            raise Refused(f"nothing is handed over on the channel {out.channel.value}")


async def _contact(
    desk: Frontdesk, db: Db, practice: Practice, out: Outgoing, message: Text | Mail | ToCall, *, now: datetime
) -> tuple[Contact, Known]:
    if isinstance(message, Mail):  # letters answer what the patient did; others may read the subject on a screen
        where = desk.book.where(state=None, phone=None)
        kind = ContactKind.OWN_PEOPLE if out.subject == db.practice else ContactKind.CONFIRMATION
        return Contact(kind=kind, channel=out.channel, where=where, words=message.subject), Known()
    if isinstance(message, ToCall):
        return contact_by_call(desk.book, practice, message), await _known_of_call(db, message, out, now=now)
    contact = contact_of(desk, practice, message, out)
    known = replace(
        await known_of(db, message.to),
        texts=await contact_decisions.counted_texts(db, out, now=now),
        first=await contact_decisions.is_first_text(db, out),
    )
    return contact, known


async def _known_of_call(db: Db, call: ToCall, out: Outgoing, *, now: datetime) -> Known:
    """What is known of whoever has the number, with the texts that went to it."""
    known = await known_of(db, call.number, but=out.id)
    threads = await find_open_at(db, ChannelKind.SMS, [call.number])
    if (thread := threads.get(call.number)) is None:
        return known
    there = replace(out, conversation=thread.id, channel=ChannelKind.SMS)
    return replace(known, texts=await contact_decisions.counted_texts(db, there, now=now))


def contact_of(desk: Frontdesk, practice: Practice, text: Text, out: Outgoing) -> Contact:
    """A text as the rules look at it."""
    return Contact(
        kind=text.purpose,
        channel=out.channel,
        where=desk.book.where(state=None, phone=text.to),
        words=text.body,
        sender=practice.name,
        part2=practice.policies.substance_use_program,
    )


async def _with_words(
    db: Db, practice: Practice, out: Outgoing, message: Text | Mail | ToCall, decision: Decision
) -> Text | Mail | ToCall:
    if not decision.adds or not isinstance(message, Text):
        return message
    conversation = await read_conversation(db, out.conversation)
    told = catalogue(conversation.state.language if conversation else practice.languages[0])
    added = " ".join(told.say(key, practice=practice.name) for key in decision.adds)
    return replace(message, body=f"{message.body} {added}")


def _told(decision: Decision) -> str:
    return (
        f"It was not sent: {decision.reason} ({', '.join(rule.name for rule in decision.by)}). Reach them another way."
    )
