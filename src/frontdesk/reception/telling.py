"""Tells the practice's people what waits for them, one after the other until somebody takes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.telling import Round, gathers_for, next_round
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.telling import Contact
from frontdesk.language.handing_over import NoticeWords, notice_words
from frontdesk.ports.channel import Mail, Text
from frontdesk.reception.links import sign_link
from frontdesk.storage import notices, outbox
from frontdesk.storage.database import Db
from frontdesk.storage.json_values import to_json
from frontdesk.storage.notices import Notice, ToTell
from frontdesk.storage.outbox import Outgoing
from frontdesk.storage.watched import CHANNELS, troubles

ACKNOWLEDGE = "acknowledge"
"""What a link that says "I am on it" is signed for."""
LINK_HOLDS = timedelta(days=2)


async def tell_next(db: Db, practice: Practice, *, public_url: str, now: datetime) -> bool:
    """Whether a task was due; its next contacts are told, in the transaction that keeps that they were.

    Whoever was told of something a moment ago is told of it later, of everything that came up until then at once.
    """
    due = await notices.next_to_tell(db, now=now)
    if due is None:
        return False
    turn = _round(practice, due, now=now)
    stuck = await _stuck_channels(db)
    who = _reachable(practice, turn.who, stuck)
    wait = gathers_for(due.reason, urgent=due.urgent)
    last = await notices.told_lately(db, [one.id for one in who], since=now - wait)
    if wait and last is not None:
        await notices.told_again_at(db, due.task, rounds=due.rounds, at=last + wait)
        return True
    together = [due, *(await _told_with_it(db, practice, due, turn, now=now) if who else ())]
    for contact in who:
        await _tell(db, practice, together, contact, stuck, public_url=public_url, now=now)
    for one in together:
        its_turn = _round(practice, one, now=now)
        await notices.told_again_at(db, one.task, rounds=one.rounds + bool(its_turn.who), at=its_turn.next)
    return True


def _round(practice: Practice, due: ToTell, *, now: datetime) -> Round:
    return next_round(practice, due.reason, urgent=due.urgent, rounds=due.rounds, now=now)


async def _told_with_it(db: Db, practice: Practice, due: ToTell, turn: Round, *, now: datetime) -> list[ToTell]:
    """What the same people are to be told of just now. An emergency is told alone."""
    if due.reason == Reason.EMERGENCY:
        return []
    others = await notices.also_due(db, due, now=now)
    return [one for one in others if _round(practice, one, now=now).who == turn.who]


async def tell_that(
    db: Db, practice: Practice, who: tuple[Contact, ...], words: NoticeWords, *, about: UUID, now: datetime
) -> None:
    """Tell them what asks nothing of them, by every way that works; of the same once."""
    await db.new_subject(db.practice)
    stuck = await _stuck_channels(db)
    for contact in _reachable(practice, who, stuck):
        for channel, address in _ways(contact, stuck):
            id = uuid5(about, f"{contact.id} {channel.value}")
            payload = _message(practice, words, channel, address, id=id)
            stream = ConversationId(uuid5(about, contact.id))
            out = Outgoing(id=id, conversation=stream, channel=channel, subject=db.practice, payload=payload)
            await outbox.put(db, out, now=now)


async def _stuck_channels(db: Db) -> frozenset[ChannelKind]:
    """Where nothing leaves now: nobody is told by it who can be told otherwise."""
    return frozenset(CHANNELS[one.part] for one in await troubles(db) if one.part in CHANNELS)


def _ways(contact: Contact, stuck: frozenset[ChannelKind]) -> list[tuple[ChannelKind, str]]:
    """How somebody is told; by a channel that is stuck only where there is no other."""
    ways = [(ChannelKind.SMS, contact.phone), (ChannelKind.EMAIL, contact.email)]
    known = [(channel, address) for channel, address in ways if address]
    return [way for way in known if way[0] not in stuck] or known


def _reachable(practice: Practice, who: tuple[Contact, ...], stuck: frozenset[ChannelKind]) -> tuple[Contact, ...]:
    """Those whose turn it is; where a stuck channel keeps all of them from hearing, everybody else who can, too."""

    def hears(contact: Contact) -> bool:
        return any(channel not in stuck for channel, _ in _ways(contact, stuck))

    if not who or any(hears(one) for one in who):
        return who
    others = (*practice.telling.contacts, Contact(id=practice.key, email=practice.email))
    return (*who, *(one for one in others if one not in who and hears(one)))


async def _tell(
    db: Db,
    practice: Practice,
    together: Sequence[ToTell],
    contact: Contact,
    stuck: frozenset[ChannelKind],
    *,
    public_url: str,
    now: datetime,
) -> None:
    """One contact is told of these; the notice of the first goes out, the others' stand beside it."""
    await db.new_subject(db.practice)  # nothing of a patient is in it: the practice's own key seals it
    first = together[0]
    for channel, address in _ways(contact, stuck):
        ids = [
            uuid5(due.task, f"{contact.id} {channel.value} {due.rounds} {due.times if due.urgent else ''}")
            for due in together
        ]
        payload = _payload(db, practice, together, channel, address, id=ids[0], public_url=public_url, now=now)
        stream = ConversationId(uuid5(first.task, contact.id))  # not a patient's: what waits there keeps nobody waiting
        out = Outgoing(id=ids[0], conversation=stream, channel=channel, subject=db.practice, payload=payload)
        await outbox.put(db, out, now=now)
        for id, due in zip(ids, together, strict=True):
            await notices.add_notice(db, Notice(id=id, task=due.task, contact=contact.id, told=now))


def _payload(
    db: Db,
    practice: Practice,
    together: Sequence[ToTell],
    channel: ChannelKind,
    address: str,
    *,
    id: UUID,
    public_url: str,
    now: datetime,
) -> str:
    token = sign_link(db.keyring, practice.id, id, purpose=ACKNOWLEDGE, expires=now + LINK_HOLDS)
    words = notice_words(
        [due.reason for due in together],
        practice,
        urgent=any(due.urgent for due in together),
        link=f"{public_url}/desk/{practice.key}",
        acknowledge=f"{public_url}/on-it/{token}",
        language=practice.languages[0],
        now=now,
    )
    return _message(practice, words, channel, address, id=id)


def _message(practice: Practice, words: NoticeWords, channel: ChannelKind, address: str, *, id: UUID) -> str:
    if channel is ChannelKind.SMS:
        sender = practice.locations[0].phone
        text = Text(key=str(id), sender=sender, to=address, body=words.text, kind=ContactKind.OWN_PEOPLE)
        return to_json(text, Text)
    mail = Mail(key=f"task-{id}", sender=practice.email, to=address, subject=words.subject, body=words.body)
    return to_json(mail, Mail)
