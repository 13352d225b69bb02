"""Birth dates as patients write and say them, in English and Spanish: the dates of `timeline` that lie long ago."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from frontdesk.language.script import Span
from frontdesk.language.timeline import told_in
from frontdesk.language.timeline.born import born_in_figures
from frontdesk.language.timeline.nodes import Date, Here
from frontdesk.language.timeline.stretch import day_or_none
from frontdesk.language.vocabulary import LANGUAGES

OLDEST = 120
"""Years: nobody was born longer ago."""

_LATEST = date(9000, 1, 1)
"""So that the calendar does not end where the days around a date are looked for."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\s?\d\d(?!\d)|(?<=\d{4})(?:19|20)\d\d(?!\d)")
_RUN = re.compile(r"(?<![\w+(])\d[\d ]*\d(?!\w)")
"""Figures that may be a date without a sign between day, month and year."""
_CUE = re.compile(
    r"(?<!\w)(?:born|d\.?o\.?b\.?|date of birth|birth ?(?:date|day)|naci|nacid[oa]|nacimiento|cumpleanos)(?!\w)"
)
_OTHER_YEAR = re.compile(
    r"\W*(?:oops|sorry|no|wait|i mean(?:t)?|make that|actually|rather|perdon|digo|mejor dicho|no espere)[\W]*"
    r"(?:(?:it'?s|i mean|es|en) )?((?:19|20)\d\d)(?!\d)"
)
"""A year that takes the place of the one just said."""
_CUE_REACHES = 30
"""Characters between the cue and the date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Born:
    """A date long enough ago, and where it stands."""

    on: date
    span: Span


def birth_dates_in(plain: str, *, today: date, asked: bool, day_first: bool = False) -> list[Born]:
    """The birth dates of a folded text, in order.

    Of two figures the first is the month, as the question says, unless it cannot be one or the country puts the day
    first. Unless `asked`, a date counts that is announced as a birth date, or that lies more than a year back with its
    year in four figures.
    """
    if not (asked or _YEAR.search(plain) or _CUE.search(plain)):
        return []
    found: list[Born] = []
    here = Here(now=datetime.combine(min(today, _LATEST), time(12)), day_first=day_first)
    for on, (start, end) in _dates(plain, here):
        announced = _announced(plain, start)
        is_plain = _YEAR.search(plain[start:end]) is not None
        if asked or announced is not None or (is_plain and (today - on).days > 366):
            on, end = _put_right(on, end, plain, today=today)
            found.append(Born(on=on, span=(start if announced is None else announced, end)))
    return found


def _put_right(on: date, end: int, plain: str, *, today: date) -> tuple[date, int]:
    """ "February 13, 1967 - oops, 1976": the year that was meant."""
    match = _OTHER_YEAR.match(plain, end)
    meant = day_or_none(int(match[1]), on.month, on.day) if match else None
    return (meant, match.end()) if match and meant and meant <= today else (on, end)


def _dates(plain: str, here: Here) -> list[tuple[date, Span]]:
    """The days long ago in a text, each where it stands."""
    if whole := born_in_figures(plain, here):
        place = re.search(r"\d.*\d", plain)
        return [(on, place.span()) for on in _days(whole, plain, here) if place][:1]
    for language in LANGUAGES:
        found = [
            (on, span)
            for one, span in told_in(plain, here, language=language)
            for part in (one, *one.more)
            if isinstance(part.first.date, Date)
            for on in list(_days(part.first.date, plain[slice(*span)], here))[:1]
        ]
        if found:
            return found
    return [
        (on, run.span())
        for run in _RUN.finditer(plain)
        if (date := born_in_figures(run.group(), here))
        for on in list(_days(date, run.group(), here))[:1]
    ]


def _days(named: Date, words: str, here: Here) -> Iterator[date]:
    """The days that a date can be, the likeliest first; of a year in two figures, the one that is gone by."""
    today = here.now.date()
    for one in (named, named.other):
        if one is None or not (one.year and one.month and one.day):
            continue
        on = day_or_none(one.year, one.month, one.day)
        if on is not None and on > today and str(one.year) not in words:
            on = day_or_none(one.year - 100, one.month, one.day)
        if on is not None and on <= today and today.year - on.year <= OLDEST:
            yield on


def _announced(plain: str, start: int) -> int | None:
    """Where the words stand that announce a birth date, such as "dob"; None: there are none."""
    before = max(0, start - _CUE_REACHES)
    cues = list(_CUE.finditer(plain[before:start]))
    return before + cues[-1].start() if cues else None
