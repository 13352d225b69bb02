"""What becomes of a visit that stands: cancelled, arrived, missed. Each is read back by FHIR before anybody is told."""

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.ports.abilities import Came
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused
from frontdesk.standards.fhir_scheduling.appointments import Appointment
from frontdesk.systems.epic.book import Book
from frontdesk.systems.epic.client import NAME, Did
from frontdesk.systems.epic.interface import Interface
from frontdesk.systems.epic.mapping import contact_in, patient_in
from frontdesk.systems.epic.orders import Answered, Order, Tells

_HERE = frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED})
_MISSED = frozenset({Status.NOSHOW})
_OUT = frozenset(one for one in Status if not one.takes_time)


async def called_off(visit: Appointment, reason: Cancellation, book: Book, interface: Interface | None) -> None:
    """Cancel a visit that is to come, with the reason in words, and read it back.

    By the vendor's own service; by HL7 where the hospital takes orders so and does not let us use the service.
    Raises: as each of them.
    """
    try:
        await _by_service(visit, reason, book)
    except NotPermitted:
        if interface is None:
            raise
        await _ordered(visit, Tells.CANCELLED, book, interface, becomes=_OUT, why=_words(reason))


async def seen(visit: Appointment, came: Came, book: Book, interface: Interface) -> Appointment | None:
    """The visit as one whose patient has come, or has not; None where it is gone.

    Raises: Refused (its time has not come, it stands otherwise, or the hospital does not take the order), Unreachable,
    OutcomeUnknown, NotPermitted.
    """
    tells, becomes = (Tells.ARRIVED, _HERE) if came is Came.ARRIVED else (Tells.MISSED, _MISSED)
    if visit.status in becomes:
        return visit
    early = visit.during is None or interface.clock.now() < visit.during.start
    if visit.status is not Status.BOOKED or (came is Came.MISSED and early):
        raise Refused("The visit is yet to come, or stands otherwise; what is told of it would not be so.")
    return await _ordered(visit, tells, book, interface, becomes=becomes)


async def _ordered(
    visit: Appointment, tells: Tells, book: Book, interface: Interface, *, becomes: frozenset[Status], why: str = ""
) -> Appointment | None:
    """The visit once it shows what was told of it; None where it is gone. An acknowledgement alone proves nothing.

    Raises: Refused (the order was not taken), OutcomeUnknown, Unreachable, NotPermitted.
    """
    contact, where = contact_in(visit, book.numbers), book.numbers.location_of(visit)
    if not contact or where is None or visit.during is None:
        raise NotPermitted(f"{NAME} shows a visit without its contact number. Correct the system of contact numbers.")
    zone = book.practice.location(where).zone
    lost: OutcomeUnknown | None = None
    said = Answered(taken=True)
    try:
        said = await interface.tell(Order(tells=tells, contact=contact, during=visit.during, zone=zone, why=why))
    except OutcomeUnknown as fault:
        lost = fault
    try:
        now = await book.visit(visit.id)
    except Fault as fault:
        raise OutcomeUnknown(f"{NAME} was told of a visit by HL7; it could not be read since.") from fault
    if now is None or now.status in becomes:
        return now
    if not said.taken:
        raise Refused(
            f"{NAME} does not take what it was told of a visit by HL7 (code {said.code}). Staff can enter it."
        )
    raise lost or OutcomeUnknown(f"{NAME} acknowledged what it was told of a visit by HL7; it does not show it.")


async def _by_service(visit: Appointment, reason: Cancellation, book: Book) -> None:
    """Cancel it by the vendor's own service, and read it back.

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
        did = await book.client.cancel(number, contact, _words(reason))
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


def _words(reason: Cancellation) -> str:
    return f"Through Frontdesk: {reason.name.lower().replace('_', ' ')}"
