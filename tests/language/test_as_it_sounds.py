"""What was said on a bad line and sounds like the practice's own words: taken for them, never for more."""

import pytest
from tests.clinic import NOW

from frontdesk.dialogue.acts import Act, Affirm, AskAbout, Book, Cancel, Choose, Emergency, FirstVisit, NameService
from frontdesk.dialogue.state import Ask
from frontdesk.language.context import Context
from frontdesk.language.sounding import apart
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile

SMILE = smile()


def heard(text: str, *others: str, asked: Ask = Ask.HOW_CAN_I_HELP, by_ear: bool = True) -> list[Act]:
    """What a caller's words do; `others` are what else they may have been."""
    zone = SMILE.locations[0].zone
    context = Context(now=NOW, zone=zone, practice=SMILE, asked=asked, by_ear=by_ear, alternatives=others)
    return [one.act for one in understand(text, context)]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Who You Have Power King", "parking"),
        ("Do you have a part B?", "parking"),
    ],
)
def test_a_question_whose_one_word_sounds_like_a_topic_asks_for_it(text: str, topic: str) -> None:
    assert heard(text) == [AskAbout(topic=topic)]
    assert AskAbout(topic=topic) not in heard(text, by_ear=False)


@pytest.mark.parametrize(
    "text",
    [
        "I was talking to my husband.",
        "Is it working?",
        "Do you have part time jobs?",
        "I want to book for sure.",
        "I want to book a special thing.",
        "I need a detox appointment.",
        "I want an appointment with Zara Quibble.",
    ],
)
def test_unlike_words_are_no_topic_and_no_service(text: str) -> None:
    acts = heard(text)

    assert not any(isinstance(act, NameService) for act in acts)
    assert not any(isinstance(act, AskAbout) and act.topic for act in acts)


def test_a_strange_word_where_a_service_belongs_is_the_one_that_it_sounds_like() -> None:
    acts = heard("I'd like to book a barax consultation on Thursday.")

    assert NameService(services=(SMILE.services[0].id,)) in acts
    assert Book() in acts
    assert NameService(services=("hydrafacial",)) in heard("I'd like a hydrophacial on Friday.")
    [named] = heard("A hydrophacial.", asked=Ask.SERVICE)
    assert named == NameService(services=("hydrafacial",))


def test_another_reading_counts_where_nothing_was_understood() -> None:
    assert heard("what are your powers", "what are your hours") == [AskAbout(topic="hours")]
    assert heard("No it's my worst thyme.", "No, it's my first time.", asked=Ask.FIRST_VISIT) == [
        FirstVisit(first=True)
    ]


def test_no_other_reading_agrees_to_anything_or_takes_the_place_of_what_was_understood() -> None:
    agreed = heard("Gas peas.", "Yes please.", asked=Ask.AGREED)
    chosen = heard("The fur stone.", "Cancel my appointment.", asked=Ask.WHICH_OFFER)
    understood = heard("Do you have parking?", "Cancel my visit.")

    assert not any(isinstance(act, Affirm) for act in agreed)
    assert not any(isinstance(act, Cancel | Choose) for act in chosen)
    assert understood == [AskAbout(topic="parking")]


def test_an_emergency_is_made_of_no_sound() -> None:
    assert not any(isinstance(act, Emergency) for act in heard("The chess pane.", "I have chest pain."))


@pytest.mark.parametrize(
    ("one", "other", "like"), [("bow tox", "botox", True), ("perfect", "parking", False), ("later", "botox", False)]
)
def test_what_sounds_alike_is_near(one: str, other: str, like: bool) -> None:
    assert (apart(one, other) < 0.2) is like
    assert apart(one, one) == 0.0
    assert apart(one, other) == apart(other, one)


@pytest.mark.parametrize("text", ["Yes, I'm here. Do you have parking?", "I'm still here, do you have parking?"])
def test_who_says_that_they_are_there_has_not_come(text: str) -> None:
    acts = heard(text)

    assert AskAbout(topic="parking") in acts
    assert all(isinstance(act, AskAbout | Affirm) for act in acts)
