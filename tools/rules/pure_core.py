"""The core is arithmetic: no input, output, clock, chance or log of its own."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, called

CORE = {"domain", "scheduling", "dialogue", "compliance", "outcomes", "intake"}
NEVER = {
    "asyncio": "waiting is reception's",
    "logging": "what happened is told by what is returned",
    "os": "input and output are the edges'",
    "pathlib": "files are read at the edges",
    "psycopg": "rows are storage's",
    "random": "take what chance decides as an argument",
    "secrets": "take new ids and tokens as arguments",
    "socket": "input and output are the edges'",
    "structlog": "what happened is told by what is returned",
    "subprocess": "input and output are the edges'",
    "tempfile": "files are written at the edges",
    "threading": "there is nothing to wait for in arithmetic",
    "time": "take `now` as an argument",
}
MAKES_IDS = {"uuid1", "uuid4", "uuid6", "uuid7", "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7"}


def check(source: Source) -> Iterator[Complaint]:
    """Imports and calls in the core by which it would see or change more than its arguments."""
    if source.folder not in CORE:
        return
    for node in source.nodes:
        for module in _imported(node):
            if module in NEVER:
                yield source.complain(node, f"`{module}` in the core; {NEVER[module]}")
        if called(node) in MAKES_IDS:
            yield source.complain(node, "a new id in the core; take it as an argument (`ports.clock.NewId`)")
        if called(node) in {"open", "print", "input"}:
            yield source.complain(node, f"{called(node)}() in the core; input and output are the edges'")
        if isinstance(node, ast.Global):
            yield source.complain(node, "`global` in the core; take the value as an argument and return the new one")


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]
