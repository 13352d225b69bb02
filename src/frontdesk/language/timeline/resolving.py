"""From what was said to the calendar: every reading of an expression as a stretch of wall time, the likeliest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import product

from frontdesk.language.timeline.nodes import (
    Clock,
    Clocks,
    Date,
    DayPart,
    Days,
    Half,
    Here,
    Moment,
    Side,
    Told,
    Turn,
    Weekdays,
    When,
)
from frontdesk.language.timeline.stretch import (
    DAY,
    Grain,
    Stretch,
    a_day,
    begun,
    day_or_none,
    midnight,
    moved,
    unit,
)


class Kind(Enum):
    """A point has one place, an interval two, an open interval one and a direction."""

    POINT = "point"
    INTERVAL = "interval"
    OPEN = "open"


class Direction(Enum):
    """Which side of its start an open interval lies on."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One reading, on the wall clock. `end` belongs to whoever comes next; None for points and open intervals."""

    kind: Kind
    start: datetime
    end: datetime | None
    direction: Direction | None
    grain: Grain


def readings(told: Told, here: Here) -> list[Reading]:
    """Every reading of an expression, the likeliest first."""
    if told.last is not None:
        return list(_between(told.first, told.last, here))
    found = resolved(told.first, here)
    if told.side is None:
        return [_alone(one) for one in found]
    date = told.first.date
    ends = isinstance(date, Days) and date.is_end and told.first.clock is None
    direction = Direction.AFTER if told.side in (Side.AFTER, Side.FROM) else Direction.BEFORE
    return [
        Reading(
            kind=Kind.OPEN,
            start=one.end
            if ends or (told.side is Side.AFTER and told.first.part and not told.first.clock)
            else one.start,
            end=None,
            direction=direction,
            grain=one.grain,
        )
        for one in found
    ]


def _alone(one: Stretch) -> Reading:
    kind = Kind.POINT if one.is_one else Kind.INTERVAL
    return Reading(kind=kind, start=one.start, end=None if one.is_one else one.end, direction=None, grain=one.grain)


def resolved(when: When, here: Here) -> list[Stretch]:
    """A time as stretches of the calendar, the likeliest reading first."""
    match when.clock:
        case Moment():
            grain = when.clock.grain
            return [Stretch(start=when.clock.at, end=moved(when.clock.at, 1, grain), grain=grain)]
        case Clocks():
            first, last = When(date=when.date, clock=when.clock.first, part=when.part), when.clock.last
            return [
                Stretch(start=one.start, end=one.end or one.start, grain=one.grain, is_one=False)
                for one in _between(first, When(date=when.date, clock=last, part=when.part), here)
            ]
        case Clock():
            return list(_at(when.date, when.clock, when.part, here))
        case None:
            pass
    if when.part is not None:
        return list(_in_part(when.date, when.part, here))
    return days_of(when.date, here) if when.date is not None else []


def _at(date: Date | Days | Weekdays | None, clock: Clock, part: DayPart | None, here: Here) -> Iterator[Stretch]:
    grain = Grain.SECOND if clock.second is not None else Grain.HOUR if clock.minute is None else Grain.MINUTE
    hours = hours_of(clock, part)
    if date is None:
        for hour in hours:
            at = _on(midnight(here.now.date()), clock, hour)
            at = at if at >= begun(here.now, Grain.MINUTE) else at + DAY
            yield Stretch(start=at, end=moved(at, 1, grain), grain=grain)
        return
    for day, hour in product(days_of(date, here), hours):
        at = _on(day.start, clock, hour)
        yield Stretch(start=at, end=moved(at, 1, grain), grain=grain)


def _on(day: datetime, clock: Clock, hour: int) -> datetime:
    return day + timedelta(hours=hour, minutes=clock.minute or 0, seconds=clock.second or 0)


def hours_of(clock: Clock, part: DayPart | None) -> list[int]:
    """The hours of the day that a clock time can mean, the likeliest first; 24 is the midnight that ends the day."""
    hour = clock.hour
    if hour == 0 and clock.half is Half.PM:
        return [12]
    if clock.exact:
        return [24] if hour == 0 and part is not None and part.name in ("night", "evening") else [hour]
    if clock.half is not None:
        return [hour % 12 + (12 if clock.half is Half.PM else 0)]
    if part is not None:
        return [_in_named_part(hour, part.name)]
    late = hour % 12 + 12
    return [hour % 12, late] if 8 <= hour <= 11 else [late, hour % 12]


def _in_named_part(hour: int, name: str) -> int:
    if name in ("morning", "dawn"):
        return hour % 12
    if name == "night":
        return 24 if hour == 12 else hour + 12 if hour >= 6 else hour
    if name == "evening":
        return 24 if hour == 12 else hour + 12
    return hour % 12 + 12


def _in_part(date: Date | Days | Weekdays | None, part: DayPart, here: Here) -> Iterator[Stretch]:
    if date is None:
        today = _part_on(midnight(here.now.date()), part)
        yield today if today.end > here.now else _part_on(today.start.replace(hour=0) + DAY, part)
        return
    for day in days_of(date, here):
        yield _part_on(day.start, part)


def _part_on(day: datetime, part: DayPart) -> Stretch:
    start = datetime.combine(day.date(), part.start)
    end = midnight(day.date() + DAY) if part.end is None else datetime.combine(day.date(), part.end)
    return Stretch(start=start, end=end, grain=Grain.HOUR, is_one=False)


def days_of(date: Date | Days | Weekdays, here: Here) -> list[Stretch]:
    """The days, weeks, months or years that a date names, the likeliest first; [] where no calendar has it."""
    match date:
        case Days():
            return [date.stretch, *([date.other] if date.other else [])]
        case Weekdays():
            ahead = min((day - here.now.weekday() - 1) % 7 + 1 for day in date.days)
            return [a_day((here.now + ahead * DAY).date())]
        case Date():
            other = [] if date.other is None else _dated(date.other, here)
            return list(dict.fromkeys([*_dated(date, here), *other]))


def _dated(said: Date, here: Here) -> list[Stretch]:
    today = here.now.date()
    if said.day is not None and said.month is not None:
        return _day_and_month(said, said.month, said.day, today)
    if said.month is not None:
        return [_month(said, said.month, here)]
    if said.day is not None:
        return _day_of_some_month(said, said.day, today)
    if said.year is not None:
        return [unit(datetime(said.year, 1, 1), Grain.YEAR)]  # noqa: DTZ001  # a wall clock's
    return _named(said, here) if said.weekday is not None else []


def _day_and_month(said: Date, month: int, day: int, today: date) -> list[Stretch]:
    if said.year is not None:
        found = day_or_none(said.year, month, day)
        return [a_day(found)] if found else []
    coming = [one for year in range(today.year, today.year + 9) if (one := day_or_none(year, month, day))]
    coming = [one for one in coming if one >= today]
    if said.weekday is not None:
        fitting = [one for one in coming[:2] if one.weekday() == said.weekday]
        return [a_day(one) for one in [*fitting[:1], *coming[:1]][:1]]
    return [a_day(one) for one in coming[:1]]


def _month(said: Date, month: int, here: Here) -> Stretch:
    now = here.now
    if said.year is not None:
        year = said.year
    elif said.turn is Turn.LAST:
        year = now.year if month < now.month else now.year - 1
    elif said.turn is Turn.NEXT:
        year = now.year if month > now.month else now.year + 1
    else:
        year = now.year if month >= now.month else now.year + 1
    return unit(datetime(year, month, 1), Grain.MONTH)  # noqa: DTZ001  # a wall clock's


def _day_of_some_month(said: Date, day: int, today: date) -> list[Stretch]:
    months = [moved(midnight(today.replace(day=1)), ahead, Grain.MONTH) for ahead in range(30)]
    days = [one for month in months if (one := day_or_none(month.year, month.month, day)) and one >= today]
    if said.weekday is None:
        return [a_day(days[0])]
    fitting = [one for one in days if one.weekday() == said.weekday]
    return [a_day(one) for one in (fitting[:1] or days[:1])]


def _named(said: Date, here: Here) -> list[Stretch]:
    """Friday is the coming one, next Friday that of the next calendar week, last Friday the one before today."""
    assert said.weekday is not None, "a day of the week was said"
    today = here.now
    coming = today + ((said.weekday - today.weekday() - 1) % 7 + 1) * DAY
    of_next_week = begun(today, Grain.WEEK) + (7 + said.weekday) * DAY
    match said.turn:
        case Turn.NEXT:
            both = [of_next_week.date(), coming.date()]
            return [a_day(day) for day in dict.fromkeys(both)]
        case Turn.LAST:
            return [a_day((today - ((today.weekday() - said.weekday - 1) % 7 + 1) * DAY).date())]
        case Turn.AFTER_NEXT:
            return [a_day((of_next_week + 7 * DAY).date())]
        case _:
            return [a_day(coming.date())]


def _between(first: When, last: When, here: Here) -> Iterator[Reading]:
    if isinstance(first.clock, Clock) and isinstance(last.clock, Clock):
        yield from _between_clocks(first, first.clock, last, last.clock, here)
        return
    starts = resolved(completed(first, last), here)
    for start in starts:
        ends = resolved(last, _from(start, here)) or resolved(last, here)
        fitting = [one for one in ends if one.end > start.start] or ends
        if not fitting:
            continue
        end = fitting[0]
        by_clock = last.clock is not None
        until = end.start if by_clock else end.end
        if until <= start.start:
            continue
        grain = min((start.grain, end.grain), key=list(Grain).index)
        yield Reading(kind=Kind.INTERVAL, start=start.start, end=until, direction=None, grain=grain)


def _from(start: Stretch, here: Here) -> Here:
    """Where the end of a range is looked for: from its start on."""
    day = start.start - (DAY if start.grain is Grain.DAY else timedelta(0))
    return replace(here, now=max(day, here.now)) if start.start > here.now else here


def completed(first: When, last: When) -> When:
    """ "The 3rd to the 6th of January": what the first leaves out is as the last."""
    one, other = first.date, last.date
    if isinstance(one, Date) and isinstance(other, Date):
        if one.day is not None and one.month is None and other.month is not None and other.day is not None:
            return replace(first, date=replace(one, month=other.month, year=other.year))
        if one.month is not None and one.year is None and other.year is not None and other.month is not None:
            year = other.year if one.month <= other.month else other.year - 1
            return replace(first, date=replace(one, year=year))
    return first


def _between_clocks(first: When, one: Clock, last: When, other: Clock, here: Here) -> Iterator[Reading]:
    hours, ends = hours_of(one, first.part), hours_of(other, last.part or first.part)
    if other.hour == 12 and (last.part or first.part) and ends == [0]:
        ends = [12]  # "mornings between ten and twelve"
    minute, other_minute = one.minute or 0, other.minute or 0
    pairs = [(start, end) for start in hours for end in ends if (start, minute) < (end, other_minute)]
    if len(hours) > 1 and len(ends) == 1:  # "3-5pm" is the afternoon, "9-5pm" the whole day
        pairs.sort(key=lambda pair: pair[1] - pair[0])
    elif len(ends) > 1:
        pairs.sort(key=lambda pair: (hours.index(pair[0]), pair[1] - pair[0]))
    overnight = not pairs
    pairs = pairs or [(hours[0], ends[0] + 24)]
    start_days = days_of(first.date, here) if first.date is not None else [_day_for(pairs[0], minute, here)]
    end_days = days_of(last.date, here) if last.date is not None and last.date != first.date else []
    grain = Grain.HOUR if one.minute is None and other.minute is None else Grain.MINUTE
    for day in start_days[:2]:
        start, end = pairs[0]
        end_day = end_days[0].start if end_days else day.start
        begin = day.start + timedelta(hours=start, minutes=minute)
        until = end_day + timedelta(hours=end if not (end_days and overnight) else ends[0], minutes=other_minute)
        if until > begin:
            yield Reading(kind=Kind.INTERVAL, start=begin, end=until, direction=None, grain=grain)


def _day_for(pair: tuple[int, int], minute: int, here: Here) -> Stretch:
    today = a_day(here.now.date())
    begins = today.start + timedelta(hours=pair[0], minutes=minute)
    return today if begins >= here.now else a_day((here.now + DAY).date())


def is_day_start(at: datetime) -> bool:
    """Whether a moment is midnight."""
    return at.time() == time(0)
