"""What a receptionist asks and says, by their words alone: any agent's, in English or Spanish."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml

from frontdesk.proving.clinic.spoken import times_in

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_ASKING = re.compile(
    r"\?|\bplease\b|\bneed\b|\breply\b|\bsend\b|\btell me\b|\blet me know\b|\bcould i\b|\bcan i (get|have)\b"
    r"|\bgive me\b"
    r"|\bpor favor\b|\bnecesito\b|\benv[ií]e|\bd[ií]ga|\bdime\b|\bcomparta|\bm[aá]nd",
    re.IGNORECASE,
)

_GREETING = re.compile(r"^\W*(hi|hello|hey|hola)\b|\b(this is|soy|i'm) \w+,", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|con)\s+(?:(?:Dr|Dra)\.?\s+)?([A-ZÁÉÍÓÚÑ][\w'’-]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One reply as a patient takes it: what is asked for, which times stand in it, what it says has been done."""

    text: str
    asks: frozenset[str]
    says: frozenset[str]
    offers: tuple[datetime, ...]
    buttons: tuple[str, ...]
    is_bare: bool
    """Whether nothing is told: a greeting at most, then a question."""
    given_by: Mapping[datetime, str]
    """Who is named with a time that is offered, by first or family name."""

    @property
    def is_question(self) -> bool:
        """Whether an answer is waited for."""
        return "?" in self.text or bool(self.asks)


def listen(text: str, buttons: tuple[str, ...], *, today: date) -> Heard:
    """What a patient hears in a reply."""
    sentences = [one for one in _SENTENCE.split(text) if one.strip()]
    asked = " ".join(one for one in sentences if _ASKING.search(one))
    told = " ".join(one for one in sentences if "?" not in one)
    asks = {name for name, words in _words("asks").items() if words.search(asked)}
    says = {name for name, words in _words("says").items() if words.search(told)}
    offers = {found.at for found in times_in(text, today=today) if found.at is not None}
    offers |= {found.at for one in buttons for found in times_in(one, today=today) if found.at is not None}
    return Heard(
        text=text,
        asks=frozenset(asks),
        says=frozenset(says),
        offers=tuple(sorted(offers)),
        buttons=buttons,
        is_bare=all("?" in one or _GREETING.search(one) for one in sentences),
        given_by=_named(text, today),
    )


def _named(text: str, today: date) -> dict[datetime, str]:
    """The name that is said next after each time: "Monday at 9 or Tuesday at 11, both with Kim" is Kim's twice."""
    names = list(_WITH.finditer(text))
    found: dict[datetime, str] = {}
    for said in times_in(text, today=today):
        name = next((one[1] for one in names if one.start() >= said.end), None)
        if said.at is not None and name is not None:
            found[said.at] = name
    return found


@cache
def _words(part: str) -> dict[str, re.Pattern[str]]:
    read = yaml.safe_load((Path(__file__).parent / "listening.yaml").read_text(encoding="utf-8"))
    return {
        name: re.compile("|".join(f"(?:{one})" for one in expressions), re.IGNORECASE)
        for name, expressions in read[part].items()
    }
