"""Ages as they are told: "my 16 yr old", "she's fifteen", "tengo 16 años". Only what cannot be a time or a count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from frontdesk.language.script import Span
from frontdesk.language.vocabulary import phrases, words

OF_AGE = 18
_NUMBERS = {
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15},
    **{"dieciseis": 16, "diecisiete": 17},
}
_YEARS = re.compile(r"\d+|" + "|".join(rf"\b{word}\b" for word in _NUMBERS))
_STILL = re.compile(r"\b(?:turning|turns|cumple)\b")
"""Whoever turns eighteen is seventeen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Age:
    """Somebody's age in whole years. `of_child`: of somebody's child, and not of the one who writes."""

    years: int
    span: Span
    of_child: bool


def minors_in(plain: str) -> Iterator[Age]:
    """Each age below eighteen that a folded text tells; the words for it are in the vocabulary."""
    found: dict[int, Age] = {}
    for kind, of_child in (("age_of_child", True), ("own_age", False)):
        for match in phrases(kind).finditer(plain):
            told = _YEARS.findall(match.group())[-1]
            years = int(told) if told.isdigit() else _NUMBERS[told]
            years -= bool(_STILL.search(match.group()))
            if years < OF_AGE and not any(_overlap(match.span(), one.span) for one in found.values()):
                found[match.start()] = Age(years=years, span=match.span(), of_child=of_child)
    for named in phrases("age_named").finditer(plain):  # "Sofia is 15"
        who, years = named["who"] or named["who_es"], int(named["years"] or named["years_es"])
        a_name = who in words("given_names") - words("months_as_names")
        if a_name and 0 < years < OF_AGE and not any(_overlap(named.span(), one.span) for one in found.values()):
            found[named.start()] = Age(years=years, span=named.span(), of_child=True)
    yield from (found[start] for start in sorted(found))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
