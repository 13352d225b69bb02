"""Patients' files: the one that is there is found before one is opened; what is written is read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.chart import Chart, charts_of
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.charting import Find, Open, chart_for, chart_there
from frontdesk.standards.fhir_scheduling.appointments import Appointment as Visit
from frontdesk.standards.fhir_scheduling.changing import add_step, create, patch, read_written
from frontdesk.standards.fhir_scheduling.finding import patients_called, patients_reached
from frontdesk.standards.fhir_scheduling.outcomes import Trouble, trouble
from frontdesk.standards.fhir_scheduling.people import Patient as File
from frontdesk.standards.fhir_scheduling.people import phone_forms, read_patient
from frontdesk.standards.fhir_scheduling.reading import Unreadable
from frontdesk.standards.fhir_scheduling.values import to
from frontdesk.systems.cerner.client import NAME, Client
from frontdesk.systems.cerner.mapping import as_patient, chart_of, missing_contacts
from frontdesk.systems.cerner.schedule import Book
from frontdesk.wire.together import together

_MOST_MERGES = 5
"""How often a file may have been merged for it still to be followed."""


def finding(client: Client) -> Find:
    """Candidates for a patient's file: by family name and birth date (else first name), by phone and by e-mail.

    A phone is asked for in each of its usual forms: whether Millennium compares digits alone is not published.
    """

    async def find(patient: Patient) -> list[Chart]:
        family, given = patient.family.strip(), patient.given.strip()
        born = patient.birth_date
        asked = [patients_called(family, given="" if born else given, born=born)] if family else []
        asked += [patients_reached("phone", form) for form in (phone_forms(patient.phone) if patient.phone else ())]
        asked += [patients_reached("email", patient.email)] if patient.email else []
        found = await together(*(client.resources(ask, "Patient") for ask in asked))
        charts = (chart_of(read_patient(one)) for part in found for one in part)
        return list({one.number: one for one in charts}.values())

    return find


def opening(client: Client, organization: str) -> Open:
    """A new file, enrolled by an organization of the domain."""

    async def open_(patient: Patient) -> str:
        said = await client.act(create(as_patient(patient, organization=organization)))
        try:
            made = read_written(said, "Patient")
        except Unreadable as fault:
            raise OutcomeUnknown(f"{NAME} took a new patient, and does not say which file it made.") from fault
        if isinstance(made, Trouble):
            raise Refused(f"{NAME} opens no file for this patient: {made.says}. Staff can.")
        return made.at.id

    return open_


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Whose file is whose: what the desk has kept, else what Millennium has."""

    client: Client
    charts: Charts
    organization: str

    async def there(self, patient: PatientId) -> str | None:
        """The patient's file, kept or found; None where there is none. Raises: Refused, Unreachable, NotPermitted."""
        return await chart_there(patient, charts=self.charts, find=finding(self.client), system=NAME)

    async def for_visit(self, patient: PatientId) -> str:
        """The same, or a new one. Raises: Refused, OutcomeUnknown, Unreachable, NotPermitted."""
        find, open_ = finding(self.client), opening(self.client, self.organization)
        return (await chart_for(patient, charts=self.charts, find=find, open=open_, system=NAME)).number

    async def anew(self, patient: PatientId, chart: str) -> str | None:
        """The file that took the place of one that staff merged into it, kept from now on.

        None: the file is as it was, or no other one is plainly the patient's.
        """
        file = await self._file(chart)
        if file is not None and chart_of(file).visits:
            return None
        person = await self.charts.demographics(patient)
        for _ in range(_MOST_MERGES):
            if file is None or file.replaced_by is None:
                break
            file = await self._file(file.replaced_by.id)
        fitting = charts_of(person, [chart_of(file)] if file is not None else [])
        fitting = fitting or charts_of(person, await finding(self.client)(person))
        if len(fitting) != 1:
            return None
        await self.charts.keep(patient, fitting[0].number)
        return fitting[0].number

    async def visits_of(self, patient: PatientId, book: Book, *, now: datetime) -> Sequence[Visit]:
        """All visits of the patient; [] where the desk has kept no file of theirs."""
        kept = await self.charts.chart_of(patient)
        if kept is None:
            return []
        visits = await book.visits_on(kept, around=now)
        other = None if visits else await self.anew(patient, kept)
        return visits if other is None else await book.visits_on(other, around=now)

    async def update(self, patient: PatientId) -> bool:
        """Add the phone and e-mail that their file lacks, and read them back; False: they have no file.

        Name and birth date are how a file is known; they stay as staff have them, and so does every other number.
        Raises: Refused (it keeps something else), Unreachable, OutcomeUnknown, NotPermitted.
        """
        chart = await self.there(patient)
        file = await self._file(chart) if chart is not None else None
        if chart is None or file is None:
            return False
        person = await self.charts.demographics(patient)
        missing = missing_contacts(file, person)
        if not missing:
            return True
        if not file.version:
            raise Refused(f"{NAME} gave no version of a file, and changes none without. Tell its support.")
        steps = [add_step("/telecom/-", one.as_json()) for one in missing]
        lost: OutcomeUnknown | None = None
        wrong: Trouble | None = None
        try:
            wrong = trouble(await self.client.act(patch(to("Patient", chart), file.version, steps)))
        except OutcomeUnknown as fault:
            lost = fault
        after = await self._file(chart)
        if after is None or missing_contacts(after, person):
            says = wrong.says if wrong else "it shows otherwise"
            raise lost or Refused(f"{NAME} did not keep what was written to a file: {says}.")
        return True

    async def _file(self, chart: str) -> File | None:
        found = await self.client.one(to("Patient", chart))
        return None if found is None else read_patient(found)
