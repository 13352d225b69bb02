"""Jobs that each do all there is: one at a time in a worker, and none is lost between two."""

import asyncio
from uuid import UUID

import pytest

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.jobs import Job, Work
from frontdesk.work.worker import OneByOne

OURS, THEIRS = (Job(work=Work.REMIND, practice=PracticeId(UUID(int=n)), on=UUID(int=n)) for n in (1, 2))


class Doing:
    """Takes its time, and counts."""

    def __init__(self) -> None:
        self.done: list[Job] = []
        self.at_once = 0
        self.most = 0
        self.go = asyncio.Event()

    async def __call__(self, job: Job) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.go.wait()
        self.at_once -= 1
        self.done.append(job)


async def test_what_comes_meanwhile_is_done_once_more_by_whoever_is_at_it() -> None:
    doing = Doing()
    do = OneByOne(doing)
    first = asyncio.create_task(do(OURS))
    await asyncio.sleep(0)

    await do(OURS)
    await do(OURS)
    doing.go.set()
    await first

    assert doing.done == [OURS, OURS]
    assert doing.most == 1


async def test_another_practice_does_not_wait() -> None:
    doing = Doing()
    do = OneByOne(doing)

    both = [asyncio.create_task(do(job)) for job in (OURS, THEIRS)]
    await asyncio.sleep(0)
    at_once = doing.at_once
    doing.go.set()
    await asyncio.gather(*both)

    assert at_once == 2


async def test_one_that_fails_leaves_the_way_free() -> None:
    async def fails(_: Job) -> None:
        raise ValueError("something is wrong with it")

    do = OneByOne(fails)
    with pytest.raises(ValueError, match="something"):
        await do(OURS)

    with pytest.raises(ValueError, match="something"):
        await do(OURS)
