"""RRULE and EXRULE as a checked value (RFC 5545 3.3.10)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from frontdesk.standards.feed.text import Bad

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_NUMBER = re.compile(r"[+-]?\d{1,9}")
_IGNORED = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
"""RFC 7529, as far as it says what RFC 5545 says anyway."""


class Frequency(Enum):
    """How long a period of the rule is."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"
    MINUTELY = "MINUTELY"
    SECONDLY = "SECONDLY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Until:
    """The last moment a repetition may start, as it was told: a day, a time in UTC, or a time on the wall."""

    at: datetime
    is_day: bool
    is_utc: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule. Weekdays are (which one, 0 for each; 0 for Monday to 6); () where a part was not given."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: Until | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


def rule(value: str) -> Rule:
    """The rule of a value such as "FREQ=WEEKLY;BYDAY=MO,WE". Raises: Bad."""
    parts = _parts(value)
    if "COUNT" in parts and "UNTIL" in parts:
        raise Bad("a rule ends both by COUNT and by UNTIL")
    if parts.get("FREQ") not in Frequency.__members__:
        raise Bad("a rule has no FREQ that RFC 5545 knows")
    frequency = Frequency[parts["FREQ"]]
    read = Rule(
        frequency=frequency,
        interval=_one(parts, "INTERVAL", 1, 999_999_999) or 1,
        count=_one(parts, "COUNT", 1, 999_999_999),
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        week_start=_week_start(parts.get("WKST", "MO")),
        months=_numbers(parts, "BYMONTH", 1, 12),
        weeks=_numbers(parts, "BYWEEKNO", 1, 53, signed=-1),
        year_days=_numbers(parts, "BYYEARDAY", 1, 366, signed=-1),
        month_days=_numbers(parts, "BYMONTHDAY", 1, 31, signed=-1),
        weekdays=_weekdays(parts.get("BYDAY", "")),
        hours=_numbers(parts, "BYHOUR", 0, 23),
        minutes=_numbers(parts, "BYMINUTE", 0, 59),
        seconds=_numbers(parts, "BYSECOND", 0, 59),
        positions=_numbers(parts, "BYSETPOS", 1, 366, signed=-1),
    )
    numbered = any(which for which, _ in read.weekdays)
    if numbered and (frequency not in {Frequency.YEARLY, Frequency.MONTHLY} or read.weeks):
        raise Bad("a rule numbers its weekdays (BYDAY=1MO), which only months and years without BYWEEKNO can have")
    return read


_KNOWN = (
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYWEEKNO", "BYYEARDAY"),
    *("BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS"),
)


def _parts(value: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    for part in value.upper().split(";"):
        name, is_there, told = part.strip().partition("=")
        if not part.strip() or name.startswith("X-") or _IGNORED.get(name) == told:
            continue
        if name not in _KNOWN or not is_there or not told or name in parts:
            raise Bad("a rule has a part that RFC 5545 does not know, or one without a value, or one twice")
        parts[name] = told
    return parts


def _numbers(parts: Mapping[str, str], name: str, least: int, most: int, *, signed: int = 1) -> tuple[int, ...]:
    """Sorted and each once. `signed` -1: they may also count from the end."""
    if name not in parts:
        return ()
    found = set()
    for word in parts[name].split(","):
        if not _NUMBER.fullmatch(word.strip()):
            raise Bad(f"{name} of a rule holds something that is no number")
        number = int(word)
        if not (least <= number <= most or (signed < 0 and least <= -number <= most)):
            raise Bad(f"{name} of a rule holds {number}; {least} to {most} were wanted")
        found.add(number)
    return tuple(sorted(found))


def _one(parts: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    found = _numbers(parts, name, least, most)
    if len(found) > 1:
        raise Bad(f"{name} of a rule is a list")
    return found[0] if found else None


def _weekdays(told: str) -> tuple[tuple[int, int], ...]:
    found = set()
    for word in filter(None, told.split(",")):
        match = _WEEKDAY.fullmatch(word.strip())
        if not match or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise Bad("BYDAY of a rule holds something that is no weekday")
        found.add((int(match[1] or 0), DAYS.index(match[2])))
    return tuple(sorted(found))


def _week_start(told: str) -> int:
    if told not in DAYS:
        raise Bad("WKST of a rule is no weekday")
    return DAYS.index(told)


def _until(told: str) -> Until:
    match = _UNTIL.fullmatch(told)
    if not match:
        raise Bad("UNTIL of a rule is neither a date nor a date-time")
    try:
        at = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - its clock is told apart
    except ValueError:
        raise Bad("UNTIL of a rule is a day or time that does not exist") from None
    return Until(at=at, is_day=match[2] is None, is_utc=bool(match[3]))
