"""A patient as a connected system has them, and whose file it is: matched with care, never merged."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from frontdesk.domain.patient import Patient


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A patient's file in another system. `number` is its id there, as text.

    `given` are all first names it is known by, a nickname too; phones and e-mails are as that system has them.
    `visits`: whether a visit can be booked on it; a file that was merged, closed or put away takes none.
    """

    number: str
    given: tuple[str, ...]
    family: str
    birth_date: date | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    visits: bool = True

    def is_of(self, patient: Patient) -> bool:
        """Whether it is this patient's: the same name, no other birth date, and the same birth date, phone or e-mail.

        A name alone is nobody in particular; a family shares a phone, and a mother may share her daughter's name.
        """
        if plain(self.family) != plain(patient.family) or plain(patient.given) not in map(plain, self.given):
            return False
        if self.birth_date is not None and patient.birth_date is not None:
            return self.birth_date == patient.birth_date
        phone = digits(patient.phone)
        same_phone = bool(phone) and phone in map(digits, self.phones)
        email = (patient.email or "").strip().casefold()
        return same_phone or (bool(email) and email in (one.strip().casefold() for one in self.emails))


def charts_of(patient: Patient, charts: Iterable[Chart]) -> list[Chart]:
    """The files that are this patient's and can be booked on, each once. More than one: a person must say which."""
    fitting = {chart.number: chart for chart in charts if chart.visits and chart.is_of(patient)}
    return list(fitting.values())


def digits(phone: str | None) -> str:
    """The digits of a phone, without the 1 of North America."""
    bare = re.sub(r"[^0-9]", "", phone or "")
    return bare[1:] if len(bare) == 11 and bare.startswith("1") else bare


def plain(name: str) -> str:
    """A name as anybody might type it: without accents, capitals, hyphens and double spaces."""
    spelled = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    return " ".join(letters.replace("-", " ").split())
