"""Finds a Node.js for the tests that exchange messages with programs in it, and gets one where it can.

`python -m tools.node`. The programs come from npm, pinned with their hashes in tests/wire/node_mllp/package-lock.json.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "tests" / "wire" / "node_mllp"
INSTALLED = ROOT / "build" / "node_mllp"

MISSING = """\
*************************************************************************************************
  NO NODE.JS WITH NPM ON THIS MACHINE, or npm reaches no packages: the tests that exchange
  messages with programs in it will be SKIPPED. To run them, as root: apt-get install nodejs npm
*************************************************************************************************"""


def find(installed: Path = INSTALLED) -> Path | None:
    """The folder with the programs and what they need, made ready where it was not; None where it cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    installed.mkdir(parents=True, exist_ok=True)
    turn = os.open(installed, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return installed if stands(installed) or install(npm, installed) else None
    finally:
        os.close(turn)


def stands(installed: Path) -> bool:
    """Whether these very programs were installed to their end."""
    stamp = installed / "installed"
    return stamp.exists() and stamp.read_text() == fingerprint()


def install(npm: str, installed: Path) -> bool:
    """Whether npm put everything there, each package checked by its hash; scripts of packages are not run."""
    for file in PEERS.iterdir():
        shutil.copy(file, installed / file.name)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    if subprocess.run((npm, "ci", *quietly), cwd=installed, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        return False
    (installed / "installed").write_text(fingerprint())
    return True


def fingerprint() -> str:
    """What an installation depends on."""
    parts = [file.name.encode() + b"\0" + file.read_bytes() for file in sorted(PEERS.iterdir())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def install_from_debian() -> None:
    """Node.js and npm from Debian's own packages; only root may."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", "nodejs", "npm")):
        subprocess.run(
            ("apt-get", *step), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )


def main() -> int:
    """0 always: a machine without Node.js still runs every other test, and is told so loudly."""
    if find():
        return 0
    if not (shutil.which("node") and shutil.which("npm")) and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Getting a Node.js for the tests of HL7 ...", flush=True)
        install_from_debian()
    if not find():
        print(MISSING, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
