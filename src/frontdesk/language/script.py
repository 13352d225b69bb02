"""A message made readable for rules: lower case, no accents, misspellings mended, places remembered."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

Span = tuple[int, int]
"""Characters [start, end)."""

BARRIER = "\x1f"
"""Stands where words have already been understood; no rule reads across it."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_EMOTICON = re.compile(r"[:;=]['-]?[)(]+|<3|(?<=\s)[:;=]-?[dp3o/](?!\w)")
"""Faces say nothing that a rule reads, and stand in its way: "April 4, 1979 :)"."""
_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "“": '"', "”": '"', "\xa0": " "})


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A message twice: as written, and as rules read it. `places[i]` is where character i of `plain` stood."""

    written: str
    plain: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The characters of the written message behind [start, end) of `plain`."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]

    def found(self, start: int, end: int) -> Span:
        """The characters of `plain` behind [start, end) of the written message."""
        return bisect_left(self.places, start), bisect_left(self.places, end)

    def as_written(self, start: int, end: int) -> str:
        """The words as the patient wrote them."""
        first, last = self.span(start, end)
        return self.written[first:last]


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The same text in lower case without accents, character for character."""
    return "".join(_folded_character(character) for character in text.translate(_PLAIN))


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)[0].lower()
    return plain[0] if plain else character


def script(text: str, *, mend: Iterable[str] = (), keep: frozenset[str] = frozenset()) -> Script:
    """The message with words close to one of `mend` spelled so; words in `keep` stay as they are."""
    plain = _EMOTICON.sub(lambda face: " " * len(face.group()), folded(text))
    targets = tuple(mend)
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for word in _WORD.finditer(plain):
        better = _mended(word.group(), targets, keep)
        parts += [plain[at : word.start()], better]
        places += range(at, word.start())
        last = word.end() - 1
        places += [min(word.start() + offset, last) for offset in range(len(better) - 1)] + [last]
        at = word.end()
    parts.append(plain[at:])
    places += [*range(at, len(plain)), len(plain)]
    return Script(written=text, plain="".join(parts), places=tuple(places))


@lru_cache(maxsize=8192)
def _mended(word: str, targets: tuple[str, ...], keep: frozenset[str]) -> str:
    """The nearest of the targets when it is one slip away (two in a long word), else the word itself."""
    if len(word) < 4 or "'" in word or word in keep or word in targets or word.rstrip("s") in targets:
        return word
    near = sorted(
        (slips, target)
        for target in _beginning(targets, word[0])
        if abs(len(target) - len(word)) <= 2 and (slips := OSA.distance(word, target)) <= _allowed(word, target)
    )
    tied = [target for slips, target in near if slips == near[0][0]]
    if not tied or any(OSA.distance(tied[0], other) > 2 for other in tied):  # else they are spellings of one word
        return word
    return tied[0]


@lru_cache(maxsize=1024)
def _beginning(targets: tuple[str, ...], letter: str) -> tuple[str, ...]:
    return tuple(target for target in targets if target[0] == letter)


def _allowed(word: str, target: str) -> int:
    if len(word) == 4:  # so short a word is mended only where a letter was left out: "botx"
        return 1 if len(target) == 5 else 0
    return 2 if max(len(word), len(target)) >= 8 and len(word) >= 6 else 1


def without(plain: str, spans: Iterable[Span]) -> str:
    """The text with these stretches blocked out, at the same length."""
    characters = list(plain)
    for start, end in spans:
        characters[start:end] = BARRIER * (end - start)
    return "".join(characters)
