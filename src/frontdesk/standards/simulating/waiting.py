"""How a simulated system lets time pass: really, or by the hands of a test's clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

Clock = Callable[[], datetime]
"""The present, in UTC."""

Wait = Callable[[timedelta], Awaitable[None]]
"""Lets so much time pass."""


async def sleep(length: timedelta) -> None:
    """Let real time pass."""
    await asyncio.sleep(length.total_seconds())
