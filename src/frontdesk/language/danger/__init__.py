"""Words that sound like an emergency: heard before anything else, in both languages, however spelled."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from frontdesk.dialogue.acts import Danger
from frontdesk.language.danger.concepts import Hit, Lexicon, Shared, matches, shared
from frontdesk.language.danger.learned import NOTHING, SURE_ENOUGH, danger_chance, learned_danger
from frontdesk.language.danger.reading import Word, words_of
from frontdesk.language.danger.scope import Marks, Said, said
from frontdesk.language.details.symbols import number_words
from frontdesk.language.script import Span
from frontdesk.language.vocabulary import words

_WORD = re.compile(r"\w+")
_BETWEEN_FIGURES = frozenset({"y", "and", "plus", "mas", "dash", "guion"})
PAST, DOUBTFUL = "%past", "%doubtful"
"""The signs that something is told of long ago; that it is a joke, feared, somebody else's, or to be treated. With them
the rules' word alone is not enough: "last year I fainted", "what if my lips swell". A word of suicide is no joke."""
_GRAVEST = (Danger.SELF_HARM, Danger.MEDICAL, Danger.AFTER_TREATMENT, Danger.DENTAL)


class Standing(Enum):
    """Whether a danger is here now, only spoken of (long past, feared, asked about in general), or denied."""

    NOW = "now"
    SPOKEN_OF = "spoken of"
    DENIED = "denied"


_STANDING = {Said.NOW: Standing.NOW, Said.SPOKEN_OF: Standing.SPOKEN_OF, Said.DENIED: Standing.DENIED}
_NEAREST = (Standing.NOW, Standing.SPOKEN_OF, Standing.DENIED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """A danger a message speaks of, and the words that do. `chance`: that it is one, where no rule met a sign of it."""

    danger: Danger
    standing: Standing
    span: Span
    chance: float = 1.0


def danger_in(plain: str) -> Alarm | None:
    """The gravest danger that is here now, else one that is spoken of, or denied; None: none.

    `plain` is folded text, as written: slips are mended here, with the words of danger in mind.
    """
    by_rules, signs = read_rules(plain)
    if by_rules is not None and by_rules.standing is Standing.NOW:
        in_doubt = PAST in signs or (DOUBTFUL in signs and by_rules.danger is not Danger.SELF_HARM)
        unlikely = in_doubt and danger_chance(plain, signs) < SURE_ENOUGH
        return replace(by_rules, standing=Standing.SPOKEN_OF) if unlikely else by_rules
    learned = None if _only_counts(plain) else learned_danger(plain, signs)
    if learned is None:
        return by_rules
    danger, chance = learned
    start = len(plain) - len(plain.lstrip())
    chance = chance if NOTHING in signs else 1.0
    return Alarm(danger=danger, standing=Standing.NOW, span=(start, len(plain.rstrip())), chance=chance)


def _only_counts(plain: str) -> bool:
    """Whether nothing but figures, times and a choice is said: "every 4 weeks", "I'll take the second" is no danger."""
    harmless = number_words() | _BETWEEN_FIGURES | words("only_time") | words("only_choice")
    return all(word.isdigit() or word in harmless for word in _WORD.findall(plain))


def read_rules(plain: str) -> tuple[Alarm | None, frozenset[str]]:
    """What the rules alone make of a message, and the signs they met: concepts, marks, and how it is spoken of."""
    read = shared()
    words = _without_figures(words_of(plain), read)
    marks: Marks | None = None
    alarms: list[Alarm] = []
    signs: set[str] = set()
    for lexicon in read.lexicons:
        if met := lexicon.concepts.in_words(words):
            marks = read.marks.in_words(words) if marks is None else marks
            alarms += _alarms(words, met, marks, lexicon, through=read.through)
            signs.update(f"@{name}" for name in met)
    signs.update(f"%{name}" for name in marks or ())
    gravest = min(alarms, key=_gravity, default=None)
    if gravest is not None and gravest.standing is Standing.DENIED:
        first, last = min(one.span[0] for one in alarms), max(one.span[1] for one in alarms)
        gravest = replace(gravest, span=(first, last))
    signs.add(f"={gravest.standing.value}" if gravest else NOTHING)
    return gravest, frozenset(signs)


def _gravity(alarm: Alarm) -> tuple[int, int, int]:
    return _NEAREST.index(alarm.standing), _GRAVEST.index(alarm.danger), alarm.span[0]


def _alarms(
    words: list[Word], met: Marks, marks: Marks, lexicon: Lexicon, *, through: frozenset[str]
) -> Iterator[Alarm]:
    symptoms = {place for hits in met.values() for hit in hits for place in range(*hit)}
    for rule in lexicon.rules:
        for hit in matches(rule, met, words):
            told = said(
                hit, words, marks, through=through, symptoms=symptoms, treated=met.get("treated", ()), kind=rule.danger
            )
            yield Alarm(danger=rule.danger, standing=_STANDING[told], span=_span(hit, words))


def _without_figures(words: list[Word], read: Shared) -> list[Word]:
    """The words, with figures of speech and fixed names made unreadable."""
    figures = {place for hit in read.figurative.in_words(words).get("figurative", []) for place in range(*hit)}
    return [
        Word(text="_", span=word.span, sentence=word.sentence, comma=word.comma) if place in figures else word
        for place, word in enumerate(words)
    ]


def _span(hit: Hit, words: list[Word]) -> Span:
    return words[hit.start].span[0], words[hit.end - 1].span[1]
