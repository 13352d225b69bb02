"""Job: plan reminders of visits and what is said after them, and send what is due."""

from frontdesk.storage import after_visits, reminders
from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def remind(desk: Frontdesk, job: Job) -> None:
    """Give up calls that are lost, plan what patients were told of anew, then send what is due by the desk's clock.

    Each is asked again as long as it had its hands full: fewer were all there were.
    """
    await desk.placing.give_up_lost(job.practice)
    while await desk.reminding.plan(job.practice) >= reminders.PLANNED_TOGETHER:
        pass
    while await desk.reminding.remind(job.practice) >= reminders.TOGETHER:
        pass
    while await desk.after_visits.say_due(job.practice) >= after_visits.TOGETHER:
        pass
