"""One booking: found anew for the patient, booked by the id that the search gave, and read back.

Epic refuses a time that is taken, and knows no key of ours. Our mark stands in the visit's note; what an answer leaves
open is looked for among the patient's visits before anything is told.
"""

import hashlib
from dataclasses import dataclass, replace

from frontdesk.domain.appointment import Slot, Subject
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.standards.fhir_scheduling import booking as fhir
from frontdesk.standards.fhir_scheduling.appointments import Appointment, read_appointment
from frontdesk.standards.fhir_scheduling.asking import NotOffered, Release, read
from frontdesk.standards.fhir_scheduling.booking import Booked, read_booked
from frontdesk.standards.fhir_scheduling.dialect import EPIC_STU3
from frontdesk.standards.fhir_scheduling.finding import Wanted, free_times, offers_in, visits_of
from frontdesk.standards.fhir_scheduling.outcomes import Kind, Trouble
from frontdesk.standards.fhir_scheduling.reading import Unreadable, read_all
from frontdesk.standards.fhir_scheduling.values import Coding, Identifier, Reference, to
from frontdesk.systems.epic.client import NAME, Client, fault_of
from frontdesk.systems.epic.mapping import Numbers, contact_in, openings, patient_in

_ANYBODY = replace(EPIC_STU3, find=replace(EPIC_STU3.find, patient=None) if EPIC_STU3.find else None)
"""`$find` without a patient, for times that are shown before it is known who comes. That Epic answers it is a guess."""
_TRIES = 2
"""What a search gave may be over by the time it is booked; it is looked for once more."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, on which file. `key` names the intent; the mark in the note shows it."""

    book: Book
    slot: Slot
    chart: str
    key: str

    @property
    def mark(self) -> str:
        """What tells our visit from any other of the patient."""
        return f"Frontdesk {hashlib.sha256(self.key.encode()).hexdigest()[:16]}"

    async def done(self) -> Appointment | Taken:
        """The visit, booked now or before. Raises: as `write`, and NotThere (the patient's file is gone)."""
        return await self.standing() or await self.write()

    async def standing(self) -> Appointment | None:
        """The visit that this key has booked already, as it stands now.

        It is the patient's at that time with that practitioner; or it bears our mark, and was cancelled since.
        """
        found = await self.book.visits_of(self.chart, self.slot.during)
        there = [one for one in found if self._is_at(one)]
        for one in there:
            if one.status.takes_time:
                return one
        marked = await self._marked() if there else set()
        return next((one for one in there if contact_in(one, self.book.numbers) in marked), None)

    async def write(self) -> Appointment | Taken:
        """Book the time where Epic still offers it to this patient, and read it back.

        Raises: OutcomeUnknown, Refused (it is offered, and not booked), Unreachable, NotPermitted.
        """
        last: Trouble | None = None
        for _ in range(_TRIES):
            offer = await self.book.offered(self.slot, self.chart)
            if offer is None:
                return await self.standing() or Taken(by=Subject.PRACTITIONER)
            outcome = await self._booked(offer)
            if isinstance(outcome, Appointment):
                return outcome
            last = outcome
        if last is not None and last.kind is Kind.SECURITY:
            raise NotPermitted(f"{NAME} does not let us book: {last.says}. The hospital must allow it.")
        raise Refused(
            f"{NAME} offers the time and does not book it: its own rules stand against it. Staff can book it."
        )

    async def _booked(self, offer: Appointment) -> Appointment | Trouble:
        """The visit; or why not, once it is sure that the patient has none at that time."""
        ask = fhir.book(EPIC_STU3, self._asked(offer))
        lost: OutcomeUnknown | None = None
        outcome: object = None
        try:
            outcome = read_booked(EPIC_STU3, ask, await self.book.client.ask(ask))
        except OutcomeUnknown as fault:
            lost = fault
        except Unreadable as strange:
            lost = OutcomeUnknown(f"{NAME} answered a booking with something that is not understood.")
            lost.__cause__ = strange
        try:
            found = await self.book.visit(outcome.at.id) if isinstance(outcome, Booked) else await self.standing()
        except Fault as fault:
            if isinstance(outcome, Trouble | fhir.Taken):
                raise
            raise OutcomeUnknown(f"{NAME} was asked to book; the visit could not be read since.") from fault
        if found is not None and self._is_at(found) and found.status.takes_time:
            return found
        wrong = outcome.because if isinstance(outcome, fhir.Taken) else outcome
        if not isinstance(wrong, Trouble):
            raise lost or OutcomeUnknown(
                f"{NAME} says that it booked a visit; it is not to be seen as it was asked for."
            )
        if wrong.kind in {Kind.STRUGGLING, Kind.THROTTLED}:
            raise fault_of(wrong, ask)
        return wrong

    def _asked(self, offer: Appointment) -> fhir.Booking:
        return fhir.Booking(
            number=Identifier(value=self.mark),
            patient=to("Patient", self.chart),
            during=self.slot.during,
            offered=offer,
            comment=f"Booked by {self.mark}",
        )

    def _is_at(self, one: Appointment) -> bool:
        """Whether it is the patient's and starts there and then; how long it lasts is Epic's to say."""
        numbers, slot = self.book.numbers, self.slot
        return (
            one.during is not None
            and one.during.start == slot.during.start
            and numbers.practitioner_of(one) == slot.practitioner
            and patient_in(one) in {"", self.chart}
        )

    async def _marked(self) -> set[str]:
        """The contact numbers of the patient's visits of that day whose note bears our mark."""
        number = await self.book.client.patient_number(self.chart)
        zone = self.book.practice.location(self.slot.location).zone
        rows = await self.book.client.visits_on(number, wall(self.slot.during.start, zone).date())
        contacts: set[str] = set()
        for row in rows:
            notes = row.fields.get("AppointmentNotes")
            if any(self.mark in str(note) for note in (notes if isinstance(notes, list) else [])):
                ids = row.fields.get("ContactIDs")
                named = [one for one in (ids if isinstance(ids, list) else []) if isinstance(one, dict)]
                contacts |= {str(one.get("ID")) for one in named if one.get("Type") == "CSN"}
        return contacts
