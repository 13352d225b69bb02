"""Runs every check, in the order of their speed, and tells what failed: `python -m tools.check`."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = tuple(folder for folder in ("src", "tools", "tests", "benchmarks") if (ROOT / folder).is_dir())
CHECKS = (
    (
        "formatting",
        ("ruff", "format", "--check", "--output-format=concise", *CODE),
        "`.venv/bin/ruff format .` writes it so",
    ),
    (
        "lint",
        ("ruff", "check", "--quiet", "--output-format=concise", *CODE),
        "each line above names its rule; `ruff rule NAME` explains one",
    ),
    ("our own rules", ("python", "-m", "tools.rules"), "each line above says what to do instead"),
    ("the docs", ("python", "-m", "tools.docs", "--only-check"), "each line above names what does not exist"),
    ("the one direction of imports", ("lint-imports", "--no-cache"), "docs/style.md draws the folders"),
    ("types", ("mypy",), "each line above says what does not fit"),
)


def main() -> int:
    """0 when all hold. All of them run, so that one round shows everything."""
    failed: list[str] = []
    for name, (program, *arguments), hint in CHECKS:
        begun = time.monotonic()
        ran = subprocess.run((BIN / program, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{'ok  ' if ran.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        if ran.returncode != 0:
            print(ran.stdout + ran.stderr + f"  {hint}\n")
            failed.append(name)
    print(f"not yet: {', '.join(failed)}" if failed else "all checks hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
