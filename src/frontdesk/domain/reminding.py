"""How long before a visit its patient is reminded: a ladder for the practice, another for services that want one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding:
    """The practice's ladder, and those of services that are reminded of otherwise."""

    ladder: Ladder = PRESETS["usual"]
    services: Mapping[ServiceId, Ladder] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for ladder in (self.ladder, *self.services.values()):
            if any(before <= timedelta(0) for before in ladder) or len(set(ladder)) != len(ladder):
                raise Impossible("Reminding: each reminder goes some time before the visit, and no two at one time")

    def of(self, service: ServiceId | None) -> Ladder:
        """The ladder of a service; a visit without one has the practice's."""
        return self.ladder if service is None else self.services.get(service, self.ladder)


USUAL_REMINDING = Reminding()
