"""What is written on a visit that stands: confirmed, arrived, missed. Each is read back."""

from frontdesk.domain.appointment import Status
from frontdesk.ports.abilities import Came
from frontdesk.ports.faults import Refused
from frontdesk.systems.allscripts.booking import Book, marked
from frontdesk.systems.allscripts.mapping import ARRIVED, CONFIRMED, MISSED, Visit


async def confirmed(found: Visit, book: Book) -> Visit | None:
    """The visit as one that was confirmed; None where it is gone. Raises: Refused, OutcomeUnknown."""
    if found.strange is not None:
        raise found.strange
    if found.standing is not Status.BOOKED:
        raise Refused(f"Visit {found.number} is not to come any more; it is not confirmed.")
    return found if found.confirmed else await marked(found, CONFIRMED, book, confirmation=book.numbers.confirmed)


async def seen(found: Visit, came: Came, book: Book) -> Visit | None:
    """The visit as one whose patient has come, or has not; None where it is gone. Raises: Refused, OutcomeUnknown."""
    if found.strange is not None:
        raise found.strange
    if came is Came.ARRIVED:
        if found.standing in {Status.ARRIVED, Status.FULFILLED}:
            return found
        if found.standing is not Status.BOOKED:
            raise Refused(f"Visit {found.number} is not to come any more; nobody has arrived for it.")
        return await marked(found, ARRIVED, book)
    if found.standing is Status.NOSHOW:
        return found
    if found.standing is not Status.BOOKED or book.now < found.during.start:
        raise Refused(f"Visit {found.number} was not missed: it is yet to come, or stands otherwise.")
    return await marked(found, MISSED, book)
