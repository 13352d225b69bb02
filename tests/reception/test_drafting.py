"""Replies wait until a person sends them; what sending does is told before; emergencies do not wait."""

from dataclasses import replace

from tests.reception.test_taking_over import open_reasons, writes

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.ids import ConversationId, ServiceId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import AnswersWhen
from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest
from frontdesk.reception.drafting import drop_draft, send_draft
from frontdesk.reception.taking_over import Done, NotPossible, take_over, write
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations
from frontdesk.storage.clock import new_id
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk


async def in_drafts(desk: Frontdesk) -> Frontdesk:
    practice = replace(await desk.practice(SMILE_ID), coverage={ChannelKind.SMS: AnswersWhen.DRAFTS})
    await apply_practice(desk.storage, practice, [], now=desk.clock.now())
    return desk


async def send(desk: Frontdesk, thread: ConversationId) -> Done | NotPossible:
    done = await send_draft(desk.storage, await desk.practice(SMILE_ID), thread, now=desk.clock.now())
    await desk.reception.answer(SMILE_ID, thread)
    return done


async def said(desk: Frontdesk, thread: ConversationId, by: Author = Author.ASSISTANT) -> list[str]:
    async with desk.storage.practice(SMILE_ID) as db:
        return [one.text for one in await conversations.messages(db, thread) if one.author is by]


async def test_a_reply_waits_until_somebody_sends_it(smile: Frontdesk) -> None:
    desk = await in_drafts(smile)

    thread, at_once = await writes(desk, "I'd like a Botox consultation Thursday evening, I've been before")
    waiting = await open_reasons(desk)
    draft = await desk.reception.draft(SMILE_ID, thread)
    looked_at = await said(desk, thread)
    sent = await send(desk, thread)

    assert at_once == looked_at == []
    assert waiting == {Reason.DRAFT}
    assert draft is not None
    assert draft.reply is not None
    assert "Thursday, May 28" in draft.reply.text
    assert draft.does == ()
    assert sent == Done()
    assert await said(desk, thread) == [draft.reply.text]
    assert await open_reasons(desk) == set()
    assert await desk.reception.draft(SMILE_ID, thread) is None
    assert isinstance(await send(desk, thread), NotPossible)


async def test_looking_at_a_draft_holds_and_books_nothing(smile: Frontdesk) -> None:
    desk = await in_drafts(smile)
    start = desk.clock.now()
    within = Period(start=start, end=start.replace(month=7))
    everything = SlotRequest(service=ServiceId("botox-consultation"), within=within)
    before = await desk.system_of(SMILE_ID).find_slots(everything)

    thread, _ = await writes(desk, "I'd like a Botox consultation Thursday evening, I've been before")
    await send(desk, thread)
    await writes(desk, "the first one")
    holding = await desk.reception.draft(SMILE_ID, thread)
    untouched = await desk.system_of(SMILE_ID).find_slots(everything)
    for words in ("Maria Gonzalez, this number is fine", "no email"):
        await send(desk, thread)
        await writes(desk, words)
    await send(desk, thread)
    await writes(desk, "yes")
    booking = await desk.reception.draft(SMILE_ID, thread)
    await send(desk, thread)

    assert holding is not None
    assert [one["effect"] for one in holding.does] == ["hold_slot"]
    assert holding.reply is not None
    assert "holding" in holding.reply.text
    assert untouched == before
    assert booking is not None
    assert [one["effect"] for one in booking.does] == ["book_visit"]
    assert booking.reply is None
    assert "You're booked" in (await said(desk, thread))[-1]


async def test_emergencies_and_a_stop_wait_for_nobody(smile: Frontdesk) -> None:
    desk = await in_drafts(smile)

    await writes(desk, "can I book a facial?")
    _, emergency = await writes(desk, "my lip turned white after the filler and it hurts badly")
    _, stop = await writes(desk, "STOP")

    assert "911" in emergency[0]
    assert len(stop) == 1


async def test_a_draft_that_is_dropped_leaves_the_message_without_a_reply(smile: Frontdesk) -> None:
    desk = await in_drafts(smile)
    thread, _ = await writes(desk, "can I book a facial?")
    await writes(desk, "or a peel?")

    practice, now = await desk.practice(SMILE_ID), desk.clock.now()
    dropped = [await drop_draft(desk.storage, practice, thread, now=now) for _ in range(2)]
    first = dropped[0]
    still = await drop_draft(desk.storage, practice, thread, now=now)

    assert dropped == [Done(), Done()]
    assert first == Done()
    assert isinstance(still, NotPossible)
    assert await said(desk, thread) == []
    assert await open_reasons(desk) == set()


async def test_of_two_drafts_the_second_still_waits_when_the_first_is_sent(smile: Frontdesk) -> None:
    desk = await in_drafts(smile)
    thread, _ = await writes(desk, "I'd like a Botox consultation Thursday evening")
    await writes(desk, "I've been before")

    await send(desk, thread)

    assert len(await said(desk, thread)) == 1
    assert await open_reasons(desk) == {Reason.DRAFT}


async def test_who_writes_themselves_leaves_no_draft_behind(smile: Frontdesk) -> None:
    desk = await in_drafts(smile)
    thread, _ = await writes(desk, "can I book a facial?")

    practice, now = await desk.practice(SMILE_ID), desk.clock.now()
    await take_over(desk.storage, practice, thread, now=now)
    await write(desk.storage, practice, thread, "Dana here.", message=new_id(), now=now)
    await desk.reception.answer(SMILE_ID, thread)

    assert await desk.reception.draft(SMILE_ID, thread) is None
    assert await said(desk, thread) == []
    assert await said(desk, thread, Author.STAFF) == ["Dana here."]
    assert await open_reasons(desk) == set()
