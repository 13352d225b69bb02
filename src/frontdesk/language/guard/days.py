"""Days and clock times in finished English and Spanish, read without the code that wrote them."""

import re
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path

import yaml

from frontdesk.language.guard.mentions import ClockNamed, DayNamed, Kind, Mention, Page

_CLOCK = re.compile(
    r"(?<![\w$:.])(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?<![\w$:.])(?P<hour24>\d{1,2}):(?P<minute24>\d\d)(?![\w:])"
    r"|(?<![\w$:.])(?P<spoken>\d{1,2}) (?:in the|de la) (?P<part>morning|mañana|afternoon|evening|tarde|noche)\b"
    r"|\b(?:at|a las?) (?P<bare>\d{1,2})(?![\w:])"
    r"|\b(?P<noon>noon|mediodía)\b|\b(?P<midnight>midnight|medianoche)\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?<![\w/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}))?(?![\w/])")
_ISO = re.compile(r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])")
_BEFORE_NOON = {"morning", "mañana"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A language's names of days, and the patterns of its dates, as the guard reads them."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    dates: tuple[re.Pattern[str], ...]
    lone: re.Pattern[str]


@cache
def day_words(language: str) -> Words:
    """The words of a language."""
    told = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    months, weekdays = tuple(told["months"]), tuple(told["weekdays"])
    weekday = rf"(?:(?P<weekday>{'|'.join(weekdays)})s?,? (?:the |el )?)?"
    month = rf"(?P<month>{'|'.join(months)})"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|º|ro)?(?![\d:])"
    year = r"(?:,? (?:de |of )?(?P<year>\d{4}))?"
    written = (
        rf"\b{weekday}{month} {day}{year}",
        rf"\b{weekday}{day} (?:de |of )?{month}\b{year}",
        rf"\b(?P<weekday>{'|'.join(weekdays)}),? (?:the |el )?{day}",
    )
    return Words(
        months=months,
        weekdays=weekdays,
        dates=tuple(re.compile(one, re.IGNORECASE) for one in written),
        lone=re.compile(rf"\b(?:(?P<weekday>{'|'.join(weekdays)})s?|(?P<month>{'|'.join(months)}))\b", re.IGNORECASE),
    )


def read_dates(page: Page, words: Words) -> None:
    """Note each day that is named by a number."""
    for pattern in (*words.dates, _ISO, _NUMBERS):
        for match in pattern.finditer(page.rest):
            found = match.groupdict()
            named = DayNamed(
                weekday=_place(words.weekdays, found.get("weekday")),
                month=_month(words, found.get("month")),
                day=int(found["day"]),
                year=int(found["year"]) if found.get("year") else None,
            )
            page.note(Mention(kind=Kind.DATE, span=match.span(), day=named))


def read_lone_days(page: Page, words: Words) -> None:
    """Note weekdays and months that stand without a number. A month counts as one with its capital only: "may"."""
    for match in words.lone.finditer(page.rest):
        if match["month"] and (match["month"].islower() or begins_sentence(page.rest, match.start())):
            continue
        named = DayNamed(weekday=_place(words.weekdays, match["weekday"]), month=_month(words, match["month"]))
        page.note(Mention(kind=Kind.DATE, span=match.span(), day=named))


def read_clocks(page: Page) -> None:
    """Note each time of day."""
    for match in _CLOCK.finditer(page.rest):
        named = _clock(match)
        page.note(Mention(kind=Kind.CLOCK, span=match.span(), clock=ClockNamed(either=frozenset(named))))


def _clock(match: re.Match[str]) -> set[time]:
    if match["noon"]:
        return {time(12)}
    if match["midnight"]:
        return {time(0)}
    if match["half"]:
        return _of(int(match["hour"]), int(match["minute"] or 0), late=match["half"].lower() == "p")
    if match["spoken"]:
        return _of(int(match["spoken"]), 0, late=match["part"].lower() not in _BEFORE_NOON)
    hour, minute = int(match["hour24"] or match["bare"]), int(match["minute24"] or 0)
    if not 1 <= hour <= 12:
        return {time(hour, minute)} if hour < 24 and minute < 60 else set()
    return _of(hour, minute, late=True) | _of(hour, minute, late=False)


def _of(hour: int, minute: int, *, late: bool) -> set[time]:
    """That time of the twelve-hour clock; none where there is no such time."""
    if not (1 <= hour <= 12 and minute < 60):
        return set()
    return {time(hour % 12 + 12 * late, minute)}


def _place(listed: tuple[str, ...], word: str | None) -> int | None:
    return listed.index(word.lower()) if word else None


def _month(words: Words, written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if written.isdigit() else words.months.index(written.lower()) + 1


def begins_sentence(text: str, at: int) -> bool:
    """Whether nothing of a sentence stands before that place."""
    before = text[:at].rstrip(" \"'¿¡")
    return not before or before[-1] in ".?!\n"
