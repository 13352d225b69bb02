"""A message as the search for danger reads it: words and stops, slips mended, short forms written out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from frontdesk.language.known_words import known_words
from frontdesk.language.script import Span

_PIECE = re.compile(r"\.{2,}|…|\d+(?:[./]\d+)?[fc]?(?!\w)|[^\W_]+(?:'[^\W_]+)*|[.!?;\n]")
_THREE_ALIKE = re.compile(r"(.)\1{2,}")
_STOPS = frozenset(".!?;\n")
_SHORT = {
    "cant": "can't", "cnt": "can't", "cannot": "can't", "couldnt": "couldn't", "wont": "won't", "dont": "don't", "isnt": "isn't",
    "doesnt": "doesn't", "didnt": "didn't", "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't",
    "wouldnt": "wouldn't", "im": "i'm", "ive": "i've", "hes": "he's", "shes": "she's", "u": "you", "ur": "your", "rly": "really",
    "cuz": "because", "bc": "because", "gonna": "going to", "wanna": "want to", "wana": "want to", "abt": "about", "ppl": "people", "w": "with",
    "2day": "today", "2nite": "tonight", "b4": "before", "sth": "something", "smth": "something", "thru": "through", "tryna": "trying to",
    "brething": "breathing", "brethe": "breathe", "breth": "breath", "breathin": "breathing", "breatheing": "breathing", "yesturday": "yesterday",
    "q": "que", "xq": "porque", "pq": "porque", "k": "que", "toy": "estoy", "tngo": "tengo", "tmb": "tambien", "xfa": "por favor",
    "bn": "bien", "mucjo": "mucho", "dsp": "despues", "ta": "esta", "ps": "pues", "d": "de",
}  # fmt: skip
_JOINED = {"cant": "can't", "can't": "can't", "no": "no", "dont": "don't", "me": "me", "my": "my", "se": "se"}
_TWO_WORDS = {
    ("can", "not"): "can't",
    ("do", "not"): "don't",
    ("will", "not"): "won't",
    ("is", "not"): "isn't",
    ("does", "not"): "doesn't",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word in its right spelling, where it stands in the text, and the number of its sentence."""

    text: str
    span: Span
    sentence: int
    comma: bool
    """Whether a comma or a dash follows."""


def words_of(plain: str, targets: Sequence[str]) -> list[Word]:
    """The words of a folded text, slips mended to `targets`."""
    found: list[Word] = []
    sentence = 0
    for match in _PIECE.finditer(plain):
        piece = match.group()
        if piece in _STOPS:
            sentence += 1
            continue
        if piece[0] in ".…":
            continue
        right = _right(piece, tuple(targets))
        comma = plain[match.end() : match.end() + 2].lstrip().startswith((",", "-", ":", "("))
        pair = (found[-1].text, right) if found and found[-1].sentence == sentence else None
        if pair in _TWO_WORDS:
            found[-1] = Word(
                text=_TWO_WORDS[pair], span=(found[-1].span[0], match.end()), sentence=sentence, comma=comma
            )
            continue
        parts = right.split()
        for part in parts:
            found.append(Word(text=part, span=match.span(), sentence=sentence, comma=comma and part == parts[-1]))
    return found


def _apart(word: str) -> str:
    """Two words that were written as one ("nopuedo", "cantbreathe"); "" where they are not."""
    if word in known_words() or len(word) < 7:
        return ""
    for begin, apart in _JOINED.items():
        if word.startswith(begin) and word[len(begin) :] in known_words():
            return f"{apart} {word[len(begin) :]}"
    return ""


@lru_cache(maxsize=16384)
def _right(word: str, targets: tuple[str, ...]) -> str:
    """The word as it should be spelled: short forms written out, repeated letters dropped, slips mended."""
    if word in _SHORT:
        return _SHORT[word]
    if _THREE_ALIKE.search(word):
        for plainer in (_THREE_ALIKE.sub(r"\1\1", word), _THREE_ALIKE.sub(r"\1", word)):
            if plainer in known_words() or plainer in targets:
                return plainer
        word = _THREE_ALIKE.sub(r"\1", word)
    if joined := _apart(word):
        return joined
    if len(word) == 4 and word.isalpha() and word not in known_words():
        return next(
            (one for one in _beginning(targets, word[0]) if len(one) == 5 and OSA.distance(word, one) == 1), word
        )
    if len(word) < 5 or "'" in word or word in targets or word in known_words() or not word.isalpha():
        return word
    near = sorted(
        (slips, target)
        for target in (*_beginning(targets, word[0]), *_beginning(targets, word[1]))
        if abs(len(target) - len(word)) <= 2
        and (target[0] == word[0] or target[:2] == word[1::-1])
        and (slips := OSA.distance(word, target, score_cutoff=2)) <= (2 if len(word) >= 7 and len(target) >= 7 else 1)
    )
    return near[0][1] if near else word


@lru_cache(maxsize=128)
def _beginning(targets: tuple[str, ...], letter: str) -> tuple[str, ...]:
    return tuple(target for target in targets if target[0] == letter)
