"""The chain through a practice's audit: each event is linked to the one before it, soon after it was written.

Writing does not wait for the chain: who records an event seals it with its own MAC, and one chainer at a time links
what has been written since, in the order it was written.
"""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.database import Db, Storage
from frontdesk.vault.audit_keys import AuditKeys

MOST_AT_ONCE = 1000
BEGINNING = b"\0" * 32
"""What the first link is made from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last link: how many there are, and what proves them all. `at` is when its event happened."""

    seq: int
    hash: bytes
    at: datetime | None


async def practices_waiting(storage: Storage) -> list[PracticeId]:
    """Every practice that has events to be linked."""
    async with storage.directory() as directory:
        cursor = await directory.connection.execute("select audit_waits() as id")
        return [PracticeId(row["id"]) for row in await cursor.fetchall()]


async def link_waiting(storage: Storage, practice: PracticeId) -> int:
    """How many events were linked; 0 where another chainer has this practice in hand."""
    linked = 0
    while True:
        async with storage.practice(practice) as db:
            some = await _link_some(db)
        linked += some
        if some < MOST_AT_ONCE:
            return linked


async def head(db: Db) -> Head:
    """The last link; seq 0 before the first."""
    row = await db.one(
        "select l.seq, l.hash, e.at from audit_link l "
        "left join audit_event e on e.practice_id = l.practice_id and e.id = l.event_id "
        "where l.practice_id = %s order by l.seq desc limit 1",
        (db.practice,),
    )
    if row is None:
        return Head(seq=0, hash=BEGINNING, at=None)
    return Head(seq=row["seq"], hash=bytes(row["hash"]), at=row["at"])


def link_hash(
    practice: PracticeId, keys: AuditKeys, version: int, *, seq: int, before: bytes, event: bytes, mac: bytes
) -> bytes | None:
    """What proves a link and all before it; None for a version of the keys that there is not."""
    return keys.mac(version, "link", practice.bytes, str(seq), before, event, mac)


async def _link_some(db: Db) -> int:
    alone = await db.one("select pg_try_advisory_xact_lock(hashtextextended(%s, 4)) as alone", (str(db.practice),))
    if alone is None or not alone["alone"]:
        return 0
    waiting = await db.all(
        "select w.order_no, e.id, e.mac from audit_waiting w "
        "join audit_event e on e.practice_id = w.practice_id and e.id = w.event_id "
        "where w.practice_id = %s order by w.order_no limit %s",
        (db.practice, MOST_AT_ONCE),
    )
    if not waiting:
        return 0
    last, keys = await head(db), db.keyring.audit
    hashes: list[bytes] = []
    for seq, row in enumerate(waiting, start=last.seq + 1):
        before = hashes[-1] if hashes else last.hash
        made = link_hash(
            db.practice, keys, keys.version, seq=seq, before=before, event=row["id"].bytes, mac=bytes(row["mac"])
        )
        assert made is not None
        hashes.append(made)
    await db.run(
        "insert into audit_link (practice_id, seq, event_id, key_version, hash) "
        "select %s, %s + e.place, e.id, %s, e.hash "
        "from unnest(%s::uuid[], %s::bytea[]) with ordinality as e(id, hash, place)",
        (db.practice, last.seq, keys.version, [row["id"] for row in waiting], hashes),
    )
    await db.run(
        "delete from audit_waiting where practice_id = %s and order_no = any(%s)",
        (db.practice, [row["order_no"] for row in waiting]),
    )
    return len(waiting)
