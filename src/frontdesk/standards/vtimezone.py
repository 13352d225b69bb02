"""A zone's rules as an iCalendar VTIMEZONE (RFC 5545 3.6.5).

Written here because `icalendar` 7.3 puts the spring onset an hour late: an onset is told on the clock
that was in force before it. Yearly rules are told as rules, since calendar programs that do not know
the zone by name take an onset without a rule for one that never returns.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_DAYS_BEFORE = 370
_YEARS_AFTER = 5  # how long a rule must hold to be told as a rule
_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Onset:
    """The instant at which a zone's clock is put forward or back."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def wall(self) -> datetime:
        """The instant on the clock that was in force until then."""
        return (self.at + self.before).replace(tzinfo=None)


def vtimezone(zone: ZoneInfo, around: datetime) -> Timezone:
    """The rules of the zone at an instant, and for as long as they stay as they are."""
    told = Timezone()
    told.add("tzid", zone.key)
    known = _onsets(zone, around.year)
    earlier = [onset for onset in known if onset.at <= around]
    if not earlier:
        told.add_component(_unchanging(zone, around))
    for onset in earlier[-2:]:
        like = [other for other in known if other.is_daylight == onset.is_daylight and other.at >= onset.at]
        told.add_component(_observance(onset, like))
    return told


@lru_cache(maxsize=64)
def _onsets(zone: ZoneInfo, year: int) -> tuple[_Onset, ...]:
    """Every change of the clock from a year before the given one to some years after it."""
    found = []
    day, last = datetime(year, 1, 1, tzinfo=UTC) - _DAYS_BEFORE * _DAY, datetime(year + _YEARS_AFTER, 1, 1, tzinfo=UTC)
    while day < last:
        if _offset(day, zone) != _offset(day + _DAY, zone):
            found.append(_onset(day, zone))
        day += _DAY
    return tuple(found)


def _onset(day: datetime, zone: ZoneInfo) -> _Onset:
    """The change that lies within the day after `day`, found by halving."""
    before, low, high = _offset(day, zone), day, day + _DAY
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    new = high.astimezone(zone)
    return _Onset(
        at=high, before=before, after=_offset(high, zone), name=new.tzname() or zone.key, is_daylight=bool(new.dst())
    )


def _observance(onset: _Onset, like: list[_Onset]) -> TimezoneDaylight | TimezoneStandard:
    told = TimezoneDaylight() if onset.is_daylight else TimezoneStandard()
    told.add("dtstart", onset.wall)
    told.add("tzoffsetfrom", onset.before)
    told.add("tzoffsetto", onset.after)
    told.add("tzname", onset.name)
    if (rule := _yearly([other.wall for other in like])) is not None:
        told.add("rrule", rule)
    return told


def _unchanging(zone: ZoneInfo, around: datetime) -> TimezoneStandard:
    told = TimezoneStandard()
    told.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - an onset is a time on the wall
    told.add("tzoffsetfrom", _offset(around, zone))
    told.add("tzoffsetto", _offset(around, zone))
    told.add("tzname", around.astimezone(zone).tzname() or zone.key)
    return told


def _yearly(onsets: list[datetime]) -> vRecur | None:
    """The rule that gives exactly these onsets, one a year ("the second Sunday in March"); None when none does."""
    first = onsets[0]
    if [onset.year for onset in onsets] != list(range(first.year, first.year + len(onsets))) or len(onsets) < 3:
        return None
    if any(
        (onset.month, onset.weekday(), onset.time()) != (first.month, first.weekday(), first.time()) for onset in onsets
    ):
        return None
    for position in (_from_the_end, _from_the_start):
        if len({position(onset) for onset in onsets}) == 1:
            day = f"{position(first)}{_NAMES[first.weekday()]}"
            return vRecur({"freq": "yearly", "bymonth": first.month, "byday": day})
    return None


def _from_the_start(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _from_the_end(day: date) -> int:
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return -((next_month.toordinal() - day.toordinal() - 1) // 7 + 1)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
