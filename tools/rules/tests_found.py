"""What a test takes from another test's file is there: the type checker does not read tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.rules.source import Complaint, Source

ROOT = Path(__file__).resolve().parents[2]


def check(source: Source) -> Iterator[Complaint]:
    """Imports from `tests` and `tools` in tests that name no file of the checkout."""
    if source.path.parts[:1] != ("tests",):
        return
    for node in source.nodes:
        if not isinstance(node, ast.ImportFrom) or not node.module or node.level:
            continue
        if node.module.partition(".")[0] in {"tests", "tools"} and not _is_there(node.module):
            yield source.complain(node, f"`{node.module}` is no file here; name the one that has it")


def _is_there(module: str) -> bool:
    at = ROOT.joinpath(*module.split("."))
    return at.with_suffix(".py").is_file() or at.is_dir()
