"""What has changed in the book, by the time stamps that Open Dental keeps with each row.

They are wall clock, without an offset. In the night when the clock is set back, an hour of them comes twice; what is
asked then begins an hour earlier, so that nothing of the second hour is lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.time import instant, wall
from frontdesk.ports.faults import Refused
from frontdesk.systems.opendental.book import Book, report
from frontdesk.systems.opendental.mapping import Visit
from frontdesk.wire.foreign import Foreign, Unreadable

STAMP = "%Y-%m-%d %H:%M:%S"
_LATE = timedelta(minutes=1)
"""A row may be written a moment before it can be read; so much is asked for twice."""
_CLOCKS_APART = timedelta(minutes=15)
"""How far the office's clock may be behind ours, where the book is empty and nothing in it tells."""
_BACK, _AHEAD = timedelta(days=1), timedelta(days=731)
"""Which visits are told to begin with."""


async def first_changes(book: Book, *, now: datetime) -> tuple[list[Visit], str]:
    """Every visit from a day ago on, and what to ask on with."""
    shown = wall(now, _zone(book)).replace(tzinfo=None, fold=0)
    rows = await book.client.appointments(shown.date() - _BACK, shown.date() + _AHEAD)
    return _read(rows, book)[0], _next(rows, book) or _before(shown, _CLOCKS_APART, book)


async def changes_since(since: str, book: Book) -> tuple[list[Visit], list[AppointmentId], str]:
    """The visits that were changed after `since`, those that are none any more, and what to ask on with.

    A visit that was deleted there is told nowhere. Raises: Refused (`since` is none of ours), and as every reading.
    """
    try:
        datetime.strptime(since, STAMP)  # noqa: DTZ007 - the wall's own
    except ValueError:
        raise Refused("What to ask on with is no time of Open Dental's. Begin anew.") from None
    rows = await book.client.changed_appointments(since)
    visits, gone = _read(rows, book)
    return visits, gone, _next(rows, book) or since


def _read(rows: Sequence[Foreign], book: Book) -> tuple[list[Visit], list[AppointmentId]]:
    """Visits, and the numbers of rows that have no time any more or became notes. What is not understood is told."""
    visits: list[Visit] = []
    gone: list[AppointmentId] = []
    for row in rows:
        try:
            found = book.read(row)
        except Unreadable as strange:
            report([strange])
            continue
        if found is None:
            gone.append(AppointmentId(str(row.integer("AptNum"))))
        elif found.strange is not None:
            report([found.strange])
        else:
            visits.append(found)
    return visits, gone


def _next(rows: Sequence[Foreign], book: Book) -> str | None:
    """The office's own clock when the first page was read, less what may come late; None where no row tells it."""
    told = [row.wall("serverDateTime") for row in rows if row.has("serverDateTime")]
    return _before(min(told), _LATE, book) if told else None


def _before(shown: datetime, margin: timedelta, book: Book) -> str:
    """A time on the wall that is surely past: where the clock shows it twice, so much earlier as it was set back."""
    once, twice = (instant(shown.date(), shown.time().replace(fold=fold), _zone(book)) for fold in (0, 1))
    return f"{shown - max(twice - once, timedelta(0)) - margin:{STAMP}}"


def _zone(book: Book) -> ZoneInfo:
    return book.practice.locations[0].zone
