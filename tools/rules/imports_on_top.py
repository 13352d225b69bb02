"""Imports stand at the top: one inside a function hides that a piece lies in the wrong folder."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, dotted


def check(source: Source) -> Iterator[Complaint]:
    """Imports in functions, classes and TYPE_CHECKING blocks of src."""
    if source.path.parts[:2] != ("src", "frontdesk"):
        return
    hidden: dict[ast.stmt, str] = {}
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            hidden |= dict.fromkeys(_imports(node), "inside a function or class")
        elif isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING"):
            hidden |= dict.fromkeys(_imports(node), "under TYPE_CHECKING")
    for found, where in hidden.items():
        yield source.complain(
            found, f"an import {where}; move it to the top, or the piece that needs it to its right folder"
        )


def _imports(node: ast.AST) -> Iterator[ast.stmt]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom))
