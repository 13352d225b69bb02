"""How much memory this process holds while it holds calls."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY = 300.0
"""Seconds."""
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """Resident memory in MB, so many minutes after the first call began, when so many calls had been held."""

    minutes: float
    megabytes: float
    calls: int


def resident() -> float:
    """Resident memory of this process in MB; 0.0 where the machine does not tell."""
    if not _STATUS.is_file():
        return 0.0
    told = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(told.split()[1]) / 1024


@dataclass(kw_only=True)
class Watch:
    """Looks at the start, every five minutes, and at the end."""

    found: list[Memory]
    calls: int = 0

    def look(self, began: float) -> None:
        """Take down how much it is now."""
        minutes = (time.monotonic() - began) / 60
        self.found.append(Memory(minutes=round(minutes, 1), megabytes=round(resident(), 1), calls=self.calls))


@asynccontextmanager
async def watched(every: float = EVERY) -> AsyncIterator[Watch]:
    """The memory of the block, from its start to its end."""
    watch, began = Watch(found=[]), time.monotonic()

    async def looks() -> None:
        while True:
            watch.look(began)
            await asyncio.sleep(every)

    looking = asyncio.create_task(looks())
    try:
        yield watch
    finally:
        looking.cancel()
        watch.look(began)
