"""The text of a feed, cut into its components: bounded, and whole or not at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline

from frontdesk.standards.feed.values import UnreadableFeed

MOST_BYTES = 10 * 1024 * 1024
MOST_COMPONENTS = 20_000
_DEEPEST = 8
_LONGEST_LINE = 64 * 1024  # octets of a line that is read; what holds pictures or prose is passed over
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_END_OF_LINE = re.compile(rb"\r\n|\n|\r")
_NAME = re.compile(rb"[A-Za-z0-9-]+")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

READ = frozenset(
    b"UID DTSTART DTEND DURATION RRULE RDATE EXDATE EXRULE RECURRENCE-ID STATUS TRANSP X-MICROSOFT-CDO-BUSYSTATUS "
    b"SUMMARY SEQUENCE LAST-MODIFIED DTSTAMP FREEBUSY TZID TZOFFSETFROM TZOFFSETTO "
    b"NAME X-WR-CALNAME X-WR-TIMEZONE REFRESH-INTERVAL X-PUBLISHED-TTL".split()
)
"""The properties that anything is concluded from; all others are passed over unread."""


class Bad(ValueError):
    """One property or component is not as RFC 5545 has it; the text says how, without quoting it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Property:
    """A line: its name and parameters in capitals, its value as it stands."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass(kw_only=True, slots=True)
class Component:
    """A component with what is read of it. `line` is that of its BEGIN."""

    name: str
    line: int
    octets: list[tuple[bytes, bytes]] = field(default_factory=list, repr=False)
    inner: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Every line of a name. Raises: Bad."""
        wanted = name.encode()
        return [_property(line) for found, line in self.octets if found == wanted]

    def one(self, name: str) -> Property | None:
        """The line of a name that may stand once; None where it does not stand or is empty. Raises: Bad."""
        found = [line for line in self.all(name) if line.value.strip()]
        if len({(line.value, *sorted(line.parameters.items())) for line in found}) > 1:
            raise Bad(f"{name} stands there {len(found)} times and says different things")
        return found[0] if found else None


def calendars(octets: bytes) -> list[Component]:
    """Every VCALENDAR of the text.

    Raises: UnreadableFeed (it begins with something else, ends in the middle, or is larger than any calendar).
    """
    if len(octets) > MOST_BYTES:
        raise UnreadableFeed(
            f"The feed has more than {MOST_BYTES >> 20} MiB; no calendar of a practice comes near this."
        )
    if not is_whole(octets):
        raise UnreadableFeed("The feed does not begin with BEGIN:VCALENDAR and end with END:VCALENDAR; it is not read.")
    outside = Component(name="", line=0)
    open_ones = [outside]
    count = 0
    for number, name, line in _lines(octets):
        if name == b"BEGIN":
            count += 1
            if count > MOST_COMPONENTS or len(open_ones) > _DEEPEST:
                raise UnreadableFeed(
                    f"The feed has more than {MOST_COMPONENTS} components, or {_DEEPEST} in each other."
                )
            begun = Component(name=_value(line), line=number)
            open_ones[-1].inner.append(begun)
            open_ones.append(begun)
        elif name == b"END":
            ended = open_ones.pop()
            if not open_ones or ended.name != _value(line):
                raise UnreadableFeed(f"Line {number} of the feed ends a component that was not begun; it is not read.")
        elif name in READ:
            open_ones[-1].octets.append((name, line))
    if len(open_ones) > 1:
        raise UnreadableFeed(f"The feed does not end the component begun in line {open_ones[-1].line}; it is not read.")
    return [one for one in outside.inner if one.name == "VCALENDAR"]


def is_whole(octets: bytes) -> bool:
    """Whether it begins and ends as a calendar does: neither a web page nor the first half of an answer."""
    text = octets.removeprefix(_BYTE_ORDER_MARK)
    return text[:64].lstrip()[:15].upper() == b"BEGIN:VCALENDAR" and b"END:VCALENDAR" in text[-4096:].upper()


def _lines(octets: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, name and text of each unfolded line. A fold may split a letter, so octets are unfolded."""
    text = _FOLD.sub(b"", octets.removeprefix(_BYTE_ORDER_MARK))
    start, number = 0, 0
    while start < len(text):
        number += 1
        end = _END_OF_LINE.search(text, start)
        stop, after = end.span() if end else (len(text), len(text))
        if name := _NAME.match(text, start, stop):
            yield number, name.group().upper(), text[start:stop]
        start = after


def _value(line: bytes) -> str:
    return line.partition(b":")[2].strip().decode("ascii", "replace").upper()


def _property(line: bytes) -> Property:
    if len(line) > _LONGEST_LINE:
        raise Bad(f"a line has {len(line)} octets, and at most {_LONGEST_LINE} are read")
    try:
        text = line.decode("utf-8", "backslashreplace")
        name, parameters, value = Contentline(text).parts()  # type: ignore[no-untyped-call]  # icalendar leaves it so
    except ValueError:
        raise Bad("a line is not NAME;PARAMETER=VALUE:VALUE") from None
    told = {str(key).upper(): _joined(one) for key, one in parameters.items()}
    return Property(name=str(name).upper(), parameters=told, value=str(value))


def _joined(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
