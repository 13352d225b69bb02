"""A form as it was filled in, to read: all of it for who may see health, else who it is and how they are insured."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.questionnaire import Attached, Coded, Signed, Value
from frontdesk.intake.known import differs
from frontdesk.intake.pictures import HEIC
from frontdesk.standards.questionnaire_parts import Json, text_of
from frontdesk.standards.questionnaire_response import every_item, values_in
from frontdesk.storage.intake_forms import FilledForm, about_file, read_file, read_form
from frontdesk.storage.patients import read_patient
from frontdesk.storage.write_backs import chart_of
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.inside import inside, words_of
from frontdesk.web.pages.staff.patients import chart_words
from frontdesk.web.security import content_policy
from frontdesk.web.wall_clock import day, day_and_clock

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CONTACT))]
NOT_HEALTH = ("Patient.", "Coverage.")
"""What the answer to a question without health in it is of."""


@router.get("/desk/{key}/forms/{id}")
async def filled(request: Request, id: UUID, visitor: Seeing) -> Response:
    """One form with its answers; that it was opened stands in the audit."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        form = await read_form(db, id)
        patient = await read_patient(db, form.patient) if form else None
        chart = await chart_of(db, id)
    if form is None or patient is None:
        raise HTTPException(404)
    words, all_of_it = words_of(request), visitor.may(Do.SEE, Field.HEALTH)
    facts = {
        "patient": patient,
        "title": _title(visitor, form, words),
        "version": form.version,
        "completed": _moment(visitor, form.completed, words) if form.completed else "",
        "chart": chart_words(chart, words),
        "far": words("desk.forms.part_done", answered=str(form.answered), wanted=str(form.wanted)),
        "all_of_it": all_of_it,
        "items": [_line(visitor, one, words) for one in every_item(form.response) if all_of_it or _is_not_health(one)],
        "differs": [words(f"desk.forms.differs.{_NAMES[one]}") for one in differs(_told(form), patient)],
    }
    answer = inside(request, "staff/form.html", visitor, "/patients", facts)
    answer.headers["Content-Security-Policy"] = content_policy(images="'self' data:")  # drawn signatures
    return answer


@router.get("/desk/{key}/files/{id}")
async def file(request: Request, id: UUID, visitor: Seeing) -> Response:
    """A picture that came with a form: an insurance card, or anything else for who may see health."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        about = await about_file(db, id)
        if about is None:
            raise HTTPException(404)
        if about != "coverage" and not visitor.may(Do.SEE, Field.HEALTH):
            raise HTTPException(403)
        found = await read_file(db, id)
    if found is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}
    if found.kind == HEIC:  # few browsers show it
        headers["Content-Disposition"] = f'attachment; filename="{id}.heic"'
    return Response(found.content, media_type=found.kind, headers=headers)


_NAMES = {
    "Patient.name.given": "given",
    "Patient.name.family": "family",
    "Patient.telecom:phone": "phone",
    "Patient.telecom:email": "email",
    "Patient.birthDate": "born",
}


def _line(visitor: Visitor, item: Json, words: Words) -> Mapping[str, object]:
    given = values_in(item)
    signed = given[0] if given and isinstance(given[0], Signed) else None
    line: dict[str, object] = {
        "text": text_of(item, "text"),
        "heading": not given,
        "answers": [_words(one, words) for one in given if not isinstance(one, Attached | Signed)],
        "files": [one for one in given if isinstance(one, Attached)],
        "signed": None,
    }
    if signed is not None:
        drawn = f"data:image/png;base64,{b64encode(signed.drawn).decode()}" if signed.drawn else ""
        line["signed"] = {
            "name": signed.name,
            "when": _moment(visitor, signed.when, words),
            "version": signed.version,
            "words": signed.words,
            "language": signed.language,
            "drawn": drawn,
        }
    return line


def _words(value: Value, words: Words) -> str:
    match value:
        case bool():
            return words("forms.answer_yes" if value else "forms.answer_no")
        case Coded():
            return value.display or value.code
        case date():
            return f"{day(value, words)}, {value.year}"
        case _:
            return str(value)


def _told(form: FilledForm) -> dict[str, Value]:
    return {
        text_of(item, "definition").rpartition("#")[2]: given[0]
        for item in every_item(form.response)
        if (given := values_in(item))
    }


def _is_not_health(item: Json) -> bool:
    return text_of(item, "definition").rpartition("#")[2].startswith(NOT_HEALTH)


def _title(visitor: Visitor, form: FilledForm, words: Words) -> str:
    known = {one.id: one for one in visitor.practice.questionnaires}
    return known[form.questionnaire].title(words.language) if form.questionnaire in known else form.questionnaire


def _moment(visitor: Visitor, when: datetime, words: Words) -> str:
    zone = visitor.practice.locations[0].zone
    return f"{day_and_clock(when, zone, words)}, {when.astimezone(zone).year}"
