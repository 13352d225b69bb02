"""What a desk hands to a connector in the tests of every system: the patients it knows, and its clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient


class Shows(Protocol):
    """The hands that a test turns."""

    now: datetime


class DeskCharts:
    """What the desk knows of patients, and under which numbers they have a file. Implements `ports.Charts`."""

    def __init__(self, *known: Patient) -> None:
        self.people = {one.id: one for one in known}
        self.kept: dict[PatientId, str] = {}

    async def demographics(self, patient: PatientId) -> Patient:
        return self.people[patient]

    async def chart_of(self, patient: PatientId) -> str | None:
        return self.kept.get(patient)

    async def patient_of(self, chart: str) -> PatientId | None:
        return next((patient for patient, kept in self.kept.items() if kept == chart), None)

    async def keep(self, patient: PatientId, chart: str) -> None:
        self.kept[patient] = chart


@dataclass
class DeskClock:
    """The desk's clock, on the same hands as the system's."""

    hands: Shows

    def now(self) -> datetime:
        return self.hands.now
