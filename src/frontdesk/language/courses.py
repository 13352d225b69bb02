"""Courses of visits: "six laser sessions, four to six weeks apart"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.dialogue.acts import Sessions
from frontdesk.language.script import Span
from frontdesk.language.vocabulary import phrases, vocabulary

FEWEST, MOST = 2, 12
_COUNTED = {
    word: number
    for line in (*vocabulary("en")["counted"], *vocabulary("es")["counted"])
    for word, number in (pair.split("=") for pair in line.split())
}
_N = rf"(?:\d{{1,2}}|{'|'.join(_COUNTED)})"
_VISITS = re.compile(
    rf"(?<![\w$])(?:(?P<pack>{_N})[ -]?(?:pack|session pack(?:age)?|pk)(?!\w)"
    rf"|all (?P<every>{_N})(?= (?:of them |visits |appointments )?(?:on the calendar|now|at once|booked))"
    rf"|(?:the )?first (?P<first>{_N})(?= (?:visits|sessions|ones|then|for now|now|on the))"
    rf"|(?:package|series|course|set|pack|bundle|paquete|serie|ciclo) (?:of|de) (?P<of>{_N})(?!\w)"
    rf"|(?P<all>{_N})(?: more)? (?:(?!(?:for|at|on|in|to|by|and|is|are|can|i|am|pm|para|en|y)\b|\d)\w+ ){{0,3}}?"
    r"(?P<what>sessions?|treatments|sesiones|tratamientos)(?!\w))"
)
_ALL = re.compile(
    rf"(?<!\w)all (?:of )?(?:the |them |my )?(?P<n>{_N})"
    r"(?!\w|:|\.\d| ?[ap]\.?m| (?:of )?(?:us|people|o'clock|kids|days|weeks))"
)
"""Of a treatment that is being booked: every visit of its course, and no hour."""
_COUNTS = ("first", "every", "pack", "of", "all")
"""How many are said, by where it stands."""
_APART = re.compile(
    rf"(?<!\w)(?:(?:every|each|cada) (?P<a>{_N})(?: ?(?:to|or|-|a|o) ?(?P<b>{_N}))? (?:weeks?|semanas?)"
    rf"|(?P<c>{_N})(?: ?(?:to|or|-|a|o) ?(?P<d>{_N}))? (?:weeks?|semanas?) (?:apart|(?:in )?between|entre)"
    r"|(?P<month>every month|once a month|monthly|a month apart|cada mes|una vez al mes|al mes)"
    r"|(?P<other>every other week|every two weeks|biweekly|cada quincena)"
    r"|(?P<week>every week|once a week|weekly|a week apart|cada semana|una vez a la semana))(?!\w)"
)
_BARE = re.compile(rf"(?<!\w)(?P<a>{_N})(?: ?(?:to|or|-|a|o) ?(?P<b>{_N}))?(?: (?:weeks?|semanas?))?(?!\w)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A course as it was wished for, and the words that said so."""

    course: Sessions
    spans: tuple[Span, ...]


def course_in(plain: str, *, known: Sessions | None, gap_asked: bool, booking: bool = False) -> Wanted | None:
    """The course that a folded text speaks of; `known` is the one spoken of before, `gap_asked`: how far apart.

    `booking`: a treatment is being booked, so that "all six" are its visits. Weeks: a single number leaves a week's
    room after it, since nobody can come to the day.
    """
    every = [one for one in _VISITS.finditer(plain) if not _counts_something_else(plain, one)]
    all_of_them = _ALL.search(plain) if booking and not every else None
    if all_of_them is not None and FEWEST < (count := _number(all_of_them["n"])) <= MOST:
        return Wanted(course=Sessions(visits=count), spans=(all_of_them.span(),))
    said = next((one for one in every if one["first"]), every[0] if every else None)
    told = next((said[name] for name in _COUNTS if said[name]), "0") if said else ""
    visits = _number(told) if said else known.visits if known else 0
    if not FEWEST <= visits <= MOST:
        return None
    bare = next((one for one in _BARE.finditer(plain) if not _is_day(plain, one.start())), None)
    every_such_day = phrases("every_weekday").search(plain) if gap_asked else None
    apart = _APART.search(plain) or every_such_day or (bare if gap_asked and said is None else None)
    if said is None and apart is None:
        return None
    spans = (*(_spans(said) if said else ()), *([apart.span()] if apart else []))
    least, most = _weeks(apart) if apart else (None, None)
    return Wanted(course=Sessions(visits=visits, at_least=least, at_most=most), spans=spans)


def one_visit_in(plain: str, *, services: Sequence[Span]) -> Span | None:
    """Where somebody who planned a course says that one visit is wanted after all: "just one", "forget the 6 sessions".

    `services` are the places where services are named: "let's just do the peel" means it once.
    """
    for kind in ("no_course", "one_visit"):
        if (said := phrases(kind).search(plain)) is not None:
            return said.span()
    begins = {start for start, _ in services}
    return next((one.span() for one in phrases("just_this").finditer(plain) if one.end() in begins), None)


def told_counts(plain: str) -> list[Span]:
    """Where it is only told how many treatments there are: "there's 2 treatments" takes no offer, and wants none."""
    return [one.span() for one in _VISITS.finditer(plain) if _tells_how_many(plain, one)]


def _counts_something_else(plain: str, said: re.Match[str]) -> bool:
    """Whether the number is a day ("june 12 for the session"), or it is only told how many there are."""
    return _is_day(plain, said.start()) or _tells_how_many(plain, said)


def _tells_how_many(plain: str, said: re.Match[str]) -> bool:
    return bool(said["all"]) and phrases("there_are").search(plain[: said.start()]) is not None


def _is_day(plain: str, start: int) -> bool:
    return phrases("before_a_day").search(plain[:start]) is not None


def _spans(said: re.Match[str]) -> list[Span]:
    """The number and what is counted; the words between name the treatment."""
    return [said.span("all"), said.span("what")] if said["all"] else [said.span()]


def _weeks(apart: re.Match[str]) -> tuple[int, int]:
    told = apart.groupdict() or {"week": apart.group()}  # "every Wednesday"
    if told.get("month"):
        return 4, 5
    if told.get("other"):
        return 2, 2
    if told.get("week"):
        return 1, 1
    first, last = (told.get("a") or told.get("c")), (told.get("b") or told.get("d"))
    least = _number(first or "0")
    most = _number(last) if last else least + 1
    return max(least, 1), max(least, most, 1)


def _number(said: str) -> int:
    return int(_COUNTED.get(said, said))
