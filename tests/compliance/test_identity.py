from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from frontdesk.compliance.identity import Claim, fits, same_name
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient

MARIA = Patient(
    id=PatientId(UUID(int=1)),
    given="María José",
    family="González-Peña",
    phone="+15125550147",
    birth_date=date(1988, 4, 27),
)
CLAIM = Claim(given="Maria Jose", family="gonzalez pena", birth_date=date(1988, 4, 27), phone="+15125550147")


def test_a_claim_fits_however_the_name_is_spelled() -> None:
    assert fits(CLAIM, MARIA)


@pytest.mark.parametrize(
    "wrong",
    [{"given": "Marie"}, {"family": "Gonzalez"}, {"birth_date": date(1988, 4, 28)}, {"phone": "+15125550148"}],
)
def test_every_part_of_a_claim_has_to_fit(wrong: dict[str, object]) -> None:
    assert not fits(replace(CLAIM, **wrong), MARIA)  # type: ignore[arg-type]


def test_what_is_not_on_file_proves_nothing() -> None:
    assert not fits(CLAIM, replace(MARIA, birth_date=None))
    assert not fits(CLAIM, replace(MARIA, phone=None))


def test_names_without_a_letter_are_nobodys() -> None:
    assert not same_name("", "")
    assert not same_name("-", "'")
    assert same_name("O’Neil", "oneil")
    assert same_name("Zoë", "zoe")
