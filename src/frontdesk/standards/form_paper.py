"""A form that was handed in, as a paper: who, when, each question with its answer, and what was signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from frontdesk.domain.patient import Patient
from frontdesk.domain.questionnaire import Attached, Coded, Signed, Value
from frontdesk.domain.time import wall
from frontdesk.standards.paper import Line, Look, Paper
from frontdesk.standards.questionnaire_parts import Json, text_of
from frontdesk.standards.questionnaire_response import every_item, values_in


@dataclass(frozen=True, kw_only=True, slots=True)
class FormWords:
    """The words that the form itself has not. Names in braces are filled in."""

    language: str
    patient: str
    born: str
    handed_in: str
    version: str
    yes: str
    no: str
    files: str
    signed: str
    under: str
    drawn: str
    made_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedInForm:
    """What the paper is of. `response` is a FHIR QuestionnaireResponse, `version` "" where the form has none."""

    title: str
    version: str
    patient: Patient
    handed_in: datetime
    response: Json


def form_paper(form: HandedInForm, words: FormWords, *, zone: ZoneInfo) -> Paper:
    """The paper, its times on the wall clock of `zone`."""
    return Paper(title=form.title, language=words.language, lines=tuple(_lines(form, words, zone)))


def _lines(form: HandedInForm, words: FormWords, zone: ZoneInfo) -> Iterator[Line]:
    yield Line(look=Look.PLAIN, text=words.patient.format(name=form.patient.name))
    if form.patient.birth_date is not None:
        yield Line(look=Look.PLAIN, text=words.born.format(day=form.patient.birth_date.isoformat()))
    yield Line(look=Look.PLAIN, text=words.handed_in.format(when=_moment(form.handed_in, zone)))
    if form.version:
        yield Line(look=Look.PLAIN, text=words.version.format(version=form.version))
    for item in every_item(form.response):
        yield from _item(item, words, zone)
    yield Line(look=Look.SMALL, text=words.made_by)


def _item(item: Json, words: FormWords, zone: ZoneInfo) -> Iterator[Line]:
    given, text = values_in(item), text_of(item, "text")
    if not given:
        if text:
            yield Line(look=Look.HEADING, text=text)
        return
    yield Line(look=Look.QUESTION, text=text)
    if isinstance(given[0], Signed):
        yield from _signature(given[0], words, zone)
        return
    files = sum(isinstance(one, Attached) for one in given)
    said = ", ".join(_said(one, words) for one in given if not isinstance(one, Attached | Signed))
    for line in said.split("\n") if said else ():
        yield Line(look=Look.ANSWER, text=line)
    if files:
        yield Line(look=Look.ANSWER, text=words.files.format(count=files))


def _signature(signed: Signed, words: FormWords, zone: ZoneInfo) -> Iterator[Line]:
    yield Line(look=Look.ANSWER, text=words.signed.format(name=signed.name, when=_moment(signed.when, zone)))
    yield Line(look=Look.SMALL, text=words.under.format(version=signed.version, language=signed.language))
    yield from (Line(look=Look.SMALL, text=line) for line in signed.words.split("\n"))
    if signed.drawn:
        yield Line(look=Look.SMALL, text=words.drawn)


def _said(value: Value, words: FormWords) -> str:
    match value:
        case bool():
            return words.yes if value else words.no
        case Coded():
            return value.display or value.code
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """With the day in figures, and the zone: a chart is read years later, and elsewhere."""
    return f"{wall(at, zone):%Y-%m-%d %H:%M %Z}"
