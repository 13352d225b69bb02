import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.narrow_except import check


@pytest.mark.parametrize("caught", ["except Exception:", "except:", "except (ValueError, BaseException):"])
def test_catching_everything_is_found(caught: str) -> None:
    assert lines_of(check, f"try:\n    answer()\n{caught}\n    pass\n") == [3]


def test_suppressing_everything_is_found() -> None:
    assert lines_of(check, "with contextlib.suppress(OSError, Exception):\n    answer()\n") == [1]


def test_what_is_raised_again_may_be_caught() -> None:
    assert lines_of(check, "try:\n    answer()\nexcept BaseException:\n    close()\n    raise\n") == []


def test_naming_the_fault_is_as_it_should_be() -> None:
    assert lines_of(check, "try:\n    answer()\nexcept Unreachable:\n    again()\n") == []
