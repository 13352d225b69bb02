"""Why contacts were made, moved or stopped: written where they are, never changed."""

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
    rows = await db.all(
        "select max(d.decided_at) as at from contact_decision d join outbox o on o.practice_id = d.practice_id "
        "and o.id = d.outbox_id and o.state = 'sent' where d.practice_id = %s and d.conversation_id = %s "
        "and d.channel = 'sms' and d.verdict = 'allowed' and d.kind = any(%s) and d.outbox_id <> %s "
        "and d.decided_at > %s group by d.outbox_id order by 1",
        (db.practice, out.conversation, list(COUNTED), out.id, now - _LAST),
    )
    return tuple(row["at"] for row in rows)


async def is_first_text(db: Db, out: Outgoing) -> bool:
    """Whether no text went out in a conversation before this one, as far as copies are kept."""
    row = await db.one(
        "select exists (select from outbox where practice_id = %s and conversation_id = %s and channel = 'sms' "
        "and state = 'sent' and id <> %s) as written",
        (db.practice, out.conversation, out.id),
    )
    return row is not None and not row["written"]
