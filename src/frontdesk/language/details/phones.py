"""Telephone numbers: typed, said in words ("five one two, double five"), or known from the line they call on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.symbols import letters_apart, number_words, renderings
from frontdesk.language.details.weighing import ranked, weighed
from frontdesk.language.script import Span, folded

HOME_REGION = "US"
FEWEST, MOST = 7, 15
"""Figures of a number that can be dialled."""
OF_CALLER = 2.5
"""What it speaks for a number that it is the one they call from, in nats."""
TYPED_SURE, SAID_SURE = 0.97, 0.93
_LEAST_LIKE_CALLER = 7
"""So many last figures, the same as those of the number they call from, stand for it: "555 0147"."""

_TYPED = re.compile(r"(?<![\w@.$#/-])(?:\+|00)?(?:\(\d{2,4}\)|\d)(?:[\s().\-/]{0,3}\d){6,14}(?![\w@])")
_LOCAL = re.compile(r"(?<![\w@.$#/+-])\d{3}[\s.-]?\d{4}(?![\w@]|[-/.]\d)")
_GAP = re.compile(r"[\s,.()-]*(?:(?:area code|prefijo|then|and|y|guion|dash)[\s,.()-]*){0,2}")
_WORD = re.compile(r"[a-z]+|\d+|\+")
_PLUS = ("plus", "mas", "+")
_LINKS = frozenset({"area", "code", "prefijo", "then", "and", "y", "dash", "guion"})
"""Words that may stand between the figures of a number."""
_ENDS_IN = re.compile(
    r"(?<!\w)(?:end(?:s|ing)? (?:in|with)|last four(?: digits)?(?: (?:is|are))?|termina(?:da|do)? en)\s+"
    r"(\d[\d\s-]{2,5}\d)(?!\w)"
)
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A number in E.164, where it stands, and how sure it is."""

    number: str
    span: Span
    confidence: float = TYPED_SURE


def phones_in(plain: str, *, caller: str | None = None) -> list[Phone]:
    """The numbers of a folded text that can be called, in order.

    One without its area code is left out, unless it ends as `caller` does, the number they write from: then it is that.
    """
    found = [
        Phone(number=number, span=match.span())
        for match in _TYPED.finditer(plain)
        if (number := as_e164(match.group()))
    ]
    found += [one for one in _said(plain) if not _meets(one, found)]
    if caller:
        found += [one for one in _like_caller(plain, caller) if not _meets(one, found)]
    return sorted(found, key=lambda one: one.span)


def read_phone(alternatives: Sequence[str], evidence: Evidence) -> Reading[str] | Unread:
    """The number, E.164. A chart's number or the caller's wins where what was said is near it and can be no other."""
    tries = [ranked([_heard(text, evidence) for text in said]) for said in tries_of(alternatives, evidence)]
    values = {number: 0.0 for heard in tries for number in heard if as_e164(number)}
    for number in (evidence.caller, *(chart.phone for chart in evidence.charts)):
        if number and tries:
            values[number] = OF_CALLER
    told = [(number, chance) for number, chance in weighed(values, tries, apart=letters_apart) if chance > 0]
    if not told or not any(tries):
        return Unread(ask_by=another_way(Detail.PHONE, evidence, digits=True))
    (best, sure), *rest = told
    return Reading(
        value=best,
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.PHONE, sure, evidence, digits=True),
        also=tuple(number for number, _ in rest[:3]),
    )


def as_e164(written: str) -> str | None:
    """A written number as E.164; None when it cannot be one.

    North American numbers are taken by their shape (area code and exchange begin with 2 to 9), so that
    numbers kept for fiction pass as well; numbers of other countries have to be valid.
    Source: NANPA, Central Office Code Assignment Guidelines; libphonenumber.
    """
    try:
        number = parse(written, HOME_REGION)
    except NumberParseException:
        return None
    e164 = format_number(number, PhoneNumberFormat.E164)
    if number.country_code == 1:
        return e164 if is_possible_number(number) and _NORTH_AMERICAN.fullmatch(e164) else None
    return e164 if is_valid_number(number) else None


def as_spoken(e164: str) -> str:
    """A number as people write it: "(512) 555-0147" at home, "+44 20 7946 0958" from abroad; else as it came."""
    try:
        number = parse(e164, HOME_REGION)
    except NumberParseException:
        return e164
    at_home = number.country_code == 1
    return format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def _said(plain: str) -> Iterator[Phone]:
    """Numbers in which at least one figure is a word."""
    for span in _stretches(plain):
        said = plain[slice(*span)]
        plus = "+" if re.match(r"(?:plus|mas)(?!\w)|\+", said) else ""
        said = re.sub(r"(?<!\w)(?:plus|mas|area code|prefijo|then|and|dash|guion|y(?! \w+ta))(?!\w)|\+", " ", said)
        for one in renderings(said, fits=_is_dialled, most=20, longest=MOST):
            if one.oddness < 1.0 and (number := as_e164(plus + one.signs)):
                yield Phone(number=number, span=span, confidence=SAID_SURE)
                break


def _stretches(plain: str) -> Iterator[Span]:
    """The runs of figures and words for figures, in which both or only words stand."""
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(plain), None]:
        if word is not None and run and word.group() in _LINKS:
            continue
        if (
            word is not None
            and run
            and _is_number(word.group())
            and _GAP.fullmatch(plain[run[-1].end() : word.start()])
        ):
            run.append(word)
            continue
        worded = [one for one in run if not one.group().isdigit() and one.group() != "+"]
        figures = sum(len(one.group()) for one in run if one.group().isdigit())
        if worded and figures + len(worded) >= FEWEST - 3:
            yield run[0].start(), run[-1].end()
        run = [word] if word is not None and (_is_number(word.group()) or word.group() in _PLUS) else []


def _is_number(word: str) -> bool:
    return word.isdigit() or word in number_words()


def _is_dialled(signs: str) -> bool:
    return signs.isdigit() and FEWEST <= len(signs) <= MOST


def _like_caller(plain: str, caller: str) -> Iterator[Phone]:
    for match in _LOCAL.finditer(plain):
        if caller.endswith(re.sub(r"\D", "", match.group())):
            yield Phone(number=caller, span=match.span())
    for match in _ENDS_IN.finditer(plain):
        if caller.endswith(re.sub(r"\D", "", match[1])):
            yield Phone(number=caller, span=match.span())


def _heard(text: str, evidence: Evidence) -> list[tuple[str, float]]:
    plain = folded(text)
    if found := phones_in(plain, caller=evidence.caller):
        return [(one.number, 0.0) for one in found]
    near = [(one.signs, one.oddness) for one in renderings(plain, fits=_is_dialled, most=12, longest=MOST)]
    return [(as_e164(signs) or f"+1{signs}", odd) for signs, odd in near]


def _meets(one: Phone, found: Sequence[Phone]) -> bool:
    return any(one.span[0] < other.span[1] and other.span[0] < one.span[1] for other in found)
