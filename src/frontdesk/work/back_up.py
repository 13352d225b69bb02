"""Makes a backup each day, and has it forget within a minute whoever the desk forgets."""

import asyncio

import structlog

from frontdesk.storage.backup.backups import Backups
from frontdesk.storage.faults import BackupFault
from frontdesk.wiring import Frontdesk

LOOK_EVERY = 60.0
"""Seconds."""
_log = structlog.get_logger()


async def back_up(desk: Frontdesk, stop: asyncio.Event) -> None:
    """Back up until `stop` is set, where there is a folder for it."""
    while desk.backups is not None and not stop.is_set():
        await back_up_once(desk.backups)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue


async def back_up_once(backups: Backups) -> None:
    """What is due now. What is in the way is told in the log, and by `frontdesk check` once the last one is old."""
    try:
        await backups.keep_keys_current()
        if (made := await backups.make_if_due()) is not None:
            _log.info("a backup was made", file=made.path.name, rows=made.rows, seconds=round(made.seconds, 1))
    except BackupFault as fault:
        _log.error("no backup was made", trouble=str(fault))
