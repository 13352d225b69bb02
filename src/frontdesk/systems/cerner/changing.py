"""A visit that is moved, cancelled or confirmed there, and read back: whole or not at all.

Each change carries the version that it was decided on. Where somebody else was quicker the visit is read again, once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from frontdesk.domain.appointment import Cancellation, Slot, Status, Subject
from frontdesk.ports.faults import OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Missing, Taken
from frontdesk.standards.fhir_scheduling import moving
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.fhir_scheduling.asking import Ask, NotOffered
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4
from frontdesk.standards.fhir_scheduling.outcomes import Trouble, trouble
from frontdesk.systems.cerner.client import NAME
from frontdesk.systems.cerner.mapping import is_at, is_confirmed
from frontdesk.systems.cerner.schedule import Book

_OPEN_ELSEWHERE = 423
COME = frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED, Status.NOSHOW})
"""The visit has begun or its time is over: staff see to it, whatever the interface would take."""

Asks = Callable[[Visit], Ask | NotOffered]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Left:
    """A visit after a change was asked for; `wrong` and `lost` say why it may not be as it was to become."""

    visit: Visit | None
    wrong: Trouble | None = None
    lost: OutcomeUnknown | None = None


async def cancelled(visit: Visit, reason: Cancellation, book: Book) -> None:
    """Take a visit out, and read it back. Raises: Refused, OutcomeUnknown, Unreachable (it stands), NotPermitted."""

    def asks(one: Visit) -> Ask | NotOffered:
        return moving.cancel(CERNER_R4, one, slots=(), reason=reason)

    def is_out(one: Visit) -> bool:
        return not one.status.takes_time and one.status is not Status.PROPOSED

    left = await _changed(visit, asks, is_out, book)
    if left.visit is not None and not is_out(left.visit):
        raise _fault(left, f"cancel visit {visit.id}")


async def moved(visit: Visit, slot: Slot, book: Book) -> Visit | Taken | Missing:
    """The visit at its new time; Taken: it stands where it was. Once more after that, it finds what was done.

    Raises: Refused (the patient has come, or the rules forbid it), OutcomeUnknown, Unreachable, NotPermitted.
    """

    def is_there(one: Visit) -> bool:
        return one.status.takes_time and is_at(one, slot, book.numbers)

    if is_there(visit):
        return visit
    if visit.status is not Status.BOOKED:
        return _not_moved(visit)
    free = await book.free_at(slot)
    left = _Left(visit=visit)
    for one in free:
        new = one.slot

        def asks(old: Visit) -> Ask | NotOffered:
            return moving.move(CERNER_R4, old, during=new.during, old=(), new=(new,))  # noqa: B023 - used at once

        left = await _changed(visit, asks, is_there, book)
        if left.visit is None:
            return Missing()
        if is_there(left.visit):
            return left.visit
        if left.visit.status is not Status.BOOKED:
            return _not_moved(left.visit)
        if left.lost is not None or left.wrong is None:
            raise _fault(left, f"move visit {visit.id}")
        visit = left.visit
    if free and {one.slot.id for one in await book.free_at(slot)} & {one.slot.id for one in free}:
        raise _fault(left, f"move visit {visit.id} to a time that it shows free")
    return Taken(by=Subject.PRACTITIONER)


async def confirmed(visit: Visit, book: Book) -> Visit | Missing:
    """The visit, its patient as one who will come. Raises: Refused, OutcomeUnknown, Unreachable, NotPermitted."""

    def asks(one: Visit) -> Ask | NotOffered:
        return moving.confirm(CERNER_R4, one)

    if is_confirmed(visit) and visit.status is Status.BOOKED:
        return visit
    left = await _changed(visit, asks, is_confirmed, book)
    if left.visit is None:
        return Missing()
    if not is_confirmed(left.visit):
        raise _fault(left, f"confirm visit {visit.id}")
    return left.visit


async def _changed(visit: Visit, asks: Asks, is_done: Callable[[Visit], bool], book: Book) -> _Left:
    """The visit after it was asked for: a second time where the first met a version that is old, or a lock."""
    left = await _once(visit, asks, book)
    stale = left.wrong is not None and left.visit is not None and not is_done(left.visit)
    if left.visit is not None and stale and left.visit.version != visit.version:
        return await _once(left.visit, asks, book)
    return left


async def _once(visit: Visit, asks: Asks, book: Book) -> _Left:
    if not visit.version:
        raise Refused(f"{NAME} gave no version of visit {visit.id}, and changes none without. Tell its support.")
    ask = asks(visit)
    if isinstance(ask, NotOffered):
        raise Refused(ask.says)
    wrong: Trouble | None = None
    lost: OutcomeUnknown | None = None
    try:
        wrong = trouble(await book.client.act(ask))
    except OutcomeUnknown as fault:
        lost = fault
    return _Left(visit=await book.read_back(visit.id), wrong=wrong, lost=lost)


def _fault(left: _Left, what: str) -> Refused | Unreachable | OutcomeUnknown:
    """What to raise where the visit is not as it was to become."""
    if left.lost is not None:
        return left.lost
    if left.wrong is None:
        return OutcomeUnknown(f"{NAME} says that it did {what}; its book shows otherwise.")
    if left.wrong.status == _OPEN_ELSEWHERE:
        return Unreachable(f"{NAME} does not {what} now: somebody there has it open.")
    return Refused(f"{NAME} does not {what}: {left.wrong.says}. Staff can.")


def _not_moved(visit: Visit) -> Missing:
    if visit.status in COME:
        raise Refused(f"Visit {visit.id} is not moved: it is {visit.status.value}.")
    return Missing()
