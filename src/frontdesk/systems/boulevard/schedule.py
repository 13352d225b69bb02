"""The business as it is asked now: its two APIs, which of its ids are ours, and the practice's own files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.ports.faults import NotPermitted
from frontdesk.systems.boulevard.admin import Admin
from frontdesk.systems.boulevard.carts import Carts
from frontdesk.systems.boulevard.client import NAME
from frontdesk.systems.boulevard.mapping import Numbers, Visit, visit
from frontdesk.systems.boulevard.menu import time_at
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Where visits are read, and where they are booked."""

    admin: Admin
    carts: Carts
    numbers: Numbers
    practice: Practice

    async def visit_of(self, number: str) -> Visit | None:
        """An appointment as it stands; None where there is none."""
        row = await self.admin.appointment(number)
        return None if row is None else visit(row, self.numbers)

    async def visits_of(self, client: str, *, since: datetime | None = None) -> list[Visit]:
        """The appointments of a client at our locations, soonest first, cancelled ones too."""
        places = self.numbers.locations.values()
        parts = await together(*(self.admin.appointments(place, client=client, since=since) for place in places))
        found = [visit(row, self.numbers) for rows in parts for row in rows]
        return sorted(found, key=lambda one: (one.during, one.number))

    async def service(self, number: str) -> Foreign:
        """A service, for its name: all that a cart shows of it. Raises: NotPermitted (there is no such service)."""
        row = await self.admin.service(number)
        if row is None:
            raise NotPermitted(f"{NAME} has no service {number}. Correct it in the file of numbers.")
        return row

    async def time_in(self, cart: str, slot: Slot, *, whose: str) -> str | None:
        """The id of a slot's start among the times of a cart; None where it is not free."""
        zone = self.practice.location(slot.location).zone
        day = wall(slot.during.start, zone).date()
        return time_at(await self.carts.times_chosen(cart, day=day, zone=zone.key, whose=whose), slot.during.start)

    async def other_time(self, number: str, slot: Slot) -> str | None:
        """The id of a slot's start among the times that an appointment may be moved to; None where it is not free."""
        zone = self.practice.location(slot.location).zone
        day = wall(slot.during.start, zone).date()
        rows = await self.admin.other_times(number, day=day, zone=zone.key)
        return time_at(rows, slot.during.start, id="bookableTimeId")


def check_slot(slot: Slot, numbers: Numbers) -> None:
    """That everything a visit needs has an id there. Raises: NotPermitted."""
    for what, id, known in (
        ("Service", slot.service, numbers.services.get(slot.service)),
        ("Practitioner", slot.practitioner, numbers.staff.get(slot.practitioner)),
        ("Location", slot.location, numbers.locations.get(slot.location)),
    ):
        if known is None:
            raise NotPermitted(f"{what} {id} has no id of {NAME}. Give it one in the file of numbers.")


def standing(visits: Sequence[Visit], slot: Slot, numbers: Numbers, *, mark: str) -> Visit | None:
    """The visit of an intent that keeps its time: one that bears its mark, else that at the time with that person."""
    return made([one for one in visits if one.in_use], slot, numbers, mark=mark)


def made(visits: Sequence[Visit], slot: Slot, numbers: Numbers, *, mark: str) -> Visit | None:
    """The visit that an intent has made, even if it was cancelled since; one without its mark, only if it was not."""
    staff = numbers.staff.get(slot.practitioner)
    there = [one for one in visits if (one.during.start, one.staff) == (slot.during.start, staff)]
    marked = sorted((one for one in visits if mark in one.notes), key=lambda one: not one.in_use)
    return next(iter((*marked, *(one for one in there if one.in_use))), None)
