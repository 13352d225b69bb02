"""A calendar elsewhere whose every call stands in the audit: what was asked, about whom, and how it ended."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.audit import Event, Happened, Outcome, as_id
from frontdesk.domain.ids import AppointmentId, PatientId, PracticeId
from frontdesk.ports.faults import Fault, NotPermitted, Refused
from frontdesk.ports.system import Booked, ByStaff, Cancelled, Held, Missing, Moved, SlotRequest, System, Taken
from frontdesk.storage.database import Storage


@dataclass(kw_only=True, slots=True)
class Call:
    """What is known of a call by its end: whose data went to and fro, and what was touched."""

    subjects: set[UUID] = field(default_factory=set)
    ids: dict[str, UUID | str] = field(default_factory=dict)

    def saw(self, visit: Appointment) -> None:
        """A visit came back."""
        self.ids["visit"] = as_id(visit.id)
        if visit.patient is not None:
            self.subjects.add(visit.patient)

    def saw_any(self, visit: Appointment | Missing) -> None:
        """A visit came back, or none."""
        if isinstance(visit, Appointment):
            self.saw(visit)


class RecordedSystem:
    """A system behind the audit. Implements `ports.System`; each method does and raises what the system's does.

    An event is written when the call has ended, in a transaction of its own: that it was about to be made is in the
    saga's row and its event, so that a process killed meanwhile leaves a trace too.
    """

    def __init__(self, system: System, storage: Storage, practice: PracticeId, *, name: str) -> None:
        """`name` is the system's own, like "opendental"."""
        self._system = system
        self._storage = storage
        self._practice = practice
        self._name = name

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, soonest first; [] when none fits."""
        async with self._recorded("find_slots"):
            return await self._system.find_slots(wanted)

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Keep a time for a patient who is still answering."""
        async with self._recorded("hold", intent=key) as call:
            outcome = await self._system.hold(slot, key=key, until=until)
            if isinstance(outcome, Held):
                call.saw(outcome.appointment)
            return outcome

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back."""
        async with self._recorded("release", visit=held):
            await self._system.release(held)

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Book the visit, out of the hold where one is given and still stands."""
        async with self._recorded("book", patient, intent=key) as call:
            outcome = await self._system.book(slot, patient=patient, key=key, held=held)
            if isinstance(outcome, Booked):
                call.saw(outcome.appointment)
            return outcome

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """The visit that this intent has made, if it has."""
        async with self._recorded("look_up", patient, intent=key) as call:
            found = await self._system.look_up(slot, patient=patient, key=key)
            if isinstance(found, Appointment):
                call.saw(found)
            return found

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing | ByStaff:
        """Give a booked visit another time, whole or not at all."""
        async with self._recorded("move", intent=key, visit=id) as call:
            outcome = await self._system.move(id, slot, key=key, held=held)
            if isinstance(outcome, Moved):
                call.saw(outcome.appointment)
            return outcome

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit as it stands now."""
        async with self._recorded("read", visit=id) as call:
            found = await self._system.read(id)
            if isinstance(found, Appointment):
                call.saw(found)
            return found

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Every visit of these patients, soonest first, cancelled ones too; holds are left out."""
        async with self._recorded("appointments_of", *patients):
            return await self._system.appointments_of(patients)

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing | ByStaff:
        """Take a visit out of the calendar and free everything it held."""
        async with self._recorded("cancel", visit=id) as call:
            outcome = await self._system.cancel(id, reason=reason)
            if isinstance(outcome, Cancelled):
                call.saw(outcome.appointment)
            return outcome

    def _recorded(self, asked: str, *subjects: UUID, **ids: str) -> AbstractAsyncContextManager[Call]:
        return recorded(self._storage, self._practice, self._name, asked, *subjects, **ids)


@asynccontextmanager
async def recorded(
    storage: Storage, practice: PracticeId, system: str, asked: str, *subjects: UUID, **ids: str
) -> AsyncIterator[Call]:
    """A call to a system, which stands in the audit once it has ended, well or with a fault."""
    call = Call(subjects=set(subjects), ids={name: as_id(id) for name, id in ids.items()})
    try:
        yield call
    except (NotPermitted, Refused) as fault:
        await _write(storage, practice, system, asked, call, Outcome.REFUSED, type(fault))
        raise
    except Fault as fault:
        await _write(storage, practice, system, asked, call, Outcome.FAILED, type(fault))
        raise
    else:
        await _write(storage, practice, system, asked, call, Outcome.DONE, None)


async def _write(
    storage: Storage,
    practice: PracticeId,
    system: str,
    asked: str,
    call: Call,
    outcome: Outcome,
    fault: type[Fault] | None,
) -> None:
    codes = {"system": system, "asked": asked, **({"fault": fault.__name__.lower()} if fault else {})}
    async with storage.practice(practice) as db:
        db.record(
            Event(
                what=Happened.SYSTEM_CALLED,
                subjects=frozenset(call.subjects),
                outcome=outcome,
                ids=call.ids,
                codes=codes,
            )
        )
