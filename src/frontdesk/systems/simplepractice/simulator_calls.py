"""One call of the simulated system: at which door it stands, what it takes, what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from frontdesk.standards.simulating.http import Response
from frontdesk.systems.simplepractice.simulator_practice import Practice


class Door(Enum):
    """Where a call stands, by what its addresses begin with. Seen [two-hosts]: each at a host of its own.

    The simulator tells them apart by their path alone, and answers at any host.
    """

    FEED = "/ical/"
    PORTAL = "/client-portal-api/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call as its answer needs it. `id` is the one in the path, `at` when the calendar is looked at."""

    id: str
    query: Mapping[str, int] = field(default_factory=dict)
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call the facts know. `path` has {name} for an id in it; `query` are the whole numbers it takes."""

    door: Door
    path: str
    answer: Callable[[Practice, Asked], Response]
    query: Sequence[str] = ()

    @property
    def name(self) -> str:
        """How faults and tests call it."""
        return f"GET {self.path}"
