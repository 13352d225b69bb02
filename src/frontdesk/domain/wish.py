"""When a patient would like to come, as windows on the wall clock of a location."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import Period, wall


class Otherwise(Enum):
    """What is told where nothing fits a wish. What comes nearest costs a look at every free time."""

    NEAREST = "nearest"
    NOTHING = "nothing"


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

    @property
    def names_days(self) -> bool:
        """Whether days are asked for."""
        return bool(self.first or self.last or self.weekdays)

    @property
    def is_beyond(self) -> bool:
        """Whether it is every day from one on, or until one: outside of what somebody's own days allow."""
        return (self.first is None) != (self.last is None) and not (self.weekdays or self.names_hours)

    @property
    def names_hours(self) -> bool:
        """Whether a part of the day is asked for."""
        return any(part is not None for part in (self.earliest, self.latest, self.done_by, self.at))

    def completed_by(self, before: "Window") -> "Window":
        """This window, with the days or the hours that it leaves open taken from what was asked for before."""
        if self.names_days and not self.names_hours:
            return replace(self, earliest=before.earliest, latest=before.latest, done_by=before.done_by, at=before.at)
        if self.names_hours and not self.names_days:
            return replace(self, first=before.first, last=before.last, weekdays=before.weekdays)
        return self

    def on(self, day: date) -> "Window":
        """This part of that day."""
        return replace(self, first=day, last=day)

    def fits_day(self, day: date) -> bool:
        """Whether a visit on that day can fit."""
        return (
            (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
            and (not self.weekdays or Weekday(day.weekday()) in self.weekdays)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the patient asked for: any of `windows` (none named: any time), none of `excluded`.

    `any_hour`: at whatever time of these days, whatever hours were wished for before. `same_time`: at the hour of the
    visit that is to be moved.
    """

    windows: tuple[Window, ...] = ()
    excluded: tuple[Window, ...] = ()
    practitioner: PractitionerId | None = None
    any_hour: bool = False
    same_time: bool = False

    @property
    def names_one_start(self) -> bool:
        """Whether one day and one clock time are asked for: there is nothing left to choose."""
        if len(self.windows) != 1:
            return False
        window = self.windows[0]
        return window.at is not None and window.first is not None and window.first == window.last

    @property
    def is_open(self) -> bool:
        """Whether nothing at all was asked for."""
        return not (self.windows or self.excluded or self.practitioner)

    def fits(self, visit: Period, zone: ZoneInfo) -> bool:
        """Whether a visit's time is one the patient asked for. The practitioner is not looked at."""
        return (not self.windows or any(window.fits(visit, zone) for window in self.windows)) and not any(
            window.fits(visit, zone) for window in self.excluded
        )

    def is_past(self, today: date) -> bool:
        """Whether every day that was asked for is over."""
        return bool(self.windows) and all(one.last is not None and one.last < today for one in self.windows)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day that can fit; None where the wish has no such end."""
        firsts = [window.first for window in self.windows if window.first is not None]
        lasts = [window.last for window in self.windows if window.last is not None]
        return (
            min(firsts) if firsts and len(firsts) == len(self.windows) else None,
            max(lasts) if lasts and len(lasts) == len(self.windows) else None,
        )

    @property
    def of_any_day(self) -> "Wish":
        """What of it holds on every day: weekdays, hours and who, not the dates."""
        windows = tuple(replace(window, first=None, last=None) for window in self.windows)
        excluded = tuple(window for window in self.excluded if window.first is None and window.last is None)
        return replace(self, windows=windows, excluded=excluded)

    def refined_by(self, said: "Wish") -> "Wish":
        """What is wanted once more was said: "evenings", then "Wednesday", is Wednesday evening.

        A window that names both days and hours stands alone; so does an open wish ("whenever"). "Not Mondays", then
        "no Tuesdays either": neither; "all right, Monday the 8th": that one after all.
        """
        if said.is_open:
            return said
        windows = said.windows
        if len(self.windows) == 1 and not said.any_hour:
            windows = tuple(window.completed_by(self.windows[0]) for window in windows)
        if not windows:
            windows = self.windows
        days = {window.first for window in said.windows if window.first is not None and window.first == window.last}
        kept = tuple(no for no in self.excluded if no.names_hours or not any(no.fits_day(day) for day in days))
        if said.excluded and said.windows:
            kept = tuple(no for no in kept if no.is_beyond)
        return replace(
            said,
            windows=windows,
            excluded=(*kept, *said.excluded),
            practitioner=said.practitioner or self.practitioner,
            same_time=said.same_time or (self.same_time and not any(window.names_hours for window in said.windows)),
        )

    @property
    def bounds(self) -> "Wish":
        """What stays true of it when other times are asked for: the days beyond which none will do."""
        return Wish(excluded=tuple(window for window in self.excluded if window.is_beyond))

    def seen_from(self, start: datetime) -> "Wish":
        """The same, told from a visit that is to be moved: hours without a day are of its day, the same time is its.

        `start` on the wall clock of its location.
        """
        windows = [window if window.names_days else window.on(start.date()) for window in self.windows]
        if self.same_time:
            windows = [window if window.names_hours else replace(window, at=start.time()) for window in windows]
        return replace(self, windows=tuple(windows), same_time=False)
