"""Patients' files: the one that is there is found before one is opened; what is opened is read back."""

from dataclasses import dataclass

from frontdesk.domain.chart import Chart, charts_of
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.standards.charting import Find, Open, chart_for, chart_there
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, read
from frontdesk.standards.fhir_scheduling.changing import create, read_written
from frontdesk.standards.fhir_scheduling.operations import parameters
from frontdesk.standards.fhir_scheduling.outcomes import Trouble
from frontdesk.standards.fhir_scheduling.people import read_patient
from frontdesk.standards.fhir_scheduling.reading import Unreadable, read_all
from frontdesk.standards.fhir_scheduling.values import to
from frontdesk.systems.epic.client import NAME, Client, fault_of
from frontdesk.systems.epic.mapping import a_new_patient, as_sought, chart_of


def finding(client: Client) -> Find:
    """Candidates for a patient's file, as Epic's own match gives them, unlikely ones too.

    A search matches as well and does not browse: with less than a site's least it brings no list, and it would carry
    the patient in its address.
    Raises: Refused (nothing but a name is known), Unreachable, NotPermitted.
    """

    async def find(patient: Patient) -> list[Chart]:
        if patient.birth_date is None and not patient.phone and not patient.email:
            raise Refused(f"{NAME} finds a file by name with birth date, phone or e-mail, and none of them is known.")
        pages = await client.search(_match(patient), "Patient")
        found = read_all((one for page in pages for one in page.of("Patient")), read_patient)
        if found.faults:
            raise found.faults[0]
        return list({one.number: one for one in map(chart_of, found.found)}.values())

    return find


def opening(client: Client) -> Open:
    """A new file. Epic may give the file it takes for the same person, where it has one, so it is looked at.

    Raises: Refused (it is another's by name, or something is missing), OutcomeUnknown, Unreachable, NotPermitted.
    """

    async def open_(patient: Patient) -> str:
        ask = create(a_new_patient(patient))
        said = await client.ask(ask)
        try:
            written = read_written(said, "Patient")
        except Unreadable as strange:
            raise OutcomeUnknown(f"{NAME} took a new patient, and its answer does not tell which.") from strange
        if isinstance(written, Trouble):
            raise fault_of(written, ask)
        try:
            made = await client.one(read(written.at))
            is_theirs = made is not None and chart_of(read_patient(made)).is_of(patient)
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} took a new patient, whose file could not be read since.") from fault
        if not is_theirs:
            raise Refused(f"{NAME} took a new patient for a file that is another's by name. Staff must look.")
        return written.at.id

    return open_


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Whose file is whose: what the desk has kept, else what Epic has. A file's number is its FHIR id."""

    client: Client
    charts: Charts

    async def there(self, patient: PatientId) -> str | None:
        """The patient's file, kept from now on; None for none. Raises: Refused, Unreachable, NotPermitted."""
        found = await chart_there(patient, charts=self.charts, find=finding(self.client), system=NAME)
        if found is not None and await self.charts.chart_of(patient) != found:
            await self.charts.keep(patient, found)
        return found

    async def for_visit(self, patient: PatientId) -> str:
        """The same, or a new one. Raises: Refused, OutcomeUnknown, Unreachable, NotPermitted."""
        find, open_ = finding(self.client), opening(self.client)
        return (await chart_for(patient, charts=self.charts, find=find, open=open_, system=NAME)).number

    async def anew(self, patient: PatientId, chart: str) -> str | None:
        """The file that took the place of one that staff merged into it, kept from now on.

        None: the file is as it was, or it is gone and no other one is plainly the patient's.
        Raises: Unreachable, NotPermitted.
        """
        found = await self.client.one(read(to("Patient", chart)))
        shown = chart_of(read_patient(found)) if found is not None else None
        if shown is not None and shown.visits and shown.number == chart:
            return None
        person = await self.charts.demographics(patient)
        fitting = charts_of(person, await finding(self.client)(person))
        if len(fitting) != 1:
            return None
        await self.charts.keep(patient, fitting[0].number)
        return fitting[0].number


def _match(patient: Patient) -> Ask:
    sought: dict[str, object] = {"name": "resource", "resource": as_sought(patient)}
    unlikely_too: dict[str, object] = {"name": "OnlyCertainMatches", "valueBoolean": False}
    body = parameters([sought, unlikely_too])
    return Ask(method="POST", path="/Patient/$match", does=Does.READS, body=body)
