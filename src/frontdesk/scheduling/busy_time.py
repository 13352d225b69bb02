"""What is taken already: each practitioner, room and device with the ticks that claims hold of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, LocationId, PractitionerId
from frontdesk.domain.practice import Practitioner, Room
from frontdesk.scheduling.ruler import Ruler, any_of

Stretches = list[tuple[int, int]]

_PRACTITIONER, _ROOM = Subject.PRACTITIONER, Subject.ROOM

FEW = 1 << 28
"""Stretches times ticks, up to which it is quicker to lay one by one than to write a whole ruler."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """The stretches of one lane of somebody or something that claims hold, in ticks; `location`: where, if known."""

    subject: Subject
    id: str
    lane: int
    location: LocationId | None
    stretches: Stretches


Lanes = Mapping[int, int]
"""The ticks held, by lane."""

NO_LANES: Lanes = MappingProxyType({})


def _nobody() -> Mapping[str, Lanes]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class BusyTime:
    """The ticks held, by id and lane; `at` those of practitioners of which it is known where they are."""

    people: Mapping[str, Lanes] = field(default_factory=_nobody)
    rooms: Mapping[str, Lanes] = field(default_factory=_nobody)
    devices: Mapping[str, Lanes] = field(default_factory=_nobody)
    at: Mapping[str, Mapping[LocationId, int]] = field(default_factory=lambda: MappingProxyType({}))

    def of_practitioner(self, id: PractitionerId) -> int:
        """The ticks at which someone has a visit, in whatever lane it was entered."""
        return any_of(self.people.get(id, NO_LANES).values())

    def of_columns(self, practitioner: Practitioner) -> tuple[int, ...]:
        """The ticks at which each of someone's columns is in use, the first of them first."""
        return _each_of(self.people.get(practitioner.id, NO_LANES), practitioner.columns)

    def of_device(self, id: DeviceId) -> int:
        """The ticks at which a device is in use, in whatever lane it was entered."""
        return any_of(self.devices.get(id, NO_LANES).values())

    def of_room(self, room: Room) -> tuple[int, ...]:
        """The ticks at which each lane of a room is in use, lane 1 first."""
        return _each_of(self.rooms.get(room.id, NO_LANES), room.capacity)

    def of_whole_room(self, room: Room) -> int:
        """The ticks at which any lane of a room is in use."""
        return any_of(self.rooms.get(room.id, NO_LANES).values())

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
        people, rooms, devices = (defaultdict[tuple[str, int, LocationId | None], Stretches](list) for _ in range(3))
        for claim in claims:  # told apart by `is`: an Enum's hash costs more than the whole rest
            subject, stretch = claim.subject, ruler.stretch_of(claim.during)
            of_subject = people if subject is _PRACTITIONER else rooms if subject is _ROOM else devices
            of_subject[claim.id, claim.lane, claim.location].append(stretch)
        return self.and_kept(
            (
                Kept(subject=subject, id=id, lane=lane, location=location, stretches=stretches)
                for subject, of_subject in ((_PRACTITIONER, people), (_ROOM, rooms), (Subject.DEVICE, devices))
                for (id, lane, location), stretches in of_subject.items()
            ),
            ruler,
        )

    def and_kept(self, more: Iterable[Kept], ruler: Ruler) -> "BusyTime":
        """The same with more stretches kept; what of them is off the ruler is left out."""
        people, rooms, devices = (
            {id: dict(lanes) for id, lanes in held.items()} for held in (self.people, self.rooms, self.devices)
        )
        at = {id: dict(places) for id, places in self.at.items()}
        for one in more:
            ticks = _laid(one.stretches, ruler)
            held = people if one.subject is _PRACTITIONER else rooms if one.subject is _ROOM else devices
            lanes = held.setdefault(one.id, {})
            lanes[one.lane] = lanes.get(one.lane, 0) | ticks
            if one.location is not None and one.subject is _PRACTITIONER:
                places = at.setdefault(one.id, {})
                places[one.location] = places.get(one.location, 0) | ticks
        return BusyTime(people=people, rooms=rooms, devices=devices, at=at)


NOTHING_BUSY = BusyTime()


def _each_of(lanes: Lanes, count: int) -> tuple[int, ...]:
    """A claim in a lane that is not there (it came from elsewhere, or there were more once) holds all of them."""
    if count == 1:
        return (any_of(lanes.values()),)
    whole = 0
    for lane, ticks in lanes.items():
        if not 1 <= lane <= count:
            whole |= ticks
    return tuple(whole | lanes.get(lane, 0) for lane in range(1, count + 1))


def _laid(stretches: Stretches, ruler: Ruler) -> int:
    count = ruler.count
    if len(stretches) * count > FEW:
        return ruler.together(stretches)
    ticks = 0
    for first, end in stretches:
        if first < 0 or end > count:
            ticks |= ruler.between(first, end)
        else:
            ticks |= ((1 << (end - first)) - 1) << first
    return ticks
