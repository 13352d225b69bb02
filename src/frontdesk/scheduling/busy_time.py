"""What is taken already: each practitioner, room and device with the ticks that claims hold of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, PractitionerId
from frontdesk.domain.practice import Room
from frontdesk.scheduling.ruler import Ruler

_PRACTITIONER, _ROOM = Subject.PRACTITIONER, Subject.ROOM

FEW = 8
"""Up to so many stretches it is quicker to lay them one by one than to write a whole ruler."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BusyTime:
    """The ticks held, by subject, id and lane."""

    held: Mapping[tuple[Subject, str], Mapping[int, int]]

    def of_practitioner(self, id: PractitionerId) -> int:
        """The ticks at which someone has a visit, in whatever lane it was entered."""
        return self._in_any_lane(Subject.PRACTITIONER, id)

    def of_device(self, id: DeviceId) -> int:
        """The ticks at which a device is in use, in whatever lane it was entered."""
        return self._in_any_lane(Subject.DEVICE, id)

    def of_room(self, room: Room) -> tuple[int, ...]:
        """The ticks at which each lane of a room is in use, lane 1 first.

        A claim in a lane the room does not have (it came from elsewhere, or the room has been made smaller)
        holds the whole room.
        """
        lanes = self.held.get((Subject.ROOM, room.id), {})
        whole = 0
        for lane, ticks in lanes.items():
            if not 1 <= lane <= room.capacity:
                whole |= ticks
        return tuple(whole | lanes.get(lane, 0) for lane in range(1, room.capacity + 1))

    def and_of(self, claims: Iterable[Claim], ruler: Ruler) -> "BusyTime":
        """The same with more claims; those off the ruler are left out."""
        people, rooms, devices = (defaultdict[tuple[str, int], list[tuple[int, int]]](list) for _ in range(3))
        for claim in claims:  # told apart by `is`: an Enum's hash costs more than the whole rest
            subject = claim.subject
            of_subject = people if subject is _PRACTITIONER else rooms if subject is _ROOM else devices
            of_subject[claim.id, claim.lane].append(ruler.stretch_of(claim.during))
        held = dict(self.held)
        for subject, of_subject in ((_PRACTITIONER, people), (_ROOM, rooms), (Subject.DEVICE, devices)):
            for (id, lane), stretches in of_subject.items():
                lanes = dict(held.get((subject, id), {}))
                lanes[lane] = lanes.get(lane, 0) | _laid(stretches, ruler)
                held[subject, id] = lanes
        return BusyTime(held=held)

    def _in_any_lane(self, subject: Subject, id: str) -> int:
        together = 0
        for ticks in self.held.get((subject, id), {}).values():
            together |= ticks
        return together


NOTHING_BUSY = BusyTime(held={})


def _laid(stretches: list[tuple[int, int]], ruler: Ruler) -> int:
    if len(stretches) > FEW:
        return ruler.together(stretches)
    ticks = 0
    for first, end in stretches:
        ticks |= ruler.between(first, end)
    return ticks
