"""Business associates: who may be given patients' data, by which agreement, and when (45 CFR 164.308(b))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

from frontdesk.domain.faults import Impossible


class Processing(Enum):
    """What an associate does with patients' data; the value is what staff write."""

    TELEPHONY = "telephony"
    SMS = "sms"
    SPEECH = "speech"
    LANGUAGE_MODEL = "language-model"
    HOSTING = "hosting"
    EMAIL = "email"
    CALENDAR = "calendar"
    """A calendar, practice management system or health record that a connector reads and writes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """Patients' data about to leave: for what, and to whom as the desk calls them (a host, a system's name)."""

    kind: Processing
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """A signed business associate agreement, as the practice recorded it.

    `covers` are the names that the desk reaches the associate by, in small letters. `first` and `last` are both
    days in force, on the practice's wall clock; `last` None: until it is ended. From `ended` on it holds no more,
    whatever was agreed. `document` says where the signed paper lies.
    """

    id: UUID
    kind: Processing
    associate: str
    covers: frozenset[str]
    document: str
    first: date
    last: date | None = None
    ended: date | None = None

    def __post_init__(self) -> None:
        if not self.associate or not self.document or not all(self.covers) or not self.covers:
            raise Impossible("Agreement: an associate, what it covers, and where the signed document lies are needed")
        if any(name != name.lower() for name in self.covers):
            raise Impossible("Agreement: what it covers is written in small letters")
        if self.last is not None and self.last < self.first:
            raise Impossible(f"Agreement: its last day {self.last} comes before its first {self.first}")

    def in_force(self, today: date) -> bool:
        """Whether it holds on that day."""
        before_its_end = (self.last is None or today <= self.last) and (self.ended is None or today < self.ended)
        return self.first <= today and before_its_end


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """Data may leave, by this agreement."""

    agreement: Agreement


@dataclass(frozen=True, kw_only=True, slots=True)
class NotCovered:
    """Data may not leave; `because` is the end of a sentence for staff."""

    because: str


def covering(agreements: Iterable[Agreement], leaving: Leaving, *, today: date) -> Covered | NotCovered:
    """Whether an agreement in force covers what is about to leave. An agreement for another use covers nothing."""
    meant = [one for one in agreements if one.kind is leaving.kind and leaving.to.lower() in one.covers]
    if (standing := next((one for one in meant if one.in_force(today)), None)) is not None:
        return Covered(agreement=standing)
    coming = min((one.first for one in meant if one.first > today and one.ended is None), default=None)
    if coming is not None:
        return NotCovered(because=f"the agreement with it begins on {coming}")
    if meant:
        return NotCovered(because="the agreement with it is over")
    return NotCovered(because="no agreement with it is recorded")
