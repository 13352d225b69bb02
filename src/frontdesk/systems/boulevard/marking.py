"""What is written on a visit that stands: confirmed, arrived, missed, noted. Each is read back."""

from datetime import datetime

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.systems.boulevard.booking import taken_out
from frontdesk.systems.boulevard.client import NAME
from frontdesk.systems.boulevard.mapping import Visit, mark_of
from frontdesk.systems.boulevard.schedule import Schedule


async def confirmed(found: Visit, schedule: Schedule) -> Visit:
    """The visit in the state CONFIRMED. Raises: Refused (it is not to come any more), OutcomeUnknown."""
    if found.strange is not None:
        raise found.strange
    if found.standing is not Status.BOOKED:
        raise Refused(f"Visit {found.number} is not to come any more; it is not confirmed.")
    if found.confirmed:
        return found
    after = await _set(found, "CONFIRMED", schedule)
    if not after.confirmed and after.standing is Status.BOOKED:
        raise OutcomeUnknown(f"{NAME} says that it confirmed visit {found.number}; it shows otherwise.")
    return after


async def arrived(found: Visit, schedule: Schedule) -> Visit:
    """The visit in the state ARRIVED. Raises: Refused (it is not to come any more), OutcomeUnknown."""
    if found.strange is not None:
        raise found.strange
    if found.standing in {Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED}:
        return found
    if found.standing is not Status.BOOKED:
        raise Refused(f"Visit {found.number} is cancelled; nobody arrives for it.")
    after = await _set(found, "ARRIVED", schedule)
    if after.standing is Status.BOOKED:
        raise OutcomeUnknown(f"{NAME} says that somebody arrived for visit {found.number}; it shows otherwise.")
    return after


async def missed(found: Visit, schedule: Schedule, *, now: datetime) -> Visit:
    """The visit cancelled as a no-show, which is how Boulevard has it.

    Raises: Refused (its time has not come, or it stands otherwise), OutcomeUnknown.
    """
    if found.strange is not None:
        raise found.strange
    if found.standing is Status.NOSHOW:
        return found
    if found.standing is not Status.BOOKED or now < found.during.start:
        raise Refused(f"Visit {found.number} was not missed: it is yet to come, or stands otherwise.")
    after = await taken_out(found, schedule, reason="NO_SHOW", notes="Marked through Frontdesk")
    if after.standing is not Status.NOSHOW:
        raise OutcomeUnknown(f"{NAME} took visit {found.number} out, and does not show it as missed.")
    return after


async def noted(found: Visit, text: str, key: str, schedule: Schedule) -> None:
    """A line added to the visit's notes that bears the key's mark, once.

    Raises: Refused (it is empty), OutcomeUnknown, Unreachable, NotPermitted.
    """
    if not text.strip():
        raise Refused("A note without words is not written.")
    mark = mark_of(key)
    if mark not in found.notes:
        await added(found, f"{text.strip()} [{mark}]", schedule)


async def added(found: Visit, line: str, schedule: Schedule) -> None:
    """A line added to the notes, and read back.

    The notes are replaced whole there, so they are read first; what staff write in that very moment may be lost.
    Raises: OutcomeUnknown, Refused, Unreachable, NotPermitted.
    """
    if line in found.notes:
        return
    lost: OutcomeUnknown | None = None
    try:
        await schedule.admin.set_notes(found.number, f"{found.notes}\n{line}".strip())
    except OutcomeUnknown as fault:
        lost = fault
    after = await schedule.visit_of(found.number)
    if after is None or line not in after.notes:
        raise lost or OutcomeUnknown(f"{NAME} says that it noted visit {found.number}; it shows otherwise.")


async def _set(found: Visit, state: str, schedule: Schedule) -> Visit:
    """The visit, read after its state was set; an answer that was lost is looked at before anything else."""
    lost: OutcomeUnknown | None = None
    try:
        await schedule.admin.set_state(found.number, state)
    except OutcomeUnknown as fault:
        lost = fault
    after = await schedule.visit_of(found.number)
    if after is None or (lost is not None and after.standing is found.standing and after.confirmed is found.confirmed):
        raise lost or OutcomeUnknown(f"{NAME} does not show visit {found.number} any more.")
    return after
