"""HL7 v2 text as the simulated interface writes and reads it: by hand, and by nothing the connector is made of.

Source: HL7 v2.5.1, chapter 2; the messages are those of the worked examples.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

VERSION = "2.5.1"
ESCAPES = {"\\": "E", "|": "F", "^": "S", "~": "R", "&": "T"}
STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(\.\d{1,4})?([+-]\d{4})?")


class Unreadable(ValueError):
    """What came is no HL7 v2 message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """The separators of one message, read from its header."""

    field: str
    component: str
    repetition: str
    escape: str
    part: str

    def plain(self, written: str) -> str:
        """A text with its escapes undone; one that is not known stays as it is."""
        letters = {"E": self.escape, "F": self.field, "S": self.component, "R": self.repetition, "T": self.part}
        sign = re.escape(self.escape)
        return re.sub(
            f"{sign}([^{sign}]*){sign}",
            lambda found: "\n" if found[1] == ".br" else letters.get(found[1], found[0]),
            written,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One message as it was read. Each segment is its fields; field 1 of the header is the separator itself."""

    signs: Signs
    segments: Sequence[Sequence[str]]

    def names(self) -> list[str]:
        """The segments' names, in order."""
        return [one[0] for one in self.segments]

    def value(self, segment: str, field: int, component: int = 1, *, repetition: int = 1) -> str:
        """A component of the first segment of a name; "" where there is none."""
        found = next((one for one in self.segments if one[0] == segment), ())
        repeated = self.repetitions(found[field]) if len(found) > field else []
        if len(repeated) < repetition:
            return ""
        parts = repeated[repetition - 1].split(self.signs.component)
        return self.signs.plain(parts[component - 1]).strip() if len(parts) >= component else ""

    def repeated(self, segment: str, field: int) -> int:
        """How often a field of the first segment of a name is given."""
        found = next((one for one in self.segments if one[0] == segment), ())
        return len(self.repetitions(found[field])) if len(found) > field else 0

    def repetitions(self, field: str) -> list[str]:
        """A field's repetitions."""
        return field.split(self.signs.repetition) if field else []


def read(octets: bytes) -> Incoming:
    """The message. Raises: Unreadable. Guess [hl7-in-utf8]: whatever MSH-18 says; a line feed ends a segment too."""
    try:
        whole = octets.decode()
    except UnicodeDecodeError:
        raise Unreadable("the message is not UTF-8") from None
    lines = [line for line in re.split(r"[\r\n]+", whole) if line]
    if not lines or not re.fullmatch(r"MSH([^\w\s]).{4}\1.*", lines[0]):
        raise Unreadable("the message does not begin with a header")
    separator = lines[0][3]
    signs = Signs(field=separator, component=lines[0][4], repetition=lines[0][5], escape=lines[0][6], part=lines[0][7])
    header = ["MSH", separator, *lines[0][4:].split(separator)]
    return Incoming(signs=signs, segments=[header, *(line.split(separator) for line in lines[1:])])


def escaped(words: str) -> str:
    """A text that stands in a message as it is meant."""
    return "".join(f"\\{ESCAPES[one]}\\" if one in ESCAPES else "\\.br\\" if one == "\n" else one for one in words)


def composed(*components: str) -> str:
    """A field of components, each escaped, without those at its end that are empty."""
    return "^".join(escaped(one) for one in components).rstrip("^")


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment with these fields, already composed; the others are empty."""
    last = max(fields, default=0)
    return "|".join([name, *(fields.get(place, "") for place in range(1, last + 1))])


def header(kind: str, control: str, at: datetime, *, ours: tuple[str, str], theirs: tuple[str, str]) -> str:
    """The header of a message from us to them; `at` is the site's wall clock."""
    names = "|".join(escaped(one) for one in (*ours, *theirs))
    return f"MSH|^~\\&|{names}|{stamp(at)}||{kind}|{escaped(control)}|P|{VERSION}"


def written(segments: Sequence[str]) -> str:
    """A message, each segment ended by \\r."""
    return "".join(f"{one}\r" for one in segments)


def stamp(at: datetime) -> str:
    """A wall-clock moment. Documented [hl7-local-time]: without a zone it is the site's."""
    return at.strftime("%Y%m%d%H%M%S")


def moment(given: str, zone: ZoneInfo) -> datetime | None:
    """A moment on the site's wall; None where it is none. One with an offset is shifted."""
    found = STAMP.fullmatch(given)
    if found is None:
        return None
    try:
        at = datetime.strptime("".join(found.group(1, 2, 3, 4, 5)) + (found[6] or "00"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        if found[8] is None:
            return at
        return datetime.strptime(f"{at:%Y%m%d%H%M%S}{found[8]}", "%Y%m%d%H%M%S%z").astimezone(zone).replace(tzinfo=None)
    except ValueError:
        return None
