"""The business that a practice's book is kept in by the simulated Boulevard: places, people, menu, hours and visits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.practice import Location, Practice, Practitioner, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, instant, wall
from frontdesk.standards.simulating.peer import given_and_family
from frontdesk.systems.boulevard.simulator_business import World
from frontdesk.systems.boulevard.simulator_example import example_world
from frontdesk.systems.boulevard.simulator_rows import Row, urn
from frontdesk.systems.boulevard.simulator_world import (
    appointment,
    client,
    does,
    location,
    service,
    shift,
    staff,
    timeblock,
)

MINUTE = timedelta(minutes=1)
DAYS_BACK = 7
DAYS_AHEAD = 120
"""How far ahead clients may book online, in every place."""
CENTS = 10_000
"""What every service costs: a cart adds it up, and the desk never reads it."""
OTHERS = ("Robin Testcase", "Avery Sample", "Riley Invented")
"""Clients of the business that the desk has never met; staff book the first."""
WEEK = (Weekday.SUNDAY, *(one for one in Weekday if one is not Weekday.SUNDAY))
"""The days as Boulevard counts them: from Sunday, which is 0."""


def bookable(practice: Practice) -> list[Service]:
    """What a cart can take: visits of one client with one staff member, who stays throughout."""
    return [one for one in practice.services if not (one.assistants or one.processing or one.places > 1)]


def as_kept(practice: Practice) -> Practice:
    """The practice as Boulevard shows it: no time around a visit, and rooms and devices that it assigns by itself."""
    taken = {one.id for one in bookable(practice)}
    return replace(
        practice,
        services=tuple(_bare(one) if one.id in taken else one for one in practice.services),
    )


def world(practice: Practice, visits: Sequence[Slot], *, now: datetime, days: int) -> World:
    """The business's places, people, menu and hours, with visits of the others.

    Shifts recur for ever; the days on which one is not worked are blocked from a week ago until `days` ahead.
    """
    zone = practice.locations[0].zone
    first = wall(now, zone).date() - timedelta(days=DAYS_BACK)
    names = [one.partition(" ") for one in OTHERS]
    places = tuple(urn("Location", place) for place, _ in enumerate(practice.locations, 1))
    return replace(
        example_world(),
        name=practice.name,
        tz=zone.key,
        locations=tuple(_place(place, one) for place, one in enumerate(practice.locations, 1)),
        resources=(),
        services=tuple(
            service(place, one.name, one.length // MINUTE, CENTS, category=1, online=places)
            for place, one in enumerate(bookable(practice), 1)
        ),
        staff=tuple(_person(practice, place, one) for place, one in enumerate(practice.practitioners, 1)),
        shifts=tuple(_shifts(practice)),
        timeblocks=tuple(_blocks(practice, first, days + DAYS_BACK)),
        clients=tuple(
            client(place, given, family, email=f"{given.lower()}@example.net", phone=f"+1303555015{place}")
            for place, (given, _, family) in enumerate(names, 1)
        ),
        appointments=tuple(_visits(practice, visits)),
    )


def shown(practice: Practice, slot: Slot) -> datetime:
    """When a visit begins on the wall of its location, without a zone; `fold` tells the hour that comes twice."""
    return wall(slot.during.start, practice.location(slot.location).zone).replace(tzinfo=None)


def _bare(one: Service) -> Service:
    return replace(
        one,
        before=NOTHING,
        after=NOTHING,
        practitioner_before=NOTHING,
        practitioner_after=NOTHING,
        room_kinds=frozenset(),
        device_kinds=(),
    )


def _place(place: int, one: Location) -> Row:
    """A location with the hours of its week: from the first opening of a day to the last closing."""
    row = location(place, one.name, tz=one.zone.key, phone=one.phone, lead_minutes=0, lead_days=DAYS_AHEAD)
    return {**row, "hours": [_day(one.hours.get(day, ())) for day in WEEK]}


def _day(hours: Sequence[DayTime]) -> Row:
    if not hours:
        return {"open": False, "start": None, "finish": None}
    opens, closes = min(one.start for one in hours), max(_end(one.end) for one in hours)
    return {"open": True, "start": _clock(opens), "finish": _clock(closes)}


def _clock(at: time) -> Row:
    return {"hour": at.hour, "minute": at.minute}


def _person(practice: Practice, place: int, one: Practitioner) -> Row:
    places = {there.id: urn("Location", count) for count, there in enumerate(practice.locations, 1)}
    given = [
        does(urn("Service", count), what.length_with(one.id) // MINUTE, CENTS)
        for count, what in enumerate(bookable(practice), 1)
        if one.roles & what.roles
    ]
    where = sorted({places[worked.location] for worked in one.shifts})
    return staff(place, *given_and_family(one), *given, places=where)


def _shifts(practice: Practice) -> Iterator[Row]:
    """A row for each weekday and each part of a shift between its breaks."""
    places = {one.id: urn("Location", place) for place, one in enumerate(practice.locations, 1)}
    count = 0
    for who, person in enumerate(practice.practitioners, 1):
        for worked in person.shifts:
            for weekday in sorted(worked.weekdays, key=WEEK.index):
                for begin, end in _parts(worked):
                    count += 1
                    yield shift(
                        count,
                        WEEK.index(weekday),
                        f"{begin:%H:%M:%S}",
                        f"{end:%H:%M:%S}",
                        staff=urn("Staff", who),
                        location=places[worked.location],
                        first=f"{worked.first}" if worked.first else None,
                        last=f"{worked.last}" if worked.last else None,
                    )


def _parts(worked: Shift) -> Iterator[tuple[time, time]]:
    gaps = [edge for gap in worked.breaks for edge in (gap.start, gap.end)]
    edges = [worked.during.start, *gaps, _end(worked.during.end)]
    return zip(edges[::2], edges[1::2], strict=True)


def _blocks(practice: Practice, first: date, days: int) -> Iterator[Row]:
    """A block over each shift of a day on which it is not worked: away, closed, left out, or the other week."""
    places = {one.id: urn("Location", place) for place, one in enumerate(practice.locations, 1)}
    count = 0
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        for who, person in enumerate(practice.practitioners, 1):
            away = any(begin <= day <= end for begin, end in person.away)
            for worked in person.shifts:
                there = practice.location(worked.location)
                is_closed = away or day in there.closures
                if Weekday(day.weekday()) not in worked.weekdays or (worked.works_on(day) and not is_closed):
                    continue
                count += 1
                begin, end = (instant(day, at, there.zone) for at in (worked.during.start, _end(worked.during.end)))
                yield timeblock(
                    count,
                    staff=urn("Staff", who),
                    location=places[there.id],
                    at=wall(begin, there.zone).replace(tzinfo=None),
                    minutes=(end - begin) // MINUTE,
                    title="Not in",
                    zone=there.zone,
                )


def _visits(practice: Practice, visits: Sequence[Slot]) -> Iterator[Row]:
    """The rows of visits of the others in turn; those that Boulevard cannot hold are left out."""
    places = {one.id: urn("Location", place) for place, one in enumerate(practice.locations, 1)}
    people = {one.id: urn("Staff", place) for place, one in enumerate(practice.practitioners, 1)}
    menu = {one.id: urn("Service", place) for place, one in enumerate(bookable(practice), 1)}
    for count, slot in enumerate((one for one in visits if one.service in menu), 1):
        yield appointment(
            count,
            client=urn("Client", 1 + count % len(OTHERS)),
            location=places[slot.location],
            service=menu[slot.service],
            staff=people[slot.practitioner],
            at=shown(practice, slot),
            minutes=slot.during.length // MINUTE,
            zone=practice.location(slot.location).zone,
        )


def _end(stop: time) -> time:
    """An end at midnight as Boulevard's hours can write it."""
    return time(23, 59) if stop == time(0) else stop
