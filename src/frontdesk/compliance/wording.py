"""What a text says that it may not, and whether it says how to end texts."""

import re
from functools import lru_cache

from frontdesk.compliance.spelling import plain

_WAY_OUT = re.compile(r"\b(stop|opt out|unsubscribe|baja|alto|parar)\b")


def forbidden_in(words: str, forbidden: frozenset[str]) -> list[str]:
    """Which words or phrases of these it holds, as it spells them; a trailing * stands for any ending."""
    return sorted({match.group() for match in _any_of(forbidden).finditer(plain(words))})


def holds(text: str, phrases: frozenset[str]) -> bool:
    """Whether a text in plain spelling holds one of them; a trailing * stands for any ending."""
    return _any_of(phrases).search(text) is not None


@lru_cache(maxsize=256)
def _any_of(phrases: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(_pattern(one) for one in sorted(phrases, key=len, reverse=True)) or "(?!)")


def _pattern(phrase: str) -> str:
    begins = r"(?<![^\W_])" if phrase[:1].isalnum() else ""
    if phrase.endswith("*"):
        return begins + re.escape(phrase[:-1])
    return begins + re.escape(phrase) + r"(?![^\W_])"


def names_a_way_out(words: str) -> bool:
    """Whether it says how to end texts, in English or Spanish."""
    return _WAY_OUT.search(plain(words)) is not None
