"""The outbox: in order, never early, never lost, and a person hears of what cannot go."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.clinic import NOW, a_practice

from frontdesk.dialogue.state import State
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Accepted, Text
from frontdesk.ports.faults import Fault, Refused, Unreachable
from frontdesk.settings import Settings
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver

PRACTICE = a_practice()
PHONE = "+15125550147"


class Carrier:
    """A carrier that fails as it is told, and keeps what it was given."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.took: list[Text] = []

    async def send(self, text: Text) -> Accepted:
        if self.faults:
            raise self.faults.pop(0)
        self.took.append(text)
        return Accepted(receipt=f"receipt-{len(self.took)}")


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, carrier: Carrier) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=opened.clock.now())
        yield replace(opened, carrier_of=lambda _: carrier)
    database.entered.leave()


async def put(desk: Frontdesk, *bodies: str) -> ConversationId:
    async with desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.open_conversation(
            db, ChannelKind.SMS, PHONE, id=ConversationId(uuid4()), state=State(), now=NOW
        )
        for body in bodies:
            id = uuid4()
            sender = PRACTICE.locations[0].phone
            text = Text(key=str(id), sender=sender, to=PHONE, body=body, kind=ContactKind.REPLY)
            await outbox.put_text(db, thread, id, text, now=desk.clock.now())
    return thread


async def run(desk: Frontdesk, thread: ConversationId) -> None:
    await deliver(desk, Job(work=Work.DELIVER, practice=PRACTICE.id, on=thread))


async def test_texts_leave_in_the_order_they_were_written(desk: Frontdesk, carrier: Carrier) -> None:
    thread = await put(desk, "one", "two", "three")

    await run(desk, thread)
    await run(desk, thread)

    assert [text.body for text in carrier.took] == ["one", "two", "three"]


async def test_what_cannot_go_now_waits_and_nothing_overtakes_it(desk: Frontdesk, carrier: Carrier) -> None:
    carrier.faults = [Unreachable("the carrier is down")]
    thread = await put(desk, "one", "two")

    await run(desk, thread)

    assert carrier.took == []
    async with desk.storage.practice(PRACTICE.id) as db:
        assert await outbox.next_due(db, thread, ChannelKind.SMS, now=desk.clock.now()) is None


async def test_what_is_refused_becomes_a_task_and_the_next_one_goes(desk: Frontdesk, carrier: Carrier) -> None:
    carrier.faults = [Refused("a landline")]
    thread = await put(desk, "one", "two")

    await run(desk, thread)

    async with desk.storage.practice(PRACTICE.id) as db:
        waiting = await tasks.open_tasks(db)
    assert [text.body for text in carrier.took] == ["two"]
    assert [task.reason for task in waiting] == ["a message by sms could not be delivered"]
