"""What is left over is put into the queue once, however often it is looked for."""

from datetime import timedelta

from tests.work.test_deliver import PRACTICE, carrier, desk, put

from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.wiring import Frontdesk
from frontdesk.work.due import enqueue_due_in

__all__ = ["carrier", "desk"]


async def taken(desk: Frontdesk) -> list[Job]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return await take_all(db.connection)


async def test_a_text_left_over_is_queued_once_while_the_queue_is_behind(desk: Frontdesk) -> None:
    waiting = {await put(desk, "one", "two"), await put(desk, "three")}
    await taken(desk)  # its worker died with it
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("update outbox set created_at = created_at - %s", (timedelta(hours=1),))

    looks = [await enqueue_due_in(desk, PRACTICE.id) for _ in range(5)]
    queued = [job for job in await taken(desk) if job.work is Work.DELIVER]

    assert {job.on for job in queued} == waiting
    assert len(queued) == len(waiting)
    assert looks[0] >= len(waiting)
    assert looks[1:] == [0] * 4


async def test_what_is_still_left_over_after_its_job_is_queued_anew(desk: Frontdesk) -> None:
    thread = await put(desk, "one")
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("update outbox set created_at = created_at - %s", (timedelta(hours=1),))
    for _ in range(2):
        await taken(desk)
        await enqueue_due_in(desk, PRACTICE.id)

    assert [job.on for job in await taken(desk) if job.work is Work.DELIVER] == [thread]


async def test_a_job_in_the_hands_of_a_dead_worker_is_queued_anew_at_a_start(desk: Frontdesk) -> None:
    thread = await put(desk, "one")
    await taken(desk)
    await enqueue_due_in(desk, PRACTICE.id, since_start=True)
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("update queue.pgqueuer set status = 'picked'")

    while_others_may_live = await enqueue_due_in(desk, PRACTICE.id)
    at_a_start = await enqueue_due_in(desk, PRACTICE.id, since_start=True)

    assert while_others_may_live == 0
    assert at_a_start >= 1
    assert [job.on for job in await taken(desk) if job.work is Work.DELIVER] == [thread, thread]
