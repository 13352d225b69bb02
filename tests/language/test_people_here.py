from dataclasses import replace
from datetime import date, timedelta

import pytest

from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.language.catalogue import catalogue
from frontdesk.language.people_here import has_days, who_does, works_on
from frontdesk.sample.practice import smile

TODAY = date(2026, 5, 26)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Dana Whitfield usually works on Tuesdays, Thursdays, Fridays and some Saturdays."),
        ("es", "Dana Whitfield suele trabajar los martes, los jueves, los viernes y algunos sábados."),
    ],
)
def test_the_days_of_every_week_are_told_before_those_of_some_weeks(language: str, told: str) -> None:
    dana = smile().practitioner(PractitionerId("dana-whitfield"))

    assert works_on(dana, catalogue(language), today=TODAY) == told


def test_of_somebody_whose_shifts_are_over_no_days_are_known() -> None:
    dana = smile().practitioner(PractitionerId("dana-whitfield"))
    over = replace(dana, shifts=tuple(replace(shift, last=TODAY - timedelta(days=1)) for shift in dana.shifts))

    assert has_days(dana, today=TODAY)
    assert not has_days(over, today=TODAY)


def test_who_does_a_treatment_is_told_with_what_they_are() -> None:
    practice = smile()

    told = who_does(practice.service(ServiceId("laser-hair-removal")), practice, catalogue("en"), language="en")

    assert told == "Laser hair removal is done by Grace Okafor (certified laser technician)."
