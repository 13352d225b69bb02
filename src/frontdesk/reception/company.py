"""Times for people who come together: of those that fit the first, the ones that leave room for the others near by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.system import SlotRequest, System

CLOSE, NEAR = timedelta(hours=1), timedelta(hours=2)
"""The others begin within so much of the first, if that can be, and at most. Guesses of what people put up with."""
MOST_DAYS = 6
"""Days that are looked at; each is a question to the calendar for each service."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """Who comes along, by their services in their order, and the calendar that they come into. `now` is UTC."""

    system: System
    practice: Practice
    services: tuple[ServiceId, ...]
    now: datetime
    _free: dict[tuple[ServiceId, date], list[Slot]] = field(default_factory=dict)

    async def with_room(self, slots: Sequence[Slot], *, count: int) -> list[tuple[Slot, tuple[Slot, ...]]]:
        """So many of the slots that leave room for everybody, each with what the others could have, soonest first.

        Of the others' rules only those of their services count: who they are is not known yet. Raises: Fault.
        """
        days = list(dict.fromkeys(self._day(slot) for slot in slots))[:MOST_DAYS]
        close: list[tuple[Slot, tuple[Slot, ...]]] = []
        apart: list[tuple[Slot, tuple[Slot, ...]]] = []
        for slot in slots:
            if len(close) == count:
                break
            if self._day(slot) not in days or (others := await self._others(slot)) is None:
                continue
            is_close = all(abs(one.during.start - slot.during.start) <= CLOSE for one in others)
            (close if is_close else apart).append((slot, others))
        found = [*close, *apart][:count]
        return sorted(found, key=lambda one: one[0].during.start)

    async def _others(self, first: Slot) -> tuple[Slot, ...] | None:
        """A time for each of the others, the nearest first; None: somebody finds none."""
        had = [first]
        for service in self.services:
            free = await self._free_that_day(service, first)
            near = [
                slot
                for slot in free
                if abs(slot.during.start - first.during.start) <= NEAR and not any(_collide(slot, one) for one in had)
            ]
            if not near:
                return None
            had.append(min(near, key=lambda slot: (abs(slot.during.start - first.during.start), slot.during.start)))
        return tuple(had[1:])

    async def _free_that_day(self, service: ServiceId, first: Slot) -> list[Slot]:
        day = self._day(first)
        if (service, day) not in self._free:
            zone = self.practice.location(first.location).zone
            begins, ends = (instant(one, time(), zone) for one in (day, day + timedelta(days=1)))
            within = Period(start=max(begins, self.now), end=ends)
            self._free[service, day] = await self.system.find_slots(SlotRequest(service=service, within=within))
        return [slot for slot in self._free[service, day] if slot.location == first.location]

    def _day(self, slot: Slot) -> date:
        return wall(slot.during.start, self.practice.location(slot.location).zone).date()


def _collide(one: Slot, other: Slot) -> bool:
    """Whether both cannot be had: they need the same person, room or device at once."""
    if one.practitioner == other.practitioner and one.during.overlaps(other.during):
        return True
    needed = [(claim.subject, claim.id, claim.lane, claim.during) for claim in other.claims]
    return any(
        (claim.subject, claim.id, claim.lane) == taken and claim.during.overlaps(during)
        for claim in one.claims
        for *key, during in needed
        if (taken := tuple(key))
    )
