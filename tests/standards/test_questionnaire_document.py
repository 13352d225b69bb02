"""A form that cannot be shown is told by file and linkId, with what to do."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.clinic import a_practice
from tests.sample.test_questionnaires import FOLDER

from frontdesk.reception.practice_files import PracticeFilesWrong, differences, read_practice, write_practice
from frontdesk.standards.document import Fault
from frontdesk.standards.questionnaire_document import questionnaire_of

SIGNED = {
    "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-signatureRequired",
    "valueCodeableConcept": {"text": "consent"},
}
ASKS = {"linkId": "a", "type": "boolean", "text": "A?"}
CHOICE = {"linkId": "a", "type": "choice", "text": "A?", "answerOption": [{"valueCoding": {"code": "x"}}]}


def faults_in(*items: Mapping[str, object], **more: object) -> list[str]:
    faults: list[Fault] = []
    head = {"resourceType": "Questionnaire", "id": "f", "url": "https://x.example.com/f", "version": "1", "title": "F"}
    questionnaire_of({**head, "item": list(items), **more}, name="f", faults=faults)
    return [str(fault) for fault in faults]


def question(**more: object) -> dict[str, object]:
    return {"linkId": "q", "type": "string", "text": "Q?", **more}


def waits(**condition: object) -> dict[str, object]:
    return question(enableWhen=[{"question": "a", **condition}])


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        (
            [question(type="decimal")],
            'questionnaires > f > q: the type is "decimal", which cannot be shown; use integer',
        ),
        ([question(type="strin")], 'did you mean "string"?'),
        ([{"linkId": "q", "type": "group", "text": "G"}], "q: a group without items"),
        ([question(item=[ASKS])], "q: questions below a question; put them beside it, with enableWhen"),
        ([question(text="")], "q: text is missing"),
        ([question(required="true")], "q: required is 'true'; wanted true or false, without quotes"),
        ([question(maxLength=0)], "q: maxLength is 0"),
        ([question(repeats=True)], "q: a string that repeats"),
        ([question(type="choice")], "q: a choice of nothing"),
        ([question(answerValueSet="http://x")], "q: answerValueSet; list the choices as answerOption"),
        ([question(requird=True)], 'did you mean "required"?'),
        ([question(linkId="a b")], "the linkId cannot be used"),
        ([question(), question()], "q: this linkId stands twice"),
        (
            [question(definition="http://hl7.org/fhir/StructureDefinition/Patient#Patient.birthdate")],
            "Patient.birthDate",
        ),
        ([question(extension=[SIGNED])], "a signature stands alone"),
        ([ASKS, waits(operator="==", answerBoolean=True)], 'q: enableWhen compares by "=="; use one of exists = !='),
        ([ASKS, waits(operator="=")], "q: enableWhen has no answer to compare with"),
        (
            [ASKS, waits(operator="exists", answerString="x")],
            "q: enableWhen has no answer to compare with; add answerBool",
        ),
        ([waits(operator="=", answerBoolean=True)], 'q: enableWhen asks for "a"'),
        ([CHOICE, waits(operator="=", answerCoding={"code": "y"})], 'q: enableWhen waits for "y"; a offers x'),
        ([question(type="boolean", initial=[{"valueString": "x"}])], "q: an initial answer that is no boolean"),
        ([question(modifierExtension=[{}])], "q: modifierExtension"),
        (["text"], "found 'text' among the items"),
    ],
)
def test_what_cannot_be_shown_is_told_with_its_link_id(items: list[Mapping[str, object]], fault: str) -> None:
    assert any(fault in one for one in faults_in(*items)), faults_in(*items)


def test_two_conditions_say_whether_one_is_enough() -> None:
    both = [{"question": "a", "operator": "=", "answerBoolean": True}] * 2

    assert faults_in(ASKS, question(enableWhen=both)) == [
        'questionnaires > f > q: several enableWhen; say "enableBehavior": "all" or "any"'
    ]
    assert faults_in(ASKS, question(enableWhen=both, enableBehavior="any")) == []


def test_what_is_signed_has_a_version() -> None:
    group = {"linkId": "g", "type": "group", "item": [question(extension=[SIGNED])]}

    assert faults_in(group) == []
    assert 'add "version"' in faults_in(group, version="")[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a clinic with one form."""
    write_practice(a_practice(), tmp_path)
    (tmp_path / "questionnaires").mkdir()
    (tmp_path / "questionnaires/therapy-intake.json").write_text((FOLDER / "therapy-intake.json").read_text())
    return tmp_path


def test_forms_are_applied_from_the_practices_folder_and_exported_as_they_were(folder: Path, tmp_path: Path) -> None:
    with (folder / "practice.yaml").open("a") as file:
        file.write("intake: [therapy-intake]\n")

    practice = read_practice(folder, id=a_practice().id)
    write_practice(practice, tmp_path / "again")

    assert [form.id for form in practice.forms_for(None)] == ["therapy-intake"]
    written = (tmp_path / "again/questionnaires/therapy-intake.json").read_text()
    assert written == (FOLDER / "therapy-intake.json").read_text()
    assert read_practice(tmp_path / "again", id=practice.id) == practice
    assert differences(a_practice(), practice) == [
        "practice clinic: intake nothing -> therapy-intake",
        "questionnaire therapy-intake: added",
    ]


def test_a_form_that_a_visit_needs_and_that_is_not_there_is_told(folder: Path) -> None:
    with (folder / "practice.yaml").open("a") as file:
        file.write("intake: [therapy-intak]\n")

    with pytest.raises(PracticeFilesWrong, match='there is no form "therapy-intak"; did you mean "therapy-intake"'):
        read_practice(folder, id=a_practice().id)


def test_a_broken_file_is_told_with_its_line(folder: Path) -> None:
    (folder / "questionnaires/therapy-intake.json").write_text('{\n  "id": "therapy-intake",,\n}')

    with pytest.raises(PracticeFilesWrong, match=r"questionnaires/therapy-intake\.json.*line 2, column 26"):
        read_practice(folder, id=a_practice().id)


def test_a_changed_form_is_told_by_its_version(folder: Path) -> None:
    file = folder / "questionnaires/therapy-intake.json"
    before = read_practice(folder, id=a_practice().id)
    form = json.loads(file.read_text())
    file.write_text(json.dumps({**form, "title": "Another"}))
    same_version = read_practice(folder, id=a_practice().id)
    file.write_text(json.dumps({**form, "version": "2"}))
    next_version = read_practice(folder, id=a_practice().id)

    assert differences(before, same_version) == ["questionnaire therapy-intake: changed, still version 2026-05"]
    assert differences(before, next_version) == ["questionnaire therapy-intake: version 2026-05 -> 2"]
