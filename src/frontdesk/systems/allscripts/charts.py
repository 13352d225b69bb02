"""Patients' files: the one that is there is found before one is opened; what is written is read back."""

from dataclasses import dataclass

from frontdesk.domain.chart import Chart, charts_of, digits, plain
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused
from frontdesk.standards.charting import Find, chart_for, chart_there
from frontdesk.systems.allscripts.client import NAME, SEARCH_ENDS, Client, Declined
from frontdesk.systems.allscripts.directory import said
from frontdesk.systems.allscripts.mapping import as_kept, chart_of, new_patient, us_phone
from frontdesk.systems.allscripts.times import us
from frontdesk.systems.allscripts.unpublished import ITS_ID
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.together import together

_MOST = 40
"""So many candidates are read; that many of one name and birth date are a matter for staff."""
_PHONES = ("Cell_Phone", "HomePhone", "Work_Phone")


def finding(client: Client) -> Find:
    """Candidates for a patient's file: by both names, and by birth date whatever the name is spelled like.

    What a row of SearchPatients holds beside its number is not published, so each candidate is read.
    """

    async def find(patient: Patient) -> list[Chart]:
        family, given = patient.family.strip(), patient.given.strip()
        asked = [client.find({"family": family, "given": given})] if family and given else []
        if patient.birth_date is not None:
            asked.append(_born(us(patient.birth_date), family, client))
        found = await together(*asked)
        for rows in found:
            if len(rows) >= SEARCH_ENDS:
                raise Refused(f"{NAME} lists only the first {SEARCH_ENDS} files of that name. Staff must look.")
        numbers = dict.fromkeys(_number(row) for rows in found for row in rows if _may_be(row, patient))
        if len(numbers) > _MOST:
            raise Refused(f"{NAME} has {len(numbers)} files of that name. Staff must look.")
        read = await together(*(client.patient(number) for number in numbers))
        return [chart_of(row) for row in read if row is not None]

    return find


async def _born(day: str, family: str, client: Client) -> list[Foreign]:
    """Everybody born that day; of that last name alone where they are too many, or where the day is not enough."""
    try:
        rows = await client.find({"born": day})
    except Declined:
        rows = None
    if rows is None or len(rows) >= SEARCH_ENDS:
        return await client.find({"family": family, "born": day})
    return rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Whose file is whose: what the desk has kept, else what the practice has."""

    client: Client
    charts: Charts

    async def there(self, patient: PatientId) -> str | None:
        """The patient's file, kept or found; None where there is none. Raises: Refused, Unreachable, NotPermitted."""
        return await chart_there(patient, charts=self.charts, find=finding(self.client), system=NAME)

    async def for_visit(self, patient: PatientId) -> str:
        """The same, or a new one. Raises: Refused, OutcomeUnknown, Unreachable, NotPermitted."""
        opened = await chart_for(patient, charts=self.charts, find=finding(self.client), open=self._opened, system=NAME)
        return opened.number

    async def anew(self, patient: PatientId, number: str) -> str | None:
        """The file that took the place of one that is gone, kept from now on.

        None: the file is there, or no other one is plainly the patient's.
        """
        if await self.client.patient(number) is not None:
            return None
        person = await self.charts.demographics(patient)
        fitting = charts_of(person, await finding(self.client)(person))
        if len(fitting) != 1:
            return None
        await self.charts.keep(patient, fitting[0].number)
        return fitting[0].number

    async def _opened(self, patient: Patient) -> str:
        number = await self.client.save_patient(new_patient(patient))
        row = await self.client.patient(number)
        if row is None or not chart_of(row).is_of(patient):
            raise OutcomeUnknown(f"{NAME} says that it opened file {number}, and does not show it so.")
        return number


async def updated(number: str, patient: Patient, client: Client) -> bool:
    """Write phone and e-mail to a file that has others or none, and read them back. False: there is no such file.

    All that the file says is sent with them, since whether SavePatient clears what it is not told is not published.
    Name and birth date stay as staff have them.
    Raises: Refused (it keeps something else), NotPermitted (it opened another file instead), Unreachable,
    OutcomeUnknown.
    """
    row = await client.patient(number)
    if row is None:
        return False
    fields = _differing(row, patient)
    if not fields:
        return True
    kept = as_kept(row)
    lost: OutcomeUnknown | None = None
    try:
        written = await client.save_patient(kept | fields, number=number)
        if written != number:
            raise NotPermitted(
                f"{NAME} opened file {written} where file {number} was to be changed. Staff must merge the two; how "
                "SavePatient is told which file it is for must be looked up in the vendor's reference."
            )
    except OutcomeUnknown as fault:
        lost = fault
    after = await client.patient(number)
    if after is None or _differing(after, patient):
        raise lost or Refused(f"{NAME} did not keep what was written to file {number}.")
    changed = {word for word, value in kept.items() if word not in fields and as_kept(after).get(word) != value}
    if changed:
        raise Refused(f"{NAME} changed more of file {number} than it was told: {', '.join(sorted(changed))}.")
    return True


def _differing(row: Foreign, patient: Patient) -> dict[str, str]:
    """What the desk knows and the file does not say; a phone may stand in any of its three places."""
    phone, email = us_phone(patient.phone), (patient.email or "").strip()
    found: dict[str, str] = {}
    if phone and phone not in {digits(said(row, name)) for name in _PHONES}:
        found["cell"] = phone
    if email and email.casefold() != said(row, "Email_Address").casefold():
        found["email"] = email
    return found


def _may_be(row: Foreign, patient: Patient) -> bool:
    """Whether a row of a search is worth reading: its last name is the patient's, or it tells none."""
    family = said(row, "Last_Name")
    return not family or plain(family) == plain(patient.family)


def _number(row: Foreign) -> str:
    for name in ITS_ID:
        if said(row, name):
            return said(row, name)
    raise Unreadable(row.row, ITS_ID[0], "is missing")
