"""A call that ended before it was done goes on by text, where that is allowed."""

from dataclasses import replace
from datetime import time

import pytest

from frontdesk.domain.delivery import Line
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.time import DayTime
from frontdesk.domain.transfer import Transfer, TransferHours
from frontdesk.reception.calling import Call, Spoken
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.contact_points import keep_line
from frontdesk.storage.conversations import find_open, messages
from frontdesk.storage.inventory import every_visit
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk

CALLER = "+15125550147"
BOOKS = ("I'd like to book a Botox consultation", "First time", "Thursday afternoon", "the first one")
NAMED = "Maria Lopez, 512 555 0147"


async def a_call(desk: Frontdesk, *said: str, caller: str | None = CALLER) -> ConversationId:
    """A call in which that was said, and then hung up."""
    call = await desk.calls.pick_up(SMILE_ID, Call(id="CA1", caller=caller))
    assert isinstance(call, Spoken)
    for number, words in enumerate(said):
        await desk.calls.answer(SMILE_ID, call.conversation, words, turn=f"CA1:{number}")
    await desk.calls.hang_up(SMILE_ID, call.conversation)
    return call.conversation


async def texts(desk: Frontdesk, phone: str = CALLER) -> list[str]:
    async with desk.storage.practice(SMILE_ID) as db:
        thread = await find_open(db, ChannelKind.SMS, phone)
        return [one.text for one in await messages(db, thread.id)] if thread else []


async def test_one_text_says_where_it_stands_and_asks_what_was_open(smile: Frontdesk) -> None:
    await a_call(smile, *BOOKS, NAMED)

    [text] = await texts(smile)

    assert "Smile Aesthetics" in text
    assert "Our call ended while we were arranging your Botox consultation." in text
    assert "it is not booked yet" in text
    assert text.endswith("?")
    async with smile.storage.practice(SMILE_ID) as db:
        rows = await db.all("select channel, state from outbox where practice_id = %s", (SMILE_ID,))
    assert [(row["channel"], row["state"]) for row in rows] == [("sms", "waiting")]


async def test_the_thread_knows_what_the_call_knew_and_books(smile: Frontdesk) -> None:
    await a_call(smile, *BOOKS, NAMED)

    for number, words in enumerate(("no e-mail", "yes")):
        got = await smile.reception.receive(SMILE_ID, ChannelKind.SMS, CALLER, words, provider_id=f"t{number}")
        await smile.reception.answer(SMILE_ID, got.conversation)

    async with smile.storage.practice(SMILE_ID) as db:
        thread = await find_open(db, ChannelKind.SMS, CALLER)
        booked = [one for one in await every_visit(db) if thread and one.id in thread.state.booked]
    assert thread is not None
    assert thread.state.proof is None
    assert [one.service for one in booked] == ["botox-consultation"]
    assert "booked" in (await texts(smile))[-1].lower()


@pytest.mark.parametrize("said", [(), ("Do you have parking?",), (*BOOKS, NAMED, "yes", "no e-mail", "yes")])
async def test_what_was_done_leaves_no_text(smile: Frontdesk, said: tuple[str, ...]) -> None:
    await a_call(smile, *said)

    assert await texts(smile) == []


async def test_a_number_that_only_the_line_told_is_not_texted(smile: Frontdesk) -> None:
    await a_call(smile, *BOOKS)

    assert await texts(smile) == []


async def test_who_has_texted_before_is_texted(smile: Frontdesk) -> None:
    got = await smile.reception.receive(SMILE_ID, ChannelKind.SMS, CALLER, "Do you have parking?", provider_id="t1")
    await smile.reception.answer(SMILE_ID, got.conversation)

    await a_call(smile, *BOOKS[:2])

    said = await texts(smile)
    assert len(said) == 3
    assert "Our call ended while we were arranging your Botox consultation." in said[-1]
    assert "Ava" not in said[-1]  # who writes was said before


async def test_who_ended_texts_gets_none(smile: Frontdesk) -> None:
    got = await smile.reception.receive(SMILE_ID, ChannelKind.SMS, CALLER, "STOP", provider_id="t1")
    await smile.reception.answer(SMILE_ID, got.conversation)
    before = await texts(smile)

    await a_call(smile, *BOOKS, NAMED)

    assert await texts(smile) == before


async def test_a_landline_gets_none(smile: Frontdesk) -> None:
    async with smile.storage.practice(SMILE_ID) as db:
        await keep_line(db, CALLER, Line.LANDLINE, now=smile.clock.now())

    await a_call(smile, *BOOKS, NAMED)

    assert await texts(smile) == []


async def test_a_thread_with_its_own_business_is_left_alone(smile: Frontdesk) -> None:
    got = await smile.reception.receive(SMILE_ID, ChannelKind.SMS, CALLER, "I'd like a HydraFacial", provider_id="t1")
    await smile.reception.answer(SMILE_ID, got.conversation)
    before = await texts(smile)

    await a_call(smile, *BOOKS, NAMED)

    assert await texts(smile) == before
    async with smile.storage.practice(SMILE_ID) as db:
        thread = await find_open(db, ChannelKind.SMS, CALLER)
    assert thread is not None
    assert thread.state.known.service == "hydrafacial"


async def test_who_hung_up_before_anybody_took_the_call_hears_when_they_are_called(smile: Frontdesk) -> None:
    practice = await smile.practice(SMILE_ID)
    evening = DayTime(start=time(20), end=time(23))
    transfer = Transfer(numbers=("+15125550190",), hours=(TransferHours(during=evening),))
    await apply_practice(smile.storage, replace(practice, transfer=transfer), [], now=smile.clock.now())

    await a_call(smile, *BOOKS, NAMED, "Can I talk to a person please?")

    [text] = await texts(smile)
    assert "Your call ended before somebody could take it. A person will call you back by" in text


async def test_the_same_hang_up_twice_is_one_text(smile: Frontdesk) -> None:
    conversation = await a_call(smile, *BOOKS, NAMED)

    await smile.calls.hang_up(SMILE_ID, conversation)

    assert len(await texts(smile)) == 1


async def test_a_withheld_number_has_none(smile: Frontdesk) -> None:
    await a_call(smile, *BOOKS, NAMED, caller=None)

    assert await texts(smile) == []
