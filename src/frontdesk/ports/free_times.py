"""How free times are worked out for a system that tells only hours and visits."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Protocol

from frontdesk.domain.appointment import Claim, Slot
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import ANYBODY, Visitor

ReadPractice = Callable[[], Awaitable[Practice]]
"""Reads the practice as its own files have it now."""


class FreeTimes(Protocol):
    """Works out what can be booked; `scheduling.slots.find_slots` is the one there is.

    It is handed to a connector, because a connector knows its vendor and not how a calendar is searched.
    """

    def __call__(
        self,
        practice: Practice,
        *,
        service: ServiceId,
        within: Period,
        busy: Iterable[Claim],
        now: datetime,
        practitioner: PractitionerId | None = None,
        location: LocationId | None = None,
        visitor: Visitor = ANYBODY,
    ) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits."""
        ...
