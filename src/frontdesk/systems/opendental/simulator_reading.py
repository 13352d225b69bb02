"""What a parameter or a field may hold, and how it is read. What the facts do not name is refused, never ignored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum

from frontdesk.standards.simulating.refusals import documented, guess, verbatim
from frontdesk.systems.opendental.simulator_rows import Scalar

Reads = Callable[[str, object], Scalar]
"""Takes a name and what was sent for it; gives the value as a row keeps it, or raises Refusal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One parameter or field of a call. `since` is the Open Dental version that brought it, like "25.2.10"."""

    reads: Reads
    since: str = "21.1"


Fields = Mapping[str, Field]


class Place(Enum):
    """Where a value was sent."""

    QUERY = "parameter"
    BODY = "field"


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The values of one call, read and in order; a name that was not sent is absent."""

    values: Mapping[str, Scalar] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def number(self, name: str) -> int | None:
        """A whole number; None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def text(self, name: str) -> str | None:
        """A text, or a moment or boolean as text; None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None


def read(fields: Fields, sent: Mapping[str, object], place: Place, *, version: str) -> Given:
    """What was sent, read field by field. Raises: Refusal for a name or value the facts do not know."""
    values: dict[str, Scalar] = {}
    for name, raw in sent.items():
        known = fields.get(name)
        if known is None:
            raise guess("unknown-name", 400, f"{name} is not a valid {place.value} for this method.")
        if not reached(version, known.since):
            raise guess("version-of-field", 400, f"{name} requires Open Dental version {known.since}.")
        values[name] = known.reads(name, raw)
    return Given(values=values)


def reached(version: str, since: str) -> bool:
    """Whether an office's version is at least the one that brought something. Documented [version-gates]."""
    return [int(part) for part in version.split(".")] >= [int(part) for part in since.split(".")]


def needed(given: Given, *names: str) -> None:
    """Nothing, when all are there. Raises: Refusal for the first that is missing. Documented [required-fields]."""
    for name in names:
        if name not in given:
            raise documented("required-fields", 400, f"{name} is required.")


def words(name: str, raw: object) -> str:
    """Text as it is."""
    if not isinstance(raw, str):
        raise guess("value-of-wrong-kind", 400, f"{name} must be a string.")
    return raw


def some_words(name: str, raw: object) -> str:
    """Text that says something."""
    if not words(name, raw).strip():
        raise guess("empty-value", 400, f"{name} cannot be blank.")
    return words(name, raw)


def number(name: str, raw: object) -> int:
    """A whole number of a JSON body: a JSON number, for the facts show no other."""
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise guess("value-of-wrong-kind", 400, f"{name} must be a number.")
    return raw


def number_in_query(name: str, raw: object) -> int:
    """A whole number of a query."""
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,18}", raw):
        raise guess("value-of-wrong-kind", 400, f"{name} must be a number.")
    return int(raw)


def yes_or_no(name: str, raw: object) -> str:
    """The text "true" or "false": booleans travel as strings. Documented [booleans-as-text]."""
    if raw not in ("true", "false"):
        raise documented("booleans-as-text", 400, f'{name} must be either "true" or "false".')
    return str(raw)


def a_day(name: str, raw: object) -> str:
    """A day, as yyyy-MM-dd."""
    given = words(name, raw)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given) or not _reads(date.fromisoformat, given):
        raise documented("time-format", 400, f"{name} format must be yyyy-MM-dd")
    return given


def a_moment(name: str, raw: object) -> str:
    """A wall-clock moment, as yyyy-MM-dd HH:mm:ss, without a zone or offset."""
    given = words(name, raw)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", given) or not _reads(datetime.fromisoformat, given):
        raise verbatim("moment-wording", 400, f"{name} format must be yyyy-MM-dd HH:mm:ss")
    return given


def a_moment_or_day(name: str, raw: object) -> str:
    """A wall-clock moment, or a day and then its first second. Documented [stamp-may-be-a-day]."""
    given = words(name, raw)
    return f"{a_day(name, given)} 00:00:00" if len(given) == len("yyyy-MM-dd") else a_moment(name, given)


def a_time(name: str, raw: object) -> str:
    """A time of day, as HH:mm:ss."""
    given = words(name, raw)
    if not re.fullmatch(r"\d{2}:\d{2}:\d{2}", given) or not _reads(time.fromisoformat, given):
        raise documented("time-format", 400, f"{name} format must be HH:mm:ss")
    return given


def a_pattern(name: str, raw: object) -> str:
    """A time pattern, one character for five minutes. Documented [pattern-characters] and [pattern-nine-hours]."""
    given = words(name, raw)
    if not re.fullmatch(r"[X/]+", given):
        raise documented("pattern-characters", 400, f"{name} must consist of 'X' and '/' characters only.")
    return given[: 9 * 12]


def a_colour(name: str, raw: object) -> str:
    """A colour as "R,G,B", each from 0 to 255. Documented [colour-format]."""
    parts = words(name, raw).split(",")
    if len(parts) != 3 or not all(re.fullmatch(r"\d{1,3}", part) and int(part) <= 255 for part in parts):
        raise documented("colour-format", 400, f'{name} must be a color in "R,G,B" format.')
    return words(name, raw)


def numbers_in_query(name: str, raw: object) -> str:
    """Whole numbers with commas between them."""
    given = words(name, raw)
    if not re.fullmatch(r"\d{1,18}(,\d{1,18})*", given):
        raise guess("value-of-wrong-kind", 400, f"{name} must be a comma separated list of numbers.")
    return given


def one_of(*choices: str) -> Reads:
    """A reader for one of these words, written just so. Documented [words-not-numbers]."""

    def reads(name: str, raw: object) -> str:
        if not isinstance(raw, str) or raw not in choices:
            raise documented("words-not-numbers", 400, f"{name} must be one of: {', '.join(choices)}.")
        return raw

    return reads


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """The days a list is asked for, both ends in; None leaves an end open."""

    first: date | None
    last: date | None

    def has(self, day: date) -> bool:
        """Whether a day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def asked_days(given: Given) -> Days | None:
    """The days named by `date`, or by `dateStart` and `dateEnd`; None when no day is named.

    Documented [both-ends-included]. That the two ways are not mixed, that neither end stands alone and that the end
    is not before the start is our guess [days-asked-oddly].
    """
    one, first, last = given.text("date"), given.text("dateStart"), given.text("dateEnd")
    if one is not None and (first is not None or last is not None):
        raise guess("days-asked-oddly", 400, "Use either date, or dateStart and dateEnd.")
    if one is not None:
        return Days(first=date.fromisoformat(one), last=date.fromisoformat(one))
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise guess("days-asked-oddly", 400, "dateStart and dateEnd are both required for a date range.")
    if last < first:
        raise guess("days-asked-oddly", 400, "dateEnd cannot be before dateStart.")
    return Days(first=date.fromisoformat(first), last=date.fromisoformat(last))


def days_from(first: date, count: int) -> Days:
    """So many days, the first among them."""
    return Days(first=first, last=first + timedelta(days=count - 1))


def _reads(reader: Callable[[str], object], given: str) -> bool:
    try:
        reader(given)
    except ValueError:
        return False
    return True
