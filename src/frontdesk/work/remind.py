"""Job: plan reminders of visits and what is said after them, and send what is due."""

from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def remind(desk: Frontdesk, job: Job) -> None:
    """Plan what patients were told of anew, then send what is due by the desk's clock."""
    while await desk.reminding.plan(job.practice):
        pass
    while await desk.reminding.remind(job.practice):
        pass
    while await desk.after_visits.say_due(job.practice):
        pass
