"""The language changes on clear evidence only."""

import pytest

from frontdesk.language.languages import language_of


@pytest.mark.parametrize(
    "text",
    [
        "Hola",
        "Hola, quiero una cita",
        "¿Tienen citas el jueves?",
        "mañana por la tarde",
        "gracias",
        "buenas tardes",
        "es mi primera vez",
        "necesito cancelar mi cita por favor",
        "me pusieron relleno ayer y tengo el labio blanco y me duele mucho",
        "me puse botox ayer y hoy tengo un parpado caido y veo doble",
        "no puedo respirar bien tampoco",
        "se me hincho la cara",
        "mi mama se desmayo",
        "quiero morirme",
        "voy tarde como 20 min",
        "ya no me manden mensajes",
    ],
)
def test_spanish_words_switch_to_spanish(text: str) -> None:
    assert language_of(text, "en") == "es"


@pytest.mark.parametrize(
    "text",
    ["Hi", "yes please", "I'd like to book an appointment", "what are your hours?", "tomorrow morning", "thanks"],
)
def test_english_words_switch_to_english(text: str) -> None:
    assert language_of(text, "es") == "en"


@pytest.mark.parametrize("known", ["en", "es"])
@pytest.mark.parametrize(
    "text",
    [
        "no",
        "si",
        "ok",
        "Maria Gonzalez, 512 555 0147",
        "maria@example.com",
        "botox",
        "6:30",
        "",
        "👍",
        "STOP",
        "María de la Cruz",
        "Cara Smith",
        "Ella",
        "120 El Camino Real",
        "El Paso",
    ],
)
def test_names_numbers_and_words_of_both_languages_change_nothing(text: str, known: str) -> None:
    assert language_of(text, known) == known
