"""SIGKILL at any point of a booking: the conversation goes on, nothing is double, nothing is lost."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.clinic import NOW, a_practice, at
from tests.reception.killed_desk import PATIENT

from frontdesk.domain.appointment import Status
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.settings import Settings
from frontdesk.storage import conversations, outbox
from frontdesk.storage.installation import Pinned, enter
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.visits import appointments_within
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.worker import work

PRACTICE = a_practice()
BEFORE_THE_CHOICE = ["I'd like a Botox consultation", "First time", "Thursday evening"]
BEFORE_THE_YES = [*BEFORE_THE_CHOICE, "the first one", "Maria Gonzalez, this number", "maria@example.com"]


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.turn(Pinned(at=NOW, words=NOW.isoformat()))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=NOW)
        yield opened
    database.entered.leave()


async def talk(desk: Frontdesk, lines: list[str]) -> None:
    for line in lines:
        received = await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, PATIENT, line, provider_id=None)
        await desk.reception.answer(PRACTICE.id, received.conversation)


async def die(desk: Frontdesk, text: str, *, moment: str, method: str) -> None:
    """Say it to a desk in a process of its own, which is killed."""
    process = await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable,
            "-m",
            "tests.reception.killed_desk",
            desk.storage.url.replace("role=frontdesk_app", "role=frontdesk"),
            str(desk.settings.home),
            moment,
            method,
            text,
        ],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == -9, process.stderr.decode()


async def work_until_answered(desk: Frontdesk) -> list[Message]:
    """Start a worker, as after a crash, and let it catch up."""
    stop = asyncio.Event()
    working = asyncio.create_task(work(desk, stop))
    try:
        async with asyncio.timeout(30):
            while True:
                said = await messages(desk)
                if said[-1].author is Author.ASSISTANT:
                    return said
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await working


async def messages(desk: Frontdesk) -> list[Message]:
    async with desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
        assert thread is not None
        return await conversations.messages(db, thread.id)


@pytest.mark.parametrize(
    ("moment", "method"),
    [("before", "book"), ("after", "book"), ("before", "read"), ("after", "read")],
)
async def test_a_kill_while_booking_ends_in_one_visit_and_one_answer(desk: Frontdesk, moment: str, method: str) -> None:
    await talk(desk, BEFORE_THE_YES)
    await die(desk, "yes", moment=moment, method=method)
    assert (await messages(desk))[-1].author is Author.PATIENT

    said = await work_until_answered(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        visits = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=desk.clock.now())
        thread = await conversations.find_open(db, ChannelKind.SMS, PATIENT)
        assert thread is not None
        mails = await db.all(  # the patient's; what the staff are told is the practice's own
            "select id from outbox where practice_id = %s and channel = 'email' and subject_id <> practice_id",
            (PRACTICE.id,),
        )
        forms = await db.all("select id from intake where practice_id = %s", (PRACTICE.id,))
        patients = await db.all("select id from patient where practice_id = %s", (PRACTICE.id,))
        steps = await db.all("select step from booking where practice_id = %s", (PRACTICE.id,))
    assert [visit.status for visit in visits] == [Status.BOOKED]
    assert [message.text for message in said].count("yes") == 1
    assert "booked" in said[-1].text
    assert (len(mails), len(forms), len(patients)) == (1, 1, 1)
    assert [row["step"] for row in steps] == ["told"]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_while_holding_ends_in_one_hold_and_the_next_question(desk: Frontdesk, moment: str) -> None:
    await talk(desk, BEFORE_THE_CHOICE)
    await die(desk, "the first one", moment=moment, method="hold")

    said = await work_until_answered(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        visits = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=desk.clock.now())
    assert [visit.status for visit in visits] == [Status.PENDING]
    assert said[-1].author is Author.ASSISTANT
    await talk(desk, ["Maria Gonzalez, this number", "maria@example.com", "yes"])
    assert "booked" in (await messages(desk))[-1].text


async def test_a_message_that_the_carrier_sends_twice_is_answered_once(desk: Frontdesk) -> None:
    first = await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, PATIENT, "hi", provider_id="carrier-1")
    again = await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, PATIENT, "hi", provider_id="carrier-1")

    await desk.reception.answer(PRACTICE.id, first.conversation)

    assert again.message is None
    assert [message.author for message in await messages(desk)] == [Author.PATIENT, Author.ASSISTANT]


async def test_two_workers_on_one_conversation_answer_once(desk: Frontdesk) -> None:
    received = await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, PATIENT, "hi", provider_id=None)

    await asyncio.gather(*(desk.reception.answer(PRACTICE.id, received.conversation) for _ in range(5)))

    async with desk.storage.practice(PRACTICE.id) as db:
        waiting = await outbox.next_due(db, received.conversation, ChannelKind.SMS, now=desk.clock.now())
    assert len(await messages(desk)) == 2
    assert waiting is not None


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_while_cancelling_ends_in_one_cancelled_visit_and_one_answer(desk: Frontdesk, moment: str) -> None:
    await talk(desk, [*BEFORE_THE_YES, "yes", "I need to cancel my appointment"])
    await die(desk, "yes", moment=moment, method="cancel")

    said = await work_until_answered(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        visits = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=desk.clock.now())
        steps = await db.all("select doing, step from booking where practice_id = %s order by at", (PRACTICE.id,))
    assert [visit.status for visit in visits if visit.status.takes_time] == []
    assert "is cancelled" in said[-1].text
    assert [(row["doing"], row["step"]) for row in steps] == [("book", "told"), ("cancel", "told")]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_while_moving_ends_in_one_visit_at_its_new_time_and_one_answer(
    desk: Frontdesk, moment: str
) -> None:
    await talk(desk, [*BEFORE_THE_YES, "yes", "can I move my appointment to June 2 at 5pm?"])
    await die(desk, "yes", moment=moment, method="move")

    said = await work_until_answered(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        before = await appointments_within(db, at("2026-05-28 09:00", minutes=720), now=desk.clock.now())
        after = await appointments_within(db, at("2026-06-02 09:00", minutes=720), now=desk.clock.now())
    assert [visit.status for visit in before] == []
    assert [visit.status for visit in after] == [Status.BOOKED]
    assert "is now Tuesday, June 2 at 5:00 PM" in said[-1].text
