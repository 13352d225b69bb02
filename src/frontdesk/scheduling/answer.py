"""What the desk answers to a wish: the best few times with their reasons, or what blocks and what would help."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import DeviceId, LocationId, PractitionerId, RoomId
from frontdesk.domain.practice import Practice
from frontdesk.domain.wish import Wish
from frontdesk.scheduling.best import best
from frontdesk.scheduling.busy_time import BusyTime
from frontdesk.scheduling.nearest import Kin, kin_of, nearest_starts
from frontdesk.scheduling.rule import AS_LAID, Layer, Rule, all_of
from frontdesk.scheduling.search import Search
from frontdesk.scheduling.starts import MAY_BE_JOINED, Starts, free_starts, layers_behind
from frontdesk.scheduling.timetable import Timetable
from frontdesk.scheduling.wish_time import wished

ASKED_FOR = {Rule.WITHIN, Rule.WISH, Rule.GRID}
"""What the request itself says, and the grid that any time lies on."""

TOGETHER = {Rule.ROOM, Rule.DEVICE}
"""Where a room or a device is let off, so is their being free at the same time."""


BOOKED = {*MAY_BE_JOINED, Rule.PATIENT_BUSY}
"""What stands in the way because of visits."""

NOBODY_THERE = {Rule.OFF_DUTY, Rule.LICENCE, Rule.CLOSED}
"""What is told only where nothing would be free if nothing were booked: a day that is full is not one off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Because:
    """Why a time can be kept: who is on duty in which role, and what else is free for it.

    `joins` is how many are in the class already; 0 for a visit alone or the first of a class.
    """

    practitioner: PractitionerId
    role: str
    room: RoomId | None
    devices: tuple[DeviceId, ...]
    assistants: tuple[PractitionerId, ...]
    joins: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A time that can be booked as it stands, and why."""

    slot: Slot
    because: Because


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What would open if one rule were not: the soonest start within the wish, and with whom."""

    rule: Rule
    start: datetime
    practitioner: PractitionerId
    location: LocationId


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The nearest change of the wish that would help: in what it differs, and the time it opens."""

    kin: Kin
    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """Why nothing fits. `rule` blocks; `opens` is what it alone keeps from being offered (None: not it alone).

    `change` is the nearest time that is free if the wish gives way; None when nothing is free at all.
    """

    rule: Rule
    opens: Opening | None
    change: Change | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The offers, soonest first; when there are none, `nothing` says why."""

    offers: tuple[Offer, ...]
    nothing: Nothing | None


def answer(
    search: Search,
    wish: Wish,
    table: Timetable,
    busy: BusyTime,
    *,
    count: int,
    passed_over: Sequence[datetime] = (),
) -> Answer:
    """The best few times for a wish with their reasons; when nothing fits, the rule that blocks and what would help."""
    if not search.service.bookable:
        return Answer(offers=(), nothing=Nothing(rule=Rule.NOT_BOOKABLE, opens=None, change=None))
    found = free_starts(search, table, busy)
    slots = best(found, wish, table, busy, count=count, passed_over=passed_over)
    if slots:
        return Answer(
            offers=tuple(Offer(slot=slot, because=because(slot, search, table.practice)) for slot in slots),
            nothing=None,
        )
    return Answer(offers=(), nothing=_nothing(search, wish, table, busy))


def because(slot: Slot, search: Search, practice: Practice) -> Because:
    """Why a slot can be kept."""
    person = practice.practitioner(slot.practitioner)
    joined = [
        visit
        for visit in search.standing
        if search.service.places > 1
        and visit.service == slot.service
        and (visit.practitioner, visit.during.start) == (slot.practitioner, slot.during.start)
        and visit.status.takes_time
    ]
    return Because(
        practitioner=slot.practitioner,
        role=min(person.roles & search.service.roles),
        room=slot.room,
        devices=slot.devices,
        assistants=slot.assistants,
        joins=len(joined),
    )


def _nothing(search: Search, wish: Wish, table: Timetable, busy: BusyTime) -> Nothing:
    wanted = wish.practitioner or search.practitioner
    able = [person.id for person in table.practice.qualified(search.service)]
    anybody = replace(search, practitioner=None)
    change = _change(anybody, replace(wish, practitioner=wanted), table, busy)
    if not able or (wanted is not None and wanted not in able):
        return Nothing(rule=Rule.QUALIFIED, opens=None, change=change)
    rules = _layers(search, replace(wish, practitioner=wanted), table, busy)
    opening = min(
        (one for layers, starts in rules for one in _openings(layers, starts, table)),
        key=lambda one: (ORDER[one.rule], one.start),
        default=None,
    )
    if (opening is None or opening.rule in NOBODY_THERE) and (taken := _taken([layers for layers, _ in rules])):
        return Nothing(rule=taken, opens=None, change=change)
    rule = opening.rule if opening else _jointly([layers for layers, _ in rules])
    return Nothing(rule=rule, opens=opening, change=change)


ORDER = {rule: number for number, rule in enumerate(Rule)}


def _taken(each: Sequence[list[Layer]]) -> Rule | None:
    """What stands in the way where there would be a time if it were not for what is booked: one visit blocks by its
    practitioner, its room and its device together, and none of these alone.
    """
    free = [(ticks, layers) for layers in each if (ticks := all_of([one for one in layers if one[0] not in BOOKED]))]
    if not free:
        return None
    ticks, layers = min(free, key=lambda one: one[0] & -one[0])
    soonest = ticks & -ticks
    return min((rule for rule, allowed in layers if not allowed & soonest), key=ORDER.__getitem__)


def _layers(search: Search, wish: Wish, table: Timetable, busy: BusyTime) -> list[tuple[list[Layer], Starts]]:
    """For each practitioner and location that are asked for, every rule by itself, the wish among them."""
    each = []
    for starts in free_starts(search, table, busy):
        if wish.practitioner not in {None, starts.practitioner.id}:
            continue
        wanted = wished(wish, table.clocks[starts.location.id], table.ruler.ticks(starts.length))
        each.append(([*layers_behind(starts, search, table, busy), (Rule.WISH, wanted)], starts))
    return each


def _openings(layers: list[Layer], starts: Starts, table: Timetable) -> Iterator[Opening]:
    """What each rule of the clinic alone keeps from being offered within what was asked for."""
    for rule in dict.fromkeys(rule for rule, _ in layers if rule not in ASKED_FOR):
        let_off = {rule, Rule.ROOM_AND_DEVICE} if rule in TOGETHER else {rule}
        rest = all_of([layer for layer in layers if layer[0] not in let_off])
        if rest:
            start = table.ruler.at((rest & -rest).bit_length() - 1)
            who, where = starts.practitioner.id, starts.location.id
            yield Opening(rule=rule, start=start, practitioner=who, location=where)


def _jointly(each: Sequence[list[Layer]]) -> Rule:
    """Where no rule blocks alone: the one that takes the last start, of whoever gets furthest."""
    furthest = 0
    for layers in each:
        left = -1
        for rule, ticks in sorted(layers, key=lambda layer: AS_LAID.index(layer[0])):
            left &= ticks
            if not left:
                furthest = max(furthest, AS_LAID.index(rule))
                break
    return AS_LAID[furthest]


def _change(search: Search, wish: Wish, table: Timetable, busy: BusyTime) -> Change | None:
    zones = {location.id: location.zone for location in table.practice.locations}
    for slot in nearest_starts(free_starts(search, table, busy), wish, table, busy, count=1):
        return Change(kin=kin_of(slot, wish, zones), slot=slot)
    return None
