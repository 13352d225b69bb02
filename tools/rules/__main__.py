"""Runs every rule over every tracked file: `python -m tools.rules`."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from tools.rules import (
    commit_at_the_edge,
    connector_shape,
    imports_on_top,
    locks,
    narrow_except,
    no_machine,
    one_clock,
    plain_logs,
    pure_core,
    short_files,
    sql_in_storage,
    telling_names,
    tests_found,
    told_types,
)
from tools.rules.allowed import left_over, read_allowances
from tools.rules.source import Complaint, Source

ROOT = Path(__file__).resolve().parents[2]
RULES: dict[str, Callable[[Source], Iterable[Complaint]]] = {
    "commit-at-the-edge": commit_at_the_edge.check,
    "imports-on-top": imports_on_top.check,
    "locks": locks.check,
    "narrow-except": narrow_except.check,
    "no-machine": no_machine.check,
    "one-clock": one_clock.check,
    "plain-logs": plain_logs.check,
    "pure-core": pure_core.check,
    "short-files": short_files.check,
    "sql-in-storage": sql_in_storage.check,
    "telling-names": telling_names.check,
    "tests-found": tests_found.check,
    "told-types": told_types.check,
}


def tracked(root: Path) -> Iterator[Source]:
    """Every text file that git tracks, or would track if it were added."""
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=root,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in sorted(filter(None, listed.split("\0"))):
        path = root / name
        if path.is_file() and not path.is_symlink():
            try:
                yield Source(path=PurePosixPath(name), text=path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue


def complaints(root: Path) -> Iterator[Complaint]:
    """All that the rules say of a checkout, before anything is allowed."""
    for source in tracked(root):
        for name, rule in RULES.items():
            try:
                yield from (replace(found, rule=name) for found in rule(source))
            except SyntaxError as fault:
                yield Complaint(
                    path=source.path, line=fault.lineno or 1, rule=name, says="Python cannot read this file"
                )
                break
    yield from (replace(found, rule="connector-shape") for found in connector_shape.check(root))


def main() -> int:
    """0 when nothing is left to change; advice does not count."""
    found = list(left_over(complaints(ROOT), read_allowances(ROOT)))
    for complaint in sorted(found, key=lambda one: (one.path, one.line)):
        print(complaint)
    wrong = sum(not complaint.advice for complaint in found)
    print(f"{wrong} to change" if wrong else "our own rules hold")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
