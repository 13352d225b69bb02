"""Birth dates as patients write and say them, in English and Spanish: figures, months by name, years in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from frontdesk.language.script import Span

OLDEST = 120
"""Years: nobody was born longer ago."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero", "feb february febrero", "mar march marzo", "apr april abr abril", "may mayo",
            "jun june junio", "jul july julio", "aug august ago agosto", "sep sept september septiembre setiembre",
            "oct october octubre", "nov november noviembre", "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_UNITS = {
    word: number
    for number, words in enumerate(
        (
            "oh zero cero", "one first uno un primero", "two second dos", "three third tres", "four fourth cuatro",
            "five fifth cinco", "six sixth seis", "seven seventh siete", "eight eighth ocho", "nine ninth nueve",
            "ten tenth diez", "eleven eleventh once", "twelve twelfth doce", "thirteen thirteenth trece",
            "fourteen fourteenth catorce", "fifteen fifteenth quince", "sixteen sixteenth dieciseis",
            "seventeen seventeenth diecisiete", "eighteen eighteenth dieciocho", "nineteen nineteenth diecinueve",
        )
    )
    for word in words.split()
}  # fmt: skip
_TENS = {
    "twenty": 20, "twentieth": 20, "veinte": 20, "veinti": 20, "thirty": 30, "thirtieth": 30, "treinta": 30,
    "forty": 40, "cuarenta": 40, "fifty": 50, "cincuenta": 50, "sixty": 60, "sesenta": 60, "seventy": 70,
    "setenta": 70, "eighty": 80, "ochenta": 80, "ninety": 90, "noventa": 90,
}  # fmt: skip
_VEINTI = {
    f"veinti{unit}": 20 + _UNITS[unit]
    for unit in ("uno", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
}
_LESS = {**_UNITS, **_VEINTI}

_ONES = {word for word, number in _UNITS.items() if 0 < number < 10}
_ONE = rf"(?:{'|'.join(sorted(_ONES))})"
_UNDER_HUNDRED = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:y )?{_ONE})?|(?:oh|zero|cero) {_ONE}"
    rf"|{'|'.join(sorted(_LESS, key=len, reverse=True))})"
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th|ro|ero)?|{_UNDER_HUNDRED})"
_YEAR = (
    rf"(?:(?:19|20)\s?\d\d|'?\d\d|(?:nineteen|twenty)[ -](?:hundred[ -])?(?:and )?{_UNDER_HUNDRED}"
    rf"|two thousand(?: (?:and )?{_UNDER_HUNDRED})?|mil novecientos(?: {_UNDER_HUNDRED})?|dos mil(?: {_UNDER_HUNDRED})?"
    rf"|{_UNDER_HUNDRED})"
)
_GAP = r"(?:\s*,\s*|\s+(?:of |de |del |the |in )?|\s*[-/.]\s*)"
_FIGURES = r"(?:19|20)\s?\d\d"
_BETWEEN = r"(?:\s?[-/.,]\s?|\s)"
_SHAPES = (
    re.compile(r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)\s?[-/.]\s?(?P<month>\d\d?)\s?[-/.]\s?(?P<day>\d\d?)(?![\w/-])"),
    re.compile(
        rf"(?<![\w/.-])(?P<month>\d\d?){_BETWEEN}(?P<day>\d\d?){_BETWEEN}(?P<year>{_FIGURES}|\d\d)(?![\w/-]|\s\d)"
    ),
    re.compile(rf"(?<![\w+(-])(?P<month>\d\d)(?P<day>\d\d){_BETWEEN}?(?P<year>{_FIGURES})(?![\w-])"),
    re.compile(
        rf"(?<!\w)(?P<day>{_DAY})\s+(?:of|del?) (?:the |el )?(?P<month>{_DAY})(?:\s+of)?{_GAP}(?P<year>{_YEAR})(?!\w)"
    ),
    re.compile(rf"(?<!\w)(?P<name>{_MONTH})\.?\s+(?:the )?(?P<day>{_DAY}){_GAP}(?P<year>{_YEAR})(?!\w)"),
    re.compile(rf"(?<!\w)(?P<day>{_DAY}){_GAP}(?:the month of )?(?P<name>{_MONTH})\.?{_GAP}(?P<year>{_YEAR})(?!\w)"),
)
_CUE = re.compile(
    r"(?<!\w)(?:born|d\.?o\.?b\.?|date of birth|birth ?(?:date|day)|naci|nacid[oa]|nacimiento|cumpleanos)(?!\w)"
)
_CUE_REACHES = 30
"""Characters between the cue and the date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Born:
    """A date long enough ago, and where it stands."""

    on: date
    span: Span


def birth_dates_in(plain: str, *, today: date, asked: bool) -> list[Born]:
    """The birth dates of a folded text, in order.

    Of two figures the first is the month, as the question says, unless it cannot be one. Unless `asked`, a date counts
    that is announced as a birth date, or that lies more than a year back with its year in four figures.
    """
    found: list[Born] = []
    places = [match for shape in _SHAPES for match in shape.finditer(plain)]
    for match in sorted(places, key=lambda match: match.start() - match.end()):  # the longest reading first
        on = _read(match, today)
        if on is None or any(one.span[0] < match.end() and match.start() < one.span[1] for one in found):
            continue
        announced = _announced(plain, match.start())
        if asked or announced is not None or (_is_plain(match) and (today - on).days > 366):
            start = match.start() if announced is None else announced
            found.append(Born(on=on, span=(start, match.end())))
    return sorted(found, key=lambda one: one.span)


def _announced(plain: str, start: int) -> int | None:
    """Where the words stand that announce a birth date, such as "dob"; None: there are none."""
    before = max(0, start - _CUE_REACHES)
    cues = list(_CUE.finditer(plain[before:start]))
    return before + cues[-1].start() if cues else None


def _is_plain(match: re.Match[str]) -> bool:
    return bool(re.fullmatch(_FIGURES, match["year"]))


def _read(match: re.Match[str], today: date) -> date | None:
    parts = match.groupdict()
    year = _year(parts["year"], today)
    day = _number(_plain(parts["day"]))
    month = _MONTHS[parts["name"]] if parts.get("name") else _number(_plain(parts["month"]))
    if year is None or day is None or month is None:
        return None
    return next(_days(year, month, day, today=today, swap=not parts.get("name")), None)


def _plain(written: str) -> str:
    return re.sub(r"(?<=\d)(?:st|nd|rd|th|ro|ero)$", "", written)


def _days(year: int, month: int, day: int, *, today: date, swap: bool) -> Iterator[date]:
    """The day, or else the one with month and day the other way round."""
    for one, other in ((month, day), (day, month))[: 2 if swap else 1]:
        try:
            on = date(year, one, other)
        except ValueError:
            continue
        if on <= today and today.year - on.year <= OLDEST:
            yield on


def _year(written: str, today: date) -> int | None:
    written = written.lstrip("'")
    if re.fullmatch(_FIGURES, written):
        written = re.sub(r"\s", "", written)
    if written.isdigit() and len(written) == 4:
        return int(written)
    for words, century in (
        ("nineteen hundred", 1900), ("mil novecientos", 1900), ("two thousand", 2000), ("dos mil", 2000),
        ("nineteen", 1900), ("twenty", 2000),
    ):  # fmt: skip
        rest = written.removeprefix(words).strip(" -").removeprefix("and ").strip()
        if written.startswith(words) and (rest or century == 2000 or " " in words):
            more = _number(rest) if rest else 0
            if more is not None and not (words == "twenty" and more < 10 and not rest.startswith("oh")):
                return century + more
    short = _number(written)
    if short is None or short > 99:
        return None
    return short + (2000 if short <= today.year % 100 else 1900)


def _number(written: str) -> int | None:
    """A number under a hundred; None when it is none."""
    if written.isdigit():
        return int(written)
    words = re.sub(r"(?<!\w)(?:y|and)(?!\w)", " ", written.replace("-", " ")).split()
    match words:
        case [one]:
            return _LESS.get(one, _TENS.get(one))
        case [tens, unit] if tens in _TENS and 0 < _LESS.get(unit, 0) < 10:
            return _TENS[tens] + _LESS[unit]
        case ["oh" | "zero" | "cero", unit] if 0 < _LESS.get(unit, 0) < 10:
            return _LESS[unit]
        case _:
            return None
