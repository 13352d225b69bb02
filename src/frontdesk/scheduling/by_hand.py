"""A visit that the front desk enters by hand: at the time they say, in the first place that is free. Pure.

People at the desk may do what the assistant may not: book at once, off the grid, outside a shift, or on
top of another visit. What is in the way is told by the calendar when the time is claimed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import DeviceId, RoomId
from frontdesk.domain.practice import Location, Practice, Practitioner, Room, Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.places import claims_of_place


def slot_by_hand(
    practice: Practice,
    service: Service,
    practitioner: Practitioner,
    location: Location,
    start: datetime,
    *,
    busy: Sequence[Claim],
    length: timedelta | None = None,
    room: RoomId | None = None,
    rather: RoomId | None = None,
) -> Slot:
    """The visit, in the first fitting room and with the first devices that are free, else with the first of all.

    `length`: other than the service's own. `room`: the one that it is to be; `rather`: the one to look at first.
    """
    during = Period(start=start, end=start + (length or service.length_with(practitioner.id)))
    whole = during.widened(before=service.before, after=service.after)
    chosen, lane = _room(practice, service, location, whole, busy, wanted=room or rather, only=room is not None)
    devices = tuple(_devices(practice, service, location, chosen, whole, busy))
    person = Claim(subject=Subject.PRACTITIONER, id=practitioner.id, during=during)
    place = claims_of_place(service, during, room=chosen.id if chosen else None, lane=lane, devices=devices)
    return Slot(
        service=service.id,
        location=location.id,
        practitioner=practitioner.id,
        room=chosen.id if chosen else None,
        devices=devices,
        during=during,
        claims=(person, *place),
    )


def _room(
    practice: Practice,
    service: Service,
    location: Location,
    whole: Period,
    busy: Sequence[Claim],
    *,
    wanted: RoomId | None,
    only: bool,
) -> tuple[Room | None, int]:
    fitting = [room for room in practice.rooms if room.location == location.id and room.kinds & service.room_kinds]
    fitting.sort(key=lambda room: room.id != wanted)
    fitting = fitting[:1] if only else fitting
    for room in fitting:
        for lane in range(1, room.capacity + 1):
            if _is_free(Subject.ROOM, room.id, lane, whole, busy):
                return room, lane
    return (fitting[0], 1) if fitting else (None, 1)


def _devices(
    practice: Practice,
    service: Service,
    location: Location,
    room: Room | None,
    whole: Period,
    busy: Sequence[Claim],
) -> Iterable[DeviceId]:
    taken: set[DeviceId] = set()
    for kind in service.device_kinds:
        of_kind = [
            device.id
            for device in practice.devices
            if device.kind == kind
            and device.location == location.id
            and device.id not in taken
            and (device.fixed_in is None or room is None or device.fixed_in == room.id)
        ]
        free = [id for id in of_kind if _is_free(Subject.DEVICE, id, 1, whole, busy)]
        for id in (free or of_kind)[:1]:
            taken.add(id)
            yield id


def _is_free(subject: Subject, id: str, lane: int, whole: Period, busy: Sequence[Claim]) -> bool:
    return not any(
        claim.subject is subject and claim.id == id and claim.lane == lane and claim.during.overlaps(whole)
        for claim in busy
    )
