"""The hospital's book as it stands: what it offers, one visit, a patient's visits."""

import re
from dataclasses import dataclass, replace

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.standards.fhir_scheduling.appointments import Appointment, read_appointment
from frontdesk.standards.fhir_scheduling.asking import NotOffered, Release, read
from frontdesk.standards.fhir_scheduling.dialect import EPIC_STU3
from frontdesk.standards.fhir_scheduling.finding import Wanted, free_times, offers_in, visits_of
from frontdesk.standards.fhir_scheduling.reading import read_all
from frontdesk.standards.fhir_scheduling.values import Coding, Reference, to
from frontdesk.systems.epic.client import NAME, Client
from frontdesk.systems.epic.mapping import Numbers, openings

_FHIR_ID = re.compile(r"[A-Za-z0-9.\-]{1,256}")
_ANYBODY = replace(EPIC_STU3, find=replace(EPIC_STU3.find, patient=None) if EPIC_STU3.find else None)
"""`$find` without a patient, for times that are shown before it is known who comes. That Epic answers it is a guess."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """One hospital's book: the client, which of its ids are ours, and the practice as its files have it."""

    client: Client
    numbers: Numbers
    practice: Practice

    async def offers(self, within: Period, *, location: str, coding: Coding, chart: str | None) -> list[Appointment]:
        """What Epic offers of a visit type at one place; for a patient, where a file is given."""
        wanted = Wanted(
            within=within,
            services=(coding,),
            locations=(Reference(type="Location", id=location, base=self.client.base(Release.STU3)),),
            patient=None if chart is None else {"resourceType": "Patient", "identifier": [{"value": chart}]},
        )
        ask = free_times(_ANYBODY if chart is None else EPIC_STU3, wanted)
        if isinstance(ask, NotOffered):
            raise Refused(ask.says)
        pages = await self.client.search(replace(ask, query=()), "Appointment")  # no page size is known there
        sifted = replace(wanted, locations=(to("Location", location),))
        return [one for page in pages for one in offers_in(page, sifted).found]

    async def offered(self, slot: Slot, chart: str | None) -> Appointment | None:
        """What that very time can be booked by; None where it is offered no more."""
        coding, location = self.numbers.coding(slot.service), self.numbers.locations.get(slot.location)
        if coding is None or location is None or slot.practitioner not in self.numbers.practitioners:
            raise NotPermitted(f"Service, location or practitioner of the time has no id in {NAME}. Give it one.")
        found = await self.offers(slot.during, location=location, coding=coding, chart=chart)
        for opening, offer in openings(found, slot.service, self.numbers):
            if (opening.practitioner, opening.location, opening.during) == (
                slot.practitioner,
                slot.location,
                slot.during,
            ):
                return offer
        return None

    async def visit(self, id: str) -> Appointment | None:
        """One visit; None where there is none."""
        if not _FHIR_ID.fullmatch(id):
            return None
        found = await self.client.one(read(to("Appointment", id), Release.STU3))
        return None if found is None else read_appointment(found)

    async def visits_of(self, chart: str, within: Period) -> list[Appointment]:
        """A patient's visits that begin inside a stretch, cancelled ones too. Raises: Unreadable."""
        ask = visits_of(to("Patient", chart), within, release=Release.STU3)
        pages = await self.client.search(ask, "Appointment")
        read_ = read_all((one for page in pages for one in page.of("Appointment")), read_appointment)
        if read_.faults:
            raise read_.faults[0]
        return list({one.id: one for one in read_.found}.values())
