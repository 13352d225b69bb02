"""The rules of a practice as sets of ticks: of the place and the day, and of one practitioner there."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Location, Practitioner, Service
from frontdesk.domain.time import wall
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.open_time import leaves_lunch
from frontdesk.scheduling.presence import Part, Parts, fits
from frontdesk.scheduling.rule import Layer, Rule, all_of
from frontdesk.scheduling.ruler import at_least, in_a_row, less, touching_or_near
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.timetable import Timetable
from frontdesk.scheduling.who_may import layers_of_visitor


def layers_of_place(search: Search, ticks: int, location: Location, table: Timetable) -> list[Layer]:
    """What holds for everybody at a location: the time asked for, hours, and whom the service is for."""
    ruler, clock, rules = table.ruler, table.clocks[location.id], search.service.rules
    hours = table.hours[location.id]
    layers: list[Layer] = [
        (Rule.WITHIN, in_a_row(ruler.inside(search.within), ticks)),
        (Rule.LEAD_TIME, ruler.between(ruler.at_or_after(search.earliest), ruler.count)),
        (Rule.HORIZON, ruler.between(0, ruler.at_or_before(search.latest) + 1)),
        (Rule.GRID, ruler.whole if search.off_grid else table.grid[location.id]),
        (Rule.CLOSED, in_a_row(hours, ticks)),
    ]
    if location.latest_arrival:
        layers.append((Rule.LATEST_ARRIVAL, in_a_row(hours, ruler.ticks(location.latest_arrival))))
    if rules.latest_start is not None:
        layers.append((Rule.LATEST_START, clock.until(rules.latest_start)))
    if rules.daily is not None:
        full = _full_days(search, location, rules.daily)
        layers.append((Rule.DAILY, _without(full, location.id, table)))
    return layers + layers_of_visitor(search.service, search.visitor, ticks, clock)


def layers_of_person(
    search: Search, person: Practitioner, parts: Parts, location: Location, table: Timetable, busy: BusyTime
) -> list[Layer]:
    """What holds for one practitioner at a location besides shift and visits: licence, lunch, travel, daily limits."""
    ruler, clock, rules = table.ruler, table.clocks[location.id], search.service.rules
    layers: list[Layer] = []
    for licence in rules.licences:
        until = person.licences.get(licence)
        layers.append((Rule.LICENCE, clock.from_day_to_day(None, until) if until else 0))
    if table.kept_for_new and not search.visitor.is_new:
        reserved = table.kept_for_new.get((person.id, location.id), 0)
        if search.released is not None:
            reserved &= ~ruler.between(0, ruler.at_or_before(search.released) + 1)
        layers.append((Rule.KEPT_FOR_NEW, in_a_row(ruler.whole & ~reserved, parts.whole)))
    if rules.daily_each is not None:
        full = _full_days(search, location, rules.daily_each, person.id)
        layers.append((Rule.DAILY_EACH, _without(full, location.id, table)))
    if person.daily is not None:
        full = _days_over(_visits_of(search.standing, person.id), location, person.daily)
        layers.append((Rule.DAILY_VISITS, _without(full, location.id, table)))
    return layers + _engagements(person, parts.kept, location.id, table, busy)


def layers_of_time(
    search: Search, person: Practitioner, parts: Parts, location: Location, table: Timetable, busy: BusyTime
) -> list[Layer]:
    """Someone's shift at a location and their visits, each by itself."""
    free = [fits(parts.kept, table.ruler.whole & ~held) for held in _columns(search, person, busy)]
    return [
        (Rule.OFF_DUTY, fits(parts.attended, table.on_shift[person.id, location.id])),
        (Rule.BUSY, at_least(free, 1)),
    ]


def columns_of(
    search: Search, person: Practitioner, parts: Parts, location: Location, table: Timetable, busy: BusyTime
) -> tuple[int, ...]:
    """The ticks at which someone on shift can begin a visit in each of their columns; a class needs all of them."""
    shift, columns = table.on_shift[person.id, location.id], _columns(search, person, busy)
    if parts.is_plain:
        return tuple([fits(parts.kept, less(shift, held)) for held in columns])
    there = fits(parts.attended, shift)
    return tuple(there & fits(parts.kept, table.ruler.whole & ~held) for held in columns)


def _columns(search: Search, person: Practitioner, busy: BusyTime) -> tuple[int, ...]:
    if search.service.places > 1:
        return (busy.of_practitioner(person.id),)
    return busy.of_columns(person)


def assistants_for(
    service: Service, main: Practitioner, length: int, location: Location, table: Timetable, busy: BusyTime
) -> tuple[tuple[Practitioner, int], ...]:
    """Who else has one of the roles that assist, with the ticks at which they are free for a whole visit."""
    whole = (Part(after=0, length=length),)
    found = []
    for person in table.practice.practitioners:
        if person.id != main.id and person.roles & set(service.assistants):
            free = table.worked[person.id, location.id] & ~busy.of_practitioner(person.id)
            ticks = fits(whole, free) & all_of(_engagements(person, whole, location.id, table, busy))
            found.append((person, ticks))
    return tuple(found)


def assisted(service: Service, free: Sequence[tuple[Practitioner, int]]) -> int:
    """The ticks at which each assisting role can be filled, nobody in two: for any of the roles there are enough."""
    roles = sorted(set(service.assistants))
    ticks = -1
    for size in range(1, len(roles) + 1):
        for some in combinations(roles, size):
            wanted = sum(service.assistants.count(role) for role in some)
            ticks &= at_least([held for person, held in free if person.roles & set(some)], wanted)
    return ticks


def _engagements(
    person: Practitioner, parts: tuple[Part, ...], location: LocationId, table: Timetable, busy: BusyTime
) -> list[Layer]:
    """Someone's lunch and the way from and to their other locations."""
    travel = table.ruler.ticks(table.practice.policies.travel)
    if not table.lunches and not travel:
        return []
    own = busy.of_practitioner(person.id)
    layers: list[Layer] = [
        (Rule.LUNCH, leaves_lunch(parts, lunch, own, table.ruler.whole))
        for lunch in table.lunches.get((person.id, location), ())
    ]
    if travel and own:
        elsewhere = busy.elsewhere(person.id, location, table.worked_at(person.id))
        near = touching_or_near(elsewhere, travel)
        layers.append((Rule.TRAVEL, fits(parts, table.ruler.whole & ~near)))
    return layers


def _full_days(search: Search, location: Location, most: int, person: PractitionerId | None = None) -> set[date]:
    """The days on which a service's visits at a location, or those with one practitioner, are as many as allowed."""
    of_service = [
        visit
        for visit in search.standing
        if visit.service == search.service.id and (person or visit.location == location.id)
    ]
    return _days_over(_visits_of(of_service, person) if person else of_service, location, most)


def _visits_of(visits: Sequence[Appointment], person: PractitionerId) -> list[Appointment]:
    return [visit for visit in visits if visit.practitioner == person]


def _days_over(visits: Sequence[Appointment], location: Location, most: int) -> set[date]:
    """The days with so many visits or more; the patients of a class are one."""
    each = {
        (visit.practitioner, visit.room, visit.during.start)
        for visit in visits
        if visit.status.takes_time and visit.service is not None
    }
    counted: dict[date, int] = {}
    for *_, start in each:
        day = wall(start, location.zone).date()
        counted[day] = counted.get(day, 0) + 1
    return {day for day, count in counted.items() if count >= most}


def _without(days: set[date], location: LocationId, table: Timetable) -> int:
    return table.ruler.whole & ~table.ruler.together(_stretches(days, location, table))


def _stretches(days: set[date], location: LocationId, table: Timetable) -> Iterator[tuple[int, int]]:
    known = table.clocks[location].days
    return (known[day] for day in days if day in known)
