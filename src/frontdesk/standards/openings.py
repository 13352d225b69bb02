"""Pure: which times that another system shows as bookable the practice's own rules allow as well.

A system says what is open; the practice's files may say less: opening hours, closures, absences, lead time, licences,
who may have a service. A time is offered where both agree. How long a visit takes, its rooms, and set-up and clean-up
are that system's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import gcd

from frontdesk.domain.appointment import Slot
from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Location, Practice, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period, merged, wall
from frontdesk.ports.free_times import FreeTimes
from frontdesk.ports.system import SlotRequest
from frontdesk.standards.wall_times import told_apart

_HOUR = 60  # minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A time of somebody of ours, at a location of ours, that the other system takes as it stands."""

    practitioner: PractitionerId
    location: LocationId
    during: Period


def allowed(
    found: Sequence[Opening],
    service: Service,
    *,
    wanted: SlotRequest,
    practice: Practice,
    now: datetime,
    free_times: FreeTimes,
) -> list[Slot]:
    """Those of them that the practice allows, soonest first; at one start in the order of the practice's list.

    A Slot lasts as long as its opening and names neither room nor devices. Of two of one practitioner at one start the
    shorter is taken. One that the clock on the wall cannot tell from another, or that lasts over a change of the clock,
    is left out.
    """
    zones = {location.id: location.zone for location in practice.locations}
    apart = {(one.during, one.location) for one in found if wanted.within.contains(one.during)}
    apart = {(during, place) for during, place in apart if told_apart(during, zones[place])}
    inside = sorted((one for one in found if (one.during, one.location) in apart), key=lambda one: one.during)
    if not inside:
        return []
    lengths: dict[PractitionerId, timedelta] = {}
    for one in inside:
        lengths[one.practitioner] = min(lengths.get(one.practitioner, one.during.length), one.during.length)
    slots = free_times(
        _as_shifts(inside, service, lengths, practice=practice, now=now, until=wanted.until),
        service=service.id,
        within=wanted.within,
        busy=(),
        now=now,
        practitioner=wanted.practitioner,
        location=wanted.location,
        visitor=wanted.visitor,
    )
    free = {(slot.practitioner, slot.location, slot.during.start): slot for slot in slots}
    offered: dict[tuple[datetime, PractitionerId], Slot] = {}
    for one in inside:
        slot = free.get((one.practitioner, one.location, one.during.start))
        if slot is not None:
            offered.setdefault((one.during.start, one.practitioner), _lasting(slot, one.during))
    order = {person.id: place for place, person in enumerate(practice.practitioners)}
    return sorted(offered.values(), key=lambda one: (one.during.start, order[one.practitioner]))


def _lasting(slot: Slot, during: Period) -> Slot:
    """The same, as long as its opening: somebody may take longer at one location than at another."""
    if slot.during == during:
        return slot
    return replace(slot, during=during, claims=tuple(replace(claim, during=during) for claim in slot.claims))


def _as_shifts(
    found: Sequence[Opening],
    service: Service,
    lengths: Mapping[PractitionerId, timedelta],
    *,
    practice: Practice,
    now: datetime,
    until: datetime | None,
) -> Practice:
    """The practice as if its people worked in their openings alone, and a visit took nothing but their time."""
    zones = {location.id: location.zone for location in practice.locations}
    minutes = {wall(one.during.start, zones[one.location]).minute for one in found}
    at_work: dict[tuple[PractitionerId, LocationId], list[Period]] = {}
    for one in found:
        at_work.setdefault((one.practitioner, one.location), []).append(one.during)
    bare = replace(
        service,
        lengths=lengths,
        room_kinds=frozenset(),
        device_kinds=(),
        before=NOTHING,
        after=NOTHING,
        practitioner_before=NOTHING,
        practitioner_after=NOTHING,
        processing=None,
        assistants=(),
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
        policies=replace(practice.policies, grid=timedelta(minutes=gcd(_HOUR, *minutes)), travel=NOTHING),
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
