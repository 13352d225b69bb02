"""One booking in a book that holds no time, looks for no overlap and knows no key of ours.

So it looks before it writes, marks what it writes with its key, reads the book again, and gives way to whoever
was there first.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Service
from frontdesk.domain.time import wall
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.ports.system import Taken
from frontdesk.systems.opendental.book import Book
from frontdesk.systems.opendental.client import made
from frontdesk.systems.opendental.mapping import Visit, new_appointment, operatory_of
from frontdesk.systems.opendental.marks import mark_of
from frontdesk.systems.opendental.office import in_the_way, read_visits, there_first

_MOVED_AT_MOST = timedelta(days=366)
"""How far staff may have moved a visit for it still to be found by its mark."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, for whose chart, in which book. `key` names the intent; the mark in the note shows it.

    `today` is the office's day.
    """

    book: Book
    slot: Slot
    chart: int
    first_visit: bool
    key: str
    today: date

    @property
    def mark(self) -> str:
        """What tells our visit from any other in the book."""
        return mark_of(self.key)

    @property
    def service(self) -> Service:
        """What is done at the visit."""
        return self.book.practice.service(self.slot.service)

    async def run(self) -> Visit | Taken:
        """The visit, alone at its time; one that this key has booked before, as it stands now.

        Raises: Refused, Unreachable (nothing is booked), OutcomeUnknown, NotPermitted.
        """
        number = await self.standing()
        if number is None:
            office = await self.book.office(self.slot.during)
            by = in_the_way(
                self.slot, self.service, office=office, numbers=self.book.numbers, practice=self.book.practice
            )
            if by is not None:
                return Taken(by=by)
            number = await self._write()
        return await self._settle(number)

    async def standing(self) -> int | None:
        """The visit that this key has booked already: marked so, or the patient's at that time in that operatory."""
        book = self.book
        day = wall(self.slot.during.start, book.practice.location(self.slot.location).zone).date()
        rows = await book.client.appointments_of(self.chart, first=min(day, self.today), last=day + _MOVED_AT_MOST)
        operatory = operatory_of(self.slot, book.numbers)
        for found in sorted(read_visits(rows, book.numbers, book.practice), key=lambda one: one.order):
            there = (found.during.start, found.operatory) == (self.slot.during.start, operatory)
            if found.is_visit and (there or self.mark in found.note):
                return found.number
        return None

    async def _write(self) -> int:
        """Enter the visit. Where that is left open, it is looked for by patient and time before anything else.

        Raises: OutcomeUnknown (it is not in the book yet, and may still come).
        """
        zone = self.book.practice.location(self.slot.location).zone
        comes = f"; the patient comes at {wall(self.slot.during.start, zone):%H:%M}" if self.service.before else ""
        fields = new_appointment(
            self.slot,
            chart=self.chart,
            service=self.service,
            zone=zone,
            numbers=self.book.numbers,
            note=f"Booked by {self.mark}{comes}",
            first_visit=self.first_visit,
        )
        return await made(self.book.client.create_appointment(fields), self.standing)

    async def _settle(self, number: int) -> Visit | Taken:
        """The visit as the book has it, alone at its time; or ours is taken out, since somebody was there first.

        One that does not bear our mark was entered by staff, and stays.
        """
        standing = await self.book.visit(number)
        if standing is None or standing.strange is not None or not standing.in_use:
            raise OutcomeUnknown(f"Open Dental says that it booked visit {number}, and its book does not show it.")
        if self.mark not in standing.note:
            return standing
        visits = await self.book.visits(standing.whole)
        ours = [one for one in visits if one.patient == self.chart and self.mark in one.note]
        for again in ours:
            if again.number != number:
                await self.book.take_out(again.number, "Frontdesk: entered twice")
        others = [one for one in visits if one not in ours]
        by = there_first(standing, others, numbers=self.book.numbers, practice=self.book.practice)
        if by is None:
            return standing
        await self.book.take_out(number, "Frontdesk: somebody else had this time first")
        return Taken(by=by)
