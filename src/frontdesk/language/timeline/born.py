"""A birth date said in figures only, as speech recognition writes it: "2707 1929", "13061 995", "26 3 84"."""

import re

from frontdesk.language.timeline.nodes import Date, Here
from frontdesk.language.timeline.stretch import day_or_none

_OTHER_WORDS = re.compile(
    r"\b(?:my|date|of|birth|birthday|dob|is|its|it|i|was|am|born|on|the|um|uh|yes|yeah|so|okay|ok|to|and|nacimiento|fecha|"
    r"mi|de|el|es|naci|nacido|nacida)\b|[^\w]"
)
_DATED = re.compile(r"\d\s?[/.-]\s?\d+\s?[/.-]\s?\d")
"""Figures that are divided already."""

_MOST = 9


def born_in_figures(plain: str, here: Here) -> Date | None:
    """The birth date that a text of nothing but figures tells; None for anything else.

    Eight figures are day, month and year in the order of the reader's country, six have a year of two. Where speech
    recognition heard "twenty nine" as 209 the zero is left out. A birth date lies in the last 120 years.
    """
    groups = re.findall(r"\d+", plain)
    if not groups or _DATED.search(plain) or _OTHER_WORDS.sub("", re.sub(r"\d+", "", plain)):
        return None
    figures = "".join(groups)
    if len(figures) == _MOST:
        return _without_a_zero(figures, here)
    if len(groups) > 1 and len(figures) in (6, 7) and (len(groups[-1]) == 4 or len(figures) == 7):
        return _short_day_and_month(figures, here)
    if len(figures) == 8:
        return _full(figures[:2], figures[2:4], figures[4:], here) or _full(
            figures[6:], figures[4:6], figures[:4], here, year_first=True
        )
    if len(figures) == 6 and len(groups) > 1 and len(groups[-1]) == 2:
        near = 2000 if int(figures[4:]) <= here.now.year % 100 else 1900
        return _full(figures[:2], figures[2:4], str(near + int(figures[4:])), here)
    return None


def _without_a_zero(figures: str, here: Here) -> Date | None:
    """ "2009 02 1995", "08009 1986": a zero too many, when leaving one out makes one date only."""
    fewer = {figures[:place] + figures[place + 1 :] for place in range(5) if figures[place] == "0"}
    found = [one for each in sorted(fewer) if (one := _full(each[:2], each[2:4], each[4:], here))]
    return found[0] if len(found) == 1 else None


def _short_day_and_month(figures: str, here: Here) -> Date | None:
    """ "411 1986", "26 1983": every way to divide day and month, when only one is a date."""
    head, year = figures[:-4], figures[-4:]
    found = [
        one
        for place in range(1, len(head))
        if not head[place:].startswith("0") or len(head[place:]) == 2
        if (one := _full(head[:place], head[place:], year, here))
    ]
    return found[0] if len(found) == 1 else None


def _full(one: str, two: str, year: str, here: Here, *, year_first: bool = False) -> Date | None:
    said = int(year)
    if not here.now.year - 120 <= said <= here.now.year:
        return None
    day, month = (int(one), int(two)) if here.day_first or year_first else (int(two), int(one))
    for day_number, month_number in ((day, month), (month, day)):
        found = day_or_none(said, month_number, day_number)
        if found:
            return Date(year=said, month=month_number, day=day_number) if found <= here.now.date() else None
    return None
