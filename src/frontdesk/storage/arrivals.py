"""Patients' messages as they arrive: many are stored in as many statements as one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.dialogue.state import State
from frontdesk.domain.audit import Actor, Event, Happened
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.storage.audit import acting
from frontdesk.storage.database import Db, place
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.json_values import to_json

LONGEST_HOLD = "1s"
"""How long a conversation that another transaction holds is waited for before the arrivals are given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """What a patient wrote, before it is stored. Where no conversation is open, one `begins` with this id and `state`.

    `provider_id` is what a carrier knows it by, `by` whom the audit takes for its sender. `at` is when it was sent;
    `heard` is when the desk found it at the carrier, None: it came in by itself.
    """

    id: MessageId
    begins: ConversationId
    state: State
    channel: ChannelKind
    address: str
    text: str
    provider_id: str | None
    by: Actor
    at: datetime
    heard: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """The message as stored; `message` is None when this one was stored before."""

    conversation: ConversationId
    message: Message | None


async def store_arrivals(db: Db, arrivals: Sequence[Arrival]) -> list[Received]:
    """What became of each, in their order: stored last in its conversation, to be answered, or known already.

    All of them or none. Raises: LookupError where a conversation's key was destroyed; psycopg errors.
    """
    await db.run("select set_config('lock_timeout', %s, true)", (LONGEST_HOLD,))
    last: dict[ConversationId, int] = {}
    talks = await _conversations(db, arrivals, last)
    fresh = await _fresh(db, arrivals)
    await db.subjects([*{talks[number] for number in fresh}])
    received = [Received(conversation=talk, message=None) for talk in talks]
    messages: dict[int, Message] = {}
    for number in fresh:
        talk, arrival = talks[number], arrivals[number]
        last[talk] += 1
        messages[number] = Message(
            id=arrival.id,
            conversation=talk,
            seq=last[talk],
            author=Author.PATIENT,
            text=arrival.text,
            sent=arrival.at,
        )
    written = await _write(db, [(arrivals[number], message) for number, message in messages.items()])
    for number, message in messages.items():
        if message.id in written:
            _tell(db, arrivals[number], message)
            received[number] = Received(conversation=message.conversation, message=message)
    return received


async def _conversations(db: Db, arrivals: Sequence[Arrival], last: dict[ConversationId, int]) -> list[ConversationId]:
    """The open conversation of each, begun where there is none, held until this transaction ends.

    `last` gets the number of the last message in each. Two who begin one at once get the same one.
    """
    found = await _find(db, arrivals, last)
    begins = {(one.channel, one.address): one for one in reversed(arrivals) if (one.channel, one.address) not in found}
    if begins:
        await _begin(db, list(begins.values()))
        found |= await _find(db, list(begins.values()), last)
    return [found[one.channel, one.address] for one in arrivals]


async def _find(
    db: Db, arrivals: Sequence[Arrival], last: dict[ConversationId, int]
) -> dict[tuple[ChannelKind, str], ConversationId]:
    """The open conversations there are. Everybody who holds several takes them in one order, so that nobody waits
    for whoever waits for him."""
    whose = {
        (one.channel.value, hash): (one.channel, one.address)
        for one in arrivals
        for hash in db.keyring.lookups(f"address:{one.channel.value}", one.address)
    }
    rows = await db.all(
        "select id, channel, address_hash, last_seq from conversation where practice_id = %s and closed_at is null "
        "and channel = any(%s) and address_hash = any(%s) order by id for update",
        (db.practice, [*{channel for channel, _ in whose}], [hash for _, hash in whose]),
    )
    found: dict[tuple[ChannelKind, str], ConversationId] = {}
    for row in rows:
        who = whose.get((row["channel"], bytes(row["address_hash"])))
        if who is not None:
            found[who] = ConversationId(row["id"])
            last[found[who]] = row["last_seq"]
    return found


async def _begin(db: Db, arrivals: Sequence[Arrival]) -> None:
    await db.new_subjects([one.begins for one in arrivals])
    rows = []
    for one in arrivals:
        key = await db.subject(one.begins)
        rows.append(
            {
                "id": str(one.begins),
                "channel": one.channel.value,
                "address": key.seal(one.address, place=place("conversation", one.begins, "address")).hex(),
                "hash": db.keyring.lookup(f"address:{one.channel.value}", one.address).hex(),
                "state": key.seal(to_json(one.state, State), place=place("conversation", one.begins, "state")).hex(),
                "at": one.at.isoformat(),
            }
        )
    await db.run(
        "insert into conversation (practice_id, id, channel, address_sealed, address_hash, state_sealed, started_at, "
        "last_at) select %s, id, channel, decode(address, 'hex'), decode(hash, 'hex'), decode(state, 'hex'), at, at "
        "from json_to_recordset(%s) as c(id uuid, channel text, address text, hash text, state text, at timestamptz) "
        "on conflict (practice_id, channel, address_hash) where closed_at is null do nothing",
        (db.practice, json.dumps(rows)),
    )


async def _fresh(db: Db, arrivals: Sequence[Arrival]) -> list[int]:
    """Which of them are not stored yet, by their place: of two alike only the first.

    Whoever holds the conversations sees all that was stored in them.
    """
    rows = await db.all(
        "select id, provider_id from message where practice_id = %s and (provider_id = any(%s) or id = any(%s))",
        (db.practice, [one.provider_id for one in arrivals if one.provider_id], [one.id for one in arrivals]),
    )
    known = {name for row in rows for name in (row["id"], row["provider_id"])}

    def unknown() -> Iterator[int]:
        for number, one in enumerate(arrivals):
            if one.id not in known and one.provider_id not in known:
                yield number
            known.update({one.id} | ({one.provider_id} if one.provider_id else set()))

    known.discard(None)
    return [*unknown()]


async def _write(db: Db, messages: Sequence[tuple[Arrival, Message]]) -> set[UUID]:
    """The ids of those that were written; what has come in another conversation meanwhile is not."""
    if not messages:
        return set()
    rows = []
    for arrival, message in messages:
        key = await db.subject(message.conversation)
        rows.append(
            {
                "id": str(message.id),
                "conversation": str(message.conversation),
                "seq": message.seq,
                "text": key.seal(message.text, place=place("message", message.id, "text")).hex(),
                "provider": arrival.provider_id,
                "at": message.sent.isoformat(),
                "heard": arrival.heard.isoformat() if arrival.heard else None,
            }
        )
    written = await db.all(
        "with arrived as (select * from json_to_recordset(%(rows)s) as a(id uuid, conversation uuid, seq integer, "
        "text text, provider text, at timestamptz, heard timestamptz)), counted as (update conversation c set "
        "last_seq = n.seq, last_at = greatest(c.last_at, n.at) "
        "from (select conversation, max(seq) as seq, max(at) as at from arrived group by 1) n "
        "where c.practice_id = %(practice)s and c.id = n.conversation) "
        "insert into message (practice_id, id, conversation_id, seq, author, text_sealed, provider_id, sent_at, "
        "heard_at) select %(practice)s, id, conversation, seq, 'patient', decode(text, 'hex'), provider, at, heard "
        "from arrived order by id on conflict (practice_id, provider_id) do nothing returning id",
        {"practice": db.practice, "rows": json.dumps(rows)},
    )
    return {row["id"] for row in written}


def _tell(db: Db, arrival: Arrival, message: Message) -> None:
    """Whoever watches, the audit and the worker hear of it once it stands."""
    with acting(arrival.by):
        db.record(
            Event(
                what=Happened.MESSAGE_RECEIVED,
                subjects=frozenset({message.conversation}),
                ids={"message": message.id},
                codes={"author": Author.PATIENT.value},
            )
        )
    db.announce("message", message.conversation)
    db.enqueue(Job(work=Work.ANSWER, practice=db.practice, on=message.conversation))
