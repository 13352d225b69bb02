"""What is written into a chart, in both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.sample.test_questionnaires import FORMS, PATIENT, THEN, everything_answered, read

from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.questionnaire import Questionnaire
from frontdesk.language.charting import LONGEST_QUOTE, MOST_QUOTES, Said, chart_words, said_note
from frontdesk.standards.form_paper import HandedInForm, form_paper
from frontdesk.standards.paper import Look, in_one_line
from frontdesk.standards.questionnaire_response import Status, response_of

AUSTIN = ZoneInfo("America/Chicago")
BOOKED = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
ANA = Patient(id=PatientId(PATIENT), given="Ana", family="Ruiz", phone="+15125550147")
DENTAL = read(FORMS[0])


def handed_in(form: Questionnaire, language: str) -> HandedInForm:
    response = response_of(
        form,
        everything_answered(form),
        id=PATIENT,
        patient=PATIENT,
        status=Status.COMPLETED,
        language=language,
        authored=THEN,
    )
    title = form.title(language)
    return HandedInForm(title=title, version=form.version, patient=ANA, handed_in=THEN, response=response)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_paper_has_every_question_with_its_answer_and_what_was_signed(file: object, language: str) -> None:
    form = read(file)  # type: ignore[arg-type]

    paper = form_paper(handed_in(form, language), chart_words(language).form, zone=AUSTIN)

    shown = [line.text for line in paper.lines]
    asked = [form.text(item.texts, language) for item in form.every_item() if item.is_question]
    assert [text for text in shown if text in asked] == asked
    assert "I agree" in shown
    questions = [number for number, line in enumerate(paper.lines) if line.look is Look.QUESTION]
    assert all(paper.lines[number + 1].look is Look.ANSWER for number in questions)


def test_a_paper_says_whose_it_is_and_when_it_was_handed_in_on_the_wall_of_the_clinic() -> None:
    paper = form_paper(handed_in(DENTAL, "en"), chart_words("en").form, zone=AUSTIN)

    assert [line.text for line in paper.lines][:3] == [
        "Patient: Ana Ruiz", "Handed in: 2026-05-26 21:47 CDT", "Version of the form: 2026-05",
    ]  # fmt: skip


def test_a_yes_a_choice_a_day_and_a_photo_are_words() -> None:
    line = in_one_line(form_paper(handed_in(DENTAL, "es"), chart_words("es").form, zone=AUSTIN))

    assert "¿Tiene alguna alergia? Sí" in line
    assert "¿Cómo se siente con las visitas al dentista? Con calma" in line
    assert "1 foto(s), guardadas en Frontdesk" in line
    assert "Firmado por Ana Ruiz, 2026-05-26 21:47 CDT" in line


def test_a_note_quotes_what_was_said_and_says_that_nobody_has_checked_it() -> None:
    said = Said(
        channel=ChannelKind.SMS,
        booked=BOOKED,
        first_visit=True,
        reason="botox pls,\nfor my  forehead",
        health=("I take blood thinners",),
        asked=("is that a problem?",),
    )

    assert said_note(said, language="en", zone=AUSTIN) == (
        "Arranged by Frontdesk's assistant by text message, 2026-05-26 21:47 CDT. "
        "Says that it is their first visit here. Asked for it in these words: “botox pls, for my forehead”. "
        "Told of their health: “I take blood thinners”. "
        "Passed on for a clinician to read: “is that a problem?”. "
        "Quoted as written; nobody has checked it."
    )


def test_a_note_in_spanish_leaves_out_what_was_not_said() -> None:
    said = Said(channel=ChannelKind.VOICE, booked=BOOKED, first_visit=False)

    assert said_note(said, language="es", zone=AUSTIN) == (
        "Concertada por el asistente de Frontdesk por teléfono, como se oyó, 2026-05-26 21:47 CDT. "
        "Dice que ya ha venido antes. Citado como fue escrito; nadie lo ha comprobado."
    )


def test_a_note_stays_short_whatever_was_said() -> None:
    said = Said(channel=ChannelKind.WEBCHAT, booked=BOOKED, health=("word " * 900,) * 40)

    assert len(said_note(said, language="en", zone=AUSTIN)) < MOST_QUOTES * (LONGEST_QUOTE + 10) + 200
