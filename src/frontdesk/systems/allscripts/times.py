"""Pure: days and times as Unity writes them, several ways in one system, always on the clock of its server."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from frontdesk.domain.time import wall
from frontdesk.ports.faults import NotPermitted
from frontdesk.standards.windows_zones import same_clock, zone_named
from frontdesk.wire.foreign import Foreign, Unreadable

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_US = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
_NAMED = re.compile(r"(?P<day>\d{1,2})-(?P<month>[A-Za-z]{3})-(?P<year>\d{4})")
_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d+)?)? ?(?P<half>[AaPp][Mm])?")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})$")
_FIRST, _LAST = date(1850, 1, 1), date(2200, 1, 1)


def us(day: date) -> str:
    """A day as Unity's parameters have it: 03/09/2026."""
    return f"{day:%m/%d/%Y}"


def clock(shown: datetime) -> str:
    """A time of day as its replies have it: 09:30. That SaveAppointment takes it so is a guess."""
    return f"{shown:%H:%M}"


def since(shown: datetime) -> str:
    """A date and time for a parameter: 03/09/2026 08:30:00 AM. That it is taken so is a guess, after their replies."""
    return f"{shown:%m/%d/%Y %I:%M:%S %p}"


def day_of(row: Foreign, key: str) -> date:
    """A day, from "03/09/2026", "09-Mar-2026" or "2026-03-09". Raises: Unreadable."""
    found = _day(row.text(key).strip())
    if found is None:
        raise Unreadable(row.row, key, "is no day such as 03/09/2026 or 09-Mar-2026")
    return found


def clock_of(row: Foreign, key: str) -> time:
    """A time of day, from "09:30", "9:30 AM" or "09:30AM". Raises: Unreadable."""
    found = _time(row.text(key).strip())
    if found is None:
        raise Unreadable(row.row, key, "is no time of day such as 09:30 or 9:30 AM")
    return found


def shown_in(row: Foreign, key: str) -> datetime:
    """A date and time on the server's clock, from "7/6/2015 9:00:00 AM" or "03/09/2026 09:00AM". Raises: Unreadable."""
    text = row.text(key).strip().replace("T", " ", 1)
    first, _, rest = text.partition(" ")
    day, at = _day(first), _time(rest.strip())
    if day is None or at is None:
        raise Unreadable(row.row, key, "is no date and time such as 7/6/2015 9:00:00 AM")
    return datetime.combine(day, at)


def server_zone(row: Foreign, ours: Sequence[ZoneInfo], *, now: datetime) -> ZoneInfo:
    """The zone of the server's clock, from the row of GetServerInfo. `ours` are those of our locations there, one or
    more.

    All dates are local to the server, so each of our locations must keep its clock: a time would be told wrong. A name
    that nobody knows says nothing; then our locations must agree, and the server's offset with them.
    Raises: NotPermitted, Unreadable.
    """
    name = row.text("ServerTimeZone").strip().replace(" Daylight ", " Standard ") if row.has("ServerTimeZone") else ""
    theirs = zone_named(name) or ours[0]
    apart = [one for one in ours if not same_clock(theirs, one, now=now)]
    if apart:
        raise NotPermitted(
            f"The clock of Unity's server is that of {theirs.key}, and a location of the practice's files keeps "
            f"{apart[0].key}. Correct the file, or leave that location out of the numbers."
        )
    written = row.text("ServerDateTimeOffset").strip() if row.has("ServerDateTimeOffset") else ""
    told = _OFFSET.search(written)
    if told:
        offset = timedelta(hours=int(told["hours"]), minutes=int(told["minutes"]))
        if wall(now, theirs).utcoffset() != (offset if told["sign"] == "+" else -offset):
            raise NotPermitted(
                f"The clock of Unity's server is off that of {theirs.key} just now. Have its zone and its change to "
                "daylight saving time looked at; every time would be told wrong."
            )
    return theirs


def server_now(row: Foreign, zone: ZoneInfo) -> datetime | None:
    """What the server's clock shows in the row of GetServerInfo, as UTC; None where that cannot be told."""
    written = row.text("ServerDateTimeOffset").strip() if row.has("ServerDateTimeOffset") else ""
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)


@lru_cache(maxsize=4096)  # twenty people's lists name the same days and times over and over
def _day(text: str) -> date | None:
    for form in (_US, _ISO, _NAMED):
        if found := form.fullmatch(text):
            month = found["month"].lower()
            try:
                day = date(int(found["year"]), _MONTHS.get(month) or int(month), int(found["day"]))
            except ValueError:
                return None
            return day if _FIRST <= day <= _LAST else None
    return None


@lru_cache(maxsize=4096)
def _time(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None
