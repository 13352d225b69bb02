"""Patients' files: kept by their lasting number, asked for by the Id that may change, found before one is opened."""

from collections.abc import Iterable, Mapping

from frontdesk.domain.chart import Chart, charts_of, digits
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.charting import chart_for, chart_there
from frontdesk.systems.mindbody.client import NAME, Client
from frontdesk.systems.mindbody.mapping import PHONES, chart, learned, new_client
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together


class Files:
    """The files that one question of the desk is about. Implements `ports.Charts`, without files that are gone.

    A file that was merged into another is not there any more; then the patient's is looked for anew.
    """

    def __init__(self, client: Client, charts: Charts) -> None:
        self._client = client
        self._charts = charts
        self._rows: dict[str, Foreign] = {}

    async def demographics(self, patient: PatientId) -> Patient:
        """Who the patient is. Raises: LookupError."""
        return await self._charts.demographics(patient)

    async def chart_of(self, patient: PatientId) -> str | None:
        """The lasting number that is kept, where such a file still is."""
        kept = await self._charts.chart_of(patient)
        if kept is not None and kept not in self._rows:
            self._learn(await self._client.clients(unique=(kept,)))
        return kept if kept in self._rows else None

    async def patient_of(self, chart: str) -> PatientId | None:
        """Whose file it is."""
        return await self._charts.patient_of(chart)

    async def keep(self, patient: PatientId, chart: str) -> None:
        """Remember a file from now on."""
        await self._charts.keep(patient, chart)

    async def there(self, patient: PatientId) -> Foreign | None:
        """The patient's file, kept or found; None where there is none yet. None is opened.

        Where the one that was kept is gone, the one that is found is kept from now on.
        Raises: Refused (several fit, or the one that fits is inactive), Unreachable, NotPermitted.
        """
        number = await chart_there(patient, charts=self, find=self._fitting, system=NAME)
        if number is None:
            return None
        if number != (await self._charts.chart_of(patient) or number):
            await self._charts.keep(patient, number)
        return self._rows[number]

    async def for_booking(self, patient: PatientId) -> str:
        """The Id of the patient's file, kept, found or opened.

        Raises: Refused (several fit, one is inactive, or the site wants more than the desk knows), OutcomeUnknown (one
        may have been opened), Unreachable, NotPermitted.
        """
        opened = await chart_for(patient, charts=self, find=self._fitting, open=self._open, system=NAME)
        row = self._rows[opened.number]
        if not chart(row).visits:
            raise Refused(f"The patient's file in {NAME} is inactive. Staff must see why, and activate it.")
        return row.text("Id")

    async def find(self, sought: Patient) -> list[Chart]:
        """The files of that last name or e-mail: Mindbody looks for neither phone nor birth date."""
        asked = dict.fromkeys(word for word in (sought.family.strip(), sought.email or "") if word)
        for rows in await together(*(self._client.search(word) for word in asked)):
            self._learn(rows)
        return [chart(row) for row in self._rows.values()]

    async def _fitting(self, sought: Patient) -> list[Chart]:
        """The same. Raises: Refused (the only one that fits is inactive: a second would be a way around that)."""
        found = await self.find(sought)
        put_away = [one for one in found if not one.visits and one.is_of(sought)]
        if put_away and not charts_of(sought, found):
            raise Refused(f"The patient's file in {NAME} is inactive. Staff must see why, and activate it.")
        return found

    async def _open(self, patient: Patient) -> str:
        required = tuple(one for one in await self._client.required_fields() if isinstance(one, str))
        row = await self._client.add_client(new_client(patient, required))
        number = str(row.integer("UniqueId"))
        if not row.has("Id"):
            raise OutcomeUnknown(f"{NAME} opened a file, and its answer names no Id.")
        self._rows[number] = row
        return number

    def _learn(self, rows: Iterable[Foreign]) -> None:
        self._rows |= {str(row.integer("UniqueId")): row for row in rows}


async def owners(ids: Iterable[str], client: Client, charts: Charts) -> Mapping[str, PatientId]:
    """Whose the Ids are that visits bear; those of nobody the desk has met are left out."""
    rows = await client.clients(ids=tuple(dict.fromkeys(one for one in ids if one)))
    found = {row.text("Id"): await charts.patient_of(str(row.integer("UniqueId"))) for row in rows}
    return {id: patient for id, patient in found.items() if patient is not None}


async def updated(row: Foreign, patient: Patient, client: Client) -> None:
    """Write birth date, phone and e-mail to a file that has others or none, and read them back.

    A birth date that is there stays, as names do: they are how a file is known. An inactive file stays inactive.
    Raises: Refused (it keeps something else), Unreachable, OutcomeUnknown, NotPermitted.
    """
    fields = _differing(row, patient)
    if not fields:
        return
    stays = {"Active": False} if row.has("Active") and not row.yes("Active") else {}
    lost: OutcomeUnknown | None = None
    try:
        await client.update_client({"Id": row.text("Id"), **fields, **stays})
    except OutcomeUnknown as fault:
        lost = fault
    after = await client.clients(unique=(str(row.integer("UniqueId")),))
    left = _differing(after[0], patient) if after else fields
    if left:
        raise lost or Refused(f"{NAME} did not keep what was written to a file: {', '.join(sorted(left))}.")


def _differing(row: Foreign, patient: Patient) -> Mapping[str, object]:
    """What the desk knows and the file does not say; a phone may stand in any of its three places."""
    wanted = learned(patient)
    if row.has("BirthDate"):
        wanted.pop("BirthDate", None)
    if digits(patient.phone) in {digits(row.text(name)) for name in PHONES if row.has(name)}:
        wanted.pop("MobilePhone", None)
    if row.has("Email") and row.text("Email").strip().casefold() == (patient.email or "").casefold():
        wanted.pop("Email", None)
    return wanted
