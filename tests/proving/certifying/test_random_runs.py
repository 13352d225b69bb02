"""Sagas at random, with whatever may go wrong: nothing is double, nothing lost, and nobody is told what is not so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from frontdesk.proving.certifying.check import Open
from frontdesk.proving.certifying.desk import Desk, Setting, a_desk
from frontdesk.proving.certifying.random_runs import random_runs
from frontdesk.sample.practice import smile
from frontdesk.storage.database import Storage
from frontdesk.systems.manifest import Ability, manifests

SAMPLE = smile()
WRITTEN = [one.key for one in manifests() if Ability.BOOK in one.can]


def opening(storage: Storage, system: str) -> Open:
    @asynccontextmanager
    async def open_desk(setting: Setting) -> AsyncIterator[Desk]:
        async with a_desk(storage, system, SAMPLE, setting) as desk:
            yield desk

    return open_desk


@pytest.mark.timeout(240)
@pytest.mark.parametrize("system", WRITTEN)
async def test_random_sagas_end_with_the_truth(storage: Storage, system: str) -> None:
    done = await random_runs(opening(storage, system), seed=1, runs=40)

    assert done.runs == 40
    assert done.wrong == []
    assert done.counts["patients told yes"] > 0
    assert done.counts["crashes"] + done.counts["requests and replies lost"] > 0


async def test_the_same_seed_does_the_same(storage: Storage) -> None:
    one = await random_runs(opening(storage, "opendental"), seed=7, runs=10)
    other = await random_runs(opening(storage, "opendental"), seed=7, runs=10)

    assert one.counts == other.counts
