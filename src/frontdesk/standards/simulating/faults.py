"""Faults on demand, planned beside a simulated system's interface and never through it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum


class When(Enum):
    """Whether a call was carried out before it went wrong."""

    BEFORE_COMMIT = "before"
    AFTER_COMMIT = "after"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slow:
    """The answer takes this long; past the vendor's own limit it is whatever the vendor answers then."""

    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class TooMany:
    """429, with the seconds to wait."""

    retry_after: int = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Fails:
    """500, either with nothing done or after all was done."""

    when: When


@dataclass(frozen=True, kw_only=True, slots=True)
class CutsConnection:
    """The connection breaks and no reply comes; after the commit this is the lost reply."""

    when: When


@dataclass(frozen=True, kw_only=True, slots=True)
class GoesSilent:
    """The connection stays half open: nothing comes, and nobody hangs up."""

    when: When


@dataclass(frozen=True, kw_only=True, slots=True)
class StaleSlots:
    """Slots are given as they were this long ago: what was booked since then still shows as free."""

    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Overtaken:
    """The front desk books the very same time and place, just before or just after the call books it.

    For calls that book. `patient` is whom the front desk books, by the system's own id; "" is the first other patient.
    """

    when: When
    patient: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRefused:
    """401, as for a key that was switched off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Maintenance:
    """503 with a page in HTML, from something that stands before the API."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeOffline:
    """The clinic's own server behind the vendor's is off; the answer is the vendor's."""


Fault = (
    Slow
    | TooMany
    | Fails
    | CutsConnection
    | GoesSilent
    | StaleSlots
    | Overtaken
    | KeyRefused
    | Maintenance
    | OfficeOffline
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A fault that waits for its call. `left` calls get it, after `passing` were let through."""

    fault: Fault
    on: str
    left: int
    passing: int


class Faults:
    """What is to go wrong, in the order it was planned."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []
        self.repeated_events = 1
        """How often each event is sent; 2 for the fault of a duplicate event."""
        self.key_enabled = True
        """False once the key was switched off."""
        self.struck = 0
        """How many calls a fault has struck, ever."""

    def plan(self, fault: Fault, *, on: str = "", times: int = 1, after: int = 0) -> None:
        """Let a fault strike `times` calls once `after` were let through.

        `on` is a call by the name that the system's SIMULATOR.md gives it, like "POST /appointments"; "" is any call.
        """
        self._planned.append(Planned(fault=fault, on=on, left=times, passing=after))

    def clear(self) -> None:
        """Plan nothing any more."""
        self._planned.clear()
        self.repeated_events = 1
        self.key_enabled = True

    def waiting(self) -> int:
        """How many planned strikes have not come yet."""
        return sum(planned.left for planned in self._planned)

    def due(self, call: str) -> Fault | None:
        """The fault that strikes this call, if any; it counts as struck."""
        for place, planned in enumerate(self._planned):
            if planned.on not in ("", call):
                continue
            if planned.passing:
                self._planned[place] = replace(planned, passing=planned.passing - 1)
                continue
            if planned.left > 1:
                self._planned[place] = replace(planned, left=planned.left - 1)
            else:
                del self._planned[place]
            self.struck += 1
            return planned.fault
        return None
