"""Why contacts were made, moved or stopped: written where they are, never changed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.compliance.deciding import Allowed, Decision, NotBefore
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.database import Db
from frontdesk.storage.outbox import Outgoing

COUNTED = tuple(
    kind.value for kind in (ContactKind.REMINDER, ContactKind.CARE, ContactKind.WAITLIST_OFFER, ContactKind.MARKETING)
)
"""What counts against how often somebody may be written to unasked."""
_LAST = timedelta(days=8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A decision as it is kept. `verdict` is "allowed", "moved" or "stopped"; `rules` are names with versions."""

    kind: ContactKind
    channel: ChannelKind
    verdict: str
    not_before: datetime | None
    rules: tuple[str, ...]
    reason: str
    zone: str
    decided: datetime


async def keep_decision(
    db: Db, out: Outgoing, kind: ContactKind, decision: Decision, *, id: UUID, now: datetime
) -> None:
    """Keep a decision on what is in the outbox, in the transaction of what follows. The same id twice is one."""
    verdict = decision.verdict
    named = "allowed" if isinstance(verdict, Allowed) else "moved" if isinstance(verdict, NotBefore) else "stopped"
    await db.run(
        "insert into contact_decision (practice_id, id, outbox_id, conversation_id, kind, channel, verdict, "
        "not_before, rules, reason, zone, decided_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (
            db.practice,
            id,
            out.id,
            out.conversation,
            kind.value,
            out.channel.value,
            named,
            verdict.at if isinstance(verdict, NotBefore) else None,
            [rule.name for rule in decision.by],
            decision.reason,
            decision.zone,
            now,
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A decision on what is in the outbox, to be kept under that id."""

    id: UUID
    out: Outgoing
    kind: ContactKind
    decision: Decision


async def keep_decisions(db: Db, made: Sequence[Made], *, now: datetime) -> None:
    """Keep these, as `keep_decision` does one; every one of them lets it go as it is."""
    await db.run(
        "insert into contact_decision (practice_id, id, outbox_id, conversation_id, kind, channel, verdict, rules, "
        "reason, zone, decided_at) select %(practice)s, m.id, m.out, m.conversation, m.kind, m.channel, 'allowed', "
        "array(select json_array_elements_text(m.rules)), m.reason, m.zone, %(now)s from json_to_recordset(%(made)s) "
        "as m(id uuid, out uuid, conversation uuid, kind text, channel text, rules json, reason text, zone text) "
        "on conflict do nothing",
        {
            "practice": db.practice,
            "now": now,
            "made": json.dumps(
                [
                    {
                        "id": str(one.id),
                        "out": str(one.out.id),
                        "conversation": str(one.out.conversation),
                        "kind": one.kind.value,
                        "channel": one.out.channel.value,
                        "rules": [rule.name for rule in one.decision.by],
                        "reason": one.decision.reason,
                        "zone": one.decision.zone,
                    }
                    for one in made
                ]
            ),
        },
    )


async def decisions_on(db: Db, outbox: UUID) -> list[Kept]:
    """Every decision on something in the outbox, the oldest first."""
    rows = await db.all(
        "select * from contact_decision where practice_id = %s and outbox_id = %s order by decided_at, id",
        (db.practice, outbox),
    )
    return [
        Kept(
            kind=ContactKind(row["kind"]),
            channel=ChannelKind(row["channel"]),
            verdict=row["verdict"],
            not_before=row["not_before"],
            rules=tuple(row["rules"]),
            reason=row["reason"],
            zone=row["zone"],
            decided=row["decided_at"],
        )
        for row in rows
    ]


async def counted_texts(db: Db, out: Outgoing, *, now: datetime) -> tuple[datetime, ...]:
    """When texts that count went out in a conversation in the last days, but for this one."""
    return (await counted_texts_beside(db, [out], now=now))[out.id]


async def counted_texts_beside(db: Db, outs: Sequence[Outgoing], *, now: datetime) -> dict[UUID, tuple[datetime, ...]]:
    """The same for several, by their own ids."""
    rows = await db.all(
        "select w.own, max(d.decided_at) as at from unnest(%s::uuid[], %s::uuid[]) as w(own, conversation) "
        "join contact_decision d on d.practice_id = %s and d.conversation_id = w.conversation and d.channel = 'sms' "
        "and d.verdict = 'allowed' and d.kind = any(%s) and d.outbox_id <> w.own and d.decided_at > %s "
        "join outbox o on o.practice_id = d.practice_id and o.id = d.outbox_id and o.state = 'sent' "
        "group by w.own, d.outbox_id order by 2",
        ([out.id for out in outs], [out.conversation for out in outs], db.practice, list(COUNTED), now - _LAST),
    )
    found: dict[UUID, tuple[datetime, ...]] = {out.id: () for out in outs}
    for row in rows:
        found[row["own"]] += (row["at"],)
    return found


async def is_first_text(db: Db, out: Outgoing) -> bool:
    """Whether no text went out in a conversation before this one, as far as copies are kept."""
    row = await db.one(
        "select exists (select from outbox where practice_id = %s and conversation_id = %s and channel = 'sms' "
        "and state = 'sent' and id <> %s) as written",
        (db.practice, out.conversation, out.id),
    )
    return row is not None and not row["written"]


async def first_texts(db: Db, outs: Sequence[Outgoing]) -> frozenset[UUID]:
    """Those before which no text went out in their conversation, as far as copies are kept."""
    rows = await db.all(
        "select w.own from unnest(%s::uuid[], %s::uuid[]) as w(own, conversation) "
        "where not exists (select from outbox o where o.practice_id = %s and o.conversation_id = w.conversation "
        "and o.channel = 'sms' and o.state = 'sent' "
        "and o.id <> w.own)",
        ([out.id for out in outs], [out.conversation for out in outs], db.practice),
    )
    return frozenset(row["own"] for row in rows)
