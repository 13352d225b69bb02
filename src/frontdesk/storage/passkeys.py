"""Passkeys that somebody may sign in with: public keys only, so nothing here is worth stealing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Passkey:
    """One passkey. `used` counts its signatures, where the device counts; `label` tells its owner which it is."""

    id: bytes
    account: UUID
    public_key: bytes = field(repr=False)
    used: int
    label: str
    made: datetime


async def add_passkey(db: Db, passkey: Passkey) -> bool:
    """Whether it was entered; a passkey belongs to one account of a practice."""
    added = await db.run(
        "insert into passkey (practice_id, id, account_id, public_key, sign_count, label, made_at) "
        "values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            db.practice,
            passkey.id,
            passkey.account,
            passkey.public_key,
            passkey.used,
            passkey.label,
            passkey.made,
        ),
    )
    return bool(added)


async def passkeys_of(db: Db, account: UUID) -> list[Passkey]:
    """Somebody's passkeys, the oldest first."""
    rows = await db.all(
        "select * from passkey where practice_id = %s and account_id = %s order by made_at, id", (db.practice, account)
    )
    return [_passkey(row) for row in rows]


async def passkey_was_used(db: Db, passkey: Passkey, *, count: int, now: datetime) -> bool:
    """Whether this use still counts: of two at once that show the same count, one does. Devices may count nothing."""
    used = await db.run(
        "update passkey set sign_count = %s, used_at = %s where practice_id = %s and id = %s and sign_count = %s",
        (count, now, db.practice, passkey.id, passkey.used),
    )
    return bool(used)


async def remove_passkey(db: Db, id: bytes, *, account: UUID) -> bool:
    """Whether it was that account's; it opens nothing any more."""
    removed = await db.run(
        "delete from passkey where practice_id = %s and id = %s and account_id = %s", (db.practice, id, account)
    )
    return bool(removed)


def _passkey(row: DictRow) -> Passkey:
    return Passkey(
        id=bytes(row["id"]),
        account=row["account_id"],
        public_key=bytes(row["public_key"]),
        used=row["sign_count"],
        label=row["label"],
        made=row["made_at"],
    )
