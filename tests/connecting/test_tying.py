"""Names of the practice beside those a system lists."""

from dataclasses import replace

import yaml
from tests.clinic import a_practice

from frontdesk.connecting.tying import proposed, unknown_numbers, written
from frontdesk.domain.practice import Practice
from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.systems.manifest import Manifest, Mapped, connector

MANIFEST: Manifest = connector("opendental")[0]
PRACTICE: Practice = a_practice()
LISTED = Catalogue(
    locations=(Listed(number="4", name="Main"),),
    practitioners=(
        Listed(number="11", name="Whitfield, Dana RN"),
        Listed(number="12", name="Rivera, A."),
        Listed(number="13", name="Rivera, Benita", active=False),
    ),
    rooms=(Listed(number="21", name="ROOM 1"), Listed(number="22", name="Op 2")),
    services=tuple(
        ListedService(number=f"{count}", name=one.name.upper()) for count, one in enumerate(PRACTICE.services, 31)
    ),
)


def numbers_of(kind: Mapped, catalogue: Catalogue = LISTED) -> dict[str, str | None]:
    return {tie.id: tie.number for tie in proposed(catalogue, PRACTICE, MANIFEST)[kind]}


def test_people_are_tied_by_family_name_and_first_letter_whatever_the_order_and_title() -> None:
    assert list(numbers_of(Mapped.PRACTITIONERS).values()) == ["11", "12"]


def test_two_that_might_be_meant_are_left_to_a_person_and_named() -> None:
    twins = replace(
        LISTED,
        practitioners=(Listed(number="11", name="Whitfield, Dana"), Listed(number="15", name="Whitfield, Dan")),
    )

    tie = proposed(twins, PRACTICE, MANIFEST)[Mapped.PRACTITIONERS][0]
    alone = proposed(replace(twins, practitioners=twins.practitioners[1:]), PRACTICE, MANIFEST)

    assert tie.number is None
    assert tie.others == ("11 Whitfield, Dana", "15 Whitfield, Dan")
    assert alone[Mapped.PRACTITIONERS][1].number is None


def test_the_file_is_yaml_that_holds_what_is_tied_and_tells_the_rest() -> None:
    text = written(proposed(LISTED, PRACTICE, MANIFEST), MANIFEST)

    read = yaml.safe_load(text)
    assert list(read["providers"].values()) == [11, 12]
    assert next(iter(read["rooms"].values())) == [21]
    assert list(read["services"].values()) == [31, 32]
    assert "is not there by that name" in text


def test_a_number_that_is_gone_there_is_found() -> None:
    numbers = {"providers": {"dana": 11, "alex": 13}, "rooms": {"room-1": [21, 29]}, "services": {}}

    assert list(unknown_numbers(LISTED, numbers, MANIFEST)) == [("alex", "13"), ("room-1", "29")]
