"""Conversations and their messages, sealed under a data key per conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.dialogue.state import State
from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import ConversationId, MessageId, PatientId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.storage.database import Db, place
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.json_values import from_json, to_json
from frontdesk.vault.keyring import SubjectKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """One thread with one person over one channel. `address` is a phone (E.164), an e-mail, or a web chat's token."""

    id: ConversationId
    channel: ChannelKind
    address: str
    state: State
    patient: PatientId | None
    started: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """What was heard in a message, what was done about it, and all that it was decided by, for `why` and replay.

    `acts` are for people to read, `heard` are the same acts exactly; `effects` are what was asked for and what came
    of it, in order; `by` is who understood and `because` why they were believed. `before` is what the conversation
    knew when the message was taken up, `at` that instant; both None in what was kept by versions before these.
    """

    acts: list[dict[str, object]]
    effects: list[dict[str, object]]
    says: list[dict[str, object]] = field(default_factory=list)
    heard: list[dict[str, object]] = field(default_factory=list)
    by: str = ""
    because: str = ""
    before: State | None = None
    at: datetime | None = None


async def find_open(db: Db, channel: ChannelKind, address: str) -> Conversation | None:
    """The open conversation with that address."""
    row = await db.one(
        "select * from conversation "
        "where practice_id = %s and channel = %s and address_hash = any(%s) and closed_at is null",
        (db.practice, channel.value, db.keyring.lookups(f"address:{channel.value}", address)),
    )
    return await _read(db, row) if row else None


async def find_open_at(db: Db, channel: ChannelKind, addresses: Iterable[str]) -> dict[str, Conversation]:
    """The open conversations with these addresses, by address."""
    hashed = {
        hash: address for address in addresses for hash in db.keyring.lookups(f"address:{channel.value}", address)
    }
    rows = await db.all(
        "select * from conversation "
        "where practice_id = %s and channel = %s and address_hash = any(%s) and closed_at is null",
        (db.practice, channel.value, [*hashed]),
    )
    await db.subjects([row["id"] for row in rows])
    return {hashed[bytes(row["address_hash"])]: await _read(db, row) for row in rows}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an open conversation stands, without a word of it. `waits`: a message of the patient is not answered."""

    id: ConversationId
    last_seq: int
    waits: bool


async def find_standing(db: Db, channel: ChannelKind, address: str) -> Standing | None:
    """Where the open conversation with that address stands."""
    row = await db.one(
        "select id, last_seq, exists (select from message m where m.practice_id = c.practice_id "
        "and m.conversation_id = c.id and m.author = 'patient' and m.answered_at is null "
        "and m.answer_from is null) as waits "
        "from conversation c "
        "where practice_id = %s and channel = %s and address_hash = any(%s) and closed_at is null",
        (db.practice, channel.value, db.keyring.lookups(f"address:{channel.value}", address)),
    )
    if row is None:
        return None
    return Standing(id=ConversationId(row["id"]), last_seq=row["last_seq"], waits=row["waits"])


async def open_conversation(
    db: Db, channel: ChannelKind, address: str, *, id: ConversationId, state: State, now: datetime
) -> ConversationId:
    """The open conversation with that address, begun if there is none. Two who begin at once get the same one."""
    if (known := await find_standing(db, channel, address)) is not None:
        return known.id
    key = await db.new_subject(id)
    await db.run(
        "insert into conversation (practice_id, id, channel, address_sealed, address_hash, state_sealed, started_at, "
        "last_at) values (%(practice)s, %(id)s, %(channel)s, %(address)s, %(hash)s, %(state)s, %(now)s, %(now)s) "
        "on conflict (practice_id, channel, address_hash) where closed_at is null do nothing",
        {
            "practice": db.practice,
            "id": id,
            "channel": channel.value,
            "address": key.seal(address, place=place("conversation", id, "address")),
            "hash": db.keyring.lookup(f"address:{channel.value}", address),
            "state": key.seal(to_json(state, State), place=place("conversation", id, "state")),
            "now": now,
        },
    )
    begun = await find_standing(db, channel, address)
    assert begun is not None
    return begun.id


async def latest_of(db: Db, patient: PatientId) -> Conversation | None:
    """The open conversation of a patient in which something was said last."""
    row = await db.one(
        "select * from conversation where practice_id = %s and patient_id = %s and closed_at is null "
        "order by last_at desc limit 1",
        (db.practice, patient),
    )
    return await _read(db, row) if row else None


async def close_conversation(db: Db, id: ConversationId, *, now: datetime) -> None:
    """End a thread: the next message from its address begins a new one."""
    await db.run(
        "update conversation set closed_at = %s where practice_id = %s and id = %s and closed_at is null",
        (now, db.practice, id),
    )


async def read_conversation(db: Db, id: ConversationId) -> Conversation | None:
    """The conversation of that id."""
    row = await db.one("select * from conversation where practice_id = %s and id = %s", (db.practice, id))
    return await _read(db, row) if row else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """A conversation, and when something was last said in it, by anybody."""

    conversation: Conversation
    last: datetime


async def read_conversations(db: Db, ids: Iterable[UUID]) -> dict[ConversationId, Spoken]:
    """The conversations of these ids."""
    rows = await db.all(
        "select * from conversation where practice_id = %s and id = any(%s)", (db.practice, [*set(ids)])
    )
    await db.subjects([row["id"] for row in rows])
    return {ConversationId(row["id"]): Spoken(conversation=await _read(db, row), last=row["last_at"]) for row in rows}


OVERLOOKED: LiteralString = (
    "from message where practice_id = %(practice)s and author = 'patient' and answered_at is null and "
    "(answer_from <= %(now)s or (answer_from is null and coalesce(heard_at, sent_at) <= %(untouched_since)s))"
)


async def conversations_overlooked(db: Db, *, before: datetime, now: datetime) -> list[ConversationId]:
    """Every conversation in which a patient has waited for an answer since `before`, or people had until now for it."""
    overlooked: LiteralString = "select distinct conversation_id " + OVERLOOKED
    rows = await db.all(overlooked, {"practice": db.practice, "now": now, "untouched_since": before})
    return [ConversationId(row["conversation_id"]) for row in rows]


async def add_message(
    db: Db,
    conversation: ConversationId,
    *,
    id: MessageId,
    author: Author,
    text: str,
    now: datetime,
    buttons: Sequence[str] = (),
    provider_id: str | None = None,
    answers: MessageId | None = None,
) -> Message | None:
    """The message as stored, last in its conversation; None when this provider id is known already."""
    if provider_id is not None and await is_stored(db, provider_id):
        return None
    key = await db.subject(conversation)
    written = await db.one(
        "with place as (update conversation set last_seq = last_seq + 1, last_at = %(now)s "
        "where practice_id = %(practice)s and id = %(conversation)s returning last_seq) "
        "insert into message (practice_id, id, conversation_id, seq, author, text_sealed, buttons_sealed, provider_id, "
        "sent_at, answers_id) select %(practice)s, %(id)s, %(conversation)s, last_seq, %(author)s, %(text)s, "
        "%(buttons)s, %(provider)s, %(now)s, %(answers)s from place "
        "on conflict (practice_id, provider_id) do nothing returning seq",
        {
            "practice": db.practice,
            "id": id,
            "conversation": conversation,
            "author": author.value,
            "text": key.seal(text, place=place("message", id, "text")),
            "buttons": key.seal("\n".join(buttons), place=place("message", id, "buttons")) if buttons else None,
            "provider": provider_id,
            "now": now,
            "answers": answers,
        },
    )
    if written is None:
        return None
    db.record(
        Event(
            what=Happened.MESSAGE_RECEIVED if author is Author.PATIENT else Happened.MESSAGE_WRITTEN,
            subjects=frozenset({conversation}),
            ids={"message": id},
            codes={"author": author.value},
        )
    )
    db.announce("message", conversation)
    return Message(
        id=id,
        conversation=conversation,
        seq=written["seq"],
        author=author,
        text=text,
        sent=now,
        buttons=tuple(buttons),
        answers=answers,
    )


async def is_stored(db: Db, provider_id: str) -> bool:
    """Whether a message of that provider id is stored."""
    row = await db.one("select from message where practice_id = %s and provider_id = %s", (db.practice, provider_id))
    return row is not None


async def next_unanswered(db: Db, conversation: ConversationId) -> Message | None:
    """The oldest message of the patient that has not been answered."""
    row = await db.one(
        "select * from message where practice_id = %s and conversation_id = %s and author = 'patient' "
        "and answered_at is null order by seq limit 1",
        (db.practice, conversation),
    )
    return await _read_message(db, row) if row else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message to be answered next, and its conversation. `version` is that of the practice in force.

    `paused`: the assistant is to be silent on this channel. `person_wrote`: somebody of the practice has written since.
    `spoke` is when the assistant did so last, `left`: the message was left to people for a while, which is over.
    `found`: it did not come in by itself, the desk found it at the carrier. `overtaken`: something that was sent later
    came before it; `answered_elsewhere`: perhaps by the desk that was lost before this one was restored.
    `spoken`: it was said in a call, and heard.
    """

    message: Message
    conversation: Conversation
    version: int
    paused: bool
    person_wrote: bool
    spoke: datetime | None
    left: bool
    found: bool = False
    overtaken: bool = False
    answered_elsewhere: bool = False
    spoken: bool = False


SAID = "call:"
"""How the provider id begins of what was said in a call."""


async def waiting(db: Db, conversation: ConversationId, *, now: datetime) -> Waiting | None:
    """What `next_unanswered` finds, with all that answering it takes."""
    return await _waiting(db, conversation, "(m.answer_from is null or m.answer_from <= %(now)s)", now=now)


async def waiting_for_people(db: Db, conversation: ConversationId, *, now: datetime) -> Waiting | None:
    """The oldest message that people are to answer, or to let the assistant answer."""
    return await _waiting(db, conversation, "m.answer_from > %(now)s", now=now)


async def _waiting(db: Db, conversation: ConversationId, due: LiteralString, *, now: datetime) -> Waiting | None:
    row = await db.one(
        "select c.*, m.id as message_id, m.conversation_id, m.seq, m.author, m.text_sealed, m.buttons_sealed, "
        "m.sent_at, m.answers_id, "
        "(select max(version) from practice_version v where v.practice_id = c.practice_id) as version, "
        "exists (select from pause p where p.practice_id = c.practice_id and p.channel in ('every', c.channel) "
        "and (p.until is null or p.until > %(now)s)) as paused, m.answer_from is not null as left_to_people, "
        "exists (select from message s where s.practice_id = c.practice_id and s.conversation_id = c.id "
        "and s.author = 'staff' and s.seq > m.seq) as person_wrote, "
        "(select a.sent_at from message a where a.practice_id = c.practice_id and a.conversation_id = c.id "
        "and a.author = 'assistant' order by a.seq desc limit 1) as spoke, m.heard_at is not null as found, "
        "m.heard_at is not null and exists (select from message e where e.practice_id = c.practice_id "
        "and e.conversation_id = c.id and e.author = 'patient' and e.seq < m.seq and e.sent_at > m.sent_at) "
        "as overtaken, m.heard_at is not null and exists (select from text_look l "
        "where l.practice_id = c.practice_id and l.restored_at >= m.sent_at) as answered_elsewhere, "
        "coalesce(starts_with(m.provider_id, %(said)s), false) as spoken "
        "from conversation c join message m on m.practice_id = c.practice_id and m.conversation_id = c.id "
        "where c.practice_id = %(practice)s and c.id = %(conversation)s and m.author = 'patient' "
        f"and m.answered_at is null and {due} order by m.seq limit 1",
        {"now": now, "practice": db.practice, "conversation": conversation, "said": SAID},
    )
    if row is None:
        return None
    return Waiting(
        message=await _read_message(db, {**row, "id": row["message_id"]}),
        conversation=await _read(db, row),
        version=row["version"],
        paused=row["paused"],
        person_wrote=row["person_wrote"],
        spoke=row["spoke"],
        left=row["left_to_people"],
        found=row["found"],
        overtaken=row["overtaken"],
        answered_elsewhere=row["answered_elsewhere"],
        spoken=row["spoken"],
    )


async def leave_to_people(db: Db, message: Message, *, until: datetime) -> None:
    """Nobody but people answers a message until then."""
    await db.run(
        "update message set answer_from = %s where practice_id = %s and id = %s and answered_at is null",
        (until, db.practice, message.id),
    )


async def let_go_of_what_is_left(db: Db, conversation: ConversationId, *, now: datetime, only: int | None) -> int:
    """The assistant may answer what people had before it, the oldest first; `only` so many, None: all. How many."""
    rows = await db.all(
        "update message set answer_from = %s where practice_id = %s and id in (select id from message "
        "where practice_id = %s and conversation_id = %s and author = 'patient' and answered_at is null "
        "and answer_from > %s order by seq limit %s) returning id",
        (now, db.practice, db.practice, conversation, now, only),
    )
    if rows:
        db.enqueue(Job(work=Work.ANSWER, practice=db.practice, on=conversation))
    return len(rows)


async def read_message(db: Db, id: MessageId) -> Message | None:
    """The message of that id."""
    row = await db.one("select * from message where practice_id = %s and id = %s", (db.practice, id))
    return await _read_message(db, row) if row else None


async def remember(
    db: Db, conversation: ConversationId, *, state: State, patient: PatientId | None, now: datetime
) -> None:
    """Store what the conversation remembers from now on."""
    key = await db.subject(conversation)
    await db.run(
        "update conversation set state_sealed = %s, patient_id = coalesce(%s, patient_id), last_at = %s "
        "where practice_id = %s and id = %s",
        (
            key.seal(to_json(state, State), place=place("conversation", conversation, "state")),
            patient,
            now,
            db.practice,
            conversation,
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Unasked:
    """Words that the assistant says in a conversation by itself. `state` is remembered then; None: what was before."""

    id: MessageId
    conversation: ConversationId
    text: str
    buttons: tuple[str, ...]
    state: State | None
    patient: PatientId


async def say_unasked(db: Db, said: Sequence[Unasked], *, now: datetime) -> list[Message]:
    """The messages as stored, each last in its conversation. Of one conversation there is one at most."""
    await db.subjects([one.conversation for one in said])
    keys = [await db.subject(one.conversation) for one in said]
    rows = await db.all(
        "with said as (select * from unnest(%(ids)s::uuid[], %(conversations)s::uuid[], %(texts)s::bytea[], "
        "%(buttons)s::bytea[], %(states)s::bytea[], %(patients)s::uuid[]) "
        "as s(id, conversation, text, buttons, state, patient)), "
        "place as (update conversation c set last_seq = c.last_seq + 1, last_at = %(now)s, "
        "state_sealed = coalesce(s.state, c.state_sealed), "
        "patient_id = case when s.state is null then c.patient_id else s.patient end "
        "from said s where c.practice_id = %(practice)s and c.id = s.conversation returning c.id, c.last_seq) "
        "insert into message (practice_id, id, conversation_id, seq, author, text_sealed, buttons_sealed, sent_at) "
        "select %(practice)s, s.id, s.conversation, place.last_seq, 'assistant', s.text, s.buttons, %(now)s "
        "from said s join place on place.id = s.conversation returning id, seq",
        {
            "practice": db.practice,
            "now": now,
            "ids": [one.id for one in said],
            "conversations": [one.conversation for one in said],
            "texts": [
                key.seal(one.text, place=place("message", one.id, "text")) for one, key in zip(said, keys, strict=True)
            ],
            "buttons": [
                key.seal("\n".join(one.buttons), place=place("message", one.id, "buttons")) if one.buttons else None
                for one, key in zip(said, keys, strict=True)
            ],
            "states": [
                key.seal(to_json(one.state, State), place=place("conversation", one.conversation, "state"))
                if one.state is not None
                else None
                for one, key in zip(said, keys, strict=True)
            ],
            "patients": [one.patient for one in said],
        },
    )
    seqs = {row["id"]: row["seq"] for row in rows}
    for one in said:
        db.record(
            Event(
                what=Happened.MESSAGE_WRITTEN,
                subjects=frozenset({one.conversation}),
                ids={"message": one.id},
                codes={"author": Author.ASSISTANT.value},
            )
        )
        db.announce("message", one.conversation)
    return [
        Message(
            id=one.id,
            conversation=one.conversation,
            seq=seqs[one.id],
            author=Author.ASSISTANT,
            text=one.text,
            sent=now,
            buttons=one.buttons,
        )
        for one in said
    ]


async def last_spoken(db: Db, conversation: ConversationId) -> datetime | None:
    """When something was last said in it, by anybody."""
    row = await db.one(
        "select last_at from conversation where practice_id = %s and id = %s", (db.practice, conversation)
    )
    return row["last_at"] if row else None


async def next_seq(db: Db, conversation: ConversationId) -> int:
    """The number that the next message gets; until this transaction ends nobody else adds one."""
    row = await db.one(
        "select last_seq from conversation where practice_id = %s and id = %s for update", (db.practice, conversation)
    )
    return int(row["last_seq"]) + 1 if row else 1


async def messages(db: Db, conversation: ConversationId, *, after: int = 0) -> list[Message]:
    """The messages of a conversation in order, those past `after` (a Message.seq)."""
    rows = await db.all(
        "select * from message where practice_id = %s and conversation_id = %s and seq > %s order by seq",
        (db.practice, conversation, after),
    )
    return [await _read_message(db, row) for row in rows]


async def replies_to(db: Db, message: MessageId) -> list[Message]:
    """What the desk answered to one message, in order."""
    rows = await db.all(
        "select * from message where practice_id = %s and answers_id = %s order by seq", (db.practice, message)
    )
    return [await _read_message(db, row) for row in rows]


async def mark_answered(
    db: Db, message: Message, *, state: State, patient: PatientId | None, why: Why, now: datetime
) -> bool:
    """Store what the conversation remembers now and why; the message is answered from here on.

    Whether another message waits behind it.
    """
    key = await db.subject(message.conversation)
    row = await db.one(
        "with remembered as (update conversation set state_sealed = %(state)s, "
        "patient_id = coalesce(%(patient)s, patient_id), last_at = %(now)s "
        "where practice_id = %(practice)s and id = %(conversation)s), "
        "answered as (update message set answered_at = %(now)s, why_sealed = %(why)s "
        "where practice_id = %(practice)s and id = %(message)s) "
        "select exists (select from message where practice_id = %(practice)s and conversation_id = %(conversation)s "
        "and author = 'patient' and answered_at is null and id <> %(message)s) as more",
        {
            "state": key.seal(to_json(state, State), place=place("conversation", message.conversation, "state")),
            "patient": patient,
            "now": now,
            "practice": db.practice,
            "conversation": message.conversation,
            "why": key.seal(to_json(why, Why), place=place("message", message.id, "why")),
            "message": message.id,
        },
    )
    db.record(
        Event(
            what=Happened.ASSISTANT_DECIDED,
            subjects=frozenset({message.conversation, *([patient] if patient else [])}),
            ids={"message": message.id},
            codes={
                "heard": tuple(str(act["act"]) for act in why.acts),
                "did": tuple(f"{effect['effect']}:{effect['result']}" for effect in why.effects),
            },
        )
    )
    return row is not None and bool(row["more"])


async def why(db: Db, message: MessageId) -> Why | None:
    """What was heard and done for an answered message."""
    row = await db.one(
        "select conversation_id, why_sealed from message where practice_id = %s and id = %s", (db.practice, message)
    )
    if row is None or row["why_sealed"] is None:
        return None
    return _read_why(await db.subject(row["conversation_id"]), row, message)


async def whys(db: Db, conversation: ConversationId) -> dict[MessageId, Why]:
    """The same for every answered message of a conversation."""
    rows = await db.all(
        "select id, why_sealed from message where practice_id = %s and conversation_id = %s and why_sealed is not null",
        (db.practice, conversation),
    )
    key = await db.subject(conversation)
    return {MessageId(row["id"]): _read_why(key, row, MessageId(row["id"])) for row in rows}


def _read_why(key: SubjectKey, row: DictRow, message: MessageId) -> Why:
    return from_json(key.open(row["why_sealed"], place=place("message", message, "why")).decode(), Why)


async def _read(db: Db, row: DictRow) -> Conversation:
    key = await db.subject(row["id"])
    address = key.open(row["address_sealed"], place=place("conversation", row["id"], "address"))
    state = key.open(row["state_sealed"], place=place("conversation", row["id"], "state"))
    return Conversation(
        id=ConversationId(row["id"]),
        channel=ChannelKind(row["channel"]),
        address=address.decode(),
        state=from_json(state.decode(), State),
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
        started=row["started_at"],
    )


async def _read_message(db: Db, row: DictRow) -> Message:
    key = await db.subject(row["conversation_id"])
    text = key.open(row["text_sealed"], place=place("message", row["id"], "text"))
    sealed = row["buttons_sealed"]
    buttons = key.open(sealed, place=place("message", row["id"], "buttons")).decode().split("\n") if sealed else ()
    return Message(
        id=MessageId(row["id"]),
        conversation=ConversationId(row["conversation_id"]),
        seq=row["seq"],
        author=Author(row["author"]),
        text=text.decode(),
        sent=row["sent_at"],
        buttons=tuple(buttons),
        answers=MessageId(row["answers_id"]) if row["answers_id"] else None,
    )
