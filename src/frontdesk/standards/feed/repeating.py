"""When a rule repeats, on the clock of its own zone (RFC 5545 3.3.10): bounded arithmetic over whole numbers.

Written here because the known expanders cannot be stopped in the middle: a rule by the second, or one that never
comes true, keeps them busy for minutes (docs/decisions/0010-feeds-expanded-here.md).
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import product

from frontdesk.standards.feed.rule import Frequency, Rule
from frontdesk.standards.feed.text import Bad

_DAY = 86_400
_LENGTH = {Frequency.HOURLY: 3600, Frequency.MINUTELY: 60, Frequency.SECONDLY: 1}


class TooMuch(Bad):
    """More steps than any rule of a practice needs."""


@dataclass(kw_only=True, slots=True)
class Effort:
    """How many steps may still be taken; one is a few microseconds."""

    left: int

    def share(self, most: int) -> "Effort":
        """A part of it for one thing, so that this one cannot take all; what is left of it comes back by `return_`."""
        taken = min(most, self.left)
        self.left -= taken
        return Effort(left=taken)

    def return_(self, share: "Effort") -> None:
        """Take back what a share did not need."""
        self.left += max(share.left, 0)

    def spend(self, steps: int = 1) -> None:
        """Raises: TooMuch."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch("it repeats more often than can be followed")


def starts(
    rule: Rule,
    first: datetime,
    *,
    since: datetime,
    last: datetime,
    is_over: Callable[[datetime], bool],
    effort: Effort,
) -> Iterator[datetime]:
    """Each start from `since` to `last`, in order, on the wall; `first` is the first, whether it fits the rule or not.

    `is_over` says of a start whether it lies behind the rule's UNTIL. Raises: TooMuch.
    """
    if since <= first <= last:
        yield first
    told = 1
    shown = first.replace(fold=0)
    for at in _matches(
        _completed(rule, shown), shown, since=shown if rule.count else max(shown, since), effort=effort, last=last
    ):
        if at <= shown:
            continue
        told += 1
        if at > last or is_over(at) or (rule.count is not None and told > rule.count):
            return
        if at >= since:
            yield at


def is_met(rule: Rule, first: datetime, effort: Effort) -> bool:
    """Whether the first start fits the rule itself."""
    shown = first.replace(fold=0)
    return shown in _matches(_completed(rule, shown), shown, since=shown, last=shown, effort=effort)


def _completed(rule: Rule, first: datetime) -> Rule:
    """The rule with what it leaves open taken from its first start."""
    by_day = bool(rule.weeks or rule.year_days or rule.month_days or rule.weekdays)
    changes = rule
    if rule.frequency is Frequency.YEARLY and not by_day:
        changes = replace(changes, months=rule.months or (first.month,), month_days=(first.day,))
    elif rule.frequency is Frequency.YEARLY and rule.weeks and not (rule.year_days or rule.month_days or rule.weekdays):
        changes = replace(changes, weekdays=((0, first.weekday()),))
    elif rule.frequency is Frequency.MONTHLY and not by_day:
        changes = replace(changes, month_days=(first.day,))
    elif rule.frequency is Frequency.WEEKLY and not by_day:
        changes = replace(changes, weekdays=((0, first.weekday()),))
    if rule.frequency not in _LENGTH:
        changes = replace(changes, hours=rule.hours or (first.hour,))
    if rule.frequency not in {Frequency.MINUTELY, Frequency.SECONDLY}:
        changes = replace(changes, minutes=rule.minutes or (first.minute,))
    if rule.frequency is not Frequency.SECONDLY:
        changes = replace(changes, seconds=rule.seconds or (first.second,))
    return changes


def _matches(rule: Rule, first: datetime, *, since: datetime, last: datetime, effort: Effort) -> Iterator[datetime]:
    if rule.frequency in _LENGTH:
        yield from _within_days(rule, first, since=since, last=last, effort=effort)
        return
    clock = [time(*shown) for shown in product(rule.hours, rule.minutes, rule.seconds)]
    for days in _periods(rule, first.date(), since.date(), last.date()):
        effort.spend()
        fitting = []
        for day in days:
            effort.spend()
            if _fits(rule, day):
                fitting.append(day)
        effort.spend(len(fitting) * len(clock))
        yield from _at_positions(rule, [datetime.combine(day, at) for day in fitting for at in clock])


def _periods(rule: Rule, first: date, since: date, last: date) -> Iterator[Iterable[date]]:
    """The days of each period that may hold a start, from the one with `since` in it."""
    step = rule.interval
    match rule.frequency:
        case Frequency.YEARLY:
            for year in _steps(first.year, since.year, last.year, step):
                yield _days_of(year, rule.months or range(1, 13))
        case Frequency.MONTHLY:
            months = (
                first.year * 12 + first.month - 1,
                since.year * 12 + since.month - 1,
                last.year * 12 + last.month - 1,
            )
            for month in _steps(*months, step):
                yield _days_of(month // 12, (month % 12 + 1,))
        case Frequency.WEEKLY:
            monday = first.toordinal() - (first.weekday() - rule.week_start) % 7
            for week in _steps(monday, since.toordinal() - 6, last.toordinal(), 7 * step):
                yield [date.fromordinal(day) for day in range(max(week, 1), min(week + 7, date.max.toordinal()))]
        case _:
            for day in _steps(first.toordinal(), since.toordinal(), last.toordinal(), step):
                yield (date.fromordinal(day),)


def _steps(first: int, since: int, last: int, step: int) -> range:
    """first, first + step ... up to last, without those before since."""
    return range(first + max(0, -(-(since - first) // step)) * step, last + 1, step)


def _days_of(year: int, months: Iterable[int]) -> Iterator[date]:
    for month in months:
        for day in range(1, monthrange(year, month)[1] + 1):
            yield date(year, month, day)


def _within_days(rule: Rule, first: datetime, *, since: datetime, last: datetime, effort: Effort) -> Iterator[datetime]:
    """Rules by the hour, minute or second; a day, hour or minute that does not fit is passed over at once."""
    length = _LENGTH[rule.frequency]
    begun, step = _second(first) // length * length, length * rule.interval
    at = begun + max(0, (_second(since) - begun) // step) * step
    while at <= _second(last):
        effort.spend()
        day, of_day = divmod(at, _DAY)
        passed = None
        if not _fits(rule, date.fromordinal(day)):
            passed = (day + 1) * _DAY
        elif rule.hours and of_day // 3600 not in rule.hours:
            passed = (at // 3600 + 1) * 3600
        elif rule.frequency is not Frequency.HOURLY and rule.minutes and of_day // 60 % 60 not in rule.minutes:
            passed = (at // 60 + 1) * 60
        if passed is not None:
            at = begun + -(-(passed - begun) // step) * step
            continue
        yield from _at_positions(rule, [_moment(one) for one in _seconds_of(rule, at)])
        at += step


def _seconds_of(rule: Rule, at: int) -> Iterator[int]:
    match rule.frequency:
        case Frequency.HOURLY:
            yield from (at + 60 * minute + second for minute, second in product(rule.minutes, rule.seconds))
        case Frequency.MINUTELY:
            yield from (at + second for second in rule.seconds)
        case _:
            if not rule.seconds or at % 60 in rule.seconds:
                yield at


def _second(moment: datetime) -> int:
    return moment.toordinal() * _DAY + moment.hour * 3600 + moment.minute * 60 + moment.second


def _moment(second: int) -> datetime:
    day, of_day = divmod(second, _DAY)
    return datetime.combine(date.fromordinal(day), time(of_day // 3600, of_day // 60 % 60, of_day % 60))


def _at_positions(rule: Rule, of_period: list[datetime]) -> list[datetime]:
    """BYSETPOS: the first, the last, of all that a period would have."""
    if not rule.positions:
        return of_period
    count = len(of_period)
    wanted = {position - 1 if position > 0 else count + position for position in rule.positions}
    return [of_period[place] for place in sorted(wanted) if 0 <= place < count]


def _fits(rule: Rule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        from_the_end = day.day - monthrange(day.year, day.month)[1] - 1
        if day.day not in rule.month_days and from_the_end not in rule.month_days:
            return False
    if rule.year_days:
        of_year = day.timetuple().tm_yday
        if of_year not in rule.year_days and of_year - _length_of(day.year) - 1 not in rule.year_days:
            return False
    if rule.weeks and not _is_in_weeks(rule, day):
        return False
    return not rule.weekdays or any(
        weekday == day.weekday() and (not which or which in _places(rule, day)) for which, weekday in rule.weekdays
    )


def _places(rule: Rule, day: date) -> tuple[int, int]:
    """Which one of its weekday a day is, in its month or its year, from the start and from the end."""
    if rule.frequency is Frequency.MONTHLY or rule.months:
        place, count = day.day, monthrange(day.year, day.month)[1]
    else:
        place, count = day.timetuple().tm_yday, _length_of(day.year)
    return (place - 1) // 7 + 1, -((count - place) // 7 + 1)


def _is_in_weeks(rule: Rule, day: date) -> bool:
    """Week 1 is the first with four days or more in its year; a year's first and last days may lie in another's."""
    for year in (day.year - 1, day.year, day.year + 1):
        begin, after = _first_week(year, rule.week_start), _first_week(year + 1, rule.week_start)
        if begin <= day.toordinal() < after:
            week, count = (day.toordinal() - begin) // 7 + 1, (after - begin) // 7
            return week in rule.weeks or week - count - 1 in rule.weeks
    return False


def _first_week(year: int, week_start: int) -> int:
    """The ordinal of the day on which week 1 begins."""
    if not 1 <= year <= 9999:
        return 0 if year < 1 else date.max.toordinal() + 1
    fourth = date(year, 1, 4)
    return fourth.toordinal() - (fourth.weekday() - week_start) % 7


def _length_of(year: int) -> int:
    return 366 if isleap(year) else 365
