import pytest

from frontdesk.web.catalogue import LANGUAGES, Words, best_language, words_in

FACTS = (
    "who",
    "place",
    "day",
    "days",
    "hours",
    "among",
    "practice",
    "assistant",
    "phone",
    "clock",
    "weekday",
    "month",
    "most",
    "question",
    "at",
    "answered",
    "wanted",
    "number",
    "size",
    "places",
    "version",
    "count",
    "service",
    "until",
    "what",
    "when",
    "part",
    "whole",
    "low",
    "high",
    "value",
    "known",
    "usual",
    "other",
    "least",
    "many",
    "visits",
    "missed",
    "rate",
    "brier",
    "base",
    "error",
    "risk",
    "expected",
    "any",
)


def test_every_language_has_the_same_texts() -> None:
    names = {language: words_in(language).names for language in LANGUAGES}

    assert names["es"] == names["en"]


def test_a_text_has_the_same_gaps_in_every_language() -> None:
    for name in words_in("en").names:
        gaps = {language: _gaps(words_in(language), name) for language in LANGUAGES}

        assert gaps["es"] == gaps["en"], name


def test_a_language_nobody_translated_is_english() -> None:
    assert words_in("fr").language == "en"


def test_a_text_that_is_not_there_is_a_fault_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        words_in("en")("intake.no such text")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("fr, ES", "es"),
        ("en-US", "en"),
        ("", "en"),
        ("xx;;;,,", "en"),
    ],
)
def test_the_first_language_that_both_speak_is_taken(accepted: str, language: str) -> None:
    assert best_language(accepted, ("en", "es")) == language


def test_a_practice_without_spanish_answers_in_english() -> None:
    assert best_language("es", ("en",)) == "en"


def _gaps(words: Words, name: str) -> list[str]:
    """The facts that a text asks for: those whose marks stand in it once they are filled in."""
    marks = {fact: f"<{fact}>" for fact in FACTS}
    try:
        text = words(name, **marks)
    except KeyError:
        text = " ".join(words.several(name))
    return sorted(fact for fact in FACTS if marks[fact] in text)
