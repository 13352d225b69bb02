"""Moving, cancelling and confirming a visit, the way a kind of server wants it, and what became of it.

Every change carries the version it was decided on, so that whoever was quicker wins and is not overwritten.
"""

from collections.abc import Mapping, Sequence

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.appointments import (
    Answered,
    Appointment,
    cancellation_reason,
    cancelled,
    moved,
)
from frontdesk.standards.fhir_scheduling.asking import Ask, NotOffered, Said, version_in
from frontdesk.standards.fhir_scheduling.booking import Booked, becoming, only, written_visit
from frontdesk.standards.fhir_scheduling.changing import (
    Change,
    Partly,
    add_step,
    create,
    is_transaction,
    patch,
    read_transaction,
    read_written,
    replace_step,
    transaction,
)
from frontdesk.standards.fhir_scheduling.dialect import Cancels, Confirms, Dialect, Moves
from frontdesk.standards.fhir_scheduling.outcomes import Trouble, trouble
from frontdesk.standards.fhir_scheduling.papers import new_response
from frontdesk.standards.fhir_scheduling.slots import Slot, SlotStatus
from frontdesk.standards.fhir_scheduling.values import Concept, to

_STANDS = {Status.PENDING, Status.BOOKED}


def move(
    dialect: Dialect, visit: Appointment, *, during: Period, old: Sequence[Slot], new: Sequence[Slot]
) -> Ask | NotOffered:
    """Ask to give a visit another time. `old` and `new` are the slots it leaves and takes, in their present versions.

    Raises: Impossible (the visit or a slot has no version; an old slot is not the visit's, a new one not free; the
    dialect wants exactly one new slot).
    """
    if visit.status not in _STANDS:
        return NotOffered(says=f"A visit that is {visit.status.value} is not moved; tell the staff.")
    if not all(slot.takeable for slot in new if slot not in old):
        raise Impossible("FHIR: a visit takes slots that are free, or held for it")
    _check_own(visit, old)
    if dialect.may_move and visit.yes_of(dialect.may_move) is False:
        return NotOffered(says="The clinic's rules do not let this visit be moved; tell its staff.")
    match dialect.moves:
        case Moves.WITH_SLOTS:
            return transaction(_changes_to_move(visit, during, old, new))
        case Moves.PATCHES_SLOT:
            slots = [to("Slot", only(dialect, new).id).as_json()]
            return patch(to("Appointment", visit.id), visit.version, [replace_step("/slot", slots)])
        case Moves.ANEW:
            return NotOffered(says=f"{dialect.name} moves no visit: book the new time, then cancel the old one.")


def cancel(
    dialect: Dialect, visit: Appointment, *, slots: Sequence[Slot], reason: Cancellation | None
) -> Ask | NotOffered:
    """Ask to call a visit off. `slots` are those it frees, in their present versions.

    Raises: Impossible (the visit or a slot has no version, or a slot is not the visit's).
    """
    _check_own(visit, slots)
    if dialect.may_cancel and visit.yes_of(dialect.may_cancel) is False:
        return NotOffered(says="The clinic's rules do not let this visit be cancelled; tell its staff.")
    if dialect.cancels is not Cancels.ELSEWHERE and not _may_become(dialect, visit, Status.CANCELLED):
        return NotOffered(says=f"{dialect.name} cancels no visit that is {visit.status.value}; tell the staff.")
    why = _reason(dialect, reason) if reason else None
    match dialect.cancels:
        case Cancels.WITH_SLOTS:
            return transaction(_changes_to_cancel(visit, slots, why))
        case Cancels.PATCHES:
            steps = [replace_step("/status", Status.CANCELLED.value)]
            steps += [add_step("/cancelationReason", why.as_json())] if why else []
            return patch(to("Appointment", visit.id), visit.version, steps)
        case Cancels.ELSEWHERE:
            return NotOffered(says=f"{dialect.name} cancels nothing by FHIR; use its own services, or tell the staff.")


def confirm(dialect: Dialect, visit: Appointment) -> Ask | NotOffered:
    """Ask to note that the patient will come. Raises: Impossible (the visit has no version)."""
    if visit.status not in _STANDS:
        return NotOffered(says=f"A visit that is {visit.status.value} is not confirmed; tell the staff.")
    at = to("Appointment", visit.id)
    patient = next((one for one in visit.participants if one.actor and one.actor.type == "Patient"), None)
    if patient is None or patient.actor is None:
        return NotOffered(says="No patient stands in this visit, so nobody can confirm it; tell the staff.")
    place = visit.participants.index(patient)
    match dialect.confirms:
        case Confirms.PARTICIPANT:
            accepted = replace_step(f"/participant/{place}/status", Answered.ACCEPTED.value)
            return patch(at, visit.version, [accepted])  # the version holds the patient to this place of the list
        case Confirms.PATIENT_STATUS:
            return patch(at, visit.version, [replace_step("/patient-status", Answered.ACCEPTED.value)])
        case Confirms.RESPONSE:
            return create(new_response(visit.id, patient.actor, Answered.ACCEPTED))
        case Confirms.ELSEWHERE:
            return NotOffered(says=f"{dialect.name} takes no confirmation by FHIR; tell the staff.")


def read_changed(ask: Ask, visit: Appointment, said: Said) -> Booked | Trouble | Partly:
    """What became of a move, a cancellation or a confirmation. `appointment` None: the visit is to be read again.

    Raises: Unreadable (it may have worked, and the answer does not tell).
    """
    if is_transaction(ask):
        return written_visit(read_transaction(ask, said))
    wrong = trouble(said)
    if wrong is not None:
        return wrong
    at = to("Appointment", visit.id)
    if not isinstance(said.body, Mapping) or said.body.get("resourceType") != "Appointment":
        return Booked(at=at, version=version_in(said.headers.get("etag", "")) if ask.method == "PATCH" else "")
    return written_visit(read_written(said, "Appointment"))


def _changes_to_move(visit: Appointment, during: Period, old: Sequence[Slot], new: Sequence[Slot]) -> list[Change]:
    kept = {one.id for one in old} & {one.id for one in new}
    whole = moved(visit, during=during, slots=tuple(to("Slot", one.id) for one in new))
    return [
        Change(resource=whole, version=visit.version),
        *becoming([one for one in old if one.id not in kept], SlotStatus.FREE),
        *becoming([one for one in new if one.id not in kept], SlotStatus.BUSY),
    ]


def _changes_to_cancel(visit: Appointment, slots: Sequence[Slot], why: Concept | None) -> list[Change]:
    return [Change(resource=cancelled(visit, why), version=visit.version), *becoming(slots, SlotStatus.FREE)]


def _reason(dialect: Dialect, reason: Cancellation) -> Concept:
    own = dialect.cancelled_for.get(reason)
    return Concept(codings=(own,)) if own else cancellation_reason(reason)


def _check_own(visit: Appointment, slots: Sequence[Slot]) -> None:
    """Raises: Impossible. A slot that staff have given to another visit meanwhile must not be freed."""
    if not {one.id for one in slots} <= {one.id for one in visit.slots}:
        raise Impossible("FHIR: a visit frees slots of its own only; read the visit and its slots again")


def _may_become(dialect: Dialect, visit: Appointment, status: Status) -> bool:
    return status in dialect.becomes.get(visit.status, frozenset())
