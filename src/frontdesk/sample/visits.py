"""Three weeks of plausible visits for a practice, so that a demo looks like a clinic at work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.practice import Practice, Practitioner
from frontdesk.domain.time import Period, wall
from frontdesk.sample.names import FAMILY_NAMES, GIVEN_NAMES
from frontdesk.scheduling.busy_time import NOTHING_BUSY, BusyTime
from frontdesk.scheduling.ruler import WHOLE_DAY, listed
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.starts import Starts, free_starts
from frontdesk.scheduling.timetable import Timetable, timetable

DEFAULT_SEED = 402

DAYS_BACK, DAYS_AHEAD = 7, 14

FULL, SPARSE = 0.8, 0.35
"""How much of a shift is booked: up to today, and on the last of the days ahead."""

NOSHOWS = 0.04
"""How many of the past visits did not take place."""

FRUITLESS = 6
"""After so many services that fit nowhere in what is left of a day, the day is as full as it gets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleVisit:
    """A visit of an invented patient, as the calendar would hold it."""

    slot: Slot
    given: str
    family: str
    status: Status


def plausible_visits(practice: Practice, *, now: datetime, seed: int) -> list[SampleVisit]:
    """Visits from a week before to two weeks after the day of `now` at the practice's first location, soonest first.

    Days that are near are fuller, evenings are popular and lunch is quiet. No two overlap: each has a practitioner,
    a room and devices that are free then. Past visits took place or, rarely, did not; the rest are booked. The same
    day and seed give the same visits.
    """
    zone = practice.locations[0].zone
    today = wall(now, zone).date()
    days = [
        (ahead, whole)
        for ahead in range(-DAYS_BACK, DAYS_AHEAD + 1)
        if (whole := WHOLE_DAY.on(today + timedelta(days=ahead), zone))
    ]
    table = timetable(practice, Period(start=days[0][1].start, end=days[-1][1].end))
    chance = Random(seed)
    visits: list[SampleVisit] = []
    for ahead, whole in days:
        booked = _booked_on(whole, _fill(ahead), table, chance)
        visits += (_visit(slot, is_past=ahead < 0, chance=chance) for slot in booked)
    return sorted(visits, key=lambda visit: (visit.slot.during.start, visit.slot.practitioner))


def _fill(ahead: int) -> float:
    """How much of the shifts is booked for a day so many days ahead; as much as gets booked, for today and before."""
    return FULL - (FULL - SPARSE) * max(ahead, 0) / DAYS_AHEAD


def _booked_on(day: Period, fill: float, table: Timetable, chance: Random) -> Iterator[Slot]:
    """The visits of a day, practitioner by practitioner in a random order, so that nobody always has the best room."""
    busy = NOTHING_BUSY
    practitioners = list(table.practice.practitioners)
    chance.shuffle(practitioners)
    for person in practitioners:
        for slot in _booked_with(person, day, fill * chance.uniform(0.85, 1.15), table, busy, chance):
            busy = busy.and_of(slot.claims, table.ruler)
            yield slot


def _booked_with(
    person: Practitioner, day: Period, fill: float, table: Timetable, busy: BusyTime, chance: Random
) -> Iterator[Slot]:
    """What one practitioner has on a day: services they give, at times that patients like, until it is full enough."""
    services = [service for service in table.practice.services if service.roles & person.roles]
    whole = table.ruler.inside(day)
    worked = sum((table.worked[person.id, place.id] & whole).bit_count() for place in table.practice.locations)
    wanted = fill * worked * table.ruler.tick
    fruitless = 0
    while services and wanted > timedelta(0) and fruitless < FRUITLESS:
        search = Search(
            service=chance.choice(services), within=day, earliest=day.start, latest=day.end, practitioner=person.id
        )
        times = [(starts, tick) for starts in free_starts(search, table, busy) for tick in listed(starts.ticks)]
        if not times:
            fruitless += 1
            continue
        weights = [_liking(starts, tick, table, busy) for starts, tick in times]
        starts, tick = chance.choices(times, weights)[0]
        slot = starts.slot_at(tick, table)
        wanted -= slot.during.length
        busy = busy.and_of(slot.claims, table.ruler)
        yield slot


def _liking(starts: Starts, tick: int, table: Timetable, busy: BusyTime) -> float:
    """How likely a visit is at a start: patients like evenings and not lunch, the desk likes days without gaps."""
    shown = wall(table.ruler.at(tick), starts.location.zone)
    liked = 2.0 if shown.hour >= 17 else 0.25 if shown.hour == 12 else 1.0
    person = starts.practitioner.id
    free = table.worked[person, starts.location.id] & ~busy.of_practitioner(person)
    leaves_gap_before = free >> (tick - 1) & 1
    return liked if leaves_gap_before else 3 * liked


def _visit(slot: Slot, *, is_past: bool, chance: Random) -> SampleVisit:
    past = Status.NOSHOW if chance.random() < NOSHOWS else Status.FULFILLED
    return SampleVisit(
        slot=slot,
        given=chance.choice(GIVEN_NAMES),
        family=chance.choice(FAMILY_NAMES),
        status=past if is_past else Status.BOOKED,
    )
