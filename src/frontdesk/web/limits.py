"""How often somebody may do something: some at once, then at a steady pace."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(kw_only=True, slots=True)
class _Bucket:
    left: float
    at: float


class Pace:
    """`at_once` in a row, and one more every `seconds` after that, for each key by itself."""

    def __init__(
        self, *, at_once: int, seconds: float, clock: Callable[[], float] = monotonic, most_keys: int = 10_000
    ) -> None:
        self._at_once = at_once
        self._seconds = seconds
        self._clock = clock
        self._most_keys = most_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Whether it may be done now; if so, it counts as done."""
        bucket = self._refilled(key)
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def _refilled(self, key: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(left=self._at_once, at=now)
            if len(self._buckets) > self._most_keys:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        bucket.left = min(self._at_once, bucket.left + (now - bucket.at) / self._seconds)
        bucket.at = now
        return bucket
