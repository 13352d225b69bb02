"""Stored conversations with the code at hand: the same code changes nothing, another text or rule shows."""

from dataclasses import replace

import pytest

from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.understanding import understand
from frontdesk.reception.replay import Replayed, replay
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage.conversations import Conversation, read_conversation
from frontdesk.storage.decisions import Decided, decisions
from frontdesk.wiring import Frontdesk, book_of_rules

BOOK = book_of_rules()

SAID = (
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Thursday or Friday after 3",
    "the first one",
    "is parking free?",
    "Maria Gonzalez, this number is fine",
    "maria@example.com",
    "yes please",
    "STOP",
)
Stored = tuple[Practice, Conversation, list[Decided]]


@pytest.fixture
async def stored(smile: Frontdesk) -> Stored:
    """A conversation from the first word to a visit that stands, as it was kept."""
    for text in SAID:
        received = await smile.reception.receive(SMILE_ID, ChannelKind.SMS, "+15125550147", text, provider_id=None)
        await smile.reception.answer(SMILE_ID, received.conversation)
    async with smile.storage.practice(SMILE_ID) as db:
        thread = await read_conversation(db, received.conversation)
        told = await decisions(db, received.conversation)
    assert thread is not None
    return await smile.practice(SMILE_ID), thread, told


async def again(stored: Stored, practice: Practice | None = None, told: list[Decided] | None = None) -> Replayed:
    return await replay(
        practice or stored[0],
        stored[1],
        told or stored[2],
        rules=understand,
        disclosed=BOOK.disclosed,
        meant=BOOK.meant,
    )


async def test_the_same_code_says_and_does_the_same_and_another_shows(stored: Stored) -> None:
    practice, _, told = stored
    effects = [effect["effect"] for one in told if one.why for effect in one.why.effects]

    same = await again(stored)
    renamed = await again(stored, replace(practice, assistant="Bea"))
    older = replace(told[1], replies=(replace(told[1].replies[0], text="When would you like to come?"),))
    reworded = await again(stored, told=[told[0], older, *told[2:]])
    wanted_less = await again(stored, replace(practice, services=practice.services[1:], knowledge=()))

    assert effects == ["find_slots", "hold_slot", "book_visit", "send_invitation", "open_intake", "record_consent"]
    assert same == Replayed(messages=len(SAID), passed_over=0, changes=())
    assert {change.of for change in renamed.changes} == {"reply"}
    assert [(change.message, change.of) for change in reworded.changes] == [(told[1].message.id, "reply")]
    assert {"acts", "reply"} <= {change.of for change in wanted_less.changes}


async def test_another_effect_than_then_is_told_and_what_would_follow_is_left_open(stored: Stored) -> None:
    _, _, told = stored
    why = told[2].why
    assert why is not None
    asked = {**why.effects[0], "asked": {**why.effects[0]["asked"], "service": "another"}}  # type: ignore[dict-item]

    replayed = await again(stored, told=[replace(told[2], why=replace(why, effects=[asked]))])

    assert [change.of for change in replayed.changes] == ["effect"]


async def test_what_an_earlier_version_kept_is_passed_over(stored: Stored) -> None:
    _, _, told = stored
    why = told[0].why
    assert why is not None

    replayed = await again(stored, told=[replace(told[0], why=replace(why, before=None, at=None))])

    assert replayed == Replayed(messages=0, passed_over=1, changes=())
