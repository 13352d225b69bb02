"""The names of the rules that keep a start from being offered, in the order in which they are told."""

from enum import Enum


class Rule(Enum):
    """One reason why a visit cannot begin at a time."""

    NOT_BOOKABLE = "not bookable"
    QUALIFIED = "qualified"
    LICENCE = "licence"
    FOR_WHOM = "for whom"
    AGE = "age"
    NEEDS_FIRST = "needs first"
    TOO_SOON_AFTER = "too soon after"
    TOO_LONG_AFTER = "too long after"
    PATIENT_BUSY = "patient busy"
    WITHIN = "within"
    LEAD_TIME = "lead time"
    HORIZON = "horizon"
    GRID = "grid"
    CLOSED = "closed"
    LATEST_ARRIVAL = "latest arrival"
    LATEST_START = "latest start"
    WISH = "wish"
    OFF_DUTY = "off duty"
    KEPT_FOR_NEW = "kept for new"
    DAILY = "daily"
    DAILY_EACH = "daily each"
    DAILY_VISITS = "daily visits"
    LUNCH = "lunch"
    TRAVEL = "travel"
    BUSY = "busy"
    ASSISTANT = "assistant"
    ROOM = "room"
    DEVICE = "device"
    ROOM_AND_DEVICE = "room and device"


Layer = tuple[Rule, int]
"""A rule with the ticks at which it lets a visit begin."""


def all_of(layers: list[Layer]) -> int:
    """The ticks that every layer lets through."""
    ticks = -1
    for _, allowed in layers:
        ticks &= allowed
    return ticks
