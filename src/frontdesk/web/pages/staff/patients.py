"""Patients: found by what was given exactly, or by the beginnings of a name; and what the desk knows of one."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.intake.due import FormStands, InChart, needed
from frontdesk.language.catalogue import catalogue
from frontdesk.language.moments import Calendar
from frontdesk.ports.faults import Fault
from frontdesk.storage.inbox import threads_of
from frontdesk.storage.intake_forms import forms_stand
from frontdesk.storage.patient_file import MOST_CALLED, people, person_of
from frontdesk.storage.patients import read_patient
from frontdesk.storage.waitlist import Waiting, waiting_in
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.conversation import found_conversation
from frontdesk.web.pages.staff.inside import inside, part, words_of
from frontdesk.web.phones import pretty
from frontdesk.web.wall_clock import day_and_clock

SHORTEST = 2
MOST_VISITS = 12

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CONTACT))]
log = structlog.get_logger()


@router.get("/desk/{key}/patients")
async def search_page(request: Request, visitor: Seeing) -> Response:
    """Where one is looked for. What is typed is sent as a form: an address would keep it."""
    facts: dict[str, object] = {"found": None, "typed": "", "more": False}
    return inside(request, "staff/patients.html", visitor, "/patients", facts)


@router.post("/desk/{key}/patients")
async def search(request: Request, visitor: Seeing) -> Response:
    """Who that is: a phone number, an e-mail address, the beginnings of a name, or a name and birth date."""
    typed = " ".join(str((await request.form()).get("named", "")).split())[:120]
    found: list[Patient] = []
    if len(typed) >= SHORTEST:
        async with desk_of(request).storage.practice(visitor.practice.id) as db:
            for one in await people(db, _as_kept(typed)):
                patient = await read_patient(db, one.patient) if one.patient else None
                if patient is not None:
                    found.append(patient)
    facts: dict[str, object] = {"found": [_line(one) for one in found], "typed": typed}
    facts["more"] = len(found) == MOST_CALLED
    if "hx-request" in request.headers:
        return part(request, "staff/patients_found.html", visitor, facts)
    return inside(request, "staff/patients.html", visitor, "/patients", facts)


@router.get("/desk/{key}/patients/{id}")
async def card(request: Request, id: UUID, visitor: Seeing) -> Response:
    """The card: how to reach them, their visits, what they wait for, their conversations."""
    facts = await _card(request, visitor, PatientId(id))
    return inside(request, "staff/patient.html", visitor, "/patients", facts)


@router.get("/desk/{key}/conversations/{id}/patient")
async def card_beside(request: Request, id: UUID, visitor: Seeing) -> Response:
    """The card in small, beside a conversation; nothing where nobody knows yet whose it is."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        found = await found_conversation(db, id)
    if found.patient is None:
        return Response("", media_type="text/html")
    return part(request, "staff/patient_beside.html", visitor, await _card(request, visitor, found.patient))


async def _card(request: Request, visitor: Visitor, id: PatientId) -> dict[str, object]:
    desk, words = desk_of(request), words_of(request)
    async with desk.storage.practice(visitor.practice.id) as db:
        patient = await read_patient(db, id)
        if patient is None:
            raise HTTPException(404)
        person = await person_of(db, id)
        rows = await threads_of(db, person.conversations) if visitor.may(Do.SEE, Field.CONVERSATION) else []
        waits = [one for each in person.conversations for one in await waiting_in(db, each)]
    visits: list[dict[str, object]] | None = []
    if visitor.may(Do.SEE, Field.CALENDAR):
        try:
            theirs = await desk.system_of(visitor.practice.id).appointments_of([id])
            latest = sorted(theirs, key=lambda one: one.during.start, reverse=True)[:MOST_VISITS]
            begun = await begun_forms(request, visitor, latest)
            visits = [_visit(visitor, words, one, begun) for one in latest]
        except Fault:
            log.warning("a patient's visits could not be read for the desk", practice=str(visitor.practice.id))
            visits = None
    zone = visitor.practice.locations[0].zone
    return {
        "patient": patient,
        "phone": pretty(patient.phone) if patient.phone else "",
        "visits": visits,
        "may_see_calendar": visitor.may(Do.SEE, Field.CALENDAR),
        "may_book": visitor.may(Do.CHANGE, Field.CALENDAR),
        "waits": [waiting_words(visitor, words, one) for one in waits],
        "conversations": [
            {
                "id": one.id,
                "channel": words(f"desk.channel.{one.channel.value}"),
                "when": day_and_clock(one.last_at, zone, words),
            }
            for one in rows
        ],
    }


def waiting_words(visitor: Visitor, words: Words, entry: Waiting) -> dict[str, str]:
    """What somebody waits for, in words: the service, when, since when, and what they were offered last."""
    practice = visitor.practice
    zone = practice.locations[0].zone
    calendar = Calendar(told=catalogue(words.language), zone=zone, now=visitor.now)
    names = {one.id: one.name for one in practice.services}
    return {
        "service": names.get(entry.service, entry.service),
        "wish": calendar.wish(entry.wish),
        "since": day_and_clock(entry.joined, zone, words),
        "offered": day_and_clock(entry.offered[-1], zone, words) if entry.offered else "",
    }


async def begun_forms(request: Request, visitor: Visitor, visits: Sequence[Appointment]) -> list[FormStands]:
    """How the forms of these visits stand that were begun."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        return await forms_stand(db, [one.id for one in visits])


def shown_forms(
    visitor: Visitor, words: Words, visit: Appointment, begun: Sequence[FormStands]
) -> list[dict[str, object]]:
    """The forms of a visit with how far each is; of one that is over, those alone that were begun."""
    theirs = [one for one in begun if one.appointment == visit.id]
    to_come = visit.status.takes_time and visit.during.start > visitor.now
    zone = visitor.practice.locations[0].zone
    shown: list[dict[str, object]] = []
    for one in needed(visitor.practice.forms_for(visit.service), theirs):
        stands = one.stands
        if stands is None and not to_come:
            continue
        answered, wanted = (stands.answered, stands.wanted) if stands else (0, 0)
        when = day_and_clock(stands.completed, zone, words) if stands and stands.completed else ""
        how = words(f"desk.forms.{one.how.value}", answered=str(answered), wanted=str(wanted), when=when)
        chart = chart_words(stands.chart if stands else None, words)
        title = one.form.title(words.language)
        shown.append({"id": stands.id if stands else None, "title": title, "how": how, "chart": chart})
    return shown


def chart_words(stands: InChart | None, words: Words) -> str:
    """What became of a form in the connected system's chart; "" where it is not for one."""
    return words(f"desk.forms.chart.{stands.value.replace('-', '_')}") if stands is not None else ""


def _visit(visitor: Visitor, words: Words, visit: Appointment, begun: Sequence[FormStands]) -> dict[str, object]:
    practice = visitor.practice
    zone = practice.locations[0].zone
    services = {one.id: one.name for one in practice.services}
    persons = {one.id: one.name for one in practice.practitioners}
    return {
        "id": visit.id,
        "when": day_and_clock(visit.during.start, zone, words),
        "what": services.get(visit.service, "") if visit.service else "",
        "who": persons.get(visit.practitioner, "") if visit.practitioner else "",
        "status": words(f"desk.status.{visit.status.value.replace('-', '_')}"),
        "forms": shown_forms(visitor, words, visit, begun),
        "to_come": visit.status.takes_time and visit.during.start > visitor.now,
    }


def _line(patient: Patient) -> dict[str, object]:
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    return {
        "id": patient.id,
        "name": patient.name,
        "phone": pretty(patient.phone) if patient.phone else "",
        "email": patient.email or "",
        "born": born,
    }


def _as_kept(typed: str) -> str:
    """A North American number as it is stored, however it was typed; anything else as it is."""
    digits = "".join(one for one in typed if one.isdigit())
    only_a_number = all(one.isdigit() or one in " +-().\u00a0" for one in typed)
    if only_a_number and len(digits.removeprefix("1")) == 10:
        return f"+1{digits.removeprefix('1')}"
    return typed.lower() if "@" in typed else typed
