"""Starts a connector as a copy of the skeleton: `python -m tools.connector NAME`, or `make connector name=NAME`."""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKELETON = ROOT / "tools" / "connector_skeleton"
NAME = re.compile(r"[a-z][a-z0-9]{1,30}")


class CannotStart(Exception):
    """The text says what to do instead."""


def start(name: str, root: Path) -> tuple[Path, Path]:
    """The folder of the new connector, and that of its tests.

    Raises: CannotStart.
    """
    if not NAME.fullmatch(name):
        raise CannotStart(f"name={name!r}; lower-case letters and digits are needed, like: make connector name=acme")
    folder, tests = root / "src/frontdesk/systems" / name, root / "tests/systems" / name
    for path in (folder, tests):
        if path.exists():
            raise CannotStart(f"{path.relative_to(root)} exists already; choose another name, or go on there")
    for source, target in ((SKELETON / "connector", folder), (SKELETON / "tests", tests)):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        for path in filter(Path.is_file, target.rglob("*")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("skeleton", name).replace("Skeleton", name.capitalize()), encoding="utf-8")
    return folder, tests


def main(arguments: Sequence[str]) -> int:
    """0 when the copy stands."""
    try:
        folder, tests = start(arguments[0] if arguments else "", ROOT)
    except CannotStart as why:
        print(f"connector: {why}", file=sys.stderr)
        return 2
    print(f"{folder.relative_to(ROOT)} and {tests.relative_to(ROOT)} stand, and pass `make check`.")
    print("Begin with manifest.toml, then mapping.py and its test with a published payload; system.py comes last.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
