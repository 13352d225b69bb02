"""Words as symbols: each word that some rule knows is one character, so that a rule is one short pattern.

A rule is written as `day:ORD of? month:MONTH`: names in capitals are classes of words, small words stand for
themselves, `name:` keeps what stood there. Otherwise it is a regular expression whose letters are whole words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from frontdesk.domain.faults import Impossible
from frontdesk.language.script import Span

OTHER = "\x01"
"""The symbol of every word that no rule knows."""

_FIRST = 0xE000
_NAME = re.compile(r"[?]P<[a-z_0-9]+>")
_TERM = re.compile(r"\(\?<?[=!]|(?:(?P<name>[a-z_]\w*):)?(?:(?P<kind>[A-Z][A-Z0-9_]*)|(?P<word>[a-z]+)|(?P<group>\())")

Node = TypeVar("Node")


class Symbols:
    """The words of one language with their symbols, and the classes they belong to."""

    def __init__(self, classes: Mapping[str, Mapping[str, object]]) -> None:
        self._codes: dict[str, str] = {}
        self._classes: dict[str, set[str]] = {"UNKNOWN": {OTHER}}
        self.values = classes
        for name, members in classes.items():
            self._classes[name] = {self.code(word) for word in members}

    def code(self, word: str) -> str:
        """The symbol of a word, from now on known."""
        return self._codes.setdefault(word, chr(_FIRST + len(self._codes)))

    def known(self, word: str) -> str:
        """The symbol of a word; OTHER when no rule knows it."""
        return self._codes.get(word, OTHER)

    def phrases(self) -> Iterator[tuple[str, ...]]:
        """Every entry of several words."""
        return (tuple(word.split()) for word in self._codes if " " in word)

    def join(self, name: str, members: Sequence[str]) -> None:
        """Make a class of other classes and words."""
        self._classes[name] = {code for one in members for code in self._classes.get(one) or {self.code(one)}}

    def pattern(self, written: str) -> str:
        """A rule in our notation as a regular expression over symbols."""

        names: Counter[str] = Counter()

        def named(match: re.Match[str]) -> str:
            names[match["name"]] += 1
            return match["name"] if names[match["name"]] == 1 else f"{match['name']}_{names[match['name']]}"

        def term(match: re.Match[str]) -> str:
            if match["group"]:
                return f"(?P<{named(match)}>" if match["name"] else "(?:"
            if match["kind"]:
                if match["kind"] not in self._classes:
                    raise Impossible(f"no class of words is called {match['kind']}: {written}")
                found = _one_of(self._classes[match["kind"]])
            elif match["word"]:
                found = self.code(match["word"])
            else:
                return match.group()
            return f"(?P<{named(match)}>{found})" if match["name"] else found

        return _TERM.sub(term, written).replace(" ", "")


def _one_of(codes: set[str]) -> str:
    return f"[{''.join(sorted(codes))}]"


class Item(NamedTuple):
    """A word, a number or what rules have made of several: its symbol, and the characters it came from."""

    code: str
    text: str
    start: int
    end: int
    node: object = None


class Found:
    """What a rule matched."""

    __slots__ = ("_items", "_match", "_symbols", "items")

    def __init__(self, match: re.Match[str], items: Sequence[Item], symbols: Symbols) -> None:
        self._match, self._symbols, self._items = match, symbols, items
        self.items = items[match.start() : match.end()]

    def get(self, name: str) -> Item | None:
        """What stood at that name."""
        at = self._at(name)
        return None if at < 0 else self._items[at]

    def _at(self, name: str) -> int:
        """Where it stood; of a name that a rule has twice, in other words, the one that is there counts."""
        known = self._match.re.groupindex
        for one in (name, f"{name}_2", f"{name}_3"):
            if one in known and self._match.start(one) >= 0:
                return self._match.start(one)
        return -1

    def __getitem__(self, name: str) -> Item:
        return self._items[self._at(name)]

    def has(self, name: str) -> bool:
        """Whether anything stood at that name."""
        return self._at(name) >= 0

    def number(self, name: str) -> int:
        """The number that stood there, in figures by now."""
        return int(self[name].text)

    def maybe(self, name: str) -> int | None:
        """The number that stood there, if any."""
        item = self.get(name)
        return None if item is None else int(item.text)

    def value(self, name: str, kind: str) -> object:
        """What the language's list says about the word that stood there."""
        return self._symbols.values[kind][self[name].text]

    def index(self, name: str, kind: str) -> int:
        """The same, where the list gives numbers."""
        value = self.value(name, kind)
        assert isinstance(value, int), f"{kind} lists numbers"
        return value

    def is_one_of(self, name: str, kind: str) -> bool:
        """Whether the word that stood there is in that list."""
        return self.has(name) and self[name].text in self._symbols.values[kind]

    def node(self, name: str, kind: type[Node]) -> Node:
        """What rules made before of what stood there."""
        node = self[name].node
        assert isinstance(node, kind), f"{name} is a {kind.__name__}"
        return node

    def span(self) -> Span:
        """The characters of all of it."""
        return self.items[0].start, self.items[-1].end

    @property
    def place(self) -> int:
        """Which item it begins at."""
        return self._match.start()

    def before(self, count: int = 1) -> Item | None:
        """The item so many places before it."""
        at = self._match.start() - count
        return self._items[at] if at >= 0 else None

    def after(self, count: int = 1) -> Item | None:
        """The item so many places after it."""
        at = self._match.end() + count - 1
        return self._items[at] if at < len(self._items) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern in our notation, and what is made of a match; None where it does not apply after all."""

    written: str
    make: Callable[..., object | None]


class Layer:
    """Rules that are tried together, from left to right; at one place the first that applies counts."""

    def __init__(self, symbols: Symbols, rules: Sequence[Rule], code_of: Callable[[object], str]) -> None:
        self._symbols, self._code_of = symbols, code_of
        self._rules = [(symbols.pattern(rule.written), rule.make) for rule in rules]
        self._ready: dict[str, re.Pattern[str]] = {}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """All rules at once, made when the first text is read, as each rule is when it first matches."""
        return re.compile("|".join(f"({_NAME.sub('?:', pattern)})" for pattern, _ in self._rules))

    def read(self, items: list[Item], here: object) -> list[Item]:
        """The items with each match made one."""
        codes = "".join([item.code for item in items])
        made: list[Item] = []
        at = done = 0
        while match := self._any.search(codes, at):
            at = match.start()
            found = self._first(codes, at, (match.lastindex or 1) - 1, items, here)
            if found is None:
                at += 1
                continue
            node, end = found
            made += items[done:at]
            made.append(Item(self._code_of(node), "", items[at].start, items[end - 1].end, node))
            at = done = end
        return made + items[done:] if made else items

    def _first(self, codes: str, at: int, rule: int, items: list[Item], here: object) -> tuple[object, int] | None:
        for pattern, make in self._rules[rule:]:
            ready = self._ready.get(pattern) or self._ready.setdefault(pattern, re.compile(pattern))
            match = ready.match(codes, at)
            if match and match.end() > at and (node := make(Found(match, items, self._symbols), here)) is not None:
                return node, match.end()
        return None
