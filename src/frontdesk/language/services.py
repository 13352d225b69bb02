"""Which services and which practitioner a message names, in the practice's own vocabulary."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.practice import Practice, Service
from frontdesk.language.script import Span, folded
from frontdesk.language.vocabulary import phrases, vocabulary, words

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")

_BETWEEN = frozenset(
    {
        "for",
        "for a",
        "for my",
        "on my",
        "in my",
        "de",
        "de la",
        "para",
        "para la",
        "para los",
        "en los",
        "of",
        "about",
        "sobre",
    }
)

Terms = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Services that the same words fit, and where those words stand. `whole`: the words are a full name."""

    services: tuple[ServiceId, ...]
    span: Span
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """The practice's services by the terms of their names; `names` keeps the order of the practice's list."""

    names: tuple[tuple[ServiceId, Terms], ...]
    terms: frozenset[str]


def service_words(practice: Practice) -> frozenset[str]:
    """Every word of the practice's service names: the spelling that slips are mended to."""
    return _words_of(_sought(practice).services)


def telling_words(practice: Practice) -> frozenset[str]:
    """The words of the practice's service names that tell a service by themselves: "peel", and not "skin"."""
    return _telling_of(_sought(practice).services)


def services_in(plain: str, practice: Practice, *, asked: bool) -> list[Named]:
    """The services named, in the order of the text. `asked`: a service was asked for, so weak words count."""
    book = _book(_sought(practice).services)
    found: list[Named] = []
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(plain), None]:
        if word is not None and _term(word.group()) in book.terms and _near(run, word, plain):
            run.append(word)
            continue
        if word is not None and word.group() in _small():
            continue
        if named := _named(run, book, asked=asked):
            found.append(named)
        run = [word] if word is not None and _term(word.group()) in book.terms else []
    return _once(found)


def chosen_among(plain: str, practice: Practice, among: Sequence[ServiceId]) -> Named | None:
    """What is chosen from a few services, by the words that tell them apart or by place; None where nothing is.

    A service beyond them that is named in full is not chosen from them.
    """
    for place, listed in enumerate(_PLACES[: len(among)]):
        if (match := phrases(listed).search(plain)) is not None:
            return Named(services=(among[place],), span=match.span(), whole=True)
    named = {id: _terms(folded(practice.service(id).name)) for id in among}
    found: list[tuple[int, ServiceId, Span]] = []
    said = [(_term(word.group()), word.span()) for word in _WORD.finditer(plain)]
    others = {term for one in practice.services if one.id not in named for term in _terms(folded(one.name))}
    known = {term for terms in named.values() for term in terms}
    if any(term in others - known - words("service_generic") for term, _ in said):
        return None
    for id, terms in named.items():
        fitting = [span for term, span in said if term in terms]
        if fitting:
            found.append((len(fitting), id, (fitting[0][0], fitting[-1][1])))
    most = max((count for count, _, _ in found), default=0)
    best = [(id, span) for count, id, span in found if count == most]
    if not best or len(best) == len(among):
        return None
    return Named(services=tuple(id for id, _ in best), span=best[0][1], whole=len(best) == 1)


_PLACES = ("offer_first", "offer_second", "offer_third")


def consultation_for(service: ServiceId, practice: Practice) -> ServiceId | None:
    """The consultation that is named as that treatment is; None where there is none, or it is one itself."""
    names = {one.id: frozenset(_terms(folded(one.name))) for one in practice.services}
    generic = words("service_generic")
    if _CONSULTATION in names[service]:
        return None
    telling = names[service] - generic
    return next((id for id, terms in names.items() if _CONSULTATION in terms and terms - generic == telling), None)


def consultations(practice: Practice) -> tuple[ServiceId, ...]:
    """Every consultation that can be booked here."""
    return tuple(one.id for one in practice.services if one.bookable and _CONSULTATION in _terms(folded(one.name)))


_CONSULTATION = "consultation"


def begins_with(services: Sequence[ServiceId], practice: Practice) -> ServiceId | None:
    """The consultation that is about all the others of these; None where none is."""
    if len(services) < 2:
        return None
    about = {consultation_for(one, practice) for one in services if _CONSULTATION not in _of(one, practice)}
    first = next(iter(about)) if len(about) == 1 else None
    return first if first in services else None


def _of(service: ServiceId, practice: Practice) -> frozenset[str]:
    return frozenset(_terms(folded(practice.service(service).name)))


def practitioner_in(plain: str, practice: Practice) -> tuple[PractitionerId, Span] | None:
    """The practitioner asked for ("with Dana", "see Dr. Lee"), and where; None when nobody is."""
    for person, names, wanted in _sought(practice).people:
        if any(name in plain for name in names) and (match := wanted.search(plain)):
            return person, match.span()
    return None


def somebody_asked_about(plain: str, practice: Practice) -> tuple[PractitionerId, Span] | None:
    """Whom it is asked who they are ("who's Dana?"), and where; None where nobody is."""
    for person, names, _ in _sought(practice).people:
        if not any(name in plain for name in names):
            continue
        called = rf"(?:dr\.?\s+)?(?:{'|'.join(map(re.escape, names))})(?!\w)"
        asked = rf"{phrases('ask_who').pattern}\s+{called}(?!\s+{phrases('has_time').pattern})"
        if match := re.search(asked, plain) or re.search(_asks_what_they_are(called), plain):
            return person, match.span()
    return None


def _asks_what_they_are(called: str) -> str:
    """The pattern of "is Priya a doctor or a nurse?", and of "so Priya is the nurse?" where that ends a question."""
    profession, verb = phrases("profession").pattern, phrases("asks_is").pattern
    either = rf"{profession}(?:\s*(?:,|\bor\b|\bo\b|,\s*or\b)\s*{profession})*"
    outright = rf"{verb}\s+{called}\s+{either}"
    told = rf"{called}(?:'s|\s+{verb})\s+{either}(?=\s*(?:,?\s*(?:right|correct|verdad|no))?\s*\?)"
    return rf"{outright}|{told}|{called}(?:'?s)?\s+{phrases('credentials').pattern}(?=[^.!\n]*\?)"


def work_asked_about(plain: str, practice: Practice, told: PractitionerId | None) -> tuple[PractitionerId, Span] | None:
    """Of whom it is asked when they work, and where: "is Dr. Marsh in on Wednesday?"; None: of nobody.

    `told`: who was spoken of just before, and is meant by "she".
    """
    asks, works = phrases("works_asked").pattern, phrases("works").pattern
    for person, names, _ in _sought(practice).people:
        if any(name in plain for name in names):
            called = "|".join(map(re.escape, names))
            if match := re.search(rf"{asks}\s+(?:dr\.?\s+|nurse\s+)?(?:{called})\s+{works}", plain):
                return person, match.span()
    if told is not None and (match := re.search(rf"{asks}\s+(?:she|he|they)\s+{works}", plain)):
        return told, match.span()
    return None


def doing_asked_of(plain: str, practice: Practice) -> tuple[PractitionerId, Span] | None:
    """Of whom it is asked whether they do something: "does Dr. Marsh do Botox herself?"; None: of nobody."""
    for person, names, _ in _sought(practice).people:
        if any(name in plain for name in names):
            called = "|".join(map(re.escape, names))
            whom = rf"(?:dr\.?\s+|nurse\s+)?(?:{called})"
            asks, does = phrases("asks_of_somebody").pattern, phrases("does_it").pattern
            if match := re.search(rf"{asks}\s+{whom}\s+{does}", plain):
                return person, match.span()
    return None


def by_its_name(said: str, service: Service) -> bool:
    """Whether a service was named by a word of its own name, and not by a brand or a need alone: "Ozempic"."""
    own = {term for name in (service.name, *service.named_in.values()) for term in _terms(folded(name))}
    return any(_term(word) in own for word in _WORD.findall(said))


_Names = tuple[tuple[ServiceId, tuple[str, ...]], ...]
_Called = tuple[tuple[PractitionerId, tuple[str, ...], re.Pattern[str]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What is looked for in messages to one practice: the names of its services and of its practitioners."""

    services: _Names
    people: _Called


MOST_PRACTICES = 64
_worked_out: dict[int, tuple[Practice, Sought]] = {}
"""By identity: the same practice reads many messages, and to compare two of them takes longer than all the rest."""


def _sought(practice: Practice) -> Sought:
    kept = _worked_out.get(id(practice))
    if kept is None:
        if len(_worked_out) >= MOST_PRACTICES:
            _worked_out.clear()
        kept = practice, Sought(services=_named_services(practice), people=_called(practice))
        _worked_out[id(practice)] = kept  # which keeps the practice, and so its identity
    return kept[1]


def _named_services(practice: Practice) -> _Names:
    return tuple(
        (service.id, tuple(folded(name) for name in (service.name, *service.named_in.values(), *service.also_called)))
        for service in practice.services
        if service.bookable
    )


def _called(practice: Practice) -> _Called:
    """Each practitioner with what they are called, and how they are asked for; the longest name first."""
    found = []
    for person in practice.practitioners:
        called = {folded(name) for name in (person.name, person.first_name, *person.also_called)}
        names = tuple(sorted(called, key=lambda name: (-len(name), name)))
        wanted = (
            rf"{phrases('practitioner_cue').pattern}\s+(?:nurse\s+|dr\.?\s+|la\s+|el\s+)?"
            rf"(?:{'|'.join(map(re.escape, names))})(?!\w)"
        )
        found.append((person.id, names, re.compile(wanted)))
    return tuple(found)


@lru_cache(maxsize=64)
def _words_of(named: _Names) -> frozenset[str]:
    found = (word for _, names in named for name in names for word in _WORD.findall(name))
    return frozenset(word for word in found if len(word) > 4 and word not in words("service_small"))


@lru_cache(maxsize=64)
def _telling_of(named: _Names) -> frozenset[str]:
    found = {word for _, names in named for name in names for word in _WORD.findall(name)}
    found |= {word + "s" for word in found}
    return frozenset(found - _small() - words("service_generic") - words("service_weak"))


@lru_cache(maxsize=64)
def _book(named: _Names) -> Book:
    names = tuple((id, _terms(name)) for id, all_names in named for name in all_names)
    terms = frozenset(term for _, name in names for term in name)
    return Book(names=names, terms=terms | frozenset(_same().values()))


def _terms(name: str) -> Terms:
    """The words of a name that tell it: of "consult about botox" two."""
    return tuple(_term(word) for word in _WORD.findall(name) if word not in _small())


def _small() -> frozenset[str]:
    return words("small_words") | words("service_small")


@lru_cache(maxsize=4096)
def _term(word: str) -> str:
    word = _same().get(word, word)
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1)
def _same() -> dict[str, str]:
    lines = [*vocabulary("en")["service_same"], *vocabulary("es")["service_same"]]
    return dict(pair.split("=") for line in lines for pair in line.split())


def _near(run: Sequence[re.Match[str]], word: re.Match[str], plain: str) -> bool:
    if not run:
        return True
    between = plain[run[-1].end() : word.start()]
    return not between.strip(" -") or between.strip() in _BETWEEN


def _named(run: Sequence[re.Match[str]], book: Book, *, asked: bool) -> Named | None:
    said = [_term(word.group()) for word in run]
    telling = [term for term in said if term not in words("service_generic")]
    if not (telling or (asked and said)):
        return None
    whole = _whole_names(said, book)
    strong = [term for term in telling if term not in words("service_weak")]
    if not (whole or strong or asked):
        return None
    best = whole or _sharing(said, strong or telling or said, book)
    span = (run[0].start(), run[-1].end())
    return Named(services=best, span=span, whole=bool(whole)) if best else None


def _whole_names(said: Sequence[str], book: Book) -> tuple[ServiceId, ...]:
    """The services with a full name among these words; the longest name wins."""
    fitting = [
        (len(name), id)
        for id, name in book.names
        if name and set(name) <= set(said) and not set(name) <= words("service_generic")
    ]
    longest = max((length for length, _ in fitting), default=0)
    whole = tuple(dict.fromkeys(id for length, id in fitting if length == longest))
    left = [term for term in said if term not in words("service_generic") | words("service_weak")]
    others = _sharing(said, left, book) if left else ()
    covered = {term for id, name in book.names if id in whole for term in name}
    return whole if set(left) <= covered or not others else ()


def _sharing(said: Sequence[str], telling: Sequence[str], book: Book) -> tuple[ServiceId, ...]:
    """The services that share most of these words."""
    score: dict[ServiceId, tuple[int, int]] = {}
    for id, name in book.names:
        shared = (len(set(telling) & set(name)), len(set(said) & set(name)))
        if shared[0]:
            score[id] = max(shared, score.get(id, (0, 0)))
    best = max(score.values(), default=None)
    return tuple(id for id, shared in score.items() if shared == best)


def _once(found: Sequence[Named]) -> list[Named]:
    """Each service once: a later, vaguer mention of the same is left out, a narrower one replaces it."""
    kept: list[Named] = []
    for named in found:
        same = next((one for one in kept if set(one.services) & set(named.services)), None)
        if same is None:
            kept.append(named)
        elif set(named.services) < set(same.services):
            kept[kept.index(same)] = named
    return kept
