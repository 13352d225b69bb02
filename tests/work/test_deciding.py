"""What leaves is decided on first: moved out of quiet hours, stopped or sent, and each decision is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from tests.clinic import a_practice

from frontdesk.dialogue.state import State
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Accepted, Text
from frontdesk.settings import Settings
from frontdesk.storage import consents, conversations, outbox, tasks
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.contact_decisions import Kept, decisions_on
from frontdesk.storage.installation import enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver

PRACTICE = a_practice()
PHONE = "+15125550147"
NIGHT = datetime(2026, 6, 10, 4, 30, tzinfo=UTC)
"""11:30 p.m. in Austin."""
MORNING = datetime(2026, 6, 10, 13, 0, tzinfo=UTC)
"""8 a.m. there."""


class Carrier:
    def __init__(self) -> None:
        self.took: list[Text] = []

    async def send(self, text: Text) -> Accepted:
        self.took.append(text)
        return Accepted(receipt=f"receipt-{len(self.took)}")


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(at=NIGHT)


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, carrier: Carrier, clock: VirtualClock) -> AsyncIterator[Frontdesk]:
    database = Ready(url=database_url, entered=enter(database_url))
    async with open_frontdesk(Settings(home=tmp_path), database) as opened:
        await apply_practice(opened.storage, PRACTICE, [], now=opened.clock.now())
        yield replace(opened, carrier_of=lambda _: carrier, clock=clock)
    database.entered.leave()


async def thread_of(desk: Frontdesk) -> ConversationId:
    async with desk.storage.practice(PRACTICE.id) as db:
        return await conversations.open_conversation(
            db, ChannelKind.SMS, PHONE, id=ConversationId(uuid4()), state=State(), now=desk.clock.now()
        )


async def put(desk: Frontdesk, thread: ConversationId, body: str, kind: ContactKind, to: str = PHONE) -> UUID:
    id = uuid4()
    text = Text(key=str(id), sender=PRACTICE.locations[0].phone, to=to, body=body, kind=kind)
    async with desk.storage.practice(PRACTICE.id) as db:
        await outbox.put_text(db, thread, id, text, now=desk.clock.now())
    return id


async def run(desk: Frontdesk, thread: ConversationId) -> None:
    await deliver(desk, Job(work=Work.DELIVER, practice=PRACTICE.id, on=thread))


async def kept(desk: Frontdesk, id: UUID) -> list[Kept]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return await decisions_on(db, id)


async def test_an_unasked_text_at_night_goes_in_the_morning_and_lets_a_reply_by(
    desk: Frontdesk, carrier: Carrier, clock: VirtualClock
) -> None:
    thread = await thread_of(desk)
    news = await put(desk, thread, f"{PRACTICE.name}: your visit is moved. STOP ends texts.", ContactKind.VISIT_CHANGE)
    await put(desk, thread, "An answer", ContactKind.REPLY)

    await run(desk, thread)
    at_night = [text.body for text in carrier.took]
    clock.at = MORNING
    await run(desk, thread)

    assert at_night == ["An answer"]
    assert [text.body for text in carrier.took][1:] == [f"{PRACTICE.name}: your visit is moved. STOP ends texts."]
    first, second = await kept(desk, news)
    assert (first.verdict, first.not_before, first.rules) == ("moved", MORNING, ("us-unasked-hours@1",))
    assert first.zone == "America/Chicago"
    assert second.verdict == "allowed"
    assert "us-texts@1" in second.rules


async def test_what_is_moved_is_found_again_once_it_is_due(desk: Frontdesk, clock: VirtualClock) -> None:
    thread = await thread_of(desk)
    await put(desk, thread, "Your visit is moved.", ContactKind.VISIT_CHANGE)

    await run(desk, thread)

    async with desk.storage.practice(PRACTICE.id) as db:
        before = await outbox.conversations_to_retry(db, now=MORNING - timedelta(minutes=1), untouched_since=MORNING)
        due = await outbox.conversations_to_retry(db, now=MORNING, untouched_since=MORNING - timedelta(seconds=10))
    assert (before, due) == ([], [thread])


async def test_who_ended_texts_gets_no_reminder_and_the_desk_is_told(
    desk: Frontdesk, carrier: Carrier, clock: VirtualClock
) -> None:
    clock.at = MORNING
    thread = await thread_of(desk)
    ended = Consent(
        id=uuid4(), use=Use.MESSAGES, allowed=False, source=Source.TEXT, recorded=desk.clock.now(), said="STOP"
    )
    async with desk.storage.practice(PRACTICE.id) as db:
        whose = consents.Whose(subject=thread, channel=ChannelKind.SMS, address=PHONE)
        await consents.record_consent(db, ended, whose)
    reminder = await put(desk, thread, "See you tomorrow at 3 p.m.", ContactKind.REMINDER)

    await run(desk, thread)

    async with desk.storage.practice(PRACTICE.id) as db:
        waiting = await tasks.open_tasks(db)
    assert carrier.took == []
    assert [task.reason for task in waiting] == ["a message by sms could not be delivered"]
    assert [(one.verdict, one.rules) for one in await kept(desk, reminder)] == [("stopped", ("us-recurring-texts@1",))]


async def test_a_second_reminder_of_a_day_goes_on_the_next(
    desk: Frontdesk, carrier: Carrier, clock: VirtualClock
) -> None:
    clock.at = MORNING
    thread = await thread_of(desk)
    await put(desk, thread, "See you tomorrow at 3 p.m.", ContactKind.REMINDER)
    await run(desk, thread)
    second = await put(desk, thread, "See you tomorrow at 4 p.m.", ContactKind.REMINDER)

    await run(desk, thread)

    assert len(carrier.took) == 1
    (moved,) = await kept(desk, second)
    assert (moved.not_before, moved.rules) == (
        MORNING + timedelta(days=1),
        ("us-health-care-cap@1", "us-unasked-hours@1"),
    )


async def test_an_unasked_first_text_says_who_writes_and_how_to_end_texts(
    desk: Frontdesk, carrier: Carrier, clock: VirtualClock
) -> None:
    clock.at = MORNING
    thread = await thread_of(desk)
    await put(desk, thread, "A time opened up.", ContactKind.WAITLIST_OFFER)

    await run(desk, thread)

    assert [text.body for text in carrier.took] == [f"A time opened up. Reply STOP to end texts from {PRACTICE.name}."]


async def test_the_practices_own_people_are_told_at_any_hour(desk: Frontdesk, carrier: Carrier) -> None:
    thread = await thread_of(desk)
    told = await put(desk, thread, "Somebody waits.", ContactKind.OWN_PEOPLE, to="+15125550100")

    await run(desk, thread)

    assert [text.body for text in carrier.took] == ["Somebody waits."]
    assert [one.verdict for one in await kept(desk, told)] == ["allowed"]
