"""Many things that wait for a person within a short time are one text; an emergency is told at once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tests.clinic import NOW

from frontdesk.dialogue.effects import Reason
from frontdesk.reception.acknowledging import OnIt, acknowledge, acknowledged_by_text
from frontdesk.reception.telling import tell_next
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import local_post, notices, tasks
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.storage.tasks import Task, open_task
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import deliver

MANAGER, ON_CALL = "+15125550190", "+15125550191"


@dataclass(kw_only=True)
class People:
    """The sample practice's people, on a clock that is turned by hand. Of complaints the manager is told first."""

    desk: Frontdesk
    now: datetime = NOW

    async def comes_up(self, reason: str, *, times: int = 1, urgent: bool = False) -> None:
        """So many tasks for that reason."""
        async with self.desk.storage.practice(SMILE_ID) as db:
            for _ in range(times):
                await open_task(
                    db,
                    Task(
                        id=uuid4(),
                        conversation=None,
                        appointment=None,
                        reason=reason,
                        urgent=urgent,
                        opened=self.now,
                    ),
                )

    async def are_told(self, *, minutes: float = 0) -> None:
        """So much later, everybody whose turn it is by then."""
        self.now += timedelta(minutes=minutes)
        practice = await self.desk.practice(SMILE_ID)
        async with self.desk.storage.practice(SMILE_ID) as db:
            while await tell_next(db, practice, public_url="https://desk.example.com", now=self.now):
                pass
        async with self.desk.storage.practice(SMILE_ID) as db:
            jobs = [job for job in await take_all(db.connection) if job.work is Work.DELIVER]
        desk = replace(self.desk, clock=VirtualClock(at=self.now))
        for job in {*jobs}:
            await deliver(desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=job.on))

    async def texts_on(self, phone: str) -> list[str]:
        async with self.desk.storage.practice(SMILE_ID) as db:
            return [text.body for text in await local_post.texts_on(db, phone)]

    async def untaken(self) -> int:
        async with self.desk.storage.practice(SMILE_ID) as db:
            return sum(one.taken_by is None for one in await tasks.open_tasks(db))

    async def last_notice(self, contact: str) -> UUID:
        async with self.desk.storage.practice(SMILE_ID) as db:
            return (await notices.waiting_for(db, contact))[0].id


@pytest.fixture
async def people(smile: Frontdesk) -> People:
    return People(desk=smile)


async def test_the_first_is_told_at_once_and_what_follows_in_one_text(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT)
    await people.are_told()
    for _ in range(6):
        await people.comes_up(Reason.COMPLAINT, times=2)
        await people.are_told(minutes=1)
    meanwhile = await people.texts_on(MANAGER)

    await people.are_told(minutes=4)

    first, second = await people.texts_on(MANAGER)
    assert meanwhile == [first]
    assert "things wait" not in first
    assert "12 things wait for a person: " in second
    assert "(12)" in second
    assert len(second) <= 320


async def test_an_emergency_waits_for_nothing_and_is_told_alone(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, times=5)
    await people.are_told()
    await people.comes_up(Reason.EMERGENCY, urgent=True)
    await people.comes_up(Reason.EMERGENCY, urgent=True)
    await people.are_told()

    pages = await people.texts_on(ON_CALL)

    assert len(pages) == 2
    assert all(page.startswith("URGENT") and "things wait" not in page for page in pages)


async def test_what_is_urgent_waits_two_minutes_at_most(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, urgent=True)
    await people.are_told()
    await people.comes_up(Reason.COMPLAINT, times=3, urgent=True)
    await people.are_told(minutes=1)
    after_one = len(await people.texts_on(MANAGER))

    await people.are_told(minutes=1)

    texts = await people.texts_on(MANAGER)
    assert after_one == 1
    assert len(texts) == 2
    assert texts[1].startswith("URGENT")
    assert "3 things wait" in texts[1]


async def test_what_came_up_together_is_told_together_with_its_reasons(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, times=4)
    await people.are_told()

    (text,) = await people.texts_on(MANAGER)

    assert "4 things wait for a person" in text


async def test_ok_takes_all_that_the_text_told_of_and_nothing_else(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, times=3)
    await people.are_told()
    await people.comes_up(Reason.COMPLAINT)

    answered = await acknowledged_by_text(
        people.desk.storage, people.desk.practices, SMILE_ID, MANAGER, "ok", provider_id="local:1", now=people.now
    )

    assert answered
    assert await people.untaken() == 1


async def test_the_button_behind_the_link_does_the_same(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, times=3)
    await people.are_told()
    notice = await people.last_notice("manager")

    desk = people.desk
    outcome = await acknowledge(desk.storage, desk.practices, SMILE_ID, notice, now=people.now, via="link")

    assert isinstance(outcome, OnIt)
    assert await people.untaken() == 0


async def test_of_a_text_that_does_not_arrive_the_next_are_told_of_all_of_it(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, times=3)
    await people.are_told()
    notice = await people.last_notice("manager")

    async with people.desk.storage.practice(SMILE_ID) as db:
        known = await notices.did_not_go(db, notice, now=people.now)
    await people.are_told()

    async with people.desk.storage.practice(SMILE_ID) as db:
        told = await notices.waiting_for(db, "front-desk")
    assert known
    assert len({one.task for one in told}) == 3
    assert len({one.told for one in told}) == 1


async def test_nobody_who_takes_none_of_it_is_spared(people: People) -> None:
    await people.comes_up(Reason.COMPLAINT, times=3)
    await people.are_told()

    await people.are_told(minutes=24 * 60)

    async with people.desk.storage.practice(SMILE_ID) as db:
        assert len({one.task for one in await notices.waiting_for(db, "front-desk")}) == 3
