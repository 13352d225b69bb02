"""Links the audit's events within a second of their writing, and puts an anchor beside the data each hour."""

import asyncio
from datetime import datetime, timedelta

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.audit_anchors import keep_anchor
from frontdesk.storage.audit_chain import link_waiting, practices_waiting
from frontdesk.wiring import Frontdesk

LINK_EVERY = 0.5
"""Seconds."""
ANCHOR_EVERY = timedelta(hours=1)


async def chain(desk: Frontdesk, stop: asyncio.Event) -> None:
    """Link until `stop` is set, and what is left then. Several workers may do so; they take turns."""
    anchored: dict[PracticeId, datetime] = {}
    while not stop.is_set():
        await chain_once(desk, anchored)
        try:
            await asyncio.wait_for(stop.wait(), LINK_EVERY)
        except TimeoutError:
            continue
    await chain_once(desk, anchored)


async def chain_once(desk: Frontdesk, anchored: dict[PracticeId, datetime]) -> int:
    """How many events were linked, in all practices. `anchored` remembers when each one's last anchor was kept."""
    linked = 0
    for practice in await practices_waiting(desk.storage):
        linked += await link_waiting(desk.storage, practice)
        now = desk.clock.now()
        if now - anchored.get(practice, now - ANCHOR_EVERY) >= ANCHOR_EVERY:
            async with desk.storage.practice(practice) as db:
                await keep_anchor(db, desk.settings.home, now=now)
            anchored[practice] = now
    return linked
