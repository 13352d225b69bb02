"""An age below eighteen is heard, whoever it is of, and no time or count is taken for one."""

import pytest

from frontdesk.language.ages import minors_in
from frontdesk.language.script import folded


@pytest.mark.parametrize(
    ("text", "years", "of_child"),
    [
        ("can my 16 yr old get lip filler", 16, True),
        ("my 9-year-old needs a facial", 9, True),
        ("my daughter is sixteen and wants laser", 16, True),
        ("can my son whos 12 get a facial for acne?", 12, True),
        ("my niece Ana's 15, can she come", 15, True),
        ("She's 17 in June", 17, True),
        ("her bday is in june, shes turning 18", 17, True),
        ("im 16 can i get botox", 16, False),
        ("I'm fifteen.", 15, False),
        ("Mi hija tiene 15 años, ¿puede?", 15, True),
        ("mi sobrina cumple 18 en junio", 17, True),
        ("tengo diecisiete años", 17, False),
    ],
)
def test_a_minors_age_is_heard(text: str, years: int, of_child: bool) -> None:
    assert [(one.years, one.of_child) for one in minors_in(folded(text))] == [(years, of_child)]


@pytest.mark.parametrize(
    "text",
    [
        "my daughter is 25 and wants botox",
        "she is 10 minutes late",
        "I'm 15 min away",
        "im 10 min late",
        "book my daughter at 10",
        "my son at 4:15 works",
        "my sister is at 3",
        "she's 10 weeks along",
        "for my daughter the 12th works",
        "I'm 34",
        "llego en 15 minutos",
        "tengo 15 unidades",
        "the 14 units from last time",
    ],
)
def test_what_is_a_time_or_a_count_or_a_grown_up_is_none(text: str) -> None:
    assert list(minors_in(folded(text))) == []
