"""The parts of the day by full hours: plain 0, 12, 18 and 24; a practice may mean less by them."""

from datetime import time

from frontdesk.language.timeline.nodes import DayPart

_PARTS = {
    "early morning": (0, 9, "morning"),
    "mid morning": (9, 11, "morning"),
    "late morning": (9, 12, "morning"),
    "morning": (0, 12, "morning"),
    "first thing": (0, 10, "morning"),
    "before work": (0, 9, "morning"),
    "breakfast": (6, 10, "morning"),
    "before lunch": (0, 12, "morning"),
    "lunch": (12, 14, "afternoon"),
    "after lunch": (13, 17, "afternoon"),
    "early afternoon": (12, 15, "afternoon"),
    "mid afternoon": (14, 16, "afternoon"),
    "late afternoon": (15, 18, "afternoon"),
    "afternoon": (12, 18, "afternoon"),
    "tea": (15, 17, "afternoon"),
    "after school": (15, 18, "afternoon"),
    "daytime": (9, 17, "afternoon"),
    "after work": (17, 21, "evening"),
    "end of day": (17, 24, "evening"),
    "dinner": (18, 21, "evening"),
    "early evening": (18, 21, "evening"),
    "late evening": (20, 24, "evening"),
    "evening": (18, 24, "evening"),
    "after dinner": (19, 24, "evening"),
    "night": (18, 24, "night"),
    "late night": (21, 24, "night"),
    "dawn": (0, 6, "dawn"),
}


def part_named(name: str) -> DayPart:
    """The part of the day that our own name stands for."""
    start, end, reads = _PARTS[name]
    return DayPart(start=time(start), end=None if end == 24 else time(end), name=reads, called=name)


def part_within(part: DayPart, third: str) -> DayPart:
    """The early, middle or late part of a part of the day; the whole where no name for it is known."""
    name = f"{third} {part.name}"
    return part_named(name) if name in _PARTS else part
