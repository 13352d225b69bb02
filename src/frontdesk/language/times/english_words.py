"""The English words for days, months, numbers and hours, and what each means on a given day."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time

from frontdesk.domain.practice import Weekday
from frontdesk.language.times.calendar_days import (
    DAY,
    WEEK,
    coming,
    coming_month,
    day_in,
    full_year,
    next_month,
    part_of_month,
    week_of,
)
from frontdesk.language.times.pieces import (
    Bound,
    Clock,
    Days,
    Number,
    Part,
    Piece,
    Side,
    Weekdays,
    Which,
)

WEEKDAYS = {
    "mon": Weekday.MONDAY,
    "tue": Weekday.TUESDAY,
    "wed": Weekday.WEDNESDAY,
    "thu": Weekday.THURSDAY,
    "fri": Weekday.FRIDAY,
    "sat": Weekday.SATURDAY,
    "sun": Weekday.SUNDAY,
}
MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "twenty-first",
            "twenty-second",
            "twenty-third",
            "twenty-fourth",
            "twenty-fifth",
            "twenty-sixth",
            "twenty-seventh",
            "twenty-eighth",
            "twenty-ninth",
            "thirtieth",
            "thirty-first",
        ],
        start=1,
    )
}
MINUTES = {"fifteen": 15, "thirty": 30, "forty-five": 45, "forty five": 45, "oh five": 5, "ten": 10, "twenty": 20}
AMOUNTS = {**NUMBERS, "a": 1, "an": 1, "a couple": 2, "a couple of": 2, "couple of": 2, "a few": 3, "couple": 2}

DAY_NAME = (
    r"(?:mon(?:day)?s?|tue(?:s(?:day)?)?s?|wed(?:s|nesday)?s?|thu(?:rs?(?:day)?)?s?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?)"
)
WEEKDAY = rf"(?P<weekday>{DAY_NAME})\.?"
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
MONTH = rf"(?P<month>{MONTH_NAME})\.?"
NUMBER = "|".join(NUMBERS)
ORDINAL = (
    r"(?P<ordinal>\d{1,2}(?:st|nd|rd|th)|"
    + "|".join(word.replace("-", "[- ]") for word in sorted(ORDINALS, key=len, reverse=True))
    + ")"
)
DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![:\d]|\s*(?:am|pm|a\.m|p\.m)\b)"
YEAR = r"(?:,? ?(?P<year>20\d\d))?"
AMOUNT = r"(?P<amount>\d{1,2}|" + "|".join(sorted(AMOUNTS, key=len, reverse=True)) + ")"
HALF = r"(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?|in the (?:morning|afternoon|evening)|at night|a\b|p\b)"
COUNTED = (
    r"(?:of us|of them|people|persons?|patients?|units?|syringes?|ladies|girls|guys|kids|adults"
    r"|areas?|rooms?|times|sessions?"
    r"|treatments?|visits?|years?|yrs?|months?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|dollars?"
    r"|bucks|percent|cc|ml|mg|lbs?"
    r"|pounds?|appointments?|appts?|spots?|slots?|openings?|consults?|friends?|daughters?|sons?"
    r"|sisters?|vials?|more|st\b|ave\b|street"
    r"|avenue|road|blvd|options?|things?|questions?)"
)


def weekday(match: re.Match[str]) -> Weekday:
    """The day of the week a match names."""
    return WEEKDAYS[match["weekday"][:3]]


def _plural(match: re.Match[str]) -> bool:
    return match["weekday"].endswith("days")


def named(match: re.Match[str], which: Which) -> Sequence[Piece]:
    """Days of the week: every one of a plural, else the one that `which` says."""
    chosen = Which.EVERY if _plural(match) else which
    return [Weekdays(days=frozenset({weekday(match)}), which=chosen)]


def _amount(text: str) -> int:
    return int(text) if text.isdigit() else AMOUNTS[text]


def ordinal(text: str) -> int:
    """28 from "28th" or "twenty-eighth"."""
    return ORDINALS.get(text.replace(" ", "-")) or int(re.sub(r"\D", "", text))


def dated(match: re.Match[str], today: date) -> Sequence[Piece]:
    """A date by its month's name."""
    day = match["day"] if "day" in match.groupdict() and match["day"] else match["ordinal"]
    found = day_in(MONTHS[match["month"][:3]], ordinal(day), today, full_year(match["year"]))
    return [found] if found else []


def slashed(match: re.Match[str], today: date) -> Sequence[Piece]:
    """A date in figures, month first."""
    found = (
        day_in(int(match["m"]), int(match["d"]), today, full_year(match["y"])) if 1 <= int(match["m"]) <= 12 else None
    )
    return [found] if found else []


def iso_date(match: re.Match[str], today: date) -> Sequence[Piece]:
    """A date in figures, year first."""
    found = day_in(int(match["m"]), int(match["d"]), today, int(match["y"])) if 1 <= int(match["m"]) <= 12 else None
    return [found] if found else []


def ahead(match: re.Match[str], today: date) -> Sequence[Piece]:
    """ "In two weeks": that week; "in 3 days": that day; "in a month": the days around it."""
    amount, unit = _amount(match["amount"]), match["unit"]
    if unit.startswith("day"):
        day = today + amount * DAY
        return [Days(first=day, last=day)]
    if unit.startswith("month"):
        month = today
        for _ in range(amount):
            whole = next_month(month)
            assert whole.first is not None, "a month has a first day"
            month = whole.first
        found = day_in(month.month, min(today.day, 28), month, month.year)
        assert found is not None, "the 28th is in every month"
        assert found.first is not None, "a date has a day"
        return [Days(first=found.first - 3 * DAY, last=found.first + 3 * DAY)]
    week = week_of(today + amount * WEEK)
    return [week]


def weeks_from(match: re.Match[str], today: date) -> Sequence[Piece]:
    """ "A week from Friday"."""
    start = {"today": today, "tomorrow": today + DAY, "now": today}.get(match["from"])
    start = start or coming(WEEKDAYS[match["from"][:3]], today)
    day = start + _amount(match["amount"]) * WEEK
    return [Days(first=day, last=day)]


def month_part(match: re.Match[str], today: date) -> Sequence[Piece]:
    """ "Early June"."""
    words = match["which"]
    name = match["month"]
    whole = (
        next_month(today)
        if name == "next month"
        else coming_month(today.month if name is None else MONTHS[name[:3]], today)
    )
    early = ("early", "beginning", "start", "first")
    return [part_of_month(whole, "early" if words.startswith(early) else "mid" if words.startswith("mid") else "late")]


def _hours(hour: int, minute: int, half: str | None) -> tuple[time, ...]:
    if minute > 59 or hour > 24:
        return ()
    if half is not None and 1 <= hour <= 12:
        afternoon = half[0] == "p" or half.endswith(("afternoon", "evening", "night"))
        return (time(hour % 12 + (12 if afternoon else 0), minute),)
    if hour in (0, 24) or hour > 12:
        return (time(hour % 24, minute),)
    return (time(hour % 12, minute), time(hour % 12 + 12, minute))


def clock(match: re.Match[str], today: date) -> Sequence[Piece]:
    """A clock time; both halves of the day where nothing says which."""
    named = match.groupdict()
    hour = match["hour"]
    minute = named.get("minute") or "0"
    found = _hours(
        int(hour) if hour.isdigit() else NUMBERS[hour],
        int(minute) if minute.isdigit() else MINUTES[minute],
        named.get("half"),
    )
    return [Clock(candidates=found)] if found else []


def past_hour(match: re.Match[str], today: date) -> Sequence[Piece]:
    """ "Half past three", "quarter to seven"."""
    word, hour = match["fraction"], match["hour"]
    value = int(hour) if hour.isdigit() else NUMBERS[hour]
    minute = {"half": 30, "quarter": 15, "a quarter": 15, "ten": 10, "twenty": 20, "five": 5}.get(word) or int(word)
    if match["turn"] in ("to", "till", "of", "before"):
        value, minute = (value - 2) % 12 + 1, 60 - minute
    return [Clock(candidates=_hours(value, minute, match["half"]))]


def number(match: re.Match[str], today: date) -> Sequence[Piece]:
    """A bare number."""
    value = int(match["n"]) if match["n"].isdigit() else NUMBERS[match["n"]]
    return [Number(number=value)] if 1 <= value <= 31 else []


def week_named(shift: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    """The rest of this week, or a whole later one."""

    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        week = week_of(today + shift * WEEK)
        assert week.first is not None, "a week has a first day"
        return [Days(first=max(week.first, today), last=week.last)]

    return make


def part_of_week(shift: int, first: int, last: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    """Some days of this week or a later one, counted from its Monday as 0."""

    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        monday = week_of(today + shift * WEEK).first
        assert monday is not None, "a week has a first day"
        return [Days(first=monday + first * DAY, last=monday + last * DAY)]

    return make


def weekend(shift: int) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    """Saturday and Sunday of this week or a later one."""

    def make(match: re.Match[str], today: date) -> Sequence[Piece]:
        saturday = week_of(today + shift * WEEK).first
        assert saturday is not None, "a week has a first day"
        return [Days(first=max(saturday + 5 * DAY, today), last=saturday + 6 * DAY)]

    return make


def day_ahead(shift: int, *extra: Piece) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    """A day counted from today, with what else the words say."""
    return lambda match, today: [Days(first=today + shift * DAY, last=today + shift * DAY), *extra]


def bound(side: Side, *, follows: bool = False) -> Callable[[re.Match[str], date], Sequence[Piece]]:
    """An open side."""
    return lambda match, today: [Bound(side=side, follows=follows)]


EVENING = Part(earliest=time(17), latest=None)
WORKDAYS = frozenset(Weekday(number) for number in range(5))
WEEKEND_DAYS = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})


def week_with(match: re.Match[str], today: date) -> Sequence[Piece]:
    """The week around a date."""
    if match["month"]:
        found = day_in(MONTHS[match["month"][:3]], int(match["day"]), today)
        return [week_of(found.first)] if found and found.first else []
    from_today = day_in(today.month, int(match["day"]), today)
    return [week_of(from_today.first)] if from_today and from_today.first else []
