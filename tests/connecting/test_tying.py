"""Names of the practice beside those a system lists."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import yaml
from tests.clinic import a_practice

from frontdesk.connecting.tying import proposed, unknown_names, unknown_numbers, untied, with_places, written
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
    return {tie.id: tie.number for tie in proposed(catalogue, PRACTICE, MANIFEST, {})[kind]}


def file_of(catalogue: Catalogue, kept: Mapping[str, object], manifest: Manifest = MANIFEST) -> str:
    ties = proposed(catalogue, PRACTICE, manifest, kept)
    return written(ties, manifest, rest=untied(catalogue, ties), kept=kept, lists=True)


def test_people_are_tied_by_family_name_and_first_letter_whatever_the_order_and_title() -> None:
    assert list(numbers_of(Mapped.PRACTITIONERS).values()) == ["11", "12"]


def test_two_that_might_be_meant_are_left_to_a_person_and_named() -> None:
    twins = replace(
        LISTED,
        practitioners=(Listed(number="11", name="Whitfield, Dana"), Listed(number="15", name="Whitfield, Dan")),
    )

    tie = proposed(twins, PRACTICE, MANIFEST, {})[Mapped.PRACTITIONERS][0]
    alone = proposed(replace(twins, practitioners=twins.practitioners[1:]), PRACTICE, MANIFEST, {})

    assert tie.number is None
    assert tie.others == ("11 Whitfield, Dana", "15 Whitfield, Dan")
    assert alone[Mapped.PRACTITIONERS][1].number is None


def test_the_file_is_yaml_that_holds_what_is_tied_and_tells_the_rest() -> None:
    text = file_of(LISTED, {})

    read = yaml.safe_load(text)
    assert list(read["providers"].values()) == [11, 12]
    assert next(iter(read["rooms"].values())) == [21]
    assert list(read["services"].values()) == [31, 32]
    assert "is not there by that name" in text


def test_a_number_that_is_gone_there_is_found() -> None:
    numbers = {"providers": {"dana": 11, "alex": 13}, "rooms": {"room-1": [21, 29]}, "services": {}}

    assert list(unknown_numbers(LISTED, numbers, MANIFEST)) == [("alex", "13"), ("room-1", "29")]


def test_the_file_says_how_long_a_service_takes_here_and_there_who_does_it_and_what_is_nobodys() -> None:
    first, second = LISTED.services
    told = replace(
        LISTED,
        services=(
            replace(first, length=timedelta(minutes=50), practitioners=("12",), bookable=False),
            replace(second, length=PRACTICE.services[1].length),
            ListedService(number="39", name="Massage", length=timedelta(minutes=80)),
        ),
    )

    lines = {line.split(":")[0].strip(): line for line in file_of(told, {}).splitlines()}

    assert " min here, 50 min there; by " in lines[PRACTICE.services[0].id]
    assert "; there by Rivera, A.; not open to patients online there" in lines[PRACTICE.services[0].id]
    assert "there" not in lines[PRACTICE.services[1].id]
    assert lines["# not ours, and not booked by the assistant"].endswith(": 39 Massage, 80 min")


def test_what_a_person_tied_before_stays_and_so_does_all_else_they_wrote() -> None:
    dana, alex = (one.id for one in PRACTICE.practitioners)
    room = PRACTICE.rooms[0].id
    kept = {"providers": {dana: 19}, "hygienists": {alex: 12}, "rooms": {room: [21, 22]}}

    read = yaml.safe_load(file_of(LISTED, kept))

    assert read["providers"] == {dana: 19}
    assert read["hygienists"] == {alex: 12}
    assert read["rooms"][room] == [21, 22]


def test_a_number_that_yaml_would_take_for_something_else_stands_in_quotes() -> None:
    odd = replace(
        LISTED, practitioners=(Listed(number="NO", name="Dana Whitfield"), Listed(number="007", name="A. Rivera"))
    )

    assert list(yaml.safe_load(file_of(odd, {}))["providers"].values()) == ["NO", "007"]


def test_devices_are_tied_among_what_the_system_calls_rooms() -> None:
    mindbody = connector("mindbody")[0]
    laser = PRACTICE.devices[0]
    listed = replace(LISTED, rooms=(*LISTED.rooms, Listed(number="61", name=laser.name)))

    text = file_of(listed, {}, mindbody)

    assert yaml.safe_load(text)["devices"][laser.id] == 61
    assert f"61 {laser.name}" not in text


def test_a_name_that_is_none_of_ours_is_found() -> None:
    numbers = {"providers": {"nobody": 11}, "services": {PRACTICE.services[0].id: 31, "botoxx": 32}}

    assert list(unknown_names(PRACTICE, numbers, MANIFEST)) == [
        ("nobody", Mapped.PRACTITIONERS),
        ("botoxx", Mapped.SERVICES),
    ]


def test_of_an_id_in_parts_the_last_is_enough() -> None:
    listed = replace(LISTED, practitioners=(Listed(number="urn:blvd:Staff:0c1d", name="Dana Whitfield"),))

    assert list(unknown_numbers(listed, {"providers": {"dana": "0c1d"}}, MANIFEST)) == []
    assert list(unknown_numbers(listed, {"providers": {"dana": "1d"}}, MANIFEST)) == [("dana", "1d")]


def test_places_that_were_found_are_told_to_a_system_that_lists_by_place() -> None:
    place = PRACTICE.locations[0]
    there = replace(LISTED, locations=(Listed(number="4", name=place.name),))

    found = with_places({"clinics": {}}, proposed(there, PRACTICE, MANIFEST, {}), MANIFEST)

    assert found == {"clinics": {place.id: "4"}}
