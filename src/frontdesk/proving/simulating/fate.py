"""What is going to become of one visit, drawn when it is made; reminders change it, and nothing else does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from frontdesk.proving.simulating.attending import left_after, missed_when_made
from frontdesk.proving.simulating.habits import Habits

LEAST_NOTICE = timedelta(hours=1)
"""Whoever thinks of it later than that does not come, and says nothing (a guess)."""


class Moved(Enum):
    """What a reminder has done with somebody who would not have come."""

    NOTHING = "nothing"
    COMES = "comes"
    TELLS = "tells"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """`luck` from 0 to 1: the visit is missed if it lies below the chance of that. `cancelled`: they give it up then.

    `tells`: whether a reminder that stirs them makes them write that they cannot come; else they come.
    """

    missed: float
    luck: float
    tells: bool
    cancelled: datetime | None
    by_text: bool

    def is_missed(self, habits: Habits, *, reminders: int) -> bool:
        """Whether they stay away after so many reminders."""
        return self.luck < self.missed * left_after(habits, reminders)

    def stirred(self, habits: Habits, *, reminders: int) -> Moved:
        """What the last of so many reminders has changed."""
        if reminders < 1 or not self.is_missed(habits, reminders=reminders - 1):
            return Moved.NOTHING
        if self.is_missed(habits, reminders=reminders):
            return Moved.NOTHING
        return Moved.TELLS if self.tells else Moved.COMES


def draw_fate(habits: Habits, *, made: datetime, start: datetime, chance: Random) -> Fate:
    """What is to become of a visit made at `made` for `start`, both UTC."""
    lead = start - made
    luck, tells, gives_up = chance.random(), chance.random(), chance.random()
    notice, by_text = _notice(habits, lead, chance), chance.random() < habits.cancels_by_text
    return Fate(
        missed=missed_when_made(habits, lead / timedelta(days=1)),
        luck=luck,
        tells=tells < habits.tells_when_reminded,
        cancelled=start - notice if gives_up < habits.cancels and LEAST_NOTICE < notice < lead else None,
        by_text=by_text,
    )


def _notice(habits: Habits, lead: timedelta, chance: Random) -> timedelta:
    """How long before the visit somebody gives it up: on the day itself, or any time before."""
    if chance.random() < habits.cancels_on_the_day:
        return timedelta(hours=chance.uniform(1, 9))
    return timedelta(hours=chance.uniform(12, max(12.5, lead / timedelta(hours=1))))
