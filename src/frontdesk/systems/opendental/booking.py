"""One booking in a book that holds no time, looks for no overlap and knows no key of ours.

So it looks before it writes, marks what it writes with its key, reads the book again, and gives way to whoever
was there first.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period, wall
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.systems.opendental.client import Client
from frontdesk.systems.opendental.mapping import LONGEST, Numbers, Visit, new_appointment, operatory_of, visit
from frontdesk.systems.opendental.office import read_visits, there_first

_log = structlog.get_logger()
_MOVED_AT_MOST = timedelta(days=366)
"""How far staff may have moved a visit for it still to be found by its mark."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, for whose chart, in which book. `key` names the intent; the mark in the note shows it."""

    client: Client
    numbers: Numbers
    practice: Practice
    slot: Slot
    service: Service
    chart: int
    first_visit: bool
    key: str

    @property
    def mark(self) -> str:
        """What tells our visit from any other in the book."""
        return f"Frontdesk {hashlib.sha256(self.key.encode()).hexdigest()[:16]}"

    async def standing(self, *, today: date) -> int | None:
        """The visit that this key has booked already: marked so, or the patient's at that time in that operatory."""
        day = wall(self.slot.during.start, self.practice.location(self.slot.location).zone).date()
        rows = await self.client.appointments_of(self.chart, first=min(day, today), last=day + _MOVED_AT_MOST)
        operatory = operatory_of(self.slot, self.numbers)
        for found in sorted(read_visits(rows, self.numbers, self.practice), key=lambda one: one.order):
            there = (found.during.start, found.operatory) == (self.slot.during.start, operatory)
            if found.is_visit and (there or self.mark in found.note):
                return found.number
        return None

    async def write(self, *, today: date) -> int:
        """Enter the visit. Where that is left open, it is looked for by patient and time before anything else.

        Raises: OutcomeUnknown (it is not in the book yet, and may still come).
        """
        zone = self.practice.location(self.slot.location).zone
        comes = f"; the patient comes at {wall(self.slot.during.start, zone):%H:%M}" if self.service.before else ""
        fields = new_appointment(
            self.slot,
            chart=self.chart,
            service=self.service,
            zone=zone,
            numbers=self.numbers,
            note=f"Booked by {self.mark}{comes}",
            first_visit=self.first_visit,
        )
        try:
            return await self.client.create_appointment(fields)
        except OutcomeUnknown:
            found = await self.standing(today=today)
            if found is None:
                raise
            return found

    async def settle(self, number: int) -> Visit | Taken:
        """The visit as the book has it, alone at its time; or ours is taken out, since somebody was there first.

        One that does not bear our mark was entered by staff, and stays.
        """
        standing = await visit_of(number, client=self.client, numbers=self.numbers, practice=self.practice)
        if standing is None or standing.strange is not None or not standing.in_use:
            raise OutcomeUnknown(f"Open Dental says that it booked visit {number}, and its book does not show it.")
        if self.mark not in standing.note:
            return standing
        rows = await self.client.appointments(*days_of(standing.whole, self.practice))
        visits = read_visits(rows, self.numbers, self.practice)
        ours = [one for one in visits if one.patient == self.chart and self.mark in one.note]
        for again in ours:
            if again.number != number:
                await self._take_out(again.number, "Frontdesk: entered twice")
        others = [one for one in visits if one not in ours]
        by = there_first(standing, others, numbers=self.numbers, practice=self.practice)
        if by is None:
            return standing
        await self._take_out(number, "Frontdesk: somebody else had this time first")
        return Taken(by=by)

    async def _take_out(self, number: int, note: str) -> None:
        await take_out(number, note, client=self.client, numbers=self.numbers, practice=self.practice)


async def take_out(number: int, note: str, *, client: Client, numbers: Numbers, practice: Practice) -> None:
    """Off the book, and read back. The note is a courtesy: without it the visit is out all the same.

    Raises: Refused, Unreachable, NotPermitted (it stands), OutcomeUnknown.
    """
    try:
        await client.break_appointment(number)
        refused = None
    except (OutcomeUnknown, Refused) as fault:
        refused = fault
    left = await visit_of(number, client=client, numbers=numbers, practice=practice)
    if left is not None and left.in_use:
        raise refused or OutcomeUnknown(f"Open Dental says that it took out visit {number}; its book shows it still.")
    try:
        await client.add_note(number, note)
    except Fault as fault:
        _log.warning("a note was not taken", system="Open Dental", appointment=number, fault=type(fault).__name__)


async def visit_of(number: int, *, client: Client, numbers: Numbers, practice: Practice) -> Visit | None:
    """The visit of that number as it stands; None where there is none, or where the row is no visit with a time."""
    row = await client.appointment(number)
    found = visit(row, numbers, practice) if row is not None else None
    return found if found is not None and found.is_visit else None


def days_of(within: Period, practice: Practice) -> tuple[date, date]:
    """The days, on the clocks of all locations, whose visits may reach into a stretch of time."""
    zones = [location.zone for location in practice.locations]
    return (
        min(wall(within.start - LONGEST, zone).date() for zone in zones),
        max(wall(within.end, zone).date() for zone in zones),
    )
