"""Whose chart a patient's is: one that is there already, before one is opened."""

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.systems.opendental.client import Client
from frontdesk.systems.opendental.mapping import digits, is_chart_of, new_patient
from frontdesk.wire.foreign import Foreign


async def chart_for(patient: PatientId, *, client: Client, charts: Charts, clinic: int | None) -> tuple[int, bool]:
    """The patient's PatNum: kept, else the one chart of that name and phone or e-mail, else a new one.

    The second says whether it is new. Raises: Refused (several charts fit, or a name is missing), OutcomeUnknown
    (a chart may have been opened), Unreachable, NotPermitted.
    """
    kept = await charts.chart_of(patient)
    if kept is not None:
        return int(kept), False
    person = await charts.demographics(patient)
    found = await _chart_of(person, client)
    chart = await _opened(person, client, clinic) if found is None else found
    await charts.keep(patient, str(chart))
    return chart, found is None


async def chart_there(patient: PatientId, *, client: Client, charts: Charts) -> int | None:
    """The patient's PatNum, kept or found; None where there is no chart yet. None is opened.

    Raises: Refused (several charts fit), Unreachable, NotPermitted.
    """
    kept = await charts.chart_of(patient)
    return int(kept) if kept is not None else await _chart_of(await charts.demographics(patient), client)


async def _opened(person: Patient, client: Client, clinic: int | None) -> int:
    try:
        return await client.create_patient(new_patient(person, clinic=clinic))
    except OutcomeUnknown:
        found = await _chart_of(person, client)
        if found is None:
            raise
        return found


async def _chart_of(person: Patient, client: Client) -> int | None:
    """By phone first, then by name: the same person either way, or nobody."""
    by_phone = {"Phone": digits(person.phone)}
    by_name = {"LName": person.family.strip(), "FName": person.given.strip()}
    rows: dict[int, Foreign] = {}
    for filters in (by_phone, by_name):
        if all(filters.values()):
            rows |= {row.integer("PatNum"): row for row in await client.patients(filters)}
    fitting = [number for number, row in rows.items() if is_chart_of(row, person)]
    if len(fitting) > 1:
        raise Refused(f"Open Dental has {len(fitting)} charts of that name and number. Staff must merge them.")
    return fitting[0] if fitting else None
