"""What the clock on the wall of a location shows along a ruler: its days, and each time of day, in ticks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime, wall
from frontdesk.scheduling.ruler import DAY, Ruler, since_midnight

MIDNIGHT = time(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Steady:
    """A stretch of ticks in which the clock is not changed: at tick t it shows (t + phase) ticks after midnight."""

    first: int
    end: int
    phase: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WallClock:
    """`days` are those wholly on the ruler: first tick and the tick after the last. `once_a_day` has a bit a day."""

    zone: ZoneInfo
    ruler: Ruler
    days: Mapping[date, tuple[int, int]]
    weekdays: Mapping[Weekday, int]
    steady: tuple[Steady, ...]
    once_a_day: int

    def shows(self, earliest: time | None, before: time | None) -> int:
        """The ticks at which the clock shows `earliest` or later and not yet `before`; midnight and None bound nothing.

        An hour that is shown twice counts twice.
        """
        day = DAY // self.ruler.tick
        first = self._of_day(earliest) if earliest else 0
        end = day if before in {None, MIDNIGHT} else self._of_day(before)
        return self._every_day(((1 << (end - first)) - 1) << first if first < end else 0)

    def at(self, shown: time) -> int:
        """The ticks at which the clock shows exactly a time; none when no tick does."""
        since = since_midnight(shown)
        return 0 if since % self.ruler.tick else self._every_day(1 << since // self.ruler.tick)

    def until(self, latest: time) -> int:
        """The ticks at which the clock shows no more than a time: that time itself is among them."""
        return self._every_day((1 << (since_midnight(latest) // self.ruler.tick + 1)) - 1)

    def multiples_of(self, grid: timedelta) -> int:
        """The ticks at which the clock shows a multiple of the grid, counted from 00:00."""
        step, day = grid // self.ruler.tick, DAY // self.ruler.tick
        return self._every_day(sum(1 << tick for tick in range(0, day, step)))

    def during(self, day: date, hours: DayTime) -> tuple[int, int] | None:
        """A stretch of one day as its first tick and the tick after its last; None off the ruler, or where skipped."""
        if day not in self.days:
            return None
        first, end = self.days[day]
        if end - first == DAY // self.ruler.tick and self._is_steady(first, end):
            last = end if hours.end == MIDNIGHT else first + self._of_day(hours.end)
            return first + self._of_day(hours.start), last
        period = hours.on(day, self.zone)
        return self.ruler.stretch_of(period) if period else None

    def from_day_to_day(self, first: date | None, last: date | None) -> int:
        """The ticks of the days from the first to the last, both included; None leaves that side open."""
        begun = self._tick_of(first) if first else 0
        ended = self._tick_of(last + timedelta(days=1)) if last and last < date.max else self.ruler.count
        return self.ruler.between(begun, ended)

    def same_day(self, length: int) -> int:
        """The ticks from which that many ticks on it is still the same day: midnight itself is the next."""
        late = 0
        for first, _ in self.days.values():
            late |= self.ruler.between(first - length, first)
        return ((1 << self.ruler.count) - 1) & ~late

    def day_of(self, tick: int) -> date:
        """The day that the calendar on the wall shows at a tick."""
        return wall(self.ruler.at(tick), self.zone).date()

    def time_of_day(self, tick: int) -> timedelta:
        """What the clock shows at a tick, as the time since midnight."""
        return since_midnight(wall(self.ruler.at(tick), self.zone).time())

    def _tick_of(self, day: date) -> int:
        if day in self.days:
            return self.days[day][0]
        return self.ruler.at_or_after(datetime.combine(day, MIDNIGHT, tzinfo=self.zone))

    def _of_day(self, shown: time) -> int:
        return self.ruler.ticks(since_midnight(shown))

    def _is_steady(self, first: int, end: int) -> bool:
        return any(one.first <= first and end <= one.end for one in self.steady)

    def _every_day(self, pattern: int) -> int:
        """The ticks whose place in the day is one of the pattern's."""
        repeated, day = pattern * self.once_a_day, DAY // self.ruler.tick
        ticks = 0
        for one in self.steady:
            ticks |= (repeated >> one.phase % day) & self.ruler.between(one.first, one.end)
        return ticks


def wall_clock(zone: ZoneInfo, ruler: Ruler) -> WallClock:
    """The clock of a zone along a ruler. Clocks are changed on a tick and at most once a day."""
    days = {day: (first, end) for day, (first, end) in _whole_days(zone, ruler)}
    weekdays = {
        weekday: ruler.together(days[day] for day in days if day.weekday() == weekday.value) for weekday in Weekday
    }
    day = DAY // ruler.tick
    return WallClock(
        zone=zone,
        ruler=ruler,
        days=days,
        weekdays=weekdays,
        steady=tuple(_steady(zone, ruler)),
        once_a_day=((1 << day * (ruler.count // day + 3)) - 1) // ((1 << day) - 1),
    )


def _whole_days(zone: ZoneInfo, ruler: Ruler) -> Iterator[tuple[date, tuple[int, int]]]:
    for day, whole in ruler.days(zone):
        yield day, (ruler.at_or_after(whole.start), ruler.at_or_before(whole.end))


def _steady(zone: ZoneInfo, ruler: Ruler) -> Iterator[Steady]:
    day = DAY // ruler.tick
    looks = [*range(0, ruler.count, day), ruler.count]
    begun, shift = 0, _shift(zone, ruler, 0)
    for one, other in pairwise(looks):
        if (after := _shift(zone, ruler, other)) != shift:
            changed = _change_between(zone, ruler, one, other)
            yield Steady(first=begun, end=changed, phase=shift)
            begun, shift = changed, after
    yield Steady(first=begun, end=ruler.count, phase=shift)


def _shift(zone: ZoneInfo, ruler: Ruler, tick: int) -> int:
    """How many ticks the clock is ahead of UTC."""
    return (wall(ruler.at(tick), zone).utcoffset() or timedelta(0)) // ruler.tick


def _change_between(zone: ZoneInfo, ruler: Ruler, same: int, changed: int) -> int:
    before = _shift(zone, ruler, same)
    while changed - same > 1:
        middle = (same + changed) // 2
        if _shift(zone, ruler, middle) == before:
            same = middle
        else:
            changed = middle
    return changed
