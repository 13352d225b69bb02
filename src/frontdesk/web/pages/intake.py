"""The intake form behind a signed link: shown, checked, and kept once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Location, Practice
from frontdesk.domain.questionnaire import Questionnaire
from frontdesk.domain.time import wall
from frontdesk.ports.faults import Fault
from frontdesk.reception.intaking import whose
from frontdesk.reception.links import Link, LinkBroken, LinkExpired, read_link
from frontdesk.storage.bookings import promise_of
from frontdesk.storage.consents import record_consent
from frontdesk.storage.intakes import Intake, read_intake, submit_intake
from frontdesk.storage.json_values import to_json
from frontdesk.storage.patients import note_birth_date, read_patient
from frontdesk.storage.write_backs import What, WriteBack
from frontdesk.storage.write_backs import put as put_write_back
from frontdesk.web.acting import patient_acts
from frontdesk.web.catalogue import LANGUAGES, Words, best_language, words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.pages import intake_filling
from frontdesk.web.pages.intake_choices import choices, choices_made
from frontdesk.web.pages.intake_filling import HEADERS, FormVisit, thanks
from frontdesk.web.pages.intake_form import (
    LONGEST_LINE,
    LONGEST_TEXT,
    PREGNANCY,
    TEXTS,
    IntakeAnswers,
    IntakeFaults,
    read_answers,
)
from frontdesk.web.rendering import page
from frontdesk.web.wall_clock import day_and_clock

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A form behind a good link, with what its page tells."""

    intake: Intake
    practice: Practice
    patient: Patient
    start: datetime
    location: Location
    forms: tuple[Questionnaire, ...] = ()

    @property
    def words(self) -> Words:
        """The words of the patient's language."""
        return words_in(self.patient.language)


@router.get("/intake/{token}")
async def intake_form(request: Request, token: str, step: int | None = None, lang: str = "") -> Response:
    """The form, or what to do where the link does not open one; of the practice's own forms the page `step`."""
    opened = await _opened(request, token)
    if not isinstance(opened, Opened):
        return _closed(request, opened)
    if opened.intake.submitted is not None:
        return _already_sent(opened)
    if opened.forms:
        return await intake_filling.show(request, _visit(opened, token), step=step, lang=lang)
    name = {"given": opened.patient.given, "family": opened.patient.family}
    return _form(opened, fields=name, faults={}, status=200)


@router.post("/intake/{token}")
async def send_intake(request: Request, token: str, step: int | None = None, lang: str = "") -> Response:
    """Keep the answers and go on or say thank you, or show the form again with what is missing."""
    opened = await _opened(request, token)
    if not isinstance(opened, Opened):
        return _closed(request, opened)
    if opened.intake.submitted is not None:
        return _already_sent(opened)
    if opened.forms:
        return await intake_filling.go_on(request, _visit(opened, token), step=step, lang=lang)
    form = await request.form()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    desk, words = desk_of(request), opened.words
    now = desk.clock.now()
    answers = read_answers(
        fields,
        today=wall(now, opened.location.zone).date(),
        consent_to=words("intake.consent", practice=opened.practice.name),
        language=words.language,
    )
    if isinstance(answers, IntakeFaults):
        return _form(opened, fields=fields, faults=answers.of, status=422)
    async with desk.storage.practice(opened.practice.id) as db:
        kept = await submit_intake(db, opened.intake, to_json(answers, IntakeAnswers), now=now)
        if kept:
            await note_birth_date(db, opened.patient.id, answers.born, intake=opened.intake.id)
            written = WriteBack(
                id=uuid5(opened.intake.id, "demographics"), what=What.DEMOGRAPHICS, about=str(opened.patient.id)
            )
            await put_write_back(db, written, now=now)
            for consent in choices_made(fields, opened.intake.id, words, opened.practice.name, now=now):
                await record_consent(db, consent, whose(opened.patient))
    return thanks(opened.practice, opened.words) if kept else _already_sent(opened)


@router.post("/intake/{token}/save")
async def save_intake(request: Request, token: str, step: int | None = None, lang: str = "") -> Response:
    """Keep a page of the practice's own forms as far as it is, while it is filled in."""
    opened = await _opened(request, token)
    if not isinstance(opened, Opened):
        return _closed(request, opened)
    if opened.intake.submitted is not None or not opened.forms:
        return _already_sent(opened)
    return await intake_filling.save(request, _visit(opened, token), step=step, lang=lang)


async def _opened(request: Request, token: str) -> Opened | LinkBroken | LinkExpired:
    desk = desk_of(request)
    now = desk.clock.now()
    link = await read_link(token, purpose="intake", now=now, keyring_of=desk.storage.keyring)
    if not isinstance(link, Link):
        return link
    patient_acts(request, id=f"intake:{link.what}", via="form")
    async with desk.storage.practice(link.practice) as db:
        intake = await read_intake(db, link.what)
        patient = await read_patient(db, intake.patient) if intake else None
        promise = await promise_of(db, intake.appointment) if intake else None
        practice = await desk.practices.read(db)
    if intake is None or patient is None:
        return LinkBroken()
    if intake.expires <= now:
        return LinkExpired()
    try:
        visit = await desk.system_of(practice.id).read(intake.appointment)
    except Fault:  # the system it stands in is away, which keeps nobody from writing down their allergies
        if promise is None:
            raise
        visit = None
    match visit:
        case Appointment(during=during, location=location):
            start, where, service = during.start, practice.location(location), visit.service
        case None if promise is not None:
            start, where, service = promise.during.start, practice.locations[0], promise.service
        case _:
            return LinkBroken()
    return Opened(
        intake=intake,
        practice=practice,
        patient=patient,
        start=start,
        location=where,
        forms=practice.forms_for(service),
    )


def _visit(opened: Opened, token: str) -> FormVisit:
    return FormVisit(
        token=token,
        intake=opened.intake,
        practice=opened.practice,
        patient=opened.patient,
        start=opened.start,
        location=opened.location,
        forms=opened.forms,
    )


def _form(opened: Opened, *, fields: Mapping[str, str], faults: Mapping[str, str], status: int) -> Response:
    facts = {
        **_facts(opened),
        "when": day_and_clock(opened.start, opened.location.zone, opened.words),
        "fields": fields,
        "faults": {
            name: opened.words(f"intake.{fault}", most=str(LONGEST_TEXT if name in TEXTS else LONGEST_LINE))
            for name, fault in faults.items()
        },
        "pregnancy": PREGNANCY,
        "choices": choices(opened.words, opened.practice.name),
        "most_line": LONGEST_LINE,
        "most_text": LONGEST_TEXT,
    }
    return page("intake.html", facts, status=status, headers=HEADERS)


def _already_sent(opened: Opened) -> Response:
    words = opened.words
    text = words("intake.sent_text", practice=opened.practice.name, phone=opened.location.phone)
    return _note(words, words("intake.sent_title"), text, mark="done", status=200)


def _closed(request: Request, why: LinkBroken | LinkExpired) -> Response:
    words = words_in(best_language(request.headers.get("accept-language", ""), LANGUAGES))
    match why:
        case LinkExpired():
            return _note(words, words("intake.expired_title"), words("intake.expired_text"), mark="clock", status=410)
        case LinkBroken():
            return _note(words, words("intake.broken_title"), words("intake.broken_text"), mark="link", status=404)


def _note(words: Words, title: str, text: str, *, mark: str, status: int) -> Response:
    facts = {"words": words, "heading": title, "text": text, "mark": mark}
    return page("intake_note.html", facts, status=status, headers=HEADERS)


def _facts(opened: Opened) -> dict[str, object]:
    return {"words": opened.words, "practice": opened.practice}
