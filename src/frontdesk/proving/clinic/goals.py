"""When somebody has what they came for, and when the moment has come for what a task has them do out of turn."""

import re

from frontdesk.proving.clinic.listening import Heard
from frontdesk.proving.clinic.task import Goal

_SIGNS = {
    "book": {"booked"},
    "move": {"moved", "booked"},
    "cancel": {"cancelled"},
    "waitlist": {"waitlisted", "booked"},
    "person": {"handed"},
}

CHANGES = {"book", "move", "cancel", "confirm", "waitlist", "say", "person"}
"""What somebody may want that has something done; a question has not."""
_BOOKING = re.compile(r"\b(book|schedule|reserve)\b|\b(reserv|agend)", re.IGNORECASE)
_CANCELLING = re.compile(r"\bcancel", re.IGNORECASE)


def is_about_booking(heard: Heard) -> bool:
    """Whether something would be booked."""
    return _BOOKING.search(heard.text) is not None


def is_about_cancelling(heard: Heard) -> bool:
    """Whether something would be cancelled."""
    return _CANCELLING.search(heard.text) is not None


def is_met(goal: Goal, heard: Heard, *, answers: bool) -> bool:
    """Whether a patient believes that they have what they want. `answers`: something is asked that they can answer.

    Somebody told that a person takes over waits for that person, and whoever is told that it cannot be takes it so;
    whoever only asked is content with any answer.
    """
    if goal.till is not None and re.search(goal.till, heard.text, re.IGNORECASE):
        return True
    if goal.do == "stop":
        return True
    if "emergency" in heard.says:
        return True
    if goal.do in {"ask", "say"}:
        if "lost" in heard.says or (heard.is_bare and heard.asks == {"service"}):
            return False
        return not answers and (goal.till is None or "handed" in heard.says)
    if "confirm" in heard.asks and "nothing" not in heard.says:
        return False
    if "declined" in heard.says and not heard.offers and not heard.asks - {"else", "person", "waitlist"}:
        return True
    if "nothing" in heard.says and goal.do in {"move", "cancel", "confirm"}:
        return True
    if goal.do == "confirm":
        return not answers and not heard.says & {"lost", "unproven"}
    if heard.says & _SIGNS[goal.do]:
        return True
    return "handed" in heard.says and not answers and not heard.offers


def is_moment(on: str, heard: Heard, *, goal: Goal, sent: int, fits: bool) -> bool:
    """Whether the moment that a task names has come with this reply."""
    match on.split():
        case ["offer"]:
            return bool(heard.offers) and fits and "confirm" not in heard.asks
        case ["read", "back"]:
            return "confirm" in heard.asks and not is_met(goal, heard, answers=False)
        case ["done"]:
            return is_met(goal, heard, answers=False)
        case ["asked", fact]:
            return fact in heard.asks
        case ["turn", number]:
            return sent == int(number)
        case _:
            return False
