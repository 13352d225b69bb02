"""A name put right by what was said of its letters: spelled out, "with a K", "without an h", "two n's"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from frontdesk.language.details.known_names import listed
from frontdesk.language.details.people import capitals, in_two
from frontdesk.language.details.symbols import Spelled, spelled_in
from frontdesk.language.script import Span, folded

NEAR, FAR = 0.5, 0.75
"""How many of its letters may differ when a word is spelled; FAR where it is announced, or is no known name."""
_NUMBER = {"one": 1, "single": 1, "un": 1, "una": 1, "two": 2, "double": 2, "dos": 2, "doble": 2}
_WITH = re.compile(
    r",?\s*(?<!\w)(?:that's |it's |spelled )?(?P<how>with(?: an?| the)?|con|without(?: an?| the)?|no|sin)"
    r"(?: (?P<many>one|single|two|double|un|una|dos|doble))?(?: (?:letra|letter))? "
    r"(?P<letter>ph|ie|ck|[a-z])(?:'?e?s)?(?!\w)"
    r"(?: (?:at|on|in) the end| (?:instead of|not|en vez de|en lugar de)(?: an?)? (?P<instead>[a-z]{1,2})(?!\w))?"
)
_SWAPPED = {
    "k": ("ch", "ck", "c"), "c": ("k", "s"), "y": ("ie", "ey", "ee", "i"), "i": ("y", "ey", "e"), "z": ("s",),
    "s": ("z", "c"), "ph": ("v", "f"), "f": ("ph",), "v": ("ph", "b", "w"), "g": ("j",), "j": ("g",), "b": ("v",),
    "ie": ("y", "ey", "ee"), "x": ("j", "cks"), "ck": ("c", "k"), "e": ("a", "i"),
}  # fmt: skip
"""What a letter may stand in place of, in a name that was written down by ear."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something said of a name's letters, and where: the letters, or one that is or is not among them."""

    span: Span
    spelled: Spelled | None = None
    letter: str = ""
    times: int = 1
    instead: str = ""


def remarks_in(plain: str) -> list[Remark]:
    """What a folded text says of letters, in order."""
    found = [Remark(span=one.span, spelled=one) for one in spelled_in(plain)]
    for match in _WITH.finditer(plain):
        if any(one.span[0] < match.end() and match.start() < one.span[1] for one in found):
            continue
        without = match["how"].startswith(("without", "no", "sin"))
        times = 0 if without else _NUMBER.get(match["many"] or "", 1)
        plain_with = match["how"].startswith(("with", "con", "sin"))
        if plain_with or (without and match["letter"] in "hekp"):
            found.append(
                Remark(span=match.span(), letter=match["letter"], times=times, instead=match["instead"] or "")
                if match["many"] is None or not without
                else Remark(span=match.span(), letter=match["letter"], times=0)
            )
    return sorted(found, key=lambda one: one.span)


def put_right(words: Sequence[str], remarks: Sequence[Remark]) -> list[str]:
    """The words of a name, each with its remarks heeded. Letters that are like no word are a word of the name."""
    told = list(words)
    for remark in remarks:
        if remark.spelled is None:
            told = _heeded(told, remark)
            continue
        letters = remark.spelled.letters
        parts = _parts(letters, told)
        for part in parts:
            near = min(range(len(told)), key=lambda at: _unlike(told[at], part), default=None)
            if near is not None and _is_meant(told[near], part, announced=remark.spelled.announced):
                told[near] = told[near] if _plain(told[near]) == part else capitals(part)
            else:
                told.append(capitals(part))
    return told


def _is_meant(word: str, letters: str, *, announced: bool) -> bool:
    """Whether letters spell a word out again: "Shivon, spelled S-I-O-B-H-A-N"."""
    if _unlike(word, letters) <= NEAR:
        return True
    unknown = _plain(word) not in listed("given") and _plain(word) not in listed("family")
    return (announced or unknown) and letters[0] == _plain(word)[:1] and _unlike(word, letters) <= FAR


def _plain(word: str) -> str:
    return re.sub(r"[^a-z]", "", folded(word))


def _unlike(word: str, letters: str) -> float:
    plain = _plain(word)
    return OSA.distance(plain, letters) / max(len(plain), len(letters), 1)


def _parts(letters: str, words: Sequence[str]) -> list[str]:
    """The letters as one word, or two where a whole name was spelled without a break."""
    if any(_unlike(word, letters) <= NEAR for word in words):
        return [letters]
    if len(words) >= 2 and _unlike("".join(words), letters) <= 0.4:
        given, family = min(
            ((letters[:at], letters[at:]) for at in range(1, len(letters))),
            key=lambda way: _unlike(words[0], way[0]) + _unlike("".join(words[1:]), way[1]),
        )
        return [given, family]
    if not words and letters not in listed("given") and letters not in listed("family"):
        for given, family in in_two(letters):
            if given in listed("given") and (family in listed("family") or len(family) > 3):
                return [given, family]
    return [letters]


def _heeded(words: Sequence[str], remark: Remark) -> list[str]:
    """The words with the one changed that the remark can be about: the change that gives a known name first."""
    ways = [
        (at, changed)
        for at, word in enumerate(words)
        for changed in _changed(_plain(word), remark)
        if changed != _plain(word)
    ]
    known = [way for way in ways if way[1] in listed("given") or way[1] in listed("family")]
    already = remark.times and any(remark.letter * remark.times in _plain(word) for word in words)
    if already and not remark.instead and (remark.times != 1 or not known):
        return list(words)
    if not ways or (already and not known):
        return list(words)
    at, changed = (known or ways)[0]
    return [*words[:at], capitals(changed), *words[at + 1 :]]


def _changed(word: str, remark: Remark) -> Iterator[str]:
    letter = remark.letter
    if remark.instead:
        yield word.replace(remark.instead, letter, 1)
    elif remark.times == 0:
        yield from (word[:at] + word[at + 1 :] for at, sign in enumerate(word) if sign == letter)
    elif remark.times == 2:
        yield re.sub(f"{letter}+", letter * 2, word, count=1)
    else:
        if letter * 2 in word:
            yield word.replace(letter * 2, letter, 1)
        for other in _SWAPPED.get(letter, ()):
            yield from (word[: at.start()] + letter + word[at.end() :] for at in re.finditer(other, word))
        if letter in "eh":
            yield word + letter
            yield from (word[:at] + letter + word[at:] for at in range(1, len(word)))
