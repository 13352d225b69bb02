"""Our mark in a visit's note: by it a visit is known again, and found where staff have moved it."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

from frontdesk.domain.appointment import Status
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.standards.fhir_scheduling.appointments import Appointment
from frontdesk.systems.epic.book import Book
from frontdesk.systems.epic.mapping import contact_in, patient_in
from frontdesk.wire.foreign import Foreign

_MARK = re.compile(r"Frontdesk [0-9a-f]{16}")
_DAY, _YEAR = timedelta(days=1), timedelta(days=366)


def mark_of(key: str) -> str:
    """What a visit's note says of the intent that booked it; it tells nothing to anybody else."""
    return f"Frontdesk {hashlib.sha256(key.encode()).hexdigest()[:16]}"


async def marks_of(book: Book, chart: str, within: Period) -> dict[str, str]:
    """The marks of a patient's visits of those days, by contact number: FHIR shows no notes, Epic's own services do.

    Raises: Refused, Unreachable, NotPermitted.
    """
    number = await book.client.patient_number(chart)
    first, last = (within.start - _DAY).date(), (within.end + _DAY).date()  # days are those of the department's wall
    rows = await book.client.visits_between(number, first, last)
    return {contact: mark for row in rows for contact in _contacts(row) for mark in _marks(row)}


async def followed(one: Appointment, book: Book) -> Appointment:
    """The visit that staff have made of a cancelled one when they moved it, known by its mark; else itself.

    Where that one was cancelled, too, it is the last that was made: whatever became of it since is known by its number.
    Epic moves no visit: one is cancelled and another made. That the note goes with it is a guess; where it does not,
    or where the hospital lets us read no notes, the visit is told as cancelled. Raises: Unreachable.
    """
    chart, contact = patient_in(one), contact_in(one, book.numbers)
    if one.status is not Status.CANCELLED or one.during is None or not chart or not contact:
        return one
    within = Period(start=one.during.start - _YEAR, end=one.during.end + _YEAR)
    try:
        marks = await marks_of(book, chart, within)
    except (NotPermitted, Refused):
        return one
    mark = marks.get(contact)
    same = {other for other, its in marks.items() if its == mark} - {contact} if mark else set()
    if not same:
        return one
    visits = {contact_in(it, book.numbers): it for it in await book.visits_of(chart, within)}
    made = [it for number, it in visits.items() if number in same]
    standing = [it for it in made if it.status.takes_time]
    if standing:
        return standing[0] if len(standing) == 1 else one
    last = max((number for number in visits if number in {contact, *same}), key=_serial, default=contact)
    return visits.get(last, one)


def _serial(contact: str) -> tuple[int, str]:
    """The order in which visits were made: contacts are numbered in a series."""
    return len(contact), contact


def _marks(row: Foreign) -> Iterator[str]:
    notes = row.fields.get("AppointmentNotes")
    for note in notes if isinstance(notes, list) else []:
        yield from _MARK.findall(str(note))


def _contacts(row: Foreign) -> Iterator[str]:
    ids = row.fields.get("ContactIDs")
    for one in ids if isinstance(ids, list) else []:
        if isinstance(one, dict) and one.get("Type") == "CSN":
            yield str(one.get("ID"))
