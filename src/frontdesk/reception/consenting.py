"""What a message means for consent by the rules, joined with what was understood of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid5

from frontdesk.compliance.keywords import Meant
from frontdesk.compliance.rule import Force, Meaning
from frontdesk.dialogue.acts import AskPerson, Cancel, Deny, Heard, OptIn, OptOut, Unclear
from frontdesk.dialogue.state import Ask, State
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.message import ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.language.context import Context
from frontdesk.storage.consents import Whose, record_consent
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db

SPOKEN = {ChannelKind.WEBCHAT: Source.CHAT, ChannelKind.VOICE: Source.CALL}
MeansByRule = Callable[[str, Practice, ChannelKind, datetime], Meant | None]
"""What a message means for consent by the rules alone."""


def means_nothing(_words: str, _practice: Practice, _channel: ChannelKind, _now: datetime) -> Meant | None:
    """No rule says anything of any words."""
    return None


def with_consent(heard: Sequence[Heard], meant: Meant | None, context: Context) -> list[Heard]:
    """The acts with what the rules say of consent: a no that was not heard is, and one that is none is not."""
    if context.called is not None:
        return _in_our_call(heard, meant, replace(context, called=None))
    if meant is None:
        return list(heard)
    ends = any(isinstance(one.act, OptOut) for one in heard)
    match meant.meaning:
        case Meaning.STOP if meant.use is Use.MESSAGES:
            of_a_visit = any(isinstance(one.act, Cancel) for one in heard) or meant.by.force is Force.CAUTION
            return list(heard) if ends or (context.is_open and of_a_visit) else [Heard(act=OptOut()), *heard]
        case Meaning.STOP if meant.use is Use.MARKETING:
            return list(heard) if ends else [Heard(act=OptOut(offers=True)), *heard]
        case Meaning.KEEP | Meaning.ASK:
            left = [one for one in heard if not isinstance(one.act, OptOut)] or [Heard(act=Unclear())]
            unclear = all(isinstance(one.act, Unclear) for one in left)
            if unclear and meant.meaning is Meaning.ASK and context.asked is Ask.COME_AGAIN:
                return [Heard(act=OptOut(offers=True))]  # "not interested" in what was offered
            return left
        case Meaning.HELP:
            by_keyword = AskPerson(keyword=True)
            return [replace(one, act=by_keyword) if isinstance(one.act, AskPerson) else one for one in heard]
        case Meaning.START if not any(isinstance(one.act, OptIn) for one in heard):
            return [Heard(act=OptIn()), *heard]
        case _:
            return list(heard)


def _in_our_call(heard: Sequence[Heard], meant: Meant | None, context: Context) -> list[Heard]:
    """The same in a call that the desk has placed: what would end texts ends such calls, whatever else it ends."""
    if meant is not None and meant.meaning is Meaning.STOP and meant.use is Use.CALLS:
        return [Heard(act=OptOut(calls=True))]
    taken = with_consent(heard, meant, context)
    ends = any(isinstance(one.act, OptOut) and not one.act.offers for one in taken)
    return [Heard(act=OptOut(calls=True))] if ends else taken


def in_doubt(state: State, meant: Meant | None, context: Context, heard: Sequence[Heard] = ()) -> State:
    """The conversation, with whether what was just written may have meant no more texts: not as an answer to us."""
    answers = context.asked is Ask.COME_AGAIN and any(isinstance(one.act, Deny | OptOut) for one in heard)
    perhaps = meant is not None and meant.meaning is Meaning.ASK and not context.is_open and not answers
    return state if state.perhaps_ended == perhaps else replace(state, perhaps_ended=perhaps)


async def end_use(db: Db, conversation: Conversation, message: Message, use: Use, *, now: datetime) -> None:
    """Record that the patient ended a use, in their own words."""
    ended = Consent(
        id=uuid5(message.id, f"ended {use.value}"),
        use=use,
        allowed=False,
        source=SPOKEN.get(conversation.channel, Source.TEXT),
        recorded=now,
        said=message.text,
    )
    await record_consent(db, ended, whose_of(conversation))


def whose_of(conversation: Conversation) -> Whose:
    """Who says something of consent. What is said on the phone is said of the number, as what is texted from it."""
    channel, address = conversation.channel, conversation.address
    if channel is ChannelKind.VOICE:
        channel, address = ChannelKind.SMS, conversation.state.address or ""
    return Whose(
        subject=conversation.id,
        channel=channel if address else None,
        address=address or None,
        patient=conversation.patient,
    )
