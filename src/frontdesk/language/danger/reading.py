"""A message as the search for danger reads it: words and stops, slips mended, short forms written out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from rapidfuzz.distance import OSA

from frontdesk.language.known_words import known_words
from frontdesk.language.lists import read_lists
from frontdesk.language.script import Span

_PIECE = re.compile(r"\.{2,}|…|\d+(?:[./]\d+)?[fc]?(?!\w)|[^\W_]+(?:'[^\W_]+)*|[.!?;\n]")
_THREE_ALIKE = re.compile(r"(.)\1{2,}")
_STOPS = frozenset(".!?;\n")

SHORTEST_JOINED = 7
"""Two words written as one have at least so many letters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word in its right spelling, where it stands in the text, and the number of its sentence."""

    text: str
    span: Span
    sentence: int
    comma: bool
    """Whether a comma or a dash follows."""


def words_of(plain: str) -> list[Word]:
    """The words of a folded text, each in its right spelling as far as danger goes."""
    found: list[Word] = []
    sentence = 0
    for match in _PIECE.finditer(plain):
        piece = match.group()
        if piece in _STOPS:
            sentence += 1
        elif piece[0] not in ".…" and piece not in _dropped():
            after = plain[match.end() : match.end() + 2].lstrip()
            word = Word(
                text=_right(piece), span=match.span(), sentence=sentence, comma=after.startswith((",", "-", ":", "("))
            )
            _add(found, word)
    return found


def _add(found: list[Word], word: Word) -> None:
    """The word, or the words it stands for; with the one before it may be one word."""
    if found and found[-1].sentence == word.sentence:
        one = _listed("pairs").get(f"{found[-1].text} {word.text}")
        if one:
            found[-1] = replace(word, text=one, span=(found[-1].span[0], word.span[1]))
            return
    *first, last = word.text.split()
    found += [replace(word, text=part, comma=False) for part in first]
    found.append(replace(word, text=last))


@lru_cache(maxsize=16384)
def _right(word: str) -> str:
    """The word as it should be spelled: short forms written out, repeated letters dropped, slips mended."""
    if short := _listed("short").get(word):
        return short
    if _THREE_ALIKE.search(word):
        doubled, single = _THREE_ALIKE.sub(r"\1\1", word), _THREE_ALIKE.sub(r"\1", word)
        word = doubled if _is_known(doubled) else single
    if not word.isalpha() or _is_known(word):
        return _apart(word) or word
    return _apart(word) or _nearest(word) or word


def _is_known(word: str) -> bool:
    return word in known_words() or word in _targets() or word in _kept()


def _apart(word: str) -> str:
    """Two words that were written as one ("nopuedo", "cantbreathe"); "" where they are not."""
    if len(word) >= SHORTEST_JOINED and word not in known_words():
        for begin, apart in _listed("joined").items():
            if word.startswith(begin) and word[len(begin) :] in known_words():
                return f"{apart} {word[len(begin) :]}"
    return ""


def _nearest(word: str) -> str:
    """The word of danger this is a slip for; "" where none is near."""
    if len(word) == 4:  # so short a word is mended only where a letter was left out: "chst"
        return next((one for one in _beginning(word[0]) if len(one) == 5 and OSA.distance(word, one) == 1), "")
    if len(word) < 4:
        return ""
    near = [
        (slips, target)
        for target in (*_beginning(word[0]), *_beginning(word[1]))
        if abs(len(target) - len(word)) <= 2
        and (target[0] == word[0] or target[:2] == word[1::-1])
        and (slips := OSA.distance(word, target, score_cutoff=2)) <= (2 if min(len(word), len(target)) >= 7 else 1)
    ]
    return min(near)[1] if near else ""


@cache
def _beginning(letter: str) -> tuple[str, ...]:
    return tuple(target for target in sorted(_targets()) if target[0] == letter)


@cache
def _targets() -> frozenset[str]:
    return frozenset(_file()["mend"].split())


@cache
def _kept() -> frozenset[str]:
    return frozenset(_file()["kept"].split())


@cache
def _dropped() -> frozenset[str]:
    return frozenset(_file()["dropped"].split())


@cache
def _listed(name: str) -> Mapping[str, str]:
    pairs = (pair.split("=") for pair in _file()[name].split(","))
    return {word.strip(): meant.strip() for word, meant in pairs}


@cache
def _file() -> Mapping[str, str]:
    return cast("Mapping[str, str]", read_lists(Path(__file__).parent / "spelling.yaml"))
