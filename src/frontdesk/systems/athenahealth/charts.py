"""Patients' files: the one that is there is found before one is opened; what is written is read back."""

from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.domain.chart import Chart, charts_of, digits
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.abilities import Insurance
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.charting import Find, Open, chart_for, chart_there
from frontdesk.systems.athenahealth.client import NAME, Client, us
from frontdesk.systems.athenahealth.mapping import chart_of, new_patient, us_phone, ways_to_reach
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

_PHONES = ("mobilephone", "homephone", "workphone")
_PRIMARY = "1"  # the sequence number of a first insurance


def finding(client: Client) -> Find:
    """Candidates for a patient's file: by name and birth date, and by phone whatever the name is spelled like."""

    async def find(patient: Patient) -> list[Chart]:
        name = {"lastname": patient.family.strip()}
        by_name = name | (
            {"dob": us(patient.birth_date)} if patient.birth_date else {"firstname": patient.given.strip()}
        )
        by_phone = {"anyphone": us_phone(patient.phone) or ""}
        asked = [filters for filters in (by_name, by_phone) if all(filters.values())]
        found = await together(*(client.patients(filters) for filters in asked))
        charts = {one.number: one for rows in found for one in map(chart_of, rows)}
        return list(charts.values())

    return find


def opening(client: Client, department: int) -> Open:
    """A new file at a department. athenaOne gives the file it takes for the same person, where it has one.

    That is then looked at: a file of another name or birth date is nobody's to book on.
    """

    async def open_(patient: Patient) -> str:
        number = await client.create_patient(new_patient(patient, department=department))
        row = await client.patient(number)
        made = chart_of(row) if row is not None else None
        if made is None or not made.is_of(patient):
            raise Refused(f"{NAME} took a new patient for file {number}, which is another's by name. Staff must look.")
        return str(number)

    return open_


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Whose file is whose: what the desk has kept, else what athenaOne has."""

    client: Client
    charts: Charts

    async def there(self, patient: PatientId) -> int | None:
        """The patient's file, kept or found; None where there is none. Raises: Refused, Unreachable, NotPermitted."""
        number = await chart_there(patient, charts=self.charts, find=finding(self.client), system=NAME)
        return None if number is None else int(number)

    async def for_visit(self, patient: PatientId, department: int) -> int:
        """The same, or a new one. Raises: Refused, OutcomeUnknown, Unreachable, NotPermitted."""
        find, open_ = finding(self.client), opening(self.client, department)
        return int((await chart_for(patient, charts=self.charts, find=find, open=open_, system=NAME)).number)

    async def anew(self, patient: PatientId, chart: int) -> int | None:
        """The file that took the place of one that staff merged into it or deleted, kept from now on.

        None: the file is as it was, or it is gone and no other one is plainly the patient's.
        """
        row = await self.client.patient(chart)
        if row is not None and chart_of(row).visits:
            return None
        person = await self.charts.demographics(patient)
        fitting = charts_of(person, await finding(self.client)(person))
        if len(fitting) != 1:
            return None
        await self.charts.keep(patient, fitting[0].number)
        return int(fitting[0].number)

    async def visits_on(self, patient: PatientId) -> list[Foreign]:
        """All rows of the patient's visits; [] where the desk has kept no file of theirs."""
        kept = await self.charts.chart_of(patient)
        if kept is None:
            return []
        rows = await self.client.appointments_of(int(kept))
        other = None if rows else await self.anew(patient, int(kept))
        return rows if other is None else await self.client.appointments_of(other)


async def updated(number: int, patient: Patient, client: Client) -> bool:
    """Write phone, e-mail and language to a file that has others or none, and read them back.

    Name and birth date are how a file is known; they stay as staff have them. False: there is no such file.
    Raises: Refused (it keeps something else), Unreachable, OutcomeUnknown, NotPermitted.
    """
    row = await client.patient(number)
    if row is None:
        return False
    fields = _differing(row, patient)
    if not fields:
        return True
    department = {"departmentid": str(row.integer("departmentid"))} if row.has("departmentid") else {}
    lost: OutcomeUnknown | None = None
    try:
        await client.update_patient(number, {**fields, **department})
    except OutcomeUnknown as fault:
        lost = fault
    after = await client.patient(number)
    left = _differing(after, patient) if after is not None else fields
    if left.keys() - {"language6392code"}:  # not every practice's list shows the language
        raise lost or Refused(f"{NAME} did not keep what was written to a file: {', '.join(sorted(left))}.")
    return True


async def insured(number: int, insurance: Insurance, client: Client) -> bool:
    """Write a first insurance to a file that has none; the same one twice is written once. False: no such file.

    Raises: Refused (the payer is not known, or several are; the file has another insurance, and staff decide which
    comes first), Unreachable, OutcomeUnknown, NotPermitted.
    """
    row = await client.patient(number, showinsurance="true")
    if row is None:
        return False
    package = await _package(insurance, client)
    if _has(row, package, insurance.member):
        return True
    if _insurances(row):
        raise Refused("The file has another insurance already; staff decide which of them comes first.")
    fields = {
        "insurancepackageid": str(package),
        "sequencenumber": _PRIMARY,
        "insuranceidnumber": insurance.member,
        **({"policynumber": insurance.group} if insurance.group else {}),
    }
    try:
        await client.add_insurance(number, fields)
    except OutcomeUnknown:
        after = await client.patient(number, showinsurance="true")
        if after is None or not _has(after, package, insurance.member):
            raise
    return True


async def _package(insurance: Insurance, client: Client) -> int:
    payer = insurance.payer.strip()
    if payer.isascii() and payer.isdecimal():
        return int(payer)
    rows = await client.insurance_packages(payer, insurance.member)
    if len(rows) != 1:
        raise Refused(f"{NAME} knows {len(rows)} insurances of that name; staff must choose one.")
    return rows[0].integer("insurancepackageid")


def _insurances(row: Foreign) -> list[Foreign]:
    listed = row.fields.get("insurances") or []
    return Foreign.list_of(listed, what=f"insurance of {row.row}", id="insuranceid")


def _has(row: Foreign, package: int, member: str) -> bool:
    return any(
        one.integer("insurancepackageid") == package and str(one.fields.get("insuranceidnumber", "")) == member
        for one in _insurances(row)
    )


def _differing(row: Foreign, patient: Patient) -> Mapping[str, str]:
    """What the desk knows and the file does not say; a phone may stand in any of its three places."""
    wanted = ways_to_reach(patient)
    phones = {digits(row.text(name)) for name in _PHONES if row.has(name)}
    if wanted.get("mobilephone") in phones:
        del wanted["mobilephone"]
    email = row.text("email") if row.has("email") else ""
    if wanted.get("email", "").casefold() == email.strip().casefold():
        wanted.pop("email", None)
    if row.has("language6392code") and row.fields["language6392code"] == wanted.get("language6392code"):
        del wanted["language6392code"]
    return wanted
