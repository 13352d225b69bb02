"""A calendar whose calls fail on demand: before they act, or after, when the reply is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.faults import Fault, OutcomeUnknown, Unreachable
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, System, Taken

Outcome = TypeVar("Outcome")


@dataclass
class Faulty:
    """`before` and `after` name the calls that fail next, each once for each time it is named."""

    system: System
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        self._fail("find_slots", self.before, Unreachable)
        return await self.system.find_slots(wanted)

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        self._fail("hold", self.before, Unreachable)
        return self._lose("hold", await self.system.hold(slot, key=key, until=until))

    async def release(self, held: AppointmentId) -> None:
        self._fail("release", self.before, Unreachable)
        await self.system.release(held)

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        self._fail("book", self.before, OutcomeUnknown)
        return self._lose("book", await self.system.book(slot, patient=patient, key=key, held=held))

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        self._fail("look_up", self.before, Unreachable)
        return await self.system.look_up(slot, patient=patient, key=key)

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        self._fail("move", self.before, OutcomeUnknown)
        return self._lose("move", await self.system.move(id, slot, key=key, held=held))

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        self._fail("read", self.before, Unreachable)
        return await self.system.read(id)

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        return await self.system.appointments_of(patients)

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        self._fail("cancel", self.before, OutcomeUnknown)
        return self._lose("cancel", await self.system.cancel(id, reason=reason))

    def _fail(self, call: str, left: list[str], fault: type[Fault]) -> None:
        self.asked.append(call)
        if call in left:
            left.remove(call)
            raise fault(f"{call} did not come through")

    def _lose(self, call: str, outcome: Outcome) -> Outcome:
        if call in self.after:
            self.after.remove(call)
            raise OutcomeUnknown(f"the reply to {call} was lost")
        return outcome
