"""How long a caller waits, stage by stage. No word of what was said is kept."""

import time
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnTimes:
    """Seconds from the pause after the caller's last word, as it was noticed, to each stage.

    `ended`: the turn was taken to be over. `heard`: its words were known. `decided`: so was the answer. `spoke`: its
    first sound went out. The pause itself is noticed `NOTICED` after the last word.
    """

    heard: float
    ended: float
    decided: float
    spoke: float


@dataclass(kw_only=True)
class Stopwatch:
    """The times of one call. `picked_up` is how long it took until the first sound of the greeting went out."""

    began: float = field(default_factory=time.monotonic)
    picked_up: float | None = None
    turns: list[TurnTimes] = field(default_factory=list)
    _paused: float = 0.0
    _heard: float = 0.0
    _ended: float = 0.0
    _decided: float | None = None

    def kept(self) -> list[dict[str, float]]:
        """What is kept of them for people to see, in seconds: the pick-up first, then turn by turn."""
        first = [{"picked_up": round(self.picked_up, 3)}] if self.picked_up is not None else []
        return [*first, *({name: round(value, 3) for name, value in asdict(turn).items()} for turn in self.turns)]

    def paused(self) -> None:
        """The caller paused; perhaps the turn is over."""
        self._paused = self._heard = time.monotonic()

    def heard(self) -> None:
        """What was said until the pause is known."""
        self._heard = time.monotonic()

    def ended(self) -> None:
        """The turn is over."""
        self._ended = time.monotonic()

    def decided(self) -> None:
        """The answer is known."""
        self._decided = time.monotonic()

    def spoke(self) -> None:
        """A sound went out; the first one of an answer counts."""
        now = time.monotonic()
        if self.picked_up is None:
            self.picked_up = now - self.began
        elif self._decided is not None:
            self.turns.append(
                TurnTimes(
                    heard=self._heard - self._paused,
                    ended=self._ended - self._paused,
                    decided=self._decided - self._paused,
                    spoke=now - self._paused,
                )
            )
        self._decided = None
