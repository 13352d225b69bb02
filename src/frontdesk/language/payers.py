"""Which insurance a message names, and whether it is theirs or asked about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from frontdesk.domain.practice import Practice
from frontdesk.language.script import Span, folded
from frontdesk.language.vocabulary import phrases

MOST_WORDS = 5
"""An answer to "which insurance" of so many words may be one that nobody has listed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A payer by its full name. `taken`: it is on the practice's list. `theirs`, `asked`: how it was spoken of."""

    payer: str
    taken: bool
    theirs: bool
    asked: bool
    span: Span


def payers_in(plain: str, practice: Practice, *, asked_for: bool) -> list[Named]:
    """The payers named in a folded text. `asked_for`: they were asked which insurance they have."""
    called = _called(practice.insurance)
    asks = "?" in plain or phrases("asks_taken").search(plain) is not None
    found = []
    for match in _any_of(practice.insurance).finditer(plain):
        payer = called[match.group()]
        theirs = asked_for or (not asks and phrases("insured_with").search(plain[: match.start()]) is not None)
        alone = len(plain.split()) <= len(match.group().split()) + 1
        if theirs or asks or alone:
            taken = payer in practice.insurance
            asked = asks and not asked_for
            found.append(Named(payer=payer, taken=taken, theirs=theirs or not asks, asked=asked, span=match.span()))
    return found[:1]


@lru_cache(maxsize=64)
def _called(listed: tuple[str, ...]) -> Mapping[str, str]:
    """Full names by what patients call them; one of the practice's own stands for all that it contains."""
    called: dict[str, str] = {}
    for name, aliases in _known().items():
        own = next((one for one in listed if any(_has(one, alias) for alias in aliases)), name)
        called.update(dict.fromkeys(aliases, own))
    called.update({folded(one): one for one in listed})
    return called


def _has(name: str, alias: str) -> bool:
    return alias.replace(" ", "") in folded(name).replace(" ", "")


@lru_cache(maxsize=64)
def _any_of(listed: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(one) for one in sorted(_called(listed), key=len, reverse=True)) + r")(?!\w)"
    )


@cache
def _known() -> Mapping[str, list[str]]:
    known: Mapping[str, list[str]] = yaml.safe_load((Path(__file__).parent / "payers.yaml").read_text(encoding="utf-8"))
    return known
