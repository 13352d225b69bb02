"""The rows a simulated hospital starts with, each made with sane defaults and every column."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.epic.simulator_rows import Row, fhir_id

LONG_AGO = "2026-01-05T14:00:00+00:00"
PATIENT_COLUMNS = (
    *("first", "middle", "last", "born", "gender", "mobile", "home", "email", "street", "street2", "city", "state"),
    *("zip", "county", "country", "ssn", "marital", "race", "religion"),
)
"""What is known of a patient beside the ids; all texts."""


def department(number: str, name: str, *, zone: str, title: str, short: str, city: str, state: str, phone: str) -> Row:
    """A place that can be booked. `number` is its External id; `title` and `short` name the zone as Epic does."""
    return {
        "department": number,
        "internal": f"{int(number):>9}",
        "fhirid": fhir_id("Location", number),
        "name": name,
        "zone": zone,
        "zonetitle": title,
        "zoneshort": short,
        "street": "1 Test Street",
        "city": city,
        "state": state,
        "zip": "00000",
        "phone": phone,
        "specialty": "Family Medicine",
    }


def provider(number: str, first: str, last: str, *, degree: str = "MD", npi: str = "", specialty: str = "20") -> Row:
    """Somebody who is booked. `number` is the External id; `specialty` is the code of one, "20" by default.

    Seen [leading-blanks-in-ids]: the Internal id begins with blanks.
    """
    return {
        "provider": number,
        "internal": f"{'R' + number.removeprefix('E'):>8}",
        "npi": npi,
        "fhirid": fhir_id("Practitioner", number),
        "first": first,
        "last": last,
        "degree": degree,
        "name": f"{first} {last}, {degree}",
        "kind": "person",
        "specialty": specialty,
    }


def resource(number: str, name: str, *, kind: str = "ROOM") -> Row:
    """A room or a device, `kind` ROOM or EQUIPMENT. Guess [resources-are-providers]: it stands among the providers."""
    made = provider(number, "", name, degree="")
    return {**made, "name": name, "kind": kind, "specialty": "", "fhirid": fhir_id("Location", number)}


def visit_type(
    number: str, name: str, minutes: int, *, shown: str = "", advice: str = "", new_only: bool = False
) -> Row:
    """A visit type; `shown` is what patients read, `advice` what they are to do, lines by line feeds."""
    return {
        "visittype": number,
        "name": name.upper(),
        "shown": shown or name,
        "minutes": minutes,
        "advice": advice,
        "newonly": new_only,
    }


def does(number: int, *, provider: str, visit_type: str, department: str, with_: str = "", later: int = 0) -> Row:
    """That a provider does a visit type in a department, `with_` a room or device that begins `later` in minutes."""
    ids: Row = {"does": str(number), "provider": provider, "visittype": visit_type, "department": department}
    return {**ids, "with": with_, "later": later}


def indication(code: str, visit_type: str, *, system: str = "urn:oid:2.16.840.1.113883.6.96") -> Row:
    """A branch of the decision tree: for this code, that visit type."""
    return {"indication": f"{system}|{code}", "visittype": visit_type}


def patient(
    number: str, first: str, last: str, *, born: str = "1980-01-01", gender: str = "female", mrn: str = "", **known: str
) -> Row:
    """A patient. `number` is the EPI id, `known` any of PATIENT_COLUMNS; telephones as 512-555-0148."""
    blank: dict[str, str] = dict.fromkeys(PATIENT_COLUMNS, "")
    return {
        **blank,
        "patient": number,
        "mrn": mrn or f"2{number}",
        "fhirid": fhir_id("Patient", number),
        "externalkey": f"1{number}",
        "country": "USA",
        "first": first,
        "last": last,
        "born": born,
        "gender": gender,
        "mergedinto": "",
        **known,
    }


def openings(provider: str, department: str, day: date, *, first: str, last: str, grain: int = 15) -> Iterator[Row]:
    """A stretch of a template from `first` to `last`, HH:MM on the department's wall, in pieces of `grain` minutes."""
    begins, ends = (datetime.fromisoformat(f"{day}T{at}") for at in (first, last))
    while begins < ends:
        yield {
            "opening": f"{provider} {begins:%Y-%m-%dT%H:%M}",
            "provider": provider,
            "department": department,
            "day": day.isoformat(),
            "time": f"{begins:%H:%M}",
            "minutes": grain,
            "openings": 1,
            "public": True,
            "held": "",
            "unavailable": "",
            "changed": LONG_AGO,
            "before": "",
        }
        begins += timedelta(minutes=grain)


def visit(
    number: str,
    *,
    patient: str,
    provider: str,
    department: str,
    visit_type: str,
    at: str,
    minutes: int,
    zone: str = "America/Chicago",
    status: str = "booked",
) -> Row:
    """A visit that stands in the book; `number` is its CSN, `at` is yyyy-mm-ddTHH:MM on the wall of `zone`."""
    start = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    return {
        "csn": number,
        "fhirid": fhir_id("Appointment", number),
        "patient": patient,
        "provider": provider,
        "department": department,
        "visittype": visit_type,
        "start": start.astimezone(ZoneInfo("UTC")).isoformat(),
        "minutes": minutes,
        "status": status,
        "notes": "",
        "made": LONG_AGO,
        "freed": "",
        "reason": "",
        "ours": "",
    }


def coverage(number: str, *, patient: str, payer: str, member: str, group: str = "") -> Row:
    """An insurance of a patient."""
    return {
        "coverage": number,
        "fhirid": fhir_id("Coverage", number),
        "patient": patient,
        "payer": payer,
        "member": member,
        "group": group,
        "subscriber": "",
        "subscriberborn": "",
    }


def weekdays_from(monday: date, weeks: int) -> list[date]:
    """Mondays to Fridays of so many weeks."""
    days = (monday + timedelta(days=count) for count in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]
