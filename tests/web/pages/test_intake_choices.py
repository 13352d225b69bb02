"""A choice is recorded with the words that stood beside its box."""

from uuid import UUID

import pytest
from tests.clinic import NOW

from frontdesk.domain.consent import Source, Use
from frontdesk.web.catalogue import LANGUAGES, words_in
from frontdesk.web.pages.intake_choices import choices, choices_made

FORM = UUID(int=7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_ticked_is_recorded_as_it_was_shown(language: str) -> None:
    words = words_in(language)

    made = choices_made({"allow_calls": "yes", "given": "Robin"}, FORM, words, "Test Clinic", now=NOW)

    assert [(one.use, one.allowed, one.source) for one in made] == [(Use.CALLS, True, Source.FORM)]
    assert made[0].shown == choices(words, "Test Clinic")["allow_calls"]
    assert "Test Clinic" in made[0].shown
    assert made[0].wording == f"intake.allow_calls {language}"


def test_a_form_without_a_tick_allows_and_takes_back_nothing() -> None:
    assert choices_made({}, FORM, words_in("en"), "Test Clinic", now=NOW) == []
