"""What is known of a number or address, by keyed hash: why nothing reaches it, what kind of line it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import DictRow

from frontdesk.domain.delivery import Line, Trouble
from frontdesk.domain.message import ChannelKind
from frontdesk.storage.consents import address_hashes
from frontdesk.storage.database import Db

_SMS = ChannelKind.SMS.value
_MAIL = ChannelKind.EMAIL
_EMAIL = _MAIL.value


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactPoint:
    """`trouble` None: nothing is known against it, or somebody has texted from there since.

    `line` None: never looked up, or not known to the carrier. `wrote`: somebody has ever texted from there.
    """

    trouble: Trouble | None = None
    line: Line | None = None
    looked_up: datetime | None = None
    wrote: bool = False


async def contact_point(db: Db, address: str) -> ContactPoint:
    """What is known of a number for texts."""
    return (await contact_points(db, [address]))[address]


async def contact_points(db: Db, addresses: Iterable[str]) -> dict[str, ContactPoint]:
    """What is known of each of these numbers for texts."""
    numbers = [*dict.fromkeys(addresses)]
    hashes = [(place, hash) for place, one in enumerate(numbers) for hash in address_hashes(db, ChannelKind.SMS, one)]
    rows = await db.all(
        "select w.place, (select max(m.sent_at) from conversation c join message m on m.practice_id = c.practice_id "
        "and m.conversation_id = c.id and m.author = 'patient' where c.practice_id = %(practice)s "
        "and c.channel = %(channel)s and c.address_hash = any(w.hashes)) as wrote, "
        "p.trouble, p.line, p.troubled_at, p.looked_up_at from (select place, array_agg(hash) as hashes "
        "from unnest(%(places)s::integer[], %(hashes)s::bytea[]) as h(place, hash) group by place) as w "
        "left join lateral (select * from contact_point p where p.practice_id = %(practice)s "
        "and p.channel = %(channel)s and p.address_hash = any(w.hashes) "
        "order by greatest(p.troubled_at, p.looked_up_at) desc nulls last limit 1) as p on true",
        {
            "practice": db.practice,
            "channel": _SMS,
            "places": [place for place, _ in hashes],
            "hashes": [hash for _, hash in hashes],
        },
    )
    return {numbers[row["place"]]: _point(row) for row in rows}


def _point(row: DictRow) -> ContactPoint:
    wrote: datetime | None = row["wrote"]
    over = wrote is not None and row["troubled_at"] is not None and wrote > row["troubled_at"]
    return ContactPoint(
        trouble=Trouble(row["trouble"]) if row["trouble"] and not over else None,
        line=Line(row["line"]) if row["line"] else None,
        looked_up=row["looked_up_at"],
        wrote=wrote is not None,
    )


async def mark_trouble(db: Db, address: str, trouble: Trouble, *, code: str | None, now: datetime) -> None:
    """Texts do not reach it."""
    await _enter(db, address)
    await db.run(
        "update contact_point set trouble = %s, code = %s, troubled_at = %s "
        "where practice_id = %s and channel = %s and address_hash = any(%s)",
        (trouble.value, code, now, db.practice, _SMS, address_hashes(db, ChannelKind.SMS, address)),
    )


async def clear_trouble(db: Db, address: str) -> None:
    """Texts do reach it."""
    await db.run(
        "update contact_point set trouble = null, code = null, troubled_at = null "
        "where practice_id = %s and channel = %s and address_hash = any(%s) and trouble is not null",
        (db.practice, _SMS, address_hashes(db, ChannelKind.SMS, address)),
    )


async def forget_contact_point(db: Db, channel: ChannelKind, address: str) -> int:
    """How many rows told something of a number or address; none does any more."""
    return await db.run(
        "delete from contact_point where practice_id = %s and channel = %s and address_hash = any(%s)",
        (db.practice, channel.value, address_hashes(db, channel, address)),
    )


async def mark_returned(db: Db, address: str, *, code: str, now: datetime) -> None:
    """Mail does not reach it: it came back for good."""
    await db.run(
        "insert into contact_point (practice_id, channel, address_hash, trouble, code, troubled_at) "
        "values (%s, %s, %s, %s, %s, %s) on conflict (practice_id, channel, address_hash) do update "
        "set trouble = excluded.trouble, code = excluded.code, troubled_at = excluded.troubled_at",
        (db.practice, _EMAIL, address_hashes(db, _MAIL, address)[-1], Trouble.UNKNOWN.value, code, now),
    )


async def clear_returned(db: Db, address: str) -> None:
    """Mail does reach it: somebody has written from there."""
    await db.run(
        "update contact_point set trouble = null, code = null, troubled_at = null "
        "where practice_id = %s and channel = %s and address_hash = any(%s) and trouble is not null",
        (db.practice, _EMAIL, address_hashes(db, _MAIL, address)),
    )


async def returns_mail(db: Db, address: str) -> bool:
    """Whether mail to that address is known to come back."""
    row = await db.one(
        "select from contact_point where practice_id = %s and channel = %s and address_hash = any(%s) "
        "and trouble is not null",
        (db.practice, _EMAIL, address_hashes(db, _MAIL, address)),
    )
    return row is not None


async def keep_line(db: Db, address: str, line: Line | None, *, now: datetime) -> None:
    """What the carrier calls the line; None where it does not know, which is not asked again."""
    await _enter(db, address)
    await db.run(
        "update contact_point set line = %s, looked_up_at = %s "
        "where practice_id = %s and channel = %s and address_hash = any(%s)",
        (line.value if line else None, now, db.practice, _SMS, address_hashes(db, ChannelKind.SMS, address)),
    )


async def _enter(db: Db, address: str) -> None:
    """A row for the address, where none stands under any of its hashes."""
    hashes = address_hashes(db, ChannelKind.SMS, address)
    await db.run(
        "insert into contact_point (practice_id, channel, address_hash) select %(practice)s, %(channel)s, %(newest)s "
        "where not exists (select from contact_point where practice_id = %(practice)s and channel = %(channel)s "
        "and address_hash = any(%(any)s)) on conflict do nothing",
        {"practice": db.practice, "channel": _SMS, "newest": hashes[-1], "any": hashes},
    )
