"""Job: tell the practice's people what waits for them."""

from frontdesk.reception.telling import tell_next
from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def tell(desk: Frontdesk, job: Job) -> None:
    """Tell of every task whose next contact is due. A job that dies has told of those that it had finished, once."""
    practice = await desk.practice(job.practice)
    more = True
    while more:
        async with desk.storage.practice(practice.id) as db:
            more = await tell_next(db, practice, public_url=desk.settings.public_url, now=desk.clock.now())
