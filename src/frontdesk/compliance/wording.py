"""What a text says that it may not, and whether it says how to end texts."""

import re
from collections.abc import Iterable

from frontdesk.compliance.spelling import plain

_WAY_OUT = re.compile(r"\b(stop|opt out|unsubscribe|baja|alto|parar)\b")


def forbidden_in(words: str, forbidden: Iterable[str]) -> list[str]:
    """Which of the forbidden words or phrases it holds; a trailing * stands for any ending."""
    text = plain(words)
    return sorted(one for one in forbidden if holds(text, one))


def holds(text: str, phrase: str) -> bool:
    """Whether a text in plain spelling holds a word or phrase; a trailing * stands for any ending."""
    return re.search(_pattern(phrase), text) is not None


def _pattern(phrase: str) -> str:
    begins = r"(?<![^\W_])" if phrase[:1].isalnum() else ""
    if phrase.endswith("*"):
        return begins + re.escape(phrase[:-1])
    return begins + re.escape(phrase) + r"(?![^\W_])"


def names_a_way_out(words: str) -> bool:
    """Whether it says how to end texts, in English or Spanish."""
    return _WAY_OUT.search(plain(words)) is not None
