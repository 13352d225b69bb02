"""What the kinds of meaning share of a message."""

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import Book, Cancel, ConfirmBy, GiveName, Greet
from frontdesk.dialogue.state import Ask
from frontdesk.language.hearing.listening import LIKELY, Listening
from frontdesk.language.script import BARRIER, script


def a_listening(text: str, *, asked: Ask | None = None) -> Listening:
    return Listening(script(text), a_context(asked=asked))


def test_taken_words_are_blocked_out_of_the_rest_each_time_more_are_taken() -> None:
    listening = a_listening("hi you two")

    before = listening.rest
    listening.hear(Greet(), (0, 2))
    once = listening.rest
    listening.taken += [(3, 6)]

    assert (before, once) == ("hi you two", f"{BARRIER * 2} you two")
    assert listening.rest == f"{BARRIER * 2} {BARRIER * 3} two"


def test_words_that_others_may_read_too_are_left() -> None:
    listening = a_listening("book me in")

    listening.hear(Book(), (0, 4), take=False)

    assert listening.rest == "book me in"
    assert listening.has(Cancel, Book)
    assert not listening.has(Cancel)


@pytest.mark.parametrize(("sure", "confirm"), [(LIKELY, ConfirmBy.READ_BACK), (0.9, ConfirmBy.NOTHING)])
def test_a_detail_that_is_not_certain_is_read_back(sure: float, confirm: ConfirmBy) -> None:
    listening = a_listening("nora pell")

    listening.hear(GiveName(given="Nora", family="Pell"), (0, 9), sure)

    assert listening.heard[0].confirm_by is confirm


def test_the_words_of_an_act_are_quoted_without_accents() -> None:
    listening = a_listening("José, sí")

    listening.hear(Greet(), (0, 4))

    assert listening.said(listening.heard[0]) == "jose"


def test_a_visit_is_being_arranged_once_its_time_is_asked() -> None:
    assert a_listening("tuesday").nothing_arranged
    assert not a_listening("tuesday", asked=Ask.TIME).nothing_arranged
