"""Pure: the times that a system shows as open, kept to what the practice's own files allow.

A system's open times know nothing of the practice's lead time, closures, absences and who may have a service. So the
function that searches the built-in calendar is asked, with the open times as the only shifts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from math import gcd

from frontdesk.domain.appointment import Slot
from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Location, Practice, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period, merged, wall
from frontdesk.ports.free_times import FreeTimes
from frontdesk.ports.system import SlotRequest

_HOUR = 60  # minutes

OpenTimes = Mapping[tuple[PractitionerId, LocationId], Mapping[datetime, Period]]
"""Of each practitioner at each location: what is open, by when a visit may begin."""


def offered(
    open_times: OpenTimes,
    service: Service,
    *,
    wanted: SlotRequest,
    practice: Practice,
    now: datetime,
    free_times: FreeTimes,
) -> list[Slot]:
    """Slots that begin where the system lets one begin and lie in what it shows as open, soonest first.

    Open times that touch are one, so that a visit may be longer than each of them. Rooms, devices and buffers are the
    system's own affair: a Slot keeps its practitioner's time alone.
    """
    if not any(open_times.values()):
        return []
    order = {person.id: place for place, person in enumerate(practice.practitioners)}
    slots = free_times(
        _as_shifts(open_times, service, practice=practice, now=now, until=wanted.until),
        service=service.id,
        within=wanted.within,
        busy=(),
        now=now,
        practitioner=wanted.practitioner,
        location=wanted.location,
        visitor=wanted.visitor,
    )
    found = [one for one in slots if one.during.start in open_times.get((one.practitioner, one.location), {})]
    return sorted(found, key=lambda one: (one.during.start, order[one.practitioner]))


def _as_shifts(
    open_times: OpenTimes, service: Service, *, practice: Practice, now: datetime, until: datetime | None
) -> Practice:
    """The practice as if its people worked in their open times alone, and a visit took nothing but their time."""
    zones = {location.id: location.zone for location in practice.locations}
    minutes = {wall(start, zones[place]).minute for (_, place), starts in open_times.items() for start in starts}
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
                    for stretch in merged(open_times.get((person.id, location.id), {}).values())
                    for shift in _shifts(stretch, location)
                ),
            )
            for person in practice.practitioners
        ),
        rooms=(),
        devices=(),
        services=(bare,),
        policies=replace(practice.policies, grid=timedelta(minutes=gcd(_HOUR, *minutes)), travel=NOTHING),
    )


def _shifts(stretch: Period, location: Location) -> Iterator[Shift]:
    """A stretch as shifts of a day each, cut at midnight."""
    start, end = wall(stretch.start, location.zone), wall(stretch.end, location.zone)
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
