"""What a reply sounds like."""

import pytest

from frontdesk.language.aloud import aloud


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Hi, this is Ava. I have Thursday, May 28 at 12:00 PM or 4:30 PM, both with Kim. Which works better?",
            ["Hi, this is Ava.", "I have Thursday, May 28 at 12 PM or 4:30 PM, both with Kim.", "Which works better?"],
        ),
        ("You see Dr. Lee at 1:00 PM.", ["You see Dr. Lee at 1 PM."]),
        ("It is (512) 555-0147.", ["It is 5 1 2, 5 5 5, 0 1 4 7."]),
        ("It is +1 512-555-0147.", ["It is 5 1 2, 5 5 5, 0 1 4 7."]),
        ("1 Test Street, Austin, TX 78701", ["1 Test Street, Austin, TX 7 8 7 0 1"]),
        ("Please call 911 now.", ["Please call 9 1 1 now."]),
        ("It's $911, for 911.50 or 988%.", ["It's $911, for 911.50 or 988%."]),
        ("Is it ana.ruiz@example.com?", ["Is it ana dot ruiz at example dot com?"]),
    ],
)
def test_words_become_what_a_person_would_say(text: str, sentences: list[str]) -> None:
    assert list(aloud(text, "en").sentences) == sentences


def test_a_link_is_not_read_out() -> None:
    said = aloud("You're booked!\nPlease fill in the form:\nhttps://desk.example.com/intake/abc\nSee you!", "en")

    assert said.sentences == ("You're booked!", "Please fill in the form.", "See you!")
    assert said.links == ("https://desk.example.com/intake/abc",)


def test_spanish_has_its_own_words_for_signs() -> None:
    said = aloud("¿Es ana@example.com? ¡Gracias!", "es")

    assert said.sentences == ("¿Es ana arroba example punto com?", "¡Gracias!")
