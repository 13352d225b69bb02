"""What to mind after visits that live in a connected system: what its people have marked there is seen first."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.clinic import NOW, at
from tests.reception.elsewhere import Elsewhere
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk
from tests.reception.test_after_visits import with_words

from frontdesk.domain.appointment import Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import Unreachable
from frontdesk.storage.after_visits import after_visits_of
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.reminders import Stage

AFTER = at("2026-05-28 20:30").start
"""Three hours after the visit of Thursday at five; at half past eight that is night, so it goes at seven."""
EVENING = at("2026-05-28 19:00").start


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[JoinedDesk]:
    """Maria has booked Thursday at five, on Tuesday night; the clinic has words for after it."""
    async with joined_desk(database_url, tmp_path, Elsewhere(PRACTICE)) as made:
        await apply_practice(made.desk.storage, with_words(PRACTICE), [], now=NOW)
        assert "You're booked" in await made.says(*TALK)
        await made.desk.reminding.plan(PRACTICE.id)
        yield made


async def said_at(clinic: JoinedDesk, when: datetime) -> list[str]:
    """What to mind, as far as it is said at that time."""
    before = await clinic.heard()
    clinic.clock.shows = when
    await clinic.desk.reminding.plan(PRACTICE.id)
    await clinic.desk.after_visits.say_due(PRACTICE.id)
    return [text for text in (await clinic.heard())[len(before) :] if "Stay upright" in text]


def marked(clinic: JoinedDesk, status: Status) -> AppointmentId:
    """Their desk marks what became of her visit."""
    [visit] = clinic.system.book_
    clinic.system.book_[visit] = replace(clinic.system.book_[visit], status=status)
    return visit


@pytest.mark.parametrize("status", [Status.BOOKED, Status.ARRIVED, Status.FULFILLED])
async def test_who_came_or_is_not_marked_hears_it_once(clinic: JoinedDesk, status: Status) -> None:
    marked(clinic, status)

    early = await said_at(clinic, EVENING - timedelta(minutes=1))
    due = await said_at(clinic, EVENING)
    later = await said_at(clinic, AFTER)

    assert [len(early), len(due), len(later)] == [0, 1, 0]


@pytest.mark.parametrize("status", [Status.NOSHOW, Status.CANCELLED, Status.ENTERED_IN_ERROR])
async def test_who_did_not_come_does_not(clinic: JoinedDesk, status: Status) -> None:
    visit = marked(clinic, status)

    assert await said_at(clinic, EVENING) == []
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert {one.stage for one in await after_visits_of(db, visit)} == {Stage.ENDED}


async def test_while_the_system_does_not_answer_it_waits(clinic: JoinedDesk) -> None:
    clinic.system.faults = [Unreachable("the office is shut")]

    silent = await said_at(clinic, EVENING)
    later = await said_at(clinic, EVENING + timedelta(minutes=2))

    assert silent == []
    assert len(later) == 1


async def test_a_visit_that_their_desk_entered_for_her_is_followed_too(clinic: JoinedDesk) -> None:
    [booked] = clinic.system.book_.values()
    clinic.system.enter(at("2026-06-04 11:00"), patient=booked.patient)
    await clinic.later(seconds=1)

    said = await said_at(clinic, at("2026-06-04 14:31").start)

    assert len(said) == 1
