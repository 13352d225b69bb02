"""How far each number was looked through at its carrier for texts that never came in, and what is no message here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from frontdesk.storage.database import Db

EVERY = timedelta(minutes=5)
"""How often a carrier is asked what came in."""
AGAIN_AFTER = timedelta(minutes=1)
"""How soon it is asked again where it did not answer, or where the list may not hold all of the last minute yet."""
OVERLAP = timedelta(minutes=15)
"""So much of what was looked through is looked through once more: a list may be behind, and clocks differ."""
FURTHEST = timedelta(days=3)
"""Nobody goes back further: what is older has long been sorted out by other ways, and lists are long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look, begun at `asked`: through what came in since `since`.

    `unseen_from`: before `since` something is left that nobody looks through any more, from then on; None: nothing is.
    """

    carrier: str
    number: str
    asked: datetime
    since: datetime
    unseen_from: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failing:
    """A list that cannot be read. `told`: a person knows of it."""

    since: datetime
    told: bool


async def is_due(db: Db, carrier: str, *, now: datetime) -> bool:
    """Whether any of the practice's numbers is to be looked through by now."""
    row = await db.one(
        "select coalesce(min(due_at) <= %s, true) as due from text_look where practice_id = %s and carrier = %s",
        (now, db.practice, carrier),
    )
    return row is not None and bool(row["due"])


async def make_due(db: Db, *, now: datetime) -> None:
    """Look through everything now: whoever starts does not know how long nobody was there."""
    await db.run(
        "update text_look set due_at = %(now)s where practice_id = %(practice)s and due_at > %(now)s",
        {"now": now, "practice": db.practice},
    )


async def begin_look(db: Db, carrier: str, number: str, *, now: datetime) -> Look | None:
    """What is to be looked through now; None where it is not due, or somebody else has just begun."""
    key = (db.practice, carrier, number)
    await db.run(
        "insert into text_look (practice_id, carrier, number, due_at, begun_at, seen_to) values (%s, %s, %s, %s, %s, "
        "%s) on conflict do nothing",
        (*key, now, now, now),
    )
    row = await db.one(
        "update text_look set due_at = %s where practice_id = %s and carrier = %s and number = %s and due_at <= %s "
        "returning begun_at, seen_to",
        (now + EVERY, *key, now),
    )
    if row is None:
        return None
    wanted = max(row["begun_at"], row["seen_to"] - OVERLAP)
    since = max(wanted, now - FURTHEST)
    left = row["seen_to"] if row["seen_to"] < since else None
    return Look(carrier=carrier, number=number, asked=now, since=since, unseen_from=left)


async def end_look(db: Db, look: Look, *, soon: bool) -> Failing | None:
    """Go on from where this look began; what failed until now, where anything did. `soon`: look again in a minute."""
    row = await db.one(
        "with before as (select failed_since, told from text_look where practice_id = %(practice)s "
        "and carrier = %(carrier)s and number = %(number)s) "
        "update text_look set seen_to = greatest(seen_to, %(asked)s), failed_since = null, told = false, "
        "due_at = case when %(soon)s then least(due_at, %(again)s) else due_at end "
        "where practice_id = %(practice)s and carrier = %(carrier)s and number = %(number)s "
        "returning (select failed_since from before) as failed_since, (select told from before) as told",
        {
            "practice": db.practice,
            "carrier": look.carrier,
            "number": look.number,
            "asked": look.asked,
            "again": look.asked + AGAIN_AFTER,
            "soon": soon,
        },
    )
    if row is None or row["failed_since"] is None:
        return None
    return Failing(since=row["failed_since"], told=row["told"])


async def note_failure(db: Db, look: Look) -> Failing:
    """That the list could not be read, since when that is so; it is tried again in a minute."""
    row = await db.one(
        "update text_look set failed_since = coalesce(failed_since, %s), due_at = %s "
        "where practice_id = %s and carrier = %s and number = %s returning failed_since, told",
        (look.asked, look.asked + AGAIN_AFTER, db.practice, look.carrier, look.number),
    )
    if row is None:  # the account was taken away meanwhile
        return Failing(since=look.asked, told=True)
    return Failing(since=row["failed_since"], told=row["told"])


async def note_told(db: Db, look: Look) -> None:
    """A person knows that the list cannot be read."""
    await db.run(
        "update text_look set told = true where practice_id = %s and carrier = %s and number = %s",
        (db.practice, look.carrier, look.number),
    )


async def forget_looks(db: Db, *, but: str | None = None) -> None:
    """Nothing more is looked through at any carrier but that one: what comes in there is somebody else's to answer."""
    await db.run(
        "delete from text_look where practice_id = %(practice)s and (%(but)s::text is null or carrier <> %(but)s)",
        {"practice": db.practice, "but": but},
    )


async def note_restored(db: Db, *, now: datetime) -> None:
    """The desk was restored: what was sent until now may have been answered after the backup was made."""
    await db.run("update text_look set restored_at = %s where practice_id = %s", (now, db.practice))


async def known_texts(db: Db, provider_ids: Sequence[str]) -> frozenset[str]:
    """Which of those texts have come in before, whatever became of them."""
    rows = await db.all(
        "select provider_id from message where practice_id = %s and provider_id = any(%s)",
        (db.practice, list(provider_ids)),
    )
    by_digest = {_digest(one): one for one in provider_ids}
    settled = await db.all(
        "select digest from text_settled where practice_id = %s and digest = any(%s)", (db.practice, list(by_digest))
    )
    return frozenset(row["provider_id"] for row in rows) | frozenset(by_digest[row["digest"]] for row in settled)


async def is_settled(db: Db, provider_id: str) -> bool:
    """Whether that text has come in and is no message here."""
    row = await db.one(
        "select from text_settled where practice_id = %s and digest = %s", (db.practice, _digest(provider_id))
    )
    return row is not None


async def settle(db: Db, provider_id: str, *, sent: datetime) -> None:
    """That text has come in, and is no message here."""
    await db.run(
        "insert into text_settled (practice_id, digest, sent_at) values (%s, %s, %s) on conflict do nothing",
        (db.practice, _digest(provider_id), sent),
    )


SETTLE_MESSAGES: LiteralString = (
    "insert into text_settled (practice_id, digest, sent_at) "
    "select practice_id, encode(sha256(convert_to(provider_id, 'UTF8')), 'hex'), sent_at from message "
    "where practice_id = %s and conversation_id = any(%s) and provider_id is not null "
    "and exists (select from text_look l where l.practice_id = message.practice_id) on conflict do nothing"
)
"""Keeps the messages of conversations that are about to be forgotten from coming in again."""


async def forget_settled(db: Db, *, now: datetime) -> int:
    """How many were let go of: older than anything that is looked through."""
    return await db.run(
        "delete from text_settled where practice_id = %s and sent_at < %s", (db.practice, now - FURTHEST - OVERLAP)
    )


def _digest(provider_id: str) -> str:
    return hashlib.sha256(provider_id.encode()).hexdigest()
