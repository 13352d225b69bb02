"""A calendar and a database that can be struck at every boundary: a lost request, a lost reply, the end of the process.

Boundaries lie before and after each call of the calendar and before and after each transaction; between two of them
the desk keeps nothing that is not stored.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from frontdesk.domain.appointment import Appointment, Cancellation, Slot
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.faults import OutcomeUnknown, Unreachable
from frontdesk.ports.system import Booked, ByStaff, Cancelled, Held, Missing, Moved, SlotRequest, System, Taken
from frontdesk.reception.standing import Begin
from frontdesk.storage.database import Db


class Blow(Enum):
    """What strikes at a boundary."""

    NONE = auto()
    CRASH = auto()
    SILENCE = auto()
    """The request never arrives, or its reply is lost; of a transaction it strikes nothing."""


class Boundary(Enum):
    """Where it strikes."""

    BEFORE_CALL = auto()
    AFTER_CALL = auto()
    BEFORE_TRANSACTION = auto()
    AFTER_TRANSACTION = auto()


class Crashed(BaseException):
    """Whoever ran is gone, as if killed: nothing of it may be caught on the way but by whoever struck."""


Strike = Callable[[Boundary], Awaitable[Blow]]
"""Says at each boundary what strikes there; whatever else is to happen meanwhile happens in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InterruptedSystem:
    """Implements `ports.System` by another one, struck before and after each call."""

    system: System
    strike: Strike

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times that can be booked as they stand, unless the request is lost."""
        await self._before()
        found = await self.system.find_slots(wanted)
        await self._after_reading()
        return found

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """A hold, whose reply may be lost."""
        await self._before()
        held = await self.system.hold(slot, key=key, until=until)
        await self._after()
        return held

    async def release(self, held: AppointmentId) -> None:
        """Give a held time back, unless the request is lost."""
        await self._before()
        await self.system.release(held)
        await self._after()

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """A booking, whose reply may be lost."""
        await self._before()
        booked = await self.system.book(slot, patient=patient, key=key, held=held)
        await self._after()
        return booked

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """What an intent has made, unless the request is lost."""
        await self._before()
        found = await self.system.look_up(slot, patient=patient, key=key)
        await self._after_reading()
        return found

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing | ByStaff:
        """A move, whose reply may be lost."""
        await self._before()
        moved = await self.system.move(id, slot, key=key, held=held)
        await self._after()
        return moved

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """The visit, unless the request is lost."""
        await self._before()
        found = await self.system.read(id)
        await self._after_reading()
        return found

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """The visits of patients, unless the request is lost."""
        await self._before()
        found = await self.system.appointments_of(patients)
        await self._after_reading()
        return found

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing | ByStaff:
        """A cancellation, whose reply may be lost."""
        await self._before()
        cancelled = await self.system.cancel(id, reason=reason)
        await self._after()
        return cancelled

    async def _before(self) -> None:
        match await self.strike(Boundary.BEFORE_CALL):
            case Blow.CRASH:
                raise Crashed
            case Blow.SILENCE:
                raise Unreachable("the request was lost")
            case Blow.NONE:
                return

    async def _after(self) -> None:
        match await self.strike(Boundary.AFTER_CALL):
            case Blow.CRASH:
                raise Crashed
            case Blow.SILENCE:
                raise OutcomeUnknown("the reply was lost")
            case Blow.NONE:
                return

    async def _after_reading(self) -> None:
        match await self.strike(Boundary.AFTER_CALL):
            case Blow.CRASH:
                raise Crashed
            case Blow.SILENCE:
                raise Unreachable("nothing was read")
            case Blow.NONE:
                return


def interrupted(begin: Begin, strike: Strike) -> Begin:
    """The same transactions, struck before each is opened and after each stands."""

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Db]:
        if await strike(Boundary.BEFORE_TRANSACTION) is Blow.CRASH:
            raise Crashed
        async with begin() as db:
            yield db
        if await strike(Boundary.AFTER_TRANSACTION) is Blow.CRASH:
            raise Crashed

    def open_one() -> AbstractAsyncContextManager[Db]:
        return transaction()

    return open_one
