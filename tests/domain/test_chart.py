"""Whose file in another system a patient's is."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from frontdesk.domain.chart import Chart, charts_of, digits, plain
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient

MARIA = Patient(
    id=PatientId(uuid4()),
    given="María",
    family="González-Ruiz",
    phone="+15125550147",
    email="maria@example.com",
    birth_date=date(1984, 3, 3),
)
FILE = Chart(number="7", given=("Maria",), family="Gonzalez Ruiz", phones=("(512) 555-0147",))


def test_the_same_name_and_phone_is_the_same_person() -> None:
    assert FILE.is_of(MARIA)


def test_the_same_name_and_e_mail_is_the_same_person_whatever_the_capitals() -> None:
    assert replace(FILE, phones=(), emails=("Maria@Example.com",)).is_of(MARIA)


def test_a_nickname_counts_as_a_first_name() -> None:
    assert replace(FILE, given=("Guadalupe", "Maria")).is_of(MARIA)


def test_a_name_alone_is_nobody_in_particular() -> None:
    assert not replace(FILE, phones=()).is_of(MARIA)
    assert not replace(FILE, phones=("5125550199",), emails=("other@example.com",)).is_of(MARIA)


def test_the_birth_date_decides_where_both_know_it() -> None:
    daughter = replace(FILE, birth_date=date(2009, 3, 3))
    herself = replace(FILE, birth_date=date(1984, 3, 3), phones=())

    assert not daughter.is_of(MARIA)
    assert herself.is_of(MARIA)


def test_the_child_of_a_shared_phone_is_somebody_else() -> None:
    assert not replace(FILE, given=("Sofia",)).is_of(MARIA)


def test_a_file_put_away_is_never_booked_on_and_one_listed_twice_is_one() -> None:
    other = replace(FILE, number="8")

    assert charts_of(MARIA, [FILE, FILE, replace(other, visits=False)]) == [FILE]
    assert charts_of(MARIA, [FILE, other]) == [FILE, other]


@pytest.mark.parametrize("shown", ["+1 512 555 0147", "1-512-555-0147", "(512)555-0147", "512.555.0147"])
def test_a_phone_is_its_digits(shown: str) -> None:
    assert digits(shown) == "5125550147"


def test_a_name_is_compared_without_accents_hyphens_and_capitals() -> None:
    assert plain("  GONZÁLEZ-Ruiz ") == "gonzalez ruiz"
