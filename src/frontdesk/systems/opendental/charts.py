"""A patient's chart in Open Dental: found with care, opened, and kept up with what the desk learns."""

from collections.abc import Mapping
from datetime import date

from frontdesk.domain.chart import Chart, digits
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.systems.opendental.client import Client
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.together import together

COMES_TO_VISITS = {
    "Patient": True,
    "NonPatient": True,  # somebody's guarantor, until they come themselves
    "Inactive": True,
    "Prospective": True,
    "Archived": False,
    "Deleted": False,
    "Deceased": False,
}
"""What a PatStatus says of whether a chart can be booked on."""
LANGUAGE = {"en": "eng", "es": "spa"}  # ISO 639-2, as Open Dental keeps it
_PHONES = ("WirelessPhone", "HmPhone", "WkPhone")


async def find_charts(person: Patient, client: Client) -> list[Chart]:
    """The charts that may be this patient's, archived ones too.

    A chart that is somebody's by `Chart.is_of` has their phone, their e-mail, or their name and birth date: one of
    three questions finds it. Raises: Unreachable, NotPermitted, Unreadable.
    """
    name = {"LName": person.family.strip()}
    born = {"Birthdate": f"{person.birth_date}"} if person.birth_date else {"FName": person.given.strip()}
    questions: list[dict[str, str]] = [{"Phone": digits(person.phone)}, {"Email": person.email or ""}, {**name, **born}]
    found = await together(
        *(client.patients({**asked, "showArchived": "true"}) for asked in questions if all(asked.values()))
    )
    rows = {row.integer("PatNum"): row for part in found for row in part}
    return [chart(row) for row in rows.values()]


async def open_chart(person: Patient, client: Client, clinic: int | None) -> str:
    """The PatNum of a new chart. Raises: Refused (a name is missing), Unreachable, OutcomeUnknown, NotPermitted."""
    return str(await client.create_patient(new_patient(person, clinic=clinic)))


async def keep_up(number: int, person: Patient, client: Client) -> bool:
    """Write what the desk knows and the chart does not say. False: there is no such chart any more.

    A write whose answer was lost is read back. Raises: Refused, Unreachable, OutcomeUnknown, NotPermitted.
    """
    row = await client.patient(number)
    if row is None:
        return False
    news = learned(row, person)
    if not news:
        return True
    try:
        await client.update_patient(number, news)
    except OutcomeUnknown:
        now = await client.patient(number)
        if now is None or learned(now, person):
            raise
    return True


def chart(row: Foreign) -> Chart:
    """A row of `GET /patients`. Raises: Unreadable."""
    return Chart(
        number=str(row.integer("PatNum")),
        given=tuple(row.text(name) for name in ("FName", "Preferred") if row.has(name)),
        family=row.text("LName"),
        birth_date=_born(row),
        phones=tuple(row.text(name) for name in _PHONES if row.has(name)),
        emails=(row.text("Email"),) if row.has("Email") else (),
        visits=row.word("PatStatus", COMES_TO_VISITS),
    )


def new_patient(patient: Patient, *, clinic: int | None) -> dict[str, object]:
    """The fields of `POST /patients`. Raises: Refused (it wants a first and a last name)."""
    if not (patient.given.strip() and patient.family.strip()):
        raise Refused("Open Dental opens a chart for a first and a last name; one of them is missing.")
    offered: dict[str, object | None] = {
        "LName": patient.family.strip(),
        "FName": patient.given.strip(),
        "Birthdate": f"{patient.birth_date}" if patient.birth_date else None,
        "WirelessPhone": digits(patient.phone) or None,
        "Email": patient.email,
        "Language": LANGUAGE.get(patient.language),
        "ClinicNum": clinic,
    }
    return {name: value for name, value in offered.items() if value is not None}


def learned(row: Foreign, patient: Patient) -> Mapping[str, object]:
    """The fields of `PUT /patients/{PatNum}`: what the patient gave and the chart does not have.

    A name is left as staff spell it, a birth date that stands there too, and a phone that is there under any heading.
    """
    news: dict[str, object] = {}
    phone = digits(patient.phone)
    if phone and phone not in {digits(row.text(name)) for name in _PHONES if row.has(name)}:
        news["WirelessPhone"] = phone
    email = (patient.email or "").strip()
    if email and email.casefold() != (row.text("Email").strip().casefold() if row.has("Email") else ""):
        news["Email"] = email
    if patient.birth_date and _born(row) is None:
        news["Birthdate"] = f"{patient.birth_date}"
    language = LANGUAGE.get(patient.language)
    there = row.text("Language") if row.has("Language") else ""
    if language and language not in {there, "eng"}:  # English is what the desk takes for granted, not what it learned
        news["Language"] = language
    return news


def _born(row: Foreign) -> date | None:
    """A date in the year one is none."""
    born = row.day("Birthdate") if row.has("Birthdate") else None
    return born if born is not None and born.year > 1 else None
