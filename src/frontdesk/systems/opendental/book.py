"""An office's appointment book, read as it stands, and the one way a visit is taken out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import structlog

from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.systems.opendental.client import Client
from frontdesk.systems.opendental.mapping import LONGEST, Visit, visit
from frontdesk.systems.opendental.numbers import Numbers
from frontdesk.systems.opendental.office import Office, read_office, read_visits
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.together import together

_log = structlog.get_logger()
NAME = "Open Dental"


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """Whom to ask, and what of the answers is ours: `numbers` has nothing that the practice no longer has."""

    client: Client
    numbers: Numbers
    practice: Practice

    async def visit(self, number: int) -> Visit | None:
        """The visit of that number as it stands; None where there is none, or where the row is no visit with a time."""
        row = await self.client.appointment(number)
        return self.read(row) if row is not None else None

    def read(self, row: Foreign) -> Visit | None:
        """The visit in a row; None where the row is no visit with a time. Raises: Unreadable."""
        found = visit(row, self.numbers, self.practice)
        return found if found is not None and found.is_visit else None

    async def visits(self, within: Period) -> list[Visit]:
        """What is on the book of all days that may reach into a stretch of time."""
        rows = await self.client.appointments(*days_of(within, self.practice))
        return read_visits(rows, self.numbers, self.practice)

    async def office(self, within: Period, *, without: int | None = None) -> Office:
        """Everything that decides what is open, read now. A row that cannot be read whole is told and kept.

        `without`: the number of a visit that is to be moved, and so is in nobody's way.
        """
        first, last = days_of(within, self.practice)
        appointments, schedules, operatories, types = await together(
            self.client.appointments(first, last),
            self.client.schedules(first, last),
            self.client.operatories(),
            self.client.appointment_types(),
        )
        office = read_office(
            (row for row in appointments if row.integer("AptNum") != without),
            schedules,
            operatories,
            types,
            numbers=self.numbers,
            practice=self.practice,
        )
        report(office.strange)
        return office

    async def take_out(self, number: int, note: str) -> None:
        """Off the book, and read back. The note is a courtesy: without it the visit is out all the same.

        Raises: Refused, Unreachable, NotPermitted (it stands), OutcomeUnknown.
        """
        try:
            await self.client.break_appointment(number)
            refused = None
        except (OutcomeUnknown, Refused) as fault:
            refused = fault
        left = await self.visit(number)
        if left is not None and left.in_use:
            raise refused or OutcomeUnknown(
                f"Open Dental says that it took out visit {number}; its book shows it still."
            )
        await self.leave_word(number, note)

    async def leave_word(self, number: int, note: str) -> None:
        """A line for staff in a visit's note, where it is taken."""
        try:
            await self.client.add_note(number, note)
        except Fault as fault:
            _log.warning("a note was not taken", system=NAME, appointment=number, fault=type(fault).__name__)


def report(strange: Iterable[Unreadable]) -> None:
    """Tell which rows were not understood."""
    for fault in strange:
        _log.warning("a row was not understood and counts as in use", system=NAME, row=fault.row, field=fault.field)


def days_of(within: Period, practice: Practice) -> tuple[date, date]:
    """The days, on the clocks of all locations, whose visits may reach into a stretch of time."""
    zones = [location.zone for location in practice.locations]
    return (
        min(wall(within.start - LONGEST, zone).date() for zone in zones),
        max(wall(within.end, zone).date() for zone in zones),
    )
