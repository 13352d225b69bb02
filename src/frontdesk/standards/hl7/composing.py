"""Segments and messages put together from what they are to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.faults import Impossible
from frontdesk.standards.hl7.escapes import escaped
from frontdesk.standards.hl7.message import Message, Segment, Unsaid, Value
from frontdesk.standards.hl7.notation import CHARACTER_SETS, NULL, Notation


@dataclass(frozen=True, slots=True)
class Parted:
    """A component with subcomponents."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A field with several values, each a text or its components."""

    values: "tuple[Components | Value | Parted, ...]"


Components = tuple[Value | Parted, ...]
Content = Value | Parted | Components | Repeated
"""What a field is to say: a text, its subcomponents, its components, or several of these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """What the first segment of a message says of it.

    `kind` is MSH-9 in its parts, such as ("SIU", "S12", "SIU_S12"). `accept` and `application` are MSH-15 and MSH-16,
    "" for the original mode. `at` is written with its offset.
    """

    from_application: str
    from_facility: str
    to_application: str
    to_facility: str
    at: datetime
    kind: tuple[str, ...]
    control_id: str
    processing: str
    version: str
    accept: str = ""
    application: str = ""


def segment(name: str, fields: Mapping[int, Content], notation: Notation) -> Segment:
    """A segment with these fields; what is not named is left empty. Raises: Unwritable."""
    last = max((position for position, content in fields.items() if content not in ("", ())), default=0)
    if fields and min(fields) < 1:
        raise Impossible(f"{name}: fields count from 1; got {min(fields)}")
    separator = notation.separators.field
    written = [_written(fields.get(position, ""), notation) for position in range(1, last + 1)]
    while written and not written[-1]:
        written.pop()
    return Segment(raw=separator.join((name, *written)), notation=notation)


def message(heading: Heading, segments: Sequence[Segment], notation: Notation, *, marked: bool = True) -> Message:
    """A message with a header before these segments. `marked` False leaves MSH-18 empty. Raises: Unwritable."""
    fields: dict[int, Content] = {
        3: heading.from_application,
        4: heading.from_facility,
        5: heading.to_application,
        6: heading.to_facility,
        7: stamp(heading.at),
        9: heading.kind,
        10: heading.control_id,
        11: heading.processing,
        12: heading.version,
        15: heading.accept,
        16: heading.application,
        18: character_set(notation.codec) if marked else "",
    }
    # MSH-1 is the separator itself, so the segment's text is one field behind its numbers
    rest = segment("MSH", {position - 2: content for position, content in fields.items()}, notation)
    separators = notation.separators
    written = "MSH" + separators.field + separators.encoding + rest.raw.removeprefix("MSH")
    header = Segment(raw=written, notation=notation)
    made = Message(segments=(header, *segments), notation=notation)
    notation.encoded("".join(one.raw for one in made.segments))
    return made


def character_set(codec: str) -> str:
    """What MSH-18 says of a codec; "" for ASCII, which needs no saying."""
    return "" if codec == "ascii" else next(name for name, known in CHARACTER_SETS.items() if known == codec)


def stamp(at: datetime) -> str:
    """A time stamp to the second with the offset of its own zone, so that no reader has to know the zone."""
    if at.tzinfo is None:
        raise Impossible("a time stamp needs a zone")
    return f"{at:%Y%m%d%H%M%S%z}"


def _written(content: Content, notation: Notation) -> str:
    separators = notation.separators
    match content:
        case Repeated(values=values):
            return separators.repetition.join(_one(value, notation) for value in values)
        case _:
            return _one(content, notation)


def _one(content: Components | Value | Parted, notation: Notation) -> str:
    if isinstance(content, tuple):
        parts = [_component(part, notation) for part in content]
        while parts and not parts[-1]:
            parts.pop()
        return notation.separators.component.join(parts)
    return _component(content, notation)


def _component(content: Value | Parted, notation: Notation) -> str:
    if isinstance(content, Parted):
        return notation.separators.subcomponent.join(_text(value, notation) for value in content.values)
    return _text(content, notation)


def _text(value: Value, notation: Notation) -> str:
    match value:
        case Unsaid.ABSENT:
            return ""
        case Unsaid.NULL:
            return NULL
        case str():
            return escaped(value, notation)
