"""Visits that stand: heard by how they are spoken of ("my facial on Friday", "Wednesday's Botox"), and what is wanted.

No list of sentences: a visit that is theirs is named, and somewhere in the message stands what is wrong with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from frontdesk.language.script import Span
from frontdesk.language.vocabulary import phrases, words

MOST_BETWEEN = 4
"""So many words may stand between "my" and what it is, and between that and its day."""

NEAR = 12
"""Characters between a visit and its own day: "my peel on the 9th"."""

_DAYS = (
    ["mon", "tues", "wednes", "thurs", "fri", "satur", "sun"],
    ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"],
)
_DAY = rf"(?:(?:{'|'.join(_DAYS[0])})day|{'|'.join(_DAYS[1])}|today|tomorrow|tonight|hoy|manana)"
_DAYS_OWN = re.compile(rf"(?<!\w)(?:{_DAY}'?s|next week'?s)(?!\w)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_CLOCK = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?|jan\w*|feb\w*|mar\w*|apr\w*|may\w*|jun\w*|jul\w*|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*"
)


_AND = frozenset({"and", "y"})
"""What joins two visits that are named together: "my Botox and lip filler on Thursday"."""


class Wanted(Enum):
    """What is wanted of it."""

    MOVED = auto()
    TAKEN_OUT = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A visit that stands, and what is to be done with it.

    `span` is where it says so, `own` the times among those said that are the visit's own.
    """

    wanted: Wanted
    span: Span
    own: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Visit:
    """Where a visit is named; `plainly`: with its day, or as an appointment."""

    span: Span
    plainly: bool


def standing_in(plain: str, services: frozenset[str], *, times: Sequence[Span], books: bool) -> Standing | None:
    """What is wanted of a visit that the message calls theirs; None where it names none, or wants nothing of it.

    `services` are the words that tell a service, `times` where times are said: beside another time than
    its own, a visit that cannot be kept is moved, not taken out. `books`: it says "book" or the like, and then "is
    Monday possible" is said of a visit to come.
    """
    for visit in _visits(plain, services):
        sure = phrases("moved_sure").search(plain)
        out = phrases("taken_out").search(plain)
        likely = phrases("moved_likely").search(plain) if visit.plainly and not books else None
        own = tuple(one for one in times if one[0] <= visit.span[1] + NEAR and one[1] >= visit.span[0])
        elsewhere = len(own) < len(times)
        if out and not (sure and elsewhere):
            return Standing(wanted=Wanted.TAKEN_OUT, span=_from(out.span(), visit.span), own=own)
        if found := sure or likely:
            wished = not sure and phrases("wished_visit").fullmatch(_clause_before(plain, visit.span[0]))
            return Standing(wanted=Wanted.MOVED, span=_from(found.span(), visit.span), own=() if wished else own)
    return None


def own_times(plain: str, services: frozenset[str], times: Sequence[Span]) -> tuple[Span, ...]:
    """The times that a visit of theirs is told by: "my peel on Friday", "mi cita del jueves"."""
    of_a_time = re.compile(rf"\W{{0,2}}(?:{phrases('of_a_time').pattern})\s+(?:the\s+|el\s+)?")
    return tuple(
        one
        for visit in _visits(plain, services)
        for one in times
        if visit.span[0] <= one[0] < visit.span[1] or of_a_time.fullmatch(plain[visit.span[1] : one[0]])
    )


def _clause_before(plain: str, at: int) -> str:
    """The last words before that place, as many as "I'd like" has."""
    return " ".join(re.split(r"[.!?,;:\n]", plain[:at])[-1].split()[-2:])


def _from(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), max(one[1], other[1])


def _visits(plain: str, services: frozenset[str]) -> Iterator[_Visit]:
    for match in _DAYS_OWN.finditer(plain):  # "Wednesday's Botox", "tomorrow's appointment"
        if named := _named_after(plain, match.end(), services):
            yield _Visit(span=(match.start(), named[1]), plainly=True)
    for match in phrases("own").finditer(plain):
        named = _named_after(plain, match.end(), services)
        if named is None:
            continue
        end, is_visit = named[1], named[0]
        with_day = _has_day(plain[end:])
        theirs = phrases("own_weak").fullmatch(match.group()) is None
        if theirs or with_day:  # "the facial on Friday" may be one to come: that it is better says nothing
            yield _Visit(
                span=(match.start(), end), plainly=(theirs and with_day) or (is_visit and (theirs or with_day))
            )


def _named_after(plain: str, start: int, services: frozenset[str]) -> tuple[bool, int] | None:
    """Whether an appointment or a service is named within a few words, and where that ends."""
    reached, end, is_visit = start, None, False
    for count, word in enumerate(_WORD.finditer(plain, start)):
        said = word.group()
        between = plain[reached : word.start()].strip(" '-")
        if count >= MOST_BETWEEN or between or (said in words("small_words") and said not in _AND):
            break
        reached = word.end()
        visit = phrases("visit_named").fullmatch(said) is not None
        if visit or said in services:
            end, is_visit = word.end(), is_visit or visit
    return None if end is None else (is_visit, end)


@lru_cache(maxsize=1)
def _day_follows() -> re.Pattern[str]:
    of_a_time = phrases("of_a_time").pattern
    return re.compile(
        rf"\W{{0,2}}(?:{of_a_time}\s+)?(?:the\s+|this\s+|next\s+|el\s+|a\s+las\s+)?(?:{_DAY}|{_CLOCK.pattern})(?!\w)"
    )


def _has_day(following: str) -> bool:
    """Whether it goes on with the day or the hour that the visit has."""
    return _day_follows().match(following) is not None
