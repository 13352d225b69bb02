"""Watches over the desk from any of its processes: whoever is well tells of what is stuck, also by its own hands."""

import asyncio

import psycopg
import structlog

from frontdesk.domain.audit import Actor, ActorKind, Purpose
from frontdesk.domain.ids import PracticeId
from frontdesk.reception.watching import look
from frontdesk.storage.audit import acting
from frontdesk.storage.clock import new_id
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.watched import Part, Sign, own_streams
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import deliver
from frontdesk.work.tell import tell

LOOK_EVERY = 30.0
TELLS_WITHIN = 60.0
"""Seconds."""
_log = structlog.get_logger()
_ACTOR = Actor(kind=ActorKind.DESK, id="watch", purpose=Purpose.OPERATIONS, via="job")


async def watch(desk: Frontdesk, part: Part, stop: asyncio.Event) -> None:
    """Watch until `stop` is set. A lost database is waited for: nobody can be told without it."""
    sign = Sign(process=new_id(), part=part, since=desk.clock.now())
    while not stop.is_set():
        try:
            await watch_once(desk, sign)
        except (psycopg.Error, DatabaseFault):
            _log.warning("the database went away; nothing is watched meanwhile")
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue


async def watch_once(desk: Frontdesk, sign: Sign) -> None:
    """Look at every practice. While something is stuck, its people are told from here: no worker may be left to."""
    with acting(_ACTOR):
        async with desk.storage.directory() as directory:
            practices = [id for id, _, _ in await directory.practices()]
        for id in practices:
            practice = await desk.practice(id)
            async with desk.storage.practice(id) as db:
                something = await look(db, practice, sign, now=desk.clock.now())
            if something:
                await _tell_now(desk, id)


async def _tell_now(desk: Frontdesk, practice: PracticeId) -> None:
    try:
        async with asyncio.timeout(TELLS_WITHIN):
            await tell(desk, Job(work=Work.TELL, practice=practice, on=practice))
            async with desk.storage.practice(practice) as db:
                streams = await own_streams(db, now=desk.clock.now())
            for stream in streams:
                await deliver(desk, Job(work=Work.DELIVER, practice=practice, on=stream))
    except TimeoutError:
        _log.error("nobody could be told in time of what is stuck", practice=str(practice))
