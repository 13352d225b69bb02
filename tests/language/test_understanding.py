"""Tables of what patients write and what they mean by it."""

from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.a_practice import TWO_OFFERS, a_context, a_slot
from tests.language.in_words import in_words

from frontdesk.dialogue.acts import Sessions
from frontdesk.dialogue.state import Ask, Known
from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Answer
from frontdesk.domain.wish import Wish
from frontdesk.language.act_json import act_as_json
from frontdesk.language.understanding import understand

CASES = [
    pytest.param(case, id=f"{file.stem}: {case['say'][:60]}")
    for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


def _context_of(case: dict[str, Any]) -> Any:
    given = case.get("offers", [])
    offered = (
        TWO_OFFERS
        if given == "two"
        else tuple(a_slot(*offer.split()[:2], practitioner=[*offer.split(), "dana"][2]) for offer in given)
    )
    context = a_context(
        asked=Ask(case["asked"]) if "asked" in case else None,
        offered=offered,
        language=case.get("language", "en"),
        known=Known(
            given=case.get("known given"),
            sessions=Sessions(visits=case["course"]) if "course" in case else None,
        ),
    )
    return replace(
        context,
        spoken_of=case.get("spoken of"),
        spoken_at=time.fromisoformat(case["spoken at"]) if "spoken at" in case else None,
        visit_stands=case.get("visit stands", False),
        alarm=case.get("alarm", False),
        waits=case.get("waits", False),
    )


@pytest.mark.parametrize("case", CASES)
def test_a_message_means_what_its_writer_meant(case: dict[str, Any]) -> None:
    heard = understand(case["say"], _context_of(case))

    assert [in_words(one.act) for one in heard] == case["acts"]


@pytest.mark.parametrize("case", CASES)
def test_spans_lie_in_the_message_and_acts_can_be_told_as_json(case: dict[str, Any]) -> None:
    heard = understand(case["say"], _context_of(case))

    for one in heard:
        start, end = one.span
        assert 0 <= start <= end <= len(case["say"])
        assert 0 < one.confidence <= 1
        assert act_as_json(one)["act"]


def test_there_are_many_cases_in_both_languages() -> None:
    languages = [case.values[0].get("language", "en") for case in CASES]  # type: ignore[union-attr]

    assert len(languages) >= 150
    assert languages.count("es") >= 40


def test_spans_quote_the_words_that_were_understood() -> None:
    text = "Hi! Botox consult Thursday at 6pm, María González 512 555 0147"

    heard = understand(text, a_context())

    assert [text[slice(*one.span)] for one in heard] == [
        "Hi",
        "Botox consult",
        "Thursday at 6pm",
        "María González",
        "512 555 0147",
    ]


def test_a_misspelling_is_understood_and_its_span_quotes_the_message() -> None:
    text = "tomorow mornig for a botex consultaion"

    heard = understand(text, a_context())

    assert [text[slice(*one.span)] for one in heard] == ["tomorow mornig", "botex consultaion"]


def test_the_same_message_means_the_same_twice() -> None:
    context = a_context(asked=Ask.TIME)

    first = understand("any Tuesday or Thursday after work, not the 14th", context)

    assert understand("any Tuesday or Thursday after work, not the 14th", context) == first


FRAGMENTS = [
    *(
        "thursday",
        "tuesday",
        "next",
        "week",
        "the",
        "28",
        "31st",
        "40",
        "at",
        "after",
        "before",
        "between",
        "and",
        "or",
    ),
    *("not", "no", "wait", "6", "6:30", "pm", "99", "/", "-", ",", "may", "june", "2", "first", "later", "by", "done"),
    *(
        "el",
        "la",
        "las",
        "de",
        "a",
        "martes",
        "mañana",
        "yes",
        "maria",
        "@",
        "example",
        ".",
        "com",
        "512",
        "555",
        "0147",
    ),
    *("$", "every", "any", "from", "to", "monday", "weekend"),
]


@given(
    text=st.text(max_size=120)
    | st.lists(
        st.sampled_from(FRAGMENTS),
        max_size=14,
    ).map(" ".join),
    asked=st.none() | st.sampled_from(Ask),
    language=st.sampled_from(["en", "es"]),
    offers=st.sampled_from([(), TWO_OFFERS]),
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_heard_without_a_fault_and_never_as_a_day_gone_by(
    text: str, asked: Ask | None, language: str, offers: tuple[Slot, ...]
) -> None:
    context = a_context(asked=asked, language=language, offered=offers)

    heard = understand(text, context)

    assert heard
    for one in heard:
        assert 0 <= one.span[0] <= one.span[1] <= len(text)
        wishes = getattr(one.act, "readings", ()) or [getattr(one.act, "wish", Wish())]
        assert all(window.last is None or window.last >= context.today for wish in wishes for window in wish.windows)


def test_a_question_that_every_practice_is_asked_is_never_off_topic() -> None:
    context = a_context()
    age = Answer(topic="age", asked=("how old do i have to be", "minimum age"), says="18 and over.")
    practice = replace(context.practice, knowledge=(*context.practice.knowledge, age))

    heard = understand("what's the minimum age for injections?", replace(context, practice=practice))

    assert "about age" in [in_words(one.act) for one in heard]
