"""Stops asking a system that is in trouble, so that it can recover and patients are not kept waiting."""


class Breaker:
    """Opens after so many failures in a row and stays open for a rest; then one request tries whether it is well.

    Moments are seconds of a clock that only goes forward.
    """

    def __init__(self, *, failures: int = 5, rest: float = 30) -> None:
        self._most = failures
        self._rest = rest
        self._failed = 0
        self._open_until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not known that the system is well again: who is admitted now tries for all."""
        return self._open_until is not None

    def admits(self, now: float) -> bool:
        """Whether a request may go out; the one that tries after a rest has the next rest to come back in."""
        if self._open_until is None:
            return True
        if now < self._open_until:
            return False
        self._open_until = now + self._rest
        return True

    def succeeded(self) -> None:
        """The system answered, be it with a no."""
        self._failed = 0
        self._open_until = None

    def failed(self, now: float) -> None:
        """The system was silent or in trouble."""
        self._failed += 1
        if self._failed >= self._most:
            self._open_until = now + self._rest
