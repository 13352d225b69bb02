"""A practice's book in Millennium as it stands: what is free, who has which visit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.fhir_scheduling.appointments import read_appointment
from frontdesk.standards.fhir_scheduling.asking import Ask, NotOffered, Release
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4
from frontdesk.standards.fhir_scheduling.finding import Wanted, free_times, visits_of
from frontdesk.standards.fhir_scheduling.reading import ReadAll, T, read_all
from frontdesk.standards.fhir_scheduling.slots import Slot as Open
from frontdesk.standards.fhir_scheduling.slots import read_schedule, read_slot
from frontdesk.standards.fhir_scheduling.values import Coding, Concept, Reference, to
from frontdesk.standards.openings import Opening
from frontdesk.systems.cerner.client import NAME, Client
from frontdesk.systems.cerner.mapping import Numbers, opening
from frontdesk.wire.together import together

_log = structlog.get_logger()

PAGE = 200
"""Slots or visits asked for at a time; how many the vendor gives at most is not published."""
MOST_PIECES = 14
"""So many searches side by side for a stretch of days: the pages of each come one after another."""
_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Free:
    """A free slot there, and the time of ours that it is."""

    slot: Open
    opening: Opening


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """One practice's book: the client, which of its ids are ours, and the practice as its files have it."""

    client: Client
    numbers: Numbers
    practice: Practice

    def coding(self, service: ServiceId) -> Coding:
        """What a service is searched by. Raises: NotPermitted (it has no code)."""
        coding = self.numbers.coding(service)
        if coding is None:
            raise NotPermitted(f"Service {service} has no appointment type in {NAME}. Give it a code of set 14249.")
        return coding

    async def free(
        self, service: ServiceId, within: Period, *, people: Iterable[PractitionerId], places: Iterable[str]
    ) -> list[Free]:
        """Free slots for a service that begin in a stretch, read now. Those that cannot be read are told and left out.

        Raises: Unreachable (nothing was read), NotPermitted, Refused.
        """
        practitioners = [to("Practitioner", self.numbers.practitioners[id]) for id in people]
        locations = [to("Location", id) for id in places]
        if not practitioners or not locations:
            return []
        coding = self.coding(service)
        parts = await together(
            *(self._free(coding, piece, practitioners, locations) for piece in pieces(within, MOST_PIECES))
        )
        return [one for part in parts for one in part]

    async def words_of(self, service: ServiceId, within: Period) -> Sequence[Concept]:
        """What Millennium calls a service, by the first free slot of it in a stretch; [] where there is none.

        Raises: Unreachable, NotPermitted, Refused.
        """
        wanted = Wanted(
            within=within,
            services=(self.coding(service),),
            locations=tuple(to("Location", id) for id in self.numbers.locations.values()),
            count=1,
        )
        ask = free_times(CERNER_R4, wanted)
        if isinstance(ask, NotOffered):
            raise NotPermitted(ask.says)
        found = self._readable(read_all(await self.client.first(ask, "Slot"), read_slot), "a slot was not understood")
        return [concept for slot in found for concept in slot.services]

    async def free_at(self, slot: Slot) -> list[Free]:
        """The free slots that are that very time of that practitioner there, read now. Raises: as `free`."""
        if slot.practitioner not in self.numbers.practitioners or slot.location not in self.numbers.locations:
            raise NotPermitted(
                f"Practitioner {slot.practitioner} or location {slot.location} has no id in {NAME}. Give it one."
            )
        moment = Period(start=slot.during.start, end=slot.during.start + timedelta(minutes=1))
        found = await self.free(
            slot.service, moment, people=[slot.practitioner], places=[self.numbers.locations[slot.location]]
        )
        return [one for one in found if one.opening.during == slot.during]

    async def visit(self, id: str) -> Visit | None:
        """One visit; None where there is none. Raises: Unreachable, NotPermitted, Refused."""
        found = await self.client.one(to("Appointment", id))
        return None if found is None else read_appointment(found)

    async def read_back(self, id: str) -> Visit | None:
        """The same after something was asked to change it. Raises: OutcomeUnknown (it cannot be read)."""
        try:
            return await self.visit(id)
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} was asked to change visit {id}; it could not be read since.") from fault

    async def visits_on(self, chart: str, *, around: datetime) -> Sequence[Visit]:
        """Every visit on a file that begins within a year of a moment, cancelled ones too."""
        within = Period(start=around - _YEAR, end=around + _YEAR)
        ask = visits_of(to("Patient", chart), within, release=Release.R4)
        return await self.visits(ask)

    async def visits(self, ask: Ask) -> Sequence[Visit]:
        """Every visit that a search finds; those that cannot be read are told and left out."""
        large = tuple((name, str(PAGE) if name == "_count" else value) for name, value in ask.query)
        found = await self.client.resources(replace(ask, query=large), "Appointment")
        return self._readable(read_all(found, read_appointment), "a visit was not understood")

    async def _free(
        self, coding: Coding, within: Period, people: Sequence[Reference], places: Sequence[Reference]
    ) -> list[Free]:
        wanted = Wanted(
            within=within, services=(coding,), practitioners=tuple(people), locations=tuple(places), count=PAGE
        )
        ask = free_times(CERNER_R4, wanted)
        if isinstance(ask, NotOffered):
            raise NotPermitted(ask.says)
        found = await self.client.search(ask, "Slot")
        schedules = self._readable(
            read_all((one for one in found.included if one.get("resourceType") == "Schedule"), read_schedule),
            "a schedule was not understood and its slots are not offered",
        )
        known = {one.id: one for one in schedules}
        free: list[Free] = []
        for slot in self._readable(read_all(found.matches, read_slot), "a slot was not understood and is not offered"):
            ours = opening(slot, known, self.numbers)
            if ours is not None and slot.bookable and within.start <= slot.during.start < within.end:
                free.append(Free(slot=slot, opening=ours))
        return free

    def _readable(self, read: ReadAll[T], says: str) -> Sequence[T]:
        for fault in read.faults:
            _log.warning("a resource was not understood", system=NAME, what=says, row=fault.row, field=fault.place)
        return read.found


def pieces(within: Period, most: int) -> list[Period]:
    """A stretch in equal pieces of a day or more, `most` at most."""
    length = max(_DAY, -(-within.length // most // _DAY) * _DAY)
    count = -(-within.length // length)
    return [
        Period(start=within.start + place * length, end=min(within.start + (place + 1) * length, within.end))
        for place in range(count)
    ]
