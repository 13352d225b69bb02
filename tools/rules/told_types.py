"""A value has a type: `Any`, `getattr` and their like hide it from the reader and from mypy."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, called, dotted

HIDES = {"getattr", "setattr", "delattr", "hasattr", "eval", "exec", "globals", "locals"}


def check(source: Source) -> Iterator[Complaint]:
    """`Any` and attribute access by text in src."""
    if source.path.parts[:2] != ("src", "frontdesk"):
        return
    for node in source.nodes:
        if _is_any(node):
            yield source.complain(node, "`Any` hides a type; use `object` and check it, a Protocol, or the type itself")
        if called(node) in HIDES:
            yield source.complain(
                node, f"{called(node)}() hides what is used; write the attribute, a Protocol or a table"
            )


def _is_any(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in {"typing", "typing_extensions"} and any(alias.name == "Any" for alias in node.names)
    return isinstance(node, ast.Attribute) and dotted(node) in {"typing.Any", "t.Any"}
