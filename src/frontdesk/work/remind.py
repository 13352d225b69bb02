"""Job: plan reminders of visits, and send those that are due."""

from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def remind(desk: Frontdesk, job: Job) -> None:
    """Plan what patients were told of anew, then send what is due by the desk's clock."""
    while await desk.reminding.plan(job.practice):
        pass
    while await desk.reminding.remind(job.practice):
        pass
