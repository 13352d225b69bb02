"""Which day is meant where somebody asks whether the practice is open."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from frontdesk.domain.practice import Location
from frontdesk.domain.wish import Wish
from frontdesk.language.script import folded

JUST_PAST = timedelta(days=14)
"""So long after a holiday its name still means the one that was, where the next is not entered yet."""

_WORD = re.compile(r"[a-z]+")


def day_meant(readings: Sequence[Wish], plain: str, place: Location, *, today: date) -> date | None:
    """The one day that is named, by a closure's name or as a time; None where none is, or several.

    Of two readings the first counts: what the answer tells names its date.
    """
    if named := _closure(plain, place, today=today):
        return named
    windows = readings[0].windows if readings else ()
    if len(windows) != 1:
        return None
    window = windows[0]
    return window.first if window.first == window.last else None


def _closure(plain: str, place: Location, *, today: date) -> date | None:
    said = set(_WORD.findall(plain))
    for day in sorted(place.closures, key=lambda day: (day < today, day)):
        words = [word for word in _WORD.findall(folded(place.closures[day])) if len(word) > 1]
        if today - day <= JUST_PAST and words and said.issuperset(words):
            return day
    return None
