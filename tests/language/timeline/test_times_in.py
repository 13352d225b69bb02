"""Expressions of time in a text: each of our own cases, and what no case shows."""

from datetime import datetime

import pytest
from benchmarks.language_times import RIGHT, Line, own_cases
from hypothesis import given, settings
from hypothesis.strategies import characters, lists, sampled_from, text

from frontdesk.language.timeline import times_in
from frontdesk.language.timeline.grammar import words_of
from frontdesk.language.timeline.told import times_as_json

NOW = datetime(2026, 5, 26, 9, 12)  # noqa: DTZ001  # a wall clock's


def read(line: Line) -> str:
    now = datetime.fromisoformat(line.now)
    return line.grade(times_as_json(line.text, now, line.language))


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_of_our_own_expressions_is_read_right(language: str) -> None:
    wrong = [line.text for line in own_cases(language) if read(line) != RIGHT]

    assert wrong == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("I could do next tuesday at 2:30pm, if that works", "next tuesday at 2:30pm"),
        ("anytime between 2 and 4 on friday?", "between 2 and 4 on friday"),
        ("Hola... MARCH  3rd!", "MARCH  3rd"),
    ],
)
def test_the_span_holds_the_words_of_time(said: str, words: str) -> None:
    (found,) = times_in(said, now=NOW)

    assert words in said[slice(*found.span)]


def test_an_hour_without_its_half_of_the_day_has_both_readings_the_likelier_first() -> None:
    (found,) = times_in("tomorrow at 4", now=NOW)

    assert [one.start.hour for one in found.readings] == [16, 4]


def test_figures_are_read_in_the_order_of_the_country() -> None:
    (american,) = times_as_json("4/3/2027", NOW, "en")
    (british,) = times_as_json("4/3/2027", NOW, "en-GB")

    assert (american["start"], british["start"]) == ("2027-04-03T00:00:00", "2027-03-04T00:00:00")


def test_a_number_alone_is_an_hour_only_where_the_time_was_asked_for() -> None:
    assert times_in("6 please", now=NOW) == []
    (found,) = times_in("6 please", now=NOW, hour_asked=True)
    assert found.readings[0].start == NOW.replace(hour=18, minute=0)


def test_no_rule_reads_across_words_that_are_taken() -> None:
    days = times_in("friday \x1f\x1f\x1f\x1f at 3", now=NOW)

    assert [one.date_only for one in days] == [True, False]


@settings(max_examples=25)
@given(said=text(characters(codec="utf-8"), max_size=60))
def test_whatever_is_written_is_read_and_its_spans_lie_in_it_in_order(said: str) -> None:
    found = times_in(said, now=NOW)

    assert all(0 <= one.span[0] < one.span[1] <= len(said) for one in found)
    assert [one.span for one in found] == sorted(one.span for one in found)


WORDS = [
    word
    for language in ("en", "es")
    for kind in words_of(language).meanings.values()
    for word in [*list(kind)[:3], "week", "semana", "the", "la", "5:30", "31st", "1984", "630", "half", "media"]
]


@given(said=lists(sampled_from(WORDS), max_size=7).map(" ".join), language=sampled_from(["en", "es"]))
@settings(max_examples=150, deadline=None)
def test_words_of_time_in_any_order_are_read_without_a_fault(said: str, language: str) -> None:
    found = times_in(said, now=NOW, language=language)

    assert all(one.readings and 0 <= one.span[0] < one.span[1] <= len(said) for one in found)
