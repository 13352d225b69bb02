"""A language's grammar of time: its words, and the layers of rules that make expressions of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from frontdesk.domain.faults import Impossible
from frontdesk.language.script import folded
from frontdesk.language.timeline.nodes import (
    Clock,
    Clocks,
    Date,
    DayPart,
    Days,
    Length,
    Moment,
    Nothing,
    Told,
    Weekdays,
    When,
)
from frontdesk.language.timeline.symbols import Item, Layer, Rule, Symbols
from frontdesk.language.timeline.words import JOINED, NUMBER_CLASSES, Reader, Spelling

_NODES = {
    Date: "DATE", Days: "DATE", Weekdays: "DATE", Clock: "CLOCK", Clocks: "CLOCKS", Moment: "MOMENT",
    DayPart: "DAYPART", Length: "LENGTH", Told: "TOLD", Nothing: "NOTHING",
}  # fmt: skip
_SMALL = ("FILL", "THE", "OF", "AT", "IN", "TO", "AND")
_WORD = re.compile(r"[a-z]+")
_FIGURE = re.compile(r"\d")
_WHENS = ("WDATE", "WCLOCK", "WBOTH")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words of one language: `meanings` by class with what each stands for, and classes of classes and words."""

    meanings: Mapping[str, Mapping[str, object]]
    classes: Mapping[str, Sequence[str]]


def words_of(language: str) -> Words:
    """The words of one language, as its file lists them."""
    path = Path(__file__).parent / f"{language}.yaml"
    listed = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    classes = {name: _divided(words, path.name, name) for name, words in listed.pop("CLASSES").items()}
    meanings: dict[str, dict[str, object]] = {}
    for kind, members in listed.items():
        meanings[kind] = {}
        for value, words in members.items():
            meanings[kind] |= dict.fromkeys(_divided(words, path.name, kind), value)
    return Words(meanings=meanings, classes=classes)


def _divided(words: object, file: str, kind: str) -> list[str]:
    if not isinstance(words, str):
        raise Impossible(f"timeline/{file}: {kind} needs words divided by commas; write {words!r} in quotes")
    return [word.strip() for word in words.split(",")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grammar:
    """The layers in the order they are read. `telling` are the words of which every time in words has one."""

    reader: Reader
    layers: tuple[Layer, ...]
    telling: frozenset[str]

    def read(self, text: str, here: object) -> list[Item]:
        """The items of a text, with all that is time put together; [] where no word or figure of it can be time."""
        plain = folded(text)
        if self.telling.isdisjoint(_WORD.findall(plain)) and not _FIGURE.search(plain):
            return []
        items = self.reader.items(text)
        for layer in self.layers:
            items = layer.read(items, here)
        return items


def grammar(language: str, spelling: Spelling, layers: Sequence[Sequence[Rule]]) -> Grammar:
    """The grammar of one language made ready."""
    words = words_of(language)
    symbols = Symbols(words.meanings)
    codes: dict[str, str] = {}
    for name in (*NUMBER_CLASSES, *_NODES.values(), *_WHENS):
        symbols.join(name, [f"<{name}>"])
        codes[name] = symbols.code(f"<{name}>")
    for name, members in {**JOINED, **words.classes}.items():
        symbols.join(name, list(members))
    for layer in layers:
        for rule in layer:
            symbols.pattern(rule.written)  # so that every word of every rule is known before any text is read

    def code_of(node: object) -> str:
        if isinstance(node, When):
            if node.date is None:
                return codes["WCLOCK"]
            return codes["WBOTH" if node.clock or node.part else "WDATE"]
        return codes[_NODES[type(node)]]

    made = tuple(Layer(symbols, layer, code_of) for layer in layers)
    return Grammar(reader=Reader(symbols, spelling), layers=made, telling=_telling(words, spelling))


def _telling(words: Words, spelling: Spelling) -> frozenset[str]:
    """The words of which every time in words has one: the classes of TELLING without their small words, and numbers."""
    small = {word for kind in _SMALL for phrase in words.meanings[kind] for word in phrase.split()}
    found = {*spelling.small, *spelling.tens, *spelling.ordinals, *spelling.centuries, spelling.thousand}
    for name in words.classes["TELLING"]:
        for phrase in words.meanings.get(name, (name,)):
            found |= {word for word in phrase.split() if word not in small} or {phrase}
    return frozenset(found)
