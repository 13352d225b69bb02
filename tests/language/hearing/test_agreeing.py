"""A yes with a question behind it is a yes; what is asked of a visit that is read back changes nothing."""

from dataclasses import replace

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskClinical,
    AskDone,
    AskOther,
    AskVisit,
    Cancel,
    Choose,
    Deny,
    GiveName,
    NameService,
    Reschedule,
    Stop,
    TellMinor,
    Waitlist,
    WishTime,
)
from frontdesk.dialogue.state import Ask, Known
from frontdesk.domain.ids import ServiceId
from frontdesk.language.understanding import understand

BOTOX = Known(service=ServiceId("botox-consultation"))


def acts(says: str, asked: Ask | None, *, stands: bool = False, promised: bool = False) -> list[Act]:
    context = a_context(asked=asked, known=BOTOX if asked else None)
    return [one.act for one in understand(says, replace(context, visit_stands=stands, promised=promised))]


@pytest.mark.parametrize(
    "says",
    [
        "yes thank you. is it ok if I have a glass of wine the night before",
        "yes. I just had filler 2 weeks ago somewhere else, that's fine right?",
        "Yes, please do. I take a blood thinner, is that a difficulty?",
    ],
)
def test_a_yes_stands_beside_a_question_for_the_clinic(says: str) -> None:
    heard = acts(says, Ask.AGREED)

    assert Affirm() in heard
    assert AskClinical(beforehand=True) in heard
    assert not any(isinstance(act, WishTime) for act in heard)


@pytest.mark.parametrize(
    ("says", "wanted"),
    [("yes. can you make it 3pm instead?", WishTime), ("yes perfect. do you have anything earlier?", AskOther)],
)
def test_what_is_to_be_changed_is_changed(says: str, wanted: type[Act]) -> None:
    assert any(isinstance(act, wanted) for act in acts(says, Ask.AGREED))


@pytest.mark.parametrize(
    "says",
    [
        "yes but is it ok if I'm pregnant?",
        "yes, if it's ok with my retinol",
        "yes. only if it's ok with my retinol",
        "yes please. as long as it's safe with my medication",
        "Yes please. But can you check first if it's ok with my blood thinner?",
        "sí. pero solo si es seguro con mi medicina",
    ],
)
def test_a_yes_on_a_condition_is_none(says: str) -> None:
    assert Affirm() not in acts(says, Ask.AGREED)


@pytest.mark.parametrize("says", ["ok so is my appointment booked?", "Has my appointment been made, then?"])
def test_whether_it_is_booked_is_asked_of_what_is_under_way(says: str) -> None:
    assert acts(says, Ask.AGREED) == [AskDone()]


def test_where_nothing_is_under_way_it_is_asked_of_a_visit() -> None:
    assert acts("is my appointment booked?", None) == [AskVisit()]


@pytest.mark.parametrize("says", ["I can cancel if something comes up right?", "can I reschedule later if I have to?"])
def test_whether_one_may_cancel_cancels_nothing(says: str) -> None:
    heard = acts(says, None, stands=True)

    assert any(isinstance(act, AskAbout) for act in heard)
    assert not any(isinstance(act, Cancel | Waitlist) for act in heard)


@pytest.mark.parametrize(
    "says",
    [
        "can I move it later in the day?",
        "can I reschedule later this week?",
        "can we move it any time next week?",
        "can I move my appointment later?",
    ],
)
def test_a_later_time_that_is_wanted_is_no_question_of_the_rules(says: str) -> None:
    heard = acts(says, None, stands=True)

    assert any(isinstance(act, Reschedule) for act in heard)
    assert not any(isinstance(act, AskAbout) for act in heard)


@pytest.mark.parametrize(
    "says", ["can Dana see me Thursday for Botox?", "can you check my appointment time?", "could you check that?"]
)
def test_whoever_waits_for_people_may_still_book_and_ask(says: str) -> None:
    assert not any(isinstance(act, AskClinical) for act in acts(says, None, promised=True))


@pytest.mark.parametrize(
    "says", ["nooo keep it, just asking", "no don't cancel. so I'm still on for June 3?", "wait no, keep it"]
)
def test_a_visit_that_is_kept_is_kept(says: str) -> None:
    assert acts(says, Ask.CANCEL_AGREED) == [Deny()]


@pytest.mark.parametrize(
    "says", ["could I come in tomorrow so Kim can take a look?", "I just need someone to check my eyebrow"]
)
def test_whoever_waits_for_the_clinics_people_and_wants_to_be_looked_at_books_no_treatment(says: str) -> None:
    [heard] = acts(says, None, promised=True)

    assert isinstance(heard, AskClinical)


@pytest.mark.parametrize(
    "says",
    [
        "the facial this Friday at 1 that you were holding. never mind, I'll just call you guys. thanks anyway",
        "forget it, I will go somewhere else",
    ],
)
def test_whoever_gives_up_is_held_no_time(says: str) -> None:
    heard = acts(says, Ask.WHICH_OFFER)

    assert any(isinstance(act, Stop) for act in heard)
    assert not any(isinstance(act, WishTime | Choose | NameService) for act in heard)


def test_a_question_names_nobody() -> None:
    heard = acts("can it hurt? she's nervous about it", Ask.NAME)

    assert not any(isinstance(act, GiveName) for act in heard)


def test_a_name_is_without_what_it_has() -> None:
    [name] = [act for act in acts("please put it under Melissa's name", Ask.AGREED) if isinstance(act, GiveName)]

    assert name.given == "Melissa"


def test_a_day_after_a_daughter_is_not_her_age() -> None:
    heard = acts("facial for my 15 year old daughter June 9 at 4:30pm", None)

    assert [act.years for act in heard if isinstance(act, TellMinor)] == [15]


def test_a_wish_to_come_another_time_beside_the_yes_is_one() -> None:
    heard = acts("yes. is it ok to rebook for next week?", Ask.CANCEL_AGREED)

    assert any(isinstance(act, WishTime) for act in heard)
    assert not any(isinstance(act, AskClinical) for act in heard)
