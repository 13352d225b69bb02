"""The file that says which of Open Dental's numbers are ours: as the documentation shows it, and what it refuses."""

import re
from pathlib import Path

import pytest
import yaml

from frontdesk.domain.faults import Impossible
from frontdesk.standards.document import DocumentWrong
from frontdesk.systems.opendental.numbers import Provider, read_numbers

DOCS = Path(__file__).parents[3] / "docs" / "systems" / "opendental.md"


def test_the_worked_example_of_the_documentation_is_read() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)

    numbers = read_numbers(yaml.safe_load(example))

    assert numbers.practitioners["dr-osei"] == Provider(number=4)
    assert numbers.practitioners["robin-vale"] == Provider(number=2, hygienist=True)
    assert numbers.rooms["treatment"] == (5, 6)
    assert numbers.room_of(6) == ("treatment", 2)
    assert (numbers.service_of(2), numbers.clinics["main-street"]) == ("cleaning", 7)


def test_what_is_not_a_number_is_told_with_its_place() -> None:
    with pytest.raises(DocumentWrong, match="dr-lane"):
        read_numbers({"providers": {"dr-lane": "one"}})
    with pytest.raises(DocumentWrong, match="chairs"):
        read_numbers({"chairs": {"room-1": 1}})


def test_a_number_that_stands_twice_is_refused() -> None:
    with pytest.raises(Impossible, match="OperatoryNum 5"):
        read_numbers({"rooms": {"room-1": [5], "room-2": [6, 5]}})
