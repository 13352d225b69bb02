from pathlib import Path

import pytest
from tools.rules.locks import faults_of

LOCKS = sorted((Path(__file__).parents[3] / "requirements").glob("*.txt"))
HASH = "    --hash=sha256:" + "0" * 64


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_our_locks_hold_pinned_versions_and_hashes_only(lock: Path) -> None:
    assert list(faults_of(lock.read_text())) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.com/simple",
        "--find-links wheels",
        "tink @ https://example.com/tink.whl \\",
        "tink>=1.11 \\",
        "tink==1.11",
        "    # from https://example.com/simple",
        "torch==2.14.1 \\",
        "nvidia-cublas-cu12==12.1 \\",
    ],
)
def test_anything_else_is_found(line: str) -> None:
    lock = f"absl-py==2.5.1 \\\n{HASH}\n{line}\n{HASH}\n"

    assert [number for number, _ in faults_of(lock)] == [3]


def test_what_runs_is_part_of_every_other_lock() -> None:
    pins = {lock.stem: {line for line in lock.read_text().splitlines() if "==" in line} for lock in LOCKS}

    assert pins["run"] <= pins["dev"]
    assert pins["run"] <= pins["voice"]
