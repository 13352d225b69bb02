"""What becomes due by the desk's clock: holds that ran out, messages to be tried again, what was left half done,
each minute what has changed in a connected system, every five what came in at the carrier, and once a day what has
been kept long enough."""

from datetime import datetime, timedelta

from frontdesk.domain.ids import PracticeId
from frontdesk.reception.filling import LOOK_EVERY
from frontdesk.reception.joined import tells_changes
from frontdesk.storage import calls, conversations, followed, outbox, retention, text_looks
from frontdesk.storage.database import Db
from frontdesk.storage.due import Due, what_is_due
from frontdesk.storage.jobs import Job, Work, not_queued
from frontdesk.storage.paces import forget_idle
from frontdesk.storage.visits import expire_holds
from frontdesk.wiring import Frontdesk
from frontdesk.work.missed import listing_of

OVERLOOKED_AFTER = timedelta(seconds=45)
"""A message that waits so long was in the hands of a worker that died: it is put into the queue again."""
DOES = {
    Due.TELLING: Work.TELL,
    Due.BOOKINGS: Work.RECOVER,
    Due.LOOKS: Work.LOOK,
    Due.WRITING: Work.WRITE,
    Due.REMINDING: Work.REMIND,
    Due.LOST_CALLS: Work.REMIND,
    Due.UNASKED: Work.DELIVER_UNASKED,
    Due.OUTCOMES: Work.OUTCOMES,
    Due.FILLING: Work.FILL,
    Due.ROTATION: Work.ROTATE,
}
"""What does what is due, for a whole practice at once."""
AGAIN = frozenset({Work.REMIND, Work.DELIVER_UNASKED})
"""Jobs that take a batch of what is due: one waits while another is done, so that the next batch follows at once."""


async def enqueue_due(desk: Frontdesk, *, since_start: bool = False) -> int:
    """How many jobs were put into the queue.

    `since_start`: whatever waits, however short, was left by a dead process.
    """
    async with desk.storage.directory() as directory:
        practices = [id for id, _, _ in await directory.practices()]
    return sum([await enqueue_due_in(desk, practice, since_start=since_start) for practice in practices])


async def enqueue_due_in(desk: Frontdesk, practice: PracticeId, *, since_start: bool = False) -> int:
    """The same for one practice."""
    now = desk.clock.now()
    overlooked = now if since_start else now - OVERLOOKED_AFTER
    async with desk.storage.practice(practice) as db:
        due = await what_is_due(db, now=now, untouched_since=overlooked, looked_since=now - LOOK_EVERY)
        await _tidy(db, due, now=now)
        jobs = await _left_over(db, due, now=now, overlooked=overlooked)
        if Due.RETENTION in due and await retention.begin_run(db, now=now):
            jobs.append(Job(work=Work.RETAIN, practice=practice, on=practice))
        wanted = dict.fromkeys(work for what, work in DOES.items() if what in due)
        jobs += [Job(work=work, practice=practice, on=practice) for work in wanted]
        if await _is_to_be_looked_through(desk, db, since_start=since_start):
            jobs.append(Job(work=Work.MISSED, practice=practice, on=practice))
        if await _is_to_be_followed(desk, db, since_start=since_start):
            jobs.append(Job(work=Work.FOLLOW, practice=practice, on=practice))
        once = [job for job in jobs if job.work not in AGAIN]
        new = await not_queued(db.connection, once, only_waiting=since_start)
        new += await not_queued(db.connection, [job for job in jobs if job.work in AGAIN], only_waiting=True)
        for job in new:
            db.enqueue(job)
    return len(new)


async def _tidy(db: Db, due: frozenset[Due], *, now: datetime) -> None:
    """What nobody needs any more is given back, dropped, ended."""
    if Due.HOLDS in due:
        await expire_holds(db, now=now)
    if Due.PACES in due:
        await forget_idle(db, now=now)
    if Due.CALLS in due:
        await calls.end_forgotten(db, now=now)


async def _left_over(db: Db, due: frozenset[Due], *, now: datetime, overlooked: datetime) -> list[Job]:
    """Conversations in which something is to be sent again, or to be answered."""
    retried = await outbox.conversations_to_retry(db, now=now, untouched_since=overlooked) if Due.RETRIES in due else []
    waiting = await conversations.conversations_overlooked(db, before=overlooked, now=now) if Due.ANSWERS in due else []
    return [Job(work=Work.DELIVER, practice=db.practice, on=one) for one in retried] + [
        Job(work=Work.ANSWER, practice=db.practice, on=one) for one in waiting
    ]


async def _is_to_be_looked_through(desk: Frontdesk, db: Db, *, since_start: bool) -> bool:
    """Whether the carrier is to be asked what came in."""
    listing = listing_of(desk, db.practice)
    if listing is None:
        return False
    now = desk.clock.now()
    if since_start:
        await text_looks.make_due(db, now=now)
    return await text_looks.is_due(db, listing.carrier, now=now)


async def _is_to_be_followed(desk: Frontdesk, db: Db, *, since_start: bool) -> bool:
    """Whether the system that the calendar lives in is to be asked what has changed."""
    joined = desk.joined_of(db.practice)
    if joined is None or tells_changes(joined.connector) is None:
        return False
    now = desk.clock.now()
    if since_start:
        await followed.list_anew(db, joined.key, now=now)
    return await followed.is_due(db, joined.key, now=now)
