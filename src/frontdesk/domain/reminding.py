"""How long before a visit its patient is reminded and told how to prepare, and how long after it what to mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from types import MappingProxyType

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import ServiceId

Ladder = tuple[timedelta, ...]
"""How long before the visit each reminder goes, the farthest first."""

PRESETS: Mapping[str, Ladder] = MappingProxyType(
    {
        "usual": (timedelta(days=2), timedelta(days=1), timedelta(hours=2)),
        "3-days-and-1": (timedelta(days=3), timedelta(days=1)),
        "none": (),
    }
)
"""Ladders that have a name in a practice's files."""


class Called(Enum):
    """Whom the desk calls to remind them, of those who allowed it; the value is its word in a practice's files."""

    NOBODY = "nobody"
    UNTEXTED = "who cannot be texted"
    EVERYBODY = "everybody"


class LeftWord(Enum):
    """What is said to a machine that picks up."""

    NUMBER = "number"
    """Who called and how to call back."""
    TIME = "time"
    """When the visit is, besides."""
    NONE = "none"


MOST_TRIES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Calling:
    """Reminders by a call. One that reaches nobody is tried so often, so far `apart`; then it goes another way."""

    to: Called = Called.NOBODY
    tries: int = 2
    apart: timedelta = timedelta(minutes=30)
    voicemail: LeftWord = LeftWord.NUMBER

    def __post_init__(self) -> None:
        if not 1 <= self.tries <= MOST_TRIES or self.apart <= timedelta(0):
            raise Impossible(f"Calling: 1 to {MOST_TRIES} tries, some time apart")


NO_CALLS = Calling()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding:
    """The practice's ladder, and those of services that are reminded of otherwise.

    `preparation`: how long before the visit its patient is told how to prepare, where the service has words for that;
    None: with the first reminder. `aftercare`: how long after its end they are told what to mind.
    """

    ladder: Ladder = PRESETS["usual"]
    services: Mapping[ServiceId, Ladder] = field(default_factory=lambda: MappingProxyType({}))
    preparation: timedelta | None = None
    aftercare: timedelta = timedelta(hours=3)
    calls: Calling = NO_CALLS

    def __post_init__(self) -> None:
        for ladder in (self.ladder, *self.services.values()):
            if any(before <= timedelta(0) for before in ladder) or len(set(ladder)) != len(ladder):
                raise Impossible("Reminding: each reminder goes some time before the visit, and no two at one time")

        if self.aftercare < timedelta(0) or (self.preparation is not None and self.preparation <= timedelta(0)):
            raise Impossible("Reminding: preparation is told some time before the visit, aftercare not before its end")

    def prepares_at(self, before: timedelta) -> bool:
        """Whether a reminder so long before the visit is one that may say how to prepare."""
        return self.preparation is None or before <= self.preparation

    def with_preparation(self, ladder: Ladder) -> Ladder:
        """The ladder of a visit that has to be prepared for: with a reminder when that is to be told."""
        wanted = set(ladder) | ({self.preparation} if self.preparation is not None else set())
        return tuple(sorted(wanted, reverse=True))

    def of(self, service: ServiceId | None) -> Ladder:
        """The ladder of a service; a visit without one has the practice's."""
        return self.ladder if service is None else self.services.get(service, self.ladder)


USUAL_REMINDING = Reminding()
