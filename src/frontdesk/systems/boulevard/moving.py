"""A visit given another time: in place where that can be, else the new one is booked and the old one cancelled.

Boulevard moves a visit with the same staff and service at the same location, and nothing else of it.
"""

from frontdesk.domain.appointment import Slot, Status, Subject
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.systems.boulevard.baskets import Basket
from frontdesk.systems.boulevard.booking import Booking, taken_out
from frontdesk.systems.boulevard.client import NAME, Declined
from frontdesk.systems.boulevard.mapping import Visit, mark_of
from frontdesk.systems.boulevard.marking import added
from frontdesk.systems.boulevard.schedule import Schedule

_LEAVES = "{mark}: moves from "


def stays_with(old: Visit, slot: Slot, schedule: Schedule) -> bool:
    """Whether a slot is with the same staff, service and location as a visit, so that it can be moved there."""
    numbers = schedule.numbers
    same = (numbers.staff.get(slot.practitioner), numbers.services.get(slot.service), slot.location)
    return (old.staff, old.service, old.location) == same


def check_movable(old: Visit) -> None:
    """That a visit is still to come. Raises: Refused (the patient has come), Unreadable (its state is unknown)."""
    if old.strange is not None:
        raise old.strange
    if old.standing is not Status.BOOKED:
        raise Refused(f"Visit {old.number} has begun or is over; {NAME} does not move it.")


async def moved(old: Visit, slot: Slot, schedule: Schedule, *, key: str) -> Visit | Taken:
    """The visit at its new time, read back; Taken: it stands where it was.

    Before it is moved its notes are given the key's mark and the time it leaves: so a key that is repeated after staff,
    or another key, moved the visit on does not undo that, and it comes back as it stands.
    Raises: Refused (it cannot be moved), Unreachable (it stands as it was), OutcomeUnknown, NotPermitted.
    """
    mark = mark_of(key)
    if _LEAVES.format(mark=mark) in old.notes:
        if old.during.start == slot.during.start or _moved_since(old, mark):
            return old
    elif old.during.start == slot.during.start:
        return old
    time = await schedule.other_time(old.number, slot)
    if time is None:
        return Taken(by=Subject.PRACTITIONER)
    await added(old, f"{_LEAVES.format(mark=mark)}{_written(old)}", schedule)
    lost: OutcomeUnknown | Declined | None = None
    try:
        await schedule.admin.reschedule(old.number, time=time)
    except (OutcomeUnknown, Declined) as fault:
        lost = fault
    after = await schedule.visit_of(old.number)
    if after is not None and after.in_use and after.during.start == slot.during.start:
        return after
    if isinstance(lost, Declined) and await schedule.other_time(old.number, slot) is None:
        return Taken(by=Subject.PRACTITIONER)
    raise lost or OutcomeUnknown(f"{NAME} says that it moved visit {old.number}; it shows another time.")


def _moved_since(old: Visit, mark: str) -> bool:
    """Whether a visit was moved by others after the time it left for that mark, or by another mark."""
    behind = old.notes.rpartition(_LEAVES.format(mark=mark))[2]
    return not behind.startswith(_written(old)) or _LEAVES.format(mark="") in behind


def _written(old: Visit) -> str:
    return f"{old.during.start:%Y-%m-%dT%H:%MZ}"


async def moved_anew(old: Visit, booking: Booking, basket: Basket | None) -> Visit | Taken:
    """The new visit booked for the same client, then the old one cancelled; where that is refused, the new one is.

    Repeated with its key it goes on where it stopped. Raises: Refused, Unreachable, OutcomeUnknown, NotPermitted.
    """
    outcome = await booking.standing() or await booking.write(basket)
    if isinstance(outcome, Taken) or outcome.number == old.number:
        return outcome
    try:
        await taken_out(old, booking.schedule, reason="CLIENT_CANCEL", notes="Moved through Frontdesk")
    except Refused:
        undone = "Frontdesk: the old visit could not be cancelled"
        await taken_out(outcome, booking.schedule, reason="MISTAKE", notes=undone)
        raise
    return outcome
