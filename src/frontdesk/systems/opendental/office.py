"""Pure: what an office's schedules, blockouts and visits leave open, as scheduling understands it.

The vendor's own guide to finding openings takes the schedules and removes the visits; it advises against its
`GET /appointments/Slots` where there is more than one provider. Where the rows leave a choice, less is open.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import Enum

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId, RoomId
from frontdesk.domain.practice import Device, Location, Practice, Room, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period, merged
from frontdesk.systems.opendental.mapping import Numbers, Visit, visit
from frontdesk.wire.foreign import Foreign, Unreadable

MIDNIGHT = time(0)
_TICK, _DAY = 5, 24 * 60  # in minutes


class Kind(Enum):
    """What a row of `GET /schedules` says."""

    CLOSED = "closed"
    AT_WORK = "at work"
    BLOCKED = "blocked"
    ELSEWHERE = "elsewhere"  # an employee's hours, a text sent about an opening: nothing for the book


SCHED_TYPE: Mapping[str, Kind] = {
    "Practice": Kind.CLOSED,  # a holiday or a note for all; the row does not say which
    "Provider": Kind.AT_WORK,
    "Blockout": Kind.BLOCKED,
    "Employee": Kind.ELSEWHERE,
    "WebSchedASAP": Kind.ELSEWHERE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Someone at work in one lane of a room, for a stretch of a day on its wall clock."""

    practitioner: PractitionerId
    room: Room
    lane: int
    day: date
    hours: DayTime


@dataclass(frozen=True, kw_only=True, slots=True)
class Blockout:
    """A stretch kept for something in one lane of a room. `type` is the DefNum; 0 where it is not known."""

    room: RoomId
    lane: int
    during: Period
    type: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """Everything that decides what is open. `claims` is what the visits keep busy of ours.

    `only_in`: the blockouts that a service is bound to, by its type. `strange` are the rows of which something
    could not be read; what they keep is kept.
    """

    visits: tuple[Visit, ...]
    claims: tuple[Claim, ...]
    openings: tuple[Opening, ...]
    blockouts: tuple[Blockout, ...]
    only_in: Mapping[int, tuple[int, ...]]
    strange: tuple[Unreadable, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """One practitioner's part of the office: a practice of their hours and rooms alone, and what is busy in it."""

    practice: Practice
    busy: tuple[Claim, ...]


def read_office(
    appointments: Iterable[Foreign],
    schedules: Sequence[Foreign],
    operatories: Iterable[Foreign],
    types: Iterable[Foreign],
    *,
    numbers: Numbers,
    practice: Practice,
) -> Office:
    """What the four lists say together. Raises: Unreadable (a field is not as documented)."""
    strange: list[Unreadable] = []
    visits = read_visits(appointments, numbers, practice)
    strange += [one.strange for one in visits if one.strange is not None]
    shown = [row for row in operatories if not row.yes("IsHidden")]
    known = {place: row for row in shown if (place := numbers.room_of(row.integer("OperatoryNum")))}
    rooms = {row.integer("OperatoryNum"): (practice.room(room), lane) for (room, lane), row in known.items()}
    kinds = [(row, _kind_of(row, strange)) for row in schedules]
    closed = {row.day("SchedDate") for row, kind in kinds if kind is Kind.CLOSED}
    openings: list[Opening] = []
    blockouts: list[Blockout] = []
    for row, kind in kinds:
        hours = _hours(row)
        if hours is None:
            continue
        if kind is Kind.AT_WORK and row.day("SchedDate") not in closed:
            openings += _openings(row, hours, shown, rooms, numbers)
        elif kind is Kind.BLOCKED:
            blockouts += _blockouts(row, hours, rooms, practice)
    return Office(
        visits=tuple(visits),
        claims=tuple(_claims(visits, numbers, practice)),
        openings=tuple(openings),
        blockouts=tuple(blockouts),
        only_in={row.integer("AppointmentTypeNum"): _blockout_types(row) for row in types},
        strange=tuple(strange),
    )


def read_visits(rows: Iterable[Foreign], numbers: Numbers, practice: Practice) -> list[Visit]:
    """The rows of the book that have a time and keep it."""
    return [one for row in rows if (one := visit(row, numbers, practice)) is not None and one.in_use]


def search_for(
    practitioner: PractitionerId,
    service: Service,
    *,
    office: Office,
    numbers: Numbers,
    practice: Practice,
    over: Period,
) -> Search:
    """One practitioner's part of the office for a service, over a stretch of time."""
    mine = [opening for opening in office.openings if opening.practitioner == practitioner]
    person = replace(practice.practitioner(practitioner), shifts=tuple(_shift(opening) for opening in mine))
    rooms = {opening.room.id: opening.room for opening in mine}
    span = over.widened(before=timedelta(days=1), after=timedelta(days=1))
    busy = [claim for claim in office.claims if _matters(claim, practitioner, rooms)]
    for room in rooms.values():
        for lane in range(1, len(numbers.rooms[room.id]) + 1):
            there = [one for one in mine if (one.room.id, one.lane) == (room.id, lane)]
            usable = _usable(there, service, office=office, numbers=numbers, practice=practice)
            busy += [Claim(subject=Subject.ROOM, id=room.id, lane=lane, during=gap) for gap in _gaps(usable, span)]
            busy += _blocked(room.id, lane, service, office=office, numbers=numbers)
    narrowed = replace(
        practice,
        practitioners=(person,),
        rooms=tuple(replace(room, capacity=len(numbers.rooms[room.id])) for room in practice.rooms if room.id in rooms),
    )
    return Search(practice=narrowed, busy=tuple(busy))


def in_the_way(slot: Slot, service: Service, *, office: Office, numbers: Numbers, practice: Practice) -> Subject | None:
    """What of a slot is not free; None when all of it is."""
    zone = practice.location(slot.location).zone
    found = search_for(slot.practitioner, service, office=office, numbers=numbers, practice=practice, over=slot.during)
    at_work = merged(
        period
        for shift in found.practice.practitioners[0].shifts
        if shift.first and shift.location == slot.location and (period := shift.during.on(shift.first, zone))
    )
    if not any(stretch.contains(slot.during) for stretch in at_work):
        return Subject.PRACTITIONER
    if slot.room not in {room.id for room in found.practice.rooms}:
        return Subject.ROOM
    return _clash(slot.claims, found.busy) or _lacking(
        service, slot.during, slot.location, slot.room, practice=practice, busy=found.busy
    )


def there_first(own: Visit, visits: Sequence[Visit], *, numbers: Numbers, practice: Practice) -> Subject | None:
    """What a visit shares with one that was in the book before it; None when it has everything for itself."""
    earlier = [one for one in visits if one.number != own.number and one.order < own.order]
    busy = _claims(earlier, numbers, practice)
    place = numbers.room_of(own.operatory)
    clash = _clash(_claims([own], numbers, practice), busy)
    if clash or own.service is None:
        return clash
    service, room = practice.service(own.service), place[0] if place else None
    return _lacking(service, own.during, own.location, room, practice=practice, busy=busy)


def _claims(visits: Sequence[Visit], numbers: Numbers, practice: Practice) -> list[Claim]:
    claims: list[Claim] = []
    for one in visits:
        for provider, during in one.providers if one.is_visit else ():
            if person := numbers.practitioner_of(provider):
                claims.append(Claim(subject=Subject.PRACTITIONER, id=person, during=during))
        if place := numbers.room_of(one.operatory):
            claims.append(Claim(subject=Subject.ROOM, id=place[0], lane=place[1], during=one.whole))
    return [*claims, *_devices_in_use(visits, numbers, practice)]


def _devices_in_use(visits: Iterable[Visit], numbers: Numbers, practice: Practice) -> Iterator[Claim]:
    """The devices that the visits' services need, dealt out in the order of their start.

    Open Dental does not know devices: which of several alike a visit has is told nowhere, and does not matter.
    """
    dealt: dict[str, list[Period]] = {device.id: [] for device in practice.devices}
    for one in sorted(visits, key=lambda one: one.whole):
        place = numbers.room_of(one.operatory)
        for kind in practice.service(one.service).device_kinds if one.service else ():
            there = [device for device in practice.devices if device.kind == kind and device.location == one.location]
            alike = [device for device in there if _fits(device, place[0] if place else None)] or there
            free = [device for device in alike if not any(one.whole.overlaps(taken) for taken in dealt[device.id])]
            for device in free[:1] or alike:
                dealt[device.id].append(one.whole)
                yield Claim(subject=Subject.DEVICE, id=device.id, during=one.whole)


def _lacking(
    service: Service,
    during: Period,
    location: LocationId,
    room: RoomId | None,
    *,
    practice: Practice,
    busy: Iterable[Claim],
) -> Subject | None:
    """Whether too few devices of a kind are left for a visit."""
    whole = during.widened(before=service.before, after=service.after)
    taken = {claim.id for claim in busy if claim.subject is Subject.DEVICE and claim.during.overlaps(whole)}
    here = [device for device in practice.devices if device.location == location]
    free = Counter(device.kind for device in here if _fits(device, room) and device.id not in taken)
    few = any(free[kind] < count for kind, count in Counter(service.device_kinds).items())
    return Subject.DEVICE if few else None


def _fits(device: Device, room: RoomId | None) -> bool:
    return device.fixed_in in {None, room}


def _matters(claim: Claim, practitioner: PractitionerId, rooms: Mapping[RoomId, Room]) -> bool:
    match claim.subject:
        case Subject.PRACTITIONER:
            return claim.id == practitioner
        case Subject.ROOM:
            return claim.id in rooms
        case Subject.DEVICE:
            return True


def _clash(claims: Iterable[Claim], busy: Sequence[Claim]) -> Subject | None:
    """Whose time is claimed twice, the practitioner's before the room's; of devices any one of a kind will do."""
    for claim in claims:
        for other in busy if claim.subject is not Subject.DEVICE else ():
            same = (claim.subject, claim.id, claim.lane) == (other.subject, other.id, other.lane)
            if same and claim.during.overlaps(other.during):
                return claim.subject
    return None


def _usable(
    there: Iterable[Opening], service: Service, *, office: Office, numbers: Numbers, practice: Practice
) -> list[Period]:
    """When a lane can be used: someone is at work in it, set-up and clean-up around that, in a blockout where bound."""
    at_work = [
        period.widened(before=service.before, after=service.after)
        for opening in there
        if (period := opening.hours.on(opening.day, practice.location(opening.room.location).zone))
    ]
    bound = office.only_in.get(numbers.services[service.id], ())
    if not bound:
        return at_work
    lanes = {(opening.room.id, opening.lane) for opening in there}
    kept = [one.during for one in office.blockouts if one.type in bound and (one.room, one.lane) in lanes]
    return [inside for open_time in merged(at_work) for block in kept if (inside := open_time.within(block))]


def _blocked(room: RoomId, lane: int, service: Service, *, office: Office, numbers: Numbers) -> Iterator[Claim]:
    """The blockouts of a lane that are not for this service."""
    bound = office.only_in.get(numbers.services[service.id], ())
    for block in office.blockouts:
        if (block.room, block.lane) == (room, lane) and block.type not in bound:
            yield Claim(subject=Subject.ROOM, id=room, lane=lane, during=block.during)


def _gaps(open_time: Iterable[Period], span: Period) -> Iterator[Period]:
    """The rest of a span."""
    since = span.start
    for stretch in merged(open_time):
        if since < min(stretch.start, span.end):
            yield Period(start=since, end=min(stretch.start, span.end))
        since = max(since, stretch.end)
    if since < span.end:
        yield Period(start=since, end=span.end)


def _shift(opening: Opening) -> Shift:
    day = opening.day
    return Shift(
        location=opening.room.location,
        weekdays=frozenset({Weekday(day.weekday())}),
        during=opening.hours,
        first=day,
        last=day,
    )


def _kind_of(row: Foreign, strange: list[Unreadable]) -> Kind:
    """What a row says; one of an unknown kind is told, and keeps its operatories."""
    try:
        return row.word("SchedType", SCHED_TYPE)
    except Unreadable as unknown:
        strange.append(unknown)
        return Kind.BLOCKED


def _hours(row: Foreign) -> DayTime | None:
    """The stretch of a row, cut to whole five minutes; None where it has none, as holidays have."""
    start, stop = row.clock("StartTime"), row.clock("StopTime")
    begins = int(-(-_minutes(start) // _TICK) * _TICK)
    ends = int(_minutes(stop) // _TICK * _TICK) or (_DAY if start != MIDNIGHT else 0)
    if begins >= ends:
        return None
    return DayTime(start=time(*divmod(begins, 60)), end=time(*divmod(ends % _DAY, 60)))


def _openings(
    row: Foreign,
    hours: DayTime,
    operatories: Iterable[Foreign],
    rooms: Mapping[int, tuple[Room, int]],
    numbers: Numbers,
) -> Iterator[Opening]:
    """A provider's hours in each operatory that the row names, or else in those that are the provider's own."""
    provider = row.integer("ProvNum")
    person = numbers.practitioner_of(provider)
    named = row.integers("operatories") or tuple(
        one.integer("OperatoryNum")
        for one in operatories
        if provider in {one.integer("ProvDentist"), one.integer("ProvHygienist")}
    )
    for number in named if person else ():
        if number in rooms and person:
            room, lane = rooms[number]
            yield Opening(practitioner=person, room=room, lane=lane, day=row.day("SchedDate"), hours=hours)


def _blockouts(
    row: Foreign, hours: DayTime, rooms: Mapping[int, tuple[Room, int]], practice: Practice
) -> Iterator[Blockout]:
    """A blockout in each operatory that the row names; in all of them where it names none."""
    named = row.integers("operatories") or tuple(rooms)
    for room, lane in (rooms[number] for number in named if number in rooms):
        location: Location = practice.location(room.location)
        if during := hours.on(row.day("SchedDate"), location.zone):
            yield Blockout(room=room.id, lane=lane, during=during, type=row.integer("BlockoutType"))


def _blockout_types(row: Foreign) -> tuple[int, ...]:
    return row.integers("BlockoutTypes") if row.has("BlockoutTypes") else ()


def _minutes(shown: time) -> float:
    """Since midnight."""
    return shown.hour * 60 + shown.minute + shown.second / 60
