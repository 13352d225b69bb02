"""Sagas at random, with whatever may go wrong: nothing is double, nothing lost, and nobody is told what is not so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest

from frontdesk.domain.time import Period
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.proving.certifying.check import Open
from frontdesk.proving.certifying.desk import Desk, Setting, a_desk
from frontdesk.proving.certifying.random_requests import ended, random_requests
from frontdesk.proving.certifying.random_runs import random_runs
from frontdesk.proving.certifying.what_holds import MONDAY
from frontdesk.proving.interrupted import Blow, Boundary, Crashed
from frontdesk.reception.saga import Stands
from frontdesk.sample.practice import smile
from frontdesk.storage.database import Storage
from frontdesk.storage.requests import request_for, was_entered
from frontdesk.storage.tasks import close_task
from frontdesk.systems.manifest import Ability, manifests

SAMPLE = smile()
WRITTEN = [one.key for one in manifests() if Ability.BOOK in one.can]
RENUMBERING = [one.key for one in manifests() if Ability.BOOK in one.can and Ability.RESCHEDULE not in one.can]
"""Those that cannot move a visit: the desk books it anew, and it has another number."""


@dataclass
class Struck:
    """Blows at boundaries that are named, each once the one before it was met. Implements `Strike`."""

    next: list[tuple[Boundary, Blow]] = field(default_factory=list)

    async def __call__(self, boundary: Boundary) -> Blow:
        if not self.next or self.next[0][0] is not boundary:
            return Blow.NONE
        return self.next.pop(0)[1]


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


@pytest.mark.parametrize("system", RENUMBERING)
async def test_a_visit_moved_before_its_booking_was_told_and_again_by_staff_is_told_as_it_stands(
    storage: Storage, system: str
) -> None:
    misfortune = Struck()
    async with opening(storage, system)(Setting(now=MONDAY, days=7, strike=misfortune)) as desk:
        slots, person = await desk.slots(days=4), await desk.patient()
        own = [slot for slot in slots if slot.location == slots[0].location]
        misfortune.next = [(Boundary.AFTER_CALL, Blow.SILENCE)]  # the reply to the booking
        waits = await desk.book(own[0], person)
        (booked,) = desk.ours()
        misfortune.next = [
            (Boundary.AFTER_CALL, Blow.NONE),  # the move
            (Boundary.AFTER_TRANSACTION, Blow.CRASH),  # once it is known to be done
        ]
        with suppress(Crashed):
            await desk.move(booked, own[8], person)
        (moved,) = desk.ours()
        desk.peer.move(moved, own[16])

        await desk.settle()

        assert isinstance(waits, OutcomeUnknown)
        assert moved != booked
        assert await desk.wrong() == []
        (visit,) = desk.ours().values()
        assert visit.during == own[16].during


@pytest.mark.parametrize("system", RENUMBERING)
async def test_a_visit_that_staff_moved_and_its_patient_then_is_told_as_it_stands(
    storage: Storage, system: str
) -> None:
    misfortune = Struck()
    async with opening(storage, system)(Setting(now=MONDAY, days=7, strike=misfortune)) as desk:
        slots, person = await desk.slots(days=4), await desk.patient()
        own = [slot for slot in slots if slot.location == slots[0].location]
        desk.peer.move(await desk.booked(own[0], person), own[8])
        (moved_there,) = desk.ours()
        misfortune.next = [(Boundary.AFTER_CALL, Blow.SILENCE)]  # the reply to the move
        await desk.move(moved_there, own[16], person)

        await desk.settle()

        assert await desk.wrong() == []
        (visit,) = desk.ours().values()
        assert visit.during == own[16].during


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
