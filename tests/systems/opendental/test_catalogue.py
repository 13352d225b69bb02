"""What an office lists of itself, in Open Dental's own numbers."""

from datetime import timedelta

import pytest
from tests.systems.opendental.a_book import Book, Row, an_office, payload

from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.wire.foreign import Unreadable


def a_provider(number: int, **fields: object) -> Row:
    return {
        "ProvNum": number,
        "Abbr": "DOC",
        "LName": "Park",
        "FName": "Dana",
        "IsHidden": "false",
        "IsNotPerson": "false",
        "ProvStatus": "Active",
    } | fields


async def listed(**lists: list[Row]) -> Catalogue:
    async with an_office(Book(lists=lists)) as office:
        return await office.system.catalogue()


async def test_rooms_and_services_are_listed_with_their_length_and_hidden_ones_marked() -> None:
    found = await listed()

    assert found.rooms == (
        Listed(number="5", name="Room 1"),
        Listed(number="6", name="Room 2"),
        Listed(number="7", name="Old room", active=False),
    )
    assert found.services == (
        ListedService(number="3", name="Botox consultation", length=timedelta(minutes=30)),
        ListedService(number="4", name="Laser hair removal", length=timedelta(minutes=60)),
    )


async def test_a_type_that_lasts_as_long_as_its_procedures_has_no_length() -> None:
    by_procedures = payload("appointmenttypes")[0] | {"Pattern": "", "CodeStr": "D2740"}
    async with an_office(Book(types=[by_procedures])) as office:
        found = await office.system.catalogue()

    assert found.services[0].length is None
    assert found.services[0].practitioners is None


async def test_whoever_is_hidden_gone_or_no_person_is_not_booked_with() -> None:
    found = await listed(
        providers=[
            a_provider(1),
            a_provider(2, IsHidden="True"),
            a_provider(3, IsNotPerson="true"),
            a_provider(4, ProvStatus="Deleted"),
            a_provider(5, FName="", LName=""),
        ]
    )

    assert [(one.number, one.name, one.active) for one in found.practitioners] == [
        ("1", "Dana Park", True),
        ("2", "Dana Park", False),
        ("3", "Dana Park", False),
        ("4", "Dana Park", False),
        ("5", "DOC", True),
    ]


async def test_an_office_without_the_clinics_feature_lists_no_locations() -> None:
    without = await listed(carriers=[{"CarrierNum": 9, "CarrierName": "Aetna"}])
    clinic = {"ClinicNum": 7, "Description": "Smile on Main", "IsHidden": "false"}

    assert without.locations == ()
    assert without.payers == (Listed(number="9", name="Aetna"),)
    assert (await listed(clinics=[clinic])).locations == (Listed(number="7", name="Smile on Main"),)


async def test_a_row_that_is_not_as_documented_is_reported() -> None:
    with pytest.raises(Unreadable, match="clinic"):
        await listed(clinics=[{"ClinicNum": 7}])
