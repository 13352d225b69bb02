"""The worker links what was written within a second, and keeps an anchor beside the data each hour."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.reception.test_forgetting import say

from frontdesk.domain.ids import PracticeId
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.audit_anchors import anchors_file, read_anchors
from frontdesk.storage.audit_chain import practices_waiting
from frontdesk.storage.audit_proof import Whole, prove
from frontdesk.storage.clock import DeskClock, real_now
from frontdesk.wiring import Frontdesk
from frontdesk.work.chain import chain, chain_once


async def test_what_is_written_is_linked_within_a_second(smile: Frontdesk, tmp_path: Path) -> None:
    desk, stop = replace(smile, settings=replace(smile.settings, home=tmp_path)), asyncio.Event()
    chaining = asyncio.create_task(chain(desk, stop))
    await say(desk, "hello")

    await asyncio.sleep(1)
    left = await practices_waiting(desk.storage)
    stop.set()
    await chaining

    assert left == []
    whole = await prove(desk.storage, SMILE_ID)
    assert isinstance(whole, Whole)
    assert whole.linked > 5
    assert whole.waiting == 0


async def test_an_anchor_is_kept_at_once_and_then_each_hour(smile: Frontdesk, tmp_path: Path) -> None:
    desk = replace(smile, settings=replace(smile.settings, home=tmp_path))
    anchored: dict[PracticeId, object] = {}
    file = anchors_file(tmp_path, SMILE_ID)

    lengths = []
    for later in (0, 1, 61):
        clock = DeskClock(ahead=smile.clock.now() - real_now() + timedelta(minutes=later))
        await say(smile, "hello")
        await chain_once(replace(desk, clock=clock), anchored)  # type: ignore[arg-type]
        lengths.append(len(file.read_text().splitlines()))

    assert lengths == [1, 1, 2]
    assert file.stat().st_mode & 0o077 == 0
    async with desk.storage.practice(SMILE_ID) as db:
        anchors = read_anchors(file.read_text(), SMILE_ID, db.keyring.audit)
    assert isinstance(await prove(desk.storage, SMILE_ID, anchors), Whole)
