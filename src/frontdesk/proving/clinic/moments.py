"""Days, times and windows as a clinic's manager writes them in a task: "Thu 2026-05-28 17:00-20:00"."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import instant
from frontdesk.domain.wish import Window

ZONE = ZoneInfo("America/Chicago")
"""The clock on the wall of the sample practice, which every task is written in."""

_SHORT = {day.name[:3].title(): day for day in Weekday}
_CLOCK = r"[0-2]\d:[0-5]\d"
_WINDOW = re.compile(
    rf"(?:(?P<days>(?:{'|'.join(_SHORT)})(?:,(?:{'|'.join(_SHORT)}))*)\s*)?"
    r"(?:(?P<first>\d{4}-\d\d-\d\d)(?:\.\.(?P<last>\d{4}-\d\d-\d\d))?\s*)?"
    rf"(?:(?P<earliest>{_CLOCK})-(?P<latest>{_CLOCK})|after (?P<after>{_CLOCK})|before (?P<before>{_CLOCK})"
    rf"|(?P<at>{_CLOCK}))?"
)


class Unreadable(ValueError):
    """A day, time or window is not written as tasks write them; the text says what was found and what is wanted."""


def window(words: str) -> Window:
    """The window that is meant: days ("Tue,Thu", "2026-05-28", "2026-06-01..2026-06-12"), then hours of a start
    ("17:00-20:00", "after 17:00", "before 12:00", "18:00"); what is left out is open.

    Raises: Unreadable, also where a weekday and its only date do not agree.
    """
    read = _WINDOW.fullmatch(words.strip())
    if read is None or not words.strip():
        raise Unreadable(f'{words!r} is no window; write it like "Thu 2026-05-28 17:00-20:00"')
    first = date.fromisoformat(read["first"]) if read["first"] else None
    last = date.fromisoformat(read["last"]) if read["last"] else first
    weekdays = frozenset(_SHORT[name] for name in read["days"].split(",")) if read["days"] else frozenset()
    if first is not None and first == last and weekdays and Weekday(first.weekday()) not in weekdays:
        raise Unreadable(f"{words!r}: {first} is a {first:%A}")
    return Window(
        first=first,
        last=last,
        weekdays=weekdays,
        earliest=_clock(read["earliest"] or read["after"]),
        latest=_clock(read["latest"] or read["before"]),
        at=_clock(read["at"]),
    )


def moment(words: str) -> datetime:
    """The UTC instant of "Thu 2026-05-28 18:00" or "2026-05-28T18:00" on the practice's wall. Raises: Unreadable."""
    meant = window(words.replace("T", " ") if re.match(r"\d{4}-\d\d-\d\dT", words) else words)
    if meant.first is None or meant.first != meant.last or meant.at is None:
        raise Unreadable(f'{words!r} is no single time; write it like "Thu 2026-05-28 18:00"')
    return instant(meant.first, meant.at, ZONE)


def stretch(words: str) -> tuple[str, datetime, datetime]:
    """Who, from when and until when, of "dana-whitfield Thu 2026-05-28 11:00-18:00"; "all" is everybody.

    Without hours it is the whole day. Raises: Unreadable.
    """
    who, _, rest = words.strip().partition(" ")
    meant = window(rest)
    if meant.first is None or meant.first != meant.last or meant.at is not None:
        raise Unreadable(f'{words!r} is no stretch; write it like "dana-whitfield Thu 2026-05-28 11:00-18:00"')
    start = instant(meant.first, meant.earliest or time(0, 1), ZONE)
    return who, start, instant(meant.first, meant.latest or time(23, 59), ZONE)


def on_the_wall(at: datetime) -> datetime:
    """What the practice's clock shows at an instant, without a zone."""
    return at.astimezone(ZONE).replace(tzinfo=None)


def from_the_wall(shown: datetime) -> datetime:
    """The UTC instant of what the practice's clock shows."""
    return instant(shown.date(), shown.time(), ZONE).astimezone(UTC)


def _clock(words: str | None) -> time | None:
    return time.fromisoformat(words) if words else None
