"""A catalogue is checked whole when it is loaded."""

from pathlib import Path

import pytest

from frontdesk.domain.faults import Impossible
from frontdesk.language import catalogue
from frontdesk.language.catalogue import read_catalogue

ENGLISH = (Path(catalogue.__file__).parent / "en.yaml").read_text(encoding="utf-8")


def test_a_missing_text_is_named() -> None:
    text = ENGLISH.replace("ask_email:", "ask_mail:")

    with pytest.raises(Impossible, match=r"en\.yaml: ask_email is missing; ask_mail is known to no reply"):
        read_catalogue(text, name="en.yaml")


def test_a_text_that_asks_for_what_nobody_fills_in_is_named() -> None:
    text = ENGLISH.replace("How can I help you today?", "How can I help you, {given}?")

    with pytest.raises(Impossible, match="ask_how_to_help asks for given; it may use nothing"):
        read_catalogue(text, name="en.yaml")


def test_a_list_of_the_wrong_length_is_named() -> None:
    text = ENGLISH.replace("Saturday, Sunday]", "Saturday]")

    with pytest.raises(Impossible, match="weekdays needs a list of 7 words"):
        read_catalogue(text, name="en.yaml")


@pytest.mark.parametrize(
    ("choices", "told"),
    [([], ""), (["A"], "A"), (["A", "B"], "A or B"), (["A", "B", "C"], "A, B, or C")],
)
def test_choices_are_joined_as_people_say_them(choices: list[str], told: str) -> None:
    assert read_catalogue(ENGLISH, name="en.yaml").either(choices) == told
