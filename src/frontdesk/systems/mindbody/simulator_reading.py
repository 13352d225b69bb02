"""What a parameter or a field may hold, and how it is read. What the facts do not name is refused, never ignored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from frontdesk.systems.mindbody.simulator_refusals import Code, documented, guess
from frontdesk.systems.mindbody.simulator_rows import Json, Row

Reads = Callable[[str, object], Json]
"""Takes a name and what was sent for it; gives the value, or raises Declined."""

MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One parameter or field of a call. One with `many` is a list: sent again for each value in a query."""

    reads: Reads
    many: bool = False


Fields = Mapping[str, Field]


class Place(Enum):
    """Where a value was sent."""

    QUERY = "parameter"
    BODY = "field"


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The values of one call; a name that was not sent is absent. `zone` is the site's, for times with an offset."""

    values: Mapping[str, Json] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def number(self, name: str) -> int | None:
        """A whole number; None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """A text; None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def yes(self, name: str) -> bool | None:
        """A boolean; None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def numbers(self, name: str) -> list[int] | None:
        """A list of whole numbers; None when it was not sent."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, int)] if isinstance(value, list) else None

    def texts(self, name: str) -> list[str] | None:
        """A list of texts; None when it was not sent."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else None

    def rows(self, name: str) -> list[Row]:
        """A list of objects; [] when it was not sent."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []

    def within(self, name: str) -> "Given":
        """The values of an object; none when it was not sent."""
        value = self.values.get(name)
        return Given(values=value if isinstance(value, Mapping) else {}, zone=self.zone)

    def moment(self, name: str) -> datetime | None:
        """A wall-clock moment; None when it was not sent.

        Seen [offset-shifts]: a Z or an offset shifts it. Guess [shifted-to-the-wall]: to the site's wall clock.
        """
        value = self.text(name)
        if value is None:
            return None
        at = datetime.fromisoformat(value)
        return at if at.tzinfo is None else at.astimezone(self.zone).replace(tzinfo=None)

    def utc(self, name: str) -> datetime | None:
        """An instant that is in UTC where it carries no offset; None when it was not sent."""
        value = self.text(name)
        at = None if value is None else datetime.fromisoformat(value)
        return None if at is None else at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

    def day(self, name: str) -> date | None:
        """The day of a moment; None when it was not sent."""
        at = self.moment(name)
        return None if at is None else at.date()


def read_query(fields: Fields, sent: list[tuple[str, str]], zone: ZoneInfo) -> Given:
    """What a query says. Raises: Declined for a name, value or repetition that is not published.

    Seen [parameter-names]: `request.sessionTypeIds` as the SDK sends it and `SessionTypeIds` as others do, in any
    case. Guess [lists-repeat]: a list is its parameter sent again; the form is inferred.
    """
    known = {name.lower(): name for name in fields}
    gathered: dict[str, list[Json]] = {}
    for written, raw in sent:
        name = known.get(written.lower().removeprefix("request."))
        if name is None:
            raise guess("unknown-name", Code.INVALID_PARAMETER, f"{written} is not a parameter of this endpoint.")
        gathered.setdefault(name, []).append(fields[name].reads(name, raw))
    values: dict[str, Json] = {}
    for name, given in gathered.items():
        if len(given) > 1 and not fields[name].many:
            raise guess("repeated-name", Code.INVALID_PARAMETER, f"{name} is given twice.")
        values[name] = given if fields[name].many else given[0]
    return Given(values=values, zone=zone)


def read_body(fields: Fields, sent: Mapping[str, object], zone: ZoneInfo) -> Given:
    """What a body says; null counts as not sent. Raises: Declined for a name or value that is not published."""
    values: dict[str, Json] = {}
    for name, raw in sent.items():
        known = fields.get(name)
        if known is None:
            raise guess("unknown-name", Code.INVALID_PARAMETER, f"{name} is not a field of this endpoint.")
        if raw is None:
            continue
        if known.many:
            if not isinstance(raw, list):
                raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be a list.")
            values[name] = [known.reads(name, one) for one in raw]
        else:
            values[name] = known.reads(name, raw)
    return Given(values=values, zone=zone)


def needed(given: Given, *names: str) -> None:
    """Nothing, when all are there. Raises: Declined for the first that is missing. Documented [required-fields]."""
    for name in names:
        if name not in given or given.values[name] == []:
            raise documented("required-fields", Code.MISSING_REQUIRED_FIELDS, f"{name} is required.")


def moment_of(given: Given, name: str) -> datetime:
    """A moment that must be there. Raises: Declined where it is not."""
    needed(given, name)
    found = given.moment(name)
    if found is None:
        raise TypeError(f"{name} was not read as a moment")
    return found


def words(name: str, raw: object) -> str:
    """Text as it is."""
    if not isinstance(raw, str):
        raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be a string.")
    return raw


def some_words(name: str, raw: object) -> str:
    """Text that says something."""
    if not words(name, raw).strip():
        raise guess("empty-value", Code.INVALID_PARAMETER, f"{name} cannot be blank.")
    return words(name, raw)


def a_number(name: str, raw: object) -> int:
    """A whole number of a JSON body; "5" is none."""
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be a number.")
    return raw


def asked_number(name: str, raw: object) -> int:
    """A whole number of a query; several with commas between them are none."""
    if not isinstance(raw, str) or not re.fullmatch(r"-?[0-9]{1,18}", raw):
        raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be a number.")
    return int(raw)


def yes_or_no(name: str, raw: object) -> bool:
    """A JSON boolean."""
    if not isinstance(raw, bool):
        raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be true or false.")
    return raw


def asked_yes_or_no(name: str, raw: object) -> bool:
    """ "true" or "false" in a query, in any case, as the SDK's language writes it."""
    if not isinstance(raw, str) or raw.lower() not in ("true", "false"):
        raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be true or false.")
    return raw.lower() == "true"


def a_moment(name: str, raw: object) -> str:
    """A moment like 2026-08-04T10:30:00. Documented [time-format]."""
    if not isinstance(raw, str) or not re.fullmatch(MOMENT, raw) or not _reads(raw):
        raise documented("time-format", Code.INVALID_PARAMETER, f"{name} must be a date and time.")
    return raw


def asked_day(name: str, raw: object) -> str:
    """A day, or a moment, in a query."""
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw) and _reads(raw):
        return raw
    return a_moment(name, raw)


def one_of(*choices: str) -> Reads:
    """A reader for one of these words, written just so."""

    def reads(name: str, raw: object) -> str:
        if not isinstance(raw, str) or raw not in choices:
            raise guess("word-not-known", Code.INVALID_PARAMETER, f"{name} must be one of: {', '.join(choices)}.")
        return raw

    return reads


def an_object(fields: Fields) -> Reads:
    """A reader for an object with these fields."""

    def reads(name: str, raw: object) -> Json:
        if not isinstance(raw, Mapping):
            raise guess("value-of-wrong-kind", Code.INVALID_PARAMETER, f"{name} must be an object.")
        return read_body(fields, raw, ZoneInfo("UTC")).values

    return reads


WORDS, SOME_WORDS = Field(reads=words), Field(reads=some_words)
NUMBER, NUMBERS = Field(reads=a_number), Field(reads=a_number, many=True)
YES, WHEN = Field(reads=yes_or_no), Field(reads=a_moment)
ASKED_WORDS, ASKED_TEXTS = Field(reads=some_words), Field(reads=some_words, many=True)
ASKED_NUMBER, ASKED_NUMBERS = Field(reads=asked_number), Field(reads=asked_number, many=True)
ASKED_YES, ASKED_DAY = Field(reads=asked_yes_or_no), Field(reads=asked_day)


def _reads(given: str) -> bool:
    try:
        datetime.fromisoformat(given)
    except ValueError:
        return False
    return True
