"""One booking: found anew for the patient, booked by the id that the search gave, and read back.

Epic refuses a time that is taken, and knows no key of ours. Our mark stands in the visit's note; what an answer leaves
open is looked for among the patient's visits before anything is told.
"""

from dataclasses import dataclass

from frontdesk.domain.appointment import Slot, Subject
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.standards.fhir_scheduling import booking as fhir
from frontdesk.standards.fhir_scheduling.appointments import Appointment
from frontdesk.standards.fhir_scheduling.booking import Booked, read_booked
from frontdesk.standards.fhir_scheduling.dialect import EPIC_STU3
from frontdesk.standards.fhir_scheduling.outcomes import Kind, Trouble
from frontdesk.standards.fhir_scheduling.reading import Unreadable
from frontdesk.standards.fhir_scheduling.values import Identifier, to
from frontdesk.systems.epic.book import Book
from frontdesk.systems.epic.client import NAME, fault_of
from frontdesk.systems.epic.mapping import contact_in, patient_in
from frontdesk.systems.epic.marking import mark_of, marks_of

_TRIES = 2
"""What a search gave may be over by the time it is booked; it is looked for once more."""


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
        return mark_of(self.key)

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
        if not there:
            return None
        marks = await marks_of(self.book, self.chart, self.slot.during)
        ours = (one for one in there if marks.get(contact_in(one, self.book.numbers)) == self.mark)
        return next(ours, None)

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
