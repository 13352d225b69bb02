"""A slow and plainly right answer to `find_slots`, made by trying every five minutes, person, room, lane and device."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import permutations

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.practice import Device, Location, Practice, Practitioner, Room, Service, Weekday
from frontdesk.domain.time import Period, wall

STEP = timedelta(minutes=5)


def every_slot(
    practice: Practice, *, service: Service, within: Period, busy: Sequence[Claim], now: datetime
) -> list[Slot]:
    """All slots, by start and then by the practice's list of practitioners. All times are on five minutes UTC."""
    rules = practice.policies
    slots = []
    start = within.start - timedelta(minutes=within.start.minute % 5) - timedelta(seconds=within.start.second)
    while start < within.end:
        if now + rules.lead_time <= start <= now + rules.horizon:
            for person in practice.practitioners:
                slot = _first_slot(practice, service, person, start, busy)
                if slot and within.contains(slot.during):
                    slots.append(slot)
        start += STEP
    return slots


def _first_slot(
    practice: Practice, service: Service, person: Practitioner, start: datetime, busy: Sequence[Claim]
) -> Slot | None:
    if not person.roles & service.roles:
        return None
    during = Period(start=start, end=start + service.length_with(person.id))
    whole = Period(start=during.start - service.before, end=during.end + service.after)
    for location in practice.locations:
        shown = wall(start, location.zone)
        on_grid = timedelta(hours=shown.hour, minutes=shown.minute) % practice.policies.grid == timedelta(0)
        if not on_grid or not all(is_worked(person, location, moment) for moment in _moments(during)):
            continue
        theirs = Claim(subject=Subject.PRACTITIONER, id=person.id, during=during, location=location.id)
        if not _is_free(theirs, busy):
            continue
        for room, lane, devices in _places(practice, service, location):
            claims = (
                theirs,
                *([Claim(subject=Subject.ROOM, id=room.id, during=whole, lane=lane)] if room else []),
                *(Claim(subject=Subject.DEVICE, id=device.id, during=whole) for device in devices),
            )
            if all(_is_free(claim, busy) for claim in claims):
                return Slot(
                    service=service.id,
                    location=location.id,
                    practitioner=person.id,
                    room=room.id if room else None,
                    devices=tuple(device.id for device in devices),
                    during=during,
                    claims=claims,
                )
    return None


def _places(
    practice: Practice, service: Service, location: Location
) -> Iterator[tuple[Room | None, int, tuple[Device, ...]]]:
    rooms: list[Room | None] = [
        room
        for room in practice.rooms
        if room.location == location.id
        and (
            room.kinds & service.room_kinds
            or (
                not service.room_kinds
                and any(one.fixed_in == room.id and one.kind in service.device_kinds for one in practice.devices)
            )
        )
    ]
    if not service.room_kinds:
        rooms.insert(0, None)
    here = [device for device in practice.devices if device.location == location.id]
    for room in rooms:
        for lane in range(1, room.capacity + 1 if room else 2):
            for devices in permutations(here, len(service.device_kinds)):
                if tuple(device.kind for device in devices) == service.device_kinds and all(
                    device.fixed_in is None or (room is not None and device.fixed_in == room.id) for device in devices
                ):
                    yield room, lane, devices


def is_worked(person: Practitioner, location: Location, at: datetime) -> bool:
    """Whether someone is on shift, not on a break and not away, and the location is open, at an instant."""
    today = wall(at, location.zone).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        hours = () if day in location.closures else location.hours.get(Weekday(day.weekday()), ())
        if any(_covers(one.on(day, location.zone), at) for one in hours):
            break
    else:
        return False
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        if any(first <= day <= last for first, last in person.away):
            continue
        for shift in person.shifts:
            if (
                shift.location == location.id
                and shift.works_on(day)
                and _covers(shift.during.on(day, location.zone), at)
            ) and not any(_covers(pause.on(day, location.zone), at) for pause in shift.breaks):
                return True
    return False


def _covers(period: Period | None, at: datetime) -> bool:
    return period is not None and period.start <= at < period.end


def _moments(during: Period) -> Iterator[datetime]:
    moment = during.start
    while moment < during.end:
        yield moment
        moment += STEP


def _is_free(wanted: Claim, busy: Sequence[Claim]) -> bool:
    for claim in busy:
        same = (claim.subject, claim.id) == (wanted.subject, wanted.id)
        if (
            same
            and claim.during.overlaps(wanted.during)
            and (wanted.subject is not Subject.ROOM or claim.lane == wanted.lane)
        ):
            return False
    return True
