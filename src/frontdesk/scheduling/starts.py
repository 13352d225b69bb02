"""When each practitioner can begin a service, in ticks: the rules of the practice as sets, and what they share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import DeviceId, PractitionerId, RoomId
from frontdesk.domain.practice import Location, Practitioner, Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.classes import Session, claims_of_class, open_sessions
from frontdesk.scheduling.layers import (
    assistants_for,
    assisted,
    columns_of,
    layers_of_person,
    layers_of_place,
    layers_of_time,
)
from frontdesk.scheduling.places import Place, claims_of_place, places_for
from frontdesk.scheduling.presence import Parts, kept, parts_of, periods
from frontdesk.scheduling.rule import Layer, Rule, all_of
from frontdesk.scheduling.ruler import at_least
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.timetable import Timetable

MAY_BE_JOINED = {Rule.BUSY, Rule.ASSISTANT, Rule.ROOM, Rule.DEVICE, Rule.ROOM_AND_DEVICE, Rule.LUNCH, Rule.TRAVEL}
"""What a class that stands already has settled for whoever joins it."""

NO_SESSIONS: Mapping[int, Session] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """What is the same for everybody who takes so long at a location; `ticks` is what all its layers let through."""

    service: Service
    location: Location
    length: timedelta
    parts: Parts
    places: Sequence[Place]
    layers: list[Layer]
    ticks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Starts:
    """When one practitioner can begin a service at one location, as ticks of the timetable's ruler."""

    shared: Alike
    practitioner: Practitioner
    columns: tuple[int, ...]
    assistants: tuple[tuple[Practitioner, int], ...]
    sessions: Mapping[int, Session]
    ticks: int

    @property
    def service(self) -> Service:
        """What is given."""
        return self.shared.service

    @property
    def location(self) -> Location:
        """Where."""
        return self.shared.location

    @property
    def length(self) -> timedelta:
        """How long it takes with them."""
        return self.shared.length

    @property
    def places(self) -> Sequence[Place]:
        """The rooms and devices it can be in."""
        return self.shared.places

    def slot_at(self, tick: int, table: Timetable) -> Slot:
        """The visit that starts at one of the ticks, in the first of its places that is free."""
        if tick in self.sessions:
            return self._joined(self.sessions[tick], table)
        place = next(place for place in self.places if place.is_free_at(tick))
        column = next(number for number, starts in enumerate(self.columns, start=1) if starts >> tick & 1)
        lane, devices = place.chosen_at(tick)
        wanted = self.service.assistants
        assistants = next(_filled(wanted, self._assistants_at(tick))) if wanted else ()
        return self._slot(tick, table, column, place.room, lane, devices, assistants)

    def options_at(self, tick: int, table: Timetable) -> Iterator[Slot]:
        """Each way to have the visit at one of the ticks: every column, place and assistants that are free."""
        if tick in self.sessions:
            yield self._joined(self.sessions[tick], table)
            return
        free = [place for place in self.places if place.is_free_at(tick)]
        columns = [number for number, starts in enumerate(self.columns, start=1) if starts >> tick & 1]
        for place in free:
            for lane, devices in place.options_at(tick):
                for assistants in _filled(self.service.assistants, self._assistants_at(tick)):
                    for column in columns:
                        yield self._slot(tick, table, column, place.room, lane, devices, assistants)

    def _slot(
        self,
        tick: int,
        table: Timetable,
        column: int,
        room: RoomId | None,
        lane: int,
        devices: tuple[DeviceId, ...],
        assistants: tuple[PractitionerId, ...],
    ) -> Slot:
        start = table.ruler.at(tick)
        during = Period(start=start, end=start + self.length)
        claims = (
            *self._claims_of_people(during, column, assistants),
            *claims_of_place(self.service, during, room=room, lane=lane, devices=devices),
        )
        return Slot(
            service=self.service.id,
            location=self.location.id,
            practitioner=self.practitioner.id,
            room=room,
            devices=devices,
            during=during,
            claims=claims_of_class(claims, table.practice, 1) if self.service.places > 1 else claims,
            assistants=assistants,
        )

    def _joined(self, session: Session, table: Timetable) -> Slot:
        claims = (
            *self._claims_of_people(session.during, 1, ()),
            *claims_of_place(self.service, session.during, room=session.room, lane=1, devices=session.devices),
        )
        return Slot(
            service=self.service.id,
            location=session.location,
            practitioner=session.practitioner,
            room=session.room,
            devices=session.devices,
            during=session.during,
            claims=claims_of_class(claims, table.practice, session.lane),
        )

    def _claims_of_people(self, during: Period, column: int, assistants: Sequence[PractitionerId]) -> tuple[Claim, ...]:
        as_it_stands = self.shared.parts.is_plain and self.service.processing is None and during.length == self.length
        stretches = [during] if as_it_stands else periods(kept(self.service, self.length), during.start)
        theirs = [(self.practitioner.id, stretch, column) for stretch in stretches]
        theirs += [(assistant, during, 1) for assistant in assistants]
        where = self.location.id
        return tuple(
            [
                Claim(subject=Subject.PRACTITIONER, id=id, during=stretch, lane=lane, location=where)
                for id, stretch, lane in theirs
            ]
        )

    def _assistants_at(self, tick: int) -> list[Practitioner]:
        return [person for person, ticks in self.assistants if ticks >> tick & 1]


def free_starts(search: Search, table: Timetable, busy: BusyTime) -> list[Starts]:
    """When each practitioner can begin, in the order of the practice's list; each tick at one location only."""
    service = search.service
    people = [one for one in table.practice.qualified(service) if search.practitioner in {None, one.id}]
    seen = dict.fromkeys((person.id for person in people), 0) if len(table.practice.locations) > 1 else None
    classes = open_sessions(service, search.standing, ruler=table.ruler, busy=busy) if service.places > 1 else {}
    found = []
    for location in table.practice.locations:
        if search.location not in {None, location.id}:
            continue
        alike: dict[timedelta, Alike] = {}
        for person in people:
            length = length_for(search, person.id)
            if length not in alike:
                alike[length] = _of_length(search, length, location, table, busy)
            shared = alike[length]
            columns = columns_of(search, person, shared.parts, location, table, busy)
            own = layers_of_person(search, person, shared.parts, location, table, busy)
            assistants: tuple[tuple[Practitioner, int], ...] = ()
            if service.assistants:
                assistants = assistants_for(service, person, shared.parts.whole, location, table, busy)
                own.append((Rule.ASSISTANT, assisted(service, assistants)))
            ticks = shared.ticks & (columns[0] if len(columns) == 1 else at_least(list(columns), 1))
            ticks = ticks & all_of(own) if own else ticks
            sessions = (
                {
                    tick: session
                    for (who, where, tick), session in classes.items()
                    if (who, where) == (person.id, location.id) and session.during.length == length
                }
                if classes
                else NO_SESSIONS
            )
            if sessions:
                time = layers_of_time(search, person, shared.parts, location, table, busy)
                ticks = all_of(_joinable(shared.layers + time + own, sessions))
            if seen is not None:
                ticks &= ~seen[person.id]
                seen[person.id] |= ticks
            found.append(
                Starts(
                    shared=shared,
                    practitioner=person,
                    columns=columns,
                    assistants=assistants,
                    sessions=sessions,
                    ticks=ticks,
                )
            )
    if seen is None:
        return found
    order = {person.id: number for number, person in enumerate(people)}
    return sorted(found, key=lambda starts: order[starts.practitioner.id])


def layers_behind(starts: Starts, search: Search, table: Timetable, busy: BusyTime) -> list[Layer]:
    """Every rule by itself that the ticks of some starts are made of: all of them together are those ticks.

    Where someone can begin at two locations at once, the second has those ticks here and not in its starts.
    """
    person, location = starts.practitioner, starts.location
    shared = _of_length(search, starts.length, location, table, busy)
    layers = [
        *shared.layers,
        *layers_of_time(search, person, shared.parts, location, table, busy),
        *layers_of_person(search, person, shared.parts, location, table, busy),
    ]
    if search.service.assistants:
        layers.append((Rule.ASSISTANT, assisted(search.service, starts.assistants)))
    return _joinable(layers, starts.sessions) if starts.sessions else layers


def length_for(search: Search, practitioner: PractitionerId) -> timedelta:
    """How long the visit of this patient with this practitioner is."""
    extra = search.service.rules.extra_for_new if search.visitor.is_new else timedelta(0)
    return search.service.length_with(practitioner) + extra


def _of_length(search: Search, length: timedelta, location: Location, table: Timetable, busy: BusyTime) -> Alike:
    parts = parts_of(search.service, length, table.ruler)
    places = places_for(search.service, length, at=location.id, table=table, busy=busy)
    layers = layers_of_place(search, parts.whole, location, table)
    layers += [
        (Rule.ROOM, at_least([place.room_starts for place in places], 1)),
        (Rule.DEVICE, at_least([place.device_starts for place in places], 1)),
        (Rule.ROOM_AND_DEVICE, at_least([place.starts for place in places], 1)),
    ]
    return Alike(
        service=search.service,
        location=location,
        length=length,
        parts=parts,
        places=places,
        layers=layers,
        ticks=all_of(layers),
    )


def _joinable(layers: list[Layer], sessions: Mapping[int, Session]) -> list[Layer]:
    joins = sum(1 << tick for tick in sessions)
    return [(rule, ticks | joins if rule in MAY_BE_JOINED else ticks) for rule, ticks in layers]


def _filled(roles: Sequence[str], free: Sequence[Practitioner]) -> Iterator[tuple[PractitionerId, ...]]:
    """Each way to fill the roles, nobody in two."""
    if not roles:
        yield ()
        return
    for person in free:
        if roles[0] in person.roles:
            for rest in _filled(roles[1:], [one for one in free if one.id != person.id]):
                yield (person.id, *rest)
