"""An expression of time unfolded into the days, hours and sides that a wish is made of."""

from dataclasses import replace
from datetime import date, time, timedelta

from frontdesk.domain.practice import Weekday
from frontdesk.language.timeline import nodes
from frontdesk.language.timeline.nodes import Clocks, Here, Moment, Told, Turn, When
from frontdesk.language.timeline.resolving import days_of, hours_of, readings
from frontdesk.language.timeline.stretch import Grain, Stretch
from frontdesk.language.times.calendar_days import DAY, week_of
from frontdesk.language.times.day_parts import part_wished
from frontdesk.language.times.pieces import (
    Clock,
    DayNumber,
    DayPiece,
    Days,
    Joint,
    Link,
    Meant,
    Part,
    Piece,
    Side,
    TimePiece,
    Weekdays,
    Which,
)

_WHICH = {Turn.THIS: Which.THIS, Turn.NEXT: Which.NEXT, Turn.EVERY: Which.EVERY}
_SIDES = {
    nodes.Side.AFTER: Side.AFTER, nodes.Side.FROM: Side.FROM, nodes.Side.BEFORE: Side.BEFORE, nodes.Side.BY: Side.BY,
}  # fmt: skip
_AROUND_A_MONTH = 3
"""Days before and after what is a month away."""


def unfolded(told: Told, here: Here, *, language: str, moving: bool) -> list[Piece]:
    """The pieces of an expression. What is gone by is said of a visit they have had, and no wish.

    `moving`: a visit is being moved, so that "from Friday to Monday" asks for Monday.
    """
    unfolding = _Unfolding(here, language, moving=moving)
    pieces = unfolding.pieces(told)
    for other in told.more:
        pieces += [Joint(link=Link.OR), *unfolding.pieces(_every_too(told, other))]
    return pieces


def _every_too(told: Told, other: Told) -> Told:
    """In "any Tuesday or Thursday", any Thursday is meant too."""
    one, two = told.first.date, other.first.date
    if not (isinstance(one, nodes.Date) and isinstance(two, nodes.Date)) or two.turn is not Turn.PLAIN:
        return other
    if one.turn is not Turn.EVERY or not two.is_weekday:
        return other
    return replace(other, first=replace(other.first, date=replace(two, turn=Turn.EVERY)))


class _Unfolding:
    """One expression at one moment."""

    def __init__(self, here: Here, language: str, *, moving: bool) -> None:
        self._here, self._language, self._moving = here, language, moving
        self._today = here.now.date()

    def pieces(self, told: Told) -> list[Piece]:
        """What is said, leaving out what else may be meant."""
        if told.last is not None:
            return self._range(told, told.last)
        if self._is_gone(told.first.date):
            return [Joint(link=Link.OURS)]
        return self._when(told.first) if told.side is None else self._side(told.first, _SIDES[told.side])

    def _is_gone(self, named: nodes.Date | nodes.Days | nodes.Weekdays | None) -> bool:
        found = days_of(named, self._here) if named is not None else []
        if not found or (isinstance(named, nodes.Date) and named.day and named.turn is Turn.THIS):
            return False
        return all(one.end <= self._here.now for one in found)

    def _when(self, when: When) -> list[Piece]:
        if isinstance(when.clock, Moment):
            ahead = when.clock.at >= self._here.now.replace(second=0, microsecond=0)
            return [Joint(link=Link.SOONEST if ahead else Link.OURS)]
        return [*self._days(when.date), *self._hours(when, None)]

    def _side(self, when: When, side: Side) -> list[Piece]:
        if isinstance(when.clock, Moment):
            return self._when(when)
        if when.clock is not None or when.part is not None:
            return [*self._days(when.date), *self._hours(when, side)]
        found = days_of(when.date, self._here) if when.date is not None else []
        return [_open_days(side, found[0])] if found else []

    def _range(self, told: Told, last: When) -> list[Piece]:
        first = told.first
        if isinstance(first.clock, nodes.Clock) and isinstance(last.clock, nodes.Clock):
            if first.date is None or last.date is None or first.date == last.date:
                hours = Meant(first=_clock(first.clock, first.part), last=_clock(last.clock, last.part or first.part))
                return [*self._days(first.date or last.date), hours]
        elif first.part and last.part and first.date in (None, last.date):
            start, end = part_wished(first.part, self._language), part_wished(last.part, self._language)
            return [*self._days(first.date), Part(earliest=start.earliest, latest=end.latest)]
        if self._moving:
            return [Joint(link=Link.TO), *self._when(last)]
        found = readings(told, self._here)
        if not found or found[0].end is None:
            return []
        until = (found[0].end - timedelta(microseconds=1)).date()
        return [Days(first=found[0].start.date(), last=until)] if until >= self._today else [Joint(link=Link.OURS)]

    def _days(self, named: nodes.Date | nodes.Days | nodes.Weekdays | None) -> list[DayPiece]:
        match named:
            case None:
                return []
            case nodes.Weekdays():
                return [Weekdays(days=frozenset(map(Weekday, named.days)), which=Which.EVERY)]
            case nodes.Days():
                return [_loosely(named)]
            case nodes.Date(weekday=weekday) if weekday is not None and named.turn is not Turn.AFTER_NEXT:
                day = Weekdays(days=frozenset({Weekday(weekday)}), which=_WHICH.get(named.turn, Which.COMING))
                return [day, *self._days(replace(named, weekday=None))] if named.day or named.month else [day]
            case nodes.Date(day=day) if day is not None and (named.month is None or named.turn is Turn.THIS):
                return [DayNumber(number=day)]  # "the 4th of this month" is the next 4th where that one is gone by
            case nodes.Date():
                return [_days(one) for one in days_of(named, self._here)[:1]]

    def _hours(self, when: When, side: Side | None) -> list[TimePiece]:
        match when.clock:
            case nodes.Clock():
                return [Meant(first=_clock(when.clock, when.part), side=side)]
            case Clocks():
                first, last = when.clock.first, when.clock.last
                return [Meant(first=_clock(first, when.part), last=_clock(last, when.part))]
            case _ if when.part is not None:
                part = part_wished(when.part, self._language)
                return [part if side is None else _open_part(side, part)]
            case _:
                return []


def _clock(clock: nodes.Clock, part: nodes.DayPart | None) -> Clock:
    return Clock(candidates=tuple(sorted({time(hour % 24, clock.minute or 0) for hour in hours_of(clock, part)})))


def _last(stretch: Stretch) -> date:
    return (stretch.end - timedelta(microseconds=1)).date()


def _days(stretch: Stretch) -> Days:
    return Days(first=stretch.start.date(), last=_last(stretch))


def _loosely(named: nodes.Days) -> Days:
    """In weeks and months people count roughly: "in two weeks" is that week, "in a month" the days around it."""
    days = _days(named.stretch)
    assert days.first is not None, "a stretch has a first day"
    match named.counted:
        case Grain.WEEK:
            return week_of(days.first)
        case Grain.MONTH:
            return Days(first=days.first - _AROUND_A_MONTH * DAY, last=days.first + _AROUND_A_MONTH * DAY)
        case _:
            return days


def _open_part(side: Side, part: Part) -> Part:
    match side:
        case Side.AFTER:
            return Part(earliest=part.latest or part.earliest, latest=None)
        case Side.FROM:
            return Part(earliest=part.earliest, latest=None)
        case Side.BEFORE:
            return Part(earliest=None, latest=part.earliest or part.latest)
        case _:
            return Part(earliest=None, latest=part.latest)


def _open_days(side: Side, stretch: Stretch) -> Days:
    match side:
        case Side.AFTER:
            return Days(first=_last(stretch) + DAY, last=None)
        case Side.FROM:
            return Days(first=stretch.start.date(), last=None)
        case Side.BEFORE:
            return Days(first=None, last=stretch.start.date() - DAY)
        case _:
            return Days(first=None, last=_last(stretch))
