"""Whoever opens a transaction ends it, and none spans a call to somebody else's system."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, called, dotted

ENDS = {"commit", "rollback", "set_autocommit"}
OPENS = {"transaction", "practice"}
OUTSIDE = {"system", "carrier", "post_office", "office", "http", "client"}
"""What others run, by the names it goes by in our code."""


def check(source: Source) -> Iterator[Complaint]:
    """Commits by hand, transactions opened inside another, and calls to the world within one."""
    if source.path.parts[:2] != ("src", "frontdesk"):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and _last(called(node)) in ENDS and "." in called(node):
            yield source.complain(
                node, f"{called(node)}() by hand; open `storage.practice(...)` or `turn.transaction()` at the edge"
            )
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_given_db(node):
            for opened in _opened(node):
                yield source.complain(opened, "this function was given a transaction; do not open another inside it")
        if isinstance(node, ast.AsyncWith) and any(_opens(entered.context_expr) for entered in node.items):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Await) and _owners(called(inner.value)) & OUTSIDE:
                    yield source.complain(
                        inner,
                        f"{called(inner.value)}() inside a transaction; end it first, then ask, then open the next",
                    )


def _opened(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AsyncWith]:
    for node in ast.walk(function):
        if isinstance(node, ast.AsyncWith) and any(_opens(entered.context_expr) for entered in node.items):
            yield node


def _opens(expression: ast.expr) -> bool:
    name = called(expression)
    return "." in name and _last(name) in OPENS


def _is_given_db(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return any(argument.annotation is not None and dotted(argument.annotation) == "Db" for argument in given)


def _owners(name: str) -> set[str]:
    return {part.lstrip("_") for part in name.split(".")[:-1]}


def _last(name: str) -> str:
    return name.rpartition(".")[2]
