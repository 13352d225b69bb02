"""Everything is caught at four edges only (a request, a job, a call, a command); elsewhere say what is expected."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, called, dotted

EVERYTHING = {"Exception", "BaseException"}


def check(source: Source) -> Iterator[Complaint]:
    """`except Exception`, a bare `except` and `suppress(Exception)` in src, unless all is raised again."""
    if source.path.parts[:2] != ("src", "frontdesk"):
        return
    says = "catches everything; name what can be raised. An edge (request, job, call, command) stands in allowed.toml"
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _raises_again(node):
            yield source.complain(node, says)
        if (
            isinstance(node, ast.Call)
            and called(node).endswith("suppress")
            and set().union(*map(_names, node.args)) & EVERYTHING
        ):
            yield source.complain(node, says)


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_names(handler.type) & EVERYTHING)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _names(expression: ast.expr) -> set[str]:
    listed = expression.elts if isinstance(expression, ast.Tuple) else [expression]
    return {dotted(one) for one in listed}
