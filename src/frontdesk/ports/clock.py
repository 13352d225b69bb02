"""The desk's one clock. Everything that is due is compared with it, never with the database's own."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

NewId = Callable[[], UUID]
"""Gives a new id each time it is called; ids sort by the time they were made."""


class Clock(Protocol):
    """Tells the time: the real one, one pinned and running on, or a virtual one."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...
