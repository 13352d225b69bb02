"""The time of a trial: it stands still until somebody waits or turns it."""

import asyncio
from datetime import datetime, timedelta


class Hands:
    """The hands of one clock that desk and system share. Implements `ports.Clock`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The present, in UTC."""
        return self._now

    def turn(self, by: timedelta) -> None:
        """Let so much time be over."""
        self._now += by

    def seconds(self) -> float:
        """Seconds that only ever grow, as time.monotonic counts."""
        return self._now.timestamp()

    async def wait(self, length: timedelta) -> None:
        """Let so much time pass; whoever else waits gets a turn."""
        self._now += max(length, timedelta(0))
        await asyncio.sleep(0)

    async def pause(self, seconds: float) -> None:
        """The same, in seconds."""
        await self.wait(timedelta(seconds=seconds))
