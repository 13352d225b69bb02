"""Letters said one by one, as a recogniser of words wrote them: "Hilo, Oster", "owes an orange, T is in Tom"."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from frontdesk.language.details.known_names import Part, listed, sound
from frontdesk.language.details.symbols import Rendering, code_words, letter_named, renderings

MOST = 24
LIKE_A_CODE_WORD = 0.34
"""How much of its sound a word may differ in from a word of a spelling alphabet, and still be taken for it."""
_MISHEARD, _HINTED = 0.6, 0.3
_GROUP = re.compile(r"[,.;:!?\n]+|\s(?=and (?:as|is) (?:in|a|an)\b)")
_JOINED = re.compile(r"(?<!\w)(?:as|is|was|in|an|and|a|s|like|for|of|to|the|it|owes|has|de|como)(?!\w)")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
_NEAR = 0.34
_REPEATED = re.compile(r"([a-z])\1\1\1")
_MOST_NEAR = 6


def spelled_readings(plain: str, *, longest: int = 30) -> list[Rendering]:
    """The ways to read a folded text as letters and figures that were said one by one, the plainest first."""
    found: dict[str, float] = {}
    for said, odd in ((plain, 0.0), *_variants(plain)):
        for one in renderings(said, fits=_is_word, most=MOST, longest=longest):
            found[one.signs] = min(found.get(one.signs, 99.0), one.oddness + odd)
    best = sorted(found.items(), key=lambda one: (one[1], one[0]))[:MOST]
    return [Rendering(signs=signs, oddness=odd) for signs, odd in best]


def _is_word(signs: str) -> bool:
    """Whether it may be one: a recogniser that hears nothing writes one letter again and again."""
    return signs.isalnum() and _REPEATED.search(signs) is None


def _variants(plain: str) -> Iterator[tuple[str, float]]:
    """The text with words for letters in place of what they were misheard as; by the hint, and by the letter."""
    groups = [group for group in _GROUP.split(plain) if group and group.strip()]
    hinted = [_hinted(group) for group in groups]
    if any(letter for letter, _ in hinted):
        by_hint = [letter or _with_code_words(group) for (letter, _), group in zip(hinted, groups, strict=True)]
        yield " ".join(by_hint), _HINTED
        by_letter = [letter or _with_code_words(group) for (_, letter), group in zip(hinted, groups, strict=True)]
        yield " ".join(by_letter), _HINTED
    yield _with_code_words(plain), 0.0


def _hinted(group: str) -> tuple[str, str]:
    """The letter by the word after "as in", and the one that was said before it; "" where it is no such group."""
    said = _WORD.findall(group)
    if len(said) < 2 or _JOINED.search(group) is None or len(said[-1]) < 3:
        return "", ""
    first = letter_named(said[0]) or said[0][0]
    return said[-1][0], first


def _with_code_words(plain: str) -> str:
    return _WORD.sub(lambda match: _code_word(match.group()), plain)


@lru_cache(maxsize=4096)
def _code_word(word: str) -> str:
    """The word of a spelling alphabet that sounds like it; else itself."""
    if len(word) < 4 or word in code_words():
        return word
    near = min(code_words(), key=lambda code: (_unlike(word, code), code))
    return near if _unlike(word, near) <= LIKE_A_CODE_WORD else word


def _unlike(word: str, code: str) -> float:
    return min(OSA.normalized_distance(sound(word), sound(code)), OSA.normalized_distance(word, code))


@lru_cache(maxsize=4096)
def near_names(letters: str, part: Part) -> Sequence[str]:
    """The listed names that letters may have been meant for, the nearest first."""
    most = max(1, round(_NEAR * len(letters)))
    near = [
        (distance, place, name)
        for name, place in listed(part).items()
        if abs(len(name) - len(letters)) <= most
        and (distance := OSA.distance(name, letters, score_cutoff=most)) <= most
    ]
    return tuple(name for _, _, name in sorted(near)[:_MOST_NEAR])
