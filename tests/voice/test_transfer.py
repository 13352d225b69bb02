"""A caller is put through to a person, over the carrier's own requests; whatever breaks off, nothing is lost."""

import asyncio
import json
from dataclasses import replace
from datetime import time

import pytest
from tests.voice.conftest import CALLER, a_call
from tests.web.conftest import Running

from frontdesk.dialogue.effects import Reason
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.time import DayTime
from frontdesk.domain.transfer import Transfer, TransferHours
from frontdesk.proving.phone.carrying import Dialled, NotTaken
from frontdesk.proving.phone.exchange import Callee, HungUp, Rejoined, after_stream
from frontdesk.reception.calling import Call, Spoken
from frontdesk.storage.calls import Stage, read_call
from frontdesk.storage.conversations import find_open, messages
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.tasks import Task, open_tasks
from frontdesk.voice.holding import models_of

ANN, BEA = "+15125550190", "+15125550191"
EVENING = TransferHours(during=DayTime(start=time(20), end=time(23)))


@pytest.fixture
async def staffed(telephone: Running) -> Running:
    """The same desk, with two people who can be put through to until 23:00."""
    practice = replace(telephone.practice, transfer=Transfer(numbers=(ANN, BEA), hours=(EVENING,), rings=3))
    await apply_practice(telephone.desk.storage, practice, [], now=telephone.desk.clock.now())
    return replace(telephone, practice=practice)


async def asked_for_a_person(staffed: Running) -> tuple[Dialled, Spoken]:
    """A call in which somebody was asked for, as far as the moment at which its stream is closed."""
    call = a_call(staffed)
    of = Call(id=call.call, caller=call.caller, carrier="local", number=call.number)
    greeting = await staffed.desk.calls.pick_up(staffed.practice.id, of)
    assert isinstance(greeting, Spoken)
    said = await staffed.desk.calls.answer(
        staffed.practice.id, greeting.conversation, "Can I talk to a person?", turn=f"{call.call}:1"
    )
    return call, said


async def the_task(staffed: Running) -> Task:
    async with staffed.desk.storage.practice(staffed.practice.id) as db:
        [task] = [one for one in await open_tasks(db) if one.reason == Reason.ASKED]
    return task


async def stage(staffed: Running, call: Dialled) -> Stage:
    async with staffed.desk.storage.practice(staffed.practice.id) as db:
        known = await read_call(db, call.call)
    assert known is not None
    return known.stage


async def said_last(staffed: Running, conversation: ConversationId) -> str:
    async with staffed.desk.storage.practice(staffed.practice.id) as db:
        return [one.text for one in await messages(db, conversation) if one.author is Author.ASSISTANT][-1]


async def test_the_caller_hears_that_they_are_put_through_and_a_task_stands_until_they_are(staffed: Running) -> None:
    call, said = await asked_for_a_person(staffed)

    assert said.through
    assert said.sentences == ("I'm putting you through to our team now.", "One moment, please.")
    assert await stage(staffed, call) is Stage.WANTED
    assert not (await the_task(staffed)).urgent


async def test_who_takes_the_call_has_it_and_the_task_is_done(staffed: Running) -> None:
    call, said = await asked_for_a_person(staffed)
    ann = Callee()

    became = await after_stream(call, {ANN: ann, BEA: Callee()})

    assert became == HungUp(spoke_with=ANN)
    assert ann.rang_for == 18
    assert len(ann.heard) == 2
    models = await asyncio.to_thread(models_of, staffed.desk.settings)
    rings, brief = (models.ear.heard(_narrow(one), staffed.practice.name).text.lower() for one in ann.heard)
    assert "press" in rings
    assert "person" in brief
    async with staffed.desk.storage.practice(staffed.practice.id) as db:
        assert [one for one in await open_tasks(db) if one.conversation == said.conversation] == []
        assert await find_open(db, ChannelKind.VOICE, CALLER) is None
    assert await stage(staffed, call) is Stage.OVER


@pytest.mark.parametrize("bea", [Callee(picks_up=False), Callee(presses=None), Callee(presses="9")])
async def test_when_nobody_takes_it_the_assistant_has_the_caller_back_and_says_when_they_are_called(
    staffed: Running, bea: Callee
) -> None:
    call, said = await asked_for_a_person(staffed)

    became = await after_stream(call, {ANN: Callee(picks_up=False), BEA: bea})

    assert isinstance(became, Rejoined)
    back = await staffed.desk.calls.pick_up(staffed.practice.id, Call(id=call.call, caller=call.caller))
    assert isinstance(back, Spoken)
    assert (back.conversation, back.returns, back.through) == (said.conversation, 1, False)
    assert back.sentences[1] == "I've passed it on, and a person will call you back by Wednesday, May 27 at 10 AM."
    task = await the_task(staffed)
    assert (task.urgent, task.times) == (True, 2)
    again = await staffed.desk.calls.answer(
        staffed.practice.id, back.conversation, "Do you have parking?", turn=f"{call.call}:1.1"
    )
    assert not again.through
    assert "parking" in " ".join(again.sentences).lower()


async def test_who_hangs_up_while_it_rings_is_called_back(staffed: Running) -> None:
    call, said = await asked_for_a_person(staffed)

    became = await after_stream(call, {ANN: Callee(), BEA: Callee()}, hangs_up=True)

    assert became == HungUp(spoke_with=None)
    assert (await the_task(staffed)).conversation == said.conversation
    assert await stage(staffed, call) is Stage.OVER


async def test_who_says_more_before_they_are_put_through_stays(staffed: Running) -> None:
    call, said = await asked_for_a_person(staffed)

    more = await staffed.desk.calls.answer(
        staffed.practice.id, said.conversation, "Oh, do you have parking?", turn=f"{call.call}:2"
    )

    assert not more.through
    assert await stage(staffed, call) is Stage.TALKING
    assert (await the_task(staffed)).conversation == said.conversation


async def test_a_line_to_us_that_broke_is_joined_again_and_goes_on_where_it_was(staffed: Running) -> None:
    call = a_call(staffed)
    of = Call(id=call.call, caller=call.caller)
    greeting = await staffed.desk.calls.pick_up(staffed.practice.id, of)
    assert isinstance(greeting, Spoken)
    await staffed.desk.calls.answer(
        staffed.practice.id, greeting.conversation, "I'd like to book a Botox consultation", turn=f"{call.call}:1"
    )

    became = await after_stream(call, {})
    back, again = [await staffed.desk.calls.pick_up(staffed.practice.id, of) for _ in range(2)]

    assert isinstance(became, Rejoined)
    assert isinstance(back, Spoken)
    assert back.conversation == greeting.conversation
    assert back.sentences[0] == "Sorry, the line broke for a moment."
    assert back.sentences[-1] == "Have you been to Smile Aesthetics before?"
    assert not isinstance(again, Spoken)


async def test_a_carrier_that_asks_twice_is_told_the_same(staffed: Running) -> None:
    call, _ = await asked_for_a_person(staffed)
    through, practice = staffed.desk.putting_through, staffed.practice.id

    dials = [await through.stream_ended(practice, call.call, gone=False) for _ in range(2)]
    next_, last = [await through.dial_ended(practice, call.call, joined=False, gone=False) for _ in range(2)]
    again = await through.dial_ended(practice, call.call, joined=False, gone=False)

    assert dials[0] == dials[1]
    assert dials[0] != next_
    assert last == again
    assert (await the_task(staffed)).times == 2


async def test_nobody_takes_a_call_that_does_not_ring_for_them(staffed: Running) -> None:
    call, said = await asked_for_a_person(staffed)
    through, practice = staffed.desk.putting_through, staffed.practice.id

    assert await through.rings(practice, call.call, "CA" + "1" * 32) is None
    await through.stream_ended(practice, call.call, gone=False)
    assert await through.rings(practice, call.call, "CA" + "1" * 32) == said.conversation
    assert await through.took(practice, call.call, "CA" + "2" * 32) is None
    assert await through.took(practice, call.call, "CA" + "1" * 32) == said.conversation


async def test_at_other_hours_a_person_answers_afterwards(staffed: Running) -> None:
    early = replace(staffed.practice.transfer, hours=(TransferHours(during=DayTime(start=time(8), end=time(20))),))
    practice = replace(staffed.practice, transfer=early)
    await apply_practice(staffed.desk.storage, practice, [], now=staffed.desk.clock.now())

    _, said = await asked_for_a_person(staffed)

    assert not said.through
    assert said.sentences[0] == "Of course."
    assert (await the_task(staffed)).conversation == said.conversation


async def test_what_follows_is_told_to_the_carrier_alone(staffed: Running) -> None:
    call, _ = await asked_for_a_person(staffed)

    with pytest.raises(NotTaken, match="403"):
        await after_stream(replace(call, token="somebody else's"), {})
    assert await stage(staffed, call) is Stage.WANTED


def _narrow(wav: bytes) -> bytes:
    """The samples of a WAV as the desk makes them."""
    assert wav[:4] == b"RIFF"
    return wav[44:]


async def test_each_step_is_in_the_audit(staffed: Running) -> None:
    call, _ = await asked_for_a_person(staffed)
    await after_stream(call, {ANN: Callee(picks_up=False), BEA: Callee()})

    async with staffed.desk.storage.practice(staffed.practice.id) as db:
        rows = await db.all(
            "select detail from audit_event where practice_id = %s and what = %s",
            (staffed.practice.id, Happened.CALL_PUT_THROUGH.code),
        )
    assert sorted(json.loads(row["detail"])["codes"]["stage"] for row in rows) == [
        "dialling",
        "dialling",
        "with-a-person",
    ]
