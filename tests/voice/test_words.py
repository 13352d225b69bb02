"""What may be said, what was said twice, and where a long sentence is begun before its end is made."""

from uuid import uuid4

import pytest
from tests.clinic import NOW, a_practice

from frontdesk.dialogue.acts import ConfirmBy
from frontdesk.dialogue.state import Ask, Doubt, Part
from frontdesk.domain.ids import ConversationId
from frontdesk.reception.calling import Spoken
from frontdesk.voice.hearing import said_once
from frontdesk.voice.holding import voiced
from frontdesk.voice.receptionist import pieces
from frontdesk.voice.words import hints_for, likely


def test_the_ear_is_told_what_the_practice_has_and_how_an_answer_looks() -> None:
    [words] = hints_for(a_practice(), Ask.FIRST_VISIT)

    assert words.startswith("Test Clinic. Botox consultation, Laser hair removal, Dana Whitfield")
    assert words.endswith("No, it's my first time.")


def test_where_a_detail_is_asked_for_no_name_is_told_that_could_be_heard_in_its_place() -> None:
    assert hints_for(a_practice(), Ask.PHONE) == ("512-555-0147.",)


def test_letters_are_told_in_each_of_the_ways_in_which_they_are_said() -> None:
    hints = hints_for(a_practice(), Ask.NAME, Doubt(part=Part.NAME, by=ConfirmBy.SPELL))

    assert any("B as in boy" in hint for hint in hints)
    assert any("Tango" in hint for hint in hints)


def test_what_most_callers_are_asked_is_made_ahead_as_it_is_said() -> None:
    sentences = likely(a_practice(), language="en", now=NOW)

    assert sentences[:3] == [
        "Happy to help with your Botox consultation.",
        "Have you been to Test Clinic before?",
        "Happy to help with your Laser hair removal.",
    ]
    assert "Which days or times work best for you?" in sentences
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Thursday afternoon, Thursday afternoon.", "Thursday afternoon"),
        ("No? No? No? No?", "No"),
        ("Yes, please.", "Yes, please."),
        ("5, 5, 5.", "5, 5, 5."),
        ("no it is not", "no it is not"),
    ],
)
def test_what_the_model_repeats_was_said_once(text: str, once: str) -> None:
    assert said_once(text) == once


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("You're booked!", ["You're booked!"]),
        (
            "I have Thursday, May 28 at 12 PM or Thursday, May 28 at 4:30 PM, both with Kim.",
            ["I have Thursday, May 28 at 12 PM", "or Thursday, May 28 at 4:30 PM, both with Kim."],
        ),
        (
            "Let me check: Botox consultation, Thursday, May 28 at 4:30 PM with Kim.",
            ["Let me check:", "Botox consultation, Thursday, May 28 at 4:30 PM with Kim."],
        ),
        (
            "Parking is free, in front of the building and in the garage behind it.",
            ["Parking is free,", "in front of the building and in the garage behind it."],
        ),
        ("Which one would you like: the first or a?", ["Which one would you like: the first or a?"]),
    ],
)
def test_a_long_first_sentence_is_said_in_breaths(sentence: str, parts: list[str]) -> None:
    assert [part for _, part in pieces((sentence,))] == parts
    assert [part for _, part in pieces(("You're booked!", sentence))] == ["You're booked!", *parts]
    said = "Happy to help with your Botox consultation."
    assert [part for _, part in pieces((said, sentence))] == [said, sentence]


def test_a_reply_in_a_language_without_a_voice_is_not_spoken_and_says_what_to_do() -> None:
    spanish = Spoken(conversation=ConversationId(uuid4()), sentences=("¿En qué le ayudo?",), language="es", asked=None)

    said = voiced(spanish, "call_no_voice", speak=frozenset({"en"}), voice="en")

    assert said.sentences[0] == "I can only speak English on the phone."
    assert "send a text to this number" in said.sentences[1]
    assert said.language == "en"
    assert voiced(spanish, "call_no_voice", speak=frozenset({"es"}), voice="es") is spanish
