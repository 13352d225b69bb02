"""Holding a time and booking a visit, the way a kind of server wants it, and what became of it.

Every change carries the version it was decided on, so that whoever was quicker wins and is not overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.appointments import (
    Answered,
    Appointment,
    Participant,
    new_appointment,
    read_appointment,
)
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, NotOffered, Said
from frontdesk.standards.fhir_scheduling.bundles import read_page
from frontdesk.standards.fhir_scheduling.changing import (
    Change,
    Partly,
    Written,
    create,
    patch,
    read_transaction,
    read_written,
    replace_step,
    transaction,
    update,
)
from frontdesk.standards.fhir_scheduling.dialect import BookOperation, Books, Dialect, Holds
from frontdesk.standards.fhir_scheduling.finding import visit_with, visits_of
from frontdesk.standards.fhir_scheduling.operations import given, parameters
from frontdesk.standards.fhir_scheduling.outcomes import Trouble, stopped, trouble
from frontdesk.standards.fhir_scheduling.reading import Unreadable
from frontdesk.standards.fhir_scheduling.slots import Slot, SlotStatus
from frontdesk.standards.fhir_scheduling.values import Concept, Identifier, Reference, to


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """A visit that is to be written. `number` is our own for it, by which it is found again.

    `slots` are those it takes, with their versions; `offered` is what `$find` offered. `actors` are the practitioner,
    the location and the room, for servers that do not take them from the slot.
    """

    number: Identifier
    patient: Reference
    during: Period
    slots: tuple[Slot, ...] = ()
    offered: Appointment | None = None
    actors: tuple[Reference, ...] = ()
    services: tuple[Concept, ...] = ()
    reason: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if any(not slot.during.overlaps(self.during) for slot in self.slots):
            raise Impossible("FHIR: a visit takes slots of its own time")
        if not all(slot.takeable for slot in self.slots):
            raise Impossible("FHIR: a visit takes slots that are free, or held for it")


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """It is written, as the server says. `appointment` None: it sent no body, so the visit is to be read before anybody
    is told; else its status (some servers make it pending), time and participants are to be compared with the wish.
    """

    at: Reference
    version: str
    appointment: Appointment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Somebody has the time, or it is offered no more: look for others.

    After a booking that was sent twice it may be this very visit that has it: `look_up` tells.
    """

    because: Trouble


def hold(dialect: Dialect, slot: Slot) -> Ask | NotOffered:
    """Ask to keep a free slot for a while. Nothing says how long a server does.

    Raises: Impossible (it is not free, or has no version).
    """
    if not slot.bookable:
        raise Impossible("FHIR: only a free slot is held")
    return _slot_becomes(dialect, slot, SlotStatus.BUSY_TENTATIVE)


def release(dialect: Dialect, slot: Slot) -> Ask | NotOffered:
    """Ask to give a slot back; `slot` is as it is now. Raises: Impossible (it is not held, or has no version)."""
    if slot.status is not SlotStatus.BUSY_TENTATIVE:
        raise Impossible("FHIR: only a slot that is held is given back")
    return _slot_becomes(dialect, slot, SlotStatus.FREE)


def book(dialect: Dialect, booking: Booking) -> Ask:
    """Ask to write a visit. Raises: Impossible (the dialect needs slots, one slot, or an offer, and has none)."""
    match dialect.books:
        case Books.WITH_SLOTS:
            return transaction(_changes_to_book(booking))
        case Books.BY_SLOT:
            return create(_by_slot(dialect, booking), only_if_none=booking.number if dialect.create_once else None)
        case Books.OPERATION:
            return _by_operation(dialect, booking)


def look_up(dialect: Dialect, booking: Booking) -> Ask:
    """Ask for a visit of which it is not known whether it was booked: by our number, where the server keeps that, else
    among the patient's visits of that time.
    """
    if dialect.books is Books.WITH_SLOTS or dialect.create_once:
        return visit_with(booking.number)
    return visits_of(booking.patient, booking.during, release=dialect.release)


def read_booked(dialect: Dialect, ask: Ask, said: Said) -> Booked | Taken | Trouble | Partly:
    """What became of a booking.

    Raises: Unreadable (it may have worked, and the answer does not tell; or what is there now takes no time).
    """
    outcome: Booked | Trouble | Partly
    match dialect.books:
        case Books.WITH_SLOTS:
            outcome = written_visit(read_transaction(ask, said))
        case Books.BY_SLOT:
            outcome = written_visit(read_written(said, "Appointment"))
        case Books.OPERATION:
            outcome = _of_operation(said)
    if isinstance(outcome, Booked) and outcome.appointment and not outcome.appointment.status.takes_time:
        stands = outcome.appointment.status.value
        raise Unreadable(outcome.at.path, "status", f"is {stands} after a booking; look the visit up")
    return Taken(because=outcome) if isinstance(outcome, Trouble) and outcome.kind in dialect.taken_by else outcome


def _slot_becomes(dialect: Dialect, slot: Slot, status: SlotStatus) -> Ask | NotOffered:
    match dialect.holds:
        case Holds.UPDATES_SLOT:
            return update(slot.become(status), slot.version)
        case Holds.PATCHES_SLOT:
            return patch(to("Slot", slot.id), slot.version, [replace_step("/status", status.value)])
        case Holds.NEVER:
            return NotOffered(says=f"{dialect.name} holds no time; look again before booking.")


def _changes_to_book(booking: Booking) -> list[Change]:
    if not booking.slots:
        raise Impossible("FHIR: this server leaves its slots to its clients, so a visit names those it takes")
    whole = new_appointment(
        status=Status.BOOKED,
        participants=tuple(
            Participant(actor=one, answered=Answered.ACCEPTED, required="required")
            for one in (booking.patient, *booking.actors)
        ),
        during=booking.during,
        slots=tuple(to("Slot", one.id) for one in booking.slots),
        identifier=booking.number,
        services=booking.services,
        reason=booking.reason,
        comment=booking.comment,
    )
    return [Change(resource=whole, only_if_none=booking.number), *becoming(booking.slots, SlotStatus.BUSY)]


def becoming(slots: Sequence[Slot], status: SlotStatus) -> list[Change]:
    """The change of each slot, in the version that it was seen in."""
    return [Change(resource=one.become(status), version=one.version) for one in slots]


def _by_slot(dialect: Dialect, booking: Booking) -> dict[str, object]:
    """Only what such a server allows: time, place and practitioner come from the slot; a participant has no type."""
    return new_appointment(
        status=Status.BOOKED,
        participants=(Participant(actor=booking.patient, answered=Answered.ACCEPTED),),
        slots=(to("Slot", only(dialect, booking.slots).id),),
        identifier=booking.number if dialect.create_once else None,
        reason=booking.reason,
        comment=booking.comment,
    )


def _by_operation(dialect: Dialect, booking: Booking) -> Ask:
    names: BookOperation | None = dialect.book
    if names is None or booking.offered is None:
        raise Impossible(f"Dialect {dialect.name}: a visit is booked from what $find offered, and there is none")
    sent = [
        *given(names.patient, [booking.patient]),
        *given(names.visit, [to("Appointment", booking.offered.id)]),
        *given(names.note, [booking.comment] if booking.comment else []),
    ]
    return Ask(
        method="POST",
        path="/Appointment/{id}/$book" if names.at_visit else "/Appointment/$book",
        ids={"id": booking.offered.id} if names.at_visit else {},
        does=Does.ACTS,
        release=dialect.release,
        body=parameters(sent),
    )


def _of_operation(said: Said) -> Booked | Trouble:
    wrong = trouble(said)
    if wrong is not None:
        return wrong
    page = read_page(said, "Appointment")
    refused = stopped(said.status, page.remarks)
    if refused is not None and not page.matches:
        return refused
    if len(page.matches) != 1:
        raise Unreadable("the booking", "entry", f"holds {len(page.matches)} visits, and one was wanted")
    appointment = read_appointment(page.matches[0])
    return Booked(at=to("Appointment", appointment.id), version=appointment.version, appointment=appointment)


def written_visit(outcome: Written | tuple[Written, ...] | Trouble | Partly) -> Booked | Trouble | Partly:
    """The visit, which stands first in every transaction here."""
    if isinstance(outcome, Trouble | Partly):
        return outcome
    written = outcome[0] if isinstance(outcome, tuple) else outcome
    appointment = read_appointment(written.resource) if written.resource is not None else None
    return Booked(at=written.at, version=written.version, appointment=appointment)


def only(dialect: Dialect, slots: Sequence[Slot]) -> Slot:
    """The one slot that a visit takes. Raises: Impossible."""
    if len(slots) != 1:
        raise Impossible(f"Dialect {dialect.name}: a visit takes exactly one slot; got {len(slots)}")
    return slots[0]
