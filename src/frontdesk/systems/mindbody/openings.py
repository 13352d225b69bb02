"""Pure: which stretches that Mindbody shows as bookable are times the practice offers, as scheduling understands it.

Mindbody tells windows; a visit begins in one on the site's grid of start times, no later than `BookableEndDateTime`,
ends within it, and needs the resources that are free then. Set-up and clean-up are Mindbody's own (`PrepTime`,
`FinishTime`): those of the practice's files are not looked at. Its opening hours, closures, absences and rules are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import gcd
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Practice, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period, instant, merged, wall
from frontdesk.ports.free_times import FreeTimes
from frontdesk.ports.system import SlotRequest
from frontdesk.standards.wall_times import told_apart
from frontdesk.systems.mindbody.mapping import Numbers, Visit
from frontdesk.wire.foreign import Foreign, Unreadable

_HOUR = 60  # minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A bookable stretch of somebody of ours at a location of ours, as the site's clock shows it.

    A visit begins at `last_start` at the latest. `free` are the stretches in which resources are free, by number.
    """

    practitioner: PractitionerId
    location: LocationId
    start: datetime
    end: datetime
    last_start: datetime
    free: Mapping[int, tuple[Period, ...]]

    def holds(self, start: datetime, end: datetime) -> bool:
        """Whether a visit fits, by the site's clock."""
        return self.start <= start <= self.last_start and end <= self.end


def windows(rows: Iterable[Foreign], numbers: Numbers, zone: ZoneInfo) -> list[Window]:
    """The rows of `GET /appointment/bookableitems` that are ours and that the business shows to its clients.

    Raises: Unreadable (a field is not as documented).
    """
    found: list[Window] = []
    for row in rows:
        who, where = (Foreign.of(row.fields.get(name), what=row.row, id="Id") for name in ("Staff", "Location"))
        practitioner = numbers.practitioner_of(who.integer("Id"))
        location = numbers.location_of(where.integer("Id"))
        hidden = row.has("ShowPublic") and not row.yes("ShowPublic")
        if practitioner is None or location is None or hidden:
            continue
        start, end, last = (row.wall(name) for name in ("StartDateTime", "EndDateTime", "BookableEndDateTime"))
        if start <= last and start < end:
            found.append(
                Window(
                    practitioner=practitioner,
                    location=location,
                    start=start,
                    end=end,
                    last_start=last,
                    free=_free(row, zone) if numbers.rooms or numbers.devices else {},
                )
            )
    return found


def start_times(rows: Iterable[Foreign]) -> frozenset[time]:
    """The clock times of `GET /appointment/activesessiontimes`; empty where the site names none. Raises: Unreadable."""
    return frozenset(row.clock("at") for row in rows)


def slots(
    found: Sequence[Window],
    starts: frozenset[time],
    service: Service,
    *,
    wanted: SlotRequest,
    standing: Sequence[Visit],
    numbers: Numbers,
    practice: Practice,
    zone: ZoneInfo,
    now: datetime,
    free_times: FreeTimes,
) -> list[Slot]:
    """What the windows and the practice's own rules allow together, soonest first.

    `standing` are visits of those who may be booked twice, whom their windows may leave out of account. Without
    `starts` the practice's own grid is taken.
    """
    if not found:
        return []
    offered = free_times(
        _as_shifts(found, starts, service, numbers=numbers, practice=practice, zone=zone, now=now, until=wanted.until),
        service=service.id,
        within=wanted.within,
        busy=[
            *_resources_in_use(found, wanted.within, numbers),
            *_people_in_use(standing, numbers),
        ],
        now=now,
        practitioner=wanted.practitioner,
        location=wanted.location,
        visitor=wanted.visitor,
    )
    by_day: dict[tuple[PractitionerId, LocationId, date], list[Window]] = {}
    for one in found:
        for ahead in range((one.end.date() - one.start.date()).days + 1):
            day = one.start.date() + timedelta(days=ahead)
            by_day.setdefault((one.practitioner, one.location, day), []).append(one)

    def is_shown(slot: Slot) -> bool:
        start, end = _on_wall(slot.during.start, zone), _on_wall(slot.during.end, zone)
        there = by_day.get((slot.practitioner, slot.location, start.date()), ())
        return (not starts or start.time() in starts) and any(one.holds(start, end) for one in there)

    return [slot for slot in offered if is_shown(slot) and told_apart(slot.during, zone)]


def _free(row: Foreign, zone: ZoneInfo) -> Mapping[int, tuple[Period, ...]]:
    """When resources are free within a window. Raises: Unreadable (they were asked for, and are not told)."""
    if "ResourceAvailabilities" not in row.fields:
        raise Unreadable(row.row, "ResourceAvailabilities", "is missing, and rooms or devices are to be booked")
    listed = row.fields["ResourceAvailabilities"] or []
    free: dict[int, tuple[Period, ...]] = {}
    for one in Foreign.list_of(listed, what=f"resource of {row.row}", id="ResourceId"):
        start, end = one.wall_time("StartDateTime", zone), one.wall_time("EndDateTime", zone)
        if start < end:
            number = one.integer("ResourceId")
            free[number] = (*free.get(number, ()), Period(start=start, end=end))
    return free


def _resources_in_use(found: Sequence[Window], within: Period, numbers: Numbers) -> Iterator[Claim]:
    """Rooms and devices wherever no window shows them free."""
    span = within.widened(before=timedelta(days=1), after=timedelta(days=1))
    free: dict[int, list[Period]] = {}
    for window in found:
        for number, periods in window.free.items():
            free.setdefault(number, []).extend(periods)
    for room, lanes in numbers.rooms.items():
        for lane, number in enumerate(lanes, 1):
            for gap in _gaps(free.get(number, ()), span):
                yield Claim(subject=Subject.ROOM, id=room, lane=lane, during=gap)
    for device, number in numbers.devices.items():
        for gap in _gaps(free.get(number, ()), span):
            yield Claim(subject=Subject.DEVICE, id=device, during=gap)


def _people_in_use(standing: Iterable[Visit], numbers: Numbers) -> Iterator[Claim]:
    for one in standing:
        person = numbers.practitioner_of(one.staff) if one.in_use else None
        if person is not None:
            yield Claim(subject=Subject.PRACTITIONER, id=person, during=one.whole)


def _gaps(open_time: Iterable[Period], span: Period) -> Iterator[Period]:
    """The rest of a span."""
    since = span.start
    for stretch in merged(open_time):
        if since < min(stretch.start, span.end):
            yield Period(start=since, end=min(stretch.start, span.end))
        since = max(since, stretch.end)
    if since < span.end:
        yield Period(start=since, end=span.end)


def _as_shifts(
    found: Sequence[Window],
    starts: frozenset[time],
    service: Service,
    *,
    numbers: Numbers,
    practice: Practice,
    zone: ZoneInfo,
    now: datetime,
    until: datetime | None,
) -> Practice:
    """The practice as if its people worked in their windows alone, in the rooms and with the devices Mindbody knows."""
    bare = replace(
        service,
        room_kinds=service.room_kinds if numbers.rooms else frozenset(),
        before=NOTHING,
        after=NOTHING,
        practitioner_before=NOTHING,
        practitioner_after=NOTHING,
        processing=None,
        places=1,
        rules=service.rules if until is None else replace(service.rules, horizon=until - now),
    )
    zones = {location.id: location.zone for location in practice.locations}
    grid = timedelta(minutes=gcd(_HOUR, *(one.minute for one in starts))) if starts else practice.policies.grid
    return replace(
        practice,
        practitioners=tuple(
            replace(
                person,
                shifts=tuple(
                    shift
                    for one in found
                    if one.practitioner == person.id
                    for shift in _shifts(one, zone, zones[one.location])
                ),
                columns=1,
            )
            for person in practice.practitioners
        ),
        rooms=tuple(
            replace(room, capacity=len(numbers.rooms[room.id])) for room in practice.rooms if room.id in numbers.rooms
        ),
        devices=tuple(device for device in practice.devices if device.id in numbers.devices),
        services=(bare,),
        policies=replace(practice.policies, grid=grid, travel=NOTHING),
    )


def _shifts(one: Window, site: ZoneInfo, zone: ZoneInfo) -> Iterator[Shift]:
    """A window as shifts on the location's own clock, a day each."""
    start = wall(instant(one.start.date(), one.start.time(), site), zone)
    end = wall(instant(one.end.date(), one.end.time().replace(fold=1), site), zone)
    day = start.date()
    while day <= end.date():
        first = start.time() if day == start.date() else time(0)
        last = end.time() if day == end.date() else time(0)
        if day < end.date() or first < last:
            yield Shift(
                location=one.location,
                weekdays=frozenset({Weekday(day.weekday())}),
                during=DayTime(start=first.replace(fold=0), end=last.replace(fold=0)),
                first=day,
                last=day,
            )
        day += timedelta(days=1)


def _on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return wall(moment, zone).replace(tzinfo=None, fold=0)
