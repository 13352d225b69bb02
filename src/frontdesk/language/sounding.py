"""How alike two stretches of English sound, by rules of its spelling: "barax" and "Botox", "power king" and "parking".

Consonants are told apart by how they are made: those that a bad line takes for each other are near, a vowel is hardly
told from another. No dictionary: names of treatments stand in none.
"""

import re
from functools import lru_cache

_DIGRAPHS = (
    *(("tion", "Sn"), ("sion", "Sn"), ("cial", "Sl"), ("tial", "Sl"), ("cian", "Sn"), ("ight", "At"), ("tch", "C")),
    *(("sch", "sk"), ("sh", "S"), ("ch", "C"), ("th", "T"), ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("gh", "")),
    *(("ng", "N"), ("kn", "n"), ("wr", "r"), ("wh", "w"), ("dge", "J"), ("ce", "sA"), ("ci", "sA"), ("cy", "sA")),
    *(("ge", "JA"), ("gi", "JA"), ("x", "ks"), ("c", "k"), ("q", "k"), ("z", "z"), ("j", "J")),
)
"""Spellings and what they stand for, a sign for each sound; the longer first. "A" is any vowel."""
_LETTER = {
    **dict.fromkeys("bcdgptvz", "A"), "a": "A", "e": "A", "f": "Af", "h": "AC", "i": "A", "j": "JA", "k": "kA",
    "l": "Al", "m": "Am", "n": "An", "o": "A", "q": "kA", "r": "Ar", "s": "As", "u": "A", "w": "dAblA", "x": "Aks",
    "y": "wA",
}  # fmt: skip
_BEFORE_VOWEL = {"b": "b", "c": "s", "d": "d", "g": "J", "p": "p", "t": "t", "v": "v", "z": "z"}
_VOWELS = "aeiouy"
_SILENT_FROM = 3
"""Letters; an e at the end of a longer word is silent."""
_NEAR = (
    *("pb", "td", "kg", "sz", "fv", "SJ", "CJ", "SC", "Tt", "Td", "Tf", "Ts", "zS", "zJ", "sS"),
    *("mn", "nN", "mN", "lr", "lw", "rw"),
)
_SOFT_STOPS = ("pt", "pk", "tk", "bd", "bg", "dg", "rt", "rd", "ln", "bv", "pf", "vw")
_COSTS = {frozenset(pair): 0.25 for pair in _NEAR} | {frozenset(pair): 0.5 for pair in _SOFT_STOPS}
_OTHER = 1.0
_LEFT_OUT = {"A": 0.4, "w": 0.4, "h": 0.3, "r": 0.5, "N": 0.5}


def apart(one: str, other: str) -> float:
    """How far two stretches of words are apart in sound: 0.0 where they sound the same, 1.0 where nothing is alike."""
    first, second = sounds_of(one), sounds_of(other)
    longest = max(len(first), len(second))
    return _distance(first, second) / longest if longest else 0.0


@lru_cache(maxsize=8192)
def sounds_of(words: str) -> str:
    """The sounds of the words in a row, a sign each."""
    return _once("".join(_of_word(word) for word in re.findall(r"[a-z]+", words.lower().replace("'", ""))))


def _of_word(word: str) -> str:
    if len(word) == 1:
        return _BEFORE_VOWEL.get(word, "") + _LETTER[word]
    if len(word) > _SILENT_FROM and word.endswith("e") and word[-2] not in _VOWELS:
        word = word[:-2] + {"c": "s", "g": "j"}.get(word[-2], word[-2])
    found, place = "", 0
    while place < len(word):
        spelled = next(((one, sound) for one, sound in _DIGRAPHS if word.startswith(one, place)), None)
        if spelled is not None:
            found, place = found + spelled[1], place + len(spelled[0])
            continue
        sign = word[place]
        vowel = sign in _VOWELS and not (sign == "y" and place == 0)
        found, place = found + ("A" if vowel else sign), place + 1
    return found


def _once(sounds: str) -> str:
    """Without repeats: "nn" is one sound, and so are two vowels in a row."""
    return re.sub(r"(.)\1+", r"\1", sounds)


def _distance(one: str, other: str) -> float:
    row = [0.0]
    for sound in other:
        row.append(row[-1] + _LEFT_OUT.get(sound, 0.8))
    for sound in one:
        before, row = row, [row[0] + _LEFT_OUT.get(sound, 0.8)]
        for place, against in enumerate(other):
            row.append(
                min(
                    before[place] + _instead(sound, against),
                    before[place + 1] + _LEFT_OUT.get(sound, 0.8),
                    row[-1] + _LEFT_OUT.get(against, 0.8),
                )
            )
    return row[-1]


def _instead(sound: str, other: str) -> float:
    if sound == other:
        return 0.0
    return _COSTS.get(frozenset((sound, other)), _OTHER)
