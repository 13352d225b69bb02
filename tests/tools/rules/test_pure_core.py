import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.pure_core import check


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "from os import environ",
        "import structlog",
        "id = uuid4()",
        'open("rules.yaml")',
        "print(slot)",
    ],
)
@pytest.mark.parametrize("folder", ["domain", "scheduling", "dialogue", "compliance", "outcomes"])
def test_the_core_sees_only_its_arguments(line: str, folder: str) -> None:
    assert lines_of(check, line, path=f"src/frontdesk/{folder}/offers.py") == [1]


def test_reception_may_do_all_of_that() -> None:
    assert lines_of(check, "import asyncio\nimport structlog\nid = uuid4()") == []


def test_times_and_zones_are_values() -> None:
    assert (
        lines_of(check, "from datetime import time\nfrom zoneinfo import ZoneInfo", path="src/frontdesk/domain/a.py")
        == []
    )
