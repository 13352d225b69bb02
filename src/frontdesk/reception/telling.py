"""Tells the practice's people what waits for them, one after the other until somebody takes it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from frontdesk.dialogue.telling import next_round
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
    """Whether a task was due; its next contacts are told, in the transaction that keeps that they were."""
    due = await notices.next_to_tell(db, now=now)
    if due is None:
        return False
    turn = next_round(practice, due.reason, urgent=due.urgent, rounds=due.rounds, now=now)
    stuck = await _stuck_channels(db)
    for contact in _reachable(practice, turn.who, stuck):
        await _tell(db, practice, due, contact, stuck, public_url=public_url, now=now)
    await notices.told_again_at(db, due.task, rounds=due.rounds + bool(turn.who), at=turn.next)
    return True


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
    due: ToTell,
    contact: Contact,
    stuck: frozenset[ChannelKind],
    *,
    public_url: str,
    now: datetime,
) -> None:
    await db.new_subject(db.practice)  # nothing of a patient is in it: the practice's own key seals it
    for channel, address in _ways(contact, stuck):
        id = uuid5(due.task, f"{contact.id} {channel.value} {due.rounds} {due.times if due.urgent else ''}")
        payload = _payload(db, practice, due, channel, address, id=id, public_url=public_url, now=now)
        stream = ConversationId(uuid5(due.task, contact.id))  # not a patient's: what waits there keeps nobody waiting
        out = Outgoing(id=id, conversation=stream, channel=channel, subject=db.practice, payload=payload)
        await outbox.put(db, out, now=now)
        await notices.add_notice(db, Notice(id=id, task=due.task, contact=contact.id, told=now))


def _payload(
    db: Db,
    practice: Practice,
    due: ToTell,
    channel: ChannelKind,
    address: str,
    *,
    id: UUID,
    public_url: str,
    now: datetime,
) -> str:
    token = sign_link(db.keyring, practice.id, id, purpose=ACKNOWLEDGE, expires=now + LINK_HOLDS)
    words = notice_words(
        due.reason,
        practice,
        urgent=due.urgent,
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
