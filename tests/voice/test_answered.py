"""A turn that has answered what was asked is not waited for as long as one that goes on."""

import asyncio
import time

import pytest
from pipecat.frames.frames import TranscriptionFrame, VADUserStartedSpeakingFrame, VADUserStoppedSpeakingFrame
from tests.clinic import NOW

from frontdesk.dialogue.state import Ask, Doubt, Part
from frontdesk.language.whole_answers import is_whole_answer
from frontdesk.sample.practice import smile
from frontdesk.voice.answered import ANSWERED, AnsweredTurnStopStrategy


@pytest.mark.parametrize(
    ("asked", "text", "whole"),
    [
        (Ask.NAME_AND_PHONE, "My name is Maria Lopez, and yes, it is.", True),
        (Ask.NAME_AND_PHONE, "My name is Maria", False),
        (Ask.NAME_AND_PHONE, "My name is Maria Lopez.", False),
        (Ask.FIRST_VISIT, "No, it's my first time.", True),
        (Ask.AGREED, "Yes, please.", True),
        (Ask.AGREED, "Yes, but on Friday.", False),
        (Ask.AGREED, "No.", False),
        (Ask.EMAIL, "No e-mail, thank you.", True),
        (Ask.TIME, "On Thursday.", False),
        (Ask.HOW_CAN_I_HELP, "I'd like to book a facial.", False),
        (None, "Yes.", False),
    ],
)
def test_an_answer_is_whole_where_nothing_of_it_is_missing(asked: Ask | None, text: str, whole: bool) -> None:
    assert is_whole_answer(text, smile(), asked, language="en", doubt=None, now=NOW) is whole


def test_a_yes_to_what_was_read_back_is_whole_and_a_no_goes_on() -> None:
    doubt = Doubt(part=Part.NAME)

    def whole(text: str) -> bool:
        return is_whole_answer(text, smile(), Ask.DETAIL_RIGHT, language="en", doubt=doubt, now=NOW)

    assert whole("Yes, that's right.")
    assert not whole("No.")


async def stopped_after(*frames: object, answers: bool, waits: float) -> float | None:
    """Seconds from the pause until the turn was ended; None: it was not, within so many."""
    strategy = AnsweredTurnStopStrategy(lambda _: answers, noticed=0.35)
    ended = asyncio.Event()

    async def end(*_: object) -> None:
        ended.set()

    strategy.add_event_handler("on_user_turn_stopped", end)
    began = time.monotonic()
    for frame in frames:
        await strategy.process_frame(frame)  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(waits):
            await ended.wait()
    except TimeoutError:
        return None
    finally:
        await strategy.cleanup()
    return time.monotonic() - began


PAUSE = VADUserStoppedSpeakingFrame(stop_secs=0.35)
WORDS = TranscriptionFrame(text="Yes, please.", user_id="", timestamp="", finalized=True)


async def test_the_turn_ends_once_it_was_quiet_for_long_enough_after_an_answer() -> None:
    took = await stopped_after(PAUSE, WORDS, answers=True, waits=5)

    assert took is not None
    assert took >= ANSWERED - 0.35 - 0.01


async def test_nothing_ends_while_somebody_speaks_on_or_has_not_answered() -> None:
    assert await stopped_after(PAUSE, WORDS, answers=False, waits=0.7) is None
    assert await stopped_after(PAUSE, WORDS, VADUserStartedSpeakingFrame(), answers=True, waits=0.7) is None
