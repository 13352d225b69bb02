"""The calendar's sheets, laid out: a day as columns by practitioner, a week as a table. Pure.

Times stand in rows of five minutes on the wall clock. What an hour is in a night when the clocks
change does not matter here: clinics are closed then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Practitioner, Weekday
from frontdesk.domain.time import wall
from frontdesk.web.pages.demo.practice import ENGLISH
from frontdesk.web.pages.families import family_of
from frontdesk.web.rendering import monogram
from frontdesk.web.wall_clock import clock

ROW_MINUTES = 5
CELL_ROWS = 6
"""A free cell to click on is half an hour."""

MOST_LANES = 4
EARLIEST, LATEST = time(9), time(17)
"""Shown at least, on a day that is closed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A visit on a sheet. Rows count from 1; `lane` of `lanes` where some stand side by side. `opens`: at a click."""

    id: str
    row: int
    rows: int
    lane: int
    lanes: int
    colour: int
    title: str
    initials: str
    name: str
    start: str
    clock: str
    room: str
    kind: str
    opens: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Half an hour of a practitioner that can be clicked on; `at` is its start as a form writes it."""

    row: int
    at: str
    label: str
    worked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One practitioner's day."""

    practitioner: Practitioner
    cards: tuple[Card, ...]
    cells: tuple[Cell, ...]
    works: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DaySheet:
    """One day. `hours` are the lines on its side; `now_row` is where the clock stands, None on another day."""

    day: date
    rows: int
    hours: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]
    now_row: int | None
    closed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekSheet:
    """A week: for each practitioner, the cards of each day."""

    days: tuple[date, ...]
    lines: tuple[tuple[Practitioner, tuple[tuple[bool, tuple[Card, ...]], ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """What a sheet is made from. `nameless` stands for a time that is nobody's; `copied`: to look at only."""

    practice: Practice
    appointments: Sequence[Appointment]
    patients: Mapping[PatientId, Patient]
    nameless: str = "Blocked"
    copied: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Whose wall clock the sheets show."""
        return self.practice.locations[0].zone

    def of(self, person: Practitioner, day: date) -> list[Appointment]:
        """A practitioner's visits of a day, soonest first."""
        return [
            visit
            for visit in self.appointments
            if visit.practitioner == person.id and wall(visit.during.start, self.zone).date() == day
        ]


def day_sheet(booked: Booked, day: date, *, now: datetime) -> DaySheet:
    """The sheet of one day; it begins and ends on the hour, with room for everything on it."""
    practice, zone = booked.practice, booked.zone
    today = [visit for visit in booked.appointments if wall(visit.during.start, zone).date() == day]
    first, last = _shown_hours(practice, day, today, zone)
    here = wall(now, zone)
    now_row = (here.hour - first) * 60 // ROW_MINUTES + here.minute // ROW_MINUTES + 1
    rows = (last - first) * 60 // ROW_MINUTES
    return DaySheet(
        day=day,
        rows=rows,
        hours=tuple(
            ((hour - first) * 60 // ROW_MINUTES + 1, f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}")
            for hour in range(first, last)
        ),
        columns=tuple(_column(booked, person, day, first, rows) for person in practice.practitioners),
        now_row=now_row if here.date() == day and 1 <= now_row <= rows else None,
        closed=_closed(practice, day),
    )


def week_sheet(booked: Booked, monday: date) -> WeekSheet:
    """The sheet of one week: every day that the practice opens, and any other on which something stands."""
    practice = booked.practice
    week = [monday + timedelta(days=number) for number in range(7)]
    taken = {wall(visit.during.start, booked.zone).date() for visit in booked.appointments}
    days = tuple(day for day in week if practice.locations[0].hours.get(Weekday(day.weekday())) or day in taken)
    return WeekSheet(
        days=days,
        lines=tuple(
            (
                person,
                tuple(
                    (_works(practice, person, day), tuple(_cards(booked, booked.of(person, day), first=0)))
                    for day in days
                ),
            )
            for person in practice.practitioners
        ),
    )


def _column(booked: Booked, person: Practitioner, day: date, first: int, rows: int) -> Column:
    return Column(
        practitioner=person,
        cards=tuple(_cards(booked, booked.of(person, day), first=first)),
        cells=()
        if booked.copied
        else tuple(_cell(booked.practice, person, day, first, row) for row in range(1, rows, CELL_ROWS)),
        works=_works(booked.practice, person, day),
    )


def _cards(booked: Booked, visits: list[Appointment], *, first: int) -> list[Card]:
    cards = []
    for together in _touching(visits):
        lanes: list[datetime] = []
        placed: list[tuple[Appointment, int]] = []
        for visit in together:
            free = next((number for number, until in enumerate(lanes) if until <= visit.during.start), len(lanes))
            lanes[free : free + 1] = [visit.during.end]
            placed.append((visit, free))
        cards += [
            _card(booked, visit, first=first, lane=min(lane, MOST_LANES - 1) + 1, lanes=min(len(lanes), MOST_LANES))
            for visit, lane in placed
        ]
    return cards


def _touching(visits: list[Appointment]) -> list[list[Appointment]]:
    """Visits grouped so that those of different groups share no time."""
    groups: list[list[Appointment]] = []
    until: datetime | None = None
    for visit in sorted(visits, key=lambda visit: visit.during):
        if until is not None and visit.during.start < until:
            groups[-1].append(visit)
            until = max(until, visit.during.end)
        else:
            groups.append([visit])
            until = visit.during.end
    return groups


def _card(booked: Booked, visit: Appointment, *, first: int, lane: int, lanes: int) -> Card:
    practice, zone = booked.practice, booked.zone
    start, end = wall(visit.during.start, zone), wall(visit.during.end, zone)
    patient = booked.patients.get(visit.patient) if visit.patient else None
    service = practice.service(visit.service) if visit.service else None
    kind = "held" if visit.status is Status.PENDING else "visit" if service or patient else "block"
    name = patient.name if patient else "Being booked" if kind == "held" else ""
    return Card(
        id=visit.id,
        row=((start.hour - first) * 60 + start.minute) // ROW_MINUTES + 1,
        rows=max(2, int((end - start).total_seconds() // 60) // ROW_MINUTES),
        lane=lane,
        lanes=lanes,
        colour=family_of(practice, service).colour if service else 0,
        title=service.name if service else booked.nameless,
        initials=monogram(patient.name) if patient else "",
        name=name,
        start=clock(visit.during.start, zone, ENGLISH),
        clock=f"{clock(visit.during.start, zone, ENGLISH)} – {clock(visit.during.end, zone, ENGLISH)}",
        room=practice.room(visit.room).name if visit.room else "",
        kind=kind,
        opens=kind == "held" or not booked.copied,
    )


def _cell(practice: Practice, person: Practitioner, day: date, first: int, row: int) -> Cell:
    minute = first * 60 + (row - 1) * ROW_MINUTES
    at = time(minute // 60, minute % 60)
    worked = any(
        shift.works_on(day)
        and shift.during.start <= at
        and (at < shift.during.end or shift.during.end == time(0))
        and not any(pause.start <= at < pause.end for pause in shift.breaks)
        for shift in person.shifts
    )
    label = f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"
    return Cell(row=row, at=f"{at:%H:%M}", label=label, worked=worked and not _away(practice, person, day))


def _works(practice: Practice, person: Practitioner, day: date) -> bool:
    return not _away(practice, person, day) and any(shift.works_on(day) for shift in person.shifts)


def _away(practice: Practice, person: Practitioner, day: date) -> bool:
    return _closed(practice, day) != "" or any(first <= day <= last for first, last in person.away)


def _shown_hours(practice: Practice, day: date, visits: list[Appointment], zone: ZoneInfo) -> tuple[int, int]:
    """The first hour shown and the one after the last, in whole hours of the day."""
    open_times = [one for location in practice.locations for one in location.hours.get(Weekday(day.weekday()), ())]
    starts = [one.start for one in open_times] + [wall(visit.during.start, zone).time() for visit in visits]
    ends = [one.end for one in open_times] + [wall(visit.during.end, zone).time() for visit in visits]
    first = min([*starts, EARLIEST]).hour if not open_times else min(starts).hour
    whole = [24 if end == time(0) else end.hour + (end.minute > 0) for end in ends or [LATEST]]
    return first, max(*whole, first + 1)


def _closed(practice: Practice, day: date) -> str:
    location = practice.locations[0]
    if day in location.closures:
        return location.closures[day]
    return "" if location.hours.get(Weekday(day.weekday())) else "Closed"
