"""Days, hours and wishes in words, on the wall clock of a location."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Tells times in one language and zone. A year is named only when it is not that of `now`."""

    told: Catalogue
    zone: ZoneInfo
    now: datetime

    def moment(self, at: datetime) -> str:
        """ "Thursday, May 28 at 6:00 PM"."""
        here = wall(at, self.zone)
        key = "moment_at_one" if here.hour % 12 == 1 else "moment"
        return self.told.say(key, date=self.day(here.date()), clock=clock(here.time()))

    def day(self, day: date) -> str:
        """ "Thursday, May 28"."""
        fills = {
            "weekday": self.told.lists["weekdays"][day.weekday()],
            "month": self.told.lists["months"][day.month - 1],
            "day": str(day.day),
        }
        if day.year == wall(self.now, self.zone).year:
            return self.told.say("date", **fills)
        return self.told.say("date_with_year", **fills, year=str(day.year))

    def wish(self, wish: Wish) -> str:
        """ "Friday, June 5 from 3:00 PM"; several stretches are joined by "or"."""
        return self.told.either([self._window(window) for window in wish.windows]) or self.told.say("any_time")

    def _window(self, window: Window) -> str:
        parts = [part for part in (self._days(window), self._hours(window)) if part]
        if window.done_by:
            parts.append(self.told.say("hours_done_by", at=clock(window.done_by)))
        return " ".join(parts) or self.told.say("any_time")

    def _days(self, window: Window) -> str:
        if window.weekdays:
            names = [
                self.told.lists["weekdays_plural"][day.value]
                for day in sorted(window.weekdays, key=lambda day: day.value)
            ]
            return self.told.say("every", days=self.told.either(names))
        if window.first and window.last:
            if window.first == window.last:
                return self.day(window.first)
            return self.told.say("days_between", start=self.day(window.first), end=self.day(window.last))
        if window.first:
            return self.told.say("days_from", start=self.day(window.first))
        return self.told.say("days_until", end=self.day(window.last)) if window.last else ""

    def _hours(self, window: Window) -> str:
        if window.at:
            return self.told.say("hours_at", at=clock(window.at))
        if window.earliest and window.latest:
            return self.told.say("hours_between", start=clock(window.earliest), end=clock(window.latest))
        if window.earliest:
            return self.told.say("hours_from", at=clock(window.earliest))
        return self.told.say("hours_before", at=clock(window.latest)) if window.latest else ""


def clock(at: time) -> str:
    """ "6:00 PM", as both languages write it in the United States."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'PM' if at.hour >= 12 else 'AM'}"
