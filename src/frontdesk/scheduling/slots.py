"""Which times can be booked as they stand: everyone and everything a visit takes is free, and the rules allow it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Location, Practice, Practitioner, Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import BusyTime, busy_time
from frontdesk.scheduling.open_time import on_shift, on_the_grid, opening_hours
from frontdesk.scheduling.places import Place, claims_of_place, places_for
from frontdesk.scheduling.ruler import Ruler, at_least, in_a_row, listed, ruler_for


def find_slots(
    practice: Practice,
    *,
    service: ServiceId,
    within: Period,
    busy: Iterable[Claim],
    now: datetime,
    practitioner: PractitionerId | None = None,
    location: LocationId | None = None,
) -> list[Slot]:
    """Times that can be booked as they stand, soonest first; [] when none fits or the service is not to be booked.

    Each visit lies in `within`, in opening hours and in its practitioner's shift, starts on the grid of the
    location's wall clock, no sooner than the lead time from `now` and no later than the horizon. At one start
    there is one Slot a practitioner, whoever has the lighter day first, then in the order of the practice's list.
    Raises: KeyError (the practice has no such service).
    """
    wanted = practice.service(service)
    earliest = max(within.start, now + practice.policies.lead_time)
    latest = min(within.end, now + practice.policies.horizon)
    if not wanted.bookable or earliest > latest:
        return []
    ruler = ruler_for(practice, within)
    search = _Search(
        practice=practice,
        service=wanted,
        ruler=ruler,
        busy=busy_time(busy, ruler),
        inside=ruler.inside(within),
        starts=ruler.between(ruler.at_or_after(earliest), ruler.at_or_before(latest) + 1),
    )
    people = [one for one in practice.qualified(wanted) if practitioner in {None, one.id}]
    places = [one for one in practice.locations if location in {None, one.id}]
    found = sorted(search.openings(people, places), key=lambda opening: opening.order)
    return [search.slot(opening) for opening in found]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opening:
    """One start of one practitioner. `order`: start tick, ticks busy that day, place in the practice's list."""

    order: tuple[int, int, int]
    practitioner: Practitioner
    location: Location
    length: timedelta
    places: Sequence[Place]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Search:
    """What is asked, on a ruler: a visit lies in `inside` and starts in `starts`."""

    practice: Practice
    service: Service
    ruler: Ruler
    busy: BusyTime
    inside: int
    starts: int

    def openings(self, people: Sequence[Practitioner], locations: Sequence[Location]) -> Iterator[_Opening]:
        """Each start of each practitioner, once: at the first of the locations where it can be."""
        seen = dict.fromkeys((person.id for person in people), 0)
        for location in locations:
            open_time = opening_hours(location, self.ruler) & self.inside
            allowed = on_the_grid(self.practice.policies.grid, location.zone, self.ruler) & self.starts
            places = {length: self._places(length, location) for length in set(map(self._length, people))}
            for number, person in enumerate(people):
                length = self._length(person)
                held = self.busy.of_practitioner(person.id)
                free = open_time & on_shift(person, location, self.ruler) & ~held
                starts = in_a_row(free, self.ruler.ticks(length)) & allowed & ~seen[person.id]
                starts &= at_least([place.starts for place in places[length]], 1)
                seen[person.id] |= starts
                for tick, load in self._with_load(starts, held, location):
                    yield _Opening(
                        order=(tick, load, number),
                        practitioner=person,
                        location=location,
                        length=length,
                        places=places[length],
                    )

    def slot(self, opening: _Opening) -> Slot:
        """The visit of an opening, in the first of its places that is free."""
        tick = opening.order[0]
        start = self.ruler.at(tick)
        during = Period(start=start, end=start + opening.length)
        place = next(place for place in opening.places if place.starts >> tick & 1)
        lane, devices = place.chosen_at(tick)
        person = Claim(subject=Subject.PRACTITIONER, id=opening.practitioner.id, during=during)
        return Slot(
            service=self.service.id,
            location=opening.location.id,
            practitioner=opening.practitioner.id,
            room=place.room,
            devices=devices,
            during=during,
            claims=(person, *claims_of_place(self.service, during, room=place.room, lane=lane, devices=devices)),
        )

    def _length(self, person: Practitioner) -> timedelta:
        return self.service.length_with(person.id)

    def _places(self, length: timedelta, location: Location) -> list[Place]:
        return places_for(
            self.service, length, at=location.id, practice=self.practice, busy=self.busy, ruler=self.ruler
        )

    def _with_load(self, starts: int, held: int, location: Location) -> Iterator[tuple[int, int]]:
        """Each start with how many ticks of its day, by the location's clock, the practitioner is busy."""
        for _, day in self.ruler.days(location.zone):
            whole = self.ruler.inside(day)
            if today := starts & whole:
                load = (held & whole).bit_count()
                for tick in listed(today):
                    yield tick, load
