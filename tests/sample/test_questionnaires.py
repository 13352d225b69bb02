"""The sample forms: read without a fault, in two languages, and what a FHIR library takes for Questionnaires."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire as FhirQuestionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse

import frontdesk.sample
from frontdesk.domain.questionnaire import Attached, Item, Kind, Questionnaire, Signed, Value
from frontdesk.intake.missing import kept, missing
from frontdesk.standards.document import Fault
from frontdesk.standards.questionnaire_document import in_order, questionnaire_of, without_translation
from frontdesk.standards.questionnaire_response import Status, answers_in, response_of

FOLDER = Path(frontdesk.sample.__file__).parent / "questionnaires"
FORMS = sorted(FOLDER.glob("*.json"))
THEN = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
ID, PATIENT = UUID(int=5), UUID(int=6)
by_name = pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)


def read(file: Path) -> Questionnaire:
    faults: list[Fault] = []
    form = questionnaire_of(json.loads(file.read_text(encoding="utf-8")), name=file.stem, faults=faults)
    assert faults == []
    return form


def an_answer(item: Item) -> tuple[Value, ...]:
    """One that fits the question; the first choice, yes, seven."""
    match item.kind:
        case Kind.BOOLEAN:
            return (True,)
        case Kind.INTEGER:
            return (7,)
        case Kind.DATE:
            return (date(1988, 4, 27),)
        case Kind.CHOICE | Kind.OPEN_CHOICE:
            return (item.options[0].value,)
        case Kind.ATTACHMENT:
            return (Attached(id=UUID(int=9), kind="image/jpeg", size=1234),)
        case _ if item.signature:
            drawn = b"\x89PNG\r\n\x1a\n drawn"
            return (Signed(name="Ana Ruiz", when=THEN, words="I agree", version="2026-05", language="es", drawn=drawn),)
        case _:
            return ("algo",)


def everything_answered(form: Questionnaire) -> dict[str, tuple[Value, ...]]:
    return {item.link_id: an_answer(item) for item in form.every_item() if item.is_question}


def texts(form: Questionnaire) -> Iterator[str]:
    for item in form.every_item():
        yield from item.texts.values()


def test_there_is_one_for_each_kind_of_practice() -> None:
    assert [file.stem for file in FORMS] == ["dental-intake", "medspa-intake", "primary-care-intake", "therapy-intake"]


@by_name
def test_a_fhir_library_reads_the_form(file: Path) -> None:
    FhirQuestionnaire.model_validate_json(file.read_text(encoding="utf-8"))


@by_name
def test_every_word_is_there_in_english_and_spanish(file: Path) -> None:
    form = read(file)

    assert without_translation(form, "en") == without_translation(form, "es") == []


@by_name
def test_it_ends_with_words_that_are_signed(file: Path) -> None:
    form = read(file)

    assert form.items[-1].items[-1].signature
    assert form.version


@by_name
def test_a_fhir_library_reads_the_answers_and_we_read_them_back(file: Path) -> None:
    form = read(file)
    answers = kept(form, everything_answered(form))

    resource = response_of(form, answers, id=ID, patient=PATIENT, status=Status.COMPLETED, language="es", authored=THEN)

    assert missing(form, answers) == {}
    FhirResponse.model_validate_json(json.dumps(resource))
    assert answers_in(json.loads(json.dumps(resource)), form) == answers


@by_name
def test_it_is_written_in_the_order_that_an_export_has(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert json.dumps(in_order(json.loads(text)), ensure_ascii=False, indent=2) + "\n" == text
