"""Words that are spelled right: what is among them is no slip for another word."""

from functools import cache
from pathlib import Path

from frontdesk.language.vocabulary import LANGUAGES, vocabulary, words

_SPELLED_RIGHT = ("keep", "not_names", "small_words", "given_names", "clear_spanish", "clear_english")


@cache
def known_words() -> frozenset[str]:
    """The most common words of English and Spanish (tools/count_words.py), with those of our own vocabulary."""
    listed = (Path(__file__).parent / "known_words.txt").read_text(encoding="utf-8").split()
    own = [words(name) for name in _SPELLED_RIGHT if any(name in vocabulary(one) for one in LANGUAGES)]
    return frozenset(listed).union(*own)
