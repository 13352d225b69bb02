"""A system that sends notices is asked at once; one that is silent is a task for a person."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinic import NOW, at
from tests.reception.elsewhere import NAME, Elsewhere, Quiet
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Told
from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.reception.following import SHUT, SILENT
from frontdesk.storage.jobs import Work

TEN, ELEVEN, TWELVE = at("2026-05-28 10:00"), at("2026-05-28 11:00"), at("2026-05-28 12:00")
WEEK = at("2026-05-25 00:00", minutes=7 * 24 * 60)


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[JoinedDesk]:
    async with joined_desk(database_url, tmp_path, Elsewhere(PRACTICE)) as made:
        yield made


def there(clinic: JoinedDesk) -> Elsewhere:
    assert isinstance(clinic.system, Elsewhere)
    return clinic.system


async def times(clinic: JoinedDesk) -> list[Period]:
    return [visit.during for visit in await clinic.mirror(WEEK)]


async def test_a_system_that_is_silent_for_five_minutes_is_a_task_once_until_it_answers(clinic: JoinedDesk) -> None:
    await clinic.later(seconds=1)
    there(clinic).faults += [Unreachable("no answer")] * 9
    early = [(await clinic.later(minutes=1), await clinic.tasks())[1] for _ in range(5)]
    late = [(await clinic.later(minutes=1), await clinic.tasks())[1] for _ in range(4)]
    since = (await clinic.stands()).failed_since

    await clinic.later(minutes=1)

    assert early == [[]] * 5
    assert late == [[SILENT]] * 4
    assert since == NOW + timedelta(minutes=1, seconds=1)
    assert await clinic.tasks() == []
    assert (await clinic.stands()).failed_since is None


async def test_keys_that_are_taken_back_are_a_task_at_once(clinic: JoinedDesk) -> None:
    there(clinic).faults.append(NotPermitted("the key was disabled"))

    await clinic.later(seconds=1)

    assert await clinic.tasks() == [SHUT]


async def test_a_visit_that_the_system_will_not_show_does_not_hold_up_the_others(clinic: JoinedDesk) -> None:
    await clinic.later(seconds=1)
    there(clinic).enter(TEN)
    told = Told(id="n-1", visits=(AppointmentId("77"),))
    await clinic.desk.following.heard(PRACTICE.id, NAME, [told])
    there(clinic).hidden.add("77")
    await clinic.work()

    assert await times(clinic) == [TEN]
    assert (await clinic.later(minutes=1)) == [Work.FOLLOW]
    assert there(clinic).asked.count("read") == 1


async def test_a_notice_has_the_system_asked_at_once_and_only_once(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    await clinic.later(seconds=1)
    there(clinic).drag(visit, ELEVEN)
    told = Told(id="n-1", visits=(visit,))

    await clinic.desk.following.heard(PRACTICE.id, NAME, [told])
    first = await clinic.work()
    await clinic.desk.following.heard(PRACTICE.id, NAME, [told])
    second = await clinic.work()

    assert (first, second) == ([Work.FOLLOW], [])
    assert await times(clinic) == [ELEVEN]


async def test_a_visit_that_only_a_notice_names_is_read(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    [visit] = there(clinic).book_
    await clinic.later(seconds=1)
    del there(clinic).book_[visit]

    await clinic.desk.following.heard(PRACTICE.id, NAME, [Told(id="n-1", visits=(visit,))])
    await clinic.work()

    assert await times(clinic) == []
    assert "is cancelled" in (await clinic.heard())[-1]


async def test_a_notice_that_says_nothing_has_everything_read_but_not_time_and_again(clinic: JoinedDesk) -> None:
    await clinic.later(seconds=1)
    for number in range(3):
        await clinic.desk.following.heard(PRACTICE.id, NAME, [Told(id=f"n-{number}", everything=True)])
        await clinic.work()
    at_once = list(there(clinic).asked)

    for _ in range(6):
        await clinic.later(minutes=1)

    assert at_once == ["everything", "changes", "changes", "changes"]
    assert there(clinic).asked.count("everything") == 2


async def test_a_system_that_sends_notices_and_tells_no_changes_has_its_promised_visits_read(
    database_url: str, tmp_path: Path
) -> None:
    async with joined_desk(database_url, tmp_path, Quiet(PRACTICE)) as clinic:
        await clinic.says(*TALK)
        [visit] = clinic.system.book_
        clinic.system.drag(visit, at("2026-05-28 19:00"))

        await clinic.desk.following.heard(PRACTICE.id, NAME, [Told(id="n-1", visits=(visit,))])
        done = await clinic.work()

        assert done == [Work.LOOK]
        assert "is now Thursday, May 28 at 7:00 PM" in (await clinic.heard())[-1]
