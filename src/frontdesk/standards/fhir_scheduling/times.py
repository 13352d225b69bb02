"""FHIR's instants, dateTimes and dates: a time of day without an offset from UTC is refused, never supposed.

Source: FHIR R4 datatypes (instant, dateTime, date), http://hl7.org/fhir/R4/datatypes.html.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period, instant

_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]+))?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_FARTHEST = timedelta(hours=14)  # no place on earth is further from UTC


class Unclear(ValueError):
    """A time that cannot be told; the text goes after the name of its field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A date or dateTime, as exact as it was written: a year, a month, a day, or an instant (UTC).

    Year, month and day are those that were written, on the wall that the offset belongs to.
    """

    year: int
    month: int | None = None
    day: int | None = None
    instant: datetime | None = None

    @property
    def date(self) -> date | None:
        """The day it names; None where only a year or a month is given."""
        return None if self.month is None or self.day is None else date(self.year, self.month, self.day)

    def begins(self, zone: ZoneInfo) -> datetime:
        """The first UTC instant that it can mean, for a clinic in a zone."""
        return self.instant or instant(date(self.year, self.month or 1, self.day or 1), time(0), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The UTC instant after the last that it can mean; an instant means itself."""
        if self.instant is not None:
            return self.instant
        if self.day is not None and self.month is not None:
            after = date(self.year, self.month, self.day) + timedelta(days=1)
        elif self.month is not None:
            after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        else:
            after = date(self.year + 1, 1, 1)
        return instant(after, time(0), zone)


def read_moment(text: str) -> Moment:
    """A FHIR date or dateTime. Raises: Unclear."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise Unclear("is no date or time such as 2027-01-05 or 2027-01-05T09:00:00-06:00")
    year, month, day = (None if found[name] is None else int(found[name]) for name in ("year", "month", "day"))
    try:
        at = _instant(found, date(year or 0, month or 1, day or 1)) if found["hour"] else None
    except (ValueError, OverflowError) as why:
        raise why if isinstance(why, Unclear) else Unclear("is no day or time that any calendar knows") from None
    return Moment(year=year or 0, month=month, day=day, instant=at)


def read_instant(text: str) -> datetime:
    """The UTC instant of a FHIR instant. Raises: Unclear."""
    moment = read_moment(text)
    if moment.instant is None:
        raise Unclear("is a date without a time of day; an instant such as 2027-01-05T09:00:00-06:00 was wanted")
    return moment.instant


def instant_text(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """An instant as FHIR writes it, to the millisecond: in UTC with Z, or on the wall of a zone with its offset."""
    if moment.utcoffset() is None:
        raise Impossible("FHIR: an instant has a zone; this one has none")
    exact = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.astimezone(zone or UTC).isoformat(timespec=exact).replace("+00:00", "Z")


def period_text(during: Period) -> dict[str, object]:
    """A stretch of time as FHIR's Period."""
    return {"start": instant_text(during.start), "end": instant_text(during.end)}


def _instant(found: re.Match[str], day: date) -> datetime:
    if found["offset"] is None:
        raise Unclear("is a time without an offset from UTC (Z, -06:00): nobody can tell when that is")
    second = int(found["second"] or 0)
    part = int((found["part"] or "0")[:6].ljust(6, "0"))
    leap = timedelta(seconds=1 if second == 60 else 0)  # FHIR allows a leap second, Python's clock does not
    at = time(int(found["hour"]), int(found["minute"]), min(second, 59) if leap else second, part)
    return (datetime.combine(day, at, tzinfo=timezone(_offset(found["offset"]))) + leap).astimezone(UTC)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[4:])
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
    if minutes > 59 or abs(offset) > _FARTHEST:
        raise Unclear("has an offset from UTC that no place on earth has")
    return offset
