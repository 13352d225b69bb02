"""When a patient would like to come, as windows on the wall clock of a location."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import Period, wall


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """One stretch of the wish: days and a part of the day. What is left out is open.

    `first` and `last` are both included. A visit fits when it starts at `earliest` or later and before
    `latest`, and ends by `done_by`. `at` names one clock time: only a visit that starts then fits.
    """

    first: date | None = None
    last: date | None = None
    weekdays: frozenset[Weekday] = frozenset()
    earliest: time | None = None
    latest: time | None = None
    done_by: time | None = None
    at: time | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise Impossible(f"Window: the last day {self.last} comes before the first {self.first}")

    def fits(self, visit: Period, zone: ZoneInfo) -> bool:
        """Whether a visit lies in this window, on the wall clock of its location."""
        start, end = wall(visit.start, zone), wall(visit.end, zone)
        day, clock = start.date(), start.time()
        return (
            self.fits_day(day)
            and (self.earliest is None or clock >= self.earliest)
            and (self.latest is None or self.latest == time(0) or clock < self.latest)
            and (self.done_by is None or (end.date() == day and end.time() <= self.done_by))
            and (self.at is None or clock == self.at)
        )

    def fits_day(self, day: date) -> bool:
        """Whether a visit on that day can fit."""
        return (
            (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
            and (not self.weekdays or Weekday(day.weekday()) in self.weekdays)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the patient asked for: any of `windows` (none named: any time), none of `excluded`."""

    windows: tuple[Window, ...] = ()
    excluded: tuple[Window, ...] = ()
    practitioner: PractitionerId | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing at all was asked for."""
        return not (self.windows or self.excluded or self.practitioner)

    def fits(self, visit: Period, zone: ZoneInfo) -> bool:
        """Whether a visit's time is one the patient asked for. The practitioner is not looked at."""
        return (not self.windows or any(window.fits(visit, zone) for window in self.windows)) and not any(
            window.fits(visit, zone) for window in self.excluded
        )
