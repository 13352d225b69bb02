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


MOST_DAYS = 4
"""So many days are answered at once: "are you closed on Memorial Day and July 4?", "what holidays are you closed?"."""


def days_meant(readings: Sequence[Wish], plain: str, place: Location, *, today: date) -> list[date]:
    """The days that are named, by a closure's name or as times; [] where none is, or a stretch of several.

    Of two readings the first counts: what the answer tells names its date.
    """
    named = _closure(plain, place, today=today)
    windows = readings[0].windows if readings else ()
    days = [window.first for window in windows if window.first is not None and window.first == window.last]
    if len(days) < len(windows):
        days = []
    return list(dict.fromkeys([named, *days] if named else days))[:MOST_DAYS]


def closures_to_come(place: Location, *, today: date, until: date) -> list[date]:
    """The next days that the practice is closed on beside the week's rule."""
    return [day for day in sorted(place.closures) if today <= day <= until][:MOST_DAYS]


def _closure(plain: str, place: Location, *, today: date) -> date | None:
    said = set(_WORD.findall(plain))
    for day in sorted(place.closures, key=lambda day: (day < today, day)):
        words = [word for word in _WORD.findall(folded(place.closures[day])) if len(word) > 1]
        if today - day <= JUST_PAST and words and said.issuperset(words):
            return day
    return None
