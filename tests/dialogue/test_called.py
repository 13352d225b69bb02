"""Whoever picks up a call of the desk's hears what it is about only once they say that it is for them."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.language.a_practice import THURSDAY_SIX, TUESDAY_NIGHT, a_context, an_appointment

from frontdesk.dialogue.acts import Act
from frontdesk.dialogue.effects import FindReminded, Reason, RemindedFound, TellStaff
from frontdesk.dialogue.policy import decide, settle
from frontdesk.dialogue.says import (
    AskRightPerson,
    SayAutomated,
    SayCallsEnded,
    SayChangedSince,
    SayConfirmed,
    SayNotThem,
    SayReminder,
)
from frontdesk.dialogue.state import Ask, Called, State
from frontdesk.dialogue.step import Step
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.language.understanding import understand
from frontdesk.reception.consenting import with_consent
from frontdesk.wiring import book_of_rules

MARIA = Patient(id=PatientId(UUID(int=71)), given="Maria", family="Gonzalez", phone="+15125550147")
CALLED = State(address=MARIA.phone, greeted=True, asked=Ask.RIGHT_PERSON, by_ear=True, called=Called(given="Maria"))
VISIT = an_appointment(THURSDAY_SIX)
BOOK = book_of_rules()


def heard(state: State, words: str, *, language: str = "en") -> list[Act]:
    context = replace(a_context(asked=state.asked), by_ear=True, called="Maria", language=language)
    meant = BOOK.meant(words, context.practice, ChannelKind.VOICE, TUESDAY_NIGHT)
    return [one.act for one in with_consent(understand(words, context), meant, context)]


def answered(words: str, *, state: State = CALLED, language: str = "en") -> Step:
    return decide(state, heard(state, words, language=language), now=TUESDAY_NIGHT)


@pytest.mark.parametrize(
    "words",
    [
        "Yes.",
        "Yes, this is she.",
        "Speaking.",
        "This is her.",
        "That's me.",
        "Yeah, who's this?",
        "1",
        "This is Maria.",
    ],
)
def test_who_says_that_it_is_them_has_their_visits_looked_up(words: str) -> None:
    step = answered(words)

    assert step.effects == (FindReminded(),)
    assert step.says == ()


@pytest.mark.parametrize("words", ["Sí, soy yo, dígame.", "Ella habla.", "Soy ella.", "Soy María.", "Sí."])
def test_it_is_understood_in_spanish(words: str) -> None:
    assert answered(words, language="es").effects == (FindReminded(),)


@pytest.mark.parametrize(
    "words",
    [
        "No.",
        "She's not here right now.",
        "No, this is her husband.",
        "She's at work.",
        "2",
        "Not here.",
    ],
)
def test_whoever_else_picks_up_is_told_nothing_and_the_call_ends(words: str) -> None:
    step = answered(words)

    assert not any(isinstance(effect, FindReminded) for effect in step.effects)
    assert step.says == (SayNotThem(),)
    assert step.state.called is not None
    assert step.state.called.hangs_up


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Yes, hold on, I'll get her.", "en"),
        ("Sure, let me get her.", "en"),
        ("Okay, I'll pass you over.", "en"),
        ("Yes, Maria is here, I'll hand her the phone.", "en"),
        ("Yeah, she lives here.", "en"),
        ("Yes, she's my wife.", "en"),
        ("I can take a message for Maria.", "en"),
        ("Yes, I'll let her know.", "en"),
        ("Yes, she passed away.", "en"),
        ("Yes, this is Maria's phone.", "en"),
        ("Yes, this is the Gonzalez residence.", "en"),
        ("Sí, yo le digo.", "es"),
        ("Sí, un momento, se la paso.", "es"),
        ("Sí, aquí está.", "es"),
    ],
)
def test_a_yes_that_may_be_somebody_elses_tells_nothing_and_it_is_asked_again(words: str, language: str) -> None:
    waits = answered(words, language=language)
    comes = answered("Yes, speaking." if language == "en" else "Sí, soy yo.", state=waits.state, language=language)

    assert (waits.effects, waits.says) == ((), (AskRightPerson(given="Maria"),))
    assert comes.effects == (FindReminded(),)


@pytest.mark.parametrize("words", ["Yes, this is her husband.", "Yes, I'm her daughter.", "This is her mom."])
def test_a_relative_who_says_yes_is_told_nothing(words: str) -> None:
    assert answered(words).says == (SayNotThem(),)


@pytest.mark.parametrize("words", ["This is her speaking.", "Yes, this is she, how can I help you?"])
def test_who_says_she_of_herself_is_them_and_in_no_danger(words: str) -> None:
    assert answered(words).effects == (FindReminded(),)


def test_another_name_is_asked_about_once_more() -> None:
    step = answered("This is John.")

    assert (step.effects, step.says) == ((), (AskRightPerson(given="Maria"),))


def test_who_asks_what_it_is_about_is_asked_whether_it_is_them() -> None:
    step = answered("What is this about?")

    assert step.says == (AskRightPerson(given="Maria", why=True),)
    assert step.state.asked is Ask.RIGHT_PERSON


def test_who_asks_who_calls_is_told_that_it_is_no_person() -> None:
    step = answered("Who is this?")

    assert step.says == (SayAutomated(), AskRightPerson(given="Maria"))


def test_who_never_says_is_let_go_after_two_more_questions() -> None:
    first = answered("Hello?")
    second = answered("Hello?", state=first.state)
    third = answered("Hello?", state=second.state)

    assert [first.says, second.says, third.says] == [
        (AskRightPerson(given="Maria"),),
        (AskRightPerson(given="Maria"),),
        (SayNotThem(),),
    ]


@pytest.mark.parametrize("asked", [Ask.RIGHT_PERSON, Ask.REMINDED])
@pytest.mark.parametrize(
    "words",
    ["9", "Stop calling me.", "Please don't call me again.", "Take me off your calling list", "Stop.", "unsubscribe"],
)
def test_a_key_or_words_end_such_calls_at_once(words: str, asked: Ask) -> None:
    step = answered(words, state=replace(CALLED, asked=asked))

    assert step.says == (SayCallsEnded(),)
    assert step.state.called is not None
    assert step.state.called.hangs_up


def test_the_wrong_number_is_for_a_person_to_see_to_and_says_nothing_of_the_visit() -> None:
    step = answered("You have the wrong number.")

    assert step.effects == (TellStaff(reason=Reason.WRONG_NUMBER),)
    assert not any(isinstance(say, SayReminder) for say in step.says)


def test_once_it_is_them_they_are_told_and_a_yes_confirms_and_ends_the_call() -> None:
    told = settle(answered("Yes.").state, [RemindedFound(patient=MARIA, visits=(VISIT,))], now=TUESDAY_NIGHT)

    assert told.says == (SayReminder(visits=(VISIT,)),)
    assert (told.state.asked, told.state.visits) == (Ask.REMINDED, (VISIT,))
    assert told.state.called == Called(given="Maria", told=True)
    confirmed = answered("Yes, I'll be there.", state=told.state)
    assert [type(effect).__name__ for effect in confirmed.effects] == ["ConfirmVisit"]


def test_a_visit_that_is_gone_by_then_is_not_told_of() -> None:
    told = settle(answered("Yes.").state, [RemindedFound(patient=MARIA, visits=())], now=TUESDAY_NIGHT)

    assert told.says == (SayChangedSince(),)
    assert told.state.visits is None
    assert told.state.called is not None
    assert told.state.called.hangs_up


def test_nothing_of_the_visit_is_known_before_they_say_that_it_is_them() -> None:
    assert CALLED.visits is None
    assert CALLED.booked == ()
    assert CALLED.known.given is None


def test_in_a_call_that_came_in_nine_ends_nothing() -> None:
    context = replace(a_context(asked=Ask.REMINDED), by_ear=True)

    assert "OptOut" not in {type(one.act).__name__ for one in understand("9", context)}


def test_a_call_ends_with_its_last_words_and_not_where_more_is_asked() -> None:
    ended = replace(CALLED, asked=None, called=Called(given="Maria", told=True, hangs_up=True))

    more = answered("Can you move it to Friday?", state=ended)

    assert more.state.called is not None
    assert not more.state.called.hangs_up
    assert SayConfirmed not in {type(say) for say in more.says}
