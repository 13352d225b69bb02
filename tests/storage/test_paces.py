import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.clinic import NOW, a_practice

from frontdesk.storage.database import Storage
from frontdesk.storage.paces import Pace, forget_idle, may
from frontdesk.storage.practices import apply_practice

MINE, THEIRS = a_practice(), a_practice(key="other", number=2)
PACE = Pace(name="messages", at_once=3, every=timedelta(seconds=2))


@pytest.fixture
async def desk(storage: Storage) -> Storage:
    for practice in (MINE, THEIRS):
        await apply_practice(storage, practice, [], now=NOW)
    return storage


async def tries(desk: Storage, *, after: float, times: int, about: str = "someone", pace: Pace = PACE) -> list[bool]:
    async with desk.practice(MINE.id) as db:
        return [await may(db, pace, about, now=NOW + timedelta(seconds=after)) for _ in range(times)]


async def test_some_go_at_once_and_then_one_after_each_pause(desk: Storage) -> None:
    assert await tries(desk, after=0, times=4) == [True, True, True, False]
    assert await tries(desk, after=2, times=2) == [True, False]


async def test_whoever_waits_long_gets_no_more_than_some_at_once(desk: Storage) -> None:
    await tries(desk, after=0, times=3)

    assert await tries(desk, after=3600, times=4) == [True, True, True, False]


async def test_each_has_a_count_of_their_own_and_each_pace_too(desk: Storage) -> None:
    await tries(desk, after=0, times=3)

    assert await tries(desk, after=0, times=1, about="another") == [True]
    assert await tries(desk, after=0, times=1, pace=replace(PACE, name="openings")) == [True]
    async with desk.practice(THEIRS.id) as db:
        assert await may(db, PACE, "someone", now=NOW)


async def test_many_processes_together_take_no_more_turns_than_there_are(desk: Storage) -> None:
    async def one() -> bool:
        async with desk.practice(MINE.id) as db:
            return await may(db, PACE, "someone", now=NOW)

    taken = await asyncio.gather(*(one() for _ in range(20)))

    assert sum(taken) == PACE.at_once


async def test_counts_that_no_longer_matter_are_dropped(desk: Storage) -> None:
    await tries(desk, after=0, times=3)
    async with desk.practice(MINE.id) as db:
        await forget_idle(db, now=NOW + timedelta(seconds=5))
        kept = await db.all("select 1 from pace")
        await forget_idle(db, now=NOW + timedelta(seconds=7))
        left = await db.all("select 1 from pace")

    assert (len(kept), len(left)) == (1, 0)
