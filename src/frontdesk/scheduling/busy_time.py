"""What is taken already: each practitioner, room and device with the ticks that claims hold of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, PractitionerId
from frontdesk.domain.practice import Room
from frontdesk.scheduling.ruler import Ruler


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
        held = {subject: dict(lanes) for subject, lanes in self.held.items()}
        for claim in claims:
            if ticks := ruler.touching(claim.during):
                lanes = held.setdefault((claim.subject, claim.id), {})
                lanes[claim.lane] = lanes.get(claim.lane, 0) | ticks
        return BusyTime(held=held)

    def _in_any_lane(self, subject: Subject, id: str) -> int:
        together = 0
        for ticks in self.held.get((subject, id), {}).values():
            together |= ticks
        return together


NOTHING_BUSY = BusyTime(held={})
