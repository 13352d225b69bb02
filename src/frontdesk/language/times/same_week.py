"""Days of one week that is named once: "Thursday or Friday next week", "this week or next"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from frontdesk.language.script import Span
from frontdesk.language.timeline import told_in
from frontdesk.language.timeline.nodes import Here, Told

_DAY = {
    "en": r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r|rs(?:day)?)?|(?:fri|sun)(?:day)?|sat(?:urday)?)",
    "es": r"(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)",
}
_WEEK = {
    "en": r"(?:(?:of )?(?:the )?(?:next|following|coming) week|the week after(?: next)?"
    r"|(?:of |in |on )?the week of (?:the )?(?:[a-z]{3,9} )?\d{1,2}(?:st|nd|rd|th)?(?![\d:/]))",
    "es": r"(?:de )?(?:la (?:proxima|siguiente|otra) semana|la semana (?:que viene|proxima|siguiente|entrante)"
    r"|la semana del \d{1,2}(?: de [a-z]{4,10})?(?![\d:/]))",
}
_PART = {"en": r" (?:morning|afternoon|evening)s?", "es": r" (?:por|en) la (?:manana|tarde|noche)"}
_ON = {"en": r"(?:on )?(?:the )?", "es": r"(?:el )?"}
_OR = {"en": r"(?: ?,? (?:or|and) | ?[,/] ?)(?:on )?", "es": r"(?: ?,? [oyue] | ?[,/] ?)(?:el )?"}
_BOTH_WEEKS = {
    "en": re.compile(r"\b(this)(?: week)? (?:or|and) (?:the )?(next)(?: week| one)?\b(?! \w+day)"),
    "es": re.compile(r"\b(esta)(?: semana)? [oy] (?:la )?(proxima|siguiente|que viene)(?: semana)?\b"),
}
_THESE = {"en": ("this week", "next week"), "es": ("esta semana", "la proxima semana")}


def _after(language: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?P<bare>{_DAY[language]})(?={_OR[language]}(?:{_DAY[language]}{_OR[language]})*{_DAY[language]}"
        rf"(?P<part>{_PART[language]})? (?P<week>{_WEEK[language]}))"
    )


def _before(language: str) -> re.Pattern[str]:
    day, either = _DAY[language], _OR[language]
    return re.compile(
        rf"\b(?P<week>{_WEEK[language]}),? {_ON[language]}(?:{day}{either})*?{day}{either}(?P<bare>{day})\b"
    )


_AFTER: Mapping[str, re.Pattern[str]] = {language: _after(language) for language in _DAY}
_BEFORE: Mapping[str, re.Pattern[str]] = {language: _before(language) for language in _DAY}


def of_the_same_week(
    plain: str, told: Sequence[tuple[Told, Span]], here: Here, *, language: str
) -> list[tuple[Told, Span]]:
    """What is told, with the week given to each of the days that it was named for."""
    found = list(told)
    if both := _BOTH_WEEKS[language].search(plain):
        inside = [one for one in found if both.start() <= one[1][0] < both.end()]
        weeks = [read for words in _THESE[language] for read, _ in told_in(words, here, language=language)[:1]]
        spans = [both.span(1), both.span(2)]
        return sorted([one for one in found if one not in inside] + list(zip(weeks, spans, strict=True)), key=_place)
    for match in (*_AFTER[language].finditer(plain), *_BEFORE[language].finditer(plain)):
        bare = told_in(match["bare"], here, language=language)
        part = match.groupdict().get("part") or ""
        whole = told_in(f"{match['bare']}{part} {match['week']}", here, language=language)
        if bare and whole:
            found = [
                (_with_its_week(one, bare[0][0], whole[0][0]) if _holds(span, match.span("bare")) else one, span)
                for one, span in found
            ]
    return found


def _with_its_week(told: Told, bare: Told, whole: Told) -> Told:
    """The same with that day of that week, wherever it stands in it without one."""
    more = tuple(_with_its_week(one, bare, whole) for one in told.more)
    if told.first.date != bare.first.date:
        return replace(told, more=more)
    return replace(told, first=replace(told.first, date=whole.first.date), more=more)


def _holds(span: Span, inner: Span) -> bool:
    return span[0] <= inner[0] and inner[1] <= span[1]


def _place(one: tuple[Told, Span]) -> Span:
    return one[1]
