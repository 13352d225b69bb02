"""Pure: what the rows of `GET /schedules` say: who is at work where, what is blocked, when the day is closed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import Enum

from frontdesk.domain.ids import PractitionerId, RoomId
from frontdesk.domain.practice import Location, Practice, Room
from frontdesk.domain.time import DayTime, Period
from frontdesk.systems.opendental.numbers import Numbers
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


def kind_of(row: Foreign, strange: list[Unreadable]) -> Kind:
    """What a row says; one of an unknown kind is told, and keeps its operatories."""
    try:
        return row.word("SchedType", SCHED_TYPE)
    except Unreadable as unknown:
        strange.append(unknown)
        return Kind.BLOCKED


def hours_of(row: Foreign) -> DayTime | None:
    """The stretch of a row, cut to whole five minutes; None where it has none, as holidays have."""
    start, stop = row.clock("StartTime"), row.clock("StopTime")
    begins = int(-(-_minutes(start) // _TICK) * _TICK)
    ends = int(_minutes(stop) // _TICK * _TICK) or (_DAY if start != MIDNIGHT else 0)
    if begins >= ends:
        return None
    return DayTime(start=time(*divmod(begins, 60)), end=time(*divmod(ends % _DAY, 60)))


def openings_of(
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


def blockouts_of(
    row: Foreign, hours: DayTime, rooms: Mapping[int, tuple[Room, int]], practice: Practice
) -> Iterator[Blockout]:
    """A blockout in each operatory that the row names; in all of them where it names none."""
    named = row.integers("operatories") or tuple(rooms)
    for room, lane in (rooms[number] for number in named if number in rooms):
        location: Location = practice.location(room.location)
        if during := hours.on(row.day("SchedDate"), location.zone):
            yield Blockout(room=room.id, lane=lane, during=during, type=row.integer("BlockoutType"))


def _minutes(shown: time) -> float:
    """Since midnight."""
    return shown.hour * 60 + shown.minute + shown.second / 60
