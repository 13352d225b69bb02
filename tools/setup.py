"""Makes .venv what a lock says: `python3 tools/setup.py run|dev|voice`. Needs Python 3.11 or newer, and nothing else.

Does nothing when the lock has not changed since. May be stopped at any moment: an installation that
did not finish is known by its mark and begun anew. Two at once wait for each other.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
HOLDS = {"run": ("run",), "dev": ("run", "dev"), "voice": ("run", "voice")}
"""Which locks a lock fulfils: everything in run.txt stands in the others too."""


class CannotSetUp(Exception):
    """The text says what is missing and how to get it."""


def set_up(lock: str, root: Path = ROOT) -> None:
    """Bring .venv to a lock, unless it is there already."""
    venv = root / ".venv"
    if stands(venv, lock, root):
        return
    turn = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stands(venv, lock, root):
            return
        unfinished = venv / "unfinished"
        if unfinished.exists() or not works(venv / "bin" / "python"):
            make_venv(venv)
        unfinished.touch()
        print(f"Installing requirements/{lock}.txt and Frontdesk into .venv ...", flush=True)
        install(venv / "bin" / "python", lock, root)
        for held in HOLDS[lock]:
            (venv / f"installed-{held}").write_text(fingerprint(held, root))
        unfinished.unlink()
    finally:
        os.close(turn)


def stands(venv: Path, lock: str, root: Path) -> bool:
    """Whether this very lock was installed to its end."""
    stamp = venv / f"installed-{lock}"
    return not (venv / "unfinished").exists() and stamp.exists() and stamp.read_text() == fingerprint(lock, root)


def fingerprint(lock: str, root: Path) -> str:
    """What the installation depends on: the lock, the project's own metadata and where the checkout lies."""
    parts = ((root / "requirements" / f"{lock}.txt").read_bytes(), (root / "pyproject.toml").read_bytes())
    return hashlib.sha256(b"\0".join((*parts, os.fsencode(root)))).hexdigest()


def works(python: Path) -> bool:
    """Whether a virtual environment's Python starts and has pip."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def make_venv(venv: Path) -> None:
    """An empty virtual environment, in place of whatever lies there."""
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(venv, ignore_errors=True)
        raise CannotSetUp(
            f"{sys.executable} cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv\n"
            + made.stdout
            + made.stderr
        )


def install(python: Path, lock: str, root: Path) -> None:
    """Install what a lock names, each file checked by its hash, then the project itself from src/.

    The lock is complete, so pip resolves nothing (--no-deps); only wheels, so nothing is compiled; and
    byte code is left to the first import, which halves the time. The build backend is in the lock too:
    the last step needs no network.
    """
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--no-compile", "--no-deps")
    wanted = str(root / "requirements" / f"{lock}.txt")
    own = ("--no-index", "--no-build-isolation", "--editable", str(root))
    for step in ((*pip, "--require-hashes", "--only-binary=:all:", "-r", wanted), (*pip, *own)):
        if subprocess.run(step, check=False, cwd=root).returncode != 0:
            raise CannotSetUp("pip stopped; its reason stands above. Run the same command again to begin anew.")


def right_python() -> str | None:
    """A Python new enough, where this one is not; None when this one will do.

    Raises: CannotSetUp when there is none.
    """
    if sys.version_info >= OLDEST:
        return None
    for name in NEWER:
        if found := shutil.which(name):
            return found
    raise CannotSetUp(f"Python {sys.version.split()[0]} is too old; 3.11 or newer is needed. Set PYTHON=... for make.")


def main(arguments: list[str]) -> int:
    """0 when everything stands; 1 with one line that says what to do."""
    if len(arguments) != 1 or arguments[0] not in HOLDS:
        print("usage: python3 tools/setup.py run|dev|voice", file=sys.stderr)
        return 2
    try:
        if other := right_python():
            os.execv(other, [other, __file__, *arguments])
        set_up(arguments[0])
    except CannotSetUp as why:
        print(f"setup: {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: stopped. Run the same command again to begin anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
