"""What has changed of visits: the vendor's list since a moment on the server's clock, asked a little early."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import wall
from frontdesk.ports.faults import Refused
from frontdesk.systems.allscripts.booking import Book
from frontdesk.systems.allscripts.mapping import Visit, changed_visit, visit
from frontdesk.wire.together import together

_EARLY = timedelta(minutes=2)
"""The list's times are shown by the minute, and a change may be entered while we ask."""
_BACK, _AHEAD, _WEEK = timedelta(days=1), timedelta(days=62), timedelta(days=7)


async def followed(book: Book, since: str | None, *, there: datetime) -> tuple[Visit, ...]:
    """Visits that were changed since; None: all from a day ago on, as far as visits are booked.

    `there` is what the server's clock shows now. Minutes of changes may come again, none are left out; when the clock
    is set back it is an hour of them. Raises: Refused (`since` is none of ours), Unreachable, NotPermitted.
    """
    if since is None:
        first, last = wall(there - _BACK, book.zone).date(), wall(there + _AHEAD, book.zone).date()
        begins = [first + days * _WEEK for days in range((last - first) // _WEEK + 1)]
        parts = await together(
            *(book.client.schedule(day, min(day + _WEEK - timedelta(days=1), last)) for day in begins)
        )
        return tuple(book.followed([row for part in parts for row in part], visit))
    rows = await book.client.changed(asked_from(_instant(since), there, book.zone))
    return tuple(book.followed(rows, changed_visit))


def asked_from(since: datetime, there: datetime, zone: ZoneInfo) -> datetime:
    """From when on to ask, as the server's clock shows it; earlier by what it was set back in between."""
    begins = wall(since - _EARLY, zone)
    back = (begins.utcoffset() or timedelta(0)) - (wall(there, zone).utcoffset() or timedelta(0))
    return begins.replace(tzinfo=None, fold=0) - max(back, timedelta(0))


def _instant(since: str) -> datetime:
    try:
        found = datetime.fromisoformat(since)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused("Changes are asked for since something that is no mark of ours; begin anew.")
    return found.astimezone(UTC)
