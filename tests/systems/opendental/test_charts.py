"""Whose chart a visit is booked on: the one that is there, else a new one, never somebody else's."""

import pytest
from tests.systems.opendental.a_book import MARIA, Book, a_known_office, an_office, book, once, payload
from tests.wire.loopback import HangsUp

from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Booked


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
