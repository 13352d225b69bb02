"""Letters and figures as people say them: one by one, doubled, by an alphabet, "b as in boy", and as misheard.

Two ways in. `spelled_in` finds the stretches of a written message that are surely spelled out. `renderings` is for what
a speech recogniser made of a spelled answer: every way of reading its words as signs, each with how odd it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from pathlib import Path
from typing import TypedDict, cast

from frontdesk.language.lists import read_lists
from frontdesk.language.script import Span

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|\+|--")
_BETWEEN = re.compile(r"[\s.,_-]*")
_ROUND = re.compile(r"[1-9]0+")
_ALPHABETICAL = re.compile(r"[a-z]+")

LEAST_SPELLED = 3
"""So many letters in a row are spelled, whatever stands before them; after "spelled" two are enough."""
MOST_READINGS = 60
SKIPPED, SKIPPED_FILLER = 2.5, 0.2
"""How odd it is that a word stands for no sign, and that a word such as "is" does."""
INITIAL, LETTER_BY_LETTER, MISSAID = 1.3, 0.5, 0.6
APART = 0.3
"""How odd it is that "eighty four" is 804."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelled:
    """Letters said one by one, in lower case, and where they stand. `announced`: "spelled" or its like stood before."""

    letters: str
    span: Span
    announced: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """One way to read words as signs; `oddness` is 0 for the plainest one, in nats."""

    signs: str
    oddness: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    """The tables of the file beside this one."""

    letters: Mapping[str, tuple[tuple[str, float], ...]]
    alphabet: Mapping[str, str]
    joins: frozenset[str]
    doubles: Mapping[str, int]
    fillers: frozenset[str]
    weak: frozenset[str]
    cues: re.Pattern[str]


class _File(TypedDict):
    """What the file beside this one holds."""

    said: dict[str, str]
    misheard: dict[str, str]
    far: dict[str, str]
    alphabet: str
    alphabet_other: dict[str, str]
    joins: list[str]
    weak: str
    double: str
    triple: str
    fillers: str
    cues: list[str]


def spelled_in(plain: str) -> list[Spelled]:
    """The stretches of a folded text in which letters are surely said one by one, in order."""
    found: list[Spelled] = []
    words = [match for match in _WORD.finditer(plain) if match.group()[0].isalpha()]
    at = 0
    while at < len(words):
        run = list(_run(words, at, plain))
        last = run[-1][1] if run else at
        cue = _cue_before(plain, words[at].start())
        letters = "".join(letters for letters, _, _ in run)
        strong = sum(strong for _, _, strong in run)
        least = 2 if cue is not None else LEAST_SPELLED
        if len(run) >= least and strong >= 2 * len(run) / 3 and letters.isalpha():
            start = words[at].start() if cue is None else cue
            found.append(Spelled(letters=letters, span=(start, words[last - 1].end()), announced=cue is not None))
            at = last
        else:
            at += 1
    return found


def _run(words: Sequence[re.Match[str]], at: int, plain: str) -> Iterator[tuple[str, int, bool]]:
    """The letters said from word `at` on: each with the place after it, and whether it can be nothing else."""
    hyphened = False
    while at < len(words):
        read = letter_at([word.group() for word in words[at : at + 4]], 0)
        if read is None:
            return
        letters, after, strong = read[0], at + read[1], read[2]
        yield letters, after, strong
        if after < len(words):
            gap = plain[words[after - 1].end() : words[after].start()]
            if not _BETWEEN.fullmatch(gap) or (hyphened and gap.isspace()):  # "J-O-H-N S-M-I-T-H" are two words
                return
            hyphened = hyphened or gap.strip() == "-"
        at = after


def letter_at(words: Sequence[str], at: int) -> tuple[str, int, bool] | None:
    """What letter is said at word `at`: it, the place after it, and whether the words can mean nothing else."""
    read, word = _words(), words[at]
    following = words[at + 1 : at + 4]
    if word in read.doubles and following:
        if word == "double" and following[0] in ("u", "you"):
            return "w", at + 2, True
        if (one := _one_letter(following[0])) is not None:
            return one[0] * read.doubles[word], at + 2, True
    if (one := _one_letter(word)) is None:
        return None
    letter, strong = one
    for join in (("as", "in"), ("for",), ("like",), ("as",), ("de",), ("como",)):
        said = following[: len(join) + 1]
        if tuple(said[:-1]) == join and said[-1][0] == letter and len(said[-1]) > 2:
            return letter, at + 1 + len(said), True
    if following and len(word) == 1 and following[0] in read.alphabet and following[0][0] == word:  # "b bravo"
        return letter, at + 2, True
    return letter, at + 1, strong


def _one_letter(word: str) -> tuple[str, bool] | None:
    read = _words()
    if len(word) == 1 and word.isalpha():
        return word, True
    if word in read.alphabet:
        return read.alphabet[word], True
    named = [signs for signs, odd in read.letters.get(word, ()) if signs.isalpha() and odd <= 0.5]
    return (named[0], word not in read.weak) if named else None


def _cue_before(plain: str, start: int) -> int | None:
    """Where "spelled" and its like begins, right before; None where nothing announces it."""
    for cue in _words().cues.finditer(plain, max(0, start - 40), start):
        if _BETWEEN.fullmatch(plain[cue.end() : start].replace(":", "").strip() or ""):
            return cue.start()
    return None


def code_words() -> frozenset[str]:
    """The words of the spelling alphabets."""
    return frozenset(_words().alphabet)


def letter_named(word: str) -> str:
    """The letter that a word names, such as "kay"; "" where it names none."""
    one = _one_letter(word)
    return one[0] if one is not None else ""


@cache
def number_words() -> frozenset[str]:
    """The words for figures and numbers under a hundred, with those that double them."""
    read = _words()
    said = {word for word, all_ in read.letters.items() if any(signs.isdigit() and odd == 0 for signs, odd in all_)}
    return frozenset(said) | frozenset(read.doubles) | frozenset(_POWERS)


def renderings(
    plain: str, *, fits: Callable[[str], bool], most: int = MOST_READINGS, longest: int = 24
) -> list[Rendering]:
    """The ways to read a folded text as signs that `fits` lets pass, the plainest first."""
    words = [match.group() for match in _WORD.finditer(plain)]
    beams: list[dict[str, float]] = [{} for _ in range(len(words) + 1)]
    beams[0][""] = 0.0
    for at in range(len(words)):
        kept = nsmallest(most * 4, beams[at].items(), key=lambda one: one[1])
        for signs, after, odd in _options(words, at):
            target = beams[after]
            for before, so_far in kept:
                said = before + signs
                if len(said) <= longest and so_far + odd < target.get(said, 99.0):
                    target[said] = so_far + odd
    fitting = [Rendering(signs=said, oddness=odd) for said, odd in beams[-1].items() if said and fits(said)]
    return sorted(fitting, key=lambda one: (one.oddness, one.signs))[:most]


def _options(words: Sequence[str], at: int) -> Iterator[tuple[str, int, float]]:
    """Every way to read the word at `at`, alone or with the next ones: signs, the place after, how odd."""
    read, word = _words(), words[at]
    yield "", at + 1, SKIPPED_FILLER if word in read.fillers else SKIPPED
    if word.isdigit():
        yield word, at + 1, 0.0
        for signs, odd in read.letters.get(word, ()):
            yield signs, at + 1, odd
        return
    for signs, odd in read.letters.get(word, ()):
        more = _ROUND.fullmatch(signs) and at + 1 < len(words) and words[at + 1] in number_words()
        yield signs, at + 1, odd + (APART if more else 0.0)
    if len(word) == 1:
        yield word, at + 1, 0.0
    elif word in read.alphabet:
        yield read.alphabet[word], at + 1, 0.0
    elif _ALPHABETICAL.fullmatch(word):
        if len(word) <= 4:
            yield word, at + 1, LETTER_BY_LETTER + 0.3 * (len(word) - 2)
        if len(word) >= 4:
            yield word[0], at + 1, INITIAL
    if at + 1 < len(words):
        yield from _pairs(words, at)


def _pairs(words: Sequence[str], at: int) -> Iterator[tuple[str, int, float]]:
    read, word, after = _words(), words[at], words[at + 1]
    if word in read.doubles:
        if after in ("u", "you"):
            yield "w", at + 2, 0.0
        for signs, odd in (*read.letters.get(after, ()), *(((after, 0.0),) if len(after) == 1 else ())):
            if len(signs) == 1:
                yield signs * read.doubles[word], at + 2, odd
    yield from _sums(read.letters.get(word, ()), after, at)
    for join in read.joins:
        parts = join.split()
        end = at + 1 + len(parts)
        if words[at + 1 : end] == parts and end < len(words) and words[end][0].isalpha() and len(words[end]) > 2:
            heard = {signs for signs, _ in read.letters.get(word, ())} | {word}
            yield words[end][0], end + 1, 0.0 if words[end][0] in heard else MISSAID


def _sums(first: Sequence[tuple[str, float]], after: str, at: int) -> Iterator[tuple[str, int, float]]:
    """Two words that are one number: "eighty four", "five hundred", "quinientos doce"."""
    for one, odd in first:
        if one.isdigit() and len(one) == 1 and after in _POWERS:
            yield one + _POWERS[after], at + 2, odd
        if not _ROUND.fullmatch(one):
            continue
        for other, odd_too in _words().letters.get(after, ()):
            if other.isdigit() and other != "0" and len(other) < len(one):
                yield one[: len(one) - len(other)] + other, at + 2, odd + odd_too


_POWERS = {"hundred": "00", "thousand": "000", "mil": "000"}


@cache
def _words() -> _Words:
    read = cast("_File", read_lists(Path(__file__).parent / "symbols.yaml"))
    letters: dict[str, tuple[tuple[str, float], ...]] = {}
    for table, odd in ((read["said"], 0.0), (read["misheard"], 1.0), (read["far"], 2.0)):
        for signs, words in table.items():
            for word in str(words).split():
                letters[word] = (*letters.get(word, ()), (str(signs), odd))
    return _Words(
        letters=letters,
        alphabet={word: word[0] for word in read["alphabet"].split()} | dict(read["alphabet_other"]),
        joins=frozenset(read["joins"]),
        doubles={word: times for times, words in ((2, read["double"]), (3, read["triple"])) for word in words.split()},
        fillers=frozenset(read["fillers"].split()),
        weak=frozenset(read["weak"].split()),
        cues=re.compile(rf"(?<!\w)(?:{'|'.join(read['cues'])})(?!\w)"),
    )


def letters_apart(one: str, other: str) -> float:
    """How unlikely it is, in nats, that one string of signs is heard for the other."""
    costs = list(_costs(len(other)))
    for at, sign in enumerate(one, start=1):
        before, costs[0] = costs[0], at * _GAP
        for place, heard in enumerate(other, start=1):
            straight = before + _apart(sign, heard)
            before = costs[place]
            costs[place] = min(straight, before + _GAP, costs[place - 1] + _GAP)
    return costs[-1]


_GAP, _FAR, _NEAR = 2.8, 4.5, 1.6
_SOUND_ALIKE = ("bcdegptvz3", "fsx6", "mn", "ahjk8", "iy59", "quw2", "o0", "l7", "rai", "tk", "dt", "bp", "fv", "cs")
_PAIRS = frozenset(
    frozenset((one, other)) for group in _SOUND_ALIKE for one in group for other in group if one != other
)


def _apart(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _NEAR if frozenset((one, other)) in _PAIRS else _FAR


def _costs(length: int) -> Iterator[float]:
    return (place * _GAP for place in range(length + 1))
