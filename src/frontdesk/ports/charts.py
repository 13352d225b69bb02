"""Whose file in a connected system is whose: our patients beside the numbers that system gave them."""

from typing import Protocol

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient


class Charts(Protocol):
    """What a connector asks the desk about a patient. A chart is the patient's number there, as text."""

    async def demographics(self, patient: PatientId) -> Patient:
        """Who the patient is, to find their chart by or to open one. Raises: LookupError."""
        ...

    async def chart_of(self, patient: PatientId) -> str | None:
        """The patient's chart, once it has been found or opened."""
        ...

    async def patient_of(self, chart: str) -> PatientId | None:
        """Whose chart it is; None for everybody the desk has not met."""
        ...

    async def keep(self, patient: PatientId, chart: str) -> None:
        """Remember a chart from now on. Kept twice is kept."""
        ...
