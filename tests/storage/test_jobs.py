"""Jobs stand or fall with the transaction they were enqueued in."""

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.clinic import NOW, a_practice

from frontdesk.storage.database import Storage
from frontdesk.storage.jobs import AWAITED, UNASKED, Job, Work, Worker, not_queued
from frontdesk.storage.practices import apply_practice

PRACTICE = a_practice()


class Notebook:
    """A worker's doing: writes down which job it was given."""

    def __init__(self, expected: int) -> None:
        self.seen: list[UUID] = []
        self.full = asyncio.Event()
        self._expected = expected

    async def write(self, job: Job) -> None:
        self.seen.append(job.on)
        if len(self.seen) >= self._expected:
            self.full.set()


async def run_until_full(storage: Storage, notebook: Notebook) -> None:
    worker = Worker(storage.url, {Work.ANSWER: notebook.write})
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.wait_for(notebook.full.wait(), 20)
    finally:
        worker.stop()
        await running


async def enqueue_and_fail(storage: Storage) -> None:
    async with storage.practice(PRACTICE.id) as db:
        db.enqueue(Job(work=Work.ANSWER, practice=PRACTICE.id, on=uuid4()))
        await db.run("select 1 / 0")


async def test_a_job_of_a_committed_transaction_is_done_once(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    notebook, ids = Notebook(expected=20), [uuid4() for _ in range(20)]
    async with storage.practice(PRACTICE.id) as db:
        for id in ids:
            db.enqueue(Job(work=Work.ANSWER, practice=PRACTICE.id, on=id))

    await run_until_full(storage, notebook)

    assert sorted(notebook.seen) == sorted(ids)


async def test_a_job_of_a_transaction_that_failed_is_never_done(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    notebook, kept = Notebook(expected=1), uuid4()
    with pytest.raises(psycopg.errors.DivisionByZero):
        await enqueue_and_fail(storage)
    async with storage.practice(PRACTICE.id) as db:
        db.enqueue(Job(work=Work.ANSWER, practice=PRACTICE.id, on=kept))

    await run_until_full(storage, notebook)

    assert notebook.seen == [kept]


async def test_the_queue_holds_ids_only(storage: Storage, database_url: str) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    job = Job(work=Work.ANSWER, practice=PRACTICE.id, on=uuid4())

    async with storage.practice(PRACTICE.id) as db:
        db.enqueue(job)

    with psycopg.connect(database_url) as owner:
        rows = owner.execute("select entrypoint, payload from queue.pgqueuer").fetchall()
    assert [(name, bytes(payload)) for name, payload in rows] == [("answer", job.payload())]


async def test_a_worker_that_cannot_hear_of_new_jobs_says_so(storage: Storage, database_url: str) -> None:
    """It would find them seconds late, for as long as it runs."""
    await apply_practice(storage, PRACTICE, [], now=NOW)
    working = asyncio.create_task(Worker(storage.url, {Work.ANSWER: Notebook(1).write}).run())
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as owner, asyncio.timeout(60):
        ended = None
        while ended is None:
            asked = await owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and query like 'LISTEN%'"
            )
            ended = await asked.fetchone()
            await asyncio.sleep(0.05)

    with pytest.raises(psycopg.OperationalError, match="hears of new jobs"):
        await asyncio.wait_for(working, 60)


async def test_however_many_reminders_wait_an_answer_does_not(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    let_go, answered, full = asyncio.Event(), asyncio.Event(), asyncio.Event()
    busy = 0
    most = 0

    async def remind(_: Job) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        if busy == UNASKED.at_once:
            full.set()
        await let_go.wait()
        busy -= 1

    async def answer(_: Job) -> None:
        answered.set()

    async with storage.practice(PRACTICE.id) as db:
        for work in (Work.REMIND, Work.DELIVER_UNASKED):
            for _ in range(50):
                db.enqueue(Job(work=work, practice=PRACTICE.id, on=uuid4()))
    worker = Worker(storage.url, {Work.REMIND: remind, Work.DELIVER_UNASKED: remind, Work.ANSWER: answer})
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.wait_for(full.wait(), 20)
        async with storage.practice(PRACTICE.id) as db:
            db.enqueue(Job(work=Work.ANSWER, practice=PRACTICE.id, on=uuid4()))

        await asyncio.wait_for(answered.wait(), 5)

        assert most == UNASKED.at_once
    finally:
        worker.stop()
        let_go.set()
        await running


async def test_however_many_texts_wait_for_an_answer_the_answers_leave_first(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    did: list[Work] = []
    done = asyncio.Event()

    async def do(job: Job) -> None:
        did.append(job.work)
        if len(did) == 60:
            done.set()

    async with storage.practice(PRACTICE.id) as db:
        for work, many in ((Work.ANSWER, 50), (Work.DELIVER, 10)):
            for _ in range(many):
                db.enqueue(Job(work=work, practice=PRACTICE.id, on=uuid4()))
    worker = Worker(storage.url, {Work.ANSWER: do, Work.DELIVER: do})
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.wait_for(done.wait(), 20)
    finally:
        worker.stop()
        await running

    assert set(did[:10]) == {Work.DELIVER}


def test_every_kind_of_job_is_in_one_lane() -> None:
    assert sorted([*AWAITED.works, *UNASKED.works], key=str) == sorted(Work, key=str)


async def test_what_waits_in_the_queue_is_not_put_there_again(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    waits = Job(work=Work.REMIND, practice=PRACTICE.id, on=PRACTICE.id)
    other = Job(work=Work.TELL, practice=PRACTICE.id, on=PRACTICE.id)
    async with storage.practice(PRACTICE.id) as db:
        db.enqueue(waits)

    async with storage.practice(PRACTICE.id) as db:
        new = await not_queued(db.connection, [waits, other], only_waiting=True)
        await db.run("update queue.pgqueuer set status = 'picked'")
        in_hand = await not_queued(db.connection, [waits], only_waiting=True)

    assert new == [other]
    assert in_hand == [waits]  # what has become due since may not be seen by whoever has it
