"""The lexicon of danger: what can be wrong, with what, and which of these together are an emergency.

A file beside this one holds one language. A concept is a list of words and phrases, divided by commas; a
star ends a word of which only the beginning is given, a dollar sign stands for the end of a sentence.
A rule joins concepts: `chest 3 pain` means that both
stand in one sentence with at most three words between, `cannot >3 breathe` that they stand in this order,
`fever & treated` that both are somewhere in the message.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, TypedDict, cast

from frontdesk.dialogue.acts import Danger
from frontdesk.language.danger.reading import Word
from frontdesk.language.lists import read_lists
from frontdesk.language.vocabulary import LANGUAGES

Phrase = tuple[str, ...]


class Hit(NamedTuple):
    """A concept met at words [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """The next concept of a rule, and how far it may stand. `ordered`: only after what came before."""

    concept: str
    reach: int
    ordered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Concepts that together are an emergency."""

    danger: Danger
    first: str
    links: tuple[Link, ...]
    beside: tuple[str, ...]


class Phrases:
    """Named lists of phrases, found in the words of a message in one pass."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        self._exact: dict[str, list[tuple[Phrase, str]]] = {}
        self._beginnings: dict[str, list[tuple[Phrase, str]]] = {}
        for name, listed in lists.items():
            for phrase in divided(listed):
                words = tuple(phrase.split())
                starts = self._beginnings if words[0].endswith("*") else self._exact
                starts.setdefault(words[0].rstrip("*"), []).append((words, name))

    def in_words(self, words: Sequence[Word]) -> dict[str, list[Hit]]:
        """Where each list is met, by its name; lists that are not met are left out."""
        found: dict[str, list[Hit]] = {}
        for at, word in enumerate(words):
            for phrase, name in self._starting(word.text):
                end = at + len(phrase) - (phrase[-1] == "$")
                if phrase[-1] == "$" and end < len(words) and words[end].sentence == word.sentence:
                    continue
                if len(phrase) == 1 or _stands(phrase[: end - at], words[at:end], word.sentence):
                    found.setdefault(name, []).append(Hit(at, end))
        return found

    @lru_cache(maxsize=8192)  # noqa: B019 - lives as long as the lexicon, which is read once
    def _starting(self, word: str) -> tuple[tuple[Phrase, str], ...]:
        begun = [one for begin, all_ in self._beginnings.items() if word.startswith(begin) for one in all_]
        return (*self._exact.get(word, ()), *begun)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """One language's words of danger, and which of them together are one."""

    concepts: Phrases
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What is read the same way whatever the language: patients mix them."""

    lexicons: tuple[Lexicon, ...]
    figurative: Phrases
    marks: Phrases
    through: frozenset[str]


@cache
def shared() -> Shared:
    """The lexicons of all languages, read once."""
    files = [_file(language) for language in LANGUAGES]
    marks = {
        "gone": ", ".join(file["gone"] for file in files),
        "past": ", ".join(file["past"] for file in files),
        "now": ", ".join(file["now"] for file in files),
        "supposed": ", ".join(file["supposed"] for file in files),
        "supposed_but": ", ".join(file["supposed_but"] for file in files),
        "doubtful": ", ".join(file["doubtful"] for file in files),
    }
    marks |= {name: ", ".join(file["denied"][name] for file in files) for name in ("denied_by", "unless", "answer")}
    return Shared(
        lexicons=tuple(
            Lexicon(
                concepts=Phrases(file["concepts"]),
                rules=tuple(_rule(Danger(kind), line) for kind, lines in file["rules"].items() for line in lines),
            )
            for file in files
        ),
        figurative=Phrases({"figurative": ", ".join(file["figurative"] for file in files)}),
        marks=Phrases(marks),
        through=frozenset(word for file in files for word in divided(file["denied"]["through"])),
    )


class _File(TypedDict):
    """What a language's file holds."""

    concepts: dict[str, str]
    rules: dict[str, list[str]]
    figurative: str
    denied: dict[str, str]
    gone: str
    past: str
    now: str
    supposed: str
    supposed_but: str
    doubtful: str


def _file(language: str) -> _File:
    return cast("_File", read_lists(Path(__file__).parent / f"{language}.yaml"))


def divided(listed: str) -> list[str]:
    """The phrases of a list that is divided by commas."""
    return [phrase.strip() for phrase in listed.split(",") if phrase.strip()]


def matches(rule: Rule, met: Mapping[str, Sequence[Hit]], words: Sequence[Word]) -> Iterable[Hit]:
    """The stretches of words that a rule fits."""
    if rule.first not in met or any(name not in met for name in rule.beside):
        return ()
    if any(link.concept not in met for link in rule.links):
        return ()
    spans: list[Hit] = list(met[rule.first])
    for link in rule.links:
        spans = [
            Hit(min(span.start, hit.start), max(span.end, hit.end))
            for span in spans
            for hit in met[link.concept]
            if _near(span, hit, link) and words[span.start].sentence == words[hit.start].sentence
        ]
    return spans


def _near(span: Hit, hit: Hit, link: Link) -> bool:
    if hit.start >= span.end:
        return hit.start - span.end <= link.reach
    return not link.ordered and hit.end <= span.start and span.start - hit.end <= link.reach


def _stands(phrase: Phrase, words: Sequence[Word], sentence: int) -> bool:
    return len(words) == len(phrase) and all(
        word.sentence == sentence and (word.text == wanted or (wanted[-1] == "*" and word.text.startswith(wanted[:-1])))
        for word, wanted in zip(words, phrase, strict=True)
    )


_LINK = re.compile(r"\s+(>?)(\d+)\s+(\w+)")


def _rule(danger: Danger, line: str) -> Rule:
    chain, *beside = (part.strip() for part in line.split("&"))
    first = re.match(r"\w+", chain)
    assert first is not None, f"a rule begins with a concept: {line}"
    links = tuple(
        Link(concept=concept, reach=int(reach), ordered=bool(ordered))
        for ordered, reach, concept in _LINK.findall(chain[first.end() :])
    )
    return Rule(danger=danger, first=first.group(), links=links, beside=tuple(beside))
