"""Postcodes of the United States, the United Kingdom, Canada, Spain and Mexico, typed or said sign by sign."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from frontdesk.language.details.places import places
from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.symbols import letters_apart, renderings
from frontdesk.language.details.weighing import ranked, weighed
from frontdesk.language.script import Span, folded

_SHAPES = {
    "US": r"(?!000)\d{5}(?:\d{4})?",
    "GB": r"AREA\d[a-z\d]?\d[abd-hjlnp-uw-z]{2}",
    "CA": r"[abceghj-nprstvxy]\d[abceghj-nprstv-z]\d[abceghj-nprstv-z]\d",
    "ES": r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}",
    "MX": r"(?:0[1-9]|[1-9]\d)\d{3}",
}
"""Letters as in each country's own rules; the district of a British one is not checked against a list.

Source: Royal Mail PAF, Programmers' Guide; Canada Post, Addressing Guidelines; Correos; USPS Publication 28.
"""
MOST_HEARD = 12
_CUE = re.compile(
    r"(?<!\w)(?:zip(?: ?code)?|post ?code|postal code|codigo postal)(?!\w)(?:\s*(?:is|es|:|=))*\s*"
    r"(?P<said>[^,;!?\n\x1f]{2,60})"
)
_END = re.compile(r"\s(?:and|y|but|pero|thanks|gracias|please)\s.*|[.\s]+$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Postcode:
    """A postcode in its usual form, and where it stands."""

    code: str
    span: Span


def postcodes_in(plain: str) -> list[Postcode]:
    """The postcodes of a folded text that are announced as such, in order; of whatever country they can be of."""
    found = []
    for match in _CUE.finditer(plain):
        said = _END.sub("", match["said"])
        for region in ("US", "GB", "CA"):
            heard = _heard(said, region)
            if heard and heard[0][1] < 1.0:
                end = match.start("said") + len(said)
                found.append(Postcode(code=_written(heard[0][0], region), span=(match.start(), end)))
                break
    return found


def read_postcode(alternatives: Sequence[str], evidence: Evidence) -> Reading[str] | Unread:
    """The postcode in its usual form ("78701", "78701-2345", "W2 0AB", "K1A 0B1")."""
    tries = [
        ranked([_heard(text, evidence.region) for text in said[:MOST_HEARD]])
        for said in tries_of(alternatives, evidence)
    ]
    values = {signs: 0.0 for heard in tries for signs in heard}
    told = weighed(values, [heard for heard in tries if heard], apart=letters_apart)
    digits = evidence.region in ("US", "ES", "MX")
    if not told:
        return Unread(ask_by=another_way(Detail.POSTCODE, evidence, digits=digits))
    (best, sure), *rest = told
    return Reading(
        value=_written(best, evidence.region),
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.POSTCODE, sure, evidence, digits=digits),
        also=tuple(_written(signs, evidence.region) for signs, _ in rest[:3]),
    )


def _heard(text: str, region: str) -> list[tuple[str, float]]:
    shape = _shape(region)
    return [
        (one.signs, one.oddness)
        for one in renderings(folded(text), fits=lambda signs: shape.fullmatch(signs) is not None, longest=10)
    ]


@cache
def _shape(region: str) -> re.Pattern[str]:
    areas = "|".join(sorted(places()["gb_areas"].split(), key=len, reverse=True))
    return re.compile(_SHAPES.get(region, r"(?=.*\d)[a-z\d]{3,10}").replace("AREA", f"(?:{areas})"))


def _written(signs: str, region: str) -> str:
    signs = signs.upper()
    match region:
        case "GB":
            return f"{signs[:-3]} {signs[-3:]}"
        case "CA":
            return f"{signs[:3]} {signs[3:]}"
        case "US" if len(signs) == 9:
            return f"{signs[:5]}-{signs[5:]}"
        case _:
            return signs
