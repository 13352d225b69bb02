"""Jobs about visits: go on with what was left half done, look at what others changed, tell patients of it."""

from frontdesk.domain.ids import AppointmentId
from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def recover(desk: Frontdesk, job: Job) -> None:
    """Take up every intent of a practice that lies idle, and look for what those have left behind that had ended."""
    while await desk.recovery.recover(job.practice):
        pass
    while await desk.recovery.look_back(job.practice):
        pass


async def look(desk: Frontdesk, job: Job) -> None:
    """Look at every visit that lives in another system and is due to be looked at."""
    while await desk.recovery.look(job.practice):
        pass


async def follow(desk: Frontdesk, job: Job) -> None:
    """Ask the system that the practice's calendar lives in what has changed there."""
    await desk.following.follow(job.practice)


async def write(desk: Frontdesk, job: Job) -> None:
    """Write to the system that the practice's calendar lives in what patients told beside their visits."""
    while await desk.writing_back.write(job.practice):
        pass


async def fill(desk: Frontdesk, job: Job) -> None:
    """Offer times that opened up to those who wait for them."""
    await desk.filling.fill(job.practice)


async def news(desk: Frontdesk, job: Job) -> None:
    """Tell the patient what the front desk made of the visit that the job names."""
    await desk.recovery.tell_news(job.practice, AppointmentId(str(job.on)))
