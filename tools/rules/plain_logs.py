"""A log line is a fixed sentence with ids in fields; no patient in it, nor in an exception's text."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, dotted

LOGS = {"log", "_log", "logger", "_logger"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
OF_A_PATIENT = {
    "address",
    "answers",
    "birth_date",
    "body",
    "born",
    "dob",
    "email",
    "family",
    "given",
    "message",
    "patient_name",
    "payload",
    "phone",
    "said",
    "subject",
    "text",
    "words",
}


def check(source: Source) -> Iterator[Complaint]:
    """Log calls whose message is built, or whose fields are a patient's; exception texts that quote a patient."""
    if source.path.parts[:2] != ("src", "frontdesk"):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and _is_log(node.func):
            yield from _of_log(source, node)
        if isinstance(node, ast.Raise) and node.exc is not None:
            for name in _quoted(node.exc):
                yield source.complain(
                    node, f"an exception's text quotes `{name}`; name ids, never what a patient is or says"
                )


def _is_log(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
        return False
    return dotted(function.value).rpartition(".")[2] in LOGS


def _of_log(source: Source, call: ast.Call) -> Iterator[Complaint]:
    fixed = len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    if not fixed:
        yield source.complain(
            call, 'a log message is one fixed sentence; put ids in fields: log.info("hold expired", appointment=id)'
        )
    for field in call.keywords:
        if field.arg is None:
            yield source.complain(call, "name each field of a log line; `**` may carry a patient into it")
        elif field.arg in OF_A_PATIENT:
            yield source.complain(call, f"the field `{field.arg}` may hold a patient; log ids only")
        else:
            for name in _attributes(field.value) & OF_A_PATIENT:
                yield source.complain(call, f"the field `{field.arg}` shows `{name}`; log ids only")


def _quoted(raised: ast.expr) -> set[str]:
    inserted = (node.value for node in ast.walk(raised) if isinstance(node, ast.FormattedValue))
    return {name for value in inserted for name in _attributes(value)} & OF_A_PATIENT


def _attributes(value: ast.expr) -> set[str]:
    return {node.attr for node in ast.walk(value) if isinstance(node, ast.Attribute)}
