"""Escape sequences: what stands between two escape characters means something else than it shows.

Source: HL7 v2.5.1 chapter 2.7. Formatting that only a printer would follow is left out of what is read. Sequences of a
site's own (\\Z..\\) and changes of character set (\\C..\\, \\M..\\) are left as they stand, and reported.
"""

import re
from functools import lru_cache

from frontdesk.standards.hl7.notation import NULL, Notation, Separators, Unwritable

_LETTERS = "FSTREHN"
_FORMAT = r"\.(?:br|sp|fi|nf|in|ti|sk|ce)[+-]?[0-9]{0,2}"
_UNKNOWN = "\ufffd"
_LINE = "\n"
_USUAL = Separators()


def unescaped(raw: str, notation: Notation) -> str:
    """What a value says. Octets that are no letters of its character set read as U+FFFD."""
    escape = notation.separators.escape
    if escape and escape in raw:
        raw = _sequences(notation.separators).sub(lambda found: _said(found, notation), raw)
    return "".join(_UNKNOWN if "\ud800" <= letter <= "\udfff" else letter for letter in raw)


def is_plain(raw: str, notation: Notation) -> bool:
    """Whether every escape character in it belongs to a sequence that is understood, and every octet to a letter."""
    escape = notation.separators.escape
    left = _sequences(notation.separators).sub("", raw) if escape else raw
    return not (escape and escape in left) and _UNKNOWN not in unescaped(raw, notation)


def escaped(said: str, notation: Notation) -> str:
    """The same as a value of a message, whatever is in it: `unescaped` gives it back letter for letter.

    Raises: Unwritable.
    """
    if not notation.separators.escape:
        raise Unwritable("These separators have no escape character, and no value is written without one.")
    marks = _marks(notation.separators)
    written = "".join(marks.get(letter) or _printable(letter, notation) for letter in said)
    return _hexadecimal(NULL, notation) if written == NULL else written


def _said(found: re.Match[str], notation: Notation) -> str:
    separators = notation.separators
    sequence = found.group()[1:-1]
    match sequence[0]:
        case "F":
            return separators.field
        case "S":
            return separators.component
        case "T":
            return separators.subcomponent or _USUAL.subcomponent
        case "R":
            return separators.repetition or _USUAL.repetition
        case "E":
            return separators.escape
        case "P":
            return separators.truncation
        case "X":
            figures = found.group().replace(separators.escape, "").replace("X", "")
            return notation.decoded(bytes.fromhex(figures))
        case ".":
            return _laid_out(sequence[1:3].lower(), sequence[3:])
        case _:
            return ""  # highlighting begins or ends


def _laid_out(command: str, count: str) -> str:
    times = int(count) if count.strip("+-") else 1
    match command:
        case "br" | "ce":
            return _LINE
        case "sp":
            return _LINE * times
        case "sk":
            return " " * times
        case _:
            return ""


def _printable(letter: str, notation: Notation) -> str:
    return _hexadecimal(letter, notation) if letter < " " or letter == "\x7f" else letter


def _hexadecimal(said: str, notation: Notation) -> str:
    escape = notation.separators.escape
    return f"{escape}X{notation.encoded(said).hex().upper()}{escape}"


@lru_cache(maxsize=32)
def _sequences(separators: Separators) -> re.Pattern[str]:
    mark = re.escape(separators.escape)
    letters = _LETTERS + ("P" if separators.truncation else "")
    hexadecimal = rf"(?:{mark}X(?:[0-9A-Fa-f]{{2}})+{mark})+"  # a letter's octets may stand in two of them
    return re.compile(rf"{hexadecimal}|{mark}(?:[{letters}]|(?i:{_FORMAT})){mark}")


@lru_cache(maxsize=32)
def _marks(separators: Separators) -> dict[str, str]:
    named = {
        separators.field: "F",
        separators.component: "S",
        separators.subcomponent: "T",
        separators.repetition: "R",
        separators.escape: "E",
        separators.truncation: "P",
        _LINE: ".br",
    }
    return {letter: f"{separators.escape}{name}{separators.escape}" for letter, name in named.items() if letter}
