"""What a patient writes into the intake form, read and checked. Pure: faults name a text of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Fields = Mapping[str, str]

LONGEST_LINE = 120
LONGEST_TEXT = 2000
OLDEST_YEARS = 125
PREGNANCY = ("no", "yes", "maybe", "unsaid")

LINES = ("given", "family", "street", "city", "state", "postcode", "signature")
TEXTS = ("medications", "allergies", "reason")
"""Must be filled in, with "none" where there is none: an empty box could also mean that it was overlooked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeAnswers:
    """A form as it is kept. `pregnancy` is one of PREGNANCY; `consent_to` are the words that were agreed to."""

    given: str
    family: str
    born: date
    street: str
    city: str
    state: str
    postcode: str
    medications: str
    allergies: str
    pregnancy: str
    reason: str
    consent_to: str
    signature: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeFaults:
    """What is missing or cannot be, by field: the name of a text under "intake."."""

    of: Mapping[str, str]


def read_answers(fields: Fields, *, today: date, consent_to: str, language: str) -> IntakeAnswers | IntakeFaults:
    """The answers, or everything that is wrong with them."""
    said = {name: fields.get(name, "").strip() for name in (*LINES, *TEXTS)}
    faults = {name: "missing" for name, text in said.items() if not text}
    faults |= {name: "too_long" for name in LINES if len(said[name]) > LONGEST_LINE}
    faults |= {name: "too_long" for name in TEXTS if len(said[name]) > LONGEST_TEXT}
    born = _born(fields, today)
    if isinstance(born, str):
        faults["born"] = born
    if fields.get("pregnancy") not in PREGNANCY:
        faults["pregnancy"] = "pregnancy_missing"
    if not fields.get("consent"):
        faults["consent"] = "consent_missing"
    if faults or isinstance(born, str):
        return IntakeFaults(of=faults)
    return IntakeAnswers(**said, born=born, pregnancy=fields["pregnancy"], consent_to=consent_to, language=language)


def _born(fields: Fields, today: date) -> date | str:
    """The date of birth, or which text says what is wrong with it."""
    parts = [fields.get(f"born_{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return "missing"
    try:
        year, month, day = (int(part) if part.isascii() and part.isdigit() else 0 for part in parts)
        born = date(year, month, day)
    except (ValueError, OverflowError):
        return "born_wrong"
    if born > today:
        return "born_future"
    return born if today.year - born.year <= OLDEST_YEARS else "born_long_ago"
