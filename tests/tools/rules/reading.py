"""A rule read against a few lines of code."""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from textwrap import dedent

from tools.rules.source import Complaint, Source

Rule = Callable[[Source], Iterable[Complaint]]


def lines_of(rule: Rule, text: str, *, path: str = "src/frontdesk/reception/desk.py") -> list[int]:
    """The lines a rule complains of, in order."""
    source = Source(path=PurePosixPath(path), text=dedent(text).lstrip("\n"))
    return sorted(complaint.line for complaint in rule(source))
