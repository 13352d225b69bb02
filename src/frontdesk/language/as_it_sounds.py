"""What a caller said of which nothing was understood, read once more: as the recogniser's other readings have it, and
by what the practice's own words sound like.

It never makes a yes, a number or a name, and no answer that something is done by: a service is named to the caller at
once and read back before it is booked, and a topic is told, which does nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    AskAbout,
    AskOpen,
    AskPayer,
    AskPerson,
    AskVisit,
    Book,
    Cancel,
    Choose,
    FirstVisit,
    Goodbye,
    Greet,
    Heard,
    NameService,
    OffTopic,
    Reschedule,
    Thanks,
    Unclear,
    Waitlist,
    WhichTime,
    WishTime,
)
from frontdesk.dialogue.state import Ask
from frontdesk.domain.practice import Practice
from frontdesk.language.context import Context
from frontdesk.language.known_words import known_words
from frontdesk.language.script import folded
from frontdesk.language.services import telling_words
from frontdesk.language.sounding import apart, sounds_of
from frontdesk.language.vocabulary import words

ReadAgain = Callable[[str], list[Heard]]
"""What other words do, in the same context."""

_OPEN = frozenset({None, Ask.HOW_CAN_I_HELP, Ask.SERVICE, Ask.WHETHER_TO_BOOK})
_NOTHING = (Unclear, OffTopic, Greet, Thanks, Goodbye)
_TOLD_OR_READ_BACK = (
    *(AskAbout, AskOpen, AskPayer, AskPerson, AskVisit, Book, Cancel, Reschedule, NameService, Waitlist, WhichTime),
    *(WishTime, FirstVisit),
)
"""What may be taken from a less likely reading: it is answered, or read back to the caller before it is done."""
_ANSWERS: dict[Ask, tuple[type[Act], ...]] = {
    Ask.FIRST_VISIT: (FirstVisit,),
    Ask.TIME: (WishTime, WhichTime),
    Ask.WHICH_OFFER: (Choose, WishTime, WhichTime),
}
"""Answers to narrower questions that may be taken from a less likely reading: what they lead to is read back."""
_LIKE_A_TOPIC, _LIKE_A_SERVICE = 0.34, 0.2
"""How far apart they may be in sound. A topic is all that a question has beside its small words; a service, which is
booked in the end, is a word that no dictionary has."""
_CLEARLY = 0.08
"""So much nearer than any other word of another meaning it has to be."""
_MOST_WORDS = 4
_LEAST_SOUNDS = 5
_LIKELY = 0.6
_WORD = re.compile(r"[a-z']+")
_ASKS = re.compile(r"\b(?:do|does|is|are|have|has|what|where|when|how|which|can|who|whats|any|about)\b|\?")


def as_it_sounds(heard: Sequence[Heard], text: str, context: Context, read_again: ReadAgain) -> list[Heard]:
    """The acts; where a caller's words did nothing known, those of another reading that do."""
    if not context.by_ear or context.doubt is not None or context.language != "en":
        return list(heard)
    wanted = _TOLD_OR_READ_BACK if context.asked in _OPEN else _ANSWERS.get(context.asked or Ask.AGREED)
    if wanted is None or not (_is_nothing(heard) or _lacks_a_service(heard, context)):
        return list(heard)
    for reading in _readings(text, heard, context):
        acts = read_again(reading)
        if not _is_nothing(acts) and all(isinstance(one.act, (*wanted, *_NOTHING)) for one in acts):
            if _lacks_a_service(heard, context) and not any(isinstance(one.act, NameService) for one in acts):
                continue
            told = [one for one in acts if not isinstance(one.act, Unclear)]
            return [replace(one, span=(0, len(text)), confidence=min(one.confidence, _LIKELY)) for one in told]
    return list(heard)


def _is_nothing(heard: Sequence[Heard]) -> bool:
    return all(isinstance(one.act, _NOTHING) or one.act == AskAbout(topic="") for one in heard)


def _lacks_a_service(heard: Sequence[Heard], context: Context) -> bool:
    """Whether a visit is wanted and what for was not understood."""
    if context.asked not in _OPEN or context.known.service is not None:
        return False
    wants = any(isinstance(one.act, Book | Waitlist | WishTime) for one in heard)
    return wants and all(isinstance(one.act, Book | Waitlist | WishTime | WhichTime | Greet) for one in heard)


def _readings(text: str, heard: Sequence[Heard], context: Context) -> Iterator[str]:
    """What else may have been said, likeliest first; what only sounds like it comes last."""
    yield from context.alternatives
    if context.asked not in _OPEN:
        return
    said = [folded(one) for one in (text, *context.alternatives)]
    for plain in said:
        yield from _with_a_service(plain, context.practice)
    if _is_nothing(heard):
        for plain in said:
            yield from _about_a_topic(plain, context.practice)


def _about_a_topic(plain: str, practice: Practice) -> Iterator[str]:
    """A question whose one telling word was misheard: "who you have power king" asks for parking."""
    said = _WORD.findall(plain)
    left = [place for place, word in enumerate(said) if len(word) == 1 or word not in _small()]
    left = left if any(len(said[place]) > 1 for place in left) else []
    if not left or not _ASKS.search(plain) or left[-1] - left[0] + 1 > _MOST_WORDS:
        return
    asked = said[left[0] : left[-1] + 1]
    if len(asked) == 1 and asked[0] in known_words():
        return  # a word of its own is what was said
    topics = {
        word: answer.topic
        for answer in practice.knowledge
        for phrase in answer.asked
        for word in [folded(phrase)]
        if _WORD.fullmatch(word) and len(sounds_of(word)) >= _LEAST_SOUNDS
    }
    if (nearest := _nearest(" ".join(asked), topics, most=_LIKE_A_TOPIC)) is not None:
        yield f"{' '.join(said[: left[0]])} {nearest}?"


def _with_a_service(plain: str, practice: Practice) -> Iterator[str]:
    """The words with a service in place of a stranger that sounds like it: "a barax consultation"."""
    terms = {word: word.rstrip("s") for word in telling_words(practice) if len(sounds_of(word)) >= _LEAST_SOUNDS}
    own = {word for service in practice.services for word in _WORD.findall(folded(service.name))}
    terms = {word: root for word, root in terms.items() if word in own}
    for match in _WORD.finditer(plain):
        if match.group() in known_words() or match.group() in terms:
            continue
        if (nearest := _nearest(match.group(), terms, most=_LIKE_A_SERVICE)) is not None:
            yield f"{plain[: match.start()]}{nearest}{plain[match.end() :]}"


def _nearest(said: str, known: dict[str, str], *, most: float) -> str | None:
    """The word that sounds like what was said, where none of another meaning does nearly as much."""
    ranked = sorted((apart(said, word), word) for word in known)
    if not ranked or ranked[0][0] > most:
        return None
    best, word = ranked[0]
    others = [far for far, other in ranked[1:] if known[other] != known[word]]
    return word if not others or others[0] - best >= _CLEARLY else None


def _small() -> frozenset[str]:
    return words("small_words") | words("not_telling") | _MISHEARD_SMALL


_MISHEARD_SMALL = frozenset(
    {"who", "you", "your", "have", "has", "any", "there", "got", "hi", "hello", "please", "uh", "um"}
)
