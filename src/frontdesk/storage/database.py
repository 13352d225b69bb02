"""The only ways to the database: inside one practice, or the directory that leads to one."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import LiteralString
from uuid import UUID
from weakref import WeakValueDictionary

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from frontdesk.domain.audit import Actor, Event
from frontdesk.domain.ids import PracticeId
from frontdesk.ports.clock import Clock
from frontdesk.storage.audit import CHANGES, Journal, acting, write
from frontdesk.storage.clock import DeskClock
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.jobs import Job, enqueue
from frontdesk.storage.migrate import unreachable
from frontdesk.storage.pool import PATIENCE, Pool, pool
from frontdesk.vault.keyring import Keyring, Place, SubjectKey, open_keyring
from frontdesk.vault.master import Wraps
from frontdesk.vault.practice_keys import Phase

Params = Sequence[object] | Mapping[str, object]
HUSH_SECONDS = 0.25
"""How long whoever changes a practice's keys may hold everybody up to be alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Db:
    """One transaction inside one practice; row-level security shows nothing else."""

    connection: AsyncConnection[DictRow]
    practice: PracticeId
    keyring: Keyring
    keys: "SubjectKeys"
    journal: Journal = field(repr=False)
    opened: dict[UUID, SubjectKey] = field(default_factory=dict, repr=False)
    """Keys that this transaction has read or made; others may use them once it stands."""
    notices: dict[str, None] = field(default_factory=dict, repr=False)
    """What changes in this transaction, told at its end."""
    jobs: dict[Job, None] = field(default_factory=dict, repr=False)
    """What is to be done after it."""

    def record(self, event: Event) -> None:
        """Have an event stand in the audit once this transaction does. Who acts is known (`storage.audit.acting`)."""
        self.journal.record(event)

    async def all(self, sql: LiteralString, params: Params = ()) -> list[DictRow]:
        """Every row."""
        cursor = await self.connection.execute(sql, params)
        return await cursor.fetchall()

    async def one(self, sql: LiteralString, params: Params = ()) -> DictRow | None:
        """The first row, or None."""
        cursor = await self.connection.execute(sql, params)
        return await cursor.fetchone()

    async def run(self, sql: LiteralString, params: Params = ()) -> int:
        """How many rows it touched."""
        cursor = await self.connection.execute(sql, params)
        return cursor.rowcount

    async def take_alone(self, doings: Sequence[str]) -> frozenset[str]:
        """Those of these things ("speak CONVERSATION") that nobody does: until this transaction ends nobody else may.

        The same right as `Storage.alone` gives, without ever waiting for it.
        """
        rows = await self.all(
            "select doing from unnest(%s::text[]) as d(doing) "
            "where pg_try_advisory_xact_lock(hashtextextended(doing, 1))",
            (sorted(set(doings)),),
        )
        return frozenset(row["doing"] for row in rows)

    def enqueue(self, job: Job) -> None:
        """Have a job done once this transaction stands; the same one twice is one."""
        self.jobs.setdefault(job)

    def announce(self, what: str, id: UUID | str) -> None:
        """Tell whoever watches this practice that something changed, once this transaction stands. Ids only."""
        self.notices.setdefault(f"{self.practice} {what} {id}")

    async def new_subject(self, subject: UUID) -> SubjectKey:
        """A data key for one more patient or conversation."""
        await self.new_subjects([subject])
        return await self.subject(subject)

    async def new_subjects(self, subjects: Sequence[UUID]) -> None:
        """The same for several at once; whoever has a key keeps it."""
        made = [self._new_key(subject) for subject in subjects]
        rows = await self.all(
            "insert into subject_key (practice_id, subject_id, wrapped, next_wrapped, next_mark) "
            "select %s, subject, decode(wrapped, 'hex'), decode(next_wrapped, 'hex'), decode(next_mark, 'hex') "
            "from json_to_recordset(%s) as k(subject uuid, wrapped text, next_wrapped text, next_mark text) "
            "on conflict do nothing returning subject_id, wrapped",
            (self.practice, json.dumps(made)),
        )
        for row in rows:
            self.journal.created(row["subject_id"])
            self.opened[row["subject_id"]] = self.keyring.subject(row["subject_id"], bytes(row["wrapped"]))

    def _new_key(self, subject: UUID) -> dict[str, str]:
        made = {"subject": str(subject), "wrapped": self.keyring.new_subject_key(subject).hex()}
        if self.keyring.phase is not Phase.PREPARING:
            return made
        after = self.keyring.new_subject_key(subject)
        return {**made, "next_wrapped": after.hex(), "next_mark": self.keyring.subject(subject, after).mark.hex()}

    async def subjects(self, subjects: Sequence[UUID]) -> None:
        """Have the data keys of several at hand, by one question; those that were destroyed are left out."""
        unknown = [one for one in subjects if one not in self.opened and self.keys.get(self.practice, one) is None]
        if not unknown:
            return
        rows = await self.all(
            "select subject_id, wrapped, next_wrapped from subject_key where practice_id = %s and subject_id = any(%s)",
            (self.practice, unknown),
        )
        for row in rows:
            self.opened[row["subject_id"]] = self._key_in(row["subject_id"], row)

    async def subject(self, subject: UUID) -> SubjectKey:
        """The data key of a patient or conversation; the audit tells what it was used for.

        Raises: LookupError once it was destroyed.
        """
        return (await self._subject(subject)).watched(self.journal.watch(subject))

    async def _subject(self, subject: UUID) -> SubjectKey:
        if (known := self.opened.get(subject) or self.keys.get(self.practice, subject)) is not None:
            return known
        row = await self.one(
            "select wrapped, next_wrapped from subject_key where practice_id = %s and subject_id = %s",
            (self.practice, subject),
        )
        if row is None:
            raise LookupError(f"subject {subject} has no key: it was forgotten, or never existed")
        self.opened[subject] = key = self._key_in(subject, row)
        return key

    def _key_in(self, subject: UUID, row: DictRow) -> SubjectKey:
        if self.keyring.phase is Phase.RESEALING and row["next_wrapped"] is not None:
            return self.keyring.subject(subject, bytes(row["next_wrapped"]), opens_also=bytes(row["wrapped"]))
        return self.keyring.subject(subject, bytes(row["wrapped"]))


class SubjectKeys:
    """The data keys last used, opened; bounded."""

    def __init__(self, most: int = 5000) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[PracticeId, UUID], SubjectKey] = OrderedDict()

    def get(self, practice: PracticeId, subject: UUID) -> SubjectKey | None:
        """The key, if it was used lately."""
        key = self._kept.get((practice, subject))
        if key is not None:
            self._kept.move_to_end((practice, subject))
        return key

    def put(self, practice: PracticeId, subject: UUID, key: SubjectKey) -> None:
        """Keep a key, and drop the one not used for longest."""
        self._kept[practice, subject] = key
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, practice: PracticeId) -> None:
        """Keep none of that practice: some were replaced or destroyed."""
        for known in [one for one in self._kept if one[0] == practice]:
            del self._kept[known]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """A practice's keys, as they stood when they were counted last."""

    generation: int
    wrapped: bytes = field(repr=False)
    keyring: Keyring = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """The tables that lead to a practice. They hold no patient."""

    connection: AsyncConnection[DictRow]

    async def practices(self) -> list[tuple[PracticeId, str, str]]:
        """Id, key and name of every practice, by key."""
        cursor = await self.connection.execute("select id, key, name from practice order by key")
        return [(PracticeId(row["id"]), row["key"], row["name"]) for row in await cursor.fetchall()]

    async def practice_of_key(self, key: str) -> PracticeId | None:
        """The practice of that short name."""
        cursor = await self.connection.execute("select id from practice where key = %s", (key,))
        row = await cursor.fetchone()
        return PracticeId(row["id"]) if row else None

    async def practice_at(self, channel: str, address: str) -> PracticeId | None:
        """The practice that a number or webhook address belongs to."""
        cursor = await self.connection.execute(
            "select practice_id from endpoint where channel = %s and address = %s", (channel, address)
        )
        row = await cursor.fetchone()
        return PracticeId(row["practice_id"]) if row else None


class Storage:
    """The database, as the application role that sees nothing without a practice."""

    def __init__(self, url: str, *, master: Wraps, clock: Clock | None = None, most_connections: int = 10) -> None:
        self.url = as_application(url)
        self._clock = clock or DeskClock()
        self._master = master
        self._known: dict[PracticeId, _Known] = {}
        self._keys = SubjectKeys()
        self._pool = pool(self.url, most_connections)
        self._turns = pool(self.url, most_connections)  # a turn waits for others' work, which needs the other pool
        self._quick = pool(self.url, most_connections, checked=False)
        self._at: dict[tuple[str, str], PracticeId] = {}
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def master(self) -> Wraps:
        """What wraps the practices' keysets."""
        return self._master

    async def open(self) -> None:
        """Connect. Raises: DatabaseFault."""
        try:
            async with await AsyncConnection.connect(self.url, connect_timeout=10) as connection:
                await connection.execute("select 1 from practice limit 1")
        except psycopg.OperationalError as fault:
            raise DatabaseFault(unreachable(fault)) from None
        await self._pool.open(wait=False)
        await self._turns.open(wait=False)
        await self._quick.open(wait=False)

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close()
        await self._turns.close()
        await self._quick.close()

    @asynccontextmanager
    async def practice(self, practice: PracticeId, *, by: Actor | None = None) -> AsyncIterator[Db]:
        """A transaction inside one practice, committed at the end, undone by an exception.

        `by` is who acts in it; left out, whoever acts already.
        """
        with acting(by):
            async with self._connection() as connection, self.inside(connection, practice) as db:
                yield db

    async def at_once(self, sql: LiteralString, params: Params, *, binary: bool = False) -> DictRow | None:
        """The first row of one statement that is a transaction of its own and names its practice itself.

        One trip to the database, without looking first whether the connection lives: only for what may be said twice.
        `binary`: the row comes in PostgreSQL's own form, which is quicker where it is long.
        """
        for _ in range(3):
            try:
                return await self._first_row(sql, params, binary=binary)
            except psycopg.OperationalError:  # the server closed it while nobody looked; there are others
                continue
        return await self._first_row(sql, params, binary=binary)

    async def _first_row(self, sql: LiteralString, params: Params, *, binary: bool) -> DictRow | None:
        async with self._connection(self._quick) as connection:
            cursor = await connection.execute(sql, params, binary=binary)
            return await cursor.fetchone()

    @asynccontextmanager
    async def alone(self, practice: PracticeId, doing: str, *, by: Actor | None = None) -> AsyncIterator["Turn"]:
        """The right to do one thing ("speak CONVERSATION") that nobody else does meanwhile, in any process.

        Holds one connection, and no transaction between the turn's own. A killed process lets go of it. In this
        process the others wait without a connection, so that one busy conversation does not use them up.
        `by` is who acts; left out, whoever acts already.
        """
        queue = self._queues.setdefault(doing, asyncio.Lock())
        with acting(by):
            async with queue, self._locked(doing) as connection:
                yield Turn(storage=self, connection=connection, practice=practice)

    @asynccontextmanager
    async def turn(self, practice: PracticeId) -> AsyncIterator["Turn"]:
        """A connection for several transactions, with the rights that `Turn.take_alone` gets, until it ends."""
        async with self._connection(self._turns) as connection:
            try:
                yield Turn(storage=self, connection=connection, practice=practice)
            finally:
                if not connection.closed:
                    await connection.execute("select pg_advisory_unlock_all()")

    @asynccontextmanager
    async def _locked(self, doing: str) -> AsyncIterator[AsyncConnection[DictRow]]:
        async with self._connection(self._turns) as connection:
            await connection.execute("select pg_advisory_lock(hashtextextended(%s, 1))", (doing,))
            try:
                yield connection
            finally:
                if not connection.closed:
                    await connection.execute("select pg_advisory_unlock(hashtextextended(%s, 1))", (doing,))

    @asynccontextmanager
    async def still(self, practice: PracticeId) -> AsyncIterator[Db]:
        """A transaction while nobody else has one inside the practice; those who come meanwhile wait for it.

        Nobody waits for longer than HUSH_SECONDS and what is done here: where others take longer to finish, this
        steps back and asks again.
        """
        async with self._connection(self._turns) as connection:
            while not await _hushed(connection, practice):
                pass  # others are served meanwhile
            try:
                async with self.inside(connection, practice) as db:
                    yield db
            finally:
                if not connection.closed:
                    await connection.execute("select pg_advisory_unlock(hashtextextended(%s, 3))", (str(practice),))

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[Directory]:
        """The way to a practice, for whoever has only its key, a number or a sign-in."""
        async with self._connection() as connection:
            yield Directory(connection=connection)

    async def practice_at(self, channel: str, address: str) -> PracticeId | None:
        """The practice that a number or webhook address belongs to.

        Asked for once: an address never comes to be another practice's.
        """
        known = self._at.get((channel, address))
        if known is None:
            async with self.directory() as directory:
                known = await directory.practice_at(channel, address)
            if known is not None:
                self._at[channel, address] = known
        return known

    async def changes(self, practice: PracticeId) -> AsyncIterator[tuple[str, str]]:
        """What changes in a practice from now on, as (what, id). Holds a connection of its own."""
        async with self.every_change() as changes:
            async for of, what, which in changes:
                if of == practice:
                    yield what, which

    @asynccontextmanager
    async def every_change(self) -> AsyncIterator[AsyncIterator[tuple[PracticeId, str, str]]]:
        """What changes in any practice, as (practice, what, id), complete from the moment this is entered.

        Holds a connection of its own. Raises: psycopg.OperationalError when the database goes away.
        """
        connection = await AsyncConnection.connect(self.url, autocommit=True, connect_timeout=10)
        async with connection:
            await connection.execute(psycopg.sql.SQL("listen {}").format(psycopg.sql.Identifier(CHANGES)))
            yield _noted(connection)

    async def add_practice(self, practice: PracticeId, key: str, name: str, wrapped: bytes) -> bool:
        """Whether the practice is new in the directory; it gets that keyset, a known one only its new name."""
        async with self._connection() as connection, connection.transaction():
            await connection.execute("select set_config('frontdesk.practice', %s, true)", (str(practice),))
            await connection.execute(
                "insert into practice (id, key, name) values (%s, %s, %s) "
                "on conflict (id) do update set name = excluded.name",
                (practice, key, name),
            )
            cursor = await connection.execute(
                "insert into keyring (practice_id, wrapped) values (%s, %s) on conflict do nothing", (practice, wrapped)
            )
            return cursor.rowcount > 0

    @asynccontextmanager
    async def _connection(self, pool: Pool | None = None) -> AsyncIterator[AsyncConnection[DictRow]]:
        try:
            async with (pool or self._pool).connection() as connection:
                yield connection
        except PoolTimeout:
            raise DatabaseFault(
                f"The database has not answered for {PATIENCE:.0f} seconds. Check that it runs, then go on; "
                "nothing is lost."
            ) from None

    @asynccontextmanager
    async def inside(self, connection: AsyncConnection[DictRow], practice: PracticeId) -> AsyncIterator[Db]:
        """A transaction inside one practice on a connection that the caller holds."""
        journal = Journal()
        try:
            async with _transaction(connection, practice) as generation:
                known = await self._keys_of(connection, practice, generation)
                db = Db(
                    connection=connection, practice=practice, keyring=known.keyring, keys=self._keys, journal=journal
                )
                yield db
                await enqueue(connection, [*db.jobs])
                happened = journal.close()
                await write(
                    connection,
                    practice,
                    known.keyring.audit,
                    happened,
                    now=self._clock.now(),
                    notices=[*db.notices],
                )
        finally:
            if (seen := journal.close_undone()) and not connection.closed:
                await self._write_alone(connection, practice, seen)
        if self._known.get(practice) is known:
            for subject, key in db.opened.items():
                self._keys.put(practice, subject, key)

    async def _write_alone(
        self, connection: AsyncConnection[DictRow], practice: PracticeId, seen: Sequence[tuple[Actor, Event]]
    ) -> None:
        """A transaction was undone; what was seen in it was seen all the same."""
        async with _transaction(connection, practice) as generation:
            known = await self._keys_of(connection, practice, generation)
            await write(connection, practice, known.keyring.audit, seen, now=self._clock.now())

    async def keyring(self, practice: PracticeId) -> Keyring | None:
        """The keys of a practice; None when there is no such practice."""
        try:
            async with self.practice(practice) as db:
                return db.keyring
        except LookupError:
            return None

    async def _keys_of(self, connection: AsyncConnection[DictRow], practice: PracticeId, generation: int) -> _Known:
        """The keys to work with in this transaction: the known ones, as long as nobody has changed any."""
        known = self._known.get(practice)
        if known is not None and known.generation == generation:
            return known
        cursor = await connection.execute("select generation, wrapped from keyring where practice_id = %s", (practice,))
        row = await cursor.fetchone()
        assert row is not None
        wrapped = bytes(row["wrapped"])
        same = known is not None and known.wrapped == wrapped
        keyring = known.keyring if known and same else await asyncio.to_thread(self._open, practice, wrapped)
        self._keys.drop(practice)
        self._known[practice] = _Known(generation=row["generation"], wrapped=wrapped, keyring=keyring)
        return self._known[practice]

    def _open(self, practice: PracticeId, wrapped: bytes) -> Keyring:
        return open_keyring(practice, wrapped, self._master)


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A stretch of work that nobody else does meanwhile; its transactions come one after the other."""

    storage: Storage
    connection: AsyncConnection[DictRow]
    practice: PracticeId

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A transaction inside the practice, committed at the end, undone by an exception."""
        async with self.storage.inside(self.connection, self.practice) as db:
            yield db

    async def keyring(self) -> Keyring:
        """The practice's keys."""
        async with self.transaction() as db:
            return db.keyring


_ENTER = psycopg.sql.SQL("begin; select enter_practice({}) as generation")


@asynccontextmanager
async def _transaction(connection: AsyncConnection[DictRow], practice: PracticeId) -> AsyncIterator[int]:
    """A transaction inside the practice, begun and entered in one trip; how often its keys were changed.

    Raises: LookupError when there is no such practice.
    """
    cursor = await connection.execute(_ENTER.format(str(practice)))
    try:
        cursor.nextset()
        row = await cursor.fetchone()
        if row is None or row["generation"] is None:
            raise LookupError(f"no practice {practice}")
        yield row["generation"]
    except BaseException:
        if not connection.closed:
            with suppress(psycopg.OperationalError):  # then nothing of it stands either
                await connection.rollback()
        raise
    await connection.commit()


async def _hushed(connection: AsyncConnection[DictRow], practice: PracticeId) -> bool:
    try:
        async with connection.transaction():
            await connection.execute("select set_config('lock_timeout', %s, true)", (f"{HUSH_SECONDS * 1000:.0f}",))
            await connection.execute("select pg_advisory_lock(hashtextextended(%s, 3))", (str(practice),))
    except psycopg.errors.LockNotAvailable:
        await asyncio.sleep(1)
        return False
    return True


async def _noted(connection: AsyncConnection[tuple[object, ...]]) -> AsyncIterator[tuple[PracticeId, str, str]]:
    async for note in connection.notifies():
        of, what, which = note.payload.split(" ", 2)
        yield PracticeId(UUID(of)), what, which


def as_application(owner_url: str) -> str:
    """The same database seen as the application role, with every instant in UTC."""
    return psycopg.conninfo.make_conninfo(
        owner_url, options="-c role=frontdesk_app -c timezone=UTC", application_name="frontdesk"
    )


def place(table: str, row: UUID | str, column: str) -> Place:
    """Where a sealed value stands: it opens nowhere else."""
    return Place(table=table, row=str(row), column=column)
