"""What is written on a visit that stands: confirmed, arrived, missed, noted. Each is read back."""

from datetime import datetime

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused
from frontdesk.systems.athenahealth.changing import marked_missed
from frontdesk.systems.athenahealth.client import NAME, Did
from frontdesk.systems.athenahealth.mapping import Visit
from frontdesk.systems.athenahealth.schedule import Schedule, mark_of
from frontdesk.wire.foreign import Foreign

_CONFIRMED = "confirmed"
"""The name of the status in the practice's list, capitals or not. Each practice keeps its own list."""


async def confirmed(found: Visit, schedule: Schedule) -> Visit:
    """The visit, with the confirmation status of that name. Raises: Refused, NotPermitted, OutcomeUnknown."""
    if found.strange is not None:
        raise found.strange
    if found.standing is not Status.BOOKED:
        raise Refused(f"Visit {found.number} is not to come any more; it is not confirmed.")
    named = [row for row in await schedule.client.confirmation_statuses() if _name(row) == _CONFIRMED]
    if len(named) != 1:
        raise NotPermitted(f'The practice has {len(named)} confirmation statuses named "Confirmed". Have exactly one.')
    status = named[0].integer("statusid")
    if found.confirmation == status:
        return found
    lost: OutcomeUnknown | None = None
    try:
        await schedule.client.confirm(found.number, status)
    except OutcomeUnknown as fault:
        lost = fault
    after = await schedule.read_back(found.number)
    if after is None or (after.confirmation is not None and after.confirmation != status):
        raise lost or OutcomeUnknown(f"{NAME} says that it confirmed visit {found.number}; it shows otherwise.")
    if lost is not None and after.confirmation is None:
        raise lost
    return after


async def arrived(found: Visit, schedule: Schedule) -> Visit:
    """The visit, its check-in begun; the rest of it, with what the practice must ask, stays with staff."""
    if found.strange is not None:
        raise found.strange
    if found.standing in {Status.ARRIVED, Status.CHECKED_IN}:
        return found
    if found.standing is not Status.BOOKED:
        raise Refused(f"Visit {found.number} is not to come any more; nobody is checked in.")
    lost: OutcomeUnknown | None = None
    did = Did.NOT_SO
    try:
        did = await schedule.client.start_check_in(found.number)
    except OutcomeUnknown as fault:
        lost = fault
    after = await schedule.read_back(found.number)
    if after is not None and after.standing in {Status.ARRIVED, Status.CHECKED_IN}:
        return after
    if did is Did.NOT_SO and lost is None:
        raise Refused(f"{NAME} does not begin the check-in of visit {found.number}. Staff must.")
    raise lost or OutcomeUnknown(f"{NAME} says that the check-in of {found.number} has begun; it shows otherwise.")


async def missed(found: Visit, schedule: Schedule, *, now: datetime) -> Visit:
    """The visit, cancelled because the patient did not come; one whose slot stays closed goes before others."""
    if found.strange is not None:
        raise found.strange
    if found.standing is Status.NOSHOW:
        return found
    if found.standing is not Status.BOOKED or now < found.during.start:
        raise Refused(f"Visit {found.number} was not missed: it is yet to come, or stands otherwise.")
    reasons = [row for row in await schedule.client.cancel_reasons() if row.has("noshow") and row.yes("noshow")]
    if not reasons:
        raise NotPermitted("The practice has no reason for cancelling that means a missed visit. Add one.")
    chosen = min(reasons, key=_closed_first)
    await marked_missed(found, chosen.integer("appointmentcancelreasonid"), schedule)
    after = await schedule.read_back(found.number)
    if after is None or after.standing is not Status.NOSHOW:
        raise OutcomeUnknown(f"{NAME} took visit {found.number} out, and does not show it as missed.")
    return after


async def noted(found: Visit, text: str, key: str, schedule: Schedule) -> None:
    """A note on the visit that bears the key's mark, once. Raises: Refused (it is empty), OutcomeUnknown."""
    if not text.strip():
        raise Refused("A note without words is not written.")
    mark = mark_of(key)
    if await _is_there(found.number, mark, schedule):
        return
    try:
        await schedule.client.add_note(found.number, f"{text.strip()} [{mark}]")
    except OutcomeUnknown:
        if not await _is_there(found.number, mark, schedule):
            raise


async def _is_there(number: int, mark: str, schedule: Schedule) -> bool:
    notes = await schedule.client.notes(number)
    return any(mark in note.text("notetext") for note in notes if note.has("notetext"))


def _name(row: Foreign) -> str:
    return row.text("name").strip().casefold()


def _closed_first(row: Foreign) -> tuple[bool, int]:
    reopens = row.has("slotavailable") and row.yes("slotavailable")
    return reopens, row.integer("appointmentcancelreasonid")
