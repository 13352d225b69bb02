"""FHIR search as a simulated server reads it: the parameters it knows, each in the form it takes; all else is refused.

Source: http://hl7.org/fhir/R4/search.html.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, id_in, instant_of, text_at, texts_at
from frontdesk.standards.simulating.http import decoded

PREFIXES = ("eq", "ge", "gt", "le", "lt")


class Kind(Enum):
    """What a parameter holds."""

    TOKEN = "token"  # noqa: S105 - a kind of parameter
    TEXT = "string"
    DATE = "date"
    REFERENCE = "reference"
    NUMBER = "number"
    URI = "uri"


class Trouble(Enum):
    """Why a search cannot be read."""

    ENCODING = "encoding"
    UNKNOWN = "unknown parameter"
    MODIFIER = "modifier"
    REPEATED = "given too often"
    SEVERAL = "several values"
    VALUE = "value"


class NotSearchable(ValueError):
    """A search that the server does not take: which parameter, and why."""

    def __init__(self, trouble: Trouble, name: str, explained: str) -> None:
        super().__init__(f"{name}: {explained}")
        self.trouble = trouble
        self.name = name
        self.explained = explained


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter a search knows. `times` is how often it may stand in a query, `several` whether a value may be a
    list with commas, `target` the type a reference is to, `choices` the only values it has where they are few."""

    kind: Kind
    times: int = 1
    several: bool = False
    modifiers: frozenset[str] = frozenset()
    target: str = ""
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token of a search. `system` is None where any will do, "" where there must be none."""

    system: str | None
    code: str

    def fits(self, system: str, code: str) -> bool:
        """Whether a code is meant; a token without a code means every code of its system."""
        return self.system in (None, system) and self.code in ("", code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A day or an instant with its prefix. `begins` to `ends` is the stretch that the text names, in UTC."""

    prefix: str
    begins: datetime
    ends: datetime
    text: str

    @property
    def has_time(self) -> bool:
        """Whether a time of day was sent."""
        return "T" in self.text

    def holds(self, when: datetime) -> bool:
        """Whether an instant is within the bound."""
        return {
            "eq": self.begins <= when < self.ends,
            "ge": when >= self.begins,
            "gt": when >= self.ends,
            "le": when < self.ends,
            "lt": when < self.begins,
        }[self.prefix]


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """The parameters of one search, read. Names are without their modifier."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    modifiers: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """The first value; "" when it was not sent."""
        return next(iter(self.values.get(name, ())), "")

    def texts(self, name: str) -> list[str]:
        """Every value, those between commas too; [] when it was not sent."""
        return [one for value in self.values.get(name, ()) for one in _parts(value)]

    def tokens(self, name: str) -> list[Token]:
        """Every value as a token."""
        return [_token(one) for one in self.texts(name)]

    def bounds(self, name: str) -> list[Bound]:
        """Every value as a bound in time; one without an offset is UTC."""
        return [_bound(name, one) for one in self.values.get(name, ())]

    def ids(self, name: str, target: str) -> list[str]:
        """The ids that the values refer to."""
        return [id_in(one, target) for one in self.texts(name)]

    def number(self, name: str, usual: int) -> int:
        """A whole number; `usual` when it was not sent."""
        return int(self.text(name)) if name in self.values else usual

    def exact(self, name: str) -> bool:
        """Whether it was sent with :exact."""
        return self.modifiers.get(name) == "exact"


def read_search(query: str, parameters: Mapping[str, Parameter]) -> Search:
    """A query, read by the parameters that are known. Raises: NotSearchable.

    Names in `parameters` may hold dots, like "schedule.actor". "+" is a blank, so that an offset needs %2B.
    """
    values: dict[str, list[str]] = {}
    modifiers: dict[str, str] = {}
    for pair in query.split("&"):
        if not pair:
            continue
        raw, _, sent = pair.partition("=")
        try:
            full, value = decoded(raw), decoded(sent)
        except UnicodeDecodeError:
            raise NotSearchable(Trouble.ENCODING, "query", "percent-encoded UTF-8 is needed") from None
        name, colon, modifier = full.partition(":")
        known = parameters.get(name)
        if known is None:
            raise NotSearchable(Trouble.UNKNOWN, full, "this search does not know it")
        if colon and modifier not in known.modifiers:
            raise NotSearchable(Trouble.MODIFIER, name, f"it has no modifier :{modifier} here")
        values.setdefault(name, []).append(value)
        if len(values[name]) > known.times:
            raise NotSearchable(Trouble.REPEATED, name, f"it may be given {known.times} times at most")
        modifiers[name] = modifier
        _check(name, value, known)
    return Search(values=values, modifiers=modifiers)


def codings_of(concepts: Json) -> list[tuple[str, str]]:
    """System and code of each coding in one CodeableConcept or in a list of them."""
    listed = elements_at([concepts]) or elements_at(concepts)
    return [
        (text_at(coding, "system"), text_at(coding, "code"))
        for concept in listed
        for coding in elements_at(concept, "coding")
    ]


def any_fits(tokens: Sequence[Token], codes: Sequence[tuple[str, str]]) -> bool:
    """Whether one of the tokens means one of these codes."""
    return any(token.fits(system, code) for token in tokens for system, code in codes)


def within(bounds: Sequence[Bound], when: datetime) -> bool:
    """Whether an instant is within all bounds."""
    return all(bound.holds(when) for bound in bounds)


def names_of(person: Resource, element: str, *, now: datetime) -> list[str]:
    """Family or given names of the names that are current."""
    found: list[str] = []
    for name in elements_at(person, "name"):
        ends = text_at(name, "period", "end")
        if ends and instant_of(ends) <= now:
            continue
        family = text_at(name, "family")
        found += [family] if element == "family" and family else []
        found += texts_at(name, "given") if element == "given" else []
    return found


def starts(search: Search, name: str, held: Sequence[str]) -> bool:
    """Whether a text parameter is absent, or one of the texts held begins so; with :exact, is so.

    Without :exact, capitals make no difference.
    """
    if name not in search:
        return True
    wanted = search.text(name)
    if search.exact(name):
        return wanted in held
    return any(one.casefold().startswith(wanted.casefold()) for one in held)


def _check(name: str, value: str, known: Parameter) -> None:
    if not value:
        raise NotSearchable(Trouble.VALUE, name, "a value is needed")
    parts = _parts(value)
    if len(parts) > 1 and not known.several:
        raise NotSearchable(Trouble.SEVERAL, name, "one value only")
    if known.choices and not set(parts) <= known.choices:
        raise NotSearchable(Trouble.VALUE, name, f"one of {', '.join(sorted(known.choices))} is needed")
    if known.kind is Kind.NUMBER and not re.fullmatch(r"[1-9][0-9]{0,5}", value):
        raise NotSearchable(Trouble.VALUE, name, "a whole number above 0 is needed")
    if known.kind is Kind.DATE:
        _bound(name, value)
    if known.kind is Kind.REFERENCE and not all(id_in(one, known.target) for one in parts):
        raise NotSearchable(Trouble.VALUE, name, f"a reference to {known.target} is needed")


def _parts(value: str) -> list[str]:
    return [re.sub(r"\\([,$|\\])", r"\1", one) for one in re.split(r"(?<!\\),", value)]


def _token(value: str) -> Token:
    system, bar, code = value.partition("|")
    return Token(system=system, code=code) if bar else Token(system=None, code=value)


def _bound(name: str, value: str) -> Bound:
    prefix = value[:2] if value[:2] in PREFIXES else "eq"
    text = value.removeprefix(prefix)
    try:
        if "T" in text:
            begins = _instant(text)
            ends = begins + timedelta(seconds=1)
        else:
            begins = datetime.combine(date.fromisoformat(text), time.min, tzinfo=UTC)
            ends = begins + timedelta(days=1)
    except ValueError:
        raise NotSearchable(Trouble.VALUE, name, "a day, or an instant with its offset, is needed") from None
    return Bound(prefix=prefix, begins=begins, ends=ends, text=text)


def _instant(text: str) -> datetime:
    """An instant to the minute or finer. Raises: ValueError where the offset is missing."""
    short = re.fullmatch(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})", text)
    return instant_of(f"{short.group(1)}:00{short.group(2)}" if short else text)
