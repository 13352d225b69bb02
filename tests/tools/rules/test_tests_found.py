import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.tests_found import check


@pytest.mark.parametrize("line", ["from tests.axe import violations", "from tools.rules.gone import check"])
def test_a_file_that_is_not_there_is_named(line: str) -> None:
    assert lines_of(check, line, path="tests/web/test_pages.py") == [1]


@pytest.mark.parametrize("line", ["from tests.web.axe import violations", "from tools.rules import locks"])
def test_what_is_there_may_be_taken(line: str) -> None:
    assert lines_of(check, line, path="tests/web/test_pages.py") == []


def test_the_product_is_the_type_checkers() -> None:
    assert lines_of(check, "from tests.axe import violations", path="src/frontdesk/web/app.py") == []
