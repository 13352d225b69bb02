"""The desk's calendar, by practitioner, room or device, for a day or a week; an open page follows what is booked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.storage.patients import read_patient
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.calendar_visits import Shown, shown_within
from frontdesk.web.pages.families import families, family_of
from frontdesk.web.pages.staff.inside import inside, words_of
from frontdesk.web.wall_clock import clock, day

MOST_DAYS = 8

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CALENDAR))]


class By(Enum):
    """What the columns are."""

    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Drawing:
    """What it takes to draw visits for one visitor."""

    visitor: Visitor
    words: Words
    by: By
    shown: Shown
    patients: Mapping[PatientId, Patient]


@router.get("/desk/{key}/calendar")
async def calendar(
    request: Request,
    visitor: Seeing,
    on: date | None = None,
    view: str = "day",
    by: str = "practitioner",
    patient: UUID | None = None,
) -> Response:
    """The page; its script asks for the visits. `patient`: who is to be booked, where that is known."""
    words, practice = words_of(request), visitor.practice
    zone = practice.locations[0].zone
    today = wall(visitor.now, zone).date()
    shown, weekly, columns = on or today, view == "week", by_of(by)
    monday = shown - timedelta(days=shown.weekday())
    sunday = monday + timedelta(days=6)
    whom = None
    if patient is not None and visitor.may(Do.SEE, Field.CONTACT):
        async with desk_of(request).storage.practice(practice.id) as db:
            whom = await read_patient(db, patient)
    step = timedelta(days=7 if weekly else 1)
    facts: dict[str, object] = {
        "on": shown,
        "today": today,
        "first": monday if weekly else shown,
        "view": "week" if weekly else "day",
        "by": columns.value,
        "columns": [(one.value, words(f"desk.calendar.by_{one.value}")) for one in By],
        "title": f"{day(monday, words)} – {day(sunday, words)}" if weekly else day(shown, words),
        "before": shown - step,
        "after": shown + step,
        "opens": _opens(practice),
        "closes": _closes(practice),
        "scroll": f"{max(0, min(wall(visitor.now, zone).hour - 1, 23)):02}:00:00" if shown == today else "",
        "now": wall(visitor.now, zone).replace(tzinfo=None).isoformat(timespec="minutes"),
        "may_change": visitor.may(Do.CHANGE, Field.CALENDAR),
        "families": families(practice),
        "whom": whom,
    }
    return inside(request, "staff/calendar.html", visitor, "/calendar", facts)


@router.get("/desk/{key}/calendar/visits")
async def visits(request: Request, visitor: Seeing, start: date, end: date, by: str = "practitioner") -> Response:
    """Columns and visits of the days from `start` up to `end`, on the practice's wall clock."""
    practice, words, columns = visitor.practice, words_of(request), by_of(by)
    zone = practice.locations[0].zone
    end = min(max(end, start + timedelta(days=1)), start + timedelta(days=MOST_DAYS))
    within = Period(start=instant(start, time(0), zone), end=instant(end, time(0), zone))
    desk = desk_of(request)
    patients: dict[PatientId, Patient] = {}
    async with desk.storage.practice(practice.id) as db:
        shown = await shown_within(db, practice, desk.joined_of(practice.id), within, now=visitor.now)
        if visitor.may(Do.SEE, Field.CONTACT):
            for id in {visit.patient for visit in shown.visits if visit.patient}:
                if (patient := await read_patient(db, id)) is not None:
                    patients[id] = patient
    drawing = _Drawing(visitor=visitor, words=words, by=columns, shown=shown, patients=patients)
    copied = ""
    if shown.copied:
        at = clock(shown.as_of, zone, words) if shown.as_of else ""
        copied = words("desk.calendar.copied", when=at) if at else words("desk.calendar.not_read")
    return JSONResponse(
        {
            "resources": [{"id": id, "title": title} for id, title in _columns(practice, columns)],
            "events": [*_shifts(practice, columns, start, end), *(_event(drawing, one) for one in shown.visits)],
            "copied": copied,
        }
    )


def by_of(value: str) -> By:
    """What the columns are; practitioners, where nothing else is asked for."""
    return next((one for one in By if one.value == value), By.PRACTITIONER)


def _columns(practice: Practice, by: By) -> list[tuple[str, str]]:
    match by:
        case By.PRACTITIONER:
            return [(one.id, one.name) for one in practice.practitioners]
        case By.ROOM:
            return [(one.id, one.name) for one in practice.rooms]
        case By.DEVICE:
            return [(one.id, one.name) for one in practice.devices]


def _event(drawing: _Drawing, visit: Appointment) -> dict[str, object]:
    practice, words, shown = drawing.visitor.practice, drawing.words, drawing.shown
    zone = practice.locations[0].zone
    service = practice.service(visit.service) if visit.service else None
    patient = drawing.patients.get(visit.patient) if visit.patient else None
    nameless = words("desk.calendar.busy" if shown.copied else "desk.calendar.blocked")
    what = service.name if service else nameless
    who = patient.name if patient else ""
    person = practice.practitioner(visit.practitioner).name if visit.practitioner else ""
    room = practice.room(visit.room).name if visit.room else ""
    place = room if drawing.by is By.PRACTITIONER else person
    held = visit.status is Status.PENDING
    known = visit.patient is not None and service is not None
    may_move = drawing.visitor.may(Do.CHANGE, Field.CALENDAR) and visit.status is Status.BOOKED
    colour = f"c{family_of(practice, service).colour}" if service else "block"
    at = f"{clock(visit.during.start, zone, words)} – {clock(visit.during.end, zone, words)}"
    return {
        "id": str(visit.id),
        "resourceIds": _columns_of(visit, drawing.by),
        "start": _wall(visit.during.start, practice),
        "end": _wall(visit.during.end, practice),
        "title": who or what,
        "editable": may_move and (known or not shown.copied),
        "classNames": [colour, *(["held"] if held else [])],
        "extendedProps": {
            "was": visit.during.start.isoformat(),
            "who": who,
            "what": what,
            "at": at,
            "place": place,
            "label": ", ".join(part for part in (at, who, what, person, room) if part),
        },
    }


def _columns_of(visit: Appointment, by: By) -> list[str]:
    match by:
        case By.PRACTITIONER:
            return [visit.practitioner] if visit.practitioner else []
        case By.ROOM:
            return [visit.room] if visit.room else []
        case By.DEVICE:
            return [*visit.devices]


def _shifts(practice: Practice, by: By, start: date, end: date) -> Iterator[dict[str, object]]:
    """When each practitioner works, to be drawn behind their visits."""
    if by is not By.PRACTITIONER:
        return
    for person in practice.practitioners:
        for offset in range((end - start).days):
            on = start + timedelta(days=offset)
            if any(first <= on <= last for first, last in person.away):
                continue
            for shift in person.shifts:
                during = shift.during.on(on, practice.location(shift.location).zone) if shift.works_on(on) else None
                if during is None:
                    continue
                yield {
                    "id": f"shift {person.id} {on} {shift.during.start}",
                    "resourceIds": [person.id],
                    "start": _wall(during.start, practice),
                    "end": _wall(during.end, practice),
                    "display": "background",
                }


def _wall(moment: datetime, practice: Practice) -> str:
    return wall(moment, practice.locations[0].zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _opens(practice: Practice) -> str:
    """Where the day begins on the page: an hour before the first shift."""
    starts = [shift.during.start.hour for person in practice.practitioners for shift in person.shifts]
    return f"{max(0, min(starts, default=8) - 1):02}:00:00"


def _closes(practice: Practice) -> str:
    """Where it ends: an hour or two after the last one."""
    ends = [shift.during.end.hour or 24 for person in practice.practitioners for shift in person.shifts]
    return f"{min(24, max(ends, default=18) + 2):02}:00:00"
