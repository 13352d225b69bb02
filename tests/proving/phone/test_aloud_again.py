"""Times and days in the desk's speech, as it was transcribed back."""

import pytest

from frontdesk.proving.phone.aloud_again import HeardBack, plain_words, spoken_wrong, stretches, times_told
from frontdesk.proving.phone.carrying import PIECE, QUIET

SOUND = bytes([0x10]) * PIECE


@pytest.mark.parametrize(
    "words",
    ["Thursday, May 28 at 4:30 PM with Dana", "thursday may 28th at 4.30 p.m.", "Thursday May 28 at 430 pm."],
)
def test_the_same_time_is_told_however_it_was_written_down(words: str) -> None:
    assert set(times_told(words)) == {"16:30", "5-28", "thursday"}


def test_full_hours_noon_and_prices() -> None:
    assert times_told("at two PM or noon") == ["14:00", "12:00"]
    assert times_told("It is $199, 1840 Larkspur Lane") == []
    assert plain_words("That's M, A.") == ["thats", "m", "a"]


def test_a_caller_who_cannot_hear_when_they_are_booked_is_a_fault() -> None:
    def back(text: str, *missing: str) -> HeardBack:
        return HeardBack(text=text, transcript="Your book.", told=1, missing=missing, words=2, words_heard=1)

    assert list(spoken_wrong([back("You're booked! At 4:30 PM.", "16:30")], "")) == [
        "in the desk's speech 16:30 is not heard"
    ]
    assert list(spoken_wrong([back("I have 4:30 PM or 5 PM.", "16:30")], "")) == []
    assert list(spoken_wrong([back("Parking is free.")], "parking")) == ["in the desk's speech /parking/ is not heard"]


def test_long_speech_is_divided_where_it_rests_and_nothing_of_it_is_lost() -> None:
    sentence = SOUND * 500  # ten seconds
    ulaw = QUIET * 20 + sentence + QUIET * 40 + sentence + QUIET * 40 + sentence + QUIET * 9

    parts = list(stretches(ulaw))

    assert len(parts) == 2
    assert b"".join(parts) == ulaw[20 * PIECE : -9 * PIECE]
    assert len(list(stretches(ulaw, longest=0))) == 3
    assert list(stretches(QUIET * 50)) == []
