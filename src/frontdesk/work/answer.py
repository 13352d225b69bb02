"""Job: answer what waits in a conversation."""

from frontdesk.domain.ids import ConversationId
from frontdesk.storage.jobs import Job
from frontdesk.wiring import Frontdesk


async def answer(desk: Frontdesk, job: Job) -> None:
    """Answer every waiting message of the conversation that the job names."""
    await desk.reception.answer(job.practice, ConversationId(job.on))
