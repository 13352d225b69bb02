"""A visit that is moved or cancelled in the schedule, and read back: whole or not at all."""

from frontdesk.domain.appointment import Slot, Status, Subject
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.ports.system import Missing, Taken
from frontdesk.systems.athenahealth.client import NAME, Did
from frontdesk.systems.athenahealth.mapping import Visit
from frontdesk.systems.athenahealth.schedule import Schedule, compare, is_at

_MOST_MOVES = 20
"""How often a visit may have been moved for it still to be followed."""


async def followed(one: Visit, schedule: Schedule) -> Visit:
    """The visit that took its place, and so on; itself where none did, or where that is not to be seen."""
    for _ in range(_MOST_MOVES):
        after = await schedule.visit_of(one.moved_to) if one.moved_to is not None and not one.in_use else None
        if after is None or not after.is_visit:
            return one
        one = after
    return one


async def moved(old: Visit, slot: Slot, schedule: Schedule) -> Visit | Taken | Missing:
    """The visit at its new time; Taken: it stands where it was. Once more after that, it finds what was done.

    Raises: Refused (the patient has come, or the slot is not for us), OutcomeUnknown, Unreachable, NotPermitted.
    """
    if old.standing is not Status.BOOKED:
        return await _moved_before(old, slot, schedule)
    if is_at(old, slot, schedule):
        return old
    for_staff = False
    for one in await schedule.open_at(slot, besides=old.number):
        lost: OutcomeUnknown | None = None
        did = Did.NOT_SO
        try:
            did = await schedule.client.reschedule(old.number, _moving(old, one.number, slot, schedule))
        except OutcomeUnknown as fault:
            lost = fault
        new = await schedule.read_back(one.number)
        if new is not None and new.patient == old.patient and new.in_use:
            await _let_go(old, schedule)
            compare(new, one)
            return new
        is_open = new is not None and not new.is_visit
        if did is Did.DONE or (lost is not None and is_open):
            raise lost or OutcomeUnknown(f"{NAME} says that it moved {old.number}; its schedule shows otherwise.")
        now = await schedule.read_back(old.number)
        if now is None or now.standing is not Status.BOOKED:
            return Missing() if now is None else await _moved_before(now, slot, schedule)
        for_staff = for_staff or (new is not None and is_open and not new.frozen)
    if for_staff:
        raise Refused(f"{NAME} shows the time open and moves nothing to it: it is kept for staff. They can.")
    return Taken(by=Subject.PRACTITIONER)


async def taken_out(found: Visit, words: str, schedule: Schedule) -> None:
    """Cancel a visit that is booked, and read it back.

    Raises: Refused (it is checked in), OutcomeUnknown, Unreachable, NotPermitted (it stands).
    """
    fields = {"patientid": str(found.patient or ""), "cancellationreason": words}
    await _out(found.number, fields, schedule)


async def marked_missed(found: Visit, reason: int, schedule: Schedule) -> None:
    """Cancel a visit for the reason that the patient did not come: athenaOne has no other way to say so.

    Raises: as `taken_out`.
    """
    await _out(
        found.number, {"patientid": str(found.patient or ""), "appointmentcancelreasonid": str(reason)}, schedule
    )


async def _out(number: int, fields: dict[str, str], schedule: Schedule) -> None:
    lost: OutcomeUnknown | None = None
    did = Did.NOT_SO
    try:
        did = await schedule.client.cancel(number, fields)
    except OutcomeUnknown as fault:
        lost = fault
    left = await schedule.read_back(number)
    if left is None or not left.in_use:
        return
    if did is Did.NOT_SO and lost is None:
        raise Refused(f"{NAME} does not cancel visit {number}: it is checked in.")
    raise lost or OutcomeUnknown(f"{NAME} says that it cancelled visit {number}; its schedule shows it still.")


async def _moved_before(old: Visit, slot: Slot, schedule: Schedule) -> Visit | Missing:
    """What an earlier run has made of a visit that is not booked any more."""
    if old.in_use:
        raise Refused(f"Visit {old.number} is not moved: the patient has come, or its status is not known.")
    after = await followed(old, schedule)
    return after if after.in_use and is_at(after, slot, schedule) else Missing()


async def _let_go(old: Visit, schedule: Schedule) -> None:
    """That the old time is free; should it still stand beside the new one, it is cancelled."""
    left = await schedule.read_back(old.number)
    if left is not None and left.in_use:
        await taken_out(left, "Moved through Frontdesk", schedule)


def _moving(old: Visit, new: int, slot: Slot, schedule: Schedule) -> dict[str, str]:
    """The fields of a move. A type cannot be given: without a reason the old one stays."""
    which = schedule.numbers.which(slot.service) or {}
    return {
        "patientid": str(old.patient or ""),
        "newappointmentid": str(new),
        "reschedulereason": "Moved through Frontdesk",
        **({"reasonid": which["reasonid"]} if "reasonid" in which else {}),
    }
