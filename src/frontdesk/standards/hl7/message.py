"""A message as it came: segments, fields, repetitions, components, subcomponents, each with its own letters kept.

Nothing is lost by reading: `Message.octets` are those that were read. Positions count from 1, as the standard counts
them; MSH-1 is the field separator itself.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.escapes import is_plain, unescaped
from frontdesk.standards.hl7.notation import CHARACTER_SETS, NULL, Notation, Separators, Unreadable

END = "\r"
_HEADERS = ("MSH", "FHS", "BHS")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_CHARACTER_SET = 18
Part = TypeVar("Part")
_LEAD = re.compile(r"\ufeff?[\r\n\t ]*")


class Unsaid(Enum):
    """What stands in the place of a value that is not there."""

    ABSENT = "absent"
    """Nothing is said of it: what was known of it stays."""
    NULL = "null"
    """It is told to be deleted: two quotation marks were sent."""


Value = str | Unsaid


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """One component, or one subcomponent: `raw` as it is written, escapes and all."""

    raw: str = dataclasses.field(repr=False)  # a log that shows a value shows no patient
    notation: Notation

    @property
    def value(self) -> Value:
        """What it says; of several subcomponents the first, which is what a reader who expects one is to take."""
        first = _parted(self.raw, self.notation.separators.subcomponent)[0]
        return _value(first, self.notation)

    @property
    def subcomponents(self) -> "tuple[Component, ...]":
        """Its parts; itself alone where it is not parted."""
        parts = _parted(self.raw, self.notation.separators.subcomponent)
        return tuple(Component(raw=part, notation=self.notation) for part in parts)

    def subcomponent(self, position: int) -> "Component":
        """One part, empty where there is none."""
        return _at(self.subcomponents, position) or Component(raw="", notation=self.notation)


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """One of the values that a field may hold several of."""

    raw: str = dataclasses.field(repr=False)
    notation: Notation

    @property
    def components(self) -> tuple[Component, ...]:
        """Its parts; one where it is not parted."""
        parts = _parted(self.raw, self.notation.separators.component)
        return tuple(Component(raw=part, notation=self.notation) for part in parts)

    def component(self, position: int) -> Component:
        """One part, empty where there is none."""
        return _at(self.components, position) or Component(raw="", notation=self.notation)

    def value(self, position: int = 1) -> Value:
        """What one part says."""
        return self.component(position).value

    def text(self, position: int = 1) -> str:
        """What one part says, without blanks around it; "" where it is absent or deleted."""
        return _plain(self.value(position))


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field. `prose` reads it whole, for notes whose writers do not escape."""

    raw: str = dataclasses.field(repr=False)
    notation: Notation

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """Its values; one, empty, where there is none."""
        parts = _parted(self.raw, self.notation.separators.repetition)
        return tuple(Repetition(raw=part, notation=self.notation) for part in parts)

    @property
    def first(self) -> Repetition:
        """The first of its values."""
        return self.repetitions[0]

    @property
    def value(self) -> Value:
        """What its first component says."""
        return self.first.value()

    @property
    def prose(self) -> str:
        """All of it as running words, whatever would part it."""
        return _plain(_value(self.raw, self.notation))


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One segment, and the characters that ended it: "\\r" by the standard, anything in the field."""

    raw: str = dataclasses.field(repr=False)
    notation: Notation
    end: str = END

    @property
    def name(self) -> str:
        """Three letters such as PID; "" where the line begins with no name."""
        named = self.raw[:3]
        parted = self.raw[3:4] in {"", self.notation.separators.field}
        return named if parted and _NAME.fullmatch(named) else ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields, from the first to the last that is written."""
        separator = self.notation.separators.field
        parts = self.raw.split(separator)[1:]
        if self.name in _HEADERS:
            parts = [separator, *parts]
        return tuple(Field(raw=part, notation=self.notation) for part in parts)

    def field(self, position: int) -> Field:
        """One field, empty where there is none."""
        if self.name in _HEADERS and position <= 2:
            raise Impossible(f"{self.name}-{position} holds separators, which message.notation tells")
        return _at(self.fields, position) or Field(raw="", notation=self.notation)

    def text(self, field: int, component: int = 1) -> str:
        """What a component of a field's first value says; "" where it is absent or deleted."""
        return self.field(field).first.text(component)


@dataclass(frozen=True, kw_only=True, slots=True)
class Oddity:
    """What in a message is not as it should be, though it could be read. `place` is a segment or field, "" for all."""

    place: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message. `lead` is what stood before it, blanks or a byte order mark."""

    segments: tuple[Segment, ...] = dataclasses.field(repr=False)
    notation: Notation
    lead: str = ""
    oddities: tuple[Oddity, ...] = ()

    def __post_init__(self) -> None:
        if not self.segments or self.segments[0].name != "MSH":
            raise Impossible("Message: its first segment is MSH")

    @property
    def octets(self) -> bytes:
        """The message as it goes over the wire, without a frame. Raises: Unwritable."""
        written = self.lead + "".join(segment.raw + segment.end for segment in self.segments)
        return self.notation.encoded(written)

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    @property
    def control_id(self) -> str:
        """MSH-10, by which this message is known between the two who exchange it."""
        return self.header.text(10)

    @property
    def kind(self) -> str:
        """Its type, such as SIU."""
        return self.header.text(9, 1)

    @property
    def event(self) -> str:
        """What happened, such as S12; EVN-1 where an older sender leaves it out of MSH-9."""
        said = self.header.text(9, 2)
        event = self.first("EVN")
        return said or (event.text(1) if event else "")

    @property
    def version(self) -> str:
        """The version it claims, such as 2.5.1."""
        return self.header.text(12)

    def all(self, name: str) -> tuple[Segment, ...]:
        """Every segment of a name, in order."""
        return tuple(segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next((segment for segment in self.segments if segment.name == name), None)


def read_message(octets: bytes, *, unmarked: str = "ascii") -> Message:
    """The message in these octets. `unmarked` is the codec of a sender who leaves MSH-18 empty.

    A line feed ends a segment only where another begins behind it; elsewhere it belongs to the value it stands in.
    Raises: Unreadable.
    """
    start = octets.find(b"MSH")
    lead = octets[: max(start, 0)].decode("utf-8", "replace")
    if start < 0 or not _LEAD.fullmatch(lead):
        kind = "a batch: its messages are wanted one by one" if octets[:3] in {b"FHS", b"BHS"} else "no HL7 message"
        raise Unreadable(f"{len(octets)} octets that are {kind}; MSH was wanted at the beginning.")
    separators = Separators.of(_ascii_header(octets[start:]))
    header = Segment(raw=_ascii_header(octets[start:]), notation=Notation(separators=separators))
    named = header.text(_CHARACTER_SET)
    codec = CHARACTER_SETS.get(named.upper(), "ascii") if named else unmarked
    notation = Notation(separators=separators, codec=codec)
    written = notation.decoded(octets[start:])
    segments = tuple(_segments(written, notation))
    before = notation.decoded(octets[:start])
    odd = (*_odd_character_set(header), *_oddities(segments))
    return Message(segments=segments, notation=notation, lead=before, oddities=odd)


def _ascii_header(octets: bytes) -> str:
    return re.split(rb"[\r\n]", octets, maxsplit=1)[0].decode("latin-1")


def _segments(written: str, notation: Notation) -> Iterator[Segment]:
    start = 0
    for found in _ends(notation.separators.field).finditer(written):
        yield Segment(raw=written[start : found.start()], notation=notation, end=found.group())
        start = found.end()
    if start < len(written):
        yield Segment(raw=written[start:], notation=notation, end="")


@lru_cache(maxsize=32)
def _ends(separator: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\r\n?|\n+(?=[A-Z][A-Z0-9]{{2}}{re.escape(separator)}|\r|\Z))+")


def _odd_character_set(header: Segment) -> Iterator[Oddity]:
    names = [one.text() for one in header.field(_CHARACTER_SET).repetitions]
    if names[0] and names[0].upper() not in CHARACTER_SETS:
        yield Oddity(place="MSH-18", says="names a character set that is not read; only its ASCII letters were")
    if len(names) > 1:
        yield Oddity(place="MSH-18", says="names several character sets; only the first was read")


def _oddities(segments: tuple[Segment, ...]) -> Iterator[Oddity]:
    ends = {segment.end for segment in segments}
    if "" in ends:
        yield Oddity(place="", says="its last segment has no end")
    if ends - {END, ""}:
        yield Oddity(place="", says="segments end with something else than a carriage return alone")
    for number, segment in enumerate(segments, start=1):
        if not segment.name:
            yield Oddity(place=f"line {number}", says="begins with no segment's name; it was not read")
            continue
        for position, field in enumerate(segment.fields, start=1):
            if (position > 2 or segment.name not in _HEADERS) and not is_plain(field.raw, segment.notation):
                says = "holds an escape sequence that is not understood, or octets that are no letters"
                yield Oddity(place=f"{segment.name}-{position}", says=says)


def _value(raw: str, notation: Notation) -> Value:
    if not raw:
        return Unsaid.ABSENT
    return Unsaid.NULL if raw == NULL else unescaped(raw, notation)


def _plain(value: Value) -> str:
    return "" if isinstance(value, Unsaid) else value.strip()


def _parted(raw: str, separator: str) -> list[str]:
    return raw.split(separator) if separator else [raw]


def _at(parts: tuple[Part, ...], position: int) -> Part | None:
    if position < 1:
        raise Impossible(f"positions count from 1; got {position}")
    return parts[position - 1] if position <= len(parts) else None
