"""What becomes due by the desk's clock: holds that ran out, messages to be tried again, what was left half done,
each minute what has changed in a connected system, every five what came in at the carrier, and once a day what has
been kept long enough."""

from datetime import timedelta

from frontdesk.domain.ids import PracticeId
from frontdesk.reception.filling import LOOK_EVERY
from frontdesk.reception.joined import tells_changes
from frontdesk.storage import (
    after_visits,
    bookings,
    calls,
    conversations,
    followed,
    notices,
    openings,
    outbox,
    reminders,
    retention,
    text_looks,
    waitlist,
    write_backs,
)
from frontdesk.storage.database import Db
from frontdesk.storage.figures import gathering
from frontdesk.storage.jobs import Job, Work, not_queued
from frontdesk.storage.key_rotation import rotation_is_due
from frontdesk.storage.paces import forget_idle
from frontdesk.storage.visits import expire_holds
from frontdesk.wiring import Frontdesk
from frontdesk.work.missed import listing_of

OVERLOOKED_AFTER = timedelta(seconds=45)
"""A message that waits so long was in the hands of a worker that died: it is put into the queue again."""
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
        await expire_holds(db, now=now)
        await forget_idle(db, now=now)
        await calls.end_forgotten(db, now=now)
        jobs = [
            Job(work=Work.DELIVER, practice=practice, on=conversation)
            for conversation in await outbox.conversations_to_retry(db, now=now, untouched_since=overlooked)
        ] + [
            Job(work=Work.ANSWER, practice=practice, on=conversation)
            for conversation in await conversations.conversations_overlooked(db, before=overlooked, now=now)
        ]
        if await retention.begin_run(db, now=now):
            jobs.append(Job(work=Work.RETAIN, practice=practice, on=practice))
        if await notices.any_to_tell(db, now=now):
            jobs.append(Job(work=Work.TELL, practice=practice, on=practice))
        if await bookings.any_overdue(db, now=now) or await bookings.any_left_behind(db, now=now):
            jobs.append(Job(work=Work.RECOVER, practice=practice, on=practice))
        if await bookings.any_to_look_at(db, now=now):
            jobs.append(Job(work=Work.LOOK, practice=practice, on=practice))
        if await write_backs.any_due(db, now=now):
            jobs.append(Job(work=Work.WRITE, practice=practice, on=practice))
        if await reminders.any_due(db, now=now) or await after_visits.any_due(db, now=now):
            jobs.append(Job(work=Work.REMIND, practice=practice, on=practice))
        if await outbox.any_unasked(db, now=now):
            jobs.append(Job(work=Work.DELIVER_UNASKED, practice=practice, on=practice))
        if await gathering.is_due(db, now=now):
            jobs.append(Job(work=Work.OUTCOMES, practice=practice, on=practice))
        if await waitlist.any_to_look_for(db, since=now - LOOK_EVERY, now=now) or await openings.any_to_do(db):
            jobs.append(Job(work=Work.FILL, practice=practice, on=practice))
        if await rotation_is_due(db, now=now):
            jobs.append(Job(work=Work.ROTATE, practice=practice, on=practice))
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
