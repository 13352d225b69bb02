from tests.tools.rules.reading import lines_of
from tools.rules.imports_on_top import check


def test_an_import_inside_a_function_is_found_once_however_deep() -> None:
    code = """
    class Desk:
        async def answer(self) -> None:
            if self.ready:
                from frontdesk.web import app
    """

    assert lines_of(check, code) == [4]


def test_an_import_under_type_checking_is_found() -> None:
    code = """
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frontdesk.web import app
    """

    assert lines_of(check, code) == [4]


def test_imports_at_the_top_are_as_they_should_be() -> None:
    assert lines_of(check, "import json\n\nfrom frontdesk.domain import time\n") == []
