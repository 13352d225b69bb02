"""Whose chart a visit is booked on: the one that is there, else a new one, never somebody else's."""

from dataclasses import replace
from datetime import date

import pytest
from tests.systems.opendental.a_book import MARIA, Book, a_known_office, an_office, book, once, payload
from tests.wire.loopback import HangsUp

from frontdesk.domain.chart import charts_of
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Booked
from frontdesk.systems.opendental.charts import chart, learned, new_patient
from frontdesk.wire.foreign import Foreign

BORN = date(1976, 5, 24)
"""As the published patient's chart has it."""


async def test_the_chart_is_found_by_phone_and_name_and_kept() -> None:
    async with an_office(a_known_office()) as office:
        await book(office)

    assert office.charts.kept == {MARIA.id: "48"}
    assert office.asked("POST", "/patients") == 0


async def test_a_chart_that_is_kept_is_not_looked_for_again() -> None:
    async with an_office(a_known_office()) as office:
        office.charts.kept[MARIA.id] = "48"
        await book(office)

    assert office.asked("GET", "/patients") == 0


async def test_a_new_patient_gets_a_chart_and_a_first_visit() -> None:
    async with an_office() as office:
        await book(office)

    [chart] = office.book.patients
    assert (chart["FName"], chart["LName"], chart["WirelessPhone"]) == ("Maria", "Gonzalez", "5125550147")
    assert office.charts.kept == {MARIA.id: str(chart["PatNum"])}
    assert office.book.standing()[0]["IsNewPatient"] == "true"


async def test_a_family_on_one_phone_is_not_one_patient() -> None:
    son = payload("patient") | {"PatNum": 49, "FName": "Mateo"}
    async with an_office(Book(patients=[son])) as office:
        await book(office)

    assert office.book.standing()[0]["PatNum"] not in {49}
    assert len(office.book.patients) == 2


async def test_two_charts_that_fit_are_for_staff_to_choose() -> None:
    twin = payload("patient") | {"PatNum": 49}
    async with an_office(Book(patients=[payload("patient"), twin])) as office:
        with pytest.raises(Refused, match="2 files"):
            await book(office)

    assert office.book.appointments == []


async def test_a_chart_whose_reply_was_lost_is_not_opened_twice() -> None:
    async with an_office(Book(after=once("POST", "/patients", HangsUp()))) as office:
        booked = await book(office)

    assert isinstance(booked, Booked)
    assert len(office.book.patients) == 1


async def test_a_chart_of_which_nothing_shows_is_unknown() -> None:
    async with an_office(Book(before=once("POST", "/patients", HangsUp()))) as office:
        with pytest.raises(OutcomeUnknown):
            await book(office)

    assert office.charts.kept == {}
    assert office.book.appointments == []


def a_chart(**fields: object) -> Foreign:
    return Foreign.of(payload("patient") | fields, what="patient", id="PatNum")


def test_a_new_chart_has_what_the_patient_gave_and_nothing_else() -> None:
    fields = new_patient(replace(MARIA, language="es", birth_date=BORN), clinic=7)

    assert fields == {
        "LName": "Gonzalez",
        "FName": "Maria",
        "Birthdate": "1976-05-24",
        "WirelessPhone": "5125550147",
        "Email": "maria@example.com",
        "Language": "spa",
        "ClinicNum": 7,
    }
    assert new_patient(replace(MARIA, phone=None, email=None, language="fr"), clinic=None) == {
        "LName": "Gonzalez",
        "FName": "Maria",
    }
    with pytest.raises(Refused):
        new_patient(replace(MARIA, family=" "), clinic=None)


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({}, True),
        ({"LName": "GONZÁLEZ ", "FName": "maría"}, True),
        ({"FName": "Mary", "Preferred": "Maria"}, True),
        ({"WirelessPhone": "", "Email": "", "HmPhone": "512-555-0147"}, True),
        ({"WirelessPhone": "", "Email": "MARIA@example.com"}, True),
        ({"PatStatus": "Inactive"}, True),
        ({"WirelessPhone": "(512)555-0199", "Email": ""}, False),
        ({"FName": "Elena"}, False),
        ({"LName": "Gonzales"}, False),
        ({"PatStatus": "Deceased"}, False),
        ({"PatStatus": "Archived"}, False),
    ],
)
def test_a_chart_is_a_patients_by_name_and_phone_or_e_mail(fields: dict[str, object], same: bool) -> None:
    assert bool(charts_of(MARIA, [chart(a_chart(**fields))])) is same


def test_a_mother_and_daughter_of_one_name_and_phone_are_told_apart_by_birth_date() -> None:
    daughter = replace(MARIA, birth_date=date(2009, 8, 7))

    assert chart(a_chart()).is_of(replace(MARIA, birth_date=BORN))
    assert not chart(a_chart()).is_of(daughter)
    assert chart(a_chart(Birthdate="0001-01-01")).is_of(daughter)


async def test_a_chart_under_a_nickname_with_an_old_phone_is_found_by_its_birth_date() -> None:
    there = payload("patient") | {"FName": "Mary", "Preferred": "Maria", "WirelessPhone": "(512)555-0999", "Email": ""}
    async with an_office(Book(patients=[there])) as office:
        office.charts.people[MARIA.id] = replace(MARIA, birth_date=BORN)
        await book(office)

    assert office.charts.kept == {MARIA.id: "48"}


async def test_an_archived_chart_is_shown_as_one_that_takes_no_visits() -> None:
    async with an_office(Book(patients=[payload("patient") | {"PatStatus": "Archived"}])) as office:
        found = await office.system.find_patients(MARIA)

    assert [(one.number, one.visits) for one in found] == [("48", False)]


async def test_somebody_of_whom_nothing_is_known_is_not_looked_for_by_half_a_name() -> None:
    async with an_office(a_known_office()) as office:
        nobody = replace(MARIA, given="", phone=None, email=None)

        assert await office.system.find_patients(nobody) == []

    assert office.server.asked == []


@pytest.mark.parametrize(
    ("there", "written"),
    [
        ({}, {}),
        ({"WirelessPhone": "", "HmPhone": "(512)555-0147"}, {}),
        ({"WirelessPhone": "(512)555-0999"}, {"WirelessPhone": "5125550147"}),
        ({"Email": "old@example.com"}, {"Email": "maria@example.com"}),
        ({"Birthdate": "0001-01-01"}, {"Birthdate": "1976-05-24"}),
        ({"Birthdate": "1976-05-25"}, {}),
        ({"Language": "spa"}, {}),
        ({"FName": "Mary"}, {}),
    ],
)
def test_only_what_the_chart_does_not_have_is_written(there: dict[str, object], written: dict[str, object]) -> None:
    assert learned(a_chart(**there), replace(MARIA, birth_date=BORN)) == written


def test_a_language_that_the_patient_chose_is_written_over_english() -> None:
    assert learned(a_chart(Language="eng"), replace(MARIA, language="es")) == {"Language": "spa"}
    assert learned(a_chart(Language=""), replace(MARIA, language="es")) == {"Language": "spa"}


async def test_what_the_desk_learned_reaches_the_chart_and_the_rest_stays() -> None:
    async with an_office(Book(patients=[payload("patient") | {"Email": ""}])) as office:
        done = await office.system.update_patient(MARIA.id)
        again = await office.system.update_patient(MARIA.id)

    assert done
    assert again
    assert office.book.patients == [payload("patient")]
    assert office.asked("PUT", "/patients/48") == 1


async def test_a_patient_without_a_chart_or_with_one_that_is_gone_is_not_updated() -> None:
    async with an_office() as office:
        never = await office.system.update_patient(MARIA.id)
        office.charts.kept[MARIA.id] = "4711"
        gone = await office.system.update_patient(MARIA.id)

    assert not never
    assert not gone


async def test_an_update_whose_reply_was_lost_is_read_back() -> None:
    lost = once("PUT", "/patients/48", HangsUp())
    async with an_office(Book(patients=[payload("patient") | {"Email": ""}], after=lost)) as office:
        assert await office.system.update_patient(MARIA.id)
    lost = once("PUT", "/patients/48", HangsUp())
    async with an_office(Book(patients=[payload("patient") | {"Email": ""}], before=lost)) as office:
        with pytest.raises(OutcomeUnknown):
            await office.system.update_patient(MARIA.id)
