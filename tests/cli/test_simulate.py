"""`frontdesk simulate` refuses what it cannot live through before anything is begun."""

from pathlib import Path

import pytest
from tests.cli.command import run, told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--practice", "elsewhere"), "'smile'"),
        (("--months", "0"), "0.1<=x<=24"),
        (("--missed", "0.5"), "0.1<=x<=0.38"),
    ],
)
def test_what_is_out_of_range_is_told(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    assert says in " ".join(told(run(tmp_path, "simulate", *arguments)))
