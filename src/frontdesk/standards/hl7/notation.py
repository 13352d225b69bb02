"""How a message is written down: which characters part it, and which octets its letters are.

Source: HL7 v2.5.1 chapter 2 (MSH-1, MSH-2, MSH-18); the names of character sets are those of its table 0211.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import Refused

CHARACTER_SETS: Mapping[str, str] = MappingProxyType(
    {
        "ASCII": "ascii",
        "ISO IR6": "ascii",
        **{f"8859/{part}": f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
        "UNICODE UTF-8": "utf-8",
    }
)
"""Python's codec of each name in MSH-18 that is read. Sets whose letters can hold the octet of a separator are not."""

NULL = '""'
"""How a value is told to be deleted; an empty one only says nothing."""


class Unreadable(Refused):
    """What came is no message of HL7 version 2, or names a thing in no way that could be read."""


class Unwritable(Refused):
    """The site's character set lacks a letter of what was to be written; nothing was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Separators:
    """The characters that part a message. "" where a sender does not name one: then nothing is parted by it.

    `truncation` exists from version 2.7 on.
    """

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    def __post_init__(self) -> None:
        used = [self.field, *filter(None, self.encoding)]
        if not self.field or any(not "!" <= one <= "~" or one.isalnum() or one == '"' for one in used):
            raise Impossible("Separators: each is one printable ASCII character, no letter, figure or quotation mark")
        if len(set(used)) < len(used):
            raise Impossible("Separators: one character cannot part two things")

    @property
    def encoding(self) -> str:
        """MSH-2, as it is written."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation

    @staticmethod
    def of(header: str) -> "Separators":
        """Those that a header segment names. Raises: Unreadable."""
        encoding = header[4:].partition(header[3:4])[0] if len(header) > 4 else ""
        if not 1 <= len(encoding) <= 5:
            raise Unreadable("MSH-2 names no separators; one to five characters such as ^~\\& were wanted.")
        component, repetition, escape, subcomponent, truncation = (*encoding, "", "", "", "")[:5]
        try:
            return Separators(
                field=header[3],
                component=component,
                repetition=repetition,
                escape=escape,
                subcomponent=subcomponent,
                truncation=truncation,
            )
        except Impossible as why:
            raise Unreadable("MSH-1 and MSH-2 name separators that cannot part anything.") from why


@dataclass(frozen=True, kw_only=True, slots=True)
class Notation:
    """The separators of a message and the codec of its octets, one of CHARACTER_SETS' values."""

    separators: Separators = Separators()
    codec: str = "ascii"

    def __post_init__(self) -> None:
        if self.codec not in CHARACTER_SETS.values():
            raise Impossible(f"Notation: {self.codec} is not among {', '.join(sorted(set(CHARACTER_SETS.values())))}")

    def decoded(self, octets: bytes) -> str:
        """The letters; an octet that is none stays in its place as a lone surrogate, and goes out again as it came."""
        return octets.decode(self.codec, "surrogateescape")

    def encoded(self, written: str) -> bytes:
        """The octets. Raises: Unwritable."""
        try:
            return written.encode(self.codec, "surrogateescape")
        except UnicodeEncodeError:
            raise Unwritable(
                f"A letter is not in {self.codec}, the character set of this site. Write it in the site's letters."
            ) from None
