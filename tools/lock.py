"""Pins in requirements/ what pyproject.toml asks for: voice first, what runs within it, the rest around that.

A pin that still fits is kept; `--upgrade` looks for newer ones. Each lock is complete for every Python
from 3.11 on and every platform, and names every file by its hash.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.rules.locks import faults_of

ROOT = Path(__file__).resolve().parent.parent
ORDER = (
    ("voice", ("--extra", "voice")),
    ("run", ("--constraint", "requirements/voice.txt")),
    ("model", ("--extra", "model", "--constraint", "requirements/run.txt")),
    ("dev", ("--extra", "dev", "--extra", "model", "--extra", "voice", "--constraint", "requirements/model.txt")),
)


def main(arguments: Sequence[str]) -> int:
    """0 when all locks are written and clean."""
    faults: list[str] = []
    for name, wanted in ORDER:
        target = f"requirements/{name}.txt"
        print(f"{target} ...", flush=True)
        command = ["uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-header", *wanted, *arguments]
        command += ["--override", "requirements/left-out.in"]
        command += ["pyproject.toml", "requirements/build.in", "--output-file", target]
        uv = Path(sys.executable).parent / "uv"
        if subprocess.run([uv, *command[1:]], check=False, cwd=ROOT).returncode != 0:
            return 1
        faults += [f"{target}:{line}: {why}" for line, why in faults_of((ROOT / target).read_text())]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
