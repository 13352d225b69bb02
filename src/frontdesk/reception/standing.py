"""A visit as the calendar shows it, whatever number it has by now.

Where a calendar cannot move a visit, a move books it anew: it has another number then, and under the old one it looks
cancelled. Whoever still has to tell of the old number must not take it for that.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.ports.system import Missing, System
from frontdesk.storage import bookings
from frontdesk.storage.database import Db

Begin = Callable[[], AbstractAsyncContextManager[Db]]
"""Opens a transaction inside the practice."""


async def as_it_stands(
    visit: AppointmentId, *, patient: PatientId | None, system: System, begin: Begin, asks: str | None = None
) -> Appointment | Missing:
    """The visit of that patient; where it stands no more, the one that a move of ours has made of it.

    Moves of another patient lead nowhere: a system may give a number anew. `asks` is the key of an intent that is to
    change the visit and wants to know by which number.
    Raises: Fault, OutcomeUnknown among them: it may be that a move which goes on has booked it anew.
    """
    numbers = [visit]
    while True:
        found = await system.read(numbers[-1])
        if isinstance(found, Appointment):
            if found.status.takes_time:
                return found
            numbers.append(found.id)
        async with begin() as db:
            move = await bookings.move_from(db, numbers, patient=patient, asks=asks)
        if move is None:
            return found
        if move.appointment is None:
            raise OutcomeUnknown("the visit stands no more, and a move of it has not ended")
        numbers.append(move.appointment)
