"""Libraries that read times in words, each asked for the same lines in a process of its own, in a venv below build/."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers import BUILD

HOME = BUILD / "times-peers"
READER = Path(__file__).with_name("language_times_reader.py")

PEERS = {
    "dateparser": ("dateparser",),
    "parsedatetime": ("parsedatetime",),
    "recognizers-text": ("recognizers-text-suite", "emoji<2", "setuptools<81"),
    "ctparse": ("ctparse",),
    "timefhuman": ("timefhuman",),
    "duckling": ("pyduckling-native-phihos",),
}
"""What is to be installed for each, with what its old releases need beside it."""


def read_by(peer: str, lines: Sequence[Mapping[str, str]]) -> list[list[dict[str, object]]]:
    """What a library reads in each line; nothing in a line at which it fails."""
    done = subprocess.run(
        (str(HOME / "bin" / "python"), "-W", "ignore", str(READER), peer),
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
