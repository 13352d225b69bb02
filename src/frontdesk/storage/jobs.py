"""Jobs on the same database: what is due now, enqueued in the transaction of the state it belongs to.

The queue is pgqueuer's, in a schema of its own (docs/decisions/0003). A job carries ids only.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Self
from uuid import UUID

import psycopg
from pgqueuer import QueueManager
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.settings import DBSettings
from pgqueuer.models import Job as QueuedJob
from pgqueuer.ports.driver import NotifyCallback
from pgqueuer.types import Channel
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import DictRow, TupleRow

from frontdesk.domain.ids import PracticeId

QUEUE_SETTINGS = DBSettings(db_schema="queue", channel=Channel("frontdesk_jobs"))
ENQUEUE = QueryQueueBuilder(QUEUE_SETTINGS).build_enqueue_query()


class Work(Enum):
    """What there is to do; the value is the queue's entry point.

    Answering and delivering are about a conversation, news about one visit of the built-in calendar, all others about
    a practice.
    """

    ANSWER = "answer"
    DELIVER = "deliver"
    DELIVER_UNASKED = "deliver_unasked"
    RETAIN = "retain"
    NEWS = "news"
    RECOVER = "recover"
    LOOK = "look"
    ROTATE = "rotate"
    FILL = "fill"
    TELL = "tell"
    FOLLOW = "follow"
    WRITE = "write"
    REMIND = "remind"
    OUTCOMES = "outcomes"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """Kinds of jobs that share some of a worker's places: `at_once` of them, fetched by `batch`."""

    works: frozenset[Work]
    at_once: int
    batch: int


UNASKED = Lane(
    works=frozenset({Work.REMIND, Work.DELIVER_UNASKED, Work.FILL, Work.OUTCOMES, Work.RETAIN, Work.ROTATE}),
    at_once=4,
    batch=2,
)
"""What no patient waits for. However much of it there is, the places of the others stay free."""
AWAITED = Lane(works=frozenset(Work) - UNASKED.works, at_once=16, batch=8)
"""Answers and their way out, and whatever a patient is about to hear of."""


FIRST = frozenset({Work.TELL, Work.DELIVER})
"""What is done before all that waits: words that are written leave before more are, and people hear of an emergency."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One piece of work: what, for which practice, on what (the id of a conversation, of the practice)."""

    work: Work
    practice: PracticeId
    on: UUID

    def payload(self) -> bytes:
        """The ids as JSON: all that the queue ever holds."""
        return json.dumps({"practice": str(self.practice), "on": str(self.on)}).encode()


async def enqueue(connection: AsyncConnection[DictRow], jobs: Sequence[Job]) -> None:
    """Put jobs into the queue; they stand or fall with the transaction under way on the connection."""
    if not jobs:
        return
    many = len(jobs)
    entries = [job.work.value for job in jobs], [job.payload() for job in jobs]
    first = [int(job.work in FIRST) for job in jobs]
    cursor = AsyncRawCursor(connection)
    await cursor.execute(ENQUEUE, (first, *entries, [timedelta(0)] * many, [None] * many, ["{}"] * many))


async def not_queued(
    connection: AsyncConnection[DictRow], jobs: Sequence[Job], *, only_waiting: bool = False
) -> list[Job]:
    """Those of the jobs that neither wait in the queue nor are in a worker's hands.

    `only_waiting`: what is in a worker's hands does not count; it may have died, or have looked before.

    What looks again and again for work that was left over has to ask: else each look puts all of it into a queue that
    is behind once more, until the queue holds nothing but repeats.
    """
    if not jobs:
        return []
    found = await connection.execute(
        "select entrypoint, payload from queue.pgqueuer where entrypoint = any(%s) and payload = any(%s)"
        + (" and status = 'queued'" if only_waiting else ""),
        ([job.work.value for job in jobs], [job.payload() for job in jobs]),
    )
    queued = {(row["entrypoint"], bytes(row["payload"])) for row in await found.fetchall()}
    return [job for job in jobs if (job.work.value, job.payload()) not in queued]


class _Listener(PsycopgDriver):
    """Stops listening when told to; the queue's own driver notices up to a second later. `lost` is called once."""

    def __init__(self, connection: AsyncConnection[TupleRow], lost: Callable[[], None]) -> None:
        super().__init__(connection)
        self._lost = lost

    async def watch_notifies(self) -> None:
        listening = asyncio.create_task(super().watch_notifies())
        told = asyncio.create_task(self.shutdown.wait())
        try:
            await asyncio.wait({listening, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            listening.cancel()
            told.cancel()
            await asyncio.wait({listening, told})
        if not listening.cancelled() and listening.exception() is not None:
            self._lost()


class _Driver(PsycopgDriver):
    """Asks on one connection and listens on another: a connection that listens keeps what is asked waiting."""

    def __init__(self, asking: AsyncConnection[TupleRow], listener: _Listener) -> None:
        super().__init__(asking)
        self._listener = listener

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        await self._listener.add_listener(channel, callback)

    async def remove_listener(self, channel: str, callback: NotifyCallback) -> None:
        await self._listener.remove_listener(channel, callback)

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return await super().__aenter__()

    async def __aexit__(self, *fault: object) -> None:
        await self._listener.__aexit__(*fault)
        await super().__aexit__(*fault)


async def take_all(connection: AsyncConnection[DictRow]) -> list[Job]:
    """Every job that waits, out of the queue and in its order: for whoever does them all himself, one by one."""
    cursor = await connection.execute(
        "with taken as (delete from queue.pgqueuer returning id, priority, entrypoint, payload) "
        "select entrypoint, payload from taken order by priority desc, id"
    )
    taken = []
    for row in await cursor.fetchall():
        ids = json.loads(row["payload"] or b"{}")
        taken.append(Job(work=Work(row["entrypoint"]), practice=PracticeId(UUID(ids["practice"])), on=UUID(ids["on"])))
    return taken


class Worker:
    """Takes jobs off the queue until told to stop, several at a time."""

    def __init__(self, url: str, does: Mapping[Work, Callable[[Job], Awaitable[None]]]) -> None:
        self._url = url
        self._does = does
        self._managers: list[QueueManager] = []
        self._stopped = asyncio.Event()

    async def run(self, lanes: Sequence[Lane] = (AWAITED, UNASKED)) -> None:
        """Work until `stop`, in each lane at most so much at once as it says.

        A job whose worker died is taken up again after 30 seconds.
        Raises: psycopg.OperationalError when the database goes away; the caller starts anew.
        """
        try:
            async with asyncio.TaskGroup() as together:
                for lane in lanes:
                    if lane.works & self._does.keys():
                        together.create_task(self._run(lane))
        except* psycopg.OperationalError as lost:
            raise psycopg.OperationalError(f"the database went away: {lost.exceptions[0]}") from None
        if not self._stopped.is_set():
            raise psycopg.OperationalError("the connection that hears of new jobs is lost")

    async def _run(self, lane: Lane) -> None:
        async with (
            await psycopg.AsyncConnection.connect(self._url, autocommit=True) as asking,
            await psycopg.AsyncConnection.connect(self._url, autocommit=True) as listening,
        ):
            queries = Queries(
                _Driver(asking, _Listener(listening, self._deaf)),
                QueryBuilderEnvironment(QUEUE_SETTINGS),
                QueryQueueBuilder(QUEUE_SETTINGS),
                QuerySchedulerBuilder(QUEUE_SETTINGS),
            )
            manager = QueueManager(queries, QUEUE_SETTINGS.channel)
            self._managers.append(manager)
            for work in lane.works & self._does.keys():
                self._register(manager, work, self._does[work])
            if self._stopped.is_set():
                return
            try:
                await manager.run(
                    dequeue_timeout=timedelta(seconds=5),
                    batch_size=lane.batch,
                    max_concurrent_tasks=lane.at_once,
                    heartbeat_timeout=timedelta(seconds=30),
                )
            finally:
                self._end()

    def stop(self) -> None:
        """Finish what is under way and take nothing more."""
        self._stopped.set()
        self._end()

    def _deaf(self) -> None:
        """Work no more on this connection: new jobs would be found seconds late."""
        self._end()

    def _end(self) -> None:
        for manager in self._managers:
            manager.shutdown.set()

    @staticmethod
    def _register(manager: QueueManager, work: Work, do: Callable[[Job], Awaitable[None]]) -> None:
        @manager.entrypoint(work.value)
        async def run_job(queued: QueuedJob) -> None:
            ids = json.loads(queued.payload or b"{}")
            await do(Job(work=work, practice=PracticeId(UUID(ids["practice"])), on=UUID(ids["on"])))
