"""JSON lines as `frontdesk understand` reads them: each an object with a text, of which every key is known."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

Line = Mapping[str, object]


class Unreadable(Exception):
    """What is wrong with a line, and what it should be."""


def answers(lines: Iterable[str], answer: Callable[[str], dict[str, object]]) -> Iterator[dict[str, object]]:
    """The answer to each line as it comes; {"error"} to one that cannot be read."""
    for line in lines:
        if not line.strip():
            continue
        try:
            yield answer(line)
        except Unreadable as fault:
            yield {"error": str(fault)}
        except Exception as fault:  # the edge of the command: the lines after it are answered all the same
            yield {"error": f"the line could not be understood: {type(fault).__name__}; please report it"}


def text_line(line: str, keys: frozenset[str]) -> tuple[str, Line]:
    """The text of a line, and the whole line. Raises: Unreadable."""
    try:
        given = json.loads(line)
    except json.JSONDecodeError as fault:
        raise Unreadable(f"the line is no JSON: {fault.msg} at character {fault.pos + 1}") from None
    text = given.get("text") if isinstance(given, dict) else None
    if not isinstance(text, str):
        raise Unreadable('the line needs a "text" in quotes, such as {"text": "botox thursday?", "now": "..."}')
    if strange := sorted(set(given) - keys):
        raise Unreadable(f"{', '.join(strange)} is known to no line; a line has {', '.join(sorted(keys))}")
    return text, given


def instant(written: object, name: str) -> datetime:
    """A date and a time in ISO 8601, with an offset where it has one. Raises: Unreadable."""
    try:
        named = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        named = None
    if named is None:
        raise Unreadable(f'"{name}" is {written!r}; write a date and a time such as 2026-05-26T21:47-05:00')
    return named
