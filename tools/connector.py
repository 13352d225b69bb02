"""Starts a connector as a copy of the skeleton: `python -m tools.connector NAME`, or `make connector name=NAME`."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.rules.connector_shape import BEGUN

ROOT = Path(__file__).resolve().parent.parent
SKELETON = ROOT / "tools" / "connector_skeleton"
NAME = re.compile(r"[a-z][a-z0-9]{1,30}")
SIMULATED = ("simulator.py", "SIMULATOR.md", "test_simulator.py")
"""What comes with a simulated system; where one is there already, it is another hand's and whole."""


class CannotStart(Exception):
    """The text says what to do instead."""


def start(name: str, root: Path) -> tuple[Path, Path]:
    """The folder of the new connector, and that of its tests. A simulator that is there already is kept as it is.

    Raises: CannotStart.
    """
    if not NAME.fullmatch(name):
        raise CannotStart(f"name={name!r}; lower-case letters and digits are needed, like: make connector name=acme")
    folder, tests = root / "src/frontdesk/systems" / name, root / "tests/systems" / name
    simulated = (folder / "simulator.py").is_file() and not any((folder / begun).exists() for begun in BEGUN)
    for path in (folder, tests):
        if path.exists() and not simulated:
            raise CannotStart(f"{path.relative_to(root)} exists already; choose another name, or go on there")
    for source, target in ((SKELETON / "connector", folder), (SKELETON / "tests", tests)):
        for path in _written(source):
            copy = target / path.relative_to(source)
            if not copy.exists() and not (simulated and path.name in SIMULATED):
                copy.parent.mkdir(parents=True, exist_ok=True)
                text = path.read_text(encoding="utf-8")
                copy.write_text(text.replace("skeleton", name).replace("Skeleton", name.capitalize()), encoding="utf-8")
    return folder, tests


def _written(folder: Path) -> Iterator[Path]:
    """The files of a folder that somebody wrote."""
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def main(arguments: Sequence[str]) -> int:
    """0 when the copy stands."""
    try:
        folder, tests = start(arguments[0] if arguments else "", ROOT)
    except CannotStart as why:
        print(f"connector: {why}", file=sys.stderr)
        return 2
    print(f"{folder.relative_to(ROOT)} and {tests.relative_to(ROOT)} stand, and pass `make check`.")
    print("Begin with manifest.toml, then mapping.py and its test with a published payload; system.py comes last.")
    print("docs/connectors.md goes through it file by file.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
