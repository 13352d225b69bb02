"""A file as a rule sees it, and what a rule has to say of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """One thing to change. `says` tells what to do instead; `advice` does not fail the check."""

    path: PurePosixPath
    line: int
    says: str
    rule: str = ""
    advice: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'(advice) ' if self.advice else ''}{self.says} [{self.rule}]"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A tracked text file. `path` is relative to the checkout."""

    path: PurePosixPath
    text: str

    @property
    def folder(self) -> str:
        """The folder of src/frontdesk it lies in: "storage", "wiring" for wiring.py itself, "" outside src."""
        parts = self.path.parts
        return parts[2].removesuffix(".py") if parts[:2] == ("src", "frontdesk") and len(parts) > 2 else ""

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax of a Python file; None for any other."""
        return ast.parse(self.text) if self.path.suffix == ".py" else None

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of a Python file's syntax; () for any other file."""
        return tuple(ast.walk(self.tree)) if self.tree else ()

    @cached_property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()

    def complain(self, at: ast.AST | int, says: str) -> Complaint:
        """A complaint about a node, or a line."""
        return Complaint(path=self.path, line=at if isinstance(at, int) else line_of(at), says=says)

    def strings(self) -> Iterator[tuple[int, str]]:
        """The line and text of each string that is not a docstring; f-strings with `{}` for what they insert."""
        docs = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        inside = {id(part) for node in self.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in self.nodes:
            if id(node) in docs or id(node) in inside:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node, ast.JoinedStr):
                yield node.lineno, "".join(_shown(part) for part in node.values)


def line_of(node: ast.AST) -> int:
    """The line a node begins on."""
    return int(node.lineno) if isinstance(node, ast.stmt | ast.expr | ast.excepthandler | ast.alias) else 1


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls ("datetime.now"); "" where it is not a plain name."""
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def dotted(node: ast.AST) -> str:
    """A dotted name as written; "" where it is anything else, "().x" parts are left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else node.attr
    return ""


def sql_without_comments(text: str) -> str:
    """SQL with its comments blanked, line by line as before."""
    blocks = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", blocks)


def _shown(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
