"""What is written on a visit that stands: that it is confirmed, and notes. Each is read back."""

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.systems.mindbody.booking import Book
from frontdesk.systems.mindbody.client import NAME
from frontdesk.systems.mindbody.mapping import Visit, mark_of, shown


async def confirmed(found: Visit, book: Book) -> Visit:
    """The visit with the status Confirmed. Raises: Refused (it is not to come any more), OutcomeUnknown."""
    if found.strange is not None:
        raise found.strange
    if found.confirmed:
        return found
    if found.standing is not Status.BOOKED:
        raise Refused(f"Visit {found.number} is not booked, or not any more; it is not confirmed.")
    lost: OutcomeUnknown | None = None
    try:
        no = await book.client.update_appointment(found.number, {"Execute": "confirm", "SendEmail": False})
    except OutcomeUnknown as fault:
        lost, no = fault, None
    after = await book.read_back(found.number)
    if after is not None and after.confirmed:
        return after
    if no is not None:
        raise Refused(f"{NAME} does not confirm visit {found.number} ({no.code}).")
    raise lost or OutcomeUnknown(f"{NAME} says that it confirmed visit {found.number}; its book shows otherwise.")


async def noted(found: Visit, text: str, key: str, book: Book) -> None:
    """A line more in the visit's note, with the key's mark, once.

    The note is written whole, so that what staff write in the same instant is lost: Mindbody has no other way. The end
    goes with it, or Mindbody might put its own.
    Raises: Refused (it is empty, or Mindbody will not), OutcomeUnknown.
    """
    line = " ".join(text.split())
    if not line:
        raise Refused("A note without words is not written.")
    mark = mark_of(key)
    if mark in found.note:
        return
    note = "\n".join(part for part in (found.note.rstrip(), f"{line} [{mark}]") if part)
    fields = {"Notes": note, "EndDateTime": shown(found.during.end, book.zone), "SendEmail": False}
    lost: OutcomeUnknown | None = None
    try:
        no = await book.client.update_appointment(found.number, fields)
    except OutcomeUnknown as fault:
        lost, no = fault, None
    after = await book.read_back(found.number)
    if after is not None and mark in after.note:
        return
    if no is not None:
        raise Refused(f"{NAME} takes no note for visit {found.number} ({no.code}).")
    raise lost or Refused(f"{NAME} did not keep the note of visit {found.number}.")
