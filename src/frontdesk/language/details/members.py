"""Member ids of insurance, typed or said sign by sign; the payer's shape tells letters from figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.language.details.reading import Detail, Evidence, Reading, Unread, another_way, confirmed_by, tries_of
from frontdesk.language.details.symbols import letters_apart, renderings
from frontdesk.language.details.weighing import ranked, weighed
from frontdesk.language.script import Span, folded

SHAPED, CHECKED = 2.0, 3.0
"""What it speaks for an id, in nats, that it has a payer's shape, and that its check letter is right."""
FEWEST, MOST = 6, 18

_MEDICARE = r"[1-9][ac-hjkmnp-rt-y][ac-hjkmnp-rt-y\d]\d[ac-hjkmnp-rt-y][ac-hjkmnp-rt-y\d]\d[ac-hjkmnp-rt-y]{2}\d\d"
"""CMS, Understanding the Medicare Beneficiary Identifier Format: no S, L, O, I, B, Z."""
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        _MEDICARE,
        r"[a-z]{3}\d{9}",  # Blue Cross Blue Shield: three letters of the plan, then the subscriber's number
        r"w\d{9}",  # Aetna
        r"u\d{8}(?:\d\d)?",  # Cigna
        r"h\d{8}",  # Humana
        r"\d{9}",  # UnitedHealthcare
        r"\d{8}[a-hj-np-tv-z]",  # Spanish DNI
        r"[xyz]\d{7}[a-hj-np-tv-z]",  # Spanish NIE
    )
)
_DNI, _NIE = re.compile(r"\d{8}[a-z]"), re.compile(r"[xyz]\d{7}[a-z]")
_DNI_LETTERS = "trwagmyfpdxbnjzsqvhlcke"
_CUE = re.compile(
    r"(?<!\w)(?:(?:member|subscriber|policy|insurance|group|medicare|medicaid|card) ?(?:id|i\.?d\.?|number|no\.?|#)+"
    r"(?: (?:number|no\.?|#))?|(?:numero|id) de (?:socio|afiliado|poliza|miembro|asegurado|tarjeta|seguro)|dni|nie|mbi)"
    r"(?!\w)(?: (?:is|es|seria|would be))?\s*[:#]?\s*"
)
_ID = re.compile(r"(?=[a-z\s-]*\d)[a-z\d](?:[\s-]?[a-z\d]){5,17}(?!\w)")
_SAID = re.compile(r"[a-z\d]+(?:[\s,-]+[a-z\d]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """An id in capitals without gaps, and where it stands."""

    id: str
    span: Span


def members_in(plain: str) -> list[Member]:
    """The member ids of a folded text that are announced as such, in order."""
    found = []
    for cue in _CUE.finditer(plain):
        said = _SAID.match(plain, cue.end())
        if said is None:
            continue
        reading = _best(said.group())
        if reading is not None:
            found.append(Member(id=reading[0].upper(), span=(cue.start(), cue.end() + reading[1])))
    return found


def read_member(alternatives: Sequence[str], evidence: Evidence) -> Reading[str] | Unread:
    """The id in capitals without gaps. `evidence.shape` is the pattern the practice knows of this payer's ids."""
    shape = re.compile(evidence.shape, re.IGNORECASE) if evidence.shape else None
    tries = [ranked([_heard(text, shape) for text in said]) for said in tries_of(alternatives, evidence)]
    values = {signs: beforehand(signs) for heard in tries for signs in heard}
    told = weighed(values, [heard for heard in tries if heard], apart=letters_apart)
    if not told:
        return Unread(ask_by=another_way(Detail.MEMBER, evidence))
    (best, sure), *rest = told
    return Reading(
        value=best.upper(),
        confidence=round(sure, 3),
        confirm_by=confirmed_by(Detail.MEMBER, sure, evidence, digits=best.isdigit()),
        also=tuple(signs.upper() for signs, _ in rest[:3]),
    )


def beforehand(signs: str) -> float:
    """What speaks for an id by its shape and its check letter, in nats; a wrong check letter speaks against it."""
    told = SHAPED if any(shape.fullmatch(signs) for shape in _SHAPES) else 0.0
    if _DNI.fullmatch(signs) or _NIE.fullmatch(signs):
        figures = signs[:-1].translate(str.maketrans("xyz", "012"))
        right = _DNI_LETTERS[int(figures) % 23] == signs[-1]
        told += CHECKED if right else -CHECKED
    return told


def _heard(text: str, shape: re.Pattern[str] | None) -> list[tuple[str, float]]:
    fits = shape.fullmatch if shape else _plausible
    plain = _CUE.sub(" ", folded(text))
    return [(one.signs, one.oddness) for one in renderings(plain, fits=lambda s: bool(fits(s)), most=20, longest=MOST)]


def _plausible(signs: str) -> bool:
    return FEWEST <= len(signs) <= MOST and sum(sign.isdigit() for sign in signs) >= 3


def _best(said: str) -> tuple[str, int] | None:
    """The likeliest id that a stretch begins with, and how many characters it takes; None where none is there."""
    typed = _ID.match(said)
    if typed and (signs := _without_words(typed.group())) is not None:
        return signs[0], signs[1]
    near = renderings(said, fits=_plausible, most=10, longest=MOST)
    best = max(near, key=lambda one: (beforehand(one.signs) - one.oddness, one.signs), default=None)
    return (best.signs, len(said)) if best is not None and best.oddness < 1.0 else None


def _without_words(written: str) -> tuple[str, int] | None:
    """A typed id up to the first word of its stretch: "xyz 123456789 and my" ends before "and"."""
    signs, end = "", 0
    for part in re.finditer(r"[a-z\d]+", written):
        if signs and part.group().isalpha() and len(part.group()) > 1 and any(sign.isdigit() for sign in signs):
            break
        signs, end = signs + part.group(), part.end()
    return (signs, end) if _plausible(signs) else None
