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


WORDS_A_SECOND = 2.5
"""How fast the desk speaks, on the slow side: Piper's English voices say some 170 words a minute."""


def seconds_aloud(words: str) -> float:
    """About how long it takes to say. Figures are said one by one."""
    figures = sum(sign.isdigit() for sign in words)
    return (len(re.findall(r"[^\W\d_]+", words)) + figures) / WORDS_A_SECOND


_BEFORE_THE_NAME = 60
"""Characters: "Hi, this is Emma, the automated assistant at"."""


def begins_with(words: str, name: str) -> bool:
    """Whether it says the name right at the beginning."""
    wanted = plain(name)
    return wanted in plain(words)[: _BEFORE_THE_NAME + len(wanted)]


def holds_number(words: str, number: str) -> bool:
    """Whether it says a telephone number (E.164), with the country's code or without."""
    figures = re.sub(r"\D", "", words)
    return bool(number) and re.sub(r"\D", "", number)[-10:] in figures


_NO_CALLS = re.compile(r"\b(stop calling|press 9|no more calls|deje de llamar|oprima el 9)\b")


def ends_calls(words: str) -> bool:
    """Whether it says how to end calls, in English or Spanish."""
    return _NO_CALLS.search(plain(words)) is not None


def names_a_way_out(words: str) -> bool:
    """Whether it says how to end texts, in English or Spanish."""
    return _WAY_OUT.search(plain(words)) is not None
