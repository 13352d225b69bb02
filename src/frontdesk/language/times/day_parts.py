"""The parts of the day as a wish means them: within the hours a clinic keeps."""

from datetime import time

from frontdesk.language.timeline.nodes import DayPart
from frontdesk.language.times.pieces import Part

_OPENING = None
"""The morning begins when the clinic opens, the evening ends when it closes."""
_WISHED: dict[str, tuple[int | None, int | None]] = {
    "early morning": (_OPENING, 10), "mid morning": (10, 12), "late morning": (10, 12), "morning": (_OPENING, 12),
    "first thing": (_OPENING, 10), "before work": (_OPENING, 9), "breakfast": (_OPENING, 10), "dawn": (_OPENING, 10),
    "before lunch": (_OPENING, 12), "lunch": (12, 13), "after lunch": (13, 17), "early afternoon": (12, 15),
    "mid afternoon": (14, 16), "late afternoon": (15, None), "afternoon": (12, 18), "tea": (15, 17),
    "after school": (15, None), "daytime": (9, 17), "after work": (17, None), "end of day": (15, None),
    "dinner": (17, None), "early evening": (17, None), "late evening": (18, None), "evening": (17, None),
    "after dinner": (18, None), "night": (17, None), "late night": (18, None),
}  # fmt: skip
_WISHED_IN = {"es": {"afternoon": (12, 20)}}
"""Where a language's day is divided otherwise: la tarde lasts until eight."""


def part_wished(part: DayPart, language: str) -> Part:
    """From when to when a wish for that part of the day reaches; None: as long as the clinic is open."""
    first, last = _WISHED_IN.get(language, {}).get(part.called) or _WISHED[part.called]
    return Part(
        earliest=None if first is None else time(first),
        latest=None if last is None else time(last),
    )
