"""A module says what is inside. A name that fits anything tells nobody where to look."""

import ast
from collections.abc import Iterator

from tools.rules.source import Complaint, Source

TELLS_NOTHING = {
    one
    for word in ("base", "common", "handler", "helper", "manager", "misc", "processor", "shared", "util", "utility")
    for one in (word, f"{word}s")
} | {"bases", "utilities"}
CLASS_ENDINGS = ("Base", "Handler", "Helper", "Manager", "Processor", "Util", "Utils")


def check(source: Source) -> Iterator[Complaint]:
    """Files, folders and classes with a name that says nothing."""
    if source.path.suffix != ".py":
        return
    for part in source.path.with_suffix("").parts:
        for word in set(part.lower().split("_")) & TELLS_NOTHING:
            yield source.complain(
                1, f'"{word}" in `{part}` says nothing; name what it does, or put it where it is used'
            )
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and node.name.endswith(CLASS_ENDINGS):
            yield source.complain(node, f"`{node.name}` does not say what it is; name the thing, or write a function")
