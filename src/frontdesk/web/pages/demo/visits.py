"""What the front desk does in the calendar: look at a visit, book one, block a time, take one out."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from psycopg import Rollback
from psycopg.errors import ExclusionViolation
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.domain.appointment import Cancellation, Status, Subject
from frontdesk.domain.ids import PatientId, PractitionerId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.system import Taken
from frontdesk.scheduling.by_hand import slot_by_hand
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db
from frontdesk.storage.patients import add_patient, read_patient
from frontdesk.storage.taking import CLAIM, block_time, claim
from frontdesk.storage.tasks import Task, open_task
from frontdesk.storage.visits import By, Source, cancel_appointment, claims_within, read_appointment
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.demo.practice import ENGLISH, demo_practice, is_open, local_now, zone_of
from frontdesk.web.pages.visit_form import (
    BLOCK_MINUTES,
    Block,
    Unclear,
    WalkIn,
    read_visit_form,
)
from frontdesk.web.phones import pretty
from frontdesk.web.rendering import page
from frontdesk.web.security import from_own_page
from frontdesk.web.wall_clock import clock, day_and_clock

OVERLAP = "two visits at the same time"
"""The reason on the task that an overlap opens."""

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the front desk wants in the calendar, and whether on top of what stands there."""

    entry: WalkIn | Block
    overlapping: bool


@router.get("/demo/visits/new")
async def new_visit(request: Request, practitioner: str = "", on: date | None = None, at: str = "") -> Response:
    """The form, for the cell that was clicked on."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    now = local_now(desk, practice)
    fields = {
        "practitioner": practitioner or practice.practitioners[0].id,
        "on": str(on or now.date()),
        "at": at or (f"{now:%H}:00" if is_open(practice.locations[0], desk.clock.now()) else "10:00"),
        "kind": "visit",
    }
    return _form(practice, fields, notice="", clash=False)


@router.post("/demo/visits")
async def enter_visit(request: Request) -> Response:
    """Enter it, or show the form again with what stands in the way."""
    _only_from_own_page(request)
    desk = desk_of(request)
    practice = await demo_practice(desk)
    fields = await _fields(request)
    entry = read_visit_form(fields, practice)
    if isinstance(entry, Unclear):
        return _form(practice, fields, notice=ENGLISH(entry.what, who=entry.who), clash=False)
    wanted = Wanted(entry=entry, overlapping=bool(fields.get("overlap")))
    taken: Taken | None = None
    try:
        async with desk.storage.practice(practice.id) as db:
            taken = await _enter(db, practice, wanted, now=desk.clock.now())
            if taken is not None:
                raise Rollback  # the patient of a visit that was not entered is not kept
    except ExclusionViolation as clash:
        taken = Taken(by=CLAIM[clash.diag.constraint_name or ""])
    if taken is not None:
        return _form(practice, fields, notice=_in_the_way(entry, taken), clash=True)
    return _done()


@router.post("/demo/visits/form")
async def visit_form(request: Request) -> Response:
    """The form again with what was chosen so far: another practitioner gives other services."""
    practice = await demo_practice(desk_of(request))
    return _form(practice, await _fields(request), notice="", clash=False)


@router.get("/demo/visits/{id}")
async def visit(request: Request, id: UUID) -> Response:
    """One visit, with the patient's whole name."""
    desk = desk_of(request)
    practice = await demo_practice(desk)
    async with desk.storage.practice(practice.id) as db:
        appointment = await read_appointment(db, id)
        patient = await read_patient(db, appointment.patient) if appointment and appointment.patient else None
    if appointment is None:
        raise HTTPException(404)
    service = practice.service(appointment.service) if appointment.service else None
    during, zone = appointment.during, zone_of(practice)
    return page(
        "demo/visit.html",
        {
            "visit": appointment,
            "service": service,
            "practitioner": _name_of(practice, appointment.practitioner),
            "patient": patient,
            "phone": pretty(patient.phone) if patient and patient.phone else "",
            "room": practice.room(appointment.room).name if appointment.room else "",
            "devices": [practice.device(device).name for device in appointment.devices],
            "when": f"{day_and_clock(during.start, zone, ENGLISH)} – {clock(during.end, zone, ENGLISH)}",
            "status": appointment.status.value,
            "past": during.start < desk.clock.now(),
        },
    )


@router.post("/demo/visits/{id}/cancel")
async def cancel_visit(request: Request, id: UUID) -> Response:
    """Take it out of the calendar."""
    _only_from_own_page(request)
    desk = desk_of(request)
    practice = await demo_practice(desk)
    async with desk.storage.practice(practice.id) as db:
        await cancel_appointment(db, id, reason=Cancellation.PROVIDER, by=By.STAFF, now=desk.clock.now())
    return _done()


async def _enter(db: Db, practice: Practice, wanted: Wanted, *, now: datetime) -> Taken | None:
    id, entry, guarded = new_id(), wanted.entry, not wanted.overlapping
    if isinstance(entry, WalkIn):
        taken = await _enter_walk_in(db, practice, entry, id=id, guarded=guarded, now=now)
    else:
        during = Period(start=entry.start, end=entry.start + entry.length)
        taken = await block_time(db, entry.practitioner.id, entry.location.id, during, id=id, now=now, guarded=guarded)
    if taken is None and wanted.overlapping:
        task = Task(id=new_id(), conversation=None, appointment=id, reason=OVERLAP, urgent=False, opened=now)
        await open_task(db, task)
    return taken


async def _enter_walk_in(
    db: Db, practice: Practice, entry: WalkIn, *, id: UUID, guarded: bool, now: datetime
) -> Taken | None:
    length = entry.service.length_with(entry.practitioner.id)
    around = Period(start=entry.start, end=entry.start + length).widened(
        before=entry.service.before, after=entry.service.after
    )
    busy = await claims_within(db, around, now=now)
    slot = slot_by_hand(practice, entry.service, entry.practitioner, entry.location, entry.start, busy=busy)
    patient = Patient(id=PatientId(new_id()), given=entry.given, family=entry.family, phone=entry.phone)
    await add_patient(db, patient, now=now)
    return await claim(
        db,
        slot,
        id=id,
        status=Status.BOOKED,
        source=Source.STAFF,
        now=now,
        patient=patient.id,
        guarded=guarded,
    )


async def _fields(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _form(practice: Practice, fields: dict[str, str], *, notice: str, clash: bool) -> Response:
    person = next(
        (one for one in practice.practitioners if one.id == fields.get("practitioner")), practice.practitioners[0]
    )
    return page(
        "demo/visit_form.html",
        {
            "practice": practice,
            "fields": fields,
            "services": [service for service in practice.services if service.roles & person.roles],
            "lengths": BLOCK_MINUTES,
            "notice": notice,
            "clash": clash,
        },
    )


def _in_the_way(entry: WalkIn | Block, taken: Taken) -> str:
    match taken.by:
        case Subject.PRACTITIONER:
            return f"{entry.practitioner.first_name} already has something at that time."
        case Subject.ROOM:
            return "No fitting room is free at that time."
        case Subject.DEVICE:
            return "The device it needs is in use at that time."


def _done() -> Response:
    """Nothing to show: the dialog closes, and the calendar hears of the change by itself."""
    return Response(status_code=204, headers={"HX-Trigger": "visit-entered"})


def _name_of(practice: Practice, id: PractitionerId | None) -> str:
    return practice.practitioner(id).name if id else ""


def _only_from_own_page(request: Request) -> None:
    if not from_own_page(request):
        raise HTTPException(403)
