"""The worker: takes jobs off the queue and watches what becomes due, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog

from frontdesk.domain.audit import Actor, ActorKind, Purpose
from frontdesk.language.warming import warm_up
from frontdesk.storage.audit import acting
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.jobs import Job, Work, Worker
from frontdesk.storage.watched import Part
from frontdesk.wiring import Frontdesk
from frontdesk.work.answer import answer
from frontdesk.work.back_up import back_up
from frontdesk.work.chain import chain
from frontdesk.work.deliver import deliver
from frontdesk.work.deliver_unasked import deliver_unasked
from frontdesk.work.due import enqueue_due
from frontdesk.work.mailbox import watch_mailbox
from frontdesk.work.missed import missed
from frontdesk.work.outcomes import outcomes
from frontdesk.work.remind import remind
from frontdesk.work.retain import retain
from frontdesk.work.rotate import rotate
from frontdesk.work.tell import tell
from frontdesk.work.visits import fill, follow, look, news, recover, write
from frontdesk.work.watch import watch

log = structlog.get_logger()
LOOK_EVERY = 1.0
"""Seconds."""
SHARE = 20
"""What becomes due is looked for during a twentieth of the time at most, however much was left over."""
LONGEST_PAUSE = 15.0
"""Seconds; a look that once waited for the database puts the next off for no longer."""
AGAIN_AFTER = 2.0
DOES: dict[Work, Callable[[Frontdesk, Job], Awaitable[None]]] = {
    Work.ANSWER: answer,
    Work.DELIVER: deliver,
    Work.DELIVER_UNASKED: deliver_unasked,
    Work.RETAIN: retain,
    Work.NEWS: news,
    Work.RECOVER: recover,
    Work.LOOK: look,
    Work.ROTATE: rotate,
    Work.FILL: fill,
    Work.FOLLOW: follow,
    Work.WRITE: write,
    Work.TELL: tell,
    Work.REMIND: remind,
    Work.OUTCOMES: outcomes,
    Work.MISSED: missed,
}
ONE_BY_ONE = frozenset({Work.REMIND, Work.DELIVER_UNASKED})
"""Kinds of which every job takes up many things of its practice for a while."""
WHY = {Work.RETAIN: Purpose.OPERATIONS, Work.OUTCOMES: Purpose.OPERATIONS, Work.ROTATE: Purpose.ADMINISTRATION}
"""What a job is done for where it is not for the patient's visit."""


async def work(desk: Frontdesk, stop: asyncio.Event) -> None:
    """Work until `stop` is set; what is under way is finished. A lost database is waited for."""
    await asyncio.to_thread(warm_up)
    while not stop.is_set():
        try:
            await _work_until(desk, stop)
        except* (psycopg.Error, DatabaseFault):
            log.warning("the database went away; trying again", seconds=AGAIN_AFTER)
            await asyncio.sleep(AGAIN_AFTER)


async def _work_until(desk: Frontdesk, stop: asyncio.Event) -> None:
    worker = Worker(desk.storage.url, {kind: _doing(desk, kind) for kind in DOES})
    async with asyncio.TaskGroup() as together:
        together.create_task(worker.run())
        together.create_task(_watch(desk, stop))
        together.create_task(chain(desk, stop))
        together.create_task(watch(desk, Part.WORKER, stop))
        together.create_task(_back_up(desk, stop))
        together.create_task(_watch_mailbox(desk, stop))
        together.create_task(_stop_with(worker, stop))


async def _back_up(desk: Frontdesk, stop: asyncio.Event) -> None:
    with acting(Actor(kind=ActorKind.DESK, id="backup", purpose=Purpose.ADMINISTRATION, via="job")):
        await back_up(desk, stop)


async def _watch_mailbox(desk: Frontdesk, stop: asyncio.Event) -> None:
    with acting(Actor(kind=ActorKind.DESK, id="mailbox", via="email")):
        await watch_mailbox(desk, stop)


async def _stop_with(worker: Worker, stop: asyncio.Event) -> None:
    await stop.wait()
    worker.stop()


async def _watch(desk: Frontdesk, stop: asyncio.Event) -> None:
    clock = asyncio.get_running_loop().time
    await enqueue_due(desk, since_start=True)
    took = 0.0
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), min(max(LOOK_EVERY, SHARE * took), LONGEST_PAUSE))
        except TimeoutError:
            began = clock()
            await enqueue_due(desk)
            took = clock() - began


def _doing(desk: Frontdesk, kind: Work) -> Callable[[Job], Awaitable[None]]:
    async def do(job: Job) -> None:
        with acting(Actor(kind=ActorKind.DESK, id=kind.value, purpose=WHY.get(kind, Purpose.TREATMENT), via="job")):
            await DOES[kind](desk, job)

    return OneByOne(do) if kind in ONE_BY_ONE else do


class OneByOne:
    """Does a practice's jobs of one kind one after the other, for a kind whose job does all there is to do.

    One that comes while another is under way is done by that one. So a worker that dies has no more in its hands than
    one job takes up, however late everything is.
    """

    def __init__(self, do: Callable[[Job], Awaitable[None]]) -> None:
        self._do = do
        self._under_way: dict[Job, int] = {}

    async def __call__(self, job: Job) -> None:
        """Do it, or leave it to whoever is at it."""
        if job in self._under_way:
            self._under_way[job] += 1
            return
        self._under_way[job] = 1
        try:
            while self._under_way[job]:
                self._under_way[job] = 0
                await self._do(job)
        finally:
            del self._under_way[job]
