"""What a patient's words do to consent, in a conversation: asked about once, kept as said, and answered."""

import pytest
from tests.reception.test_taking_over import writes

from frontdesk.domain.consent import Use
from frontdesk.domain.message import ChannelKind
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.consents import latest_at
from frontdesk.storage.conversations import read_conversation
from frontdesk.wiring import Frontdesk


async def allowed(desk: Frontdesk, use: Use, phone: str) -> bool | None:
    async with desk.storage.practice(SMILE_ID) as db:
        latest = await latest_at(db, use, ChannelKind.SMS, phone)
    return latest.allowed if latest is not None else None


async def address_of(desk: Frontdesk, thread: object) -> str:
    async with desk.storage.practice(SMILE_ID) as db:
        conversation = await read_conversation(db, thread)  # type: ignore[arg-type]
    assert conversation is not None
    return conversation.address


@pytest.mark.parametrize("visit", ["VISIT", "my appointment", "cancel my visit"])
async def test_a_lone_cancel_ends_texts_and_is_asked_about_once(smile: Frontdesk, visit: str) -> None:
    thread, ended = await writes(smile, "CANCEL")
    phone = await address_of(smile, thread)
    stopped = await allowed(smile, Use.MESSAGES, phone)
    _, again = await writes(smile, "cancel")
    _, meant = await writes(smile, visit)

    assert len(ended) == 1
    assert "reply VISIT" in ended[0]
    assert stopped is False
    assert again == []
    assert len(meant) == 1
    assert "To be sure it's you" in meant[0]
    assert await allowed(smile, Use.MESSAGES, phone) is True


async def test_help_alone_is_answered_with_who_writes_and_how_to_end_texts(smile: Frontdesk) -> None:
    practice = await smile.practice(SMILE_ID)
    _, replies = await writes(smile, "HELP")

    assert practice.name in replies[0]
    assert "Reply STOP to end texts." in replies[0]


async def test_a_no_to_offers_is_kept_and_ends_nothing_else(smile: Frontdesk) -> None:
    thread, _ = await writes(smile, "Stop the promotions, but keep my appointment reminders")
    phone = await address_of(smile, thread)

    assert await allowed(smile, Use.MARKETING, phone) is False
    assert await allowed(smile, Use.MESSAGES, phone) is None


async def test_what_may_have_been_a_no_is_remembered_until_they_write_again(smile: Frontdesk) -> None:
    thread, _ = await writes(smile, "Not interested")
    async with smile.storage.practice(SMILE_ID) as db:
        doubted = await read_conversation(db, thread)
    await writes(smile, "Do you take Delta Dental?")
    async with smile.storage.practice(SMILE_ID) as db:
        settled = await read_conversation(db, thread)

    assert doubted is not None
    assert doubted.state.perhaps_ended
    assert settled is not None
    assert not settled.state.perhaps_ended


async def test_the_first_reply_in_texas_says_what_its_law_wants_once(smile: Frontdesk) -> None:
    _, first = await writes(smile, "hello")
    _, second = await writes(smile, "where are you?")

    assert "I'm artificial intelligence, not a person. The clinic uses me in its services to you." in first[0]
    assert "artificial intelligence" not in second[0]
