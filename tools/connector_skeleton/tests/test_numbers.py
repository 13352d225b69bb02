import pytest

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import PractitionerId, RoomId
from frontdesk.standards.document import DocumentWrong
from frontdesk.systems import manifest
from frontdesk.systems.skeleton.numbers import read_numbers


def test_the_file_of_numbers_is_read_by_our_short_names() -> None:
    numbers = read_numbers({"practitioners": {"dr-lane": 4}, "rooms": {"treatment": [5, 6]}})

    assert numbers.practitioners == {PractitionerId("dr-lane"): 4}
    assert numbers.rooms == {RoomId("treatment"): (5, 6)}


def test_every_word_that_the_manifest_maps_is_read() -> None:
    words = manifest.connector("skeleton")[0].maps.values()

    read = read_numbers({word: {"ours": 1} for word in words})

    assert all((read.locations, read.practitioners, read.rooms, read.services))


def test_a_word_that_is_not_known_is_told() -> None:
    with pytest.raises(DocumentWrong, match="chairs"):
        read_numbers({"chairs": {"one": 1}})


def test_a_number_of_theirs_belongs_to_one_of_ours() -> None:
    with pytest.raises(Impossible, match="practitioner 4 is given to two"):
        read_numbers({"practitioners": {"dr-lane": 4, "dr-osei": 4}})
