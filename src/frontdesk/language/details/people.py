"""Names as speech recognition writes them: said, spelled, or both, weighed against names that exist."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from frontdesk.language.details.keyed import BETWEEN, as_keyed, is_keyed, keys_of_name, names_keyed
from frontdesk.language.details.known_names import Part, listed, oddness, sound, sounding_like
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.spelled import near_names, spelled_readings
from frontdesk.language.details.symbols import code_words, letters_apart, renderings, spelled_in
from frontdesk.language.details.weighing import Heard, fitting_best, ranked, weighed
from frontdesk.language.script import folded
from frontdesk.language.vocabulary import phrases, words

ON_CHART = 3.0
"""What it speaks for a name that it stands on a chart, in nats."""
PER_LETTER, PER_SOUND, SOUNDS_SO, PER_SPELLED = 0.9, 1.6, 0.5, 2.2
"""How unlikely it is, in nats, that a letter, or a sound, was heard for another; and another spelling of one
sound; and a letter for another where they were said one by one."""
HALF_HEARD = 1.0
"""How odd it is that only the given or only the family name was said."""
OF_LIST = 0.8
"""How much the lists of names count."""
OTHER_PART = 4.0
"""However badly a try fits a part of the name, it may have been about the other part."""
RUN_TOGETHER = 0.4
"""How odd it is that letters said one by one were written down as a word."""
_HINTS = re.compile(r"(?<!\w)(?:as in|is in|as an?|is an?)(?!\w)")
KEYED = "%"
"""Begins what was given with keys."""
PER_KEY = 3.5
"""How unlikely it is that one key was pressed for another, in nats."""
SPELLED = "#"
"""Begins what was said letter by letter."""
MOST_NAMES = 14

_ORDINALS = frozenset({"ii", "iii", "iv"})
_VOWEL = re.compile("[aeiouy]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class FullName:
    """Given and family name as they are written."""

    given: str
    family: str


def read_name(alternatives: Sequence[str], evidence: Evidence) -> Reading[FullName] | Unread:
    """Who it is. Spelling counts more than sound; a name on one of the charts more than one on none."""
    said_now = tuple(alternatives)
    tries = [
        ranked([_heard(text, spelled=evidence.spelled and tuple(said) == said_now) for text in said])
        for said in tries_of(alternatives, evidence)
    ]
    tries = [heard for heard in tries if heard]
    names = _names(tries)
    values = {name: -OF_LIST * (oddness(name[0], "given") + oddness(name[1], "family")) for name in names}
    written = _as_written([text for said in tries_of(alternatives, evidence) for text in said])
    for chart in evidence.charts:
        values[folded(chart.given), folded(chart.family)] = ON_CHART
        written |= {folded(chart.given): chart.given, folded(chart.family): chart.family}
    keyed = [said for heard in tries[-1:] for said in heard if said.startswith(KEYED)]
    exact = {name: before for name, before in values.items() if keyed and _apart(name, keyed[0]) == 0}
    told = fitting_best(exact, tries, apart=_apart) if exact else weighed(values, tries, apart=_apart) if tries else []
    if not told:
        return Unread(ask_by=another_way(Detail.NAME, evidence))
    (best, sure), *rest = told
    return Reading(
        value=_full(best, written),
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.NAME, sure, evidence, digits=False),
        also=tuple(_full(name, written) for name, _ in rest[:3]),
    )


def capitals(word: str) -> str:
    """A name's word as it is usually written: as it came where it has both kinds, else one capital a part."""
    word = re.sub(r"['’][sS]$", "", word)  # "under Melissa's name"
    if word.lower() in words("particles") and not word[0].isupper():
        return word
    if word.lower() in _ORDINALS:
        return word.upper()
    if not (word.islower() or word.isupper()):
        return word
    parts = re.split(r"(['’-])", word.lower())
    told = "".join(part.capitalize() if len(part) > 1 or at == 0 else part.upper() for at, part in enumerate(parts))
    return re.sub(r"^Mc([a-z])", lambda match: f"Mc{match[1].upper()}", told)


def in_two(letters: str) -> list[tuple[str, str]]:
    """The likeliest ways to part letters that were spelled without a break into given and family name."""
    ways = [
        (oddness(letters[:at], "given") + oddness(letters[at:], "family"), letters[:at], letters[at:])
        for at in range(2, len(letters) - 1)
    ]
    return [(given, family) for _, given, family in sorted(ways)[:3]]


def _heard(text: str, *, spelled: bool = False) -> list[tuple[str, float]]:
    """What one alternative may have been: its words, or its letters after SPELLED.

    `spelled`: it was asked for letter by letter, so that a word may be letters that were written down as one.
    """
    if is_keyed(text):
        return [(KEYED + text.strip(), 0.0)]
    heard = _words_or_letters(text)
    if spelled:
        together = [(SPELLED + word, RUN_TOGETHER) for said, _ in heard if said[0] != SPELLED for word in said.split()]
        whole = [(SPELLED + said.replace(" ", ""), RUN_TOGETHER) for said, _ in heard if " " in said]
        letters = [(SPELLED + one.signs, one.oddness) for one in spelled_readings(folded(text)) if one.signs.isalpha()]
        heard = [*heard, *together, *whole, *letters]
    return heard


def letters_apart_from(text: str) -> bool:
    """Whether most of what was said is letters, by themselves or with a word for each."""
    said = folded(text)
    alone = sum(len(word) == 1 for word in _WORD.findall(said))
    return (
        alone >= 3 or len(_HINTS.findall(said)) >= 2 or sum(word in code_words() for word in _WORD.findall(said)) >= 2
    )


def _words_or_letters(text: str) -> list[tuple[str, float]]:
    plain = folded(text)
    for cue in ("name_cue_strong", "name_cue_weak", "name_trail"):
        plain = phrases(cue).sub(" ", plain)
    said = _WORD.findall(plain)
    if not said:
        return []
    spelled = spelled_in(plain)
    if sum(len(word) <= 2 for word in said) >= len(said) / 2 or (spelled and len(spelled[0].letters) > 2):
        letters = renderings(plain, fits=str.isalpha, most=4, longest=30)
        left = [word for word in said if word not in words("not_names") and len(word) > 3]
        if spelled and left and OSA.distance(left[0], spelled[0].letters) < len(spelled[0].letters):
            return [(SPELLED + spelled[0].letters, 0.0), (" ".join(left[:3]), 1.5)]
        return [(SPELLED + one.signs, one.oddness) for one in letters]
    kept = [
        word for word in said if word in listed("given") or (word not in words("not_names") and _VOWEL.search(word))
    ]
    return [(" ".join(kept[:4]), 0.0)] if kept else []


def _names(tries: Sequence[Heard]) -> list[tuple[str, str]]:
    """Every given name with every family name that may have been meant."""
    given: dict[str, None] = {}
    family: dict[str, None] = {}
    for heard in tries:
        for said in sorted(heard, key=lambda one: heard[one])[:8]:
            if said.startswith(KEYED):
                first_keys, _, last_keys = said[1:].partition(BETWEEN)
                given.update(
                    dict.fromkeys([*names_keyed(first_keys, "given"), *_as_keyed(first_keys, tries, first=True)])
                )
                family.update(
                    dict.fromkeys([*names_keyed(last_keys, "family"), *_as_keyed(last_keys, tries, first=False)])
                )
                continue
            if said.startswith(SPELLED):
                letters = said[1:]
                for one, other in ((letters, letters), *in_two(letters)):
                    given.update(dict.fromkeys([one, *near_names(one, "given")]))
                    family.update(dict.fromkeys([other, *near_names(other, "family")]))
                continue
            first, *rest = said.split()
            given.update(dict.fromkeys([first, *sounding_like(first, "given")]))
            last = rest[-1] if rest else first
            family.update(dict.fromkeys([*filter(None, [" ".join(rest)]), last, *sounding_like(last, "family")]))
    likely = _best(family, "family", tries)
    return [(one, other) for one in _best(given, "given", tries) for other in likely]


def _as_keyed(keys: str, tries: Sequence[Heard], *, first: bool) -> Iterator[str]:
    """What was spelled before, at the beginning or the end, put right by the keys; for names that are on no list."""
    for heard in tries:
        for said in sorted(heard, key=lambda one: heard[one])[:8]:
            if said.startswith(SPELLED) and len(said) > len(keys) >= 2:
                letters = said[1:]
                yield as_keyed(letters[: len(keys)] if first else letters[-len(keys) :], keys)


def _best(names: dict[str, None], part: Part, tries: Sequence[Heard]) -> list[str]:
    """The few that are worth weighing with the other part."""

    def cost(name: str) -> float:
        fits = (min(odd + _part_apart(name, said) for said, odd in heard.items()) for heard in tries)
        return OF_LIST * oddness(name, part) + sum(min(fit, OTHER_PART) for fit in fits)

    return sorted(names, key=cost)[:MOST_NAMES]


def _part_apart(name: str, said: str) -> float:
    if said.startswith(KEYED):
        return min(PER_KEY * OSA.distance(keys_of_name(name), keys) for keys in said[1:].split(BETWEEN))
    if said.startswith(SPELLED):
        letters = said[1:]
        return min(_letters(name, part) for part in (letters, letters[: len(name)], letters[-len(name) :]))
    return min(_sounds_apart(name, word) for word in said.split())


def _apart(name: tuple[str, str], said: str) -> float:
    given, family = name
    if said.startswith(KEYED):
        return PER_KEY * OSA.distance(f"{keys_of_name(given)}{BETWEEN}{keys_of_name(family)}", said[1:])
    if said.startswith(SPELLED):
        letters = said[1:]
        whole = _letters(given + family, letters)
        if whole < 3:
            return whole
        return min(whole, HALF_HEARD + min(_letters(given, letters), _letters(family, letters)))
    whole = _sounds_apart(f"{given} {family}", said)
    if " " in said:
        return whole
    return min(whole, HALF_HEARD + min(_sounds_apart(given, said), _sounds_apart(family, said)))


def _letters(name: str, letters: str) -> float:
    return min(PER_SPELLED * OSA.distance(name, letters), letters_apart(name, letters))


@lru_cache(maxsize=65536)
def _sounds_apart(name: str, said: str) -> float:
    if name == said:
        return 0.0
    by_letters = PER_LETTER * OSA.distance(name, said)
    by_sound = SOUNDS_SO + PER_SOUND * OSA.distance(_sound_of(name), _sound_of(said))
    return min(by_letters + SOUNDS_SO, by_sound)


def _sound_of(said: str) -> str:
    return " ".join(sound(word) for word in said.split())


def _as_written(texts: Sequence[str]) -> dict[str, str]:
    """Each folded word as it was written first, accents and all."""
    written: dict[str, str] = {}
    for word in _all_words(texts):
        written.setdefault(folded(word), word)
    return written


def _all_words(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (match.group() for match in _WORD.finditer(text))


def _full(name: tuple[str, str], written: dict[str, str]) -> FullName:
    given, family = (" ".join(capitals(written.get(word, word)) for word in part.split()) for part in name)
    return FullName(
        given=given[:1].upper() + given[1:], family=family if " " in family else family[:1].upper() + family[1:]
    )
