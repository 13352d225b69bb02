"""A command as a person gives it, in this process: what it prints, what it asks, and how it ends."""

import asyncio
import contextlib
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from frontdesk.cli import main


@dataclass(frozen=True, kw_only=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *arguments: str, lines: str = "", **env: str) -> Done:
    """The command, ended. `lines` is what is typed; `env` are settings beside the data folder.

    It is the same `main` as the program's own: a process for each would spend the time of the suite on starting.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, {"FRONTDESK_HOME": str(home), **env}),
        patch("sys.stdin", io.StringIO(lines)),
        patch("click.termui.hidden_prompt_func", _typed_unseen),  # it would wait at the terminal of whoever runs this
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        returncode = _ended(arguments)
    return Done(returncode=returncode, stdout=out.getvalue(), stderr=err.getvalue())


def told(done: Done) -> list[str]:
    """The lines of what went wrong; there must be some, and no traceback among them."""
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert all(line.startswith("frontdesk: ") for line in lines)
    return lines


def _typed_unseen(asked: str) -> str:
    return sys.stdin.readline().rstrip("\n")


def _ended(arguments: tuple[str, ...]) -> int:
    """How it ends. Beside a loop that runs, it has a thread of its own: a command brings its own loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _main(arguments)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_main, arguments).result()


def _main(arguments: tuple[str, ...]) -> int:
    try:
        main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
