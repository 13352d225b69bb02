"""Postal addresses, typed or said: "12 Oak Street, Apt 4B, Austin, TX 78701", "Calle Mayor 12, 28013 Madrid"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from frontdesk.language.details.people import capitals
from frontdesk.language.details.places import places
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.symbols import number_words, renderings
from frontdesk.language.script import Span, folded

WHOLE, NO_TOWN, ODD_TOWN = 0.9, 0.6, 0.4
"""How sure an address is with its postcode, without town and postcode, and with a postcode of another state."""
TRIES_AGREE = 0.07


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A state of the United States and the ZIP codes it has."""

    code: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Grammar:
    """The shapes of addresses, with the words they are made of."""

    kinds: Mapping[str, str]
    states: Mapping[str, State]
    american: re.Pattern[str]
    spanish: re.Pattern[str]


_UNIT = (
    r"(?:apartment|apt\.?|unit|suite|ste\.?|#|number|no\.?|piso|puerta|apartamento|apto\.?|depto\.?)\s*#?\s*"
    r"(?P<unit>[a-z]?\s?\d{1,5}\s?-?[a-z]?(?!\w)|[a-z](?!\w))"
)
_NAME = (
    r"(?P<name>(?:(?:north|south|east|west|[nsew]\.?|[ns][ew])\s)?(?:[a-z][a-z'.-]*|\d{1,3}(?:st|nd|rd|th))"
    r"(?:\s[a-z][a-z'.-]*){0,3}?)"
)
_TOWN = r"[a-z][a-z'.]*(?:[ -][a-z][a-z'.]*){0,3}?"
_ZIP = r"\d{5}(?:-\d{4})?"
_SPANISH = (
    r"(?<!\w)(?P<kind>calle|c/|avenida|avda\.?|paseo|plaza|camino|carretera|ronda|travesia|privada|calzada)\s*"
    r"(?P<name>[a-z][\w'.-]*(?:\s[a-z][\w'.-]*){0,5}?)[\s,]+(?:numero\s|num\.?\s|n[o.]?\s|#\s?)?"
    r"(?P<number>\d{1,5}[a-z]?)(?!\w)"
    rf"(?:[\s,]+(?:{_UNIT}|(?P<floor>\d{{1,2}}[oºa]?\s?[a-z]?)(?=[\s,]|$)))?"
    r"(?:[\s,]+(?:codigo postal\s|cp\s|c\.p\.\s)?(?P<zip>\d{5})(?!\w))?"
    r"(?:[\s,]+(?:en\s|de\s)?(?P<city>[a-z]+(?:\s(?:de|del|la|las|los|[a-z]{3,})){0,3}))?"
)


@cache
def _grammar() -> _Grammar:
    kinds = {word: name for name, listed in places()["streets"].items() for word in listed.split()}
    states: dict[str, State] = {}
    for line in places()["states"]:
        code, *name, zips = line.split()
        first, last = map(int, zips.split("-"))
        states |= dict.fromkeys((code, " ".join(name)), State(code=code.upper(), first=first, last=last))
    kind, state = (_any_of(names) for names in (kinds, states))
    american = (
        rf"(?<![\w/:.-])(?P<number>\d{{1,6}}[a-z]?)\s+{_NAME}\s+(?P<kind>{kind})\.?(?!\w)(?:[\s,]+{_UNIT})?"
        rf"(?:(?:[\s,]+(?:in\s)?(?P<city>{_TOWN}))?[\s,]+(?P<state>{state})(?:[\s,]+(?P<zip>{_ZIP}))?(?!\w)"
        rf"|(?:[\s,]+(?P<town>{_TOWN}))?[\s,]+(?P<only>{_ZIP})(?![\w-]))?"
    )
    return _Grammar(kinds=kinds, states=states, american=re.compile(american), spanish=re.compile(_SPANISH))


def _any_of(names: Mapping[str, object]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_CUE = re.compile(
    r"(?<!\w)(?:(?:my|mi|the|home|mailing) )?(?:address|direccion|domicilio)(?: (?:is|es))?:?\s*"
    r"|(?<!\w)(?:i live (?:at|on)|vivo en)\s+"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address by its parts, as they are written on a letter; "" where a part was not given. `state` as "TX"."""

    street: str
    unit: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether a letter would arrive."""
        return bool(self.street and self.city and self.postcode)

    @property
    def agrees(self) -> bool:
        """Whether the state has that ZIP code; True where one of them is missing."""
        state = _grammar().states.get(self.state.lower())
        return state is None or not self.postcode or state.first <= int(self.postcode[:3]) <= state.last


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An address and where it stands."""

    address: Address
    span: Span


def addresses_in(plain: str, written: str) -> list[Placed]:
    """The addresses of a folded text, in order; `written` is the same text as it came, character for character."""
    found: list[Placed] = []
    for shape, build in ((_grammar().american, _american), (_grammar().spanish, _spanish)):
        for match in shape.finditer(plain):
            if not any(one.span[0] < match.end() and match.start() < one.span[1] for one in found):
                cue = [cue for cue in _CUE.finditer(plain, 0, match.start()) if cue.end() == match.start()]
                start = cue[-1].start() if cue else match.start()
                address = build(match, written)
                if cue or address.state or address.postcode or address.unit:
                    found.append(Placed(address=address, span=(start, match.end())))
    return sorted(found, key=lambda one: one.span)


def read_address(alternatives: Sequence[str], evidence: Evidence) -> Reading[Address] | Unread:
    """The address on which most tries agree; the best alternative of the last one where none does."""
    heard: list[Address] = []
    for said in tries_of(alternatives, evidence):
        for text in said:
            written = in_figures(text)
            placed = addresses_in(folded(written), written)
            if placed:
                heard.append(placed[0].address)
                break
    if not heard:
        return Unread(ask_by=another_way(Detail.ADDRESS, evidence))
    best = max(reversed(heard), key=lambda one: (heard.count(one), one.is_whole, one.agrees))
    sure = WHOLE if best.is_whole and best.agrees else ODD_TOWN if not best.agrees else NO_TOWN
    sure = min(0.99, sure + TRIES_AGREE * (heard.count(best) - 1))
    if evidence.spoken:
        sure -= 0.1
    return Reading(
        value=best,
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.ADDRESS, sure, evidence, digits=False),
        also=tuple(dict.fromkeys(one for one in heard if one != best)),
    )


def in_figures(said: str) -> str:
    """The text with runs of number words as figures: "one twenty three oak street" as "123 oak street"."""
    words = said.split()
    told: list[str] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and _is_figure(words[end], first=end == at):
            end += 1
            if words[end - 1].endswith(","):
                break
        if end > at:
            figures = renderings(folded(" ".join(words[at:end])), fits=str.isdigit, most=1)
            comma = "," if words[end - 1].endswith(",") else ""
            told.append((figures[0].signs if figures else " ".join(words[at:end])) + comma)
            at = end
        else:
            told.append(words[at])
            at += 1
    return " ".join(told)


_NOT_FIRST = frozenset({"o", "oh", "double", "once", "un", "uno", "to"})
"""Words that are figures only after another figure."""


def _is_figure(word: str, *, first: bool) -> bool:
    plain = folded(word).strip(",")
    return plain in number_words() and not (first and plain in _NOT_FIRST)


def _american(match: re.Match[str], written: str) -> Address:
    city = "city" if match["city"] else "town"
    state = _grammar().states.get(match["state"] or "")
    return Address(
        street=f"{match['number']} {_titled(match, 'name', written)} {_grammar().kinds[match['kind']].capitalize()}",
        unit=_unit(match, "unit", written),
        city=_titled(match, city, written),
        state=state.code if state else "",
        postcode=match["zip"] or match["only"] or "",
    )


def _spanish(match: re.Match[str], written: str) -> Address:
    kind = {"c/": "calle", "avda": "avenida", "avda.": "avenida"}.get(match["kind"], match["kind"])
    return Address(
        street=f"{kind.capitalize()} {_titled(match, 'name', written)} {match['number']}",
        unit=re.sub(
            r"\s",
            "",
            written[slice(*match.span("unit" if match["unit"] else "floor"))]
            if match["unit"] or match["floor"]
            else "",
        ).upper(),
        city=_titled(match, "city", written),
        postcode=match["zip"] or "",
    )


def _unit(match: re.Match[str], part: str, written: str) -> str:
    return "" if match[part] is None else re.sub(r"\s", "", written[slice(*match.span(part))]).upper()


def _titled(match: re.Match[str], part: str, written: str) -> str:
    if match[part] is None:
        return ""
    return " ".join(capitals(word.rstrip(".,")) for word in written[slice(*match.span(part))].split())
