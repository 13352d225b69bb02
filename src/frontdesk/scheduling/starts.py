"""When each practitioner can begin a service, in ticks: the rules of the practice as sets, and what they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Location, Practitioner, Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.places import Place, claims_of_place, places_for
from frontdesk.scheduling.ruler import Ruler, at_least, in_a_row
from frontdesk.scheduling.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What is looked for: visits wholly in `within` that start from `earliest` to `latest`, both included."""

    service: Service
    within: Period
    earliest: datetime
    latest: datetime
    practitioner: PractitionerId | None = None
    location: LocationId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Starts:
    """When one practitioner can begin a service at one location, as ticks of the timetable's ruler."""

    service: Service
    practitioner: Practitioner
    location: Location
    length: timedelta
    places: Sequence[Place]
    ticks: int

    def slot_at(self, tick: int, ruler: Ruler) -> Slot:
        """The visit that starts at one of the ticks, in the first of its places that is free."""
        start = ruler.at(tick)
        during = Period(start=start, end=start + self.length)
        place = next(place for place in self.places if place.starts >> tick & 1)
        lane, devices = place.chosen_at(tick)
        person = Claim(subject=Subject.PRACTITIONER, id=self.practitioner.id, during=during)
        return Slot(
            service=self.service.id,
            location=self.location.id,
            practitioner=self.practitioner.id,
            room=place.room,
            devices=devices,
            during=during,
            claims=(person, *claims_of_place(self.service, during, room=place.room, lane=lane, devices=devices)),
        )


def free_starts(search: Search, table: Timetable, busy: BusyTime) -> list[Starts]:
    """When each practitioner can begin, in the order of the practice's list; each tick at one location only."""
    practice, ruler = table.practice, table.ruler
    people = [one for one in practice.qualified(search.service) if search.practitioner in {None, one.id}]
    seen = dict.fromkeys((person.id for person in people), 0)
    inside = ruler.inside(search.within)
    between = ruler.between(ruler.at_or_after(search.earliest), ruler.at_or_before(search.latest) + 1)
    found = []
    for location in practice.locations:
        if search.location not in {None, location.id}:
            continue
        allowed = table.grid[location.id] & between
        lengths = {search.service.length_with(person.id) for person in people}
        places = {
            length: places_for(search.service, length, at=location.id, table=table, busy=busy) for length in lengths
        }
        somewhere = {length: at_least([place.starts for place in places[length]], 1) & allowed for length in lengths}
        for person in people:
            length = search.service.length_with(person.id)
            free = table.worked[person.id, location.id] & inside & ~busy.of_practitioner(person.id)
            ticks = in_a_row(free, ruler.ticks(length)) & somewhere[length] & ~seen[person.id]
            seen[person.id] |= ticks
            found.append(
                Starts(
                    service=search.service,
                    practitioner=person,
                    location=location,
                    length=length,
                    places=places[length],
                    ticks=ticks,
                )
            )
    order = {person.id: number for number, person in enumerate(people)}
    return sorted(found, key=lambda starts: order[starts.practitioner.id])
