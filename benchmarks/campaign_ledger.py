"""What the campaign counts and keeps: numbers that outlive a killed process, and the state it is resumed from."""

import json
import mmap
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path


class Count(Enum):
    """What is counted, in the words of the report."""

    STORED = "transactions of bookings that stood"
    ACTS = "acts of patients and staff"
    CALLS = "calls of the calendar that were carried out"
    CRASHES_RAISED = "crashes raised between two steps"
    KILLS_AT_A_BOUNDARY = "processes that killed themselves at a boundary (SIGKILL)"
    REQUESTS_LOST = "requests lost"
    REPLIES_LOST = "replies lost"
    DUPLICATES = "messages sent twice"
    STAFF_ACTS = "changes by the front desk"
    RECOVERED = "intents taken up by the job"
    NEWS = "changes looked at for a patient"
    OVERTAKEN = "words held back since the front desk was faster"
    TOLD_YES = "patients told yes"
    TOLD_NO = "patients told no"


PLACES = {count: place for place, count in enumerate(Count, 1)}
BLOCK = (len(Count) + 1) * 8


class Tally:
    """The numbers of one process, in memory that it shares with whoever started it. Place 0 says stop."""

    def __init__(self) -> None:
        self._numbers = memoryview(mmap.mmap(-1, BLOCK)).cast("q")

    def add(self, count: Count, by: int = 1) -> None:
        """Count it; it stays counted however the process ends."""
        self._numbers[PLACES[count]] += by

    def stop(self) -> None:
        """Have the process end what is under way and begin nothing."""
        self._numbers[0] = 1

    def go_on(self) -> None:
        """Let a process begin."""
        self._numbers[0] = 0

    @property
    def stopped(self) -> bool:
        """Whether nothing is to be begun any more."""
        return bool(self._numbers[0])

    def drain(self) -> dict[Count, int]:
        """The numbers since the last time, which begin anew. Only while the process does not run."""
        found = {count: self._numbers[place] for count, place in PLACES.items()}
        for place in PLACES.values():
            self._numbers[place] = 0
        return found


@dataclass(kw_only=True)
class State:
    """What a campaign has come to, over all its runs."""

    counts: dict[Count, int] = field(default_factory=lambda: dict.fromkeys(Count, 0))
    kills: int = 0
    rounds: int = 0
    seconds: float = 0.0
    wrong: dict[str, int] = field(default_factory=dict)
    now: datetime = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

    @property
    def steps(self) -> int:
        """Booking steps: what lies between two boundaries of a saga, a transaction or a call of the calendar."""
        return self.counts[Count.STORED] + self.counts[Count.CALLS]

    @staticmethod
    def load(file: Path) -> "State":
        """Where an earlier run stopped; the beginning where there was none."""
        if not file.exists():
            return State()
        kept = json.loads(file.read_text())
        return State(
            counts={count: kept["counts"].get(count.value, 0) for count in Count},
            kills=kept["kills"],
            rounds=kept["rounds"],
            seconds=kept["seconds"],
            wrong=kept["wrong"],
            now=datetime.fromisoformat(kept["now"]),
        )

    def keep(self, file: Path) -> None:
        """Write it down, whole or not at all."""
        written = {
            "counts": {count.value: number for count, number in self.counts.items()},
            "kills": self.kills,
            "rounds": self.rounds,
            "seconds": self.seconds,
            "wrong": self.wrong,
            "now": self.now.isoformat(),
        }
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(written, indent=2))
        beside.replace(file)
