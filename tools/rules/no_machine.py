"""A tracked file names no machine: no package registry, no path of whoever wrote it."""

import re
from collections.abc import Iterator
from pathlib import Path

from tools.rules.source import Complaint, Source

ROOT = Path(__file__).resolve().parents[2]
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "npmjs" + ".org/-/",
    "deb.debian" + ".org",
)
MACHINE = re.compile(r"(?<![\w.$}{~)/-])/(?:root|home/\w+|Users/\w+|opt/wheels|opt/pypi)(?![\w-])")


def check(source: Source) -> Iterator[Complaint]:
    """Registry hosts, somebody's home, and the place where this checkout lies."""
    own = re.compile(re.escape(str(ROOT)) + r"(?![\w-])")
    for number, line in enumerate(source.lines, start=1):
        for host in REGISTRIES:
            if host in line:
                yield source.complain(
                    number, f"{host} is one registry among many; name packages, pip's settings name the place"
                )
        if len(ROOT.parts) > 2 and own.search(line):
            yield source.complain(number, "the path of this checkout; write it relative to the checkout")
        elif MACHINE.search(line):
            yield source.complain(
                number, "a path of one machine; take it from a setting, or write it relative to the checkout"
            )
