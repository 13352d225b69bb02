"""In an emergency the patient hears what to do, and that the clinic is alerted only once somebody there said so."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from tests.clinic import NOW

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.language.guard.claims import claims_in
from frontdesk.reception.acknowledging import NotNeeded, OnIt, acknowledge, acknowledged_by_text
from frontdesk.reception.telling import tell_next
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations, local_post, notices, outbox, tasks
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.storage.notices import Notice
from frontdesk.storage.text_looks import known_texts
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import deliver

PATIENT, ON_CALL, MANAGER = "+15125550147", "+15125550191", "+15125550190"
ALERTED = {"en": "alerted the clinic", "es": "alertado a la clínica"}


async def writes(desk: Frontdesk, text: str) -> ConversationId:
    received = await desk.reception.receive(SMILE_ID, ChannelKind.SMS, PATIENT, text, provider_id=None)
    await desk.reception.answer(SMILE_ID, received.conversation)
    return received.conversation


async def tell(desk: Frontdesk, *, later: timedelta = timedelta(0)) -> None:
    """Everybody who is to be told so much later is told."""
    practice = await desk.practice(SMILE_ID)
    desk = replace(desk, clock=VirtualClock(at=desk.clock.now() + later))
    async with desk.storage.practice(SMILE_ID) as db:
        while await tell_next(db, practice, public_url="https://desk.example.com", now=desk.clock.now()):
            pass
    async with desk.storage.practice(SMILE_ID) as db:
        jobs = [job for job in await take_all(db.connection) if job.work is Work.DELIVER]
    for job in {*jobs}:
        await deliver(desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=job.on))


async def on_phone(desk: Frontdesk, phone: str) -> list[str]:
    async with desk.storage.practice(SMILE_ID) as db:
        return [text.body for text in await local_post.texts_on(db, phone)]


async def said(desk: Frontdesk, thread: ConversationId) -> list[str]:
    async with desk.storage.practice(SMILE_ID) as db:
        return [one.text for one in await conversations.messages(db, thread) if one.author is Author.ASSISTANT]


async def told_to(desk: Frontdesk, contact: str) -> list[Notice]:
    async with desk.storage.practice(SMILE_ID) as db:
        return await notices.waiting_for(db, contact)


async def replies(desk: Frontdesk, phone: str, text: str) -> bool:
    return await acknowledged_by_text(
        desk.storage, desk.practices, SMILE_ID, phone, text, provider_id=f"local:{uuid4()}", now=NOW
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("I have chest pain and can't breathe", "en"), ("me duele el pecho y no puedo respirar", "es")],
)
async def test_alerted_is_said_only_after_somebody_answered(smile: Frontdesk, text: str, language: str) -> None:
    thread = await writes(smile, text)
    await tell(smile)
    before = await said(smile, thread)
    page = await on_phone(smile, ON_CALL)

    stranger, idle = await replies(smile, "+15125550166", "ok"), await replies(smile, ON_CALL, "who is it?")
    unanswered = await said(smile, thread)
    answered = await replies(smile, ON_CALL, "OK!")
    twice = await replies(smile, ON_CALL, "ok")

    after = await said(smile, thread)
    assert len(page) == 1
    assert page[0].startswith("URGENT")
    assert "911" in before[0]
    assert "alerted" not in [claim.name for claim in claims_in(before[0], language)]
    assert not stranger
    assert not idle
    assert unanswered == before
    assert answered
    assert not twice
    assert len(after) == len(before) + 1
    assert ALERTED[language] in after[-1]
    async with smile.storage.practice(SMILE_ID) as db:
        waiting = [task for task in await tasks.open_tasks(db) if task.reason == Reason.EMERGENCY]
        out = await outbox.next_due(db, thread, ChannelKind.SMS, now=NOW)
        audited = await db.all("select from audit_event where what = %s", (Happened.STAFF_ACKNOWLEDGED.code,))
    assert [task.taken_by for task in waiting] == ["on-call"]
    assert out is not None
    assert len(audited) == 1


async def test_without_an_answer_the_next_is_told_and_one_of_them_has_it(smile: Frontdesk) -> None:
    thread = await writes(smile, "I have chest pain and can't breathe")
    await tell(smile)
    await tell(smile, later=timedelta(minutes=4))
    too_early = await on_phone(smile, MANAGER)
    await tell(smile, later=timedelta(minutes=5))
    next_one = await on_phone(smile, MANAGER)
    first, second = (await told_to(smile, "manager"))[0], (await told_to(smile, "on-call"))[0]

    taken = await acknowledge(smile.storage, smile.practices, SMILE_ID, first.id, now=NOW, via="link")
    late = await acknowledge(smile.storage, smile.practices, SMILE_ID, second.id, now=NOW, via="link")
    await tell(smile, later=timedelta(hours=10))

    assert too_early == []
    assert len(next_one) == 1
    assert isinstance(taken, OnIt)
    assert isinstance(late, NotNeeded)
    assert len([text for text in await said(smile, thread) if ALERTED["en"] in text]) == 1
    assert len(await on_phone(smile, ON_CALL)) == len(await on_phone(smile, MANAGER)) == 1


async def test_an_emergency_that_comes_up_again_alerts_again(smile: Frontdesk) -> None:
    await writes(smile, "I have chest pain and can't breathe")
    await tell(smile)
    await replies(smile, ON_CALL, "ok")

    thread = await writes(smile, "my chest pain is worse, I can't breathe")
    await tell(smile)
    again = await on_phone(smile, ON_CALL)
    await replies(smile, ON_CALL, "ok")

    assert len(again) == 2
    assert len([text for text in await said(smile, thread) if ALERTED["en"] in text]) == 2


async def test_nothing_of_the_patient_is_on_the_phone_of_whoever_is_on_call(smile: Frontdesk) -> None:
    await writes(smile, "I'm Maria Gonzalez, I have chest pain and can't breathe")
    await tell(smile)

    words = " ".join(await on_phone(smile, ON_CALL))

    assert re.search("maria|gonzalez|chest|0147", words, re.IGNORECASE) is None


async def test_an_answer_that_comes_again_is_no_message_of_a_patient(smile: Frontdesk) -> None:
    """Its webhook is repeated, and the carrier's list has it, too."""
    await writes(smile, "I have chest pain and can't breathe")
    await tell(smile)

    async def comes(id: str) -> bool:
        return await acknowledged_by_text(
            smile.storage, smile.practices, SMILE_ID, ON_CALL, "ok", provider_id=id, now=smile.clock.now()
        )

    assert [await comes("twilio:SM1"), await comes("twilio:SM1"), await comes("twilio:SM2")] == [True, True, False]
    async with smile.storage.practice(SMILE_ID) as db:
        assert await known_texts(db, ["twilio:SM1", "twilio:SM2"]) == {"twilio:SM1"}


async def test_an_answer_heard_late_is_none_to_what_was_told_since(smile: Frontdesk) -> None:
    await writes(smile, "I have chest pain and can't breathe")
    await tell(smile)
    now = smile.clock.now()

    async def sent(at: datetime, id: str) -> bool:
        return await acknowledged_by_text(
            smile.storage, smile.practices, SMILE_ID, ON_CALL, "ok", provider_id=id, sent=at, now=now
        )

    assert not await sent(now - timedelta(hours=1), "twilio:SM1")
    assert await sent(now, "twilio:SM2")
