import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.telling_names import check


@pytest.mark.parametrize(
    "path", ["src/frontdesk/web/utils.py", "src/frontdesk/common/dates.py", "tests/date_helpers.py"]
)
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert lines_of(check, "", path=path) == [1]


def test_a_class_is_named_for_what_it_is() -> None:
    assert lines_of(check, "class BookingManager:\n    pass\n\nclass Database:\n    pass\n") == [1]


def test_a_word_inside_another_word_does_not_count() -> None:
    assert lines_of(check, "", path="src/frontdesk/storage/database.py") == []
