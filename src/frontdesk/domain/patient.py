"""A patient as the desk knows them. Phones are E.164 text ("+15125550147"), e-mail is lower-case."""

from dataclasses import dataclass
from datetime import date

from frontdesk.domain.ids import PatientId


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """One person's demographics: FHIR Patient."""

    id: PatientId
    given: str
    family: str
    phone: str | None = None
    email: str | None = None
    language: str = "en"
    birth_date: date | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}".strip()
