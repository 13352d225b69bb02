"""Pure: which open slots of athenaOne are times that the practice offers, as scheduling understands it.

athenaOne says what is open; the practice's own files may say less: opening hours, closures, absences, lead time, who
may have a service. A slot is offered where both agree.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import gcd
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Location, Practice, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period, merged, wall
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.free_times import FreeTimes
from frontdesk.ports.system import SlotRequest
from frontdesk.standards.wall_times import told_period
from frontdesk.systems.athenahealth.mapping import Numbers, Visit, length, us_day
from frontdesk.wire.foreign import Foreign, Unreadable

_HOUR = 60  # minutes
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """An open slot of somebody of ours at a location of ours. `number` is its appointmentid."""

    number: int
    provider: int
    practitioner: PractitionerId
    location: LocationId
    during: Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """What is open, soonest first. `strange` are the rows that could not be read; they are not offered."""

    openings: tuple[Opening, ...]
    strange: tuple[Unreadable, ...] = ()


def read_open(rows: Iterable[Foreign], numbers: Numbers, practice: Practice) -> Open:
    """The rows of `GET /appointments/open` that are ours.

    One that is frozen, or that the clock on the wall cannot tell from another, is left out.
    """
    places = {number: id for id, number in numbers.departments.items()}
    people = {number: id for id, number in numbers.providers.items()}
    found: list[Opening] = []
    strange: list[Unreadable] = []
    for row in rows:
        try:
            location, practitioner = places.get(row.integer("departmentid")), people.get(row.integer("providerid"))
            if location is None or practitioner is None or (row.has("frozen") and row.yes("frozen")):
                continue
            zone = practice.location(location).zone
            during = told_period(us_day(row, "date"), row.clock("starttime"), length(row), zone)
            number, provider = row.integer("appointmentid"), row.integer("providerid")
        except Unreadable as fault:
            strange.append(fault)
            continue
        if during is not None:
            found.append(
                Opening(number=number, provider=provider, practitioner=practitioner, location=location, during=during)
            )
    return Open(openings=tuple(sorted(found, key=lambda one: (one.during, one.number))), strange=tuple(strange))


def side_by_side(found: Iterable[Opening], visits: Iterable[Visit], practice: Practice) -> list[Opening]:
    """The openings in which a practitioner has room for one more beside their visits: `columns` at a time, usually one.

    athenaOne refuses a slot twice and not a time twice: where slots overlap, or one was freed beneath an overbooked
    visit, it shows as open what somebody else has.
    """
    busy: dict[tuple[int, date], list[Period]] = {}
    for one in visits:
        if one.in_use:
            for day in {one.during.start.date(), one.during.end.date()}:
                busy.setdefault((one.provider, day), []).append(one.during)
    columns = {person.id: person.columns for person in practice.practitioners}
    return [one for one in found if _beside(one, busy) < columns.get(one.practitioner, 1)]


def _beside(one: Opening, busy: Mapping[tuple[int, date], Sequence[Period]]) -> int:
    days = {one.during.start.date(), one.during.end.date()}
    return len({there for day in days for there in busy.get((one.provider, day), ()) if there.overlaps(one.during)})


def slots(
    found: Sequence[Opening],
    service: Service,
    *,
    wanted: SlotRequest,
    practice: Practice,
    now: datetime,
    free_times: FreeTimes,
) -> list[Slot]:
    """The openings that the practice's own rules allow, soonest first; a Slot lasts as long as its opening.

    An opening is long enough for the service with its practitioner. Of two of one practitioner at one start the
    shorter is taken.
    """
    order = {person.id: place for place, person in enumerate(practice.practitioners)}
    inside = [one for one in found if wanted.within.contains(one.during)]
    if not inside:
        return []
    allowed = {
        (slot.practitioner, slot.location, slot.during.start): slot.during.end
        for slot in free_times(
            _as_shifts(inside, service, practice=practice, now=now, until=wanted.until),
            service=service.id,
            within=wanted.within,
            busy=(),
            now=now,
            practitioner=wanted.practitioner,
            location=wanted.location,
            visitor=wanted.visitor,
        )
    }
    offered: dict[tuple[datetime, PractitionerId], Opening] = {}
    for one in inside:
        end = allowed.get((one.practitioner, one.location, one.during.start))
        if end is not None and end <= one.during.end:
            offered.setdefault((one.during.start, one.practitioner), one)
    soonest = sorted(offered.values(), key=lambda one: (one.during.start, order[one.practitioner]))
    return [_slot(one, service) for one in soonest]


def check_zones(rows: Iterable[Foreign], numbers: Numbers, practice: Practice, *, now: datetime) -> None:
    """That each department's clock is its location's: a time read on another clock would be told an hour off.

    Raises: NotPermitted, Unreadable.
    """
    for row in rows:
        location = numbers.location_of(row.integer("departmentid"))
        if location is None or not row.has("timezonename"):
            continue
        ours, name = practice.location(location).zone, row.text("timezonename")
        try:
            theirs = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue  # a name of their own; nothing can be said of it
        if any(wall(at, ours).utcoffset() != wall(at, theirs).utcoffset() for at in (now, now + _HALF_A_YEAR)):
            raise NotPermitted(
                f"Location {location} keeps {ours.key} in the practice's files, and its department keeps {name} in "
                "athenaOne. Correct one of the two."
            )


def _slot(one: Opening, service: Service) -> Slot:
    claim = Claim(subject=Subject.PRACTITIONER, id=one.practitioner, during=one.during, location=one.location)
    return Slot(
        service=service.id,
        location=one.location,
        practitioner=one.practitioner,
        room=None,
        devices=(),
        during=one.during,
        claims=(claim,),
    )


def _as_shifts(
    found: Sequence[Opening], service: Service, *, practice: Practice, now: datetime, until: datetime | None
) -> Practice:
    """The practice as if its people worked in their openings alone, and a visit took nothing but their time.

    Set-up and clean-up are in the schedule's own template, rooms are not known there.
    """
    zones = {location.id: location.zone for location in practice.locations}
    minutes = {wall(one.during.start, zones[one.location]).minute for one in found}
    at_work: dict[tuple[PractitionerId, LocationId], list[Period]] = {}
    for one in found:
        at_work.setdefault((one.practitioner, one.location), []).append(one.during)
    bare = replace(
        service,
        room_kinds=frozenset(),
        before=NOTHING,
        after=NOTHING,
        practitioner_before=NOTHING,
        practitioner_after=NOTHING,
        processing=None,
        places=1,
        rules=service.rules if until is None else replace(service.rules, horizon=until - now),
    )
    return replace(
        practice,
        practitioners=tuple(
            replace(
                person,
                shifts=tuple(
                    shift
                    for location in practice.locations
                    for open_time in merged(at_work.get((person.id, location.id), ()))
                    for shift in _shifts(open_time, location)
                ),
            )
            for person in practice.practitioners
        ),
        rooms=(),
        devices=(),
        services=(bare,),
        policies=replace(
            practice.policies,
            grid=timedelta(minutes=gcd(_HOUR, *minutes)),
            travel=NOTHING,
        ),
    )


def _shifts(open_time: Period, location: Location) -> Iterator[Shift]:
    """A stretch as shifts of a day each, cut at midnight."""
    start, end = wall(open_time.start, location.zone), wall(open_time.end, location.zone)
    for days in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=days)
        if day == end.date() and end.time() == time(0):
            return
        hours = DayTime(
            start=start.time() if day == start.date() else time(0), end=end.time() if day == end.date() else time(0)
        )
        yield Shift(
            location=location.id, weekdays=frozenset({Weekday(day.weekday())}), during=hours, first=day, last=day
        )
