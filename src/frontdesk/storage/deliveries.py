"""What became of each text, as its carrier told it last. It never goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.domain.delivery import Delivery, Trouble
from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """How far a text of the outbox came."""

    out: UUID
    carrier: str
    became: Delivery
    trouble: Trouble | None = None
    code: str | None = None


async def advance(db: Db, told: Became, *, now: datetime) -> bool:
    """Whether it is news. An older word that comes late, or the same again, changes nothing."""
    return bool(
        await db.run(
            "insert into delivery as d (practice_id, outbox_id, carrier, became, trouble, code, told_at) "
            "values (%(practice)s, %(out)s, %(carrier)s, %(became)s, %(trouble)s, %(code)s, %(now)s) "
            "on conflict (practice_id, outbox_id) do update set became = excluded.became, trouble = excluded.trouble, "
            "code = excluded.code, told_at = excluded.told_at "
            "where array_position(%(order)s, d.became) < array_position(%(order)s, excluded.became)",
            {
                "practice": db.practice,
                "out": told.out,
                "carrier": told.carrier,
                "became": told.became.value,
                "trouble": told.trouble.value if told.trouble else None,
                "code": told.code,
                "now": now,
                "order": [one.value for one in Delivery],
            },
        )
    )


async def became_of(db: Db, out: UUID) -> Became | None:
    """What is known of a text; None where its carrier has told nothing."""
    row = await db.one("select * from delivery where practice_id = %s and outbox_id = %s", (db.practice, out))
    if row is None:
        return None
    return Became(
        out=row["outbox_id"],
        carrier=row["carrier"],
        became=Delivery(row["became"]),
        trouble=Trouble(row["trouble"]) if row["trouble"] else None,
        code=row["code"],
    )


async def known_receipts(db: Db, receipts: Sequence[str]) -> frozenset[str]:
    """Which of a carrier's ids are those of texts that are known to be sent."""
    rows = await db.all(
        "select receipt from outbox where practice_id = %s and receipt = any(%s)", (db.practice, list(receipts))
    )
    return frozenset(row["receipt"] for row in rows)
