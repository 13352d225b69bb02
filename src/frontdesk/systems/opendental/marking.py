"""What is written to a visit beside its time: that it is confirmed, that the patient came or did not, and notes."""

from datetime import datetime, time

from frontdesk.domain.appointment import Status
from frontdesk.domain.time import wall
from frontdesk.ports.abilities import Came
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.systems.opendental.book import Book
from frontdesk.systems.opendental.mapping import MISSED, Visit
from frontdesk.systems.opendental.marks import mark_of

_OVER = {Status.ARRIVED, Status.FULFILLED}


async def confirm_visit(number: int, book: Book) -> Visit | None:
    """The visit, confirmed; None where there is none. Where the patient has come already, that stays.

    Raises: Refused (it is not on the book, or the office has chosen no confirmation for this), Unreachable,
    OutcomeUnknown, NotPermitted.
    """
    before = await book.visit(number)
    if before is None or before.standing in _OVER:
        return before
    _on_the_book(before)
    try:
        await book.client.confirm_appointment(number)
    except OutcomeUnknown:
        now = await book.visit(number)
        if now is None or now.confirmed == before.confirmed:  # which DefNum it becomes is told nowhere
            raise
    return await book.visit(number)


async def mark_visit(number: int, came: Came, *, now: datetime, book: Book) -> Visit | None:
    """The visit, marked and read back; None where there is none. Marked twice is marked.

    Raises: Refused (it is not on the book, or the office's version takes no arrival), Unreachable, OutcomeUnknown,
    NotPermitted.
    """
    before = await book.visit(number)
    if before is None:
        return None
    if came is Came.MISSED:
        return await _missed(before, book)
    if before.standing in _OVER:
        return before
    _on_the_book(before)
    zone = book.practice.location(before.location).zone
    at = max(wall(now, zone).time().replace(microsecond=0), time(0, 0, 1))  # midnight means that nobody came
    lost: OutcomeUnknown | None = None
    try:
        await book.client.update_appointment(number, {"DateTimeArrived": f"{at:%H:%M:%S}"})
    except OutcomeUnknown as fault:
        lost = fault
    after = await book.visit(number)
    if after is None or after.standing not in _OVER:
        raise lost or Refused("Open Dental took no time of arrival; that needs version 25.2.10. Staff must mark it.")
    return after


async def note_visit(number: int, text: str, *, key: str, book: Book) -> bool:
    """Whether there is such a visit; its note has the line then, once for each key.

    Raises: Refused (it is too long), Unreachable, OutcomeUnknown, NotPermitted.
    """
    mark = mark_of(f"note {key}")
    before = await book.visit(number)
    if before is None:
        return False
    if mark not in before.note:
        await add_line(number, f"{text.strip()} ({mark})", mark, book)
    return True


async def _missed(before: Visit, book: Book) -> Visit | None:
    """Broken, and left on the book, with the words in its note by which it is read as missed.

    The note comes first: a visit that is broken without it would be read as cancelled.
    """
    if before.standing is Status.NOSHOW:
        return before
    _on_the_book(before)
    if before.standing in _OVER:
        raise Refused(f"Visit {before.number} was not missed: the patient came.")
    if MISSED not in before.note:
        await add_line(before.number, MISSED, MISSED, book)
    await _break(before.number, book)
    after = await book.visit(before.number)
    if after is not None and after.in_use:
        raise OutcomeUnknown(f"Open Dental says that it broke visit {before.number}; its book shows it still.")
    return after


async def _break(number: int, book: Book) -> None:
    """With the procedure of a missed visit where the office has chosen one, else without: it is refused there."""
    for procedure in (True, False):
        try:
            return await book.client.miss_appointment(number, procedure=procedure)
        except Refused:
            if not procedure:
                raise
        except OutcomeUnknown:
            now = await book.visit(number)
            if now is None or now.in_use:
                raise
            return None
    return None


async def add_line(number: int, line: str, mark: str, book: Book) -> None:
    """Add a line to a visit's note. Where that is left open, the note shows by `mark` whether it was added.

    Raises: OutcomeUnknown (it is not there, and may still come), Refused, Unreachable, NotPermitted.
    """
    try:
        await book.client.add_note(number, line)
    except OutcomeUnknown:
        now = await book.visit(number)
        if now is None or mark not in now.note:
            raise


def _on_the_book(found: Visit) -> None:
    """Raises: Refused (it is not), Unreadable (it does not say)."""
    if found.strange is not None:
        raise found.strange
    if not found.in_use:
        raise Refused(f"Visit {found.number} is not on Open Dental's book any more.")
