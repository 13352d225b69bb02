"""Other people's libraries, measured beside ours: installed below `build/`; the desk itself needs none of them."""

import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / "build"


def installed(peers: Mapping[str, Sequence[str]], home: Path) -> list[str]:
    """Those of the peers that are, or could be, installed into the venv at `home`; the others are named on stderr."""
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    kept = []
    for peer, packages in peers.items():
        done = home / f"{peer}.done"
        if not done.exists():
            command = (str(python), "-m", "pip", "install", "--quiet", *packages)
            if subprocess.run(command, check=False, capture_output=True).returncode:
                print(f"{peer} could not be installed, and is left out", file=sys.stderr)
                continue
            done.touch()
        kept.append(peer)
    return kept


def packages_of(home: Path) -> Path:
    """The folder that a process of the same Python adds to its path to import what was installed there."""
    return home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
