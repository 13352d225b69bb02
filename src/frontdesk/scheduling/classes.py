"""Classes: visits of one service at one start that several patients share, and who may still join."""

from collections.abc import Iterable
from dataclasses import dataclass

from frontdesk.domain.appointment import Appointment, Claim, Subject
from frontdesk.domain.ids import DeviceId, LocationId, PractitionerId, RoomId
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.ruler import Ruler


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One class that has begun to fill: `taken` places, and the lane that the next patient's claims lie in."""

    practitioner: PractitionerId
    location: LocationId
    room: RoomId | None
    devices: tuple[DeviceId, ...]
    during: Period
    taken: int
    lane: int


def open_sessions(
    service: Service, standing: Iterable[Appointment], *, ruler: Ruler, busy: BusyTime
) -> dict[tuple[PractitionerId, LocationId, int], Session]:
    """The classes of a service that have a place left, by practitioner, location and tick."""
    counted: dict[tuple[PractitionerId, LocationId, RoomId | None, tuple[DeviceId, ...], Period], int] = {}
    for visit in standing:
        if visit.service == service.id and visit.practitioner and visit.status.takes_time:
            key = (visit.practitioner, visit.location, visit.room, visit.devices, visit.during)
            counted[key] = counted.get(key, 0) + 1
    sessions = {}
    for (practitioner, location, room, devices, during), taken in counted.items():
        tick = ruler.at_or_after(during.start)
        lanes = busy.people.get(practitioner, {})
        free = [lane for lane in range(1, service.places + 1) if not lanes.get(lane, 0) >> max(tick, 0) & 1]
        if taken < service.places and free and tick >= 0 and ruler.at(tick) == during.start:
            sessions[practitioner, location, tick] = Session(
                practitioner=practitioner,
                location=location,
                room=room,
                devices=devices,
                during=during,
                taken=taken,
                lane=free[0],
            )
    return sessions


def room_lanes(practice: Practice, room: RoomId, lane: int) -> range:
    """The lanes of a room that a patient of a class claims: the first of them all there are, others one beyond.

    So nobody else is let into the room, whoever of the class cancels.
    """
    capacity = practice.room(room).capacity
    return range(1, capacity + 1) if lane == 1 else range(capacity + lane - 1, capacity + lane)


def claims_of_class(claims: Iterable[Claim], practice: Practice, lane: int) -> tuple[Claim, ...]:
    """The claims of one patient of a class, out of those of a visit alone."""
    laned = []
    for claim in claims:
        lanes = room_lanes(practice, RoomId(claim.id), lane) if claim.subject is Subject.ROOM else (lane,)
        laned += [
            Claim(subject=claim.subject, id=claim.id, during=claim.during, lane=one, location=claim.location)
            for one in lanes
        ]
    return tuple(laned)
