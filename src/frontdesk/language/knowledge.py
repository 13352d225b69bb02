"""Questions the practice has an approved answer to."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from frontdesk.domain.practice import Practice, Service
from frontdesk.language.script import Span, folded, without
from frontdesk.language.vocabulary import phrases, words

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
MOST_WORDS_OF_A_TOPIC = 3
"""A message of so few words may name a topic without asking: "parking info"."""

_LEADING = re.compile(
    r"^[ ,¿]*(?:(?:and|also|so|but|oh|ok|okay|well|hey|hi|hello|idk|i don'?t know|y|tambien|pero|oiga|hola)[ ,]+)*"
)
"""What a question may begin after."""
_LABEL = re.compile(r"^\W*(?:when|who|what|where|which|how|cuando|quien|que|donde|cual)\s*:")
"""What stands before an answer, and asks nothing: "When: Wednesday morning"."""
_SENTENCE = re.compile(
    r"(?:(?!,? (?:and|y) (?:do|can|is|are|where|what|how|when|does|aceptan|tienen|hay|donde|cuanto|puedo) )"
    r"[^.?!\n])+[.?!]*"
)
"""A sentence, or a question of several that are joined: "where do I park, and do you take cash?"."""

SAME_QUESTIONS: Mapping[str, str] = {
    "ask_cancel_fee": "cancellation policy fee",
    "ask_may_cancel": "cancellation policy fee",
    "ask_advice": "what do you recommend",
    "ask_walk_in": "do you take walk-ins without an appointment",
    "ask_hours": "when are you open hours",
    "ask_where": "where are you located address",
    "ask_age": "minimum age limit",
    "ask_bring_child": "can i bring my child kids",
    "ask_ways_to_pay": "payment pay cash",
    "ask_phone": "what is your phone number",
    "ask_whether_charged": "payment pay cash",
    "ask_consult_first": "do i need a consultation first",
    "ask_packages": "how much does it cost price prices",
}
"""Lists of many ways to ask the same, and the words by which a practice's answers are found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question and the topic of its answer; "" where the practice has none. `asks`: it has the form of one."""

    topic: str
    span: Span
    asks: bool


def questions_in(plain: str, practice: Practice, *, of_visit: bool = False) -> list[Asked]:
    """The questions of a message, sentence by sentence, each with the topic that answers it best.

    `of_visit`: a visit that stands is spoken of, so that "will I be charged?" asks what it costs to cancel it.
    """
    found: list[Asked] = []
    for sentence in _SENTENCE.finditer(plain):
        if phrases("exclaims").match(leading_off(sentence.group()).strip()):  # "huh?", "what a pity"
            continue
        begins = phrases("question").match(leading_off(sentence.group())) and not _LABEL.match(sentence.group())
        asks = bool("?" in sentence.group() or begins)
        asks = asks or any(phrases(listed).search(sentence.group()) for listed in ("ask_age", "asks_indirectly"))
        topic = _topic(sentence.group(), practice, asks=asks, of_visit=of_visit)
        if topic is not None or asks:
            start = sentence.start() + len(sentence.group()) - len(sentence.group().lstrip())
            found.append(Asked(topic=topic or "", span=(start, sentence.end()), asks=asks))
    return found


ALL_PRICES = "how much does it cost price prices"
"""The words by which the answer is found that tells what everything costs, where no service is meant."""


def leading_off(sentence: str) -> str:
    """A sentence without what a question may begin after: "and do you do facials" asks what follows the "and"."""
    return _LEADING.sub("", sentence)


def topic_that_tells(sentence: str, topics: Sequence[str], practice: Practice, language: str) -> str | None:
    """The topic, of those told before, whose answer has a telling word of the question; None where none has.

    "Do they expire?" after the gift cards, of which it is told that they don't. A price is told by any sum, or "free".
    """
    asked = {_root(word) for word in telling(sentence)}
    asks_price = phrases("ask_price").search(sentence) is not None
    for answer in practice.knowledge:
        if answer.topic not in topics:
            continue
        told = folded(answer.in_language(language))
        if asked & {_root(word) for word in telling(told)} or (asks_price and phrases("tells_price").search(told)):
            return answer.topic
    return None


def topic_of(words_of_it: str, practice: Practice) -> str | None:
    """The topic of the practice's answer that is asked for in these words; None where it has none."""
    return _best(words_of_it, practice, asks=True)


FACTS = {
    "ask_recovery": "recovery",
    "ask_price": "price",
    "ask_apart": "about",
    "ask_aftercare": "aftercare",
    "ask_length": "length",
    "ask_preparation": "preparation",
    "ask_who_does": "who",
    "ask_what_is_done": "about",
    "ask_what_happens": "about",
    "ask_what_it_is": "about",
}
"""The lists of words that ask something of a service, and what they ask; the first that is found counts."""


TOLD_OF: Mapping[str, Callable[[Service], object]] = {
    "price": lambda service: service.price,
    "length": lambda service: service.length,
    "preparation": lambda service: service.preparation,
    "aftercare": lambda service: service.care.aftercare,
    "about": lambda service: service.about,
    "recovery": lambda service: service.about or service.care.aftercare,
    "who": lambda service: service.roles,
    "offered": lambda service: service.name,
}
"""What a practice's document says to it; empty where it says nothing."""


def fact_asked(plain: str) -> tuple[str, Span] | None:
    """What is asked of a service, and where; None where nothing is."""
    for listed, fact in FACTS.items():
        if (match := phrases(listed).search(plain)) is not None:
            return fact, match.span()
    return None


_BESIDE = ("price", "length", "recovery", "preparation", "aftercare")
"""What may be asked of a service beside something else: "how much is it, and how long does it take?"."""
_JOINS = re.compile(r"[,.?!;\n]|(?<!\w)(?:and|y|e|or|o)(?!\w)")


def facts_asked(plain: str) -> list[tuple[str, Span]]:
    """All that is asked of a service, and where; the first as `fact_asked` has it."""
    if (first := fact_asked(plain)) is None:
        return []
    found, begins = [first], 0
    for ends in (*(one.start() for one in _JOINS.finditer(plain)), len(plain)):
        beside = fact_asked(plain[begins:ends])
        if beside is not None and beside[0] in _BESIDE and all(beside[0] != one for one, _ in found):
            found.append((beside[0], (begins + beside[1][0], begins + beside[1][1])))
        begins = ends
    done = phrases("ask_what_is_done").search(plain)
    if done is not None and all(one != "about" for one, _ in found):
        found.append(("about", done.span()))
    return found if first[0] in _BESIDE or done is not None else [first]


WORDS_OF_IT: Mapping[str, Callable[[Service, str], str]] = {
    "preparation": lambda service, language: service.preparation_in(language),
    "aftercare": lambda service, language: service.aftercare_in(language),
    "about": lambda service, language: service.about_in(language),
}
"""What a practice's document tells of a service in sentences of its own."""

_LEAST_OF_A_WORD = 3
"""Letters of a word that is telling enough to be looked for in what is told of a service: "gym", "sun"."""
_ENDINGS = re.compile(r"(?:ing|ed|es|s|e|y|ando|iendo|ar|er|ir|an|a|o)$")


def fact_that_tells(plain: str, service: Service, language: str) -> str | None:
    """What is told of a service that has a word of the question: "how long will I flake" asks what it is like.

    None where nothing told has one. Its own names are in every question of it, and tell nothing.
    """
    own = {_root(word) for name in (service.name, *service.also_called) for word in _WORD.findall(folded(name))}
    asked = {_root(word) for word in telling(plain)} - own
    facts = sorted(WORDS_OF_IT, key=lambda fact: fact != "about") if phrases("how_long").search(plain) else WORDS_OF_IT
    for fact in facts:
        told = WORDS_OF_IT[fact]
        if asked & {_root(word) for word in telling(folded(told(service, language)))}:
            return fact
    return None


def recovery_told(service: Service, language: str) -> str | None:
    """The topic that tells how long one is seen to have had it: "expect some flaking"; None where nothing does."""
    for fact in ("about", "aftercare"):
        if phrases("tells_recovery").search(folded(WORDS_OF_IT[fact](service, language))):
            return fact
    return None


def telling(plain: str) -> list[str]:
    """The words of it that say what it is about."""
    common = words("small_words") | words("not_telling")
    return [word for word in _WORD.findall(plain) if len(word) >= _LEAST_OF_A_WORD and word not in common]


def _root(word: str) -> str:
    word = _same_thing().get(word, word)
    if len(word) == _SHORT_PLURAL and word.endswith("s"):
        return word[:-1]
    return _ENDINGS.sub("", word) if len(word) > _SHORT_PLURAL else word


_SHORT_PLURAL = 4
"""Letters of a plural that loses its s and no more: "labs"."""


@lru_cache(maxsize=1)
def _same_thing() -> dict[str, str]:
    """Words by which patients ask for what a practice tells in another word: "ejercicio" of what it says of the gym."""
    return dict(pair.split("=") for pair in words("tells_same"))


def asks_of_practice(plain: str) -> bool:
    """Whether a question is asked that every practice is asked, in words we know it by."""
    return any(phrases(listed).search(plain) for listed in SAME_QUESTIONS)


def not_of_practice(plain: str) -> str:
    """A message without the sentences that ask what every practice is asked; the others may ask of a service."""
    return without(plain, [one.span() for one in _SENTENCE.finditer(plain) if asks_of_practice(one.group())])


def _topic(sentence: str, practice: Practice, *, asks: bool, of_visit: bool) -> str | None:
    of_others = any(phrases(listed).search(sentence) for listed in ("of_others", "ask_privacy", "remind_of_own"))
    if phrases("ask_whether_received").match(leading_off(sentence)) or of_others:
        return None  # "did you get my other number?" asks for none
    same = {"ask_any_charge": SAME_QUESTIONS["ask_cancel_fee"], **SAME_QUESTIONS} if of_visit else SAME_QUESTIONS
    for listed, words_of_it in same.items():
        if phrases(listed).search(sentence) and (topic := _best(words_of_it, practice, asks=True)):
            return topic
    if (topic := _best(sentence, practice, asks=asks)) is not None:
        return topic
    asks_price = phrases("ask_price").search(sentence) is not None
    return _best(ALL_PRICES, practice, asks=True) if asks_price else None


def _best(sentence: str, practice: Practice, *, asks: bool) -> str | None:
    said = frozenset(_stem(word) for word in _WORD.findall(sentence))
    scored = [
        (score, answer.topic)
        for answer in practice.knowledge
        for asked in answer.asked
        if (score := _score(said, folded(asked), asks=asks)) > 0
    ]
    return max(scored, key=lambda one: one[0])[1] if scored else None


def _score(said: frozenset[str], asked: str, *, asks: bool) -> float:
    """How well a sentence fits the words that ask for an answer; 0 when it does not.

    Every telling word has to be there. One telling word is enough where the answer is asked for by that
    word alone ("parking"); in a longer phrase ("when are you open") at most one small word may be missing.
    """
    wanted, telling = _wanted(asked)
    if not telling <= said or (len(telling) == 1 and len(wanted - said) > 1):
        return 0
    enough = asks or len(telling) > 1 or len(said) <= MOST_WORDS_OF_A_TOPIC
    return len(telling) + len(wanted & said) / 100 if enough else 0


@lru_cache(maxsize=4096)
def _wanted(asked: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that ask for an answer, and the telling ones among them."""
    wanted = frozenset(_stem(word) for word in _WORD.findall(asked))
    return wanted, frozenset(word for word in wanted if word not in words("small_words")) or wanted


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
