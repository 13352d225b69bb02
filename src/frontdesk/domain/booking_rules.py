"""What a practice asks of a visit beyond its people and rooms: who may have it, when, how often and after what."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.time import DayTime

NOTHING: timedelta = timedelta(0)


class ForWhom(Enum):
    """Which patients may have a service."""

    ANYBODY = "anybody"
    NEW = "new patients"
    KNOWN = "known patients"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spacing:
    """Days between a visit and one of the `since` services, before or after it; counted on the location's calendar.

    `at_least` keeps them apart. `at_most` is how long after the last one the next may be.
    """

    since: tuple[ServiceId, ...]
    at_least: timedelta | None = None
    at_most: timedelta | None = None

    def __post_init__(self) -> None:
        if not self.since or (self.at_least is None and self.at_most is None):
            raise Impossible("Spacing: name a service, and `at_least`, `at_most` or both")
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise Impossible("Spacing: `at_most` is shorter than `at_least`")
        _check_whole_days("Spacing", self.at_least, self.at_most)


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """How far apart the visits of a course usually are, in whole days. It is advice and forbids nothing."""

    at_least: timedelta
    at_most: timedelta

    def __post_init__(self) -> None:
        if not NOTHING < self.at_least <= self.at_most:
            raise Impossible("Apart: `at_least` is above zero, and `at_most` no shorter")
        _check_whole_days("Apart", self.at_least, self.at_most)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prerequisite:
    """A visit that has to come first, one of `services`: `at_least` so long before, and not longer ago than `valid`."""

    services: tuple[ServiceId, ...]
    valid: timedelta | None = None
    at_least: timedelta = NOTHING

    def __post_init__(self) -> None:
        if not self.services:
            raise Impossible("Prerequisite: name the service that comes first")
        _check_whole_days("Prerequisite", self.valid, self.at_least)


def _check_whole_days(what: str, *lengths: timedelta | None) -> None:
    if any(length is not None and (length < NOTHING or length % timedelta(days=1)) for length in lengths):
        raise Impossible(f"{what}: its lengths are counted in whole days")


@dataclass(frozen=True, kw_only=True, slots=True)
class Processing:
    """A part of a visit without the practitioner: `after` so long from its start, for `length`. The room stays held."""

    after: timedelta
    length: timedelta

    def __post_init__(self) -> None:
        if self.after <= NOTHING or self.length <= NOTHING:
            raise Impossible("Processing: it begins after some time with the practitioner, and takes some time")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lunch:
    """A pause of `length` that may lie anywhere in `between`, and that bookings leave room for."""

    between: DayTime
    length: timedelta

    def __post_init__(self) -> None:
        if self.length <= NOTHING:
            raise Impossible("Lunch: a length above zero is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingRules:
    """The rules of one service. None leaves a rule out; for lead time and horizon it means the practice's own.

    `from_age` and `to_age` are both allowed, in whole years on the day of the visit. `licences`: each is needed,
    and valid on the day. `latest_start`: on the wall clock, itself allowed. `daily` counts the service's visits of
    a location and day, `daily_each` those of one practitioner. `extra_for_new` lengthens a new patient's visit.
    """

    for_whom: ForWhom = ForWhom.ANYBODY
    from_age: int | None = None
    to_age: int | None = None
    licences: tuple[str, ...] = ()
    lead_time: timedelta | None = None
    horizon: timedelta | None = None
    latest_start: time | None = None
    daily: int | None = None
    daily_each: int | None = None
    extra_for_new: timedelta = NOTHING
    spacing: tuple[Spacing, ...] = ()
    needs_first: tuple[Prerequisite, ...] = ()
    sessions_apart: Apart | None = None

    def fits_age(self, born: date, *, first: date, last: date) -> bool:
        """Whether somebody is of the age for it on a day of these, both included."""
        youngest, oldest = _age(born, on=first), _age(born, on=last)
        return (self.from_age is None or oldest >= self.from_age) and (self.to_age is None or youngest <= self.to_age)


def _age(born: date, *, on: date) -> int:
    """In whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


NO_RULES = BookingRules()
