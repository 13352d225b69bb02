"""One booking or cancellation in a book that mostly refuses a time twice, holds none, and knows no key of ours.

Mindbody checks the time itself, unless a staff member may always be booked twice. So whoever else has the time is
looked for before anything is written and again after; a visit bears the mark of its key as PartnerExternalId, by which
it is found again after a lost answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from frontdesk.domain.appointment import Slot, Subject
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.systems.mindbody.client import NAME, Client, No
from frontdesk.systems.mindbody.mapping import (
    LONGEST,
    Numbers,
    Visit,
    mark_of,
    new_appointment,
    resources_of,
    visit,
)
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

_log = structlog.get_logger()

FAR = timedelta(days=366)
"""How far ahead, or back, of today a visit may lie for it to be found by its number or its mark."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """One site's book: the client, which of its numbers are ours, the practice's files, the site's clock, and now."""

    client: Client
    numbers: Numbers
    practice: Practice
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The day on the site's clock."""
        return wall(self.now, self.zone).date()

    @property
    def a_year(self) -> tuple[date, date]:
        """A year back and ahead."""
        return self.today - FAR, self.today + FAR

    def read(self, rows: Iterable[Foreign]) -> list[Visit]:
        """Rows as visits. One whose status nobody knows counts as in use, and is told."""
        found = [visit(row, self.zone) for row in rows]
        for one in found:
            if one.strange is not None:
                _log.warning(
                    "a row was not understood and counts as in use",
                    system=NAME,
                    row=one.strange.row,
                    field=one.strange.field,
                )
        return found

    async def visit_of(self, number: int) -> Visit | None:
        """The visit of that number as it stands; None where there is none."""
        rows = await self.client.appointments_by_number([number], *self.a_year)
        return next((one for one in self.read(rows) if one.number == number), None)

    async def read_back(self, number: int) -> Visit | None:
        """The same after something was asked to change it. Raises: OutcomeUnknown (it cannot be read)."""
        try:
            return await self.visit_of(number)
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} was asked to change visit {number}; it could not be read since.") from fault

    async def around(self, slot: Slot) -> list[Visit]:
        """Everybody's visits that may share a slot's practitioner, rooms or devices."""
        first, last = days_of(slot.during, self.zone)
        asked = [self.client.appointments(first, last, staff=[self.numbers.staff[slot.practitioner]])]
        if resources_of(slot, self.numbers):
            asked.append(self.client.appointments(first, last, location=self.numbers.locations[slot.location]))
        rows = {row.integer("Id"): row for part in await together(*asked) for row in part}
        return self.read(rows.values())

    async def of_those_booked_twice(self, staff: Sequence[int], within: Period) -> list[Foreign]:
        """The visits of those whom Mindbody lets anybody book twice: it may show their time as free all the same."""
        twice = [
            row.integer("Id")
            for row in await self.client.staff(staff)
            if row.has("AlwaysAllowDoubleBooking") and row.yes("AlwaysAllowDoubleBooking")
        ]
        return await self.client.appointments(*days_of(within, self.zone), staff=twice) if twice else []

    def in_the_way(self, slot: Slot, visits: Iterable[Visit]) -> Subject | None:
        """What of a slot these visits keep; None when all of it is free."""
        resources = resources_of(slot, self.numbers)
        rooms = {number for lanes in self.numbers.rooms.values() for number in lanes}
        found: set[Subject] = set()
        for one in visits:
            if one.in_use and one.whole.overlaps(slot.during):
                if one.staff == self.numbers.staff[slot.practitioner]:
                    found.add(Subject.PRACTITIONER)
                for shared in set(resources) & set(one.resources):
                    found.add(Subject.ROOM if shared in rooms else Subject.DEVICE)
        return next((subject for subject in Subject if subject in found), None)

    def is_there(self, one: Visit, slot: Slot) -> bool:
        """Whether a visit stands at a slot's time, with its practitioner, at its location."""
        here = (self.numbers.staff[slot.practitioner], self.numbers.locations[slot.location])
        return one.in_use and one.during == slot.during and (one.staff, one.location) == here


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, on which client's file. `key` names the intent; the mark on the visit shows it."""

    book: Book
    slot: Slot
    client: str
    key: str

    @property
    def mark(self) -> str:
        """What tells our visit from any other."""
        return mark_of(self.key)

    async def standing(self) -> Visit | None:
        """The visit that this key has booked: marked so, or the patient's at that time with that practitioner.

        One that stands comes before one that was cancelled since.
        """
        book = self.book
        day = wall(self.slot.during.start, book.zone).date()
        rows = await book.client.appointments(min(day, book.today), day + FAR, client=self.client)
        visits = sorted(book.read(rows), key=lambda one: one.number)
        marked = [one for one in visits if one.mark == self.mark]
        there = [one for one in visits if book.is_there(one, self.slot)]
        found = [*(one for one in marked if one.in_use), *there, *marked]
        return found[0] if found else None

    async def write(self) -> Visit | Taken:
        """Enter the visit and read it back, alone at its time; Taken: somebody else has it.

        Raises: OutcomeUnknown (it is not in the book yet, and may still come), Refused, Unreachable, NotPermitted.
        """
        book = self.book
        fields = new_appointment(self.slot, client=self.client, numbers=book.numbers, zone=book.zone, mark=self.mark)
        try:
            number = await book.client.add_appointment(fields)
        except OutcomeUnknown:
            found = await self.standing()
            if found is None:
                raise
            return await self.settle(found)
        if isinstance(number, No):
            found = await self.standing()  # what is in the way may be ours, come late
            if found is not None and found.in_use:
                return await self.settle(found)
            return Taken(by=Subject.ROOM if number.code == "InvalidResource" else Subject.PRACTITIONER)
        made = await book.read_back(number)
        if made is None or not made.in_use:
            raise OutcomeUnknown(f"{NAME} says that it booked visit {number}, and its book does not show it.")
        if not book.is_there(made, self.slot):
            await taken_out(made, book)
            raise Refused(f"{NAME} entered a visit at another time or place than it was asked to; it was taken out.")
        return await self.settle(made)

    async def settle(self, own: Visit) -> Visit | Taken:
        """A visit that stands, alone at its time; or ours is taken out, since somebody was there first.

        One without our mark was entered by staff, and one they moved since is where they want it: both stay. What the
        same key has entered twice is taken out but for the first.
        """
        book = self.book
        if own.mark != self.mark or not book.is_there(own, self.slot):
            return own
        visits = await self._around()
        ours = sorted((one for one in visits if one.mark == self.mark and one.in_use), key=lambda one: one.number)
        for again in ours[1:]:
            await taken_out(again, book)
        first = ours[0] if ours else own
        others = [one for one in visits if one.mark != self.mark and one.number < first.number]
        by = book.in_the_way(self.slot, others)
        if by is None:
            return first
        await taken_out(first, book)
        return Taken(by=by)

    async def _around(self) -> Sequence[Visit]:
        try:
            return await self.book.around(self.slot)
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} has booked a visit, and its book could not be read since.") from fault


async def taken_out(found: Visit, book: Book) -> None:
    """Cancel a visit and read it back. On some sites the call succeeds and nothing happens.

    Raises: Refused (it stands, and staff must cancel it), OutcomeUnknown, Unreachable, NotPermitted.
    """
    lost: Fault | None = None
    try:
        await book.client.update_appointment(found.number, {"Execute": "cancel", "SendEmail": False})
    except (OutcomeUnknown, Refused) as fault:
        lost = fault
    left = await book.read_back(found.number)
    if left is not None and left.in_use:
        raise lost or Refused(f"{NAME} says that it cancelled visit {found.number}, and it still stands. Staff must.")


def days_of(within: Period, zone: ZoneInfo) -> tuple[date, date]:
    """The days on the site's clock whose visits may reach into a stretch of time."""
    return wall(within.start - LONGEST, zone).date(), wall(within.end - timedelta.resolution, zone).date()
