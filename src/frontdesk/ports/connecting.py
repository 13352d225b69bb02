"""How a connector is opened: what the desk hands it, and what it gives back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx

from frontdesk.ports.budget import Budget
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.gate import Gate
from frontdesk.ports.system import System


@dataclass(frozen=True, kw_only=True, slots=True)
class StandIn:
    """What takes the place of waiting and, for a system in the same process, of the network.

    `pause` lets seconds pass and `seconds` counts them, as asyncio.sleep and time.monotonic do. `transport` None: the
    network is the real one. `patience` is the least number of real seconds that a question is given: a system in the
    same process answers as late as the machine is busy, and one that will not answer at all is known at once. `line`
    takes an HL7 message and gives its acknowledgement, None where none comes; None: such a line is a real one too.
    """

    pause: Callable[[float], Awaitable[None]]
    seconds: Callable[[], float]
    transport: httpx.AsyncBaseTransport | None = None
    patience: float = 0.0
    line: Callable[[bytes], Awaitable[bytes | None]] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """What a connector has of the desk.

    `gate` None: the system is on this machine. `gate_to`: the gate to another host, where a system has two; None: they
    are all on this machine. `stand_in` None: network and waiting are the real ones.
    """

    budget: Budget
    practice: ReadPractice
    charts: Charts
    free_times: FreeTimes
    clock: Clock
    gate: Gate | None
    gate_to: Callable[[str], Gate] | None = None
    stand_in: StandIn | None = None


class Connector(System, Protocol):
    """A system that is reached over a network. What else it can is in `ports.abilities`, a Protocol for each."""

    async def close(self) -> None:
        """Part from it."""
        ...


class Connects(Protocol):
    """The function `connect` in a connector's system.py."""

    def __call__(self, settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> Connector:
        """The system of these settings; `numbers` says which of its things are which of ours, as its file wrote it.

        Raises: NotPermitted, Impossible, DocumentWrong (`numbers`).
        """
        ...
