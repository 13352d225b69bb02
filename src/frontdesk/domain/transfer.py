"""When a caller is put through to a person of the practice during the call, and to which numbers."""

from dataclasses import dataclass
from datetime import timedelta

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import DayTime

A_RING = timedelta(seconds=6)
"""From one ring to the next in North America: two seconds of tone, four of silence (ITU-T E.180, Supplement 2)."""
MOST_RINGS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferHours:
    """A stretch of the day on which callers are put through, on the first location's clock; `weekdays` as
    `date.weekday()`, none: any."""

    during: DayTime
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """Whom a caller is put through to. `numbers` (E.164) ring one after the other, each so often; none: nobody.

    `hours` empty: while a location is open. `reasons` are those of the task that is opened; none: the usual ones.
    """

    numbers: tuple[str, ...] = ()
    hours: tuple[TransferHours, ...] = ()
    reasons: tuple[str, ...] = ()
    rings: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.rings <= MOST_RINGS:
            raise Impossible(f"Transfer: a number rings 1 to {MOST_RINGS} times")

    @property
    def rings_for(self) -> timedelta:
        """How long one number rings."""
        return self.rings * A_RING


NO_TRANSFER = Transfer()
"""Nobody is called: a person answers afterwards."""
