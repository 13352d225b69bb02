"""How a time that opened up is offered: to one person at a time while that leaves enough of the notice, then in waves.

An offer to one person is kept for them until they have had time to answer. In a wave a few are asked at once, and the
first to answer gets it. How many must be asked follows from how rarely an offer is taken; how fast, from what is left
of the hours in which patients may be written to.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil, log
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import instant, wall

CHANCE = 0.083
"""How often an offer is taken: the figure that the project is measured by. A practice's own may differ."""
ENOUGH = 0.98
"""As many are to be asked as would fill the time so surely."""
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=1)
"""How long a time is kept for one person: long enough to read a text and look at a calendar (a guess)."""
APART = timedelta(minutes=15)
"""So long after a wave follows the next (a guess)."""
OPEN_FOR = timedelta(minutes=30)
"""So long a wave's offer is open; whoever says yes later gets the time if it is still free."""
SMALLEST, LARGEST = 2, 5
"""So many are asked at once: more would be told "gone" for little."""
TO_COME = timedelta(minutes=45)
"""So shortly before a time nobody is asked for it, whatever a practice allows: they could hardly come (a guess)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class One:
    """One person is asked, and the time is kept for them so long."""

    keep: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Wave:
    """So many are asked at once; the next may be asked `then` later, and these may answer for `open_for`."""

    size: int
    then: timedelta
    open_for: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """It is too late to ask anybody, or nobody is left."""


def needed(people: int, *, chance: float = CHANCE, enough: float = ENOUGH) -> int:
    """How many of these must be asked until one takes it about as surely as `enough`; all, where they are fewer."""
    if not 0 < chance < 1:
        raise Impossible(f"how often an offer is taken lies between 0 and 1, not at {chance}")
    return min(people, ceil(log(1 - enough) / log(1 - chance)))


def next_step(*, left: timedelta, people: int, racing: bool = False, chance: float = CHANCE) -> One | Wave | Over:
    """What to do now. `left`: of the time in which somebody can still be asked; `people`: who have not been asked.

    `racing`: some were told that the first to answer gets it. From then on it is kept for nobody: that would break it.
    """
    if people < 1 or left <= timedelta(0):
        return Over()
    to_ask = needed(people, chance=chance)
    for_waves = APART * ceil((to_ask - 1) / LARGEST)
    spare = left - for_waves
    if not racing and (people == 1 or spare >= SHORTEST):
        even = left / to_ask
        return One(keep=min(max(SHORTEST, min(LONGEST, even)), max(spare, SHORTEST), left))
    waves_left = max(1, left // APART)
    size = min(people, LARGEST, max(SMALLEST, ceil(to_ask / waves_left)))
    return Wave(size=size, then=min(APART, left), open_for=min(OPEN_FOR, left))


def time_to_ask(
    now: datetime, start: datetime, *, zone: ZoneInfo, first: time, last: time, lead: timedelta = TO_COME
) -> timedelta:
    """How much of the time until `start` lies between these hours of the wall.

    `lead`: how long before a visit it must be booked; what it takes to come is left out in any case.
    """
    until = start - max(TO_COME, lead)
    left = timedelta(0)
    day = wall(now, zone).date()
    while now < until and instant(day, first, zone) < until:
        opens, closes = instant(day, first, zone), instant(day, last, zone)
        left += max(min(closes, until) - max(opens, now), timedelta(0))
        day += timedelta(days=1)
    return left
