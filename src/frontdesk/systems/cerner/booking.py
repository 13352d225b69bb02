"""One booking in a book that gives each slot once and knows no key of ours.

What an answer leaves open is read from the patient's visits. The mark of the key is in the comment that goes with a
booking. Which status says that a slot is taken is not published, so that after any no the slot itself is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.domain.appointment import Slot, Subject
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.standards.fhir_scheduling import booking as fhir
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4
from frontdesk.standards.fhir_scheduling.outcomes import Trouble
from frontdesk.standards.fhir_scheduling.reading import Unreadable
from frontdesk.standards.fhir_scheduling.values import Identifier, to
from frontdesk.systems.cerner.client import NAME
from frontdesk.systems.cerner.mapping import is_at, mark_of, patient_in
from frontdesk.systems.cerner.schedule import Book, Free


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, on which file. `key` names the intent; the mark in the comment shows it."""

    book: Book
    slot: Slot
    chart: str
    key: str

    async def standing(self) -> Visit | None:
        """The visit that this key has booked already, as it stands now.

        It is the patient's at that time with that practitioner; or it bears our mark, and was cancelled or moved since.
        Raises: Unreachable, NotPermitted, Refused.
        """
        mark = mark_of(self.key)
        visits = await self.book.visits_on(self.chart, around=self.slot.during.start)
        for one in visits:
            if one.status.takes_time and is_at(one, self.slot, self.book.numbers):
                return one
        return next((one for one in visits if mark in one.comment), None)

    async def write(self, free: Sequence[Free]) -> Visit | Taken:
        """Book the first of these slots that is still to be had, and read it back.

        Raises: OutcomeUnknown, Refused (it is free, and not for us), Unreachable, NotPermitted.
        """
        refused: Trouble | None = None
        for one in free:
            outcome = await self._asked(one)
            if isinstance(outcome, Visit):
                return outcome
            refused = outcome
        if refused is not None and await self._still_free(free):
            raise Refused(f"{NAME} shows the time free and does not book it: {refused.says}. Staff can book it.")
        return Taken(by=Subject.PRACTITIONER)

    async def _asked(self, one: Free) -> Visit | Trouble:
        """What became of one slot: our visit in it, or why there is none."""
        ask = fhir.book(
            CERNER_R4,
            fhir.Booking(
                number=Identifier(value=mark_of(self.key)),
                patient=to("Patient", self.chart),
                during=one.slot.during,
                slots=(one.slot,),
                comment=f"Booked by {mark_of(self.key)}",
            ),
        )
        lost: OutcomeUnknown | None = None
        outcome: fhir.Booked | fhir.Taken | Trouble | None = None
        try:
            said = await self.book.client.act(ask)
            read = fhir.read_booked(CERNER_R4, ask, said)
            outcome = read if isinstance(read, fhir.Booked | fhir.Taken | Trouble) else None
        except OutcomeUnknown as fault:
            lost = fault
        except Unreadable as fault:
            lost = OutcomeUnknown(f"{NAME} answered a booking, and its answer does not tell which visit it made.")
            lost.__cause__ = fault
        if isinstance(outcome, fhir.Booked):
            return await self._read_back(outcome.at.id)
        try:
            ours = await self.standing()
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} was asked to book; the patient's visits could not be read since.") from fault
        if ours is not None and ours.status.takes_time:
            return ours  # another run of this key was faster, or the answer was lost on its way
        if outcome is None:
            raise lost or OutcomeUnknown(f"{NAME} answered a booking with something that is none.")
        return outcome.because if isinstance(outcome, fhir.Taken) else outcome

    async def _read_back(self, id: str) -> Visit:
        """The visit that was made: its answer is empty, and the slot decides time, practitioner and place."""
        made = await self.book.read_back(id)
        ours = made is not None and made.status.takes_time and patient_in(made) == self.chart
        if made is None or not ours or not is_at(made, self.slot, self.book.numbers):
            raise OutcomeUnknown(f"{NAME} says that it booked {id}; its book shows otherwise.")
        return made

    async def _still_free(self, free: Sequence[Free]) -> bool:
        """Whether one of them is free all the same. Raises: OutcomeUnknown does not apply: nothing was booked."""
        now = await self.book.free_at(self.slot)
        return bool({one.slot.id for one in now} & {one.slot.id for one in free})
