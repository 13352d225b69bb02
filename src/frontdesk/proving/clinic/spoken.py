"""Days and times in what a receptionist writes, English or Spanish, however they are put."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sept sep septiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lunes lun",
            "tuesday tues tue martes",
            "wednesday wed miércoles miercoles mié mie",
            "thursday thurs thur thu jueves jue",
            "friday fri viernes vie",
            "saturday sat sábado sabado sáb sab",
            "sunday sun domingo dom",
        )
    )
    for name in names.split()
}
_NEAR = {"today": 0, "tonight": 0, "hoy": 0, "tomorrow": 1}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_M, _W = _any(_MONTHS), _any(_WEEKDAYS)
_PART = r"de la mañana|de la tarde|de la noche|in the morning|in the afternoon|in the evening"
_TOKEN = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d\d-\d\d\b)"
    rf"|(?:\b(?P<wd>{_W})\b\.?,?\s+(?:the\s+|el\s+)?)?"
    rf"(?:\b(?P<month>{_M})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?::|am\b|pm\b|a\.m|p\.m))"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?(?P<month2>{_M})\b"
    rf"|\b(?P<us>\d{{1,2}}/\d{{1,2}})\b(?:/\d{{2,4}})?)"
    rf"|\b(?P<weekday>{_W})\b(?:\.?,?\s+(?:the|el)?\s*(?P<nth>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?::|am\b|pm\b|a\.m|p\.m)))?"
    rf"|\b(?P<near>{_any(_NEAR)})\b"
    rf"|(?<!la )\b(?P<manana>mañana)\b"
    rf"|\b(?P<noon>noon|mediodía|mediodia)\b"
    rf"|\b(?P<hour>\d{{1,2}})(?::(?P<minute>\d\d))?\s*(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?|{_PART}|o'clock)"
    rf"|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b(?!\s*(?:a\.?\s?m|p\.?\s?m))"
    rf"|\b(?P<bare>\d{{1,2}})(?=\s*(?:,|or|and|o|y|to|-|–)\s*(?:at\s+)?\d{{1,2}}(?::\d\d)?\s*(?:am|pm|a\.m|p\.m))",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """A day, a clock time, or both, as they stand in the words. `wrong`: day and weekday that do not agree."""

    start: int
    end: int
    day: date | None
    clock: time | None
    wrong: bool = False

    @property
    def at(self) -> datetime | None:
        """The time on the practice's wall, where day and clock are both said."""
        return datetime.combine(self.day, self.clock) if self.day and self.clock else None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    wrong: bool = False


def times_in(words: str, *, today: date) -> list[Spoken]:
    """Every day and time that is said, in order; a clock time goes with the day that stands nearest before it, or
    right after it ("6 pm on Thursday")."""
    tokens = list(_tokens(words, today))
    found: list[Spoken] = []
    for place, token in enumerate(tokens):
        if token.clock is None:
            continue
        before = next((one for one in reversed(tokens[:place]) if one.day), None)
        after = next((one for one in tokens[place + 1 : place + 2] if one.day), None)
        between = words[token.end : after.start].strip().lower() if after is not None else None
        joined = between in {"on", "el", "this", "next", "este"}
        if after is not None and (
            joined or (between in {"", ","} and (before is None or _is_taken(tokens, before, token)))
        ):
            day = after
        else:
            day = before or token
        found.append(Spoken(start=token.start, end=token.end, day=day.day, clock=token.clock, wrong=day.wrong))
    return found


def days_in(words: str, *, today: date) -> list[Spoken]:
    """Every day that is said, in order."""
    return [
        Spoken(start=one.start, end=one.end, day=one.day, clock=None, wrong=one.wrong)
        for one in _tokens(words, today)
        if one.day
    ]


def _is_taken(tokens: list[_Token], before: _Token, token: _Token) -> bool:
    """Whether another clock time has the earlier day already."""
    return any(one.clock for one in tokens if before.end <= one.start < token.start)


def _tokens(words: str, today: date) -> Iterator[_Token]:
    half: str | None = None
    found = list(_TOKEN.finditer(words))
    for place, read in enumerate(found):
        start, end = read.span()
        if read["hour"]:
            half = read["half"]
        if (day := _day(read, today)) is not None:
            named: str | None = read["wd"] or (read["weekday"] if read["nth"] else None)
            wrong = named is not None and _WEEKDAYS[named.lower()] != day.weekday()
            yield _Token(start=start, end=end, day=day, wrong=wrong)
        elif read["noon"]:
            yield _Token(start=start, end=end, clock=time(12))
        elif read["bare"]:
            later = next((one["half"] for one in found[place + 1 :] if one["hour"]), half)
            if (clock := _clock(int(read["bare"]), 0, later)) is not None:
                yield _Token(start=start, end=end, clock=clock)
        elif read["hour24"]:
            later = next((one["half"] for one in found[place + 1 : place + 2] if one["hour"]), None)
            joined = later and re.fullmatch(r"\s*(or|and|o|y|to|,|-|–)\s*", words[end : found[place + 1].start()])
            if (clock := _clock(int(read["hour24"]), int(read["minute24"]), later if joined else None)) is not None:
                yield _Token(start=start, end=end, clock=clock)
        elif read["hour"] and (clock := _clock(int(read["hour"]), int(read["minute"] or 0), read["half"])) is not None:
            yield _Token(start=start, end=end, clock=clock)


def _day(read: re.Match[str], today: date) -> date | None:
    try:
        if read["iso"]:
            return date.fromisoformat(read["iso"])
        if read["month"] or read["month2"]:
            month = _MONTHS[(read["month"] or read["month2"]).lower()]
            return _coming(month, int(read["day"] or read["day2"]), today)
        if read["us"]:
            month, day = map(int, read["us"].split("/"))
            return _coming(month, day, today)
    except ValueError:
        return None
    if read["weekday"]:
        number = _WEEKDAYS[read["weekday"].lower()]
        if read["nth"]:
            return _nth(int(read["nth"]), today)
        return today + timedelta(days=(number - today.weekday()) % 7)
    if read["near"]:
        return today + timedelta(days=_NEAR[read["near"].lower()])
    return today + timedelta(days=1) if read["manana"] else None


def _coming(month: int, day: int, today: date) -> date:
    """The day of that name nearest to today; further back than half a year it is next year's. Raises: ValueError."""
    found = date(today.year, month, day)
    return found if (today - found).days < 180 else date(today.year + 1, month, day)


def _nth(day: int, today: date) -> date | None:
    """The next day of that number in a month."""
    for ahead in range(62):
        if (one := today + timedelta(days=ahead)).day == day:
            return one
    return None


def _clock(hour: int, minute: int, half: str | None) -> time | None:
    if hour > 23 or minute > 59:
        return None
    said = (half or "").lower().replace(".", "").replace(" ", "")
    late = said.startswith("p") or any(part in said for part in ("tarde", "noche", "afternoon", "evening"))
    early = said.startswith("a") or "morning" in said or "delamañana" in said
    if late and hour < 12:
        return time(hour + 12, minute)
    if early and hour == 12:
        return time(0, minute)
    return time(hour, minute)
