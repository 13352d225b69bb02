"""Days told from the one that is spoken of: "the week after that", "the Thursday after", "that same day".

Each is None where no day is spoken of: then the words mean what they mean by themselves, or nothing.
"""

from datetime import datetime, time

from frontdesk.language.timeline.dates import grain
from frontdesk.language.timeline.nodes import Days, Here
from frontdesk.language.timeline.stretch import DAY, Grain, a_day, unit
from frontdesk.language.timeline.symbols import Found


def same_day(found: Found, here: Here) -> Days | None:
    """That day."""
    return None if here.spoken_of is None else Days(stretch=a_day(here.spoken_of))


def day_after(found: Found, here: Here) -> Days | None:
    """The day after that."""
    return None if here.spoken_of is None else Days(stretch=a_day(here.spoken_of + DAY))


def weekday_after(found: Found, here: Here) -> Days | None:
    """The Thursday after it; where it is a Thursday, the one a week later."""
    if here.spoken_of is None:
        return None
    ahead = (found.index("weekday", "WEEKDAY") - here.spoken_of.weekday() - 1) % 7 + 1
    return Days(stretch=a_day(here.spoken_of + ahead * DAY))


def weekday_of_that_week(found: Found, here: Here) -> Days | None:
    """The Thursday of that same week."""
    if here.spoken_of is None:
        return None
    ahead = found.index("weekday", "WEEKDAY") - here.spoken_of.weekday()
    return Days(stretch=a_day(here.spoken_of + ahead * DAY))


def same_unit(found: Found, here: Here) -> Days | None:
    """That week, that same month."""
    return None if here.spoken_of is None else Days(stretch=unit(_there(here), grain(found)))


def unit_after(found: Found, here: Here) -> Days | None:
    """The week after that."""
    return None if here.spoken_of is None else Days(stretch=unit(_there(here), grain(found), 1))


def week_later(found: Found, here: Here) -> Days | None:
    """A week later, to the day."""
    return None if here.spoken_of is None else Days(stretch=a_day(here.spoken_of + 7 * DAY))


def weeks_later(found: Found, here: Here) -> Days | None:
    """Two weeks after that: some day of that week."""
    if here.spoken_of is None:
        return None
    return Days(stretch=unit(_there(here), Grain.WEEK, found.number("count")))


def _there(here: Here) -> datetime:
    assert here.spoken_of is not None  # each of the above has looked
    return datetime.combine(here.spoken_of, time(12))
