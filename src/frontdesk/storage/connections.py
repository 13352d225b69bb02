"""Which system a practice's calendar lives in, with its keys sealed. None: the built-in one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.types.json import Jsonb

from frontdesk.storage.database import Db, place
from frontdesk.storage.mirror import forget_mirror
from frontdesk.vault.keyring import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """A practice's connection. `numbers` says which of the system's things are which of ours, as its file wrote it."""

    system: str
    settings: Mapping[str, str] = field(repr=False)
    numbers: Mapping[str, object]


async def connect(db: Db, connection: Connection, *, now: datetime) -> None:
    """Have the practice's calendar live in that system from the next start on."""
    key = await db.new_subject(db.practice)
    sealed = key.seal(json.dumps(dict(connection.settings)), place=_at(db))
    await db.run(
        "insert into connection (practice_id, system, settings_sealed, numbers, connected_at) "
        "values (%s, %s, %s, %s, %s) on conflict (practice_id) do update set system = excluded.system, "
        "settings_sealed = excluded.settings_sealed, numbers = excluded.numbers, connected_at = excluded.connected_at",
        (db.practice, connection.system, sealed, Jsonb(dict(connection.numbers)), now),
    )
    await forget_mirror(db)


async def disconnect(db: Db) -> bool:
    """Whether there was a connection; from the next start on the calendar is the built-in one."""
    await forget_mirror(db)
    return bool(await db.run("delete from connection where practice_id = %s", (db.practice,)))


async def read_connection(db: Db) -> Connection | None:
    """The practice's connection."""
    row = await db.one("select * from connection where practice_id = %s", (db.practice,))
    if row is None:
        return None
    key = await db.subject(db.practice)
    opened = key.open(row["settings_sealed"], place=_at(db))
    return Connection(system=row["system"], settings=json.loads(opened), numbers=row["numbers"])


def _at(db: Db) -> Place:
    """Where the settings are sealed: in the practice's one row, under a key that bears the practice's own id."""
    return place("connection", db.practice, "settings")
