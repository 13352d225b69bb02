"""Pure: what an office's schedules, blockouts and visits leave open, as scheduling understands it.

The vendor's own guide to finding openings takes the schedules and removes the visits; it advises against its
`GET /appointments/Slots` where there is more than one provider. Where the rows leave a choice, less is open.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId, RoomId
from frontdesk.domain.practice import Device, Practice, Service, Shift, Weekday
from frontdesk.domain.time import Period, merged
from frontdesk.systems.opendental.mapping import Visit, visit
from frontdesk.systems.opendental.numbers import Numbers
from frontdesk.systems.opendental.schedule import (
    Blockout,
    Kind,
    Opening,
    blockouts_of,
    hours_of,
    kind_of,
    openings_of,
)
from frontdesk.wire.foreign import Foreign, Unreadable


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """Everything that decides what is open. `claims` is what the visits keep busy of ours, by whose it is.

    `only_in`: the blockouts that a service is bound to, by its type. `strange` are the rows of which something
    could not be read; what they keep is kept.
    """

    visits: tuple[Visit, ...]
    claims: Mapping[tuple[Subject, str], Sequence[Claim]]
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
    kinds = [(row, kind_of(row, strange)) for row in schedules]
    closed = {row.day("SchedDate") for row, kind in kinds if kind is Kind.CLOSED}
    openings: list[Opening] = []
    blockouts: list[Blockout] = []
    for row, kind in kinds:
        hours = hours_of(row)
        if hours is None:
            continue
        if kind is Kind.AT_WORK and row.day("SchedDate") not in closed:
            openings += openings_of(row, hours, shown, rooms, numbers)
        elif kind is Kind.BLOCKED:
            blockouts += blockouts_of(row, hours, rooms, practice)
    return Office(
        visits=tuple(visits),
        claims=_by_owner(_claims(visits, numbers, practice)),
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
    devices: set[str] = {device.id for device in practice.devices if device.kind in service.device_kinds}
    ours: dict[Subject, Collection[str]] = {
        Subject.PRACTITIONER: {practitioner},
        Subject.ROOM: rooms,
        Subject.DEVICE: devices,
    }
    busy = [claim for subject, ids in ours.items() for id in ids for claim in office.claims.get((subject, id), ())]
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
    return shared(own, earlier, numbers=numbers, practice=practice)


def there_before_move(own: Visit, visits: Sequence[Visit], *, numbers: Numbers, practice: Practice) -> Subject | None:
    """What a visit that was just moved shares with one that was entered by then; None when it shares nothing.

    Its own entry is old and says nothing. A visit that was dragged there meanwhile counts as having been there.
    """
    by_then = [one for one in visits if one.number != own.number and (not own.changed or one.entered <= own.changed)]
    return shared(own, by_then, numbers=numbers, practice=practice)


def shared(own: Visit, visits: Sequence[Visit], *, numbers: Numbers, practice: Practice) -> Subject | None:
    """What a visit has in common with others at its time."""
    busy = _claims(visits, numbers, practice)
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


def _by_owner(claims: Iterable[Claim]) -> dict[tuple[Subject, str], list[Claim]]:
    found: defaultdict[tuple[Subject, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.subject, claim.id].append(claim)
    return dict(found)


def _devices_in_use(visits: Iterable[Visit], numbers: Numbers, practice: Practice) -> Iterator[Claim]:
    """The devices that the visits' services need, dealt out in the order of their start.

    Open Dental does not know devices: which of several alike a visit has is told nowhere, and does not matter.
    """
    taken_until: dict[str, datetime] = {}
    for one in sorted(visits, key=lambda one: one.whole):
        place = numbers.room_of(one.operatory)
        for kind in practice.service(one.service).device_kinds if one.service else ():
            there = [device for device in practice.devices if device.kind == kind and device.location == one.location]
            alike = [device for device in there if _fits(device, place[0] if place else None)] or there
            free = [device for device in alike if taken_until.get(device.id, one.whole.start) <= one.whole.start]
            for device in free[:1] or alike:
                taken_until[device.id] = max(one.whole.end, taken_until.get(device.id, one.whole.end))
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


def _blockout_types(row: Foreign) -> tuple[int, ...]:
    return row.integers("BlockoutTypes") if row.has("BlockoutTypes") else ()
