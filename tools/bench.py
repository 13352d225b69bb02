"""Runs the measurements of benchmarks/: every file there that has a `main`. `python -m tools.bench [NAME...]`."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

FIRST = ("scheduling", "contention", "campaign")
"""The brain's, in one table: how fast times are found, raced for, and kept whatever crashes."""
ROOT = Path(__file__).resolve().parent.parent


def measurements(folder: Path) -> Iterator[Path]:
    """The files that have a `main` function, by name."""
    for path in sorted(folder.glob("*.py")):
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in ast.parse(path.read_text()).body):
            yield path


def main(names: Sequence[str]) -> int:
    """0 when each ran to its end; 2 when a name is not known."""
    known = {path.stem: path for path in measurements(ROOT / "benchmarks")}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        print(f"No such measurement: {', '.join(unknown)}." if unknown else "benchmarks/ holds no measurement yet.")
        print(f"There are: {', '.join(known)}." if known else "A file there with a `main` function is one.")
        return 2 if unknown else 0
    failed = 0
    for name in names or [*FIRST, *(name for name in known if name not in FIRST)]:
        print(f"\n== {name}", flush=True)
        failed |= subprocess.run((sys.executable, "-m", f"benchmarks.{name}"), cwd=ROOT, check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
