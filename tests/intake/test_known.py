"""What is known is filled in, what was answered stands, and what differs from the record is told."""

from datetime import date
from uuid import UUID

from tests.intake.forms import a_form, an_item

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.questionnaire import Kind
from frontdesk.intake.known import BORN, EMAIL, GIVEN, PHONE, Known, differs, prefilled, told

FORM = a_form(
    an_item("name", definition=GIVEN),
    an_item("born", Kind.DATE, definition=BORN),
    an_item("mail", definition=EMAIL),
    an_item("state", initial=("TX",)),
)
MARIA = Patient(
    id=PatientId(UUID(int=1)), given="Maria", family="Gonzalez", phone="+15125550147", birth_date=date(1988, 4, 27)
)


def test_what_is_known_is_filled_in_and_what_was_answered_stands() -> None:
    known = Known(given="Maria", born=date(1988, 4, 27))

    assert prefilled(FORM, {"name": ("Mia",)}, known) == {
        "name": ("Mia",),
        "born": (date(1988, 4, 27),),
        "state": ("TX",),
    }


def test_a_form_tells_of_the_patient_by_element() -> None:
    assert told(FORM, {"name": ("Mia",), "state": ("TX",)}) == {GIVEN: "Mia"}


def test_what_differs_from_the_record_is_told_however_it_is_spelled() -> None:
    assert list(differs({GIVEN: " maria ", PHONE: "(512) 555-0147", BORN: date(1988, 4, 27)}, MARIA)) == []
    assert list(differs({GIVEN: "Mia", PHONE: "512 555 0148", EMAIL: "m@example.com"}, MARIA)) == [GIVEN, PHONE]
