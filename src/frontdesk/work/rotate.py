"""Job: carry a rotation of keys on."""

import asyncio

import structlog

from frontdesk.storage.jobs import Job
from frontdesk.storage.key_rotation import Progress, Rotating
from frontdesk.wiring import Frontdesk

STEPS = 200
"""In one job; the next takes over where it stands, so that a worker that is told to stop soon may."""
BREATH = 0.02

_log = structlog.get_logger()


async def rotate(desk: Frontdesk, job: Job) -> None:
    """Do what is left of a practice's rotation, in steps between which others have their turn."""
    async with desk.storage.alone(job.practice, f"rotate keys {job.practice}"):
        rotating = Rotating(storage=desk.storage, practice=job.practice)
        for _ in range(STEPS):
            match await rotating.step(now=desk.clock.now()):
                case Progress.MORE:
                    await asyncio.sleep(BREATH)
                case Progress.DONE:
                    return
                case Progress.BLOCKED:
                    _log.warning("some fields do not open; the old keys stay", practice=str(job.practice))
                    return
