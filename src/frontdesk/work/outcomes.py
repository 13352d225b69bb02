"""Job: gather what came of visits, each hour; end experiments that are over; once a month learn from the visits."""

import structlog

from frontdesk.reception.experimenting import end_those_over
from frontdesk.reception.noshows import learn_again, tell_whom_to_call
from frontdesk.storage.figures.gathering import gather, lesson_is_due
from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk

_log = structlog.get_logger()


async def outcomes(desk: Frontdesk, job: Job) -> None:
    """Broken off anywhere and repeated, it comes to the same."""
    practice, now = await desk.practice(job.practice), desk.clock.now()
    async with desk.storage.practice(practice.id) as db:
        kept = await gather(db, notice=practice.policies.change_notice, now=now)
        over = await end_those_over(db, practice, now=now)
        due = await lesson_is_due(db, now=now)
    if due:
        await learn_again(desk.storage, practice, now=now)
    async with desk.storage.practice(practice.id) as db:
        await tell_whom_to_call(db, practice, now=now)
    _log.info("outcomes were gathered", practice=str(practice.id), kept=kept, experiments_over=over)
