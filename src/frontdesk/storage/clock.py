"""The desk's clock: real time, or real time moved by what the data folder says. The one place that asks the machine."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskClock:
    """Runs with the machine's clock, `ahead` of it (negative: behind)."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC) + self.ahead


@dataclass(kw_only=True, slots=True)
class VirtualClock:
    """Stands where it was set, a millisecond later each time it is asked: what is proven takes no real time."""

    at: datetime

    def now(self) -> datetime:
        """The present instant, in UTC."""
        self.at += timedelta(milliseconds=1)
        return self.at


def real_now() -> datetime:
    """What the machine's clock says, in UTC; for setting the desk's clock only."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A new UUID of version 7 (RFC 9562 5.7): ids made later sort later, which keeps indexes compact."""
    milliseconds = time.time_ns() // 1_000_000
    drawn = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (drawn >> 68) << 64 | 0b10 << 62 | drawn & (1 << 62) - 1
    return UUID(int=value)
