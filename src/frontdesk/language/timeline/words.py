"""A message as words and numbers: numbers in figures whether they were spelled or not, each with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.language.script import BARRIER, folded
from frontdesk.language.timeline.symbols import OTHER, Item, Symbols

NUMBER_CLASSES = {
    "N0": (), "N1": (), "N01": (), "N10": (), "N13": (), "N25": (), "N32": (), "N60": (), "N100": (),
    "HHMM3": (), "HHMM4": (), "YEAR4": (), "D6": (), "D8": (), "BIG": (),
    "S1": (), "S01": (), "S10": (), "S13": (), "S25": (), "S32": (), "S60": (), "SYEAR": (),
    "ORDD": (), "ORDW": (), "ORDBIG": (), "COLON": (), "DOT": (), "STOP": (), "AMPM": (),
}  # fmt: skip
"""The kinds of number, by value and by how they were written: N in figures, S spelled."""

JOINED = {
    "FIGURE": (
        "N0", "N1", "N01", "N10", "N13", "N25", "N32", "N60", "N100", "HHMM3", "HHMM4", "YEAR4", "D6", "D8", "BIG",
    ),
    "SPELLED": ("S1", "S01", "S10", "S13", "S25", "S32", "S60", "SYEAR"),
    "NUM": ("FIGURE", "SPELLED"),
    "HOUR": ("N0", "N1", "N01", "N10", "N13", "S1", "S10", "S13"),
    "HOURD": ("N0", "N1", "N01", "N10", "N13"),
    "HOUR12": ("N1", "N01", "N10", "S1", "S10"),
    "MINUTE": ("N01", "N10", "N13", "N25", "N32", "S01", "S10", "S13", "S25", "S32"),
    "MINUTED": ("N01", "N10", "N13", "N25", "N32"),
    "DAYN": ("N1", "N01", "N10", "N13", "N25", "S1", "S10", "S13", "S25"),
    "DAYD": ("N1", "N01", "N10", "N13", "N25"),
    "MONN": ("N1", "N01", "N10", "S1", "S10"),
    "MOND": ("N1", "N01", "N10"),
    "TWO": ("N01", "N10", "N13", "N25", "N32", "N60"),
    "TWOS": ("S01", "S10", "S13", "S25", "S32", "S60"),
    "YEAR": ("YEAR4", "SYEAR"),
    "INT": ("N1", "N01", "N10", "N13", "N25", "N32", "N60", "N100", "HHMM3", "S1", "S10", "S13", "S25", "S32", "S60"),
    "HHMM": ("HHMM3", "HHMM4"),
    "ORD": ("ORDD", "ORDW"),
}  # fmt: skip

_TOKEN = re.compile(
    r"(?P<ord>\d+(?=(?:st|nd|rd|th)\b)(?:st|nd|rd|th)|\d+(?:er|ro|ero|do|to|vo|mo|o)\b)|2(?=day\b|nite\b|night\b|morrow\b|moro\b)[a-z]+|"
    r"(?P<half>(?<=[\d ])[ap]\.?\s?m\b\.?(?!\w))|(?P<glued>(?<=\d)[ap]\b)|(?P<num>\d+)|(?P<word>[a-z]+(?:'[a-z]+)*)|"
    r"(?P<gap>\x1f+)|(?P<mark>[^\s\w]|_|\n)"
)
_MARKS = {
    ",": "comma", "-": "dash", "/": "slash", "@": "atsign", "&": "ampersand", "+": "plus", "~": "tilde",
    "(": "bracket", ")": "bracket", "'": "apostrophe", '"': "quote",
}  # fmt: skip
"""Marks by name, so that lists of words can hold them."""

_NOISE = re.compile(
    r"\S+@\S+\.\w+|https?:\S+|www\.\S+|[$£€]\s?\d[\d,.]*\d*k?|\d+(?:\.\d+)?\s?(?:%|€|£|\$)|#\s?\d+"
    r"|(?<![\d/.-])\+?(?:\d{1,2}[\s.-])?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?!\d)|(?<![\d/.-])\d{3}[.-]\d{4}(?!\d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?"
)
"""Addresses, money, shares and phone numbers: figures that are no time."""

_HYPHEN = re.compile(
    r"(?<=ty)-(?=[a-z])|(?<=\bmid)-|(?<=\bearly)-|(?<=\blate)-|(?<=\bafter)-|(?<=\bo)-(?=clock)|-(?=ish\b)|(?<=\bo)'(?=[a-z])(?!clock)"
)
"""Hyphens and apostrophes inside of what is two words."""

_ROMAN = {
    f"mm{tens}{units}": 2000 + 10 * ten + unit
    for ten, tens in enumerate(("", "x", "xx"))
    for unit, units in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
    if ten or unit
}
"""Years as speech recognition sometimes writes them: MMX."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelling:
    """How one language spells numbers. `links` stand between tens and units ("treinta y uno")."""

    small: Mapping[str, int]
    tens: Mapping[str, int]
    ordinals: Mapping[str, int]
    centuries: Mapping[str, int]
    thousand: str
    hundreds: Mapping[str, int]
    links: frozenset[str]
    zeros: frozenset[str]
    shortened: frozenset[str]


class Reader:
    """Reads text of one language into items."""

    def __init__(self, symbols: Symbols, spelling: Spelling) -> None:
        self._symbols, self._spelling = symbols, spelling
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(symbols.phrases(), key=len, reverse=True):
            self._phrases.setdefault(phrase[0], []).append(phrase)
        self._kinds = {name: symbols.code(f"<{name}>") for name in NUMBER_CLASSES}

    def items(self, text: str) -> list[Item]:
        """The words of a text in order."""
        plain = _HYPHEN.sub(" ", _NOISE.sub(lambda match: BARRIER * len(match.group()), folded(text)))
        raw = [_raw(match) for match in _TOKEN.finditer(plain)]
        raw = [one for place, one in enumerate(raw) if not self._is_silent(plain, raw, place)]
        found: list[Item] = []
        at = 0
        while at < len(raw):
            item, count = self._item(plain, raw, at)
            found.append(item)
            at += count
        return found

    def _is_silent(self, plain: str, raw: list[tuple[str, str, int, int]], place: int) -> bool:
        """An apostrophe that is none of a year's, the full stop of "Mon."."""
        _, text, start, end = raw[place]
        if text == "'":
            return not plain[end : end + 2].isdigit()
        if text != "." or place == 0 or place == len(raw) - 1:
            return False
        return raw[place - 1][1] in self._spelling.shortened and raw[place - 1][3] == start

    def _item(self, plain: str, raw: list[tuple[str, str, int, int]], at: int) -> tuple[Item, int]:
        kind, text, start, end = raw[at]
        if kind == "num":
            return Item(self._kinds[_figures(text)], text, start, end), 1
        if kind == "ord":
            digits = re.sub(r"\D", "", text)
            return Item(self._kinds["ORDD" if 1 <= int(digits) <= 31 else "ORDBIG"], digits, start, end), 1
        if kind in ("half", "glued"):
            return Item(self._kinds["AMPM"], text[0] + "m", start, end), 1
        if kind == "gap":
            return Item(OTHER, text, start, end), 1
        if kind == "mark":
            return self._mark(plain, text, start, end), 1
        for phrase in self._phrases.get(text, ()):
            if len(raw) - at >= len(phrase) and all(raw[at + place][1] == word for place, word in enumerate(phrase)):
                words = " ".join(phrase)
                return Item(self._symbols.known(words), words, start, raw[at + len(phrase) - 1][3]), len(phrase)
        return self._spelled(raw, at) or (Item(self._symbols.known(text), text, start, end), 1)

    def _mark(self, plain: str, text: str, start: int, end: int) -> Item:
        between = plain[start - 1 : start].isdigit() and plain[end : end + 1].isdigit()
        if text == ":" or (text == "." and between):
            return Item(self._kinds["COLON" if text == ":" else "DOT"], text, start, end)
        if text in ".!?;\n":
            return Item(self._kinds["STOP"], text, start, end)
        name = _MARKS.get(text, text)
        return Item(self._symbols.known(name), name, start, end)

    def _spelled(self, raw: list[tuple[str, str, int, int]], at: int) -> tuple[Item, int] | None:
        words = [text if kind == "word" else "" for kind, text, _, _ in raw[at : at + 6]]
        read = _Spelled(self._spelling, words)
        found = read.number()
        if found is None:
            return None
        value, count, kind = found
        _, _, start, _ = raw[at]
        return Item(self._kinds[kind], value, start, raw[at + count - 1][3]), count


class _Spelled:
    """A number in words, read from its first word on."""

    def __init__(self, spelling: Spelling, words: list[str]) -> None:
        self._spelling, self._words = spelling, [*words, "", "", "", ""]

    def number(self) -> tuple[str, int, str] | None:
        """Its figures, how many words they took, and what kind of number it is."""
        spelling, words = self._spelling, self._words
        first = words[0]
        if first in _ROMAN:
            return str(_ROMAN[first]), 1, "SYEAR"
        if first in spelling.ordinals:
            return str(spelling.ordinals[first]), 1, "ORDW"
        if spelling.thousand in words[:2]:
            return self._year()
        if first in spelling.centuries and (year := self._century(spelling.centuries[first])):
            return year
        if first in spelling.zeros and words[1] in spelling.small and spelling.small[words[1]] < 10:
            return f"0{spelling.small[words[1]]}", 2, "S01"
        up = self._up_to_99(0)
        if up is None:
            return None
        value, count, ordinal = up
        if ordinal:
            return str(value), count, "ORDW" if value <= 31 else "ORDBIG"
        return str(value), count, _spelled_kind(value)

    def _year(self) -> tuple[str, int, str] | None:
        spelling, words = self._spelling, self._words
        at, value = 0, 1000
        if words[0] != spelling.thousand:
            if spelling.small.get(words[0]) != 2:
                return None
            at, value = 1, 2000
        at += 1
        if words[at] in spelling.hundreds:
            value += spelling.hundreds[words[at]]
            at += 1
        elif value == 1000:
            return None
        linked = at + 1 if words[at] in spelling.links | {"and"} else at
        rest = self._up_to_99(linked)
        if rest and not rest[2]:
            return str(value + rest[0]), linked + rest[1], "SYEAR"
        return str(value), at, "SYEAR"

    def _century(self, century: int) -> tuple[str, int, str] | None:
        """ "nineteen eighty four", "twenty oh six", "nineteen hundred"."""
        spelling, words = self._spelling, self._words
        if words[1] == "hundred":
            return str(century * 100), 2, "SYEAR"
        if words[1] in spelling.zeros and 0 < spelling.small.get(words[2], 10) < 10:
            return str(century * 100 + spelling.small[words[2]]), 3, "SYEAR"
        rest = self._up_to_99(1)
        if rest and not rest[2] and rest[0] >= 10:
            return str(century * 100 + rest[0]), 1 + rest[1], "SYEAR"
        return None

    def _up_to_99(self, at: int) -> tuple[int, int, bool] | None:
        spelling, words = self._spelling, self._words
        word = words[at]
        if word in spelling.small:
            return spelling.small[word], 1, False
        if word not in spelling.tens:
            return None
        tens = spelling.tens[word]
        linked = at + 2 if words[at + 1] in spelling.links else at + 1
        unit = words[linked]
        if spelling.small.get(unit, 10) < 10:
            return tens + spelling.small[unit], linked - at + 1, False
        if linked == at + 1 and spelling.ordinals.get(unit, 10) < 10:
            return tens + spelling.ordinals[unit], 2, True
        return tens, 1, False


def _raw(match: re.Match[str]) -> tuple[str, str, int, int]:
    kind, text = match.lastgroup or "word", match.group()
    if kind == "word":
        text = text.replace("'", "") if not text.endswith("'s") else text[:-2]
    return kind, text, match.start(), match.end()


def _spelled_kind(value: int) -> str:
    for top, kind in ((9, "S1"), (12, "S10"), (24, "S13"), (31, "S25"), (59, "S32")):
        if value <= top:
            return kind
    return "S60"


def _figures(text: str) -> str:
    """The kind of a number in figures."""
    value, size = int(text), len(text)
    if size <= 2:
        if size == 2 and value < 10:
            return "N01"
        for top, kind in ((0, "N0"), (9, "N1"), (12, "N10"), (24, "N13"), (31, "N25"), (59, "N32")):
            if value <= top:
                return kind
        return "N60"
    clock = value % 100 < 60 and value // 100 < 24
    if size == 3:
        return "HHMM3" if clock and value >= 100 else "N100"
    if size == 4:
        return "YEAR4" if 1900 <= value < 2100 else "HHMM4" if clock else "BIG"
    return {6: "D6", 8: "D8"}.get(size, "BIG")
