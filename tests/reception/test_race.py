"""Two patients, one time, the same second: one is booked, the other is told the truth."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.clinic import ALEX, NOW, a_practice, at

from frontdesk.domain.appointment import Status
from frontdesk.domain.message import ChannelKind
from frontdesk.settings import Settings
from frontdesk.storage import conversations
from frontdesk.storage.installation import Pinned, enter
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.visits import appointments_within
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk

PRACTICE = replace(a_practice(), practitioners=tuple(one for one in a_practice().practitioners if one.id != ALEX))
MARIA, SAM = "+15125550147", "+15125550148"


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.turn(Pinned(at=NOW, words=NOW.isoformat()))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=NOW)
        yield opened
    database.entered.leave()


async def say(desk: Frontdesk, number: str, text: str) -> str:
    received = await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, number, text, provider_id=None)
    await desk.reception.answer(PRACTICE.id, received.conversation)
    async with desk.storage.practice(PRACTICE.id) as db:
        return (await conversations.messages(db, received.conversation))[-1].text


async def test_one_is_booked_and_the_other_is_offered_another_time(desk: Frontdesk) -> None:
    for number in (MARIA, SAM):
        for line in ("I'd like a Botox consultation", "First time", "Thursday at 6pm or 6:30pm"):
            await say(desk, number, line)

    answers = await asyncio.gather(say(desk, MARIA, "6pm"), say(desk, SAM, "6pm"))

    lucky = MARIA if "holding" in answers[0] else SAM
    other = SAM if lucky == MARIA else MARIA
    assert sorted("holding" in answer for answer in answers) == [False, True]
    told = next(answer for answer in answers if "holding" not in answer)
    assert "just" in told or "taken" in told
    assert "6:30 PM" in told
    for number, name, choice in ((lucky, "Maria Gonzalez", None), (other, "Sam Lee", "6:30")):
        if choice:
            await say(desk, number, choice)
        await say(desk, number, f"{name}, this number")
        await say(desk, number, "someone@example.com")
        assert "booked" in await say(desk, number, "yes")
    async with desk.storage.practice(PRACTICE.id) as db:
        visits = await appointments_within(db, at("2026-05-28 17:00", minutes=180), now=desk.clock.now())
    assert [visit.status for visit in visits] == [Status.BOOKED, Status.BOOKED]
    assert visits[0].during.end <= visits[1].during.start
