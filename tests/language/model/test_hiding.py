"""Nothing that identifies the patient is left in what leaves; what returns is put back letter by letter."""

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.state import Known
from frontdesk.domain.ids import ServiceId
from frontdesk.language.model.hiding import hide
from frontdesk.language.understanding import understand

SAYS = [
    ("I'm Maria Gonzalez, 512 555 0147", ["Maria", "Gonzalez", "0147"]),
    ("reach me at maria.g+spa@example.com or (512) 555-0147 ext 9", ["maria.g", "example", "0147"]),
    ("born 04/27/1988, member id XQK884512201", ["1988", "XQK884512201"]),
    ("my name is Siobhan O'Brien-Kelly and I live at 1840 Larkspur Lane", ["Siobhan", "Brien", "Larkspur"]),
    ("me llamo José de la Cruz, mi correo es jose@example.com", ["José", "Cruz", "jose@"]),
    ("mi número es 512.555.0163, nací el 3-5-79", ["0163", "3-5-79"]),
]


@pytest.mark.parametrize(("text", "secrets"), SAYS)
def test_what_identifies_a_patient_is_taken_out(text: str, secrets: list[str]) -> None:
    context = a_context()

    hidden = hide(text, context, understand(text, context))

    assert [secret for secret in secrets if secret.casefold() in hidden.text.casefold()] == []
    assert hidden.revealed(hidden.text) == text


def test_a_name_that_is_known_is_taken_out_wherever_it_stands() -> None:
    context = a_context(known=Known(service=ServiceId("botox-consultation"), given="Maria", family="Gonzalez"))

    hidden = hide("it's for maria, yes, Maria GONZALEZ, thursday", context, [])

    assert "maria" not in hidden.text.casefold()
    assert "gonzalez" not in hidden.text.casefold()
    assert "thursday" in hidden.text


@pytest.mark.parametrize(
    "text", ["thursday at 6:30 pm", "May 28 or 29", "the 2nd one", "5/28 after 4", "botox, 30 min"]
)
def test_what_a_visit_needs_stays(text: str) -> None:
    context = a_context()

    assert hide(text, context, understand(text, context)).text == text


def test_a_quote_is_found_where_the_patient_wrote_it() -> None:
    context = a_context()
    text = "Hi! Maria Gonzalez, call 512 555 0147 on Thursday"
    hidden = hide(text, context, understand(text, context))

    span = hidden.span("call [PHONE_1] on Thursday")

    assert span is not None
    assert text[slice(*span)] == "call 512 555 0147 on Thursday"
    assert hidden.span("call me never") is None
    assert hidden.span("") is None
