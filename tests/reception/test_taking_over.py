"""A person takes a conversation over and gives it back; a paused assistant is silent; emergencies are answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import AnswersWhen
from frontdesk.language.model.engine import Engine
from frontdesk.language.understanding import understand
from frontdesk.reception.desk import Reception
from frontdesk.reception.taking_over import Done, NotPossible, give_back, take_over, write
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations, tasks
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.decisions import decisions
from frontdesk.storage.due import Due, what_is_due
from frontdesk.storage.pauses import pause, pauses, resume
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk

PATIENT = "+15125550147"
NOON = datetime(2026, 5, 27, 17, tzinfo=UTC)
"""Wednesday, noon in Austin."""


async def writes(
    desk: Frontdesk, text: str, channel: ChannelKind = ChannelKind.SMS
) -> tuple[ConversationId, Sequence[str]]:
    """The conversation, and what the assistant said to that."""
    received = await desk.reception.receive(SMILE_ID, channel, PATIENT, text, provider_id=None)
    await desk.reception.answer(SMILE_ID, received.conversation)
    assert received.message is not None
    async with desk.storage.practice(SMILE_ID) as db:
        replies = await conversations.replies_to(db, received.message.id)
    return received.conversation, [one.text for one in replies if one.author is Author.ASSISTANT]


async def open_reasons(desk: Frontdesk) -> set[str]:
    async with desk.storage.practice(SMILE_ID) as db:
        return {task.reason for task in await tasks.open_tasks(db)}


async def test_while_a_person_holds_it_the_assistant_is_silent_and_emergencies_are_not(smile: Frontdesk) -> None:
    practice, now = await smile.practice(SMILE_ID), smile.clock.now()
    thread, _ = await writes(smile, "I'd like to speak to a person")
    too_soon = await write(smile.storage, practice, thread, "Hi", message=uuid4(), now=now)
    taken = await take_over(smile.storage, practice, thread, now=now)

    _, held = await writes(smile, "are you there?")
    waiting = await open_reasons(smile)
    async with smile.storage.practice(SMILE_ID) as db:
        soon = await db.one("select tell_at - opened_at as waits from task where reason = %s", (Reason.HELD,))
    id = uuid4()
    wrote = [await write(smile.storage, practice, thread, "Dana here.", message=id, now=now) for _ in range(2)]
    answered = await open_reasons(smile)
    _, emergency = await writes(smile, "I have chest pain and can't breathe")
    await give_back(smile.storage, practice, thread, now=now)
    _, again = await writes(smile, "I'd like a Botox consultation")

    assert isinstance(too_soon, NotPossible)
    assert isinstance(taken, Done)
    assert held == []
    assert Reason.HELD in waiting
    assert soon is not None
    assert soon["waits"] == practice.telling.urgent_within
    assert [type(one) for one in wrote] == [Done, Done]
    assert Reason.HELD not in answered
    assert "911" in emergency[0]
    assert again
    async with smile.storage.practice(SMILE_ID) as db:
        said = [one.text for one in await conversations.messages(db, thread) if one.author is Author.STAFF]
        out = await db.all("select id from outbox where practice_id = %s and id = %s", (SMILE_ID, id))
    assert said == ["Dana here."]
    assert len(out) == 1


async def test_nobody_writes_to_whoever_ended_messages(smile: Frontdesk) -> None:
    practice, now = await smile.practice(SMILE_ID), smile.clock.now()
    thread, _ = await writes(smile, "STOP")

    taken = await take_over(smile.storage, practice, thread, now=now)

    assert isinstance(taken, NotPossible)


async def test_what_the_patient_writes_to_a_person_who_does_not_answer_is_told(smile: Frontdesk) -> None:
    practice, now = await smile.practice(SMILE_ID), smile.clock.now()
    thread, _ = await writes(smile, "hello")
    await take_over(smile.storage, practice, thread, now=now)
    await writes(smile, "are you there?")

    async with smile.storage.practice(SMILE_ID) as db:
        at_once, later = [
            await what_is_due(db, now=at, untouched_since=now, looked_since=now)
            for at in (smile.clock.now(), smile.clock.now() + practice.telling.urgent_within)
        ]

    assert Due.TELLING not in at_once
    assert Due.TELLING in later


async def test_a_paused_channel_is_silent_from_the_next_message_on(smile: Frontdesk) -> None:
    async with smile.storage.practice(SMILE_ID) as db:
        await pause(db, ChannelKind.SMS, until=None, now=smile.clock.now())
    thread, by_text = await writes(smile, "hello")
    _, by_chat = await writes(smile, "hello", ChannelKind.WEBCHAT)
    _, emergency = await writes(smile, "I have chest pain and can't breathe")
    paused = await open_reasons(smile)
    async with smile.storage.practice(SMILE_ID) as db:
        await resume(db, None, now=smile.clock.now())
    _, after = await writes(smile, "hello again")

    assert by_text == []
    assert by_chat
    assert "911" in emergency[0]
    assert Reason.PAUSED in paused
    assert after
    async with smile.storage.practice(SMILE_ID) as db:
        audited = await db.all(
            "select what from audit_event where what = any(%s) order by at",
            ([Happened.ASSISTANT_PAUSED.code, Happened.ASSISTANT_RESUMED.code],),
        )
        steps = await decisions(db, thread)
    assert [row["what"] for row in audited] == [Happened.ASSISTANT_PAUSED.code, Happened.ASSISTANT_RESUMED.code]
    assert len(steps) == 3


async def test_a_pause_ends_by_itself_and_a_new_one_begins_anew(smile: Frontdesk) -> None:
    now = smile.clock.now()
    hour = timedelta(hours=1)
    async with smile.storage.practice(SMILE_ID) as db:
        await pause(db, None, until=now + hour, now=now)
        while_it_holds = await pauses(db, now=now)
        after = await pauses(db, now=now + hour)
        await pause(db, None, until=None, now=now + 2 * hour)
        anew = await pauses(db, now=now + 2 * hour)
        await resume(db, None, now=now + 3 * hour)
        gone = await resume(db, None, now=now + 3 * hour)

    assert [(one.channel, one.since, one.until) for one in while_it_holds] == [(None, now, now + hour)]
    assert after == []
    assert [(one.since, one.until) for one in anew] == [(now + 2 * hour, None)]
    assert not gone


async def at_noon(desk: Frontdesk, *, minutes: int = 0) -> Frontdesk:
    """The desk on a Wednesday at noon, when people answer texts first."""
    practice = replace(await desk.practice(SMILE_ID), coverage={ChannelKind.SMS: AnswersWhen.OVERFLOW})
    clock = VirtualClock(at=NOON + timedelta(minutes=minutes))
    await apply_practice(desk.storage, practice, [], now=clock.at)
    reception = Reception(
        desk.storage,
        desk.practices,
        clock,
        uuid4,
        desk.system_of,
        understand=Engine(understand).understand,
        public_url="https://desk.example.com",
    )
    return replace(desk, clock=clock, reception=reception)


async def answers_now(desk: Frontdesk, thread: ConversationId) -> list[str]:
    """What the assistant has said in all, once every job that is due was done."""
    async with desk.storage.practice(SMILE_ID) as db:
        due = await conversations.conversations_overlooked(db, before=NOON - timedelta(days=1), now=desk.clock.now())
    for one in due:
        await desk.reception.answer(SMILE_ID, one)
    async with desk.storage.practice(SMILE_ID) as db:
        return [one.text for one in await conversations.messages(db, thread) if one.author is Author.ASSISTANT]


async def test_people_answer_first_and_the_assistant_when_they_do_not(smile: Frontdesk) -> None:
    noon = await at_noon(smile)
    thread, at_once = await writes(noon, "I'd like a Botox consultation")
    waiting = await open_reasons(noon)
    too_early = await answers_now(await at_noon(smile, minutes=2), thread)
    later = await at_noon(smile, minutes=4)
    in_time = await answers_now(later, thread)
    _, goes_on = await writes(later, "first time")

    assert at_once == too_early == []
    assert Reason.OVERFLOW in waiting
    assert len(in_time) == 1
    assert Reason.OVERFLOW not in await open_reasons(noon)
    assert goes_on


async def test_the_assistant_keeps_out_where_a_person_answered_in_time(smile: Frontdesk) -> None:
    noon = await at_noon(smile)
    practice = await noon.practice(SMILE_ID)
    thread, _ = await writes(noon, "I'd like a Botox consultation")
    await take_over(noon.storage, practice, thread, now=noon.clock.now())
    await write(noon.storage, practice, thread, "Dana here.", message=uuid4(), now=noon.clock.now())

    later = await at_noon(smile, minutes=10)

    assert await answers_now(later, thread) == []
    assert Reason.HELD not in await open_reasons(later)


async def test_an_emergency_waits_for_nobody(smile: Frontdesk) -> None:
    _, said = await writes(await at_noon(smile), "I have chest pain and can't breathe")

    assert "911" in said[0]
