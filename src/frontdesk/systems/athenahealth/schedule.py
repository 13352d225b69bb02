"""A practice's schedule as it stands: what is open, who has which time, what one slot or visit is."""

import hashlib
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import date

import structlog

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown
from frontdesk.systems.athenahealth.client import NAME, Client
from frontdesk.systems.athenahealth.mapping import Numbers, Visit, visit
from frontdesk.systems.athenahealth.office import Opening, read_open, side_by_side
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """One practice's schedule: the client, which of its numbers are ours, and the practice as its files have it."""

    client: Client
    numbers: Numbers
    practice: Practice

    async def visit_of(self, number: int) -> Visit | None:
        """The slot or visit of that number; None where there is none at a location of ours."""
        row = await self.client.appointment(number)
        return None if row is None else visit(row, self.numbers, self.practice)

    async def open_at(self, slot: Slot, *, besides: int | None = None) -> list[Opening]:
        """The open slots that are that very time of that practitioner, who has nobody else then, read now.

        `besides`: the visit that is to move there, which is not in its own way.
        """
        which = self.numbers.which(slot.service)
        if which is None or slot.practitioner not in self.numbers.providers:
            raise NotPermitted(
                f"Service {slot.service} or practitioner {slot.practitioner} has no number in {NAME}. Give it one."
            )
        day = wall(slot.during.start, self.practice.location(slot.location).zone).date()
        provider = self.numbers.providers[slot.practitioner]
        open_there = self.client.open_slots(
            day, day, departments=[self.department(slot)], providers=[provider], which=which
        )
        rows, visits = await self.open_and_booked(open_there, day, day)
        others = [one for one in visits if one.number != besides]
        free = side_by_side(self.openings_in(rows), others, self.practice)
        return [one for one in free if one.during == slot.during]

    async def open_and_booked(
        self, open_slots: Coroutine[object, object, list[Foreign]], first: date, last: date
    ) -> tuple[list[Foreign], list[Visit]]:
        """What a question for open slots gives, and the visits that stand at all our locations those days."""
        rows, *parts = await together(open_slots, *self._booked(first, last))
        return rows, self._visits(parts)

    async def standing(self, first: date, last: date) -> list[Visit]:
        """The visits that stand at all our locations, from the first day to the last, both included."""
        return self._visits(await together(*self._booked(first, last)))

    def _booked(self, first: date, last: date) -> list[Coroutine[object, object, list[Foreign]]]:
        return [self.client.booked(first, last, department=number) for number in self.numbers.departments.values()]

    def _visits(self, parts: Iterable[Iterable[Foreign]]) -> list[Visit]:
        read = (visit(row, self.numbers, self.practice) for part in parts for row in part)
        return [one for one in read if one is not None]

    def openings_in(self, rows: Iterable[Foreign]) -> tuple[Opening, ...]:
        """The open slots among these rows; those that cannot be read are told and not offered."""
        found = read_open(rows, self.numbers, self.practice)
        for fault in found.strange:
            _log.warning("a slot was not understood and is not offered", system=NAME, row=fault.row, field=fault.field)
        return found.openings

    def department(self, slot: Slot) -> int:
        """The department of a slot's location. Raises: NotPermitted."""
        if slot.location not in self.numbers.departments:
            raise NotPermitted(f"Location {slot.location} has no department in {NAME}. Give it one.")
        return self.numbers.departments[slot.location]

    async def read_back(self, number: int) -> Visit | None:
        """The same after something was asked to change it. Raises: OutcomeUnknown (it cannot be read)."""
        try:
            return await self.visit_of(number)
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} was asked to change visit {number}; it could not be read since.") from fault


def mark_of(key: str) -> str:
    """The words by which a note shows the key of an intent."""
    return f"Frontdesk {hashlib.sha256(key.encode()).hexdigest()[:16]}"


def is_at(one: Visit, slot: Slot, schedule: Schedule) -> bool:
    """Whether it starts there and then; how long it lasts is athenaOne's to say."""
    provider = schedule.numbers.providers.get(slot.practitioner)
    return (one.during.start, one.location, one.provider) == (slot.during.start, slot.location, provider)


def compare(booked: Visit, opening: Opening) -> None:
    """Tell where a visit does not last as long as its slot did: whether slots are ever cut is not published."""
    if booked.during != opening.during:
        _log.warning("a visit lasts otherwise than its slot", system=NAME, appointment=booked.number)
