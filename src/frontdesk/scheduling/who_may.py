"""What the patient's age, history and other visits allow, as the ticks at which a visit can begin."""

from collections.abc import Sequence
from datetime import date, timedelta

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.booking_rules import ForWhom, Prerequisite, Spacing
from frontdesk.domain.practice import Service
from frontdesk.domain.time import wall
from frontdesk.domain.visitor import Visitor
from frontdesk.scheduling.rule import Layer, Rule
from frontdesk.scheduling.ruler import in_a_row
from frontdesk.scheduling.wall_clock import WallClock

DAY = timedelta(days=1)
NEVER = 0


def layers_of_visitor(service: Service, visitor: Visitor, length: int, clock: WallClock) -> list[Layer]:
    """The rules that look at the patient, at a location; what is not known of them rules out nothing."""
    rules = service.rules
    layers: list[Layer] = []
    if rules.for_whom is not ForWhom.ANYBODY and visitor.is_new is not None:
        layers.append((Rule.FOR_WHOM, -1 if visitor.is_new is (rules.for_whom is ForWhom.NEW) else NEVER))
    if visitor.born is not None and (rules.from_age is not None or rules.to_age is not None):
        layers.append((Rule.AGE, _of_age(visitor.born, rules.from_age, rules.to_age, clock)))
    if visitor.visits is not None:
        visits = visitor.kept
        layers += [(Rule.NEEDS_FIRST, _after(first, visits, clock)) for first in rules.needs_first]
        for spacing in rules.spacing:
            layers += _spaced(spacing, visits, clock)
    busy = (*(visit.during for visit in visitor.kept), *visitor.elsewhere)
    taken = clock.ruler.together(clock.ruler.stretch_of(during) for during in busy)
    if taken:
        layers.append((Rule.PATIENT_BUSY, in_a_row(clock.ruler.whole & ~taken, length)))
    return layers


def _of_age(born: date, from_age: int | None, to_age: int | None, clock: WallClock) -> int:
    first = None if from_age is None else _birthday(born, from_age)
    last = None if to_age is None else _birthday(born, to_age + 1) - DAY
    return clock.from_day_to_day(first, last)


def _birthday(born: date, age: int) -> date:
    """The day somebody becomes so old; who was born on a leap day does on March 1 of a common year."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _after(first: Prerequisite, visits: Sequence[Appointment], clock: WallClock) -> int:
    """The days that lie after one of the visits that have to come first, and not too long."""
    ticks = 0
    for visit in visits:
        if visit.service in first.services:
            over = clock.ruler.at_or_after(visit.during.end)
            day = _day_of(visit, clock)
            last = None if first.valid is None else day + first.valid
            ticks |= clock.from_day_to_day(day + first.at_least, last) & clock.ruler.between(over, clock.ruler.count)
    return ticks


def _spaced(spacing: Spacing, visits: Sequence[Appointment], clock: WallClock) -> list[Layer]:
    days = [_day_of(visit, clock) for visit in visits if visit.service in spacing.since]
    layers: list[Layer] = []
    if days and spacing.at_least is not None:
        near = 0
        for day in days:
            near |= clock.from_day_to_day(day - spacing.at_least + DAY, day + spacing.at_least - DAY)
        layers.append((Rule.TOO_SOON_AFTER, clock.ruler.whole & ~near))
    if days and spacing.at_most is not None:
        layers.append((Rule.TOO_LONG_AFTER, clock.from_day_to_day(None, max(days) + spacing.at_most)))
    return layers


def _day_of(visit: Appointment, clock: WallClock) -> date:
    return wall(visit.during.start, clock.zone).date()
