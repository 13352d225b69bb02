"""Sagas at random, with whatever may go wrong: nothing is double, nothing lost, and nobody is told what is not so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from frontdesk.domain.time import Period
from frontdesk.proving.certifying.check import Open
from frontdesk.proving.certifying.desk import Desk, Setting, a_desk
from frontdesk.proving.certifying.random_requests import ended, random_requests
from frontdesk.proving.certifying.random_runs import random_runs
from frontdesk.proving.certifying.what_holds import MONDAY
from frontdesk.reception.saga import Stands
from frontdesk.sample.practice import smile
from frontdesk.storage.database import Storage
from frontdesk.storage.requests import request_for, was_entered
from frontdesk.storage.tasks import close_task
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


@pytest.mark.timeout(240)
async def test_random_requests_are_told_as_booked_only_once_staff_have_entered_them(storage: Storage) -> None:
    done = await random_requests(opening(storage, "simplepractice"), seed=1, runs=40)

    assert done.runs == 40
    assert done.wrong == []
    assert done.counts["told as requested"] > 0
    assert done.counts["cards typed in"] > 0
    assert done.counts["wishes handed to staff"] > 0
    assert done.counts["crashes"] + done.counts["requests and replies lost"] > 0


async def test_a_card_that_somebody_closes_too_soon_is_found(storage: Storage) -> None:
    async with opening(storage, "simplepractice")(Setting(now=MONDAY, days=7)) as desk:
        outcome = await desk.book((await desk.slots())[0], await desk.patient())
        assert isinstance(outcome, Stands)
        async with storage.practice(desk.practice.id) as db:
            request = await request_for(db, UUID(outcome.appointment.id))
            assert request is not None
            await close_task(db, request.task, now=desk.hands.now())

        wrong = await ended(desk)

    assert len(wrong) == 1
    assert "or closed before it was" in wrong[0]


async def test_what_counts_as_entered_and_is_not_there_is_found(storage: Storage) -> None:
    async with opening(storage, "simplepractice")(Setting(now=MONDAY, days=7)) as desk:
        outcome = await desk.book((await desk.slots())[0], await desk.patient())
        assert isinstance(outcome, Stands)
        async with storage.practice(desk.practice.id) as db:
            await was_entered(db, UUID(outcome.appointment.id), now=desk.hands.now())

        wrong = await ended(desk)

    assert f"untrue: visit {outcome.appointment.id} counts as entered, and nobody has entered it" in wrong


async def test_a_visit_of_somebody_else_in_a_time_that_is_kept_is_found(storage: Storage) -> None:
    async with opening(storage, "simplepractice")(Setting(now=MONDAY, days=7)) as desk:
        slot = (await desk.slots())[0]
        await desk.book(slot, await desk.patient())
        later = timedelta(minutes=20)
        desk.peer.book(replace(slot, during=Period(start=slot.during.start + later, end=slot.during.end + later)))

        wrong = await ended(desk)

    assert any(one.startswith("double: visit") for one in wrong)


async def test_the_same_seed_does_the_same(storage: Storage) -> None:
    one = await random_runs(opening(storage, "opendental"), seed=7, runs=10)
    other = await random_runs(opening(storage, "opendental"), seed=7, runs=10)

    assert one.counts == other.counts
