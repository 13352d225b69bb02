"""How lengths, days, stretches of a day and the like are written in a practice's document, and read back."""

import re
from datetime import date, time, timedelta
from enum import Enum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import DayTime
from frontdesk.standards.document import Form

E = TypeVar("E", bound=Enum)

_UNITS = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
_LENGTH = re.compile(r"(\d+) (week|day|hour|minute)s?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_STRETCH = re.compile(r"(\d{1,2}:\d{2}) ?[-\u2013] ?(\d{1,2}:\d{2})")


def read_length(text: str) -> timedelta:
    """The length of "30 minutes", "2 hours", "1 hour 30 minutes", "60 days", "12 weeks". Raises ValueError."""
    parts = _LENGTH.findall(text)
    if not parts or _LENGTH.sub("", text).strip(" ,"):
        raise ValueError(text)
    return sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta(0))


def write_length(length: timedelta) -> str:
    """ "30 minutes", "2 hours", "1 hour 30 minutes", "60 days"; whole minutes only."""
    if length % _UNITS["minute"]:
        raise ValueError(f"a practice's document keeps whole minutes; got {length}")
    if length and not length % timedelta(days=1):
        return _counted(length.days, "day")
    hours, rest = divmod(length, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    parts = [_counted(hours, "hour")] * bool(hours) + [_counted(minutes, "minute")] * bool(minutes or not hours)
    return " ".join(parts)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _read_some_length(text: str) -> timedelta:
    length = read_length(text)
    if not length:
        raise ValueError(text)
    return length


def _read_clock(text: str) -> time:
    shown = _CLOCK.fullmatch(text)
    if not shown:
        raise ValueError(text)
    hour, minute = int(shown[1]), int(shown[2])
    return time(0) if (hour, minute) == (24, 0) else time(hour, minute)


def read_stretch(text: str) -> DayTime:
    """The stretch of a day of "09:00-17:30"; an end of 24:00 is midnight. Raises ValueError."""
    ends = _STRETCH.fullmatch(text)
    if not ends:
        raise ValueError(text)
    return DayTime(start=_read_clock(ends[1]), end=_read_clock(ends[2]))


def write_stretch(stretch: DayTime) -> str:
    """ "09:00-17:30"; midnight as an end is 24:00. Whole minutes only."""
    if any(shown.second or shown.microsecond for shown in (stretch.start, stretch.end)):
        raise ValueError(f"a practice's document keeps whole minutes; got {stretch.start} to {stretch.end}")
    return f"{stretch.start:%H:%M}-{'24:00' if stretch.end == time(0) else f'{stretch.end:%H:%M}'}"


def _read_absence(text: str) -> tuple[date, date]:
    first, _, last = text.partition(" to ")
    days = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    if days[1] < days[0]:
        raise ValueError(text)
    return days


def _write_absence(days: tuple[date, date]) -> str:
    return str(days[0]) if days[0] == days[1] else f"{days[0]} to {days[1]}"


def _read_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as missing:
        raise ValueError(text) from missing


def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _read_yes_or_no(text: str) -> bool:
    word = text.lower()
    if word not in {"yes", "true", "no", "false"}:
        raise ValueError(text)
    return word in {"yes", "true"}


def text_like(pattern: str, wanted: str) -> Form[str]:
    """The form of a text that a pattern matches whole."""
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(text)
        return text

    return Form(wanted=wanted, read=read, write=str, stand_in="")


def count_from(least: int) -> Form[int]:
    """The form of a whole number that is not below `least`."""

    def read(text: str) -> int:
        if int(text) < least:
            raise ValueError(text)
        return int(text)

    return Form(wanted=f"a whole number of {least} or more", read=read, write=int, stand_in=least)


def word_of(words: type[E]) -> Form[E]:
    """The form of one of a few words: the values of an Enum."""
    known = tuple(str(word.value) for word in words)
    return Form(
        wanted=f"one of: {', '.join(known)}",
        read=lambda text: words(text.lower()),
        write=lambda word: str(word.value),
        stand_in=next(iter(words)),
        known=lambda: known,
    )


WEEKDAYS = tuple(day.name.lower() for day in Weekday)

TEXT = text_like(r"(?s).*\S.*", "a text")
KEY = text_like(r"[a-z0-9]+(-[a-z0-9]+)*", 'a short word of small letters, digits and dashes, such as "smile"')
PHONE = text_like(r"\+[1-9]\d{6,14}", 'a phone number with its country code, such as "+15125550100"')
EMAIL = text_like(r"[^@\s]+@[^@\s]+\.[^@\s]+", 'an e-mail address, such as "desk@example.com"')
PAGE = text_like(r"https://[^\s/]+\S*", 'the address of a page, such as "https://pay.example.com/clinic"')
LANGUAGE = text_like(r"[a-z]{2,3}(-[A-Z]{2})?", 'a language code, such as "en"')
LENGTH = Form(
    wanted='a length such as "30 minutes", "2 hours" or "60 days"',
    read=read_length,
    write=write_length,
    stand_in=timedelta(minutes=5),
)
SOME_LENGTH = Form(
    wanted='a length above zero, such as "30 minutes" or "1 hour"',
    read=_read_some_length,
    write=write_length,
    stand_in=timedelta(minutes=5),
)
CLOCK = Form(wanted='a time of day such as "17:30"', read=_read_clock, write=lambda at: f"{at:%H:%M}", stand_in=time(9))
DAY = Form(wanted='a day such as "2026-07-03"', read=date.fromisoformat, write=str, stand_in=date(2026, 1, 1))
STRETCH = Form(
    wanted='a stretch of a day such as "09:00-17:30", its start before its end (24:00 is midnight)',
    read=read_stretch,
    write=write_stretch,
    stand_in=DayTime(start=time(0), end=time(0)),
)
ABSENCE = Form(
    wanted='a day such as "2026-07-03", or the first and the last, such as "2026-07-03 to 2026-07-10"',
    read=_read_absence,
    write=_write_absence,
    stand_in=(date(2026, 1, 1), date(2026, 1, 1)),
)
WEEKDAY = Form(
    wanted="a weekday such as monday",
    read=lambda text: Weekday(WEEKDAYS.index(text.lower())),
    write=lambda day: day.name.lower(),
    stand_in=Weekday.MONDAY,
    known=lambda: WEEKDAYS,
)
ZONE = Form(
    wanted='a time zone such as "America/Chicago"',
    read=_read_zone,
    write=str,
    stand_in=ZoneInfo("UTC"),
    known=_zones,
)
YES_OR_NO = Form(wanted="yes or no", read=_read_yes_or_no, write=bool, stand_in=True)
