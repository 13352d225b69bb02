"""Who is told of a task in which round, and when the next is told if nobody takes it. Pure: now comes in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.dialogue.coverage import after_open_hours, is_anywhere_open, next_opening
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.practice import Practice
from frontdesk.domain.telling import Contact

LONGEST_PAUSE = timedelta(hours=24)
DOUBLINGS = 20
"""After so many a wait is the longest, whatever it was at first; doubled on for weeks it would be too long to add."""


GATHERS, GATHERS_SOON = timedelta(minutes=10), timedelta(minutes=2)
"""Whoever was told of something so lately hears of what came up since in one notice, when that is over (a guess)."""
_SOON = frozenset({Reason.LATE, Reason.HERE})
"""What is of no use ten minutes later."""


def gathers_for(reason: str, *, urgent: bool) -> timedelta:
    """How long after their last notice somebody is not told of it yet. An emergency waits for nothing."""
    if reason == Reason.EMERGENCY:
        return timedelta(0)
    return GATHERS_SOON if urgent or reason in _SOON else GATHERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Who is told now, and when the next are, unless somebody has taken the task by then."""

    who: tuple[Contact, ...]
    next: datetime


def next_round(practice: Practice, reason: str, *, urgent: bool, rounds: int, now: datetime) -> Round:
    """The round after so many: each of the order alone, then all at once, and again, each time after twice the wait."""
    order = told_in_order(practice, reason, urgent=urgent)
    if not urgent and rounds == 0 and not order[0].email and (opens := _opens(practice, now)) is not None:
        return Round(who=(), next=opens)  # nobody's phone rings at night for what can wait
    who = (order[rounds],) if rounds < len(order) else order
    over = min(max(0, rounds - len(order) + 1), DOUBLINGS)
    if reason == Reason.EMERGENCY:
        return Round(who=who, next=now + min(practice.telling.acknowledge_within * 2**over, LONGEST_PAUSE))
    if urgent:
        return Round(who=who, next=now + min(practice.telling.urgent_within * 2**over, LONGEST_PAUSE))
    wait = min(practice.telling.within * 2**over, LONGEST_PAUSE)
    return Round(who=who, next=after_open_hours(practice, wait, now=now))


def told_in_order(practice: Practice, reason: str, *, urgent: bool) -> tuple[Contact, ...]:
    """Everybody who is told, the first of all first; the practice's e-mail where nobody is named."""
    telling = practice.telling
    on_call = telling.on_call_order() if reason == Reason.EMERGENCY else ()
    found = on_call or telling.order(reason, urgent=urgent)
    return found or (Contact(id=practice.key, email=practice.email),)


def _opens(practice: Practice, now: datetime) -> datetime | None:
    """When the practice opens; None while it is open, or where no opening is in sight."""
    if is_anywhere_open(practice, now=now):
        return None
    opens = [at for place in practice.locations if (at := next_opening(practice, place.id, now=now)) is not None]
    return min(opens, default=None)
