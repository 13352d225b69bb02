"""Our patients beside the numbers that a connected system gave them. Implements `ports.Charts`."""

from frontdesk.domain.ids import PatientId, PracticeId
from frontdesk.domain.patient import Patient
from frontdesk.storage.database import Storage, place
from frontdesk.storage.patients import read_patient


class StoredCharts:
    """The charts of one practice in one system."""

    def __init__(self, storage: Storage, practice: PracticeId, system: str) -> None:
        self._storage = storage
        self._practice = practice
        self._system = system

    async def demographics(self, patient: PatientId) -> Patient:
        """Who the patient is, to find their chart by or to open one. Raises: LookupError."""
        async with self._storage.practice(self._practice) as db:
            found = await read_patient(db, patient)
        if found is None:
            raise LookupError(f"no patient {patient}")
        return found

    async def chart_of(self, patient: PatientId) -> str | None:
        """The patient's chart, once it has been found or opened."""
        async with self._storage.practice(self._practice) as db:
            row = await db.one(
                "select chart_sealed from chart where practice_id = %s and system = %s and patient_id = %s",
                (self._practice, self._system, patient),
            )
            if row is None:
                return None
            key = await db.subject(patient)
            return key.open(row["chart_sealed"], place=place("chart", patient, "chart")).decode()

    async def patient_of(self, chart: str) -> PatientId | None:
        """Whose chart it is; None for everybody the desk has not met, and where two of ours share it."""
        async with self._storage.practice(self._practice) as db:
            rows = await db.all(
                "select patient_id from chart where practice_id = %s and system = %s and chart_hash = any(%s) limit 2",
                (self._practice, self._system, db.keyring.lookups("chart", chart)),
            )
        return PatientId(rows[0]["patient_id"]) if len(rows) == 1 else None

    async def keep(self, patient: PatientId, chart: str) -> None:
        """Remember a chart from now on. Kept twice is kept."""
        async with self._storage.practice(self._practice) as db:
            key = await db.subject(patient)
            await db.run(
                "insert into chart (practice_id, system, patient_id, chart_sealed, chart_hash) "
                "values (%s, %s, %s, %s, %s) on conflict (practice_id, system, patient_id) "
                "do update set chart_sealed = excluded.chart_sealed, chart_hash = excluded.chart_hash",
                (
                    self._practice,
                    self._system,
                    patient,
                    key.seal(chart, place=place("chart", patient, "chart")),
                    db.keyring.lookup("chart", chart),
                ),
            )
