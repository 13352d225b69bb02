"""Which carrier a practice's texts go by, with its keys sealed. None: no text leaves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from frontdesk.storage.database import Db, place
from frontdesk.storage.text_looks import forget_looks
from frontdesk.vault.keyring import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierAccount:
    """A practice's account. `carrier` is the carrier's folder."""

    carrier: str
    settings: Mapping[str, str] = field(repr=False)


async def keep_account(db: Db, account: CarrierAccount, *, now: datetime) -> None:
    """Have the practice's texts go by that carrier from the next start on."""
    key = await db.new_subject(db.practice)
    await db.run(
        "insert into carrier_account (practice_id, carrier, settings_sealed, connected_at) values (%s, %s, %s, %s) "
        "on conflict (practice_id) do update set carrier = excluded.carrier, "
        "settings_sealed = excluded.settings_sealed, connected_at = excluded.connected_at",
        (db.practice, account.carrier, key.seal(json.dumps(dict(account.settings)), place=_at(db)), now),
    )
    await forget_looks(db, but=account.carrier)


async def drop_account(db: Db) -> bool:
    """Whether there was one; from the next start on no text leaves."""
    await forget_looks(db)
    return bool(await db.run("delete from carrier_account where practice_id = %s", (db.practice,)))


async def read_account(db: Db) -> CarrierAccount | None:
    """The practice's account."""
    row = await db.one("select * from carrier_account where practice_id = %s", (db.practice,))
    if row is None:
        return None
    key = await db.subject(db.practice)
    return CarrierAccount(carrier=row["carrier"], settings=json.loads(key.open(row["settings_sealed"], place=_at(db))))


def _at(db: Db) -> Place:
    return place("carrier_account", db.practice, "settings")
