"""Reads a finished text and finds all that has no ground in the facts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from frontdesk.language.catalogue import catalogue
from frontdesk.language.guard.claims import EVIDENCE, claims_in, words_outside
from frontdesk.language.guard.days import day_words, read_clocks, read_dates, read_lone_days
from frontdesk.language.guard.ground import PRICE, SHORTEST_PHONE, Ground, Record, price_of
from frontdesk.language.guard.mentions import BLANK, Kind, Mention, Page, Span
from frontdesk.language.guard.names import Names

_LINK = re.compile(r"\S*(?:://|\bwww\.)\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+")
_PHONE = re.compile(r"(?<![\w$])\+?\(?\d[\d ().-]{7,}\d(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NEXT_SENTENCE = re.compile(r"\.\s+[A-ZÁÉÍÓÚÑ¡¿]")
_OR = re.compile(r"\b(?:or|o|u)\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.?!](?=\s|$|\")|[;\n]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfounded:
    """What has no ground, and the words that say it. The words are the patient's: they are kept sealed."""

    kind: Kind
    words: str


def unfounded(text: str, facts: Ground, *, buttons: Sequence[str] = ()) -> list[Unfounded]:
    """All that a finished text and its quick replies say and the facts do not bear; [] where it may be sent.

    Every word that is no name of this reply has to be one of the catalogue's own.
    """
    if not text.strip():
        return [Unfounded(kind=Kind.WORD, words="")]
    missing = [Unfounded(kind=Kind.QUOTE, words=quote) for quote in facts.must_quote if quote not in text]
    return [*missing, *(wrong for one in (text, *buttons) for wrong in _unfounded(one, facts))]


def _unfounded(text: str, facts: Ground) -> list[Unfounded]:
    page, words = Page(text=text), day_words(facts.language)
    ordinary = vocabulary(facts.language)
    _blank_quotes(page, facts)
    names = Names(facts, ordinary.words)
    names.read(page, with_signs=True)
    wrong = _ways_out(page)
    _prices(page)
    read_clocks(page)
    read_dates(page, words)
    wrong += _phones(page, facts)
    names.read(page, with_signs=False)
    read_lone_days(page, words)
    wrong += _claims(page, facts)
    wrong += _mentions(page, facts)
    wrong += _left_over(page, _NUMBER, Kind.NUMBER, facts.numbers | ordinary.numbers)
    wrong += _left_over(page, _WORD, Kind.WORD, ordinary.words)
    return wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Every word and number that the catalogue's texts have of their own, in small letters."""

    words: frozenset[str]
    numbers: frozenset[str]


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language's catalogue, without what is filled in."""
    told = catalogue(language)
    own = " ".join(literal for text in told.texts.values() for literal, _, _, _ in Formatter().parse(text))
    return Vocabulary(
        words=frozenset(_plain(match.group()) for match in _WORD.finditer(own)),
        numbers=frozenset(_NUMBER.findall(own)),
    )


def _blank_quotes(page: Page, facts: Ground) -> None:
    """Approved texts that stand as they were approved are read."""
    for quote in sorted(facts.quotes, key=len, reverse=True):
        start = page.rest.find(quote)
        while start >= 0:
            page.blank((start, start + len(quote)))
            start = page.rest.find(quote)


def _ways_out(page: Page) -> list[Unfounded]:
    """Links and addresses that are none of the reply's own."""
    found = []
    if "://" in page.rest or "www." in page.rest.lower():
        found += _cut(page, _LINK, Kind.LINK)
    if "@" in page.rest:
        found += _cut(page, _ADDRESS, Kind.ADDRESS)
    return found


def _cut(page: Page, pattern: re.Pattern[str], kind: Kind) -> list[Unfounded]:
    """What still looks so after all known ones are blanked is none that is known."""
    found = []
    for match in pattern.finditer(page.rest):
        found.append(Unfounded(kind=kind, words=match.group().strip(BLANK)))
        page.blank(match.span())
    return found


def _phones(page: Page, facts: Ground) -> list[Unfounded]:
    wrong = []
    for match in _PHONE.finditer(page.rest):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) < SHORTEST_PHONE or not any(one.endswith(digits) for one in facts.phones):
            wrong.append(Unfounded(kind=Kind.PHONE, words=match.group()))
        page.blank(match.span())
    return wrong


def _prices(page: Page) -> None:
    for match in PRICE.finditer(page.rest):
        page.note(Mention(kind=Kind.PRICE, span=match.span(), price=price_of(match)))


def _mentions(page: Page, facts: Ground) -> list[Unfounded]:
    wrong = [mention for mention in page.mentions if not _is_known(mention, facts)]
    found = [Unfounded(kind=one.kind, words=_said(page, one.span)) for one in wrong]
    for group in _groups(page):
        sound = [one for one in group if one not in wrong and not _is_free(one, facts)]
        if len(sound) > 1 and not _borne(sound, facts.records, facts):
            whole = (sound[0].span[0], sound[-1].span[1])
            found.append(Unfounded(kind=Kind.TOGETHER, words=_said(page, whole)))
    return [*found, *_other_weekdays(page, facts)]


def _other_weekdays(page: Page, facts: Ground) -> list[Unfounded]:
    """Weekdays on which somebody is said to work and does not, whatever else falls on such a day."""
    found = []
    for habit in (record for record in facts.records if record.weekdays and record.who):
        for person in (one for one in page.mentions if one.who & habit.who):
            start, end = _about(page, person.span)
            found += [
                Unfounded(kind=Kind.TOGETHER, words=_said(page, one.span))
                for one in page.mentions
                if start <= one.span[0] < end
                and one.day is not None
                and one.day.day is one.day.month is None
                and one.day.weekday not in habit.weekdays
            ]
    return found


def _is_known(mention: Mention, facts: Ground) -> bool:
    return _is_free(mention, facts) or any(record.bears(mention, today=facts.today) for record in facts.records)


def _is_free(mention: Mention, facts: Ground) -> bool:
    """Whether it may stand beside anything: the practice's places where no visit's is named, prices told as such."""
    if mention.kind is Kind.PLACE:
        return not any(record.places for record in facts.records)
    return mention.kind is Kind.PRICE and mention.price in facts.prices


def _claims(page: Page, facts: Ground) -> list[Unfounded]:
    claims = claims_in(page.rest, facts.language)
    wrong = [Unfounded(kind=Kind.CLAIM, words=word) for word in words_outside(page.rest, claims, facts.language)]
    for claim in claims:
        holds_for = EVIDENCE[claim.name](facts)
        about = _about(page, claim.span)
        if holds_for is None or (
            holds_for and not all(_borne(group, holds_for, facts) for group in _groups(page, about))
        ):
            wrong.append(Unfounded(kind=Kind.CLAIM, words=claim.name))
    return wrong


def _about(page: Page, claim: Span) -> Span:
    """The sentence that a claim stands in; after an exclamation ("You're booked!") the next one too."""
    ends = _ends(page)
    start = max((end + 1 for end in ends if end < claim[0]), default=0)
    after = [end for end in ends if end >= claim[1]]
    if not after:
        return start, len(page.rest)
    if page.rest[after[0]] == "!":
        return start, after[1] if len(after) > 1 else len(page.rest)
    return start, after[0]


def _ends(page: Page) -> list[int]:
    """Where sentences end; "9:00 AM." was read with its point, and ends one where another begins after it."""
    closing = [one.span[1] - 1 for one in page.mentions if _NEXT_SENTENCE.match(page.text, one.span[1] - 1)]
    return sorted({*closing, *(match.start() for match in _SENTENCE_ENDS.finditer(page.rest))})


def _groups(page: Page, within: Span | None = None) -> list[list[Mention]]:
    """Mentions of one visit: side by side in a sentence, until an "or", or until one of their kind comes again."""
    groups: list[list[Mention]] = []
    last_end = 0
    for mention in sorted(page.mentions, key=lambda one: one.span):
        if within and not within[0] <= mention.span[0] < within[1]:
            continue
        begin = max(last_end - 1, 0)  # "9 AM." ends with its point
        apart = _SENTENCE_ENDS.search(page.text, begin, mention.span[0]) or _OR.search(
            page.text, begin, mention.span[0]
        )
        if not groups or apart or any(one.kind is mention.kind for one in groups[-1]):
            groups.append([])
        groups[-1].append(mention)
        last_end = mention.span[1]
    return groups


def _borne(group: Sequence[Mention], records: Iterable[Record], facts: Ground) -> bool:
    return any(all(record.bears(mention, today=facts.today) for mention in group) for record in records)


def _left_over(page: Page, pattern: re.Pattern[str], kind: Kind, ordinary: frozenset[str]) -> list[Unfounded]:
    return [
        Unfounded(kind=kind, words=match.group())
        for match in pattern.finditer(page.rest)
        if _plain(match.group()) not in ordinary
    ]


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


def _said(page: Page, span: Span) -> str:
    return page.text[span[0] : span[1]]
