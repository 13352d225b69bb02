"""Where a visit can be: a room with a free lane, and one free device of each kind it needs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, product

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import DeviceId, LocationId, RoomId
from frontdesk.domain.practice import Device, Practice, Room, Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.ruler import at_least, in_a_row, less
from frontdesk.scheduling.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A room (None: the service needs none) and the devices that can stand in it, with the ticks a visit can start.

    Each set of ticks says at which starts that lane or device is free for the visit and its buffers.
    """

    room: RoomId | None
    lanes: tuple[int, ...]
    devices: tuple[tuple[int, tuple[tuple[DeviceId, int], ...]], ...]
    room_starts: int
    device_starts: int

    @property
    def starts(self) -> int:
        """The ticks at which the room and the devices are free together."""
        return self.room_starts & self.device_starts

    def is_free_at(self, tick: int) -> bool:
        """Whether a visit that starts at that tick can be here."""
        return bool(self.room_starts >> tick & self.device_starts >> tick & 1)

    def chosen_at(self, tick: int) -> tuple[int, tuple[DeviceId, ...]]:
        """The lane and the devices taken by a visit that starts at that tick: the first free ones of the lists."""
        lane = next(number for number, starts in enumerate(self.lanes, start=1) if starts >> tick & 1)
        devices: list[DeviceId] = []
        for count, of_kind in self.devices:
            devices += [device for device, starts in of_kind if starts >> tick & 1][:count]
        return lane, tuple(devices)

    def options_at(self, tick: int) -> Iterator[tuple[int, tuple[DeviceId, ...]]]:
        """Each lane and set of devices that are free for a visit that starts at that tick."""
        lanes = [number for number, starts in enumerate(self.lanes, start=1) if starts >> tick & 1]
        of_kinds = [
            list(combinations([device for device, starts in of_kind if starts >> tick & 1], count))
            for count, of_kind in self.devices
        ]
        for lane in lanes:
            for chosen in product(*of_kinds):
                yield lane, tuple(device for of_kind in chosen for device in of_kind)


def places_for(service: Service, length: timedelta, *, at: LocationId, table: Timetable, busy: BusyTime) -> list[Place]:
    """The places of a location where a visit of that length can be, in the order of the practice's lists.

    Set-up and clean-up need the room and the devices too; they may lie outside opening hours.
    """
    practice, ruler = table.practice, table.ruler
    setup = ruler.ticks(service.before)
    whole = setup + ruler.ticks(length) + ruler.ticks(service.after)
    everything = ruler.whole

    def starts(held: int) -> int:
        return in_a_row(less(everything, held), whole) << setup

    kinds = Counter(service.device_kinds)
    devices = [
        (device, starts(busy.of_device(device.id)))
        for device in practice.devices
        if device.location == at and device.kind in kinds
    ]
    movable = all(device.fixed_in is None for device, _ in devices)
    standing: tuple[tuple[int, tuple[tuple[DeviceId, int], ...]], ...] | None = None
    equipped = everything
    places = []
    for room in _fitting_rooms(service, at, practice):
        if room is None:
            lanes: tuple[int, ...] = (everything,)
        elif service.places > 1:  # a class has the room to itself
            lanes = (starts(busy.of_whole_room(room)),)
        else:
            lanes = tuple(map(starts, busy.of_room(room)))
        if standing is None or not movable:  # else it is the same devices in every room
            standing = tuple(
                [
                    (count, tuple([(one.id, free) for one, free in devices if one.kind == kind and _fits(one, room)]))
                    for kind, count in kinds.items()
                ]
            )
            equipped = everything
            for count, of_kind in standing:
                equipped &= at_least([ticks for _, ticks in of_kind], count)
        places.append(
            Place(
                room=room.id if room else None,
                lanes=lanes,
                devices=standing,
                room_starts=at_least(list(lanes), 1),
                device_starts=equipped,
            )
        )
    return places


def claims_of_place(
    service: Service, during: Period, *, room: RoomId | None, lane: int, devices: tuple[DeviceId, ...]
) -> tuple[Claim, ...]:
    """What a visit holds besides its practitioner: the room and the devices, buffers included."""
    whole = during.widened(before=service.before, after=service.after) if service.before or service.after else during
    of_room = (Claim(subject=Subject.ROOM, id=room, during=whole, lane=lane),) if room else ()
    return of_room + tuple(Claim(subject=Subject.DEVICE, id=device, during=whole) for device in devices)


def _fitting_rooms(service: Service, at: LocationId, practice: Practice) -> Iterator[Room | None]:
    """A service that names no kind of room is given without one, or where its device is fixed."""
    if not service.room_kinds:
        yield None
    fixed = {device.fixed_in for device in practice.devices if device.kind in service.device_kinds}
    for room in practice.rooms:
        if room.location == at and (room.kinds & service.room_kinds or (not service.room_kinds and room.id in fixed)):
            yield room


def _fits(device: Device, room: Room | None) -> bool:
    return device.fixed_in is None or (room is not None and device.fixed_in == room.id)
