"""Practices as they were applied, version by version; the newest one is in force."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.scheduling.ruler import reach_of
from frontdesk.scheduling.timetable import Timetable, timetable
from frontdesk.standards.practice_document import from_document, to_document
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.recovery_key import seal_for_recovery
from frontdesk.storage.reminders import plan_anew
from frontdesk.vault.keyring import new_keyring


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A number or webhook address of a practice ("sms", "+15125550100")."""

    channel: str
    address: str


async def apply_practice(storage: Storage, practice: Practice, endpoints: list[Endpoint], *, now: datetime) -> int:
    """The version now in force. Enters a new practice into the directory first.

    Raises: ValueError when an endpoint belongs to another practice.
    """
    wrapped = await asyncio.to_thread(new_keyring, practice.id, storage.master)
    new = await storage.add_practice(practice.id, practice.key, practice.name, wrapped)
    async with storage.practice(practice.id) as db:
        if new:
            await seal_for_recovery(db)
        for endpoint in endpoints:
            await claim_endpoint(db, endpoint)
        row = await db.one(
            "insert into practice_version (practice_id, version, document, applied_at) "
            "select %(practice)s, coalesce(max(version), 0) + 1, %(document)s, %(now)s "
            "from practice_version where practice_id = %(practice)s returning version",
            {"practice": practice.id, "document": Jsonb(to_document(practice)), "now": now},
        )
        assert row is not None
        db.record(Event(what=Happened.PRACTICE_APPLIED, codes={"version": int(row["version"])}))
        await plan_anew(db, now=now)
        db.announce("practice", practice.id)
        return int(row["version"])


async def claim_endpoint(db: Db, endpoint: Endpoint) -> None:
    """Have the address lead to this practice. Raises: ValueError when it belongs to another one."""
    row = await db.one(
        "insert into endpoint (channel, address, practice_id) values (%s, %s, %s) "
        "on conflict (channel, address) do update set channel = excluded.channel returning practice_id",
        (endpoint.channel, endpoint.address, db.practice),
    )
    if row is None or row["practice_id"] != db.practice:
        raise ValueError(f"the {endpoint.channel} address {endpoint.address} belongs to another practice")


TABLES_KEPT = 64
"""Timetables of all practices together that are kept laid."""


class Practices:
    """The practices in force, read once per version, and the timetables that were asked for last, laid once."""

    def __init__(self) -> None:
        self._read: dict[PracticeId, tuple[int, Practice]] = {}
        self._laid: OrderedDict[tuple[PracticeId, Period], Timetable] = OrderedDict()

    async def read(self, db: Db) -> Practice:
        """The practice in force. Raises: LookupError when none was applied."""
        row = await db.one(
            "select max(version) as version from practice_version where practice_id = %s", (db.practice,)
        )
        if row is None or row["version"] is None:
            raise LookupError(f"nothing was applied for practice {db.practice}")
        known = self.of_version(db.practice, row["version"])
        if known is not None:
            return known
        document = await db.one(
            "select document from practice_version where practice_id = %s and version = %s",
            (db.practice, row["version"]),
        )
        assert document is not None
        practice = from_document(document["document"], id=db.practice)
        self._read[db.practice] = (row["version"], practice)
        return practice

    def of_version(self, id: PracticeId, version: int) -> Practice | None:
        """The practice as it was applied then, where it is that version which was read last."""
        known = self._read.get(id)
        return known[1] if known is not None and known[0] == version else None

    def timetable(self, practice: Practice, span: Period) -> Timetable:
        """The timetable of a practice over a span, laid anew only for a new version or for other days."""
        key = (practice.id, reach_of(practice, span))
        table = self._laid.get(key)
        if table is None or table.practice is not practice:
            table = self._laid[key] = timetable(practice, span)
        self._laid.move_to_end(key)
        if len(self._laid) > TABLES_KEPT:
            self._laid.popitem(last=False)
        return table
