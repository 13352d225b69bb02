"""A small Skeleton behind the same HTTP surface: its limits, its oddities, faults on demand."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What Skeleton answers: an HTTP status, and JSON."""

    status: int
    json: Mapping[str, object]


@dataclass(kw_only=True, slots=True)
class Simulator:
    """Skeleton as one clinic's account sees it. `answers` is by path; `faults` come first, one a request."""

    answers: dict[str, Answer] = field(default_factory=dict)
    faults: deque[Answer] = field(default_factory=deque)

    def get(self, path: str) -> Answer:
        """What a GET brings."""
        if self.faults:
            return self.faults.popleft()
        return self.answers.get(path, Answer(status=404, json={"error": f"no such path: {path}"}))
