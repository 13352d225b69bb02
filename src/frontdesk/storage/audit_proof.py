"""Proof that nothing in the audit was changed, taken out, added or moved; or the first event that was."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.audit import proof, read_row
from frontdesk.storage.audit_anchors import Anchor
from frontdesk.storage.audit_chain import BEGINNING, link_hash
from frontdesk.storage.database import Db, Storage

AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """Nothing is missing or changed: so many events are linked, so many were written a moment ago and are to be."""

    linked: int
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """The first event that is not as it was written: its place in the chain, its id, what is wrong with it."""

    seq: int | None
    event: UUID | None
    why: str


async def prove(storage: Storage, practice: PracticeId, anchors: Sequence[Anchor] = ()) -> Whole | Broken:
    """Whether the audit is as it was written; with anchors, also whether its end is still there.

    Reads all of it, in several transactions. Events that wait for their link are proven by their own MAC.
    """
    seq, before = 0, BEGINNING
    marks = {anchor.seq: anchor for anchor in anchors}
    while True:
        async with storage.practice(practice) as db:
            rows = await _links(db, after=seq)
        for row in rows:
            seq += 1
            if (why := _fault_of_link(db, row, seq=seq, before=before)) is not None:
                return Broken(seq=seq, event=row["event_id"] if row["seq"] == seq else None, why=why)
            before = bytes(row["hash"])
            if seq in marks and marks[seq].hash != before:
                when = marks[seq].at.isoformat()
                return Broken(seq=seq, event=row["event_id"], why=f"the anchor of {when} shows another event")
        if len(rows) < AT_ONCE:
            break
    if any(mark > seq for mark in marks):
        last = marks[max(marks)]
        why = f"the audit ends before it; the anchor of {last.at.isoformat()} shows {last.seq} events"
        return Broken(seq=seq + 1, event=None, why=why)
    async with storage.practice(practice) as db:
        return await _prove_unlinked(db, seq)


async def _links(db: Db, *, after: int) -> list[DictRow]:
    """The next links in order, each with its event, where there is one."""
    return await db.all(
        "select l.seq, l.event_id, l.key_version as link_version, l.hash, e.* from audit_link l "
        "left join audit_event e on e.practice_id = l.practice_id and e.id = l.event_id "
        "where l.practice_id = %s and l.seq > %s order by l.seq limit %s",
        (db.practice, after, AT_ONCE),
    )


def _fault_of_link(db: Db, row: DictRow, *, seq: int, before: bytes) -> str | None:
    if row["seq"] != seq:
        return "it is missing from the chain"
    if row["id"] is None:
        return "it was taken out"
    if not _is_as_written(db, row):
        return "it was changed"
    made = link_hash(
        db.practice,
        db.keyring.audit,
        row["link_version"],
        seq=seq,
        before=before,
        event=row["event_id"].bytes,
        mac=bytes(row["mac"]),
    )
    return (
        None
        if made == bytes(row["hash"])
        else "it stands in another place than it was written, or its link was changed"
    )


def _is_as_written(db: Db, row: DictRow) -> bool:
    try:
        read = read_row(row)
    except ValueError:
        return False
    return proof(db.practice, db.keyring.audit, read.recorded, read.key_version) == read.mac


async def _prove_unlinked(db: Db, linked: int) -> Whole | Broken:
    rows = await db.all(
        "select e.*, w.event_id as waits from audit_event e "
        "left join audit_link l on l.practice_id = e.practice_id and l.event_id = e.id "
        "left join audit_waiting w on w.practice_id = e.practice_id and w.event_id = e.id "
        "where e.practice_id = %s and l.event_id is null order by w.order_no, e.id",
        (db.practice,),
    )
    for row in rows:
        if row["waits"] is None:
            return Broken(seq=None, event=row["id"], why="it is in no link, and none is on its way")
        if not _is_as_written(db, row):
            return Broken(seq=None, event=row["id"], why="it was changed")
    return Whole(linked=linked, waiting=len(rows))
