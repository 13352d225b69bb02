"""What the checks share: when they take place, how the book is filled, and what must hold at the end."""

from datetime import UTC, datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.proving.certifying.desk import Desk, NotProven, Setting
from frontdesk.sample.visits import plausible_visits

MONDAY = datetime(2026, 5, 25, 14, 0, tzinfo=UTC)
"""Nine in the morning in Austin."""
SPRING, AUTUMN = datetime(2026, 3, 6, 15, 0, tzinfo=UTC), datetime(2026, 10, 30, 14, 0, tzinfo=UTC)
"""The Fridays before the clocks of the United States are changed, on March 8 and November 1."""
USUAL = Setting(now=MONDAY)
MANY = 350
"""More than three pages of a hundred."""


def must(holds: bool, otherwise: str) -> None:
    """Raises: NotProven, with what was seen instead."""
    if not holds:
        raise NotProven(otherwise)


async def well(desk: Desk) -> None:
    """Nothing is left, and nothing is wrong. Raises: NotProven."""
    await desk.settle()
    wrong = await desk.wrong()
    must(not wrong, "; ".join(wrong))


def busy_weeks(practice: Practice) -> list[Slot]:
    """The sample's plausible visits, those to come."""
    return [one.slot for one in plausible_visits(practice, now=MONDAY, seed=1) if one.slot.during.start > MONDAY]
