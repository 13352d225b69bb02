"""Every reason has words in every language, and the facts gathered are told with it."""

from datetime import date

import pytest
from tests.clinic import BOTOX, NOW, a_practice, a_slot

from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.handing_over import story_of
from frontdesk.dialogue.state import Known, State
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.catalogue import LANGUAGES
from frontdesk.language.handing_over import handed_over, known_reasons

REASONS = {value for name, value in vars(Reason).items() if name.isupper()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_summary_and_a_next_step(language: str) -> None:
    missing = REASONS - known_reasons(language)

    assert missing == set(), f"add them to language/catalogue/handing_over_{language}.yaml"


def test_every_language_knows_the_same_reasons() -> None:
    assert known_reasons("en") == known_reasons("es")


@pytest.mark.parametrize(
    ("language", "summary", "wish"),
    [
        ("en", "Maria Gonzalez: asked to speak with a person. It came up 3 times.", "Thursday, May 28"),
        ("es", "Maria Gonzalez: pidió hablar con una persona. Surgió 3 veces.", "jueves 28 de mayo"),
    ],
)
def test_the_facts_gathered_are_told(language: str, summary: str, wish: str) -> None:
    day = date(2026, 5, 28)
    known = Known(
        service=BOTOX,
        wish=Wish(windows=(Window(first=day, last=day),)),
        slot=a_slot(),
        given="Maria",
        family="Gonzalez",
        birth_date=date(1990, 2, 3),
        first_visit=True,
    )
    story = story_of(State(known=known, address="+15125550147", flow="booking"), said="a person please")

    told = handed_over(Reason.ASKED, story, a_practice(), language=language, now=NOW, times=3)

    values = [value for _, value in told.facts]
    assert told.summary == summary
    assert told.next_step
    for fact in ("“a person please”", "Botox consultation", "1990-02-03", "+15125550147", "Maria Gonzalez"):
        assert fact in values
    assert any(wish in value for value in values)


def test_what_is_on_no_list_is_told_as_it_is() -> None:
    told = handed_over("a message by email could not be delivered", None, a_practice(), language="en", now=NOW)

    assert told.summary == "Somebody: a message by email could not be delivered."
    assert told.facts == ()
