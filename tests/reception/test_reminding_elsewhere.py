"""Reminders of visits that live in a connected system: what its people change is seen before one goes."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.clinic import at
from tests.reception.elsewhere import Elsewhere, Quiet
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.ports.faults import Unreachable
from frontdesk.storage.reminders import Stage, reminders_of

DAY_BEFORE = at("2026-05-27 17:00").start
TWO_HOURS_BEFORE = at("2026-05-28 15:00").start


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[JoinedDesk]:
    """Maria has booked Thursday at five, on Tuesday night, in a system that tells nobody what changes."""
    async with joined_desk(database_url, tmp_path, Quiet(PRACTICE)) as made:
        assert "You're booked" in await made.says(*TALK)
        yield made


async def reminded_at(clinic: JoinedDesk, when: datetime) -> list[str]:
    """What is said at that time by whoever plans and sends reminders, and nothing else runs."""
    before = await clinic.heard()
    await clinic.desk.reminding.plan(PRACTICE.id)
    clinic.clock.shows = when
    await clinic.desk.reminding.remind(PRACTICE.id)
    return (await clinic.heard())[len(before) :]


async def test_a_visit_there_is_reminded_of(clinic: JoinedDesk) -> None:
    first = await reminded_at(clinic, DAY_BEFORE)
    second = await reminded_at(clinic, TWO_HOURS_BEFORE)

    assert ["Thursday, May 28 at 5:00 PM" in text for text in (*first, *second)] == [True, True]
    assert "Thursday, May 28 at 5:00 PM" in await clinic.says("C")


async def test_what_staff_moved_there_is_not_reminded_of_at_its_old_time_but_told(clinic: JoinedDesk) -> None:
    [visit] = clinic.system.book_
    clinic.system.drag(visit, at("2026-05-29 19:00"))

    said = await reminded_at(clinic, DAY_BEFORE)
    await clinic.later(seconds=1)
    news = await clinic.heard()
    again = await reminded_at(clinic, at("2026-05-28 19:00").start)

    assert said == []
    assert "Friday, May 29 at 7:00 PM" in news[-1]
    assert ["Friday, May 29 at 7:00 PM" in text for text in again] == [True]


async def test_what_staff_took_out_there_is_reminded_of_no_more(clinic: JoinedDesk) -> None:
    [visit] = clinic.system.book_
    clinic.system.take_out(visit)

    said = [await reminded_at(clinic, when) for when in (DAY_BEFORE, TWO_HOURS_BEFORE)]

    assert said == [[], []]
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert {one.stage for one in await reminders_of(db, visit)} == {Stage.ENDED}


async def test_while_the_system_does_not_answer_a_reminder_waits(clinic: JoinedDesk) -> None:
    clinic.system.faults = [Unreachable("the office is shut")]
    silent = await reminded_at(clinic, DAY_BEFORE)

    later = await reminded_at(clinic, at("2026-05-27 17:02").start)

    assert silent == []
    assert len(later) == 1


async def test_a_visit_that_staff_entered_there_for_a_patient_of_ours_is_reminded_of(
    database_url: str, tmp_path: Path
) -> None:
    async with joined_desk(database_url, tmp_path, Elsewhere(PRACTICE)) as clinic:
        await clinic.says(*TALK)
        [booked] = clinic.system.book_.values()
        by_staff = clinic.system.enter(at("2026-06-04 11:00"), patient=booked.patient)
        stranger = clinic.system.enter(at("2026-06-04 12:00"))
        await clinic.later(seconds=1)

        said = await reminded_at(clinic, at("2026-06-03 11:00").start)
        clinic.system.take_out(by_staff)
        await clinic.later(minutes=1)
        after = await reminded_at(clinic, at("2026-06-04 09:00").start)

        assert ["Thursday, June 4 at 11:00 AM" in text for text in said] == [True]
        assert after == []
        async with clinic.desk.storage.practice(PRACTICE.id) as db:
            assert await reminders_of(db, stranger) == []
