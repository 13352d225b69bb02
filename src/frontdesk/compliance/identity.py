"""When somebody counts as a patient of the practice: rules alone, no data.

Three things that only the patient tells together (name, birth date, number on file), or a code that went to the number
or address on file. Whoever cannot show either learns nothing, not even whether such a patient exists.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from frontdesk.domain.patient import Patient

CODE_DIGITS = 6
CODE_HOLDS = timedelta(minutes=10)
TRIES_OF_A_CODE = 3
MOST_TRIES = 5
"""Claims and codes asked for, by one address and about one number, within WITHIN."""
WITHIN = timedelta(hours=24)
PROOF_HOLDS = timedelta(minutes=30)
"""After so long a silence the phone may lie in other hands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Who somebody says they are. `phone` is E.164."""

    given: str
    family: str
    birth_date: date
    phone: str


def fits(claim: Claim, patient: Patient) -> bool:
    """Whether every part of the claim is on file so; a part that is not on file fits nothing."""
    return (
        patient.birth_date == claim.birth_date
        and patient.phone == claim.phone
        and same_name(patient.given, claim.given)
        and same_name(patient.family, claim.family)
    )


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: case, accents, hyphens and apostrophes do not tell people apart."""
    return _letters(one) == _letters(other) != ""


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalpha())
