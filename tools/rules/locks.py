"""A lock names versions and hashes only: no host, no index, no path, and no torch."""

import re
from collections.abc import Iterator

from tools.rules.source import Complaint, Source

WANTED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==\S+( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
VIA = re.compile(r"^    #( via)?( {1,3}(-c |-r )?[\w./()\[\] -]+)?$")
TORCH = re.compile(r"^(torch|torchvision|torchaudio|triton|nvidia-[a-z0-9-]+)==")


def check(source: Source) -> Iterator[Complaint]:
    """Every line of a lock that is not a pinned version, a hash or uv's note of who asked for it."""
    if source.path.parts[0] == "requirements" and source.path.suffix == ".txt":
        for line, why in faults_of(source.text):
            yield source.complain(line, why)


def faults_of(lock: str) -> Iterator[tuple[int, str]]:
    """The line and reason of each fault of a lock."""
    for number, line in enumerate(lock.splitlines(), start=1):
        if TORCH.match(line):
            yield (
                number,
                f"{line.split('==')[0]} has no place in a lock; speech runs on onnxruntime. Find who asks for it",
            )
        elif not (WANTED.match(line) or HASH.match(line) or VIA.match(line)):
            yield number, "a lock holds pinned versions and hashes only, no host, index or path; run `make lock`"
