"""Whether the server of a data folder runs, read from the lock file that PostgreSQL itself keeps there."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path

SOCKET = ".s.PGSQL.5432"

_ANSWER_SECONDS = 2
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # PostgreSQL's protocol, 54.7; answered with one letter


def state(data: Path) -> str | None:
    """The server's own word ("starting", "ready", "stopping"), or None when it does not run."""
    lines = _lock_file(data)
    if not lines or not (_is_server(lines[0], data) or _answers(lines)):
        return None
    return lines[7].strip() if len(lines) > 7 else "starting"


def sockets(data: Path) -> Path:
    """The folder in which the running server listens."""
    return Path(_lock_file(data)[4])


def forget_the_dead(data: Path) -> None:
    """Remove the lock files of a server that is gone, where its number now belongs to someone else.

    PostgreSQL clears them itself while the number is free; a number in use it takes for a running server.
    """
    lines = _lock_file(data)
    if lines and Path("/proc", lines[0].strip()).exists():
        (data / "postmaster.pid").unlink()
        if len(lines) > 4 and lines[4]:
            (Path(lines[4]) / f"{SOCKET}.lock").unlink(missing_ok=True)


def _lock_file(data: Path) -> list[str]:
    """postmaster.pid: process, folder, start, port, socket folder, address, memory, state; [] when absent."""
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _is_server(pid: str, data: Path) -> bool:
    """Whether that process is this folder's server, and not one that was given a dead server's number."""
    try:
        words = Path("/proc", pid.strip(), "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words


def _answers(lines: Sequence[str]) -> bool:
    """Whether a server answers at the socket of this lock file: its process may be out of sight, in a container.

    A connection alone proves nothing: one that is dying still takes it.
    """
    if len(lines) < 5 or not lines[4]:
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(_ANSWER_SECONDS)
        try:
            caller.connect(str(Path(lines[4], SOCKET)))
            caller.sendall(_SSL_REQUEST)
            return caller.recv(1) in {b"N", b"S"}
        except OSError:
            return False
