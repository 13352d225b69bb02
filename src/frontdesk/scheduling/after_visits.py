"""When something is said after a visit: on the location's wall clock, out of the night, and only while it is of use."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import instant, wall
from frontdesk.scheduling.reminding import A_DAY, EVENING, FIRST, LAST

AFTERCARE_GOOD_FOR = timedelta(days=1)
"""What to mind after a visit is of use for so long after it was due (a guess)."""

AGAIN_AT = time(11)
"""On the location's wall clock, when somebody is asked to come again (a guess)."""
AGAIN_GOOD_FOR = timedelta(days=14)
"""So long after it was due it is still of use (a guess): the law's hours and caps may move it by days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """`due` is when it goes; from `good_until` on it is of no use."""

    due: datetime
    good_until: datetime


def aftercare_due(end: datetime, after: timedelta, *, zone: ZoneInfo) -> Due:
    """So long after the end of a visit; what would go at night goes in the evening before it, else in the morning.

    Sooner is better than later here: what to mind is mostly about the first hours.
    """
    due = end + after
    at = wall(due, zone)
    if at.time() >= LAST or at.time() < FIRST:
        evening = instant(at.date() - (A_DAY if at.time() < FIRST else timedelta(0)), EVENING, zone)
        morning = instant(at.date() + (A_DAY if at.time() >= LAST else timedelta(0)), FIRST, zone)
        due = evening if end <= evening else morning
    return Due(due=due, good_until=due + AFTERCARE_GOOD_FOR)


def again_due(end: datetime, after: timedelta, *, zone: ZoneInfo) -> Due:
    """So many days after a visit, counted on the wall, at AGAIN_AT; a part of a day counts as none."""
    due = instant(wall(end, zone).date() + timedelta(days=after.days), AGAIN_AT, zone)
    return Due(due=due, good_until=due + AGAIN_GOOD_FOR)
