"""What is taken already: each practitioner, room and device with the ticks that claims hold of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, LocationId, PractitionerId
from frontdesk.domain.practice import Practitioner, Room
from frontdesk.scheduling.ruler import Ruler

Stretches = list[tuple[int, int]]

_PRACTITIONER, _ROOM = Subject.PRACTITIONER, Subject.ROOM

FEW = 8
"""Up to so many stretches it is quicker to lay them one by one than to write a whole ruler."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BusyTime:
    """The ticks held, by subject, id and lane; `at` those of practitioners of which it is known where they are."""

    held: Mapping[tuple[Subject, str], Mapping[int, int]]
    at: Mapping[str, Mapping[LocationId, int]] = field(default_factory=lambda: MappingProxyType({}))

    def of_practitioner(self, id: PractitionerId) -> int:
        """The ticks at which someone has a visit, in whatever lane it was entered."""
        return self._in_any_lane(Subject.PRACTITIONER, id)

    def of_columns(self, practitioner: Practitioner) -> tuple[int, ...]:
        """The ticks at which each of someone's columns is in use, the first of them first."""
        return self._by_lane(Subject.PRACTITIONER, practitioner.id, practitioner.columns)

    def of_device(self, id: DeviceId) -> int:
        """The ticks at which a device is in use, in whatever lane it was entered."""
        return self._in_any_lane(Subject.DEVICE, id)

    def of_room(self, room: Room) -> tuple[int, ...]:
        """The ticks at which each lane of a room is in use, lane 1 first."""
        return self._by_lane(Subject.ROOM, room.id, room.capacity)

    def of_whole_room(self, room: Room) -> int:
        """The ticks at which any lane of a room is in use."""
        return self._in_any_lane(Subject.ROOM, room.id)

    def elsewhere(self, id: PractitionerId, location: LocationId, worked: Mapping[LocationId, int]) -> int:
        """The ticks at which someone has a visit at another location.

        Where a claim does not say where it is, the shifts do: a visit in someone's hours elsewhere is elsewhere.
        """
        ticks = known = 0
        for where, held in self.at.get(id, {}).items():
            known |= held
            if where != location:
                ticks |= held
        untold = self.of_practitioner(id) & ~known
        for where, hours in worked.items():
            if where != location:
                ticks |= untold & hours
        return ticks

    def and_of(self, claims: Iterable[Claim], ruler: Ruler) -> "BusyTime":
        """The same with more claims; those off the ruler are left out."""
        people, rooms, devices = (defaultdict[tuple[str, int], Stretches](list) for _ in range(3))
        places = defaultdict[tuple[str, LocationId], Stretches](list)
        for claim in claims:  # told apart by `is`: an Enum's hash costs more than the whole rest
            subject, stretch = claim.subject, ruler.stretch_of(claim.during)
            of_subject = people if subject is _PRACTITIONER else rooms if subject is _ROOM else devices
            of_subject[claim.id, claim.lane].append(stretch)
            if claim.location is not None and subject is _PRACTITIONER:
                places[claim.id, claim.location].append(stretch)
        held = dict(self.held)
        for subject, of_subject in ((_PRACTITIONER, people), (_ROOM, rooms), (Subject.DEVICE, devices)):
            for (id, lane), stretches in of_subject.items():
                lanes = held.get((subject, id), {})
                held[subject, id] = {**lanes, lane: lanes.get(lane, 0) | _laid(stretches, ruler)}
        at = dict(self.at)
        for (id, location), stretches in places.items():
            there = at.get(id, {})
            at[id] = {**there, location: there.get(location, 0) | _laid(stretches, ruler)}
        return BusyTime(held=held, at=at)

    def _in_any_lane(self, subject: Subject, id: str) -> int:
        together = 0
        for ticks in self.held.get((subject, id), {}).values():
            together |= ticks
        return together

    def _by_lane(self, subject: Subject, id: str, count: int) -> tuple[int, ...]:
        """A claim in a lane that is not there (it came from elsewhere, or there were more once) holds all of them."""
        lanes = self.held.get((subject, id), {})
        whole = 0
        for lane, ticks in lanes.items():
            if not 1 <= lane <= count:
                whole |= ticks
        return tuple(whole | lanes.get(lane, 0) for lane in range(1, count + 1))


NOTHING_BUSY = BusyTime(held={})


def _laid(stretches: Stretches, ruler: Ruler) -> int:
    if len(stretches) > FEW:
        return ruler.together(stretches)
    ticks = 0
    for first, end in stretches:
        ticks |= ruler.between(first, end)
    return ticks
