"""The names of the rules that keep a start from being offered, in the order in which they are told."""

from enum import Enum


class Rule(Enum):
    """One reason why a visit cannot begin at a time."""

    NOT_BOOKABLE = "not bookable"
    QUALIFIED = "qualified"
    FOR_WHOM = "for whom"
    AGE = "age"
    NEEDS_FIRST = "needs first"
    TOO_SOON_AFTER = "too soon after"
    TOO_LONG_AFTER = "too long after"
    PATIENT_BUSY = "patient busy"
    LEAD_TIME = "lead time"
    HORIZON = "horizon"
    LATEST_ARRIVAL = "latest arrival"
    LATEST_START = "latest start"
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
    OFF_DUTY = "off duty"
    LICENCE = "licence"
    CLOSED = "closed"
    WISH = "wish"
    WITHIN = "within"
    GRID = "grid"
    ELSEWHERE = "elsewhere"


AS_LAID: tuple[Rule, ...] = (
    Rule.WITHIN,
    Rule.WISH,
    Rule.GRID,
    Rule.FOR_WHOM,
    Rule.AGE,
    Rule.NEEDS_FIRST,
    Rule.TOO_SOON_AFTER,
    Rule.TOO_LONG_AFTER,
    Rule.PATIENT_BUSY,
    Rule.LEAD_TIME,
    Rule.HORIZON,
    Rule.CLOSED,
    Rule.OFF_DUTY,
    Rule.LICENCE,
    Rule.LATEST_ARRIVAL,
    Rule.LATEST_START,
    Rule.KEPT_FOR_NEW,
    Rule.DAILY,
    Rule.DAILY_EACH,
    Rule.DAILY_VISITS,
    Rule.LUNCH,
    Rule.TRAVEL,
    Rule.BUSY,
    Rule.ASSISTANT,
    Rule.ROOM,
    Rule.DEVICE,
    Rule.ROOM_AND_DEVICE,
)
"""The order in which rules are laid on one another to see which takes the last start: the request first."""

Layer = tuple[Rule, int]
"""A rule with the ticks at which it lets a visit begin."""


def all_of(layers: list[Layer]) -> int:
    """The ticks that every layer lets through."""
    ticks = -1
    for _, allowed in layers:
        ticks &= allowed
    return ticks
