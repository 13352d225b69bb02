"""A visit that is cancelled in Epic, by the vendor's own service, and read back."""

from frontdesk.domain.appointment import Cancellation
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused
from frontdesk.standards.fhir_scheduling.appointments import Appointment
from frontdesk.systems.epic.book import Book
from frontdesk.systems.epic.client import NAME, Did
from frontdesk.systems.epic.mapping import contact_in, patient_in


async def called_off(visit: Appointment, reason: Cancellation, book: Book) -> None:
    """Cancel a visit that is to come, with the reason in words, and read it back.

    Raises: Refused (Epic does not: too late, or staff alone may), OutcomeUnknown, Unreachable, NotPermitted (the
    visit shows no contact number in the system of the settings).
    """
    contact, chart = contact_in(visit, book.numbers), patient_in(visit)
    if not contact or not chart:
        raise NotPermitted(
            f"{NAME} shows a visit without its patient or its contact number. Correct the system of contact numbers."
        )
    number = await book.client.patient_number(chart)
    lost: OutcomeUnknown | None = None
    did = Did.NOT_SO
    try:
        did = await book.client.cancel(number, contact, f"Through Frontdesk: {reason.name.lower().replace('_', ' ')}")
    except OutcomeUnknown as fault:
        lost = fault
    try:
        now = await book.visit(visit.id)
    except Fault as fault:
        raise OutcomeUnknown(f"{NAME} was asked to cancel a visit; it could not be read since.") from fault
    if now is None or not now.status.takes_time:
        return
    if did is Did.NOT_SO and lost is None:
        raise Refused(
            f"{NAME} does not cancel this visit from outside: it is too late, or of a kind that staff cancel."
        )
    raise lost or OutcomeUnknown(f"{NAME} says that it cancelled a visit; it shows it still.")
