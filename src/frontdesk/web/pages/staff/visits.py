"""What people do in the calendar: look at a visit, move it by dragging or by a form, book, block, cancel."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, PatientId, PractitionerId, RoomId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.faults import Fault
from frontdesk.reception.by_hand import Entered, Hand, Hindered, Target, marks_of
from frontdesk.storage.clock import new_id
from frontdesk.storage.patients import read_patient
from frontdesk.storage.write_backs import note_of
from frontdesk.web.access import Visitor, needs
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.calendar import By, by_of
from frontdesk.web.pages.staff.inside import part, words_of
from frontdesk.web.pages.staff.patients import begun_forms, chart_words, shown_forms
from frontdesk.web.pages.visit_form import BLOCK_MINUTES, Block, Unclear, WalkIn, read_visit_form
from frontdesk.web.phones import pretty
from frontdesk.web.wall_clock import clock, day_and_clock

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CALENDAR))]
Changing = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.CALENDAR))]
log = structlog.get_logger()


@router.get("/desk/{key}/calendar/new")
async def new_visit(
    request: Request,
    visitor: Changing,
    start: str = "",
    column: str = "",
    by: str = "practitioner",
    minutes: str = "60",
    patient: UUID | None = None,
) -> Response:
    """The form, for the place that was pointed at."""
    practice = visitor.practice
    zone = practice.locations[0].zone
    begins = _local(start) or wall(visitor.now, zone).replace(minute=0, tzinfo=None) + timedelta(hours=1)
    person = column if by_of(by) is By.PRACTITIONER and column else practice.practitioners[0].id
    fields = {
        "practitioner": person,
        "on": str(begins.date()),
        "at": f"{begins:%H:%M}",
        "kind": "visit",
        "minutes": minutes,
    }
    whom = None
    if patient is not None and visitor.may(Do.SEE, Field.CONTACT):
        async with desk_of(request).storage.practice(practice.id) as db:
            whom = await read_patient(db, patient)
    if whom is not None:
        fields |= {"patient": str(whom.id), "name": whom.name, "phone": pretty(whom.phone) if whom.phone else ""}
    return _form(request, visitor, fields, notice="")


@router.post("/desk/{key}/calendar/form")
async def form_again(request: Request, visitor: Changing) -> Response:
    """The form again with what was chosen so far: another practitioner gives other services."""
    return _form(request, visitor, await _fields(request), notice="")


@router.post("/desk/{key}/calendar/visits")
async def enter(request: Request, visitor: Changing) -> Response:
    """Book the visit or block the time, or show the form again with what stands in the way."""
    fields, words = await _fields(request), words_of(request)
    entry = read_visit_form(fields, visitor.practice)
    if isinstance(entry, Unclear):
        return _form(request, visitor, fields, notice=words(entry.what, who=entry.who))
    hand = hand_of(request, visitor)
    if isinstance(entry, WalkIn):
        whom = await _patient(request, visitor, fields, entry)
        outcome = await hand.book(entry.service, entry.practitioner, entry.location, entry.start, whom)
    else:
        during = Period(start=entry.start, end=entry.start + entry.length)
        outcome = await hand.block(entry.practitioner, entry.location, during)
    if isinstance(outcome, Hindered):
        return _form(request, visitor, fields, notice=_hindrance(request, outcome, _who(entry)))
    return _done()


@router.get("/desk/{key}/calendar/visits/{id}")
async def visit(request: Request, id: str, visitor: Seeing) -> Response:
    """One visit, with what may be done about it."""
    return await _visit(request, visitor, id, notice="")


@router.post("/desk/{key}/calendar/visits/{id}/move")
async def move(request: Request, id: str, visitor: Changing) -> Response:
    """Another time, practitioner or room. Dragged, a refusal is told in one line; by the form, in the form."""
    fields = await _fields(request)
    zone = visitor.practice.locations[0].zone
    begins, was = _local(fields.get("start") or f"{fields.get('on')}T{fields.get('at')}"), _instant(fields.get("was"))
    if begins is None or was is None:
        raise HTTPException(400)
    column, by = fields.get("column") or None, by_of(fields.get("by", ""))
    target = Target(
        was=was,
        start=instant(begins.date(), begins.time(), zone),
        practitioner=PractitionerId(column) if column and by is By.PRACTITIONER else None,
        room=RoomId(column) if column and by is By.ROOM else None,
    )
    outcome = await hand_of(request, visitor).move(AppointmentId(id), target)
    if isinstance(outcome, Entered):
        return _done()
    notice = _hindrance(request, outcome, _name_of(visitor.practice, target.practitioner))
    if "hx-request" in request.headers:
        return await _visit(request, visitor, id, notice=notice)
    return Response(notice, status_code=409, media_type="text/plain; charset=utf-8")


@router.post("/desk/{key}/calendar/visits/{id}/cancel")
async def cancel(request: Request, id: str, visitor: Changing) -> Response:
    """Out of the calendar; the patient hears of it."""
    outcome = await hand_of(request, visitor).cancel(AppointmentId(id))
    if isinstance(outcome, Hindered):
        return await _visit(request, visitor, id, notice=_hindrance(request, outcome, ""))
    return _done()


@router.post("/desk/{key}/calendar/visits/{id}/mark")
async def mark(request: Request, id: str, visitor: Changing) -> Response:
    """Whether the patient has come; the page shows the visit as it stands then."""
    try:
        status = Status((await _fields(request)).get("status", ""))
    except ValueError:
        raise HTTPException(400) from None
    outcome = await hand_of(request, visitor).mark(AppointmentId(id), status)
    if isinstance(outcome, Hindered):
        return await _visit(request, visitor, id, notice=_hindrance(request, outcome, ""))
    return _done()


def hand_of(request: Request, visitor: Visitor) -> Hand:
    """The calendar as this practice's people change it."""
    desk, practice = desk_of(request), visitor.practice
    return Hand(
        storage=desk.storage,
        practice=practice,
        system=desk.system_of(practice.id),
        clock=desk.clock,
        connected=desk.joined_of(practice.id) is not None,
    )


async def _forms(request: Request, visitor: Visitor, found: Appointment) -> list[dict[str, object]]:
    begun = await begun_forms(request, visitor, [found])
    return shown_forms(visitor, words_of(request), found, begun)


async def _visit(request: Request, visitor: Visitor, id: str, *, notice: str) -> Response:
    desk, practice, words = desk_of(request), visitor.practice, words_of(request)
    try:
        found = await desk.system_of(practice.id).read(AppointmentId(id))
    except Fault:
        log.warning("a visit could not be read for the desk", practice=str(practice.id))
        found = None
    if not isinstance(found, Appointment):
        return part(request, "staff/visit_gone.html", visitor, {"notice": notice})
    patient, note = None, None
    if found.patient is not None and visitor.may(Do.SEE, Field.CONTACT):
        async with desk.storage.practice(practice.id) as db:
            patient = await read_patient(db, found.patient)
            note = await note_of(db, found.id)
    zone, during = practice.locations[0].zone, found.during
    local = wall(during.start, zone)
    services = {one.id: one for one in practice.services}
    service = services.get(found.service) if found.service else None
    roles = service.roles if service else frozenset[str]()
    facts: dict[str, object] = {
        "id": id,
        "visit": found,
        "what": service.name if service else words("desk.calendar.blocked"),
        "is_visit": service is not None,
        "patient": patient,
        "forms": await _forms(request, visitor, found) if patient is not None else [],
        "note": chart_words(note, words),
        "phone": pretty(patient.phone) if patient and patient.phone else "",
        "practitioner": _name_of(practice, found.practitioner),
        "room": next((one.name for one in practice.rooms if one.id == found.room), ""),
        "devices": [one.name for one in practice.devices if one.id in found.devices],
        "when": f"{day_and_clock(during.start, zone, words)} – {clock(during.end, zone, words)}",
        "status": words(f"desk.status.{found.status.value.replace('-', '_')}"),
        "may_change": visitor.may(Do.CHANGE, Field.CALENDAR) and found.status is Status.BOOKED,
        "marks": _marks(request, visitor, found),
        "people": [one for one in practice.practitioners if not roles or one.roles & roles],
        "on": local.date(),
        "at": f"{local:%H:%M}",
        "was": during.start.isoformat(),
        "notice": notice,
    }
    return part(request, "staff/visit.html", visitor, facts)


def _marks(request: Request, visitor: Visitor, visit: Appointment) -> list[tuple[str, str, bool]]:
    """What the visit may be marked as: status, words, and whether it cannot be taken back."""
    if not visitor.may(Do.CHANGE, Field.CALENDAR) or desk_of(request).joined_of(visitor.practice.id) is not None:
        return []
    words = words_of(request)
    return [
        (status.value, words(f"desk.mark.{status.value}"), status is Status.NOSHOW)
        for status in marks_of(visit, now=visitor.now)
    ]


def _form(request: Request, visitor: Visitor, fields: dict[str, str], *, notice: str) -> Response:
    practice, words = visitor.practice, words_of(request)
    person = next(
        (one for one in practice.practitioners if one.id == fields.get("practitioner")), practice.practitioners[0]
    )
    lengths = [(minutes, words("desk.form.minutes", what=str(minutes))) for minutes in BLOCK_MINUTES]
    facts: dict[str, object] = {
        "fields": fields,
        "practitioners": practice.practitioners,
        "services": [service for service in practice.services if service.roles & person.roles],
        "lengths": lengths,
        "notice": notice,
    }
    return part(request, "staff/visit_form.html", visitor, facts)


async def _patient(request: Request, visitor: Visitor, fields: dict[str, str], entry: WalkIn) -> Patient:
    """The one that was chosen, as long as the form still names them; else somebody of that name and number."""
    chosen = _uuid(fields.get("patient", ""))
    if chosen is not None and visitor.may(Do.SEE, Field.CONTACT):
        async with desk_of(request).storage.practice(visitor.practice.id) as db:
            known = await read_patient(db, chosen)
        if known is not None and known.name == f"{entry.given} {entry.family}".strip():
            return known
    return Patient(id=PatientId(new_id()), given=entry.given, family=entry.family, phone=entry.phone)


async def _fields(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _hindrance(request: Request, outcome: Hindered, who: str) -> str:
    words = words_of(request)
    return words(f"desk.hindrance.{outcome.by.value.replace(' ', '_')}", who=who or words("desk.hindrance.they"))


def _who(entry: WalkIn | Block) -> str:
    return entry.practitioner.first_name


def _name_of(practice: Practice, id: PractitionerId | None) -> str:
    return next((one.name for one in practice.practitioners if one.id == id), "")


def _local(text: str) -> datetime | None:
    """A time on the wall clock."""
    try:
        return datetime.combine(date.fromisoformat(text[:10]), datetime.fromisoformat(text).time())
    except ValueError:
        return None


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _done() -> Response:
    """Nothing to show: the dialog closes, and the calendar hears of the change by itself."""
    return Response(status_code=204, headers={"HX-Trigger": "visit-entered"})
