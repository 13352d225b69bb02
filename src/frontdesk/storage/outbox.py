"""Words and mails on their way out, written in the transaction of the state they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import LiteralString
from uuid import UUID, uuid5

from psycopg.rows import DictRow

from frontdesk.domain.audit import Event, Happened, Outcome
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Mail, Text, ToCall
from frontdesk.storage.database import Db, place
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.json_values import to_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """One thing to send. `payload` is what the channel needs, as JSON; `subject` is whose key seals it.

    `tried`: since when it may have left without anybody knowing; None: it certainly has not. `retried`: when a person
    last had it tried again. `unasked`: nobody waits for it, and it lets the answers by.
    """

    id: UUID
    conversation: ConversationId
    channel: ChannelKind
    subject: UUID
    payload: str
    attempts: int = 0
    tried: datetime | None = None
    retried: datetime | None = None
    unasked: bool = False


UNASKED = frozenset({ContactKind.REMINDER, ContactKind.CARE, ContactKind.MARKETING})
"""Texts that nobody waits for. An offer from the waitlist is none: it has a deadline."""


async def put(db: Db, out: Outgoing, *, now: datetime) -> None:
    """Put it into the outbox, to go at once; the same id twice is one."""
    await put_all(db, [out], now=now)


async def put_all(db: Db, outs: Sequence[Outgoing], *, now: datetime) -> None:
    """Put these into the outbox, in their order, to go at once; the same id twice is one."""
    await db.subjects([out.subject for out in outs])
    keys = [await db.subject(out.subject) for out in outs]
    written = await db.all(
        "insert into outbox (practice_id, id, conversation_id, channel, subject_id, payload_sealed, unasked, due_at, "
        "created_at) select %(practice)s, w.id, w.conversation, w.channel, w.subject, w.payload, w.unasked, %(now)s, "
        "%(now)s from unnest(%(ids)s::uuid[], %(conversations)s::uuid[], %(channels)s::text[], %(subjects)s::uuid[], "
        "%(payloads)s::bytea[], %(unasked)s::boolean[]) with ordinality "
        "as w(id, conversation, channel, subject, payload, unasked, place) order by w.place "
        "on conflict do nothing returning id",
        {
            "practice": db.practice,
            "now": now,
            "ids": [out.id for out in outs],
            "conversations": [out.conversation for out in outs],
            "channels": [out.channel.value for out in outs],
            "subjects": [out.subject for out in outs],
            "payloads": [
                key.seal(out.payload, place=place("outbox", out.id, "payload"))
                for out, key in zip(outs, keys, strict=True)
            ],
            "unasked": [out.unasked for out in outs],
        },
    )
    new = {row["id"] for row in written}
    for out in outs:
        if out.id in new and out.unasked:
            db.enqueue(Job(work=Work.DELIVER_UNASKED, practice=db.practice, on=db.practice))
        elif out.id in new:
            db.enqueue(Job(work=Work.DELIVER, practice=db.practice, on=out.conversation))


def text_out(conversation: ConversationId, id: UUID, text: Text) -> Outgoing:
    """A text as it stands in the outbox, sealed under its conversation's key."""
    return Outgoing(
        id=id,
        conversation=conversation,
        channel=ChannelKind.SMS,
        subject=conversation,
        payload=to_json(text, Text),
        unasked=text.purpose in UNASKED,
    )


async def put_text(db: Db, conversation: ConversationId, id: UUID, text: Text, *, now: datetime) -> None:
    """Put a text into the outbox, sealed under its conversation's key."""
    await put(db, text_out(conversation, id, text), now=now)


async def put_mail(db: Db, conversation: ConversationId, patient: UUID, mail: Mail, *, now: datetime) -> None:
    """Put a mail into the outbox, sealed under its patient's key; one row per Mail.key."""
    await put(db, _mail_out(conversation, patient, mail), now=now)


async def put_unasked_mail(db: Db, conversation: ConversationId, patient: UUID, mail: Mail, *, now: datetime) -> UUID:
    """The same for one that nobody waits for; its id."""
    out = replace(_mail_out(conversation, patient, mail), unasked=True)
    await put(db, out, now=now)
    return out.id


def _mail_out(conversation: ConversationId, patient: UUID, mail: Mail) -> Outgoing:
    return Outgoing(
        id=uuid5(conversation, mail.key),
        conversation=conversation,
        channel=ChannelKind.EMAIL,
        subject=patient,
        payload=to_json(mail, Mail),
    )


async def next_due(db: Db, conversation: ConversationId, channel: ChannelKind, *, now: datetime) -> Outgoing | None:
    """The oldest waiting one of a conversation on a channel, once it is due: nothing overtakes it."""
    row = await db.one(
        "select * from outbox where practice_id = %s and conversation_id = %s and channel = %s and state = 'waiting' "
        "order by order_no limit 1",
        (db.practice, conversation, channel.value),
    )
    return await _read(db, row) if row is not None and row["due_at"] <= now else None


async def _read(db: Db, row: DictRow) -> Outgoing:
    key = await db.subject(row["subject_id"])
    return Outgoing(
        id=row["id"],
        conversation=ConversationId(row["conversation_id"]),
        channel=ChannelKind(row["channel"]),
        subject=row["subject_id"],
        payload=key.open(row["payload_sealed"], place=place("outbox", row["id"], "payload")).decode(),
        attempts=row["attempts"],
        tried=row["tried_at"],
        retried=row["retried_at"],
        unasked=row["unasked"],
    )


async def read_out(db: Db, id: UUID) -> Outgoing | None:
    """What has that place in the outbox, sent or not; None: it is kept no more."""
    row = await db.one("select * from outbox where practice_id = %s and id = %s", (db.practice, id))
    return await _read(db, row) if row is not None else None


async def put_unasked_call(db: Db, id: UUID, patient: UUID, call: ToCall, *, now: datetime) -> None:
    """Put a call into the outbox, sealed under its patient's key; the same id twice is one.

    Calls to one patient are placed one after the other.
    """
    out = Outgoing(
        id=id,
        conversation=ConversationId(uuid5(patient, "calls")),
        channel=ChannelKind.VOICE,
        subject=patient,
        payload=to_json(call, ToCall),
        unasked=True,
    )
    await put(db, out, now=now)


async def first_due(db: Db, conversation: ConversationId, *, now: datetime) -> Outgoing | None:
    """The oldest waiting one of a conversation on any channel on which it is due; nothing overtakes it there.

    What was moved to another hour lets the others by.
    """
    row = await db.one(
        "select * from (select distinct on (channel) * from outbox "
        "where practice_id = %s and conversation_id = %s and state = 'waiting' and not (moved and due_at > %s) "
        "order by channel, order_no) as heads where due_at <= %s order by order_no limit 1",
        (db.practice, conversation, now, now),
    )
    return await _read(db, row) if row is not None else None


async def take_up(db: Db, conversation: ConversationId, *, now: datetime) -> Outgoing | None:
    """What is due first, about to be handed over: whoever finds it again after a crash knows that it may have left."""
    out = await first_due(db, conversation, now=now)
    if out is not None and out.tried is None:
        await db.run("update outbox set tried_at = %s where practice_id = %s and id = %s", (now, db.practice, out.id))
    return out


ALONE: LiteralString = (
    "select * from outbox o where practice_id = %(practice)s and state = 'waiting' and unasked and due_at <= %(now)s "
    "and attempts = 0 and tried_at is null and not exists (select from outbox b where b.practice_id = o.practice_id "
    "and b.conversation_id = o.conversation_id and b.channel = o.channel and b.state = 'waiting' "
    "and b.order_no < o.order_no and not (b.moved and b.due_at > %(now)s))"
)
"""What nobody asked for and nobody has tried, first in its conversation: what was moved lets the others by."""


async def take_alone(db: Db, *, now: datetime, most: int) -> list[Outgoing]:
    """What nobody asked for, first in its conversation, not tried yet: nobody else delivers in these conversations.

    That right ("deliver CONVERSATION") lasts until the connection gives it up. What somebody else delivers is let by.
    """
    taken: LiteralString = (
        "with due as materialized (" + ALONE + " order by due_at, order_no limit %(looked)s) "
        "select * from due where pg_try_advisory_lock(hashtextextended('deliver ' || conversation_id::text, 1)) "
        "limit %(most)s"
    )
    rows = await db.all(taken, {"practice": db.practice, "now": now, "looked": most * 5, "most": most})
    await db.subjects([row["subject_id"] for row in rows])
    return [await _read(db, row) for row in rows]


async def still_waiting(db: Db, outs: Sequence[Outgoing]) -> frozenset[UUID]:
    """Those of these that nobody has delivered, moved or tried meanwhile."""
    rows = await db.all(
        "select id from outbox where practice_id = %s and id = any(%s) and state = 'waiting' and attempts = 0 "
        "and tried_at is null",
        (db.practice, [out.id for out in outs]),
    )
    return frozenset(row["id"] for row in rows)


async def mark_tried(db: Db, outs: Sequence[Outgoing], *, now: datetime) -> None:
    """These are about to be handed over: whoever finds one after a crash knows that it may have left."""
    await db.run(
        "update outbox set tried_at = %s where practice_id = %s and id = any(%s) and tried_at is null",
        (now, db.practice, [out.id for out in outs]),
    )


async def sent_as(db: Db, *, key: str | None, receipt: str) -> Outgoing | None:
    """The text that a carrier tells of, by its own id or, where we never heard that, by the intent's."""
    row = await db.one(
        "select * from outbox where practice_id = %(practice)s and channel = 'sms' "
        "and (receipt = %(receipt)s or (receipt is null and id = %(id)s)) limit 1",
        {"practice": db.practice, "receipt": receipt, "id": _uuid(key)},
    )
    return await _read(db, row) if row is not None else None


async def mail_sent_as(db: Db, message_ids: Sequence[str]) -> Outgoing | None:
    """The mail of ours that bears one of these Message-IDs, the first of them that is known."""
    rows = await db.all(
        "select * from outbox where practice_id = %s and channel = 'email' and receipt = any(%s)",
        (db.practice, list(message_ids)),
    )
    by_id = {row["receipt"]: row for row in rows}
    row = next((by_id[id] for id in message_ids if id in by_id), None)
    return await _read(db, row) if row is not None else None


async def send_again(db: Db, id: UUID, *, due: datetime, trouble: str) -> bool:
    """Whether a mail that was sent, and came back for now, waits to be sent once more."""
    row = await db.one(
        "update outbox set state = 'waiting', due_at = %s, trouble = %s, tried_at = null "
        "where practice_id = %s and id = %s and state = 'sent' returning id, conversation_id, subject_id, channel",
        (due, trouble, db.practice, id),
    )
    _record(db, row, Outcome.FAILED)
    return row is not None


async def mark_sent(db: Db, id: UUID, *, receipt: str, now: datetime) -> None:
    """It was handed over; `receipt` is the carrier's own id. What waits no more stays as it is."""
    await mark_all_sent(db, {id: receipt}, now=now)


async def mark_all_sent(db: Db, receipts: Mapping[UUID, str], *, now: datetime) -> None:
    """The same for several, each with the carrier's own id."""
    rows = await db.all(
        "update outbox o set state = 'sent', receipt = w.receipt, sent_at = %s, attempts = attempts + 1 "
        "from unnest(%s::uuid[], %s::text[]) as w(id, receipt) where o.practice_id = %s and o.id = w.id "
        "and o.state = 'waiting' returning o.id, o.conversation_id, o.subject_id, o.channel",
        (now, [*receipts], [*receipts.values()], db.practice),
    )
    for row in rows:
        _record(db, row, Outcome.DONE)
        db.announce("sent", row["id"])


async def mark_refused(db: Db, id: UUID, *, trouble: str, may_have_left: bool) -> bool:
    """Whether it will not go by itself, and waited until now; a person sees why."""
    row = await db.one(
        "update outbox set state = 'refused', trouble = %s, attempts = attempts + 1, "
        "tried_at = case when %s then tried_at end where practice_id = %s and id = %s and state = 'waiting' "
        "returning id, conversation_id, subject_id, channel",
        (trouble, may_have_left, db.practice, id),
    )
    _record(db, row, Outcome.REFUSED)
    return row is not None


async def let_go(db: Db, id: UUID, *, trouble: str) -> bool:
    """Whether it waited until now, and will never go: what it was to tell goes another way, and nobody is shown it."""
    row = await db.one(
        "update outbox set state = 'dropped', trouble = %s, attempts = attempts + 1 where practice_id = %s and id = %s "
        "and state = 'waiting' returning id, conversation_id, subject_id, channel",
        (trouble, db.practice, id),
    )
    _record(db, row, Outcome.REFUSED)
    return row is not None


async def move(db: Db, out: Outgoing, *, due: datetime, reason: str) -> None:
    """It goes at another hour, when it is decided on again; nothing waits for it. It has not left this time."""
    await db.run(
        "update outbox set due_at = %s, trouble = %s, moved = true, failing_since = null, tried_at = %s "
        "where practice_id = %s and id = %s",
        (due, reason, out.tried, db.practice, out.id),
    )


async def try_later(db: Db, id: UUID, *, due: datetime, trouble: str, now: datetime) -> None:
    """It certainly did not go this time."""
    row = await db.one(
        "update outbox set due_at = %s, trouble = %s, attempts = attempts + 1, tried_at = null, "
        "failing_since = coalesce(failing_since, %s) where practice_id = %s and id = %s and state = 'waiting' "
        "returning id, conversation_id, subject_id, channel",
        (due, trouble, now, db.practice, id),
    )
    _record(db, row, Outcome.FAILED)


async def look_later(db: Db, id: UUID, *, due: datetime, trouble: str, now: datetime) -> None:
    """Nobody knows whether it went."""
    row = await db.one(
        "update outbox set due_at = %s, trouble = %s, attempts = attempts + 1, "
        "failing_since = coalesce(failing_since, %s) where practice_id = %s and id = %s and state = 'waiting' "
        "returning id, conversation_id, subject_id, channel",
        (due, trouble, now, db.practice, id),
    )
    _record(db, row, Outcome.FAILED)


def _uuid(key: str | None) -> UUID | None:
    try:
        return UUID(key) if key else None
    except ValueError:
        return None


def _record(db: Db, row: DictRow | None, outcome: Outcome) -> None:
    if row is not None:
        db.record(
            Event(
                what=Happened.MESSAGE_HANDED_OVER,
                subjects=frozenset({row["conversation_id"], row["subject_id"]}),
                outcome=outcome,
                ids={"outbox": row["id"]},
                codes={"channel": row["channel"]},
            )
        )


TO_RETRY: LiteralString = (
    "from outbox where practice_id = %(practice)s and state = 'waiting' and due_at <= %(now)s "
    "and (attempts > 0 or created_at <= %(untouched_since)s) "
    "and not (unasked and attempts = 0 and tried_at is null)"
)


async def conversations_to_retry(db: Db, *, now: datetime, untouched_since: datetime) -> list[ConversationId]:
    """Every conversation whose outbox holds something to be tried again, or left over since `untouched_since`.

    What nobody asked for and nobody has tried is not among it: that is `ALONE`.
    """
    to_retry: LiteralString = "select distinct conversation_id " + TO_RETRY
    rows = await db.all(to_retry, {"practice": db.practice, "now": now, "untouched_since": untouched_since})
    return [ConversationId(row["conversation_id"]) for row in rows]
