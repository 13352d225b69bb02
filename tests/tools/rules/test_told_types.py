import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.told_types import check


@pytest.mark.parametrize(
    "line", ["from typing import Any, Protocol", "row: typing.Any", 'getattr(row, "name")', "hasattr(row, name)"]
)
def test_a_hidden_type_is_found(line: str) -> None:
    assert lines_of(check, line) == [1]


def test_object_and_protocols_are_as_they_should_be() -> None:
    assert lines_of(check, "from typing import Protocol\nrow: dict[str, object]\nany(rows)\n") == []
